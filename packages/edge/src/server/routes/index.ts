/** The table of all routes: handlers, checks and the OpenAPI document come from it. */

import type { Route } from "../route.ts";
import { alertRoutes } from "./alerts.ts";
import { companionRoutes } from "./companion.ts";
import { configRoutes } from "./config.ts";
import { historyRoutes } from "./history.ts";
import { liveRoutes } from "./live.ts";
import { machineRoutes } from "./machines.ts";
import { nodeRoutes } from "./node.ts";
import { openRoutes } from "./open.ts";
import { shareRoutes } from "./share.ts";
import { watchRoutes } from "./watch.ts";

/** Every route; of two that match an address, the first is taken. */
export const ROUTES: readonly Route[] = [
  ...openRoutes,
  ...liveRoutes,
  ...watchRoutes,
  ...machineRoutes,
  ...shareRoutes,
  ...companionRoutes,
  ...historyRoutes,
  ...alertRoutes,
  ...configRoutes,
  ...nodeRoutes,
];
