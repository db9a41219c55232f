/** What links tell the log. */

import type { LinkErrorCode } from "../../errors.ts";
import type { LinkProfile, LinkRole } from "../../link/types.ts";

/** One event of a link. Never holds a secret. */
export type LinkLogEvent = {
  /** How much it matters. */
  readonly level: "info" | "warn";
  /**
   * `opened`, `closed`: a session. `enrolled`: a peer. `refused`: an attempt that failed, with its `code`. `superseded`:
   * a session that its peer's next one replaced. `legacy`: a session that may not be safe from quantum computers.
   */
  readonly event: "opened" | "closed" | "enrolled" | "refused" | "superseded" | "legacy";
  /** Which side this node was. */
  readonly role: LinkRole;
  /** What the session had to be. */
  readonly profile: LinkProfile;
  /** Peer, where it is known. */
  readonly peer?: string | undefined;
  /** Session, where there is one. */
  readonly session?: string | undefined;
  /** Address of the other side. */
  readonly remote?: string | undefined;
  /** Why it was refused; null where it was not. */
  readonly code?: LinkErrorCode | "store" | undefined;
  /** In words. */
  readonly text: string;
};

/** Takes events. */
export type LinkLog = (event: LinkLogEvent) => void;
