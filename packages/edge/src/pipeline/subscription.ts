/**
 * One page's share of a camera's records. It never makes the camera wait and never grows beyond a bound: a page that
 * is too slow loses what is queued for it and goes on at the next keyframe, and both sides are told how much.
 */

import { type DroppedHeader, packRecord } from "@symbion/core";
import type { RecordMessage } from "./messages.ts";

/** Most bytes that wait for one page. */
export const MAX_QUEUED_BYTES: number = 8 << 20;

/** What a subscription tells its owner. */
export type SubscriptionEvents = {
  /** So many more coded pictures were left out. */
  readonly onDropped: (frames: number) => void;
  /** It is over; called once. */
  readonly onClose: () => void;
};

type Item = { readonly kind: RecordMessage["kind"]; readonly record: Uint8Array };

/** A bounded queue of records that is read as a byte stream. */
export class Subscription {
  /** The records, packed, one after the other. Cancelling it closes the subscription. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Resolves when it is over. */
  readonly closed: Promise<void>;
  readonly #events: SubscriptionEvents;
  readonly #limit: number;
  #queue: Item[] = [];
  #bytes = 0;
  #begun = false;
  #closed = false;
  /** Whether units are left out until the next keyframe. */
  #skipping = false;
  /** Whether that is because the page was too slow, not because the camera has just begun. */
  #behind = false;
  #dropped = 0;
  #wake: (() => void) | null = null;
  readonly #end: () => void;

  /** @param limit Most bytes that may wait. */
  constructor(events: SubscriptionEvents, limit: number = MAX_QUEUED_BYTES) {
    this.#events = events;
    this.#limit = limit;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#end = resolve;
    this.stream = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => this.#pull(controller),
        cancel: () => this.close(),
      },
      { highWaterMark: 0 },
    );
  }

  /** Coded pictures left out so far. */
  get droppedFrames(): number {
    return this.#dropped;
  }

  /** Bytes that wait. */
  get queuedBytes(): number {
    return this.#bytes;
  }

  /** The beginning: format and units since the last keyframe. Records pushed before are ignored. */
  begin(records: readonly Uint8Array[]): void {
    this.#begun = true;
    // Without a keyframe there is nothing to decode yet.
    this.#skipping = records.length < 2;
    for (const [index, record] of records.entries()) {
      this.#add({ kind: index === 0 ? "format" : "unit", record });
    }
  }

  /** Queues a record, or leaves it out. */
  push(kind: RecordMessage["kind"], record: Uint8Array): void {
    if (!this.#begun || this.#closed) return;
    if (this.#bytes + record.length > this.#limit) this.#overflow();
    if (this.#skipping && kind === "key") {
      this.#skipping = false;
      if (this.#behind) {
        this.#behind = false;
        const header: DroppedHeader = { kind: "dropped", frames: this.#dropped };
        this.#add({ kind: "format", record: packRecord(header) });
      }
    }
    if (this.#behind && kind === "unit") this.#drop(1);
    // Signals need no keyframe, but a page that is behind gets none either.
    const wanted = !this.#skipping || kind === "format" || (kind === "field" && !this.#behind);
    if (wanted) this.#add({ kind, record });
  }

  /** Ends the stream. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue = [];
    this.#bytes = 0;
    this.#wake?.();
    this.#events.onClose();
    this.#end();
  }

  #overflow(): void {
    const units = this.#queue.filter(({ kind }) => kind === "unit" || kind === "key").length;
    this.#queue = this.#queue.filter(({ kind }) => kind === "format");
    this.#bytes = this.#queue.reduce((sum, { record }) => sum + record.length, 0);
    this.#skipping = true;
    this.#behind = true;
    this.#drop(units);
  }

  #drop(frames: number): void {
    this.#dropped += frames;
    if (frames > 0) this.#events.onDropped(frames);
  }

  #add(item: Item): void {
    this.#queue.push(item);
    this.#bytes += item.record.length;
    this.#wake?.();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (this.#queue.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    const item = this.#queue.shift();
    if (item === undefined) {
      controller.close();
      return;
    }
    this.#bytes -= item.record.length;
    controller.enqueue(item.record);
  }
}
