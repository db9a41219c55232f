/**
 * Brings messages to channels. What waits lies in the store and is taken up again after a restart; each channel has
 * its own queue and sends one message at a time, so a dead one delays no other.
 *
 * Promised: a delivery that was written down is handed over at least once, or its failure is written down. A node
 * that is killed between handing over and writing that down hands over again, with the same id.
 */

import type { Alert, Delivery } from "@symbion/core";
import { type Door, type Opened, stableId } from "../share/door.ts";
import type { Store } from "../store/types.ts";
import { type Channel, type Message, type Outcome, reasonOf } from "./channels/channel.ts";
import { newId } from "./ids.ts";
import { ChannelQueue, type Waiting } from "./queue.ts";
import { type Timer, WakeUp } from "./timer.ts";

/** Longest time for one attempt, in milliseconds. */
const ATTEMPT_MS = 20_000;

/** How long `stop` waits for what is being sent, in milliseconds. */
const STOP_PATIENCE = 2000;

/** Deliveries that are read at once. */
const PAGE = 1000;

/** Wait before what the store refused is offered to it again, in milliseconds. */
const SAVE_AGAIN = 15_000;

/** Longest wait between attempts that is believed when read from the store: its clock may have been set since. */
const LONGEST_STORED_WAIT = 3_600_000;

/** Messages of a channel that is not configured are given up at the start after so long, in milliseconds. */
const ORPHAN_AGE = 24 * 3_600_000;

/** Hand-over times that are kept. */
const MAX_TIMES = 1000;

/** What the deliverer needs. */
export type DelivererHost = {
  readonly store: Store;
  /** Writes down what leaves; null: nobody does. */
  readonly door: Pick<Door, "openAlert"> | null;
  readonly timer: Timer;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** The message of a delivery; null for one whose alert is no longer known. */
  readonly message: (delivery: Delivery, alert: Alert | null) => Message | null;
  readonly log: (text: string) => void;
  /** Called for every change of a delivery, after it was written down. */
  readonly onDelivery: (delivery: Delivery) => void;
};

/** See the file's head. */
export class Deliverer {
  readonly #host: DelivererHost;
  readonly #queues = new Map<string, ChannelQueue>();
  #channels: ReadonlyMap<string, Channel> = new Map();
  readonly #last = new Map<string, Delivery>();
  readonly #times: number[] = [];
  readonly #unsaved = new Map<string, Delivery>();
  readonly #running = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  readonly #wake: WakeUp;
  readonly #saveAgain: WakeUp;
  #stopped = false;

  /** Nothing is sent before {@link Deliverer.start}. */
  constructor(host: DelivererHost) {
    this.#host = host;
    this.#wake = new WakeUp(host.timer, () => this.#pump());
    this.#saveAgain = new WakeUp(host.timer, () => void this.#save());
  }

  /** Takes up what waits in the store. */
  async start(channels: ReadonlyMap<string, Channel>): Promise<void> {
    this.#channels = channels;
    await this.#load();
    this.#pump();
  }

  /** Other channels. Messages of a channel that is gone wait for its return until they are given up. */
  use(channels: ReadonlyMap<string, Channel>): void {
    const before = this.#channels;
    this.#channels = channels;
    for (const [id, channel] of channels) {
      if (before.get(id) !== channel) this.#queues.get(id)?.renew(this.#host.timer.now());
    }
    this.#pump();
  }

  /** Sends deliveries that are in the store. `decidedAt`: when they were decided, on the timer's clock. */
  enqueue(deliveries: readonly Delivery[], alert: Alert, decidedAt: number): void {
    for (const delivery of deliveries) {
      const queue = this.#queue(delivery.channel);
      const healthy = !queue.failing && queue.busy === null;
      queue.add({
        delivery,
        alert,
        decidedAt: healthy ? decidedAt : null,
        dueAt: this.#host.timer.now(),
      });
    }
    this.#pump();
  }

  /** A receiver can be reached again: what waits for it is tried at once. */
  ready(channel: string): void {
    this.#queues.get(channel)?.reopen(this.#host.timer.now());
    this.#pump();
  }

  /** Sends a test message now, past the queue, once. */
  async test(channel: Channel): Promise<Delivery> {
    const now = this.#host.now();
    const waiting: Delivery = {
      id: `test-${newId(now)}`,
      alert: null,
      event: "test",
      channel: channel.id,
      state: "waiting",
      createdAt: now,
      nextAt: null,
      attempts: 0,
      deliveredAt: null,
      result: "",
    };
    const message = this.#host.message(waiting, null);
    const outcome: Outcome =
      message === null
        ? { state: "failed", result: "there is no test message" }
        : await this.#attempt(channel, message);
    const delivered = outcome.state === "delivered";
    const delivery: Delivery = {
      ...waiting,
      state: delivered ? "delivered" : "failed",
      attempts: 1,
      deliveredAt: delivered ? this.#host.now() : null,
      result: outcome.result,
    };
    await this.#written(delivery);
    return delivery;
  }

  /** The latest change of a delivery of this channel in this process, or null. */
  last(channel: string): Delivery | null {
    return this.#last.get(channel) ?? null;
  }

  /** See `Alerts.backlog`. */
  backlog(): { readonly messages: number; readonly oldestSeconds: number } {
    let messages = 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (const queue of this.#queues.values()) {
      messages += queue.size;
      for (const { delivery } of queue.values()) oldest = Math.min(oldest, delivery.createdAt);
    }
    const age = messages === 0 ? 0 : (this.#host.now() - oldest) / 1000;
    return { messages, oldestSeconds: Math.max(0, age) };
  }

  /** See `Alerts.handOffMs`. */
  handOffMs(): readonly number[] {
    return this.#times.toReversed();
  }

  /** Ends; what is being sent gets two seconds. What waits stays in the store. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake.set(null);
    this.#saveAgain.set(null);
    if (this.#running.size > 0) {
      const timer = setTimeout(() => this.#abort.abort(), STOP_PATIENCE);
      await Promise.all(this.#running);
      clearTimeout(timer);
    }
    await this.#save();
    this.#saveAgain.set(null);
  }

  async #load(): Promise<void> {
    const { timer } = this.#host;
    const all = await this.#waiting();
    const now = timer.now();
    const wall = this.#host.now();
    for (const delivery of all) {
      const { channel } = delivery;
      if (!this.#channels.has(channel) && wall - delivery.createdAt > ORPHAN_AGE) {
        const result = "its channel is not in the configuration";
        await this.#written({ ...delivery, state: "failed", nextAt: null, result });
        continue;
      }
      const wait = Math.max(0, (delivery.nextAt ?? wall) - wall);
      this.#queue(delivery.channel).add({
        delivery,
        alert: null,
        decidedAt: null,
        dueAt: now + Math.min(LONGEST_STORED_WAIT, wait),
      });
    }
  }

  /** Everything that waits in the store, oldest first. */
  async #waiting(): Promise<readonly Delivery[]> {
    const { store } = this.#host;
    const due = await store.dueDeliveries(Number.MAX_SAFE_INTEGER, PAGE);
    if (due.length < PAGE) return due;
    // Too many for one answer: what waits is young, so the newest pages hold it.
    const { messages } = await store.backlog();
    const found: Delivery[] = [];
    let before: string | undefined;
    do {
      const query = before === undefined ? { limit: PAGE } : { limit: PAGE, before };
      const page = await store.deliveries(query);
      found.push(...page.items.filter(({ state }) => state === "waiting"));
      before = page.next ?? undefined;
    } while (before !== undefined && found.length < messages);
    return found.reverse();
  }

  #queue(channel: string): ChannelQueue {
    let queue = this.#queues.get(channel);
    if (queue === undefined) {
      queue = new ChannelQueue(this.#host.random);
      this.#queues.set(channel, queue);
    }
    return queue;
  }

  /** Starts whatever may be sent now, and sets the wake-up for the rest. */
  #pump(): void {
    if (this.#stopped) return;
    const now = this.#host.timer.now();
    let wake = Number.POSITIVE_INFINITY;
    for (const [id, queue] of this.#queues) {
      const channel = this.#channels.get(id);
      if (channel === undefined) continue;
      const next = queue.next(now, channel.rate);
      if (typeof next === "number") {
        wake = Math.min(wake, next);
        continue;
      }
      queue.busy = next.delivery.id;
      queue.spend();
      const run = this.#deliver(channel, queue, next)
        .catch((error: unknown) => {
          this.#host.log(`channel ${id}: ${reasonOf(error)}`);
          queue.failed(next, next.delivery.attempts + 1, this.#host.timer.now(), 0);
        })
        .finally(() => {
          queue.busy = null;
          this.#running.delete(run);
          this.#pump();
        });
      this.#running.add(run);
    }
    this.#wake.set(wake === Number.POSITIVE_INFINITY ? null : wake);
  }

  async #deliver(channel: Channel, queue: ChannelQueue, waiting: Waiting): Promise<void> {
    const { store, timer } = this.#host;
    const { delivery } = waiting;
    const attempts = delivery.attempts + 1;
    let alert = waiting.alert;
    if (alert === null && delivery.alert !== null) alert = await store.alert(delivery.alert);
    const message = this.#host.message(delivery, alert);
    if (message === null) {
      await this.#done(queue, { ...delivery, state: "failed", result: "its alert is gone" });
      return;
    }
    if (waiting.decidedAt !== null && delivery.attempts === 0) {
      this.#times.push(timer.now() - waiting.decidedAt);
      if (this.#times.length > MAX_TIMES) this.#times.shift();
    }
    const failedBefore = queue.failing;
    const outcome = await this.#attempt(channel, message);
    const { result } = outcome;
    if (outcome.state === "delivered") {
      queue.answered();
      const deliveredAt = this.#host.now();
      await this.#done(queue, { ...delivery, state: "delivered", attempts, deliveredAt, result });
      if (failedBefore) this.#host.log(`channel ${channel.id} works again`);
      return;
    }
    if (outcome.state === "failed") {
      queue.answered();
      this.#host.log(`channel ${channel.id} refused a message: ${result}`);
      await this.#done(queue, { ...delivery, state: "failed", attempts, result });
      return;
    }
    // A stop that cut the attempt off says nothing about the receiver.
    if (this.#stopped) return;
    const pause = queue.failed(waiting, attempts, timer.now(), outcome.afterMs ?? 0);
    if (!failedBefore) this.#host.log(`channel ${channel.id} fails: ${result}`);
    const wall = this.#host.now();
    const tried: Delivery = { ...delivery, attempts, result, nextAt: wall + Math.round(pause) };
    if (queue.hopeless(tried, wall)) {
      await this.#done(queue, { ...tried, state: "failed", result: `given up: ${result}` });
      return;
    }
    waiting.delivery = tried;
    await this.#written(tried);
  }

  /** One attempt with a time limit; an attempt never rejects. */
  async #attempt(channel: Channel, message: Message): Promise<Outcome> {
    const late = new AbortController();
    const timeout = (): Outcome => ({
      state: "retry",
      result: this.#abort.signal.aborted ? "stopped" : `no answer within ${ATTEMPT_MS / 1000} s`,
    });
    const signal = AbortSignal.any([late.signal, this.#abort.signal]);
    const cancel = this.#host.timer.after(ATTEMPT_MS, () => late.abort());
    const ended = new Promise<Outcome>((resolve) => {
      signal.addEventListener("abort", () => resolve(timeout()), { once: true });
    });
    const release = await this.#opened(channel, message);
    let outcome: Outcome;
    try {
      const sent = channel.send(message, signal).then((answer) =>
        // Cut off is what the channel reports then; why is known better here.
        signal.aborted && answer.state !== "delivered" ? timeout() : answer,
      );
      outcome = await Promise.race([sent, ended]);
    } catch (error) {
      outcome = { state: "retry", result: reasonOf(error) };
    } finally {
      cancel();
    }
    await release?.end(
      outcome.state === "delivered"
        ? { state: "sent" }
        : { state: "failed", reason: outcome.result },
    );
    return outcome;
  }

  /** Everything that leaves passes the door first. An attempt after a failure is the same release. */
  async #opened(channel: Channel, message: Message): Promise<Opened | null> {
    const { door } = this.#host;
    if (door === null) return null;
    const { alert, title, text } = message;
    return await door.openAlert({
      id: stableId(message.at, message.id),
      recipient: channel.id,
      route: "alert",
      what:
        alert === null
          ? `a test message to ${channel.target}`
          : `alert of rule ${alert.ruleName} (${message.event}) to ${channel.target}`,
      purpose: "tells people",
      subject: alert?.source ?? null,
      payloadBytes: channel.size?.(message) ?? Buffer.byteLength(title) + Buffer.byteLength(text),
    });
  }

  async #done(queue: ChannelQueue, delivery: Delivery): Promise<void> {
    queue.remove(delivery.id);
    await this.#written({ ...delivery, nextAt: null });
  }

  /** Writes a delivery down; what the store refuses is offered again later. */
  async #written(delivery: Delivery): Promise<void> {
    this.#last.set(delivery.channel, delivery);
    try {
      await this.#host.store.putDelivery(delivery);
      this.#unsaved.delete(delivery.id);
    } catch (error) {
      this.#unsaved.set(delivery.id, delivery);
      this.#host.log(`delivery ${delivery.id} is not written down yet: ${reasonOf(error)}`);
      if (!this.#stopped) this.#saveAgain.set(this.#host.timer.now() + SAVE_AGAIN);
    }
    this.#host.onDelivery(delivery);
  }

  async #save(): Promise<void> {
    for (const delivery of [...this.#unsaved.values()]) {
      try {
        await this.#host.store.putDelivery(delivery);
        if (this.#unsaved.get(delivery.id) === delivery) this.#unsaved.delete(delivery.id);
      } catch {
        this.#saveAgain.set(this.#host.timer.now() + SAVE_AGAIN);
        return;
      }
    }
  }
}
