/**
 * Keys, budgets and links of a node, in a thread of their own (or in a command, where no node runs): nothing that waits
 * for a disk or computes signatures keeps a camera waiting. It is told what to do by messages; what it is told while
 * something is being opened waits for that.
 */

import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { Peer, PrivacyBudget, Release, ReleasePrivacy } from "@symbion/core";
import {
  type BudgetLedger,
  LedgerError,
  PrivacyError,
  ReleaseDesk,
  type TierPolicy,
  tierBudgets,
  tierOf,
  windowOf,
  zcdpEpsilon,
} from "@symbion/privacy";
import { openFileLedger } from "@symbion/privacy/node";
import { KeyStoreError, LinkError, SecureError } from "@symbion/secure";
import {
  type KeyVault,
  type LinkStore,
  nativePrimitives,
  openLinkStore,
} from "@symbion/secure/node";
import { NO_SHARE, type ShareConfig, type ShareRelease } from "../config/share-types.ts";
import type { CryptoUse, Invited, SharePolicy } from "../server/share-schemas.ts";
import { PeerUnreachable, ShareOff, ShareRefused } from "./errors.ts";
import { Evidence } from "./evidence.ts";
import { usesOfNode } from "./inventory.ts";
import { Promises } from "./invitations.ts";
import { Links } from "./links.ts";
import type {
  FromShare,
  ShareRequest,
  ShareRequests,
  ShareState,
  TellJob,
  TellResult,
  ToShare,
} from "./messages.ts";
import { policyFor, readPolicy, writePolicy } from "./policy-file.ts";
import { wordsOf } from "./statistics.ts";
import { statisticOf } from "./values.ts";
import { openVault } from "./vault.ts";

/** State is told at most so often, milliseconds. */
const TELL_INTERVAL = 500;
/** Figures are told at least so often while something happens, milliseconds. */
const METER_INTERVAL = 5000;
/** A listener or ledger that cannot be had is tried again so often, milliseconds. */
const RETRY = 10_000;
/** Windows before the day before are closed for ever. */
const DAY = 86_400_000;
/** A clock has leapt where it differs by so much from time that passed, and is steady after so long, milliseconds. */
const LEAP = 60_000;
const STEADY = 3_600_000;

/** How an engine is run. */
export type EngineOptions = {
  readonly config: ShareConfig;
  /** Folder of keys, budgets and the policy; made where it is missing. */
  readonly folder: string;
  readonly name: string;
  /** Whether peers are called by themselves. */
  readonly calls: boolean;
};

type Open = {
  readonly vault: KeyVault;
  readonly store: LinkStore;
  readonly ledger: BudgetLedger;
  readonly promises: Promises;
  readonly evidence: Evidence;
  readonly links: Links;
  /** Null: the configuration has no tiers, or the policy does not count. */
  policy: TierPolicy | null;
  desk: ReleaseDesk | null;
};

/** Runs keys, budgets and links. */
export class ShareEngine {
  readonly #send: (message: FromShare) => void;
  readonly #now: () => number;
  #options: EngineOptions = { config: NO_SHARE, folder: "", name: "", calls: false };
  #open: Open | null = null;
  /** Messages are dealt with one after the other where they change something. */
  #queue: Promise<void> = Promise.resolve();
  readonly #receipts = new Map<number, (taken: boolean) => void>();
  #receipt = 0;
  #telling: NodeJS.Timeout | null = null;
  #meter: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  #problem = "";
  #privacyCpuMs = 0;
  #sealCpuMs = 0;
  #clock: { readonly wall: number; readonly mono: number };
  readonly #began: NodeJS.CpuUsage = process.threadCpuUsage();
  #stopped = false;

  /** @param now Milliseconds since 1970. */
  constructor(send: (message: FromShare) => void, now: () => number = Date.now) {
    this.#send = send;
    this.#now = now;
    this.#clock = { wall: now(), mono: performance.now() };
  }

  /** Does what a message says, and answers. */
  handle(message: ToShare): void {
    switch (message.type) {
      case "configure":
        void this.configure({ ...message, calls: true }).catch((error: unknown) => {
          this.#log(reasonOf(error));
        });
        break;
      case "ask":
        this.ask(message.what, message.ask).then(
          (value) => this.#send({ type: "answer", request: message.request, value }),
          (error: unknown) =>
            this.#send({
              ...{ type: "refused", request: message.request, message: reasonOf(error) },
              kind:
                error instanceof ShareRefused || error instanceof ShareOff
                  ? "refused"
                  : error instanceof PeerUnreachable
                    ? "unreachable"
                    : "failed",
            }),
        );
        break;
      case "seal":
        this.#seal(message.release);
        break;
      case "taken":
        this.#receipts.get(message.receipt)?.(message.taken);
        this.#receipts.delete(message.receipt);
        break;
      case "stop":
        void this.stop();
    }
  }

  /** Works as these say from now on. Rejects where keys or budgets cannot be opened; then it is tried again. */
  configure(options: EngineOptions): Promise<void> {
    return this.#inTurn(() => this.#configure(options));
  }

  /** One request. Rejects with {@link ShareRefused}, {@link PeerUnreachable}, or what went wrong. */
  async ask<K extends ShareRequest>(
    what: K,
    ask: ShareRequests[K]["ask"],
  ): Promise<ShareRequests[K]["answer"]> {
    // Sending waits for the other side, and must not keep anything else waiting.
    if (what === "send") {
      const { peer, message } = ask as ShareRequests["send"]["ask"];
      const sent = await this.#opened().links.send(peer, message);
      this.#changed();
      return sent;
    }
    return await this.#inTurn(async () => {
      try {
        return await this.#answer(what, ask);
      } catch (error) {
        throw inWords(error);
      } finally {
        // Whoever asks for a change and looks afterwards sees it.
        if (what === "tell") this.#changed();
        else this.#send({ type: "state", state: this.state() });
      }
    });
  }

  /** What there is to tell. */
  state(): ShareState {
    const open = this.#open;
    const { user, system } = process.threadCpuUsage(this.#began);
    const other = (user + system) / 1000 - this.#privacyCpuMs - this.#sealCpuMs;
    const bytes = open?.links.bytes() ?? { payloadBytes: 0, securityBytes: 0 };
    return {
      fingerprint: open?.vault.identity.public.fingerprint ?? "",
      keysIn: open?.vault.protection.kind === "keychain" ? "keychain" : "file",
      listening: open?.links.listening ?? null,
      peers: open === null ? [] : this.#peers(open),
      budgets: open === null ? [] : this.#budgets(open),
      ...bytes,
      ...{ privacyCpuMs: this.#privacyCpuMs, sealCpuMs: this.#sealCpuMs },
      linkCpuMs: Math.max(0, other),
    };
  }

  /** Ends sessions, gives keys and budgets back. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of [this.#telling, this.#retry]) if (timer !== null) clearTimeout(timer);
    if (this.#meter !== null) clearInterval(this.#meter);
    for (const taken of this.#receipts.values()) taken(false);
    await this.#queue.catch(() => undefined);
    await this.#close();
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(run);
    this.#queue = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async #configure(options: EngineOptions): Promise<void> {
    if (this.#stopped) return;
    const before = this.#options;
    this.#options = options;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    const { config } = options;
    if (!config.enabled) {
      await this.#close();
      this.#changed();
      return;
    }
    const same = (pick: (config: ShareConfig) => unknown): boolean =>
      JSON.stringify(pick(before.config)) === JSON.stringify(pick(config));
    const stays = same(({ listen, profile, budgets, keys }) => [listen, profile, budgets, keys]);
    if (this.#open !== null && !(stays && before.folder === options.folder)) await this.#close();
    try {
      this.#open ??= await this.#begin(options);
      await this.#adopt(this.#open, this.#open.policy?.recipients ?? {});
    } catch (error) {
      if (!this.#stopped && options.calls) {
        this.#retry = setTimeout(() => {
          void this.configure(this.#options).catch(() => undefined);
        }, RETRY);
      }
      const text = reasonOf(error);
      if (text === this.#problem) return;
      this.#problem = text;
      throw inWords(error);
    }
    this.#problem = "";
    this.#meter ??= setInterval(() => this.#changed(), METER_INTERVAL).unref();
    this.#changed();
  }

  async #begin({ config, folder, calls }: EngineOptions): Promise<Open> {
    const undo: (() => Promise<void> | void)[] = [];
    try {
      const vault = await openVault(folder, config, true);
      undo.push(() => vault.close());
      if (vault.created)
        this.#log(`this node has an identity now: ${vault.identity.public.fingerprint}`);
      const ledger = openFileLedger(join(folder, "budgets.ledger"), {
        rules: config.budgets.map(({ purpose, rho }) => ({ purpose, subject: null, rho })),
      });
      undo.push(() => ledger.close());
      const store = await openLinkStore(join(folder, "links"), vault.deriveKey("link keys"));
      undo.push(() => store.close());
      const evidence = await Evidence.open(join(folder, "log"), vault, this.#now());
      undo.push(() => evidence.close());
      const found = await readPolicy(folder, vault.identity, nativePrimitives());
      if ("problem" in found) this.#log(found.problem);
      const links = new Links({
        ...{ store, identity: vault.identity, profile: config.profile, calls },
        onMessage: (peer, session, message) => this.#received(peer, session, message),
        onConnected: (peer) => this.#send({ type: "connected", peer }),
        onEnrolled: (peer) => this.#enrolled(peer),
        onChange: () => this.#changed(),
        log: (text) => this.#log(text),
      });
      undo.push(() => links.stop());
      const open: Open = {
        ...{
          vault,
          store,
          ledger,
          evidence,
          links,
          promises: await Promises.open(folder),
          desk: null,
        },
        policy: "policy" in found ? found.policy : null,
      };
      if (config.listen !== null) await links.listen(config.listen);
      links.call();
      return open;
    } catch (error) {
      for (const step of undo.reverse()) await step();
      throw error;
    }
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    if (open === null) return;
    await open.links.stop();
    await open.store.close();
    await open.evidence.close().catch((error: unknown) => this.#log(reasonOf(error)));
    open.ledger.close();
    open.vault.close();
  }

  #opened(): Open {
    if (this.#open !== null) return this.#open;
    if (!this.#options.config.enabled) throw new ShareOff();
    throw new ShareRefused(this.#problem || "keys and budgets are about to be opened: try again");
  }

  /** Signs and takes up the policy that configuration and recipients ask for. */
  async #adopt(open: Open, recipients: Readonly<Record<string, string>>): Promise<void> {
    const known = new Set(open.store.peers().map(({ id }) => id));
    const kept = Object.fromEntries(Object.entries(recipients).filter(([id]) => known.has(id)));
    const policy = policyFor(this.#options.config, open.policy, kept);
    if (policy === null) {
      open.desk = null;
      return;
    }
    if (policy !== open.policy) {
      await writePolicy(this.#options.folder, open.vault.identity, policy);
      open.policy = policy;
    }
    if (open.desk === null) open.desk = new ReleaseDesk({ policy, ledger: open.ledger });
    else if (open.desk.policy.version < policy.version) open.desk.adopt(policy);
  }

  async #answer<K extends ShareRequest>(
    what: K,
    ask: ShareRequests[K]["ask"],
  ): Promise<ShareRequests[K]["answer"]> {
    const answers: {
      [R in ShareRequest]: (ask: ShareRequests[R]["ask"]) => Promise<ShareRequests[R]["answer"]>;
    } = {
      tell: async (job) => this.#tell(this.#opened(), job),
      invite: ({ tier, holds }) => this.#invite(this.#opened(), tier, holds),
      enrol: async ({ invitation, tier }) => {
        const open = this.#opened();
        const peer = await open.links.enrol(invitation);
        await this.#setTier(open, peer.id, tier);
        return this.#peer(open, peer.id);
      },
      forget: async ({ peer }) => {
        const open = this.#opened();
        const forgotten = await open.links.forget(peer);
        await this.#adopt(open, open.policy?.recipients ?? {});
        return forgotten;
      },
      tier: async ({ peer, tier }) => {
        const open = this.#opened();
        if (!open.store.peers().some(({ id }) => id === peer)) return null;
        await this.#setTier(open, peer, tier);
        return this.#peer(open, peer);
      },
      policy: async () => this.#policy(this.#opened()),
      inventory: async () => this.#inventory(this.#opened()),
      send: ({ peer, message }) => this.#opened().links.send(peer, message),
    };
    return await answers[what](ask);
  }

  #tell(open: Open, job: TellJob): readonly TellResult[] {
    const began = process.threadCpuUsage();
    try {
      return this.#tellEach(open, job);
    } finally {
      const { user, system } = process.threadCpuUsage(began);
      this.#privacyCpuMs += (user + system) / 1000;
    }
  }

  #tellEach({ desk, policy, ledger }: Open, job: TellJob): readonly TellResult[] {
    const { config } = this.#options;
    const release = config.releases.find(({ id }) => id === job.release);
    if (release === undefined || desk === null || policy === null) return [];
    const statistic = statisticOf(release, job.values);
    const key = {
      subject: job.subject,
      purpose: release.purpose,
      window: windowOf(job.slot[0], "day"),
    };
    // A clock that is set back finds what was open then closed.
    if (this.#steady()) ledger.closeBefore(windowOf(Math.max(0, job.slot[0] - DAY), "day"));
    const name = `${release.id}/${job.slot[0]}-${job.slot[1]}`;
    const results: TellResult[] = [];
    for (const peer of Object.keys(policy.recipients)) {
      const tier = tierOf(policy, peer);
      if (tier === null || !release.tiers.includes(tier.name)) continue;
      const told = desk.tell(peer, key, name, statistic);
      const spentRho = told.told ? told.spent : 0;
      const privacy = privacyOf(release, job.subject, config, tier.rho, spentRho);
      if (!told.told) {
        results.push({ ...{ told: false, peer, tier: tier.name, privacy }, reason: told.reason });
        continue;
      }
      const { value, deviation } = told.release;
      results.push({ ...{ told: true, peer, tier: tier.name, privacy, value, deviation } });
    }
    return results;
  }

  /**
   * Whether the clock has gone on for an hour without a leap: closing windows is for ever, and a clock that leapt ahead
   * by mistake must not close those of the years in between.
   */
  #steady(): boolean {
    const wall = this.#now();
    const mono = performance.now();
    const { wall: wallThen, mono: monoThen } = this.#clock;
    const elapsed = mono - monoThen;
    if (Math.abs(wall - wallThen - elapsed) > LEAP) this.#clock = { wall, mono };
    return this.#clock.mono === monoThen && elapsed > STEADY;
  }

  async #invite(open: Open, tier: string | null, holds: number): Promise<Invited> {
    const { listener } = open.links;
    if (listener === null) {
      throw new ShareRefused("expected share.listen in the configuration, got none");
    }
    const now = this.#now();
    open.promises.check(tier, now);
    const host = reachable(listener.host);
    const expiresAt = now + holds;
    await open.promises.add(tier, expiresAt, now);
    const invitation = await listener.createInvitation({ host, expiresInMs: holds });
    return { invitation, expiresAt, fingerprint: open.vault.identity.public.fingerprint };
  }

  /** Somebody has enrolled with an invitation of this node, and is in the tier that it promised. */
  #enrolled(peer: string): void {
    void this.#inTurn(async () => {
      const open = this.#open;
      if (open === null) return;
      const tier = await open.promises.take(this.#now());
      if (tier !== undefined) await this.#setTier(open, peer, tier);
      this.#changed();
    }).catch((error: unknown) => this.#log(reasonOf(error)));
  }

  async #setTier(open: Open, peer: string, tier: string | null): Promise<void> {
    const { config } = this.#options;
    if (tier !== null && !config.tiers.some(({ name }) => name === tier)) {
      const names = config.tiers.map(({ name }) => name).join(", ") || "none in share.policy.tiers";
      throw new ShareRefused(`expected a tier (${names}), got "${tier}"`);
    }
    const { [peer]: _, ...others } = open.policy?.recipients ?? {};
    await this.#adopt(open, tier === null ? others : { ...others, [peer]: tier });
  }

  #peers(open: Open): readonly Peer[] {
    return open.store.peers().map((peer) => {
      const tier = open.policy === null ? null : tierOf(open.policy, peer.id);
      return {
        ...{ id: peer.id, fingerprint: peer.fingerprint, address: peer.address },
        ...{ tier: tier?.name ?? null, inverseTrust: tier?.inverseTrust ?? null },
        ...open.links.state(peer.id),
        ...{ sessions: peer.sessions, lastAt: peer.lastAt },
      };
    });
  }

  #peer(open: Open, id: string): Peer {
    const found = this.#peers(open).find((peer) => peer.id === id);
    if (found === undefined) throw new ShareRefused(`peer ${id} is gone`);
    return found;
  }

  #budgets({ ledger }: Open): readonly PrivacyBudget[] {
    const { config } = this.#options;
    const { delta } = config;
    const today = windowOf(Math.max(0, this.#now() - DAY), "day");
    return ledger
      .budgets()
      .filter(({ key }) => key.window >= today)
      .map(({ key, spentRho, totalRho, refused }) => {
        const release = config.releases.find(({ purpose }) => purpose === key.purpose);
        return {
          ...key,
          ...{ spentRho, totalRho, delta, refused },
          spentEpsilon: zcdpEpsilon(spentRho, delta),
          totalEpsilon: zcdpEpsilon(totalRho, delta),
          unit: release === undefined ? "" : wordsOf(release, key.subject).privacyUnit,
        };
      });
  }

  #policy({ policy, vault }: Open): SharePolicy {
    const { config } = this.#options;
    const { rhoMax, rhoMin } = config;
    const signedBy = vault.identity.public.fingerprint;
    if (policy === null) return { version: 0, rhoMax, rhoMin, tiers: [], recipients: {}, signedBy };
    return { ...policy, tiers: tierBudgets(policy), signedBy };
  }

  #inventory(open: Open): readonly CryptoUse[] {
    return usesOfNode({
      vault: open.vault,
      peers: open.store.peers(),
      profile: this.#options.config.profile,
      now: this.#now(),
    });
  }

  /** Adds a release to the sealed log. */
  #seal(release: Release): void {
    const evidence = this.#open?.evidence;
    if (evidence === undefined) return;
    const began = process.threadCpuUsage();
    evidence
      .add(release)
      .catch((error: unknown) => this.#log(`the sealed log: ${reasonOf(error)}`))
      .finally(() => {
        const { user, system } = process.threadCpuUsage(began);
        this.#sealCpuMs += (user + system) / 1000;
      });
  }

  /** Hands a message to the rest of the node and waits until it is safe there. */
  #received(peer: string, session: string, message: string): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    const receipt = ++this.#receipt;
    return new Promise((resolve) => {
      this.#receipts.set(receipt, resolve);
      this.#send({ type: "received", receipt, peer, session, message });
      this.#changed();
    });
  }

  #changed(): void {
    if (this.#telling !== null || this.#stopped) return;
    this.#telling = setTimeout(() => {
      this.#telling = null;
      try {
        this.#send({ type: "state", state: this.state() });
      } catch (error) {
        this.#log(reasonOf(error));
      }
    }, TELL_INTERVAL);
    this.#telling.unref();
  }

  #log(text: string): void {
    this.#send({ type: "log", text });
  }
}

function privacyOf(
  release: ShareRelease,
  subject: string,
  { delta }: ShareConfig,
  rho: number,
  spentRho: number,
): ReleasePrivacy {
  return {
    ...{ mechanism: "discrete-gaussian", rho, spentRho, epsilon: zcdpEpsilon(rho, delta), delta },
    unit: wordsOf(release, subject).privacyUnit,
  };
}

/** An address under which others can reach this machine. */
function reachable(host: string): string {
  if (host !== "0.0.0.0" && host !== "::") return host;
  for (const list of Object.values(networkInterfaces())) {
    for (const { address, family, internal } of list ?? []) {
      if (family === "IPv4" && !internal) return address;
    }
  }
  return "127.0.0.1";
}

/** What a person can do something about, as a refusal; anything else as it is. */
function inWords(error: unknown): unknown {
  const known =
    error instanceof LinkError ||
    error instanceof KeyStoreError ||
    error instanceof SecureError ||
    error instanceof LedgerError ||
    error instanceof PrivacyError;
  return known ? new ShareRefused(reasonOf(error), { cause: error }) : error;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof LinkError ? `${error.code}: ${error.message}` : error.message;
}
