/** The side of a link that answers. */

import { randomBytes } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { TLSSocket, type TLSSocketOptions } from "node:tls";
import { KeyStoreError, LinkError } from "../../errors.ts";
import { publicIdentityBytes } from "../../identity/identity.ts";
import type { Identity } from "../../identity/types.ts";
import { encodeFrame, FRAME, type Frame } from "../../link/frames.ts";
import { formatInvitation, INVITATION_SECRET_LENGTH } from "../../link/invitation.ts";
import { listenerAgreed, listenerConfirmed, nextKey } from "../../link/ratchet.ts";
import { LINK_PROFILES, type LinkPeer, type LinkProfile } from "../../link/types.ts";
import { equalBytes } from "../../primitives/bytes.ts";
import { nativePrimitives } from "../primitives/native.ts";
import { Channel, ENROLMENT_BODY_MOST, SESSION_BODY_MOST } from "./channel.ts";
import { deadline, takeBack } from "./deadlines.ts";
import {
  demandProof,
  enrolmentTerms,
  peerId,
  proveIdentity,
  readIdentity,
  sessionExports,
} from "./enrolment.ts";
import type { LinkLog, LinkLogEvent } from "./events.ts";
import { AttemptLimits, type LinkLimits } from "./limits.ts";
import type { CallerPeerRecord } from "./records.ts";
import { type MessageHandler, OpenSession } from "./session.ts";
import { describePeer, type Entry, type Known, type LinkStore } from "./store.ts";
import { assertHandshake, listenerError, PROFILE_GROUPS, secureContext } from "./tls.ts";

const primitives = nativePrimitives();

/** How a listener is made. */
export type LinkListenerOptions = {
  /** Who this node is towards callers. */
  readonly identity: Identity;
  /** Keys of peers; open, and of this process alone. */
  readonly store: LinkStore;
  /** `hybrid` by default. Peers that were enrolled under another one are unknown here. */
  readonly profile?: LinkProfile | undefined;
  /** Address to listen on; 127.0.0.1 by default. */
  readonly host?: string | undefined;
  /** 0, the default, takes a free one. */
  readonly port?: number | undefined;
  /** Takes a message; it is confirmed to the sender when this has resolved. */
  readonly onMessage: MessageHandler;
  /** A session is open. */
  readonly onSession?: ((session: OpenSession) => void) | undefined;
  /** A peer has enrolled, perhaps anew. */
  readonly onPeer?: ((peer: LinkPeer) => void) | undefined;
  /** Told of sessions, refusals and weak profiles. */
  readonly onLog?: LinkLog | undefined;
  /** How much strangers may ask for. */
  readonly limits?: LinkLimits | undefined;
  /** How long the other side may take to confirm a message, ms; 30,000. */
  readonly confirmMs?: number | undefined;
};

/** How an invitation is made. */
export type InvitationOptions = {
  /** Host that the invitation names; the address listened on by default. */
  readonly host?: string | undefined;
  /** How long it counts, ms; an hour by default, a week at most. */
  readonly expiresInMs?: number | undefined;
  /** Fingerprint that alone may use it. */
  readonly expect?: string | undefined;
};

/** The answering side of links. */
export interface LinkListener {
  /** Address that it is bound to. */
  readonly host: string;
  /** Port that it is bound to, also where 0 was asked for. */
  readonly port: number;
  /**
   * A line of text that lets one node enrol, once. Show it to that node's owner only.
   * @throws KeyStoreError The disk refused. RangeError A time that is out of range, or no host where the listener listens
   * on all addresses. LinkError `rate-limited`: too many are open.
   */
  createInvitation(options?: InvitationOptions): Promise<string>;
  /** Sessions that are open. */
  sessions(): OpenSession[];
  /** Stops listening and ends all sessions. */
  close(): Promise<void>;
}

const OPTIONS: ReadonlySet<string> = new Set([
  "identity",
  "store",
  "profile",
  "host",
  "port",
  "onMessage",
  "onSession",
  "onPeer",
  "onLog",
  "limits",
  "confirmMs",
]);
const HOUR = 3_600_000;
const INVITATIONS_MOST = 64;

/**
 * Listens for callers.
 * @throws TypeError An unknown option or profile. System errors of listening, `EADDRINUSE` for instance.
 */
export async function createLinkListener(options: LinkListenerOptions): Promise<LinkListener> {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.has(key)) throw new TypeError(`createLinkListener: unknown option ${key}`);
  }
  if (options.profile !== undefined && !LINK_PROFILES.includes(options.profile)) {
    throw new TypeError(`createLinkListener: profile must be one of ${LINK_PROFILES.join(", ")}`);
  }
  const listener = new Listener(options);
  await listener.listen();
  return listener;
}

/** A connection on its way to a session. */
type Attempt = {
  /** Order of the hello that named a known key. */
  order: number;
  known: Known | null;
  /** A key was named that nobody knows. */
  unknown: boolean;
  channel: Channel | null;
};

class Listener implements LinkListener {
  readonly #options: LinkListenerOptions;
  readonly #profile: LinkProfile;
  readonly #server: Server;
  readonly #limits: AttemptLimits;
  readonly #sessions = new Map<Entry, OpenSession>();
  readonly #raws = new Set<Socket>();
  /** Per place of the store, the attempt whose hello came last of those that completed a handshake. */
  readonly #latest = new Map<Entry, Attempt>();
  /** Per place, the order of the last hello whose handshake completed; outlives its attempt. */
  readonly #reached = new WeakMap<Entry, number>();
  #orders = 0;
  host = "";
  port = 0;

  constructor(options: LinkListenerOptions) {
    this.#options = options;
    this.#profile = options.profile ?? "hybrid";
    this.#limits = new AttemptLimits(options.limits ?? {}, () => performance.now());
    this.#server = createServer({ noDelay: true, keepAlive: true }, (raw) => this.#accept(raw));
  }

  async listen(): Promise<void> {
    const { host = "127.0.0.1", port = 0 } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        this.#server.off("error", reject);
        this.#server.on("error", (error) => {
          this.#log({
            level: "warn",
            event: "refused",
            text: `accepting failed: ${error.message}`,
          });
        });
        resolve();
      });
    });
    const address = this.#server.address() as AddressInfo;
    this.host = address.address;
    this.port = address.port;
  }

  #log(event: Omit<LinkLogEvent, "role" | "profile">): void {
    this.#options.onLog?.({ ...event, role: "listener", profile: this.#profile });
  }

  async createInvitation(options: InvitationOptions = {}): Promise<string> {
    const { store, identity } = this.#options;
    const { host = this.host, expiresInMs = HOUR, expect = null } = options;
    if (!Number.isInteger(expiresInMs) || expiresInMs < 1 || expiresInMs > 168 * HOUR) {
      throw new RangeError(`an invitation counts for 1 ms to a week, got ${expiresInMs}`);
    }
    if (host === "0.0.0.0" || host === "::") {
      throw new RangeError(
        "a host that others can call expected: this listener takes all addresses",
      );
    }
    const now = store.now();
    for (const entry of store.invitations()) {
      if (entry.record.expiresAt < now) await store.release(entry);
    }
    if (store.invitations().length >= INVITATIONS_MOST) {
      throw new LinkError("rate-limited", `at most ${INVITATIONS_MOST} open invitations expected`);
    }
    const secret = new Uint8Array(randomBytes(INVITATION_SECRET_LENGTH));
    const expiresAt = now + expiresInMs;
    const text = formatInvitation(primitives, {
      host,
      port: this.port,
      profile: this.#profile,
      fingerprint: identity.public.fingerprint,
      expiresAt,
      secret,
    });
    await store.add({
      kind: "invitation",
      profile: this.#profile,
      createdAt: now,
      secret,
      expiresAt,
      expect,
    });
    return text;
  }

  sessions(): OpenSession[] {
    return [...this.#sessions.values()];
  }

  async close(): Promise<void> {
    const stopped = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
    for (const raw of this.#raws) raw.destroy();
    await stopped;
  }

  #accept(raw: Socket): void {
    const remote = raw.remoteAddress ?? "";
    raw.on("error", () => undefined);
    if (!this.#limits.allows(remote)) {
      if (this.#limits.tells())
        this.#log({
          level: "warn",
          event: "refused",
          remote,
          code: "rate-limited",
          text: "too many attempts or unfinished handshakes",
        });
      raw.destroy();
      return;
    }
    this.#limits.begin(remote);
    this.#raws.add(raw);
    raw.once("close", () => this.#raws.delete(raw));
    const attempt: Attempt = { order: 0, known: null, unknown: false, channel: null };
    let decided = false;
    const decide = (error: LinkError | KeyStoreError | null): void => {
      if (decided) return;
      decided = true;
      takeBack(limit);
      this.#limits.end(remote, error instanceof LinkError);
      if (error === null) return;
      if (attempt.channel !== null && error instanceof LinkError) attempt.channel.fail(error);
      else raw.destroy();
      this.#log({
        level: "warn",
        event: "refused",
        remote,
        peer: peerOf(attempt),
        code: error instanceof LinkError ? error.code : "store",
        text: error.message,
      });
    };
    const limit = deadline(this.#limits.handshakeMs, () => {
      decide(new LinkError("unreachable", "the handshake took too long"));
      raw.destroy();
    });
    const options: TLSSocketOptions & {
      pskCallback(socket: TLSSocket, identity: string): Uint8Array;
    } = {
      isServer: true,
      secureContext: secureContext(this.#profile),
      pskCallback: (_socket, identity) => this.#key(attempt, identity),
    };
    const socket = new TLSSocket(raw, options);
    socket.on("error", (error) => decide(this.#tlsError(attempt, error)));
    socket.on("close", () => {
      if (!decided) decide(new LinkError("unreachable", "the caller went away"));
    });
    socket.once("secure", () => {
      this.#serve(attempt, socket, raw, remote).then(
        () => {
          decide(null);
          if (attempt.known?.kind === "invitation") void attempt.channel?.end();
        },
        (error) => decide(named(error)),
      );
    });
  }

  /** The key for an identity, or, that a stranger may not tell the two apart, one that cannot fit. */
  #key(attempt: Attempt, identity: string): Uint8Array {
    const known = this.#options.store.find(identity);
    const { record } = known?.entry ?? {};
    if (
      known === undefined ||
      record === undefined ||
      record.kind === "free" ||
      record.profile !== this.#profile
    ) {
      attempt.unknown = true;
      return randomBytes(32);
    }
    attempt.known = known;
    attempt.order = ++this.#orders;
    return known.derived.psk;
  }

  #tlsError(attempt: Attempt, error: unknown): LinkError {
    const plain = listenerError(error);
    return attempt.unknown && plain.code === "wrong-key"
      ? new LinkError("unknown-key", "the key that was named is not known here")
      : plain;
  }

  async #serve(attempt: Attempt, socket: TLSSocket, raw: Socket, remote: string): Promise<void> {
    const { known } = attempt;
    if (known === null) throw new LinkError("not-pre-shared", "no pre-shared key was named");
    const group = assertHandshake(socket, this.#profile);
    const enrols = known.kind === "invitation";
    const channel = new Channel(
      socket,
      raw,
      "listener",
      enrols ? ENROLMENT_BODY_MOST : SESSION_BODY_MOST,
    );
    attempt.channel = channel;
    // The caller began a later attempt only after it had given this one up: what this one led to, it never kept.
    const { entry } = known;
    if ((this.#reached.get(entry) ?? 0) > attempt.order) throw stale();
    this.#reached.set(entry, attempt.order);
    const latest = this.#latest.get(entry);
    this.#latest.set(entry, attempt);
    latest?.channel?.fail(stale());
    try {
      if (enrols) await this.#enrol(attempt, known, channel, socket, remote);
      else await this.#session(attempt, known, channel, socket, group, remote);
    } finally {
      if (this.#latest.get(entry) === attempt) this.#latest.delete(entry);
    }
  }

  async #session(
    attempt: Attempt,
    known: Known,
    channel: Channel,
    socket: TLSSocket,
    group: string | null,
    remote: string,
  ): Promise<void> {
    const { store } = this.#options;
    const { entry } = known;
    if (entry.record.kind !== "from") throw stale();
    const { binding } = entry.record;
    const { ratchet, id } = sessionExports(socket, binding);
    const next = nextKey(primitives, known.key, ratchet, binding);
    const agreed = await store.update(entry, (record) => {
      if (record.kind !== "from" || this.#latest.get(entry) !== attempt) return null;
      const keys = listenerAgreed(record, known.key, next);
      return keys === null ? null : { ...record, ...keys };
    });
    if (!agreed) throw stale();
    channel.write(encodeFrame(FRAME.ready));
    const first = await channel.read(FRAME.open, FRAME.message, FRAME.namedMessage);
    const confirmed = await store.update(entry, (record) => {
      if (record.kind !== "from" || this.#latest.get(entry) !== attempt) return null;
      const keys = listenerConfirmed(record, next);
      if (keys === null) return null;
      return { ...record, ...keys, sessions: record.sessions + 1, lastAt: store.now() };
    });
    if (!confirmed || entry.record.kind !== "from") throw stale();
    if (entry.record.invitation !== null) await this.#settle(entry, entry.record);
    this.#open(entry, entry.record, id, channel, group ?? toldGroup(first), first, remote);
  }

  #open(
    entry: Entry,
    record: CallerPeerRecord,
    id: string,
    channel: Channel,
    group: string,
    first: Frame,
    remote: string,
  ): void {
    const { onSession, onMessage, confirmMs = 30_000 } = this.#options;
    const older = this.#sessions.get(entry);
    if (older !== undefined) {
      older.fail(new LinkError("unreachable", "the peer opened its next session"));
      this.#log({
        level: "info",
        event: "superseded",
        peer: record.id,
        session: older.id,
        text: "the peer opened its next session",
      });
    }
    const session = new OpenSession({
      channel,
      id,
      peer: record.id,
      role: "listener",
      profile: this.#profile,
      group,
      onMessage,
      confirmMs,
    });
    this.#sessions.set(entry, session);
    this.#log({
      level: "info",
      event: "opened",
      peer: record.id,
      session: id,
      remote,
      text: group,
    });
    if (this.#profile === "legacy") {
      this.#log({
        level: "warn",
        event: "legacy",
        peer: record.id,
        session: id,
        remote,
        text: `profile legacy: this session's key exchange is ${group}`,
      });
    }
    void session.closed.then((error) => {
      if (this.#sessions.get(entry) === session) this.#sessions.delete(entry);
      this.#log({
        level: "info",
        event: "closed",
        peer: record.id,
        session: id,
        remote,
        code: error instanceof LinkError ? error.code : undefined,
        text: error?.message ?? "closed",
      });
    });
    onSession?.(session);
    session.start(first);
  }

  async #enrol(
    attempt: Attempt,
    known: Known,
    channel: Channel,
    socket: TLSSocket,
    remote: string,
  ): Promise<void> {
    const { store, identity, onPeer } = this.#options;
    const { entry } = known;
    const asked = entry.record;
    const invitation =
      asked.kind === "invitation" ? asked : asked.kind === "from" ? asked.invitation : null;
    if (invitation === null) throw new LinkError("invitation", "the invitation was used");
    if (store.now() > invitation.expiresAt) {
      if (asked.kind === "invitation") await store.release(entry);
      throw new LinkError("invitation", "the invitation has expired");
    }
    const theirs = readIdentity(identity.public, (await channel.read(FRAME.identity)).body);
    if (invitation.expect !== null && invitation.expect !== theirs.fingerprint) {
      throw new LinkError("wrong-identity", "another identity was invited");
    }
    const theirBytes = publicIdentityBytes(theirs);
    const terms = enrolmentTerms(socket, this.#profile, theirs, identity.public);
    const own = encodeFrame(FRAME.identity, publicIdentityBytes(identity.public));
    const proof = encodeFrame(FRAME.proof, proveIdentity(identity, "listener", terms));
    channel.write(Buffer.concat([own, proof]));
    demandProof(theirs, "caller", terms, (await channel.read(FRAME.proof)).body);
    const record: CallerPeerRecord = {
      kind: "from",
      id: peerId(theirs, "listener"),
      profile: this.#profile,
      identity: theirBytes,
      binding: terms.binding,
      enrolledAt: store.now(),
      sessions: 0,
      lastAt: 0,
      current: terms.key,
      next: null,
      invitation: {
        secret: known.key,
        expiresAt: invitation.expiresAt,
        expect: invitation.expect,
      },
    };
    const written = await store.update(entry, (now) => {
      if (this.#latest.get(entry) !== attempt) return null;
      if (now.kind === "invitation") return record;
      // Once more by who used it before, whose crash lost the key: nobody else may.
      const again =
        now.kind === "from" && now.invitation !== null && equalBytes(now.identity, theirBytes);
      return again ? record : null;
    });
    if (!written) throw new LinkError("invitation", "the invitation was used by another identity");
    this.#log({
      level: "info",
      event: "enrolled",
      peer: record.id,
      remote,
      text: theirs.fingerprint,
    });
    onPeer?.(describePeer(record));
    channel.write(encodeFrame(FRAME.enrolled));
    await channel.read(FRAME.kept);
    await this.#settle(entry, record);
  }

  /** Once a peer has shown that it kept its enrolment, the one before and the invitation have no use. */
  async #settle(entry: Entry, { id, binding }: CallerPeerRecord): Promise<void> {
    const { store } = this.#options;
    for (const older of store.doubles(entry, id)) {
      await store.release(older);
      this.#sessions.get(older)?.fail(new LinkError("unreachable", "the peer enrolled anew"));
    }
    await store.update(entry, (now) =>
      now.kind === "from" && now.binding === binding && now.invitation !== null
        ? { ...now, invitation: null }
        : null,
    );
  }
}

function stale(): LinkError {
  return new LinkError("unknown-key", "a later attempt has taken this key's place");
}

function peerOf(attempt: Attempt): string | undefined {
  const record = attempt.known?.entry.record;
  return record?.kind === "from" ? record.id : undefined;
}

function named(error: unknown): LinkError | KeyStoreError {
  if (error instanceof LinkError || error instanceof KeyStoreError) return error;
  return new LinkError("protocol", "the other side's bytes could not be used");
}

/** The key exchange as the caller tells it, in profiles that have several. */
function toldGroup(first: Frame): string {
  const group =
    first.kind === FRAME.open && first.body.length === 1
      ? PROFILE_GROUPS.legacy[first.body[0]]
      : undefined;
  if (group === undefined) throw new LinkError("protocol", "the name of the key exchange expected");
  return group;
}
