/** Plug-ins: what the node needs to run them. What they are made of is in `plugin.ts`, `@symbion/edge/plugin`. */

export { PluginHost, type PluginHostOptions } from "./host.ts";
export type { PluginRole } from "./messages.ts";
export type { PluginRecord } from "./plugin.ts";
export type { PluginReport, PluginTimes } from "./runner.ts";
