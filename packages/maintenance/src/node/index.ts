/** `@symbion/maintenance/node`: reading machines' data from files. */

export { AI4I_MODES, type Ai4i, readAi4i } from "./ai4i.ts";
export { readCmapss } from "./cmapss.ts";
export {
  HYDRAULIC_PARTS,
  type HydraulicPart,
  type HydraulicRig,
  type HydraulicSensor,
  readHydraulic,
} from "./hydraulic.ts";
export { readTable, tableRows } from "./table.ts";
