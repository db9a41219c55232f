/** `@symbion/companion/node`: what the companion needs of Node.js: files for the log, and connections to CRM systems. */

export { openFileQueue } from "./crm/file-queue-store.ts";
export { type CrmOptions, openCrm } from "./crm/open.ts";
export type { RtOptions } from "./crm/rt.ts";
export type { SalesforceOptions } from "./crm/salesforce-options.ts";
export { openFileLog } from "./log/file-store.ts";
export { readTriplets, type TripletsRead } from "./triplets.ts";
