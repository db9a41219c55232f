/** Why sharing says no. */

/** The configuration has no `share` section. */
export class ShareOff extends Error {
  override readonly name = "ShareOff";

  constructor() {
    super("sharing is off: expected a share section in the configuration, got none");
  }
}

/** The link, the other node or the policy refuses; one line for people. */
export class ShareRefused extends Error {
  override readonly name = "ShareRefused";
}

/** The other node does not answer now; it is tried again. */
export class PeerUnreachable extends Error {
  override readonly name = "PeerUnreachable";
}
