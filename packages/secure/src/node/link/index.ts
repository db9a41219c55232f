/** Links between nodes. */

export {
  createLinkCaller,
  enrol,
  type LinkCaller,
  type LinkCallerOptions,
  openLink,
} from "./caller.ts";
export type { LinkLog, LinkLogEvent } from "./events.ts";
export type { LinkLimits } from "./limits.ts";
export {
  createLinkListener,
  type InvitationOptions,
  type LinkListener,
  type LinkListenerOptions,
} from "./listener.ts";
export type { LinkMessageInfo, MessageHandler, OpenSession } from "./session.ts";
export { LinkStore, type LinkStoreOptions, openLinkStore } from "./store.ts";
