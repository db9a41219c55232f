/**
 * Links to peers: one session to each that this node calls, kept open and begun anew every hour, with pauses that grow
 * while a peer cannot be reached; and one from each that calls. Messages go over whatever session is open, whoever
 * opened it.
 */

import { randomInt } from "node:crypto";
import type { Peer } from "@symbion/core";
import {
  type Identity,
  LinkError,
  type LinkPeer,
  type LinkProfile,
  type LinkSession,
} from "@symbion/secure";
import {
  createLinkCaller,
  createLinkListener,
  type LinkCaller,
  type LinkListener,
  type LinkLogEvent,
  type LinkStore,
} from "@symbion/secure/node";
import { PeerUnreachable } from "./errors.ts";

/** A session is replaced by the next one after so long, milliseconds. */
const SESSION_MS = 3_600_000;
/** Pauses between attempts to reach a peer, milliseconds: doubled from the first to the longest. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 300_000;
/** Spread of pauses, so that nodes do not call at the same moments. */
const SPREAD = 0.2;

/** What links need from around them. */
export type LinksHost = {
  readonly store: LinkStore;
  readonly identity: Identity;
  readonly profile: LinkProfile;
  /** Takes a message; resolves true when it is safe here. */
  readonly onMessage: (peer: string, session: string, message: string) => Promise<boolean>;
  /** A session to a peer is open. */
  readonly onConnected: (peer: string) => void;
  /** Another node has enrolled here. */
  readonly onEnrolled: (peer: string) => void;
  /** Something about peers has changed. */
  readonly onChange: () => void;
  readonly log: (text: string) => void;
  /** Whether peers are called by themselves. */
  readonly calls: boolean;
};

/** What is known of the link to a peer. */
export type LinkState = Pick<Peer, "state" | "group" | "reason">;

type Line = {
  session: LinkSession | null;
  state: LinkState;
  /** Ends the pause, or the hour. */
  timer: NodeJS.Timeout | null;
  failures: number;
  calling: boolean;
  /** Bytes beyond messages that were told already. */
  told: number;
};

/** See the file's head. */
export class Links {
  readonly #host: LinksHost;
  readonly #caller: LinkCaller;
  readonly #lines = new Map<string, Line>();
  #listener: LinkListener | null = null;
  #payload = 0;
  #security = 0;
  readonly #open = new Set<LinkSession>();
  #stopped = false;

  constructor(host: LinksHost) {
    this.#host = host;
    this.#caller = createLinkCaller({
      store: host.store,
      identity: host.identity,
      profile: host.profile,
      onMessage: (message, { peer, session }) => this.#take(message, peer, session),
      onLog: (event) => this.#log(event),
    });
  }

  /** Where peers may call; null: nowhere. */
  get listening(): string | null {
    if (this.#listener === null) return null;
    const { host, port } = this.#listener;
    return `${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  /** The listener, where there is one. */
  get listener(): LinkListener | null {
    return this.#listener;
  }

  /** Listens from now on; rejects where the address cannot be had. */
  async listen(at: { readonly host: string; readonly port: number }): Promise<void> {
    this.#listener = await createLinkListener({
      ...{ store: this.#host.store, identity: this.#host.identity, profile: this.#host.profile },
      ...{ host: at.host, port: at.port },
      onSession: (session) => this.#opened(session),
      onPeer: (peer) => this.#host.onEnrolled(peer.id),
      onMessage: (message, { peer, session }) => this.#take(message, peer, session),
      onLog: (event) => this.#log(event),
    });
  }

  /** Calls every peer that is to be called and is not. */
  call(): void {
    if (!this.#host.calls || this.#stopped) return;
    for (const peer of this.#host.store.peers()) {
      if (peer.address !== null) this.#call(peer.id);
    }
  }

  /** Enrols by an invitation, and calls. */
  async enrol(invitation: string): Promise<LinkPeer> {
    const peer = await this.#caller.enrol(invitation);
    const line = this.#lines.get(peer.id);
    if (line !== undefined) await this.#end(line);
    this.#lines.delete(peer.id);
    if (this.#host.calls) this.#call(peer.id);
    return peer;
  }

  /** Destroys the keys of a peer and ends its session; false where there is none. */
  async forget(peer: string): Promise<boolean> {
    const line = this.#lines.get(peer);
    const removed = await this.#host.store.remove(peer);
    this.#lines.delete(peer);
    if (line !== undefined) await this.#end(line);
    this.#host.onChange();
    return removed;
  }

  /** What is known of the link to a peer. */
  state(peer: string): LinkState {
    return this.#lines.get(peer)?.state ?? { state: "waiting", group: null, reason: "" };
  }

  /** Sends a message over the open session; resolves when the peer has confirmed it. */
  async send(
    peer: string,
    message: string,
  ): Promise<{ readonly session: string; readonly securityBytes: number }> {
    const line = this.#lines.get(peer);
    if (line === undefined || line.session === null) {
      throw new PeerUnreachable(line?.state.reason || "there is no open session");
    }
    const { session } = line;
    try {
      await session.send(new TextEncoder().encode(message));
    } catch (error) {
      throw new PeerUnreachable(reasonOf(error));
    }
    const security = securityOf(session);
    const fresh = security - line.told;
    line.told = security;
    return { session: session.id, securityBytes: fresh };
  }

  /** Bytes of all sessions since the start. */
  bytes(): { readonly payloadBytes: number; readonly securityBytes: number } {
    let payloadBytes = this.#payload;
    let securityBytes = this.#security;
    for (const session of this.#open) {
      payloadBytes += payloadOf(session);
      securityBytes += securityOf(session);
    }
    return { payloadBytes, securityBytes };
  }

  /** Ends all sessions and listens no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { timer } of this.#lines.values()) if (timer !== null) clearTimeout(timer);
    await this.#listener?.close();
    await this.#caller.close();
  }

  #line(peer: string): Line {
    let line = this.#lines.get(peer);
    if (line === undefined) {
      line = {
        ...{ session: null, timer: null, failures: 0, calling: false, told: 0 },
        state: { state: "waiting", group: null, reason: "" },
      };
      this.#lines.set(peer, line);
    }
    return line;
  }

  #call(peer: string): void {
    const line = this.#line(peer);
    if (line.calling || line.session !== null || line.timer !== null || this.#stopped) return;
    line.calling = true;
    this.#caller.open(peer).then(
      (session) => {
        line.calling = false;
        line.failures = 0;
        this.#opened(session);
      },
      (error: unknown) => {
        line.calling = false;
        this.#failed(peer, line, error);
      },
    );
  }

  #failed(peer: string, line: Line, error: unknown): void {
    if (this.#stopped || this.#lines.get(peer) !== line) return;
    const gone = error instanceof LinkError && error.code === "unreachable";
    line.state = {
      ...{ state: gone ? "unreachable" : "refused", group: line.state.group },
      reason: reasonOf(error),
    };
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** line.failures++);
    this.#again(peer, line, spread(pause));
    this.#host.onChange();
  }

  #again(peer: string, line: Line, pause: number): void {
    if (line.timer !== null) clearTimeout(line.timer);
    line.timer = setTimeout(() => {
      line.timer = null;
      this.#call(peer);
    }, pause);
    line.timer.unref();
  }

  #opened(session: LinkSession): void {
    const { peer, group } = session;
    const line = this.#line(peer);
    const before = line.session;
    line.session = session;
    line.told = 0;
    line.state = { state: "connected", group, reason: "" };
    this.#open.add(session);
    if (session.role === "caller") {
      if (line.timer !== null) clearTimeout(line.timer);
      line.timer = setTimeout(() => {
        line.timer = null;
        void this.#renew(peer, line, session);
      }, SESSION_MS);
      line.timer.unref();
    }
    void session.closed.then((error) => this.#closed(session, line, error));
    void before?.close().catch(() => undefined);
    this.#host.onChange();
    this.#host.onConnected(peer);
  }

  /** A new session with a new key; the old one ends when that is open. */
  async #renew(peer: string, line: Line, session: LinkSession): Promise<void> {
    if (line.session !== session || this.#stopped) return;
    await session.close().catch(() => undefined);
    this.#call(peer);
  }

  #closed(session: LinkSession, line: Line, error: Error | null): void {
    this.#payload += payloadOf(session);
    this.#security += securityOf(session);
    this.#open.delete(session);
    if (line.session !== session) return;
    line.session = null;
    const { group } = line.state;
    line.state = { state: "waiting", group, reason: error === null ? "" : reasonOf(error) };
    this.#host.onChange();
    if (session.role !== "caller" || this.#stopped) return;
    if (this.#lines.get(session.peer) === line && this.#host.calls) {
      this.#again(session.peer, line, spread(FIRST_PAUSE));
    }
  }

  async #end(line: Line): Promise<void> {
    if (line.timer !== null) clearTimeout(line.timer);
    line.timer = null;
    await line.session?.close().catch(() => undefined);
  }

  async #take(message: Uint8Array, peer: string, session: LinkSession): Promise<void> {
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(message);
    } catch {
      this.#host.log(`${peer} sent bytes that are no text: they are thrown away`);
      return;
    }
    if (await this.#host.onMessage(peer, session.id, text)) return;
    throw new Error("the message could not be kept");
  }

  #log({ level, event, peer, remote, code, text }: LinkLogEvent): void {
    if (level !== "warn" && event !== "enrolled") return;
    const who = peer ?? remote ?? "somebody";
    this.#host.log(`${who}: ${event}${code === undefined ? "" : ` (${code})`}: ${text}`);
  }
}

/** Somewhat less than a pause. */
function spread(pause: number): number {
  return pause * (1 - (SPREAD * randomInt(1000)) / 1000);
}

function payloadOf(session: LinkSession): number {
  const { payloadUp, payloadDown } = session.bytes();
  return payloadUp + payloadDown;
}

function securityOf(session: LinkSession): number {
  const { payloadUp, payloadDown, wireUp, wireDown } = session.bytes();
  return wireUp + wireDown - payloadUp - payloadDown;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof LinkError ? `${error.code}: ${error.message}` : error.message;
}
