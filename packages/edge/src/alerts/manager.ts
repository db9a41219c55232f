/**
 * Alerting with a memory. Every step of the engine is written down, together with the deliveries that follow from it,
 * in one transaction; only then is anything sent. After a restart, killed or not, alerts that fired go on and what
 * was not delivered is delivered.
 */

import {
  type Alert,
  type ChannelInfo,
  type Delivery,
  expected,
  type Insight,
  type RuleInfo,
  type Silence,
} from "@symbion/core";
import type { AlertRule, ChannelConfig } from "../config/types.ts";
import type { Door } from "../share/door.ts";
import type { Store } from "../store/types.ts";
import { type Channel, type ChannelHost, type Message, reasonOf } from "./channels/channel.ts";
import { createChannel } from "./channels/create.ts";
import { vapidKeys } from "./channels/vapid.ts";
import { alertPath } from "./channels/webpush.ts";
import { Deliverer } from "./deliverer.ts";
import { Engine, type Moment, type Transition } from "./engine.ts";
import { deliveryId, newId } from "./ids.ts";
import { type Timer, WakeUp } from "./timer.ts";
import type { Alerts } from "./types.ts";
import { describeAlert, describeEvent, type NamedCamera, sourceName } from "./words.ts";

/** Wait before what the store refused is offered to it again, in milliseconds. */
const SAVE_AGAIN = 15_000;

/** Alerts per page when the store is read at the start. */
const PAGE = 1000;

/** What alerting needs, complete. See `AlertsOptions`. */
export type ManagerParts = {
  readonly store: Store;
  readonly door: Pick<Door, "openAlert"> | null;
  readonly rules: readonly AlertRule[];
  readonly channels: readonly ChannelConfig[];
  readonly nodeName: string;
  readonly cameras: () => readonly NamedCamera[];
  readonly publicUrl: string | null;
  readonly now: () => number;
  readonly timer: Timer;
  readonly random: () => number;
  readonly log: (text: string) => void;
  readonly onAlert: (alert: Alert) => void;
  readonly onDelivery: (delivery: Delivery) => void;
};

/** What the store refused: an alert with its deliveries. */
type Unsaved = { readonly alert: Alert; readonly deliveries: readonly Delivery[] };

/** See the file's head. Made by `createAlerts`. */
export class AlertManager implements Alerts {
  readonly #parts: ManagerParts;
  readonly #engine: Engine;
  readonly #deliverer: Deliverer;
  readonly #vapid: ReturnType<typeof vapidKeys>;
  readonly #wake: WakeUp;
  readonly #saveAgain: WakeUp;
  readonly #unsaved = new Map<string, Unsaved>();
  /** What is being written, by alert; never rejects. */
  readonly #writing = new Map<string, Promise<void>>();
  #rules: readonly AlertRule[] = [];
  #configs = new Map<string, string>();
  #channels = new Map<string, Channel>();
  #silences: readonly Silence[] = [];
  #stopped = false;

  /** Nothing happens before {@link AlertManager.start}. */
  constructor(parts: ManagerParts) {
    const { store, timer, now, random, log, onDelivery } = parts;
    this.#parts = parts;
    this.#vapid = vapidKeys(store);
    this.#engine = new Engine((rule, insight) =>
      describeAlert(rule, insight, parts.cameras(), parts.nodeName),
    );
    this.#deliverer = new Deliverer({
      store,
      timer,
      now,
      random,
      log,
      onDelivery,
      door: parts.door,
      message: (delivery, alert) => this.#message(delivery, alert),
    });
    this.#wake = new WakeUp(timer, () => {
      const moment = this.#moment();
      this.#follow(this.#engine.tick(moment), moment).catch(() => {});
    });
    this.#saveAgain = new WakeUp(timer, () => void this.#save());
  }

  /** Takes up what the store knows and begins to deliver. Rejects with the store's error. */
  async start(): Promise<void> {
    const { store, rules, channels } = this.#parts;
    const moment = this.#moment();
    this.#silences = (await store.silences()).filter(({ until }) => until > moment.wall);
    this.#rules = rules;
    this.#engine.configure(rules, moment);
    this.#engine.silence(this.#silences, moment);
    const firing = await this.#alerts({ states: ["pending", "firing"] });
    const cooldown = Math.max(0, ...rules.map(({ cooldownSeconds }) => cooldownSeconds)) * 1000;
    const ended = await this.#alerts({ states: ["resolved"], from: moment.wall - cooldown });
    const transitions = this.#engine.restore(firing, ended, moment);
    await this.#useChannels(channels);
    await this.#deliverer.start(this.#channels);
    // What the store refuses now is offered again; a full disk is no reason not to start.
    await this.#follow(transitions, moment).catch(() => {});
  }

  async take(insight: Insight): Promise<void> {
    if (this.#stopped) return;
    const moment = this.#moment();
    await this.#follow(this.#engine.take(insight, moment), moment);
  }

  async configure(rules: readonly AlertRule[], channels: readonly ChannelConfig[]): Promise<void> {
    const moment = this.#moment();
    this.#rules = rules;
    const transitions = this.#engine.configure(rules, moment);
    await this.#useChannels(channels);
    this.#deliverer.use(this.#channels);
    this.#tellChannels();
    await this.#follow(transitions, moment);
  }

  firing(): readonly Alert[] {
    return this.#engine.firing();
  }

  rules(): readonly RuleInfo[] {
    const now = this.#parts.now();
    const firing = this.#engine.firing();
    return this.#rules.map(({ id, name }) => {
      const until = this.#silences
        .filter((silence) => silence.until > now && (silence.rule === null || silence.rule === id))
        .map((silence) => silence.until);
      return {
        id,
        name,
        firing: firing.filter(({ rule }) => rule === id).length,
        silencedUntil: until.length === 0 ? null : Math.max(...until),
      };
    });
  }

  async channels(): Promise<readonly ChannelInfo[]> {
    const { store } = this.#parts;
    return Promise.all(
      [...this.#channels.values()].map(async (channel) => {
        const { id, kind, target } = channel;
        let lastDelivery = this.#deliverer.last(id);
        if (lastDelivery === null) {
          const page = await store.deliveries({ channels: [id], limit: 1 });
          lastDelivery = page.items[0] ?? null;
        }
        return { id, kind, target, problem: await channel.problem(), lastDelivery };
      }),
    );
  }

  async acknowledge(id: string): Promise<Alert | null> {
    const moment = this.#moment();
    const transition = this.#engine.acknowledge(id, moment);
    if (transition !== null) {
      await this.#follow([transition], moment);
      return transition.alert;
    }
    const stored = await this.#parts.store.alert(id);
    if (stored === null || stored.acknowledgedAt !== null) return stored;
    const alert = { ...stored, acknowledgedAt: moment.wall };
    await this.#follow([{ alert, tell: null, channels: [] }], moment);
    return alert;
  }

  async silences(): Promise<readonly Silence[]> {
    const now = this.#parts.now();
    const over = this.#silences.filter(({ until }) => until <= now);
    this.#silences = this.#silences.filter(({ until }) => until > now);
    await Promise.all(over.map(({ id }) => this.#parts.store.deleteSilence(id)));
    return this.#silences;
  }

  async silence(rule: string | null, until: number): Promise<Silence> {
    const now = this.#parts.now();
    if (rule !== null && !this.#rules.some(({ id }) => id === rule)) {
      throw expected("the id of a rule, or null for all", rule, "silence");
    }
    if (!Number.isFinite(until) || until <= now) {
      throw expected("a time to come, in milliseconds since 1970", until, "silence");
    }
    const silence: Silence = { id: newId(now), rule, until };
    await this.#parts.store.putSilence(silence);
    await this.#useSilences([...this.#silences, silence]);
    return silence;
  }

  async unsilence(id: string): Promise<boolean> {
    const deleted = await this.#parts.store.deleteSilence(id);
    await this.#useSilences(this.#silences.filter((silence) => silence.id !== id));
    return deleted;
  }

  async test(channel: string): Promise<Delivery | null> {
    const to = this.#channels.get(channel);
    return to === undefined ? null : this.#deliverer.test(to);
  }

  async pushKey(): Promise<string> {
    return (await this.#vapid()).publicKey;
  }

  backlog(): { readonly messages: number; readonly oldestSeconds: number } {
    return this.#deliverer.backlog();
  }

  handOffMs(): readonly number[] {
    return this.#deliverer.handOffMs();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake.set(null);
    this.#saveAgain.set(null);
    await this.#deliverer.stop();
    await Promise.all([...this.#channels.values()].map((channel) => channel.stop(false)));
    await this.#save();
    this.#saveAgain.set(null);
  }

  #moment(): Moment {
    return { wall: this.#parts.now(), monotonic: this.#parts.timer.now() };
  }

  /** Writes transitions down, then sends what follows from them. Rejects with the store's first error, when all is done. */
  async #follow(transitions: readonly Transition[], decided: Moment): Promise<void> {
    if (!this.#stopped) this.#wake.set(this.#engine.nextWake(decided));
    if (transitions.length === 0) return;
    this.#tellChannels();
    const written = transitions.map((transition) => this.#write(transition, decided));
    const failed = (await Promise.allSettled(written)).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }

  /** Writes one transition down, after those of the same alert before it. */
  #write(transition: Transition, decided: Moment): Promise<void> {
    const { id } = transition.alert;
    const before = this.#writing.get(id);
    const put = (): Promise<void> => this.#put(transition, decided);
    const run = before === undefined ? put() : before.then(put);
    const settled = run
      .catch(() => {})
      .then(() => {
        if (this.#writing.get(id) === settled) this.#writing.delete(id);
      });
    this.#writing.set(id, settled);
    return run;
  }

  async #put({ alert, tell, channels }: Transition, decided: Moment): Promise<void> {
    const { store, log, onAlert } = this.#parts;
    const fresh =
      tell === null ? [] : channels.map((channel) => newDelivery(alert, tell, channel, decided));
    const deliveries = [...(this.#unsaved.get(alert.id)?.deliveries ?? []), ...fresh];
    try {
      await store.putAlert(alert, deliveries);
    } catch (error) {
      // A full disk must not keep people from hearing that it is full: sent from memory, written down later.
      log(`alert ${alert.id} is not written down yet: ${reasonOf(error)}`);
      this.#unsaved.set(alert.id, { alert, deliveries });
      if (!this.#stopped) this.#saveAgain.set(this.#parts.timer.now() + SAVE_AGAIN);
      this.#deliverer.enqueue(fresh, alert, decided.monotonic);
      throw error;
    }
    this.#unsaved.delete(alert.id);
    onAlert(alert);
    this.#deliverer.enqueue(fresh, alert, decided.monotonic);
  }

  /** Offers the store once more what it has refused. */
  async #save(): Promise<void> {
    await Promise.all(this.#writing.values());
    const again = [...this.#unsaved.values()].map(({ alert }) =>
      this.#write({ alert, tell: null, channels: [] }, this.#moment()),
    );
    await Promise.allSettled(again);
  }

  async #useSilences(silences: readonly Silence[]): Promise<void> {
    const moment = this.#moment();
    this.#silences = silences;
    await this.#follow(this.#engine.silence(silences, moment), moment);
  }

  /** Keeps channels whose configuration is the same, replaces the others. */
  async #useChannels(configs: readonly ChannelConfig[]): Promise<void> {
    const { store, nodeName, cameras, now, log } = this.#parts;
    const host: ChannelHost = {
      nodeName,
      cameras,
      log,
      rules: () => this.#rules,
      firing: () => this.#engine.firing(),
      ready: (channel) => this.#deliverer.ready(channel),
      leaving: (channel, what, bytes) => this.#leaving(channel, what, bytes),
    };
    const before = this.#channels;
    const texts = new Map(configs.map((config) => [config.id, JSON.stringify(config)]));
    const leaving = [...before].filter(([id]) => texts.get(id) !== this.#configs.get(id));
    // The old connection goes before the new one comes: both may say who they are with the same name.
    await Promise.all(leaving.map(([, channel]) => channel.stop(true)));
    const made = configs.map(async (config): Promise<[string, Channel]> => {
      const same = texts.get(config.id) === this.#configs.get(config.id);
      const kept = same ? before.get(config.id) : undefined;
      const parts = { host, store, now, vapid: this.#vapid };
      return [config.id, kept ?? (await createChannel(config, parts))];
    });
    this.#channels = new Map(await Promise.all(made));
    this.#configs = texts;
  }

  /** Writes down what a channel sends beside messages: its presence, states. */
  async #leaving(channel: string, what: string, bytes: number): Promise<void> {
    const opened = await this.#parts.door?.openAlert({
      ...{ recipient: channel, route: "alert", what, purpose: "shows the state of rules" },
      payloadBytes: bytes,
    });
    await opened?.end({ state: "sent" });
  }

  #tellChannels(): void {
    for (const channel of this.#channels.values()) channel.changed?.();
  }

  #message(delivery: Delivery, alert: Alert | null): Message | null {
    const { nodeName, cameras, publicUrl } = this.#parts;
    if (delivery.alert !== null && alert === null) return null;
    return {
      id: delivery.id,
      event: delivery.event,
      ...describeEvent(delivery.event, alert, nodeName),
      node: nodeName,
      url: publicUrl && publicUrl.replace(/\/$/, "") + alertPath(alert?.id ?? null),
      at: delivery.createdAt,
      alert: alert && {
        ...alert,
        ruleName: this.#rules.find(({ id }) => id === alert.rule)?.name ?? alert.rule,
        sourceName: sourceName(alert.source, cameras(), nodeName),
      },
    };
  }

  async #alerts(query: {
    readonly states: readonly Alert["state"][];
    readonly from?: number;
  }): Promise<Alert[]> {
    const alerts: Alert[] = [];
    let before: string | undefined;
    do {
      const page = await this.#parts.store.alerts({
        ...query,
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      });
      alerts.push(...page.items);
      before = page.next ?? undefined;
    } while (before !== undefined);
    return alerts;
  }
}

function newDelivery(
  alert: Alert,
  event: "firing" | "resolved",
  channel: string,
  at: Moment,
): Delivery {
  return {
    id: deliveryId(alert.id, event, channel),
    alert: alert.id,
    event,
    channel,
    state: "waiting",
    createdAt: at.wall,
    nextAt: at.wall,
    attempts: 0,
    deliveredAt: null,
    result: "",
  };
}
