/**
 * Sharing, as the node sees it. At fixed ticks it gathers what a slot holds, has the thread of links and budgets make
 * noisy numbers of it, writes each down as a release with its message, and hands messages on while their peer can be
 * reached. What comes from peers is checked and stored before it is confirmed. Without a `share` section nothing here
 * runs: there is no thread, no key and no open port.
 */

import type { Worker } from "node:worker_threads";
import type { LiveEvents, Peer, Premium, Release, ReleaseState, ShareStatus } from "@symbion/core";
import { NO_SHARE, type ShareConfig } from "../config/share-types.ts";
import { sortableId } from "../ids.ts";
import { reasonOf } from "../machines/monitors.ts";
import { Thread } from "../machines/thread.ts";
import type { Download, SharePart } from "../server/parts.ts";
import type { CryptoUse, Invited, SharePolicy } from "../server/share-schemas.ts";
import type { Outgoing, Store } from "../store/types.ts";
import { type Door, type Draft, stableId } from "./door.ts";
import { PeerUnreachable, ShareOff, ShareRefused } from "./errors.ts";
import { exportReleases } from "./export.ts";
import { usesOfProduct } from "./inventory.ts";
import type {
  AskMessage,
  FromShare,
  ShareRequest,
  ShareRequests,
  ShareState,
  TellJob,
  TellResult,
  ToShare,
} from "./messages.ts";
import { startShareThread } from "./start.ts";
import { gather, type StatisticSources, wordsOf } from "./statistics.ts";
import { Ticks } from "./ticks.ts";
import { decodeMessage, encodeItem, encodeMessage, fitting } from "./wire.ts";

/** Status is told at most so often, milliseconds. */
const TELL_INTERVAL = 1000;
/** Longest wait for an answer of the thread, milliseconds; links have patience of their own, below this. */
const ANSWER_PATIENCE = 60_000;
/** Numbers go out so long after they were drawn, milliseconds: how long drawing took says nothing then. */
const SEND_DELAY = 300;
/** What waits is looked at again so often, milliseconds: a peer may be reachable without anybody having said so. */
const FLUSH_INTERVAL = 30_000;
/** Most messages that wait for one peer; the oldest fail. */
const MOST_WAITING = 10_000;
/** Messages read from the outbox at once. */
const PAGE = 256;

/** What the service needs from around it. */
export type ShareHost = {
  readonly store: Store;
  readonly door: Door;
  readonly sources: Omit<StatisticSources, "store">;
  readonly publish: <E extends "share" | "aggregate">(event: E, data: LiveEvents[E]) => void;
  /** One line for each thing the owner should know. */
  readonly log: (text: string) => void;
  /** Folder of keys, budgets and the policy. */
  readonly folder: string;
  /** Name of the node. */
  readonly name: () => string;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Starts the thread; for tests. */
  readonly startThread?: (() => Worker) | undefined;
};

const NO_STATE: ShareState = {
  ...{ fingerprint: "", keysIn: "file", listening: null, peers: [], budgets: [] },
  ...{ payloadBytes: 0, securityBytes: 0, privacyCpuMs: 0, linkCpuMs: 0, sealCpuMs: 0 },
};

type Waiting = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
};

/** See the file's head. */
export class ShareService implements SharePart {
  readonly #host: ShareHost;
  readonly #now: () => number;
  readonly #thread: Thread<ToShare, FromShare>;
  readonly #ticks: Ticks;
  readonly #answers = new Map<number, Waiting>();
  readonly #flushing = new Map<string, Promise<void>>();
  #config: ShareConfig = NO_SHARE;
  #state: ShareState = NO_STATE;
  /** What threads before this one have counted. */
  #before: ShareState = NO_STATE;
  #counts: Record<ReleaseState, number> | null = null;
  #request = 0;
  #since: number;
  #started = performance.now();
  #telling: NodeJS.Timeout | null = null;
  #flushTimer: NodeJS.Timeout | null = null;
  #stopping = false;

  constructor(host: ShareHost) {
    this.#host = host;
    this.#now = host.now ?? Date.now;
    this.#since = this.#now();
    this.#thread = new Thread<ToShare, FromShare>({
      start: host.startThread ?? startShareThread,
      onMessage: (message) => this.#hear(message),
      onStart: () => this.#configureThread(),
      onDeath: (reason, pause) => this.#died(reason, pause),
    });
    this.#ticks = new Ticks({
      now: this.#now,
      due: (release, slot) => this.#tick(release, slot),
      log: host.log,
    });
  }

  /** Shares what this configuration says from now on. */
  configure(config: ShareConfig): void {
    if (this.#stopping) return;
    const was = this.#config;
    if (JSON.stringify(was) === JSON.stringify(config)) return;
    this.#config = config;
    if (!config.enabled) {
      this.#ticks.set([]);
      this.#stopFlushing();
      this.#keepCounters();
      this.#state = NO_STATE;
      // The thread has nothing to do from now on, and closes what it has open.
      if (this.#thread.running) this.#configureThread();
      this.#changed();
      return;
    }
    if (this.#thread.running) this.#configureThread();
    else this.#thread.start();
    this.#ticks.set(config.releases);
    this.#flushTimer ??= setInterval(() => this.#flushAll(), FLUSH_INTERVAL).unref();
    this.#changed();
  }

  /** Told of every release that was written down, whoever let it out. */
  released(release: Release): void {
    this.#counts = null;
    if (release.state === "pending") return;
    if (this.#config.enabled) this.#thread.post({ type: "seal", release });
    this.#changed();
  }

  async status(): Promise<ShareStatus> {
    this.#counts ??= { ...(await this.#host.store.releaseCounts()) };
    const { fingerprint, keysIn, listening, peers, budgets } = this.#state;
    const { enabled, profile } = this.#config;
    return {
      ...{ enabled, fingerprint, keysIn, listening, profile, peers, budgets },
      premium: this.premium(),
      counts: this.#counts,
    };
  }

  /** What privacy and security have cost since the node started. */
  premium(): Premium {
    const sum = (pick: (state: ShareState) => number): number =>
      pick(this.#before) + pick(this.#state);
    const payloadBytes = sum((state) => state.payloadBytes);
    const securityBytes = sum((state) => state.securityBytes);
    const privacyCpuMs = sum((state) => state.privacyCpuMs);
    const linkCpuMs = sum((state) => state.linkCpuMs);
    const sealCpuMs = sum((state) => state.sealCpuMs);
    const cpuMs = privacyCpuMs + linkCpuMs + sealCpuMs;
    const { microjoulesPerByte, coreWatts } = this.#config;
    const elapsed = Math.max(1, performance.now() - this.#started);
    return {
      since: this.#since,
      ...{ payloadBytes, securityBytes, privacyCpuMs, linkCpuMs, sealCpuMs },
      coreShare: Math.min(1, cpuMs / elapsed),
      radioJoules: ((payloadBytes + securityBytes) * microjoulesPerByte) / 1e6,
      cpuJoules: (cpuMs / 1000) * coreWatts,
      ...{ microjoulesPerByte, coreWatts },
    };
  }

  invite(tier: string | null, holds: number): Promise<Invited> {
    return this.#ask("invite", { tier: this.#tierOf(tier), holds });
  }

  enrol(invitation: string, tier: string | null): Promise<Peer> {
    return this.#ask("enrol", { invitation, tier: this.#tierOf(tier) });
  }

  async forget(peer: string): Promise<boolean> {
    const forgotten = await this.#ask("forget", { peer });
    if (forgotten) await this.#drop(peer, "the peer was forgotten", 0);
    return forgotten;
  }

  setTier(peer: string, tier: string | null): Promise<Peer | null> {
    return this.#ask("tier", { peer, tier: this.#tierOf(tier) });
  }

  policy(): Promise<SharePolicy> {
    return this.#ask("policy", null);
  }

  async inventory(): Promise<readonly CryptoUse[]> {
    const all = usesOfProduct();
    return this.#config.enabled ? [...(await this.#ask("inventory", null)), ...all] : all;
  }

  exportLog(format: "csv" | "ndjson", client: string): Promise<Download> {
    const { store, door } = this.#host;
    return exportReleases({ store, door, format, client, now: this.#now() });
  }

  /** Ends: nothing leaves afterwards; what waits stays in the store. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#ticks.set([]);
    this.#stopFlushing();
    if (this.#telling !== null) clearTimeout(this.#telling);
    await this.#thread.stop({ type: "stop" });
    this.#failAnswers(new PeerUnreachable("the node ends"));
    await Promise.allSettled(this.#flushing.values());
  }

  #tierOf(tier: string | null): string | null {
    if (tier === null || !this.#config.enabled) return tier;
    const names = this.#config.tiers.map(({ name }) => name);
    if (names.includes(tier)) return tier;
    const known = names.length === 0 ? "none in share.policy.tiers" : names.join(", ");
    throw new ShareRefused(`expected a tier (${known}), got "${tier}"`);
  }

  #configureThread(): void {
    const { folder, name } = this.#host;
    this.#thread.post({ type: "configure", config: this.#config, folder, name: name() });
  }

  async #ask<K extends ShareRequest>(
    what: K,
    ask: ShareRequests[K]["ask"],
  ): Promise<ShareRequests[K]["answer"]> {
    if (!this.#config.enabled) throw new ShareOff();
    if (!this.#thread.running) throw new ShareRefused("links are about to begin anew: try again");
    const request = ++this.#request;
    return await new Promise<ShareRequests[K]["answer"]>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#answers.delete(request);
        reject(new PeerUnreachable(`no answer within ${ANSWER_PATIENCE / 1000} s`));
      }, ANSWER_PATIENCE);
      this.#answers.set(request, {
        // The thread answers each request with what belongs to it.
        resolve: (value) => resolve(value as ShareRequests[K]["answer"]),
        reject,
        timer,
      });
      this.#thread.post({ type: "ask", request, what, ask } as AskMessage);
    });
  }

  #hear(message: FromShare): void {
    switch (message.type) {
      case "state":
        if (!this.#config.enabled) return;
        this.#state = message.state;
        this.#changed();
        break;
      case "answer":
        this.#answered(message.request)?.resolve(message.value);
        break;
      case "refused": {
        const { kind, message: text } = message;
        const error =
          kind === "refused"
            ? new ShareRefused(text)
            : kind === "unreachable"
              ? new PeerUnreachable(text)
              : new Error(text);
        this.#answered(message.request)?.reject(error);
        break;
      }
      case "received":
        void this.#received(message);
        break;
      case "connected":
        this.#flush(message.peer);
        break;
      case "log":
        this.#host.log(`share: ${message.text}`);
        break;
    }
  }

  #answered(request: number): Waiting | undefined {
    const waiting = this.#answers.get(request);
    if (waiting === undefined) return undefined;
    clearTimeout(waiting.timer);
    this.#answers.delete(request);
    return waiting;
  }

  #failAnswers(error: Error): void {
    for (const request of [...this.#answers.keys()]) this.#answered(request)?.reject(error);
  }

  #died(reason: string, pause: number): void {
    this.#host.log(`share: its thread died (${reason}) and begins anew in ${pause} ms`);
    this.#keepCounters();
    this.#failAnswers(new PeerUnreachable("links begin anew"));
  }

  /** A thread that ends takes its counters with it. */
  #keepCounters(): void {
    const { payloadBytes, securityBytes, privacyCpuMs, linkCpuMs, sealCpuMs } = this.#state;
    this.#before = {
      ...NO_STATE,
      payloadBytes: this.#before.payloadBytes + payloadBytes,
      securityBytes: this.#before.securityBytes + securityBytes,
      privacyCpuMs: this.#before.privacyCpuMs + privacyCpuMs,
      linkCpuMs: this.#before.linkCpuMs + linkCpuMs,
      sealCpuMs: this.#before.sealCpuMs + sealCpuMs,
    };
    this.#state = {
      ...this.#state,
      ...{ payloadBytes: 0, securityBytes: 0, privacyCpuMs: 0, linkCpuMs: 0, sealCpuMs: 0 },
    };
  }

  /** One release, one slot, which has ended. */
  async #tick(
    release: ShareConfig["releases"][number],
    slot: readonly [number, number],
  ): Promise<void> {
    const { store, sources } = this.#host;
    const gone = performance.now() + SEND_DELAY;
    const jobs = await gather(release, slot, { ...sources, store });
    const peers = new Set<string>();
    for (const job of jobs) {
      for (const peer of await this.#told(release, job)) peers.add(peer);
    }
    const wait = Math.max(0, gone - performance.now());
    setTimeout(() => {
      for (const peer of peers) this.#flush(peer);
    }, wait).unref();
  }

  /** Has one number told and writes down what follows from it; returns the peers that have something waiting. */
  async #told(release: ShareConfig["releases"][number], job: TellJob): Promise<readonly string[]> {
    const recipients = this.#state.peers.filter(
      ({ tier }) => tier !== null && release.tiers.includes(tier),
    );
    if (recipients.length === 0) return [];
    const done = await Promise.all(
      recipients.map(({ id }) => this.#host.store.release(this.#releaseId(release.id, job, id))),
    );
    // Told before a restart, or before the clock was set back.
    if (done.every((one) => one !== null)) return [];
    const results = await this.#ask("tell", job);
    const peers: string[] = [];
    for (const result of results) {
      if (done[recipients.findIndex(({ id }) => id === result.peer)]) continue;
      if (await this.#write(release, job, result)) peers.push(result.peer);
    }
    return peers;
  }

  #releaseId(release: string, { subject, slot }: TellJob, peer: string): string {
    return stableId(slot[1], release, subject, String(slot[0]), peer, this.#state.fingerprint);
  }

  /** Writes one result down; whether it waits to be sent. */
  async #write(
    release: ShareConfig["releases"][number],
    job: TellJob,
    result: TellResult,
  ): Promise<boolean> {
    const { door } = this.#host;
    const { what, unit, privacyUnit } = wordsOf(release, job.subject);
    const id = this.#releaseId(release.id, job, result.peer);
    const draft: Draft = {
      ...{ id, recipient: result.peer, route: "link", what, purpose: release.purpose },
      ...{ subject: job.subject, tier: result.tier, privacy: result.privacy, payloadBytes: 0 },
    };
    if (!result.told) {
      await door.refuse(draft, result.reason);
      return false;
    }
    const message = encodeItem({
      ...{ release: id, what, subject: job.subject, window: job.slot },
      ...{ value: result.value, deviation: result.deviation, unit, tier: result.tier },
      ...{ epsilon: result.privacy.epsilon, delta: result.privacy.delta, privacyUnit },
    });
    await door.open({ ...draft, payloadBytes: Buffer.byteLength(message) }, message);
    return true;
  }

  #flushAll(): void {
    void this.#host.store.waiting().then(
      (waiting) => {
        for (const [peer, count] of Object.entries(waiting)) {
          if (count > MOST_WAITING) {
            void this.#drop(peer, `more than ${MOST_WAITING} waited for the peer`, MOST_WAITING);
          }
          this.#flush(peer);
        }
      },
      () => undefined,
    );
  }

  /** Sends what waits for a peer, oldest first, until nothing does or the peer cannot be reached. */
  #flush(peer: string): void {
    if (this.#stopping || !this.#config.enabled || this.#flushing.has(peer)) return;
    const run = this.#send(peer)
      .catch((error: unknown) => {
        if (!(error instanceof PeerUnreachable)) {
          this.#host.log(`share: ${peer}: ${reasonOf(error)}`);
        }
      })
      .finally(() => this.#flushing.delete(peer));
    this.#flushing.set(peer, run);
  }

  async #send(peer: string): Promise<void> {
    const { store, door } = this.#host;
    for (;;) {
      const waiting = await store.outgoing(peer, PAGE);
      if (waiting.length === 0 || this.#stopping) return;
      if (!this.#state.peers.some(({ id }) => id === peer)) return;
      const batch = fitting(waiting);
      const message = encodeMessage(batch.map((one) => one.message));
      const { session, securityBytes } = await this.#ask("send", { peer, message });
      // What belongs to none of the numbers alone is security's, too: the envelope and its commas.
      const inside = batch.reduce((sum, one) => sum + Buffer.byteLength(one.message), 0);
      const extra = securityBytes + Buffer.byteLength(message) - inside;
      await Promise.all(
        batch.map(async ({ id }, index) => {
          const opened = await door.resume(id);
          await opened?.end({
            state: "sent",
            session,
            securityBytes: portion(extra, index, batch),
          });
        }),
      );
    }
  }

  /** Gives up what waits for a peer but the newest `keep`. */
  async #drop(peer: string, reason: string, keep: number): Promise<void> {
    const { store, door } = this.#host;
    for (;;) {
      const count = (await store.waiting())[peer] ?? 0;
      const oldest = await store.outgoing(peer, Math.min(PAGE, Math.max(1, count - keep)));
      if (count <= keep || oldest.length === 0) return;
      for (const { id } of oldest) {
        const opened = await door.resume(id);
        if (opened === null) return;
        await opened.end({ state: "failed", reason });
      }
    }
  }

  async #received(message: Extract<FromShare, { type: "received" }>): Promise<void> {
    const { store, publish, log } = this.#host;
    const { receipt, peer, session } = message;
    const decoded = decodeMessage(message.message, this.#now());
    if ("problem" in decoded) {
      log(`share: ${peer} sent something that is no message: ${decoded.problem}`);
      // Sent again it would be no better.
      this.#thread.post({ type: "taken", receipt, taken: true });
      return;
    }
    try {
      for (const { release, ...item } of decoded.items) {
        const at = this.#now();
        const aggregate = { ...item, id: sortableId(at), at, peer, session };
        const fresh = await store.putAggregate({ aggregate, source: release });
        if (fresh) publish("aggregate", aggregate);
      }
      this.#thread.post({ type: "taken", receipt, taken: true });
    } catch (error) {
      // The peer keeps it and sends it again.
      log(`share: what ${peer} sent could not be stored: ${reasonOf(error)}`);
      this.#thread.post({ type: "taken", receipt, taken: false });
    }
  }

  #stopFlushing(): void {
    if (this.#flushTimer !== null) clearInterval(this.#flushTimer);
    this.#flushTimer = null;
  }

  #changed(): void {
    if (this.#telling !== null || this.#stopping) return;
    this.#telling = setTimeout(() => {
      this.#telling = null;
      this.status().then(
        (status) => this.#host.publish("share", status),
        () => undefined,
      );
    }, TELL_INTERVAL);
    this.#telling.unref();
  }
}

/** The share of one of several messages in bytes that belong to all; the shares add up exactly. */
function portion(bytes: number, index: number, all: readonly Outgoing[]): number {
  const each = Math.floor(bytes / all.length);
  return index < bytes - each * all.length ? each + 1 : each;
}
