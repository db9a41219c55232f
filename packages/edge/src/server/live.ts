/**
 * `/api/events`: what happens, told to everybody who listens, as server-sent events. Each message is made into bytes
 * once, however many listen. A reader that is too slow is never given half of the story: it is disconnected, comes
 * back with the id of the last message it got, and is told the rest.
 */

import type { LiveEvents, NodeStatus } from "@symbion/core";
import type { ListQuery, Store } from "../store/types.ts";

/** Names of the messages. */
export type LiveEvent = keyof LiveEvents;

/** Options of {@link LiveHub}. */
export type LiveOptions = {
  readonly status: () => NodeStatus;
  /** What a reader that was away has missed is read from here. */
  readonly store: Pick<Store, "insights" | "alerts" | "clips" | "deliveries">;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Most bytes that wait for one reader. Default {@link MAX_WAITING_BYTES}. */
  readonly maxWaitingBytes?: number | undefined;
};

/** What one reader gets. */
export type LiveConnection = {
  /** Server-sent events; cancelling it ends the connection. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Resolves when it is over, for whatever reason. */
  readonly closed: Promise<void>;
  /** Ends it; can be called again. */
  readonly close: () => void;
};

/** Most bytes that wait for one reader before it is disconnected. */
export const MAX_WAITING_BYTES: number = 1 << 20;

/** How often the status is told, milliseconds. */
const STATUS_INTERVAL = 1000;
/** How often a comment is sent, so that proxies keep a connection on which nothing happens, in status intervals. */
const COMMENT_EVERY = 15;
/** How soon a browser comes back after the end of a connection, milliseconds. */
const RETRY = 2000;

/** Messages that are kept for readers that come back soon. */
const MAX_RECENT = 2000;
/** Bytes that these may take. */
const MAX_RECENT_BYTES = 4 << 20;
/**
 * How far before its last message a reader's gap is taken to begin, milliseconds: the end of an event is told when it
 * is certain, some seconds after it happened.
 */
const MARGIN = 60_000;
/** Most things of each kind that a reader that comes back is told; older ones it finds on the timeline. */
const MAX_MISSED = 2000;
const PAGE = 500;

/** Most of these that go out as one piece. */
const MAX_PIECE = 100;

/** Kinds with an id, which a reader that comes back is told again. */
const REMEMBERED: ReadonlySet<LiveEvent> = new Set(["insight", "alert", "clip", "delivery"]);

type Message = { readonly id: string; readonly bytes: Uint8Array };

const encoder = new TextEncoder();

/** One message of the stream, as the HTML standard's event stream format (9.2.5) writes it. */
function encode(event: LiveEvent, data: unknown, id: string | null): Uint8Array {
  // JSON has no line ends outside of strings, and escapes them inside.
  const head = id === null ? "" : `id: ${id}\n`;
  return encoder.encode(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** Everybody who listens. */
export class LiveHub {
  readonly #options: LiveOptions;
  readonly #now: () => number;
  readonly #limit: number;
  readonly #readers = new Set<Reader>();
  readonly #listeners = new Set<(event: LiveEvent, data: LiveEvents[LiveEvent]) => void>();
  #recent: Message[] = [];
  #recentBytes = 0;
  #number = 0;
  #timer: NodeJS.Timeout | null = null;
  /** The last status told; kept while the timer runs, so it is a second old at most. */
  #status: Uint8Array | null = null;
  #ticks = 0;
  #behind = 0;
  #closed = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#limit = options.maxWaitingBytes ?? MAX_WAITING_BYTES;
  }

  /** How many listen. */
  get readers(): number {
    return this.#readers.size;
  }

  /** How many were disconnected because they did not keep up. */
  get disconnected(): number {
    return this.#behind;
  }

  /** Tells everybody. What is told has to be stored before, or a reader that was away may miss it. */
  publish<E extends LiveEvent>(event: E, data: LiveEvents[E]): void {
    if (this.#closed) return;
    for (const listener of this.#listeners) listener(event, data);
    const id = REMEMBERED.has(event) ? `${this.#now()}-${++this.#number}` : null;
    if (id === null && this.#readers.size === 0) return;
    const bytes = encode(event, data, id);
    if (event === "status") this.#status = bytes;
    if (id !== null) this.#remember({ id, bytes });
    for (const reader of [...this.#readers]) reader.push(bytes, event === "status");
  }

  /** Is told what everybody is told, within the process. */
  onPublish(listener: (event: LiveEvent, data: LiveEvents[LiveEvent]) => void): void {
    this.#listeners.add(listener);
  }

  /**
   * Begins to listen: the status at once, what was missed since `lastEventId`, then what happens. Cancelling the
   * stream ends it; so does `close`.
   */
  open(lastEventId: string | null): LiveConnection {
    const reader = new Reader(this.#limit, (behind) => {
      this.#readers.delete(reader);
      if (behind) this.#behind++;
      if (this.#readers.size === 0) this.#stopTimer();
    });
    if (this.#closed) {
      reader.close();
    } else {
      this.#readers.add(reader);
      this.#startTimer();
      reader.push(encoder.encode(`retry: ${RETRY}\n\n`), false);
      this.#status ??= encode("status", this.#options.status(), null);
      reader.push(this.#status, true);
      if (lastEventId !== null) this.#tellMissed(reader, lastEventId);
    }
    return { stream: reader.stream, closed: reader.closed, close: () => reader.close() };
  }

  /** Ends every connection; nothing is told afterwards. */
  close(): void {
    this.#closed = true;
    this.#stopTimer();
    for (const reader of [...this.#readers]) reader.close();
  }

  #startTimer(): void {
    this.#timer ??= setInterval(() => {
      this.publish("status", this.#options.status());
      if (++this.#ticks % COMMENT_EVERY !== 0) return;
      const comment = encoder.encode(": still here\n\n");
      for (const reader of [...this.#readers]) reader.push(comment, false);
    }, STATUS_INTERVAL).unref();
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#status = null;
  }

  #remember(message: Message): void {
    this.#recent.push(message);
    this.#recentBytes += message.bytes.length;
    let forget = 0;
    while (
      this.#recent.length - forget > MAX_RECENT ||
      (this.#recentBytes > MAX_RECENT_BYTES && forget < this.#recent.length)
    ) {
      this.#recentBytes -= this.#recent[forget++]?.bytes.length ?? 0;
    }
    if (forget > 0) this.#recent = this.#recent.slice(forget);
  }

  #tellMissed(reader: Reader, lastEventId: string): void {
    const index = this.#recent.findIndex(({ id }) => id === lastEventId);
    if (index >= 0) {
      reader.release(this.#recent.slice(index + 1).map(({ bytes }) => bytes));
      return;
    }
    const at = Number(/^(\d{1,16})-\d{1,16}$/.exec(lastEventId)?.[1] ?? Number.NaN);
    if (Number.isNaN(at)) return;
    // What is published meanwhile waits behind what is read now, so the latest word about anything comes last.
    reader.hold();
    this.#missed(Math.min(at, this.#now()) - MARGIN)
      .then((messages) => reader.release(messages))
      .catch(() => reader.close());
  }

  async #missed(from: number): Promise<Uint8Array[]> {
    const { store } = this.#options;
    const id = `${this.#now()}-${this.#number}`;
    const lists = await Promise.all([
      all((query) => store.insights(query), from),
      all((query) => store.alerts(query), from),
      all((query) => store.clips(query), from),
      all((query) => store.deliveries(query), from),
    ]);
    const events = ["insight", "alert", "clip", "delivery"] as const;
    const missed = events.flatMap((event, index) =>
      (lists[index] ?? []).map((item) => ({ event, data: withoutClip(event, item) })),
    );
    // Only the last one moves the reader's id on: were the connection to end before it, all would be told again.
    return missed.map(({ event, data }, index) =>
      encode(event, data, index + 1 < missed.length ? null : id),
    );
  }
}

/** On the timeline an insight knows its clip; as an event it does not. */
function withoutClip(event: LiveEvent, item: object): object {
  if (event !== "insight" || !("clip" in item)) return item;
  const { clip: _, ...insight } = item;
  return insight;
}

/** The pages of a list from a moment on, oldest first. */
async function all<T extends object>(
  read: (query: ListQuery) => Promise<{ items: readonly T[]; next: string | null }>,
  from: number,
): Promise<T[]> {
  const items: T[] = [];
  let before: string | null = null;
  do {
    const page: { items: readonly T[]; next: string | null } = await read({
      from,
      limit: PAGE,
      ...(before === null ? {} : { before }),
    });
    items.push(...page.items);
    before = page.next;
  } while (before !== null && items.length < MAX_MISSED);
  return items.reverse();
}

/** One connection: a bounded queue of messages that others have made. */
class Reader {
  readonly stream: ReadableStream<Uint8Array>;
  readonly closed: Promise<void>;
  readonly #resolveClosed: () => void;
  readonly #limit: number;
  readonly #onEnd: (behind: boolean) => void;
  /** What was missed: comes first, and is bounded by whoever gathered it. */
  #missed: Uint8Array[] = [];
  #queue: { readonly bytes: Uint8Array; readonly replaceable: boolean }[] = [];
  #waitingBytes = 0;
  #held = false;
  #closed = false;
  #wake: (() => void) | null = null;

  constructor(limit: number, onEnd: (behind: boolean) => void) {
    this.#limit = limit;
    this.#onEnd = onEnd;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#resolveClosed = resolve;
    this.stream = new ReadableStream<Uint8Array>(
      { pull: (controller) => this.#pull(controller), cancel: () => this.close() },
      { highWaterMark: 0 },
    );
  }

  /** Queues a message. A replaceable one takes the place of the one before that still waits. */
  push(bytes: Uint8Array, replaceable: boolean): void {
    if (this.#closed) return;
    if (replaceable) {
      const index = this.#queue.findIndex((item) => item.replaceable);
      const [old] = index < 0 ? [] : this.#queue.splice(index, 1);
      this.#waitingBytes -= old?.bytes.length ?? 0;
    }
    if (this.#waitingBytes + bytes.length > this.#limit) {
      this.#end(true);
      return;
    }
    this.#queue.push({ bytes, replaceable });
    this.#waitingBytes += bytes.length;
    this.#wake?.();
  }

  /** Lets messages wait until {@link Reader.release}. */
  hold(): void {
    this.#held = true;
  }

  /** Puts what was missed before all that waits, and lets it go on. */
  release(missed: readonly Uint8Array[]): void {
    if (this.#closed) return;
    this.#missed = [...missed];
    this.#held = false;
    this.#wake?.();
  }

  close(): void {
    this.#end(false);
  }

  #end(behind: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#missed = [];
    this.#queue = [];
    this.#wake?.();
    this.#onEnd(behind);
    this.#resolveClosed();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (!this.#closed && (this.#held || this.#missed.length + this.#queue.length === 0)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    if (this.#closed) {
      controller.close();
      return;
    }
    // What waits goes out as one piece: with many readers, writing is what costs.
    const piece =
      this.#missed.length > 0
        ? this.#missed.splice(0, MAX_PIECE)
        : this.#queue.splice(0).map(({ bytes }) => bytes);
    if (this.#queue.length === 0) this.#waitingBytes = 0;
    controller.enqueue(piece.length === 1 ? (piece[0] as Uint8Array) : Buffer.concat(piece));
  }
}
