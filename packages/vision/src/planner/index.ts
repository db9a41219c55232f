/**
 * `@symbion/vision/planner`: which blocks of a picture a model should see again, from codec signals alone. Needs no
 * model runtime; the main door has it, too.
 */

export { Cause } from "./change.ts";
export type { Grid } from "./grid.ts";
export { type Plan, Planner, type PlannerOptions, type Polygon } from "./planner.ts";
export { checkPolicy, covering, POLICIES, type Policy, thresholdUnit } from "./policy.ts";
export { planMask, printPlan } from "./print.ts";
