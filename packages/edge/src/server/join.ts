/**
 * Several cameras on one connection. Each has its own bounded queue, so a reader that is too slow loses pictures
 * camera by camera; here records are only put behind each other, in turn, so that a busy camera starves no other.
 */

import { type CameraHeader, type FieldHeader, packRecord, RecordReader } from "@symbion/core";
import type { LiveConnection } from "./live.ts";
import type { CameraSubscription } from "./parts.ts";

/** A camera to be put on the connection. */
export type Joined = { readonly id: string; readonly subscription: CameraSubscription };

type Source = {
  readonly id: string;
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  /** The record that comes next, once it is here. */
  next: Uint8Array | null;
  waiting: boolean;
};

/** The cameras' records as one stream; ends when one of them does. */
export function joinStreams(cameras: readonly Joined[]): LiveConnection {
  const sources = cameras.map(
    ({ id, subscription }): Source => ({
      id,
      reader: subscription.stream.getReader(),
      next: null,
      waiting: false,
    }),
  );
  const ended = Promise.withResolvers<void>();
  let closed = false;
  let wake: (() => void) | null = null;
  let turn = 0;
  let last: string | null = null;

  const close = (): void => {
    if (closed) return;
    closed = true;
    wake?.();
    for (const { subscription } of cameras) subscription.close();
    for (const { reader } of sources) reader.cancel().catch(() => {});
    ended.resolve();
  };
  const fetchNext = (source: Source): void => {
    if (source.next !== null || source.waiting) return;
    source.waiting = true;
    source.reader.read().then(({ done, value }) => {
      source.waiting = false;
      if (done) close();
      else source.next = value;
      wake?.();
    }, close);
  };

  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          for (const source of sources) fetchNext(source);
          if (closed) {
            controller.close();
            return;
          }
          const ready = inTurn(sources, turn);
          if (ready !== null) {
            const source = sources[ready] as Source;
            const record = withoutField(source.next as Uint8Array);
            source.next = null;
            turn = ready + 1;
            if (source.id !== last) {
              last = source.id;
              controller.enqueue(packRecord({ kind: "camera", id: last } satisfies CameraHeader));
            }
            controller.enqueue(record);
            return;
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = null;
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
  if (sources.length === 0) close();
  return { stream, closed: ended.promise, close };
}

/** The first source from `turn` on that has something; null if none has. */
function inTurn(sources: readonly Source[], turn: number): number | null {
  for (let i = 0; i < sources.length; i++) {
    const index = (turn + i) % sources.length;
    if (sources[index]?.next !== null) return index;
  }
  return null;
}

/** Headers tell all that small pictures show; a field of ten bytes per macroblock does not go out for them. */
function withoutField(packed: Uint8Array): Uint8Array {
  const [record] = new RecordReader<{ readonly kind: string }>().push(packed);
  if (record === undefined || record.header.kind !== "field") return packed;
  return packRecord({ ...(record.header as FieldHeader), fieldBytes: 0 });
}
