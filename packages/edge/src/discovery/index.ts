/** Finding cameras, and finding out what a source is. */

export { type DiscoveredDevice, type DiscoverOptions, discover } from "./discover.ts";
export { type Maker, makerOf, suggestUrls } from "./makers.ts";
export { type OnvifAnswer, type OnvifOptions, type OnvifStream, onvifStreams } from "./onvif.ts";
export { type ProbeOptions, probe } from "./probe.ts";
export type { Credentials } from "./soap.ts";
