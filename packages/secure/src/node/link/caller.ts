/** The side of a link that calls. */

import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { KeyStoreError, LinkError, type LinkErrorCode } from "../../errors.ts";
import { publicIdentityBytes } from "../../identity/identity.ts";
import type { Identity } from "../../identity/types.ts";
import { encodeFrame, FRAME } from "../../link/frames.ts";
import { parseInvitation } from "../../link/invitation.ts";
import { invitationKey, nextKey, type PreSharedKey, sessionKey } from "../../link/ratchet.ts";
import { LINK_PROFILES, type LinkPeer, type LinkProfile } from "../../link/types.ts";
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
import type { ListenerPeerRecord } from "./records.ts";
import { type MessageHandler, OpenSession } from "./session.ts";
import { describePeer, type Entry, type LinkStore } from "./store.ts";
import { assertHandshake, callerError, PROFILE_GROUPS, secureContext } from "./tls.ts";

const primitives = nativePrimitives();

/** How a caller is made. */
export type LinkCallerOptions = {
  /** Keys of peers; open, and of this process alone. */
  readonly store: LinkStore;
  /** Needed to enrol; sessions do without. */
  readonly identity?: Identity | undefined;
  /** `hybrid` by default. Peers that were enrolled under another one are refused. */
  readonly profile?: LinkProfile | undefined;
  /** Takes the other side's messages; without it a message ends the session. */
  readonly onMessage?: MessageHandler | undefined;
  /** Told of sessions, refusals and weak profiles. */
  readonly onLog?: LinkLog | undefined;
  /** How long connecting and the handshake may take, ms; 10,000. */
  readonly connectMs?: number | undefined;
  /** How long the other side may take to confirm a message, ms; 30,000. */
  readonly confirmMs?: number | undefined;
};

/** The calling side of links. */
export interface LinkCaller {
  /**
   * Enrols with the listener that issued an invitation, or anew with one that is known. After a crash or a lost
   * connection the same invitation can be used again, by this identity only.
   * @throws LinkError `invitation`, `wrong-identity`, or why no connection came about. KeyStoreError.
   */
  enrol(invitation: string): Promise<LinkPeer>;
  /**
   * Opens a session with a peer and rolls the key. A session that is open already ends when the listener sees this one.
   * Retrying is the user's to decide; no state of either side makes a retry fail that would have succeeded before.
   * @throws LinkError Why not. KeyStoreError.
   */
  open(peer: string): Promise<OpenSession>;
  /** Ends all sessions. */
  close(): Promise<void>;
}

const OPTIONS: ReadonlySet<string> = new Set([
  "store",
  "identity",
  "profile",
  "onMessage",
  "onLog",
  "connectMs",
  "confirmMs",
]);

/**
 * Makes the calling side of links.
 * @throws TypeError An unknown option or profile.
 */
export function createLinkCaller(options: LinkCallerOptions): LinkCaller {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.has(key)) throw new TypeError(`createLinkCaller: unknown option ${key}`);
  }
  if (options.profile !== undefined && !LINK_PROFILES.includes(options.profile)) {
    throw new TypeError(`createLinkCaller: profile must be one of ${LINK_PROFILES.join(", ")}`);
  }
  return new Caller(options);
}

/** Enrols by an invitation: {@link LinkCaller.enrol} of a caller made for that. */
export function enrol(
  invitation: string,
  options: LinkCallerOptions & { readonly identity: Identity },
): Promise<LinkPeer> {
  return createLinkCaller(options).enrol(invitation);
}

/** Opens one session: {@link LinkCaller.open} of a caller made for that. */
export function openLink(peer: string, options: LinkCallerOptions): Promise<OpenSession> {
  return createLinkCaller(options).open(peer);
}

type Connection = {
  readonly raw: Socket;
  readonly socket: TLSSocket;
  readonly channel: Channel;
  readonly group: string;
  /** Ends the time limit. */
  settled(): void;
};

class Caller implements LinkCaller {
  readonly #options: LinkCallerOptions;
  readonly #profile: LinkProfile;
  readonly #sessions = new Set<OpenSession>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: LinkCallerOptions) {
    this.#options = options;
    this.#profile = options.profile ?? "hybrid";
  }

  #log(event: Omit<LinkLogEvent, "role" | "profile">): void {
    this.#options.onLog?.({ ...event, role: "caller", profile: this.#profile });
  }

  async enrol(text: string): Promise<LinkPeer> {
    const { identity, store } = this.#options;
    if (identity === undefined) throw new TypeError("enrol: an identity is needed");
    const invitation = parseInvitation(primitives, text);
    if (invitation.profile !== this.#profile) {
      throw new LinkError(
        "wrong-group",
        `an invitation of profile ${this.#profile} expected, got ${invitation.profile}`,
      );
    }
    if (store.now() > invitation.expiresAt) {
      throw new LinkError("invitation", "the invitation has expired");
    }
    const { host, port } = invitation;
    const derived = invitationKey(primitives, invitation.secret, invitation.profile);
    // A refused invitation looks like any unknown key.
    const told = (error: LinkError): LinkError =>
      error.code === "unknown-key"
        ? new LinkError(
            "invitation",
            "the listener does not take it: used, expired, or not its own",
          )
        : error;
    const connection = await this.#connect(host, port, derived, ENROLMENT_BODY_MOST, told);
    const { channel, socket } = connection;
    try {
      channel.write(encodeFrame(FRAME.identity, publicIdentityBytes(identity.public)));
      const theirs = readIdentity(identity.public, (await channel.read(FRAME.identity)).body);
      if (theirs.fingerprint !== invitation.fingerprint) {
        throw new LinkError(
          "wrong-identity",
          "the listener is not the one that the invitation names",
        );
      }
      const terms = enrolmentTerms(socket, invitation.profile, identity.public, theirs);
      demandProof(theirs, "listener", terms, (await channel.read(FRAME.proof)).body);
      channel.write(encodeFrame(FRAME.proof, proveIdentity(identity, "caller", terms)));
      await channel.read(FRAME.enrolled);
      const record: ListenerPeerRecord = {
        kind: "to",
        id: peerId(theirs, "caller"),
        profile: invitation.profile,
        identity: publicIdentityBytes(theirs),
        binding: terms.binding,
        enrolledAt: store.now(),
        sessions: 0,
        lastAt: 0,
        address: `${host.includes(":") ? `[${host}]` : host}:${port}`,
        key: terms.key,
      };
      await this.#inTurn(record.id, async () => {
        const known = store.peerEntry(record.id);
        if (known === undefined) await store.add(record);
        else await store.update(known, () => record);
      });
      channel.write(encodeFrame(FRAME.kept));
      connection.settled();
      await channel.end();
      this.#log({ level: "info", event: "enrolled", peer: record.id, text: "enrolled" });
      return describePeer(record);
    } catch (error) {
      connection.settled();
      throw this.#gaveUp(channel, error);
    }
  }

  open(peer: string): Promise<OpenSession> {
    return this.#inTurn(peer, () => this.#open(peer));
  }

  #inTurn<T>(peer: string, run: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(peer) ?? Promise.resolve();
    const result = before.then(run, run);
    this.#turns.set(peer, result);
    return result;
  }

  async #open(peer: string): Promise<OpenSession> {
    const { store } = this.#options;
    const entry = store.peerEntry(peer);
    if (entry?.record.kind !== "to") {
      throw new LinkError(
        "unknown-key",
        "a peer that this node enrolled with expected, got another",
      );
    }
    // A write that failed may have left the next key on the disk; no handshake may come before that is settled.
    await store.settle(entry);
    const { record } = entry;
    if (record.kind !== "to" || record.profile !== this.#profile) {
      throw new LinkError(
        "wrong-group",
        `a peer of profile ${this.#profile} expected, got ${record.kind === "to" ? record.profile : "none"}`,
      );
    }
    const { host, port } = splitAddress(record.address);
    const derived = sessionKey(record.key);
    const connection = await this.#connect(
      host,
      port,
      derived,
      SESSION_BODY_MOST,
      (error) => error,
    );
    try {
      return await this.#agree(connection, entry, record);
    } catch (error) {
      throw this.#gaveUp(connection.channel, error);
    } finally {
      connection.settled();
    }
  }

  async #agree(
    connection: Connection,
    entry: Entry,
    record: ListenerPeerRecord,
  ): Promise<OpenSession> {
    const { store } = this.#options;
    const { channel, socket, group } = connection;
    const { ratchet, id } = sessionExports(socket, record.binding);
    const key = nextKey(primitives, record.key, ratchet, record.binding);
    await channel.read(FRAME.ready);
    const kept = await store.update(entry, (now) =>
      now === record
        ? { ...record, key, sessions: record.sessions + 1, lastAt: store.now() }
        : null,
    );
    if (!kept)
      throw new LinkError("unknown-key", "the peer was removed or enrolled anew meanwhile");
    const session = new OpenSession({
      channel,
      id,
      peer: record.id,
      role: "caller",
      profile: record.profile,
      group,
      onMessage: this.#options.onMessage ?? refuseMessage,
      confirmMs: this.#options.confirmMs ?? 30_000,
    });
    this.#sessions.add(session);
    this.#log({ level: "info", event: "opened", peer: record.id, session: id, text: group });
    if (record.profile === "legacy") {
      this.#log({
        level: "warn",
        event: "legacy",
        peer: record.id,
        session: id,
        text: `profile legacy: this session's key exchange is ${group}`,
      });
      session.greet(Uint8Array.of(PROFILE_GROUPS.legacy.indexOf(group)));
    } else {
      // A first message sent at once says the same, for fewer bytes.
      setImmediate(() => {
        if (!session.said) session.greet(new Uint8Array(0));
      });
    }
    session.start();
    void session.closed.then((error) => {
      this.#sessions.delete(session);
      this.#log({
        level: "info",
        event: "closed",
        peer: record.id,
        session: id,
        code: error instanceof LinkError ? error.code : undefined,
        text: error?.message ?? "closed",
      });
    });
    return session;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()));
  }

  #gaveUp(channel: Channel, error: unknown): LinkError | KeyStoreError {
    const named =
      error instanceof KeyStoreError
        ? error
        : error instanceof LinkError
          ? error
          : new LinkError("protocol", "the other side's bytes could not be used");
    channel.fail(
      named instanceof LinkError ? named : new LinkError("unreachable", "the key store failed"),
    );
    return this.#refused(named);
  }

  #refused<E extends LinkError | KeyStoreError>(error: E): E {
    const code: LinkErrorCode | "store" = error instanceof LinkError ? error.code : "store";
    this.#log({ level: "warn", event: "refused", code, text: error.message });
    return error;
  }

  #connect(
    host: string,
    port: number,
    derived: PreSharedKey,
    most: number,
    told: (error: LinkError) => LinkError,
  ): Promise<Connection> {
    const profile = this.#profile;
    return new Promise((resolve, reject) => {
      const raw = connectTcp({ host, port, noDelay: true, keepAlive: true });
      const socket = connectTls({
        socket: raw,
        secureContext: secureContext(profile),
        pskCallback: () => ({ psk: derived.psk, identity: derived.identity }),
        // Only reached where the other side answers with a certificate.
        checkServerIdentity: () =>
          Object.assign(new Error("a certificate"), { code: "ERR_SYMBION_CERTIFICATE" }),
      });
      const limit = deadline(this.#options.connectMs ?? 10_000, () => {
        const late = new LinkError("unreachable", "the other side did not answer in time");
        socket.destroy(late);
        raw.destroy(late);
      });
      let decided = false;
      const fail = (error: unknown): void => {
        if (decided) return;
        decided = true;
        takeBack(limit);
        socket.destroy();
        raw.destroy();
        reject(this.#refused(told(callerError(error))));
      };
      raw.on("error", fail);
      socket.on("error", fail);
      socket.once("close", () => {
        if (!decided) fail(new LinkError("unreachable", "the connection broke"));
      });
      socket.once("secureConnect", () => {
        try {
          const group = assertHandshake(socket, profile);
          if (group === null) throw new LinkError("wrong-group", "no key exchange is known");
          const channel = new Channel(socket, raw, "caller", most);
          decided = true;
          resolve({ raw, socket, channel, group, settled: () => takeBack(limit) });
        } catch (error) {
          fail(error);
        }
      });
    });
  }
}

function refuseMessage(): void {
  throw new LinkError("protocol", "this side takes no messages");
}

function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon);
  return {
    host: host.startsWith("[") ? host.slice(1, -1) : host,
    port: Number(address.slice(colon + 1)),
  };
}
