/** Links between nodes: profiles, keys that roll, sessions. The TLS behind them is in `src/node/link`. */

/**
 * What a link demands. `hybrid`: TLS 1.3, X25519MLKEM768, and nothing else. `cnsa`: TLS 1.3 with pure ML-KEM-1024.
 * `legacy`: TLS 1.3 with X25519 too, only where it is asked for by name; every session says so in the log.
 */
export const LINK_PROFILES = ["hybrid", "cnsa", "legacy"] as const;

/** One of {@link LINK_PROFILES}. */
export type LinkProfile = (typeof LINK_PROFILES)[number];

/** Which side of a link a node is; keys are derived per role, so none can be reflected (RFC 9257, Selfie attack). */
export type LinkRole = "caller" | "listener";

/** Exact bytes of a session, TCP and IP headers left out. */
export type LinkBytes = {
  /** Of messages, as given by the users of the session. */
  readonly payloadUp: number;
  /** Of messages received. */
  readonly payloadDown: number;
  /** On the wire, up and down. */
  readonly wireUp: number;
  /** Everything received on the socket. */
  readonly wireDown: number;
};

/** An open session. */
export interface LinkSession {
  /** Public id of the session: 16 hexadecimal digits that both sides share. */
  readonly id: string;
  /** Id of the peer in the key store. */
  readonly peer: string;
  /** Which side this node is. */
  readonly role: LinkRole;
  /** What was demanded of it. */
  readonly profile: LinkProfile;
  /** Key exchange as OpenSSL names it, `X25519MLKEM768`. */
  readonly group: string;
  /** Sends one message of at most 1 MiB; resolves when the other side has confirmed that it is safe with it. */
  send(message: Uint8Array): Promise<void>;
  /** Exact counts so far. */
  bytes(): LinkBytes;
  /** Resolves when the session has ended; the error that ended it, or null. */
  readonly closed: Promise<Error | null>;
  /** Ends it after what is under way; never fails. */
  close(): Promise<void>;
}

/** A peer as the key store knows it. */
export type LinkPeer = {
  /** Name in the key store; follows from the fingerprint. */
  readonly id: string;
  /** Fingerprint of its identity. */
  readonly fingerprint: string;
  /** `host:port` to call; null where it only calls. */
  readonly address: string | null;
  /** Which side this node takes towards it. */
  readonly role: LinkRole;
  /** When it was enrolled, ms since 1970. */
  readonly enrolledAt: number;
  /** Sessions so far. */
  readonly sessions: number;
  /** When the last session began, ms since 1970; null before the first. */
  readonly lastAt: number | null;
};
