/**
 * One way to read foreign bytes: a buffer, a Blob or File, a stream, or random access such as a file handle.
 * Detection needs the first bytes and then everything again from the start, also when the source is a stream.
 */

import {
  BlobSource,
  BufferSource,
  CustomSource,
  ReadableStreamSource,
  type Source,
} from "mediabunny";

/** Random access to bytes of a known size, such as an open file. */
export type RandomAccess = {
  /** Size in bytes. */
  readonly size: number;
  /** Bytes `start` (inclusive) to `end` (exclusive), `0 <= start < end <= size`. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Frees the handle. */
  close?(): void | Promise<void>;
};

/** Where video bytes come from. */
export type MediaSource = Uint8Array | Blob | ReadableStream<Uint8Array> | RandomAccess;

const CHUNK = 1 << 18;

/** Bytes with a remembered head. Reads are sequential for streams, random otherwise. */
export type Bytes = {
  /** Size in bytes; undefined for a stream. */
  readonly size: number | undefined;
  /** The first `length` bytes, fewer if there are fewer. Grows what is kept in memory: keep it bounded. */
  head(length: number): Promise<Uint8Array>;
  /** Bytes `start` to `end`, fewer at the end; undefined for a stream past what {@link head} has kept. */
  read(start: number, end: number): Promise<Uint8Array | undefined>;
  /** All bytes from the start. Once for a stream. */
  chunks(): AsyncGenerator<Uint8Array, void, void>;
  /** All bytes for mediabunny. Once for a stream. */
  source(): Source;
  /** Frees the source. */
  close(): Promise<void>;
};

/** Wraps any {@link MediaSource}. Throws `TypeError` for anything else. */
export function openBytes(source: MediaSource): Bytes {
  if (source instanceof Uint8Array) {
    return fromRandomAccess(
      { size: source.length, read: async (start, end) => source.subarray(start, end) },
      () => new BufferSource(source),
    );
  }
  if (source instanceof Blob) {
    const read = async (start: number, end: number): Promise<Uint8Array> =>
      new Uint8Array(await source.slice(start, end).arrayBuffer());
    return fromRandomAccess({ size: source.size, read }, () => new BlobSource(source));
  }
  if (source instanceof ReadableStream) return fromStream(source);
  if (typeof source === "object" && typeof source.read === "function" && source.size >= 0) {
    return fromRandomAccess(
      source,
      () =>
        new CustomSource({
          getSize: () => source.size,
          read: (start, end) => source.read(start, end),
          prefetchProfile: "fileSystem",
        }),
    );
  }
  throw new TypeError(
    "source: expected a Uint8Array, Blob, ReadableStream or { size, read(start, end) }",
  );
}

function fromRandomAccess(access: RandomAccess, source: () => Source): Bytes {
  let kept: Uint8Array = new Uint8Array(0);
  return {
    size: access.size,
    async head(length) {
      const wanted = Math.min(length, access.size);
      if (kept.length < wanted) kept = await access.read(0, wanted);
      return kept.subarray(0, wanted);
    },
    async read(start, end) {
      const stop = Math.min(end, access.size);
      return stop > start ? await access.read(start, stop) : new Uint8Array(0);
    },
    async *chunks() {
      for (let at = 0; at < access.size; at += CHUNK) {
        yield await access.read(at, Math.min(at + CHUNK, access.size));
      }
    },
    source,
    async close() {
      await access.close?.();
    },
  };
}

function fromStream(stream: ReadableStream<Uint8Array>): Bytes {
  const reader = stream.getReader();
  let kept: Uint8Array = new Uint8Array(0);
  let ended = false;

  const fill = async (length: number): Promise<void> => {
    const parts = [kept];
    let total = kept.length;
    while (total < length && !ended) {
      const { done, value } = await reader.read();
      if (done) ended = true;
      else {
        parts.push(value);
        total += value.length;
      }
    }
    if (parts.length > 1) kept = concat(parts, total);
  };
  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    if (kept.length > 0) yield kept;
    kept = new Uint8Array(0);
    while (!ended) {
      const { done, value } = await reader.read();
      if (done) ended = true;
      else yield value;
    }
  }
  return {
    size: undefined,
    async head(length) {
      await fill(length);
      return kept.subarray(0, length);
    },
    async read(start, end) {
      return end <= kept.length || ended ? kept.subarray(start, end) : undefined;
    },
    chunks,
    source() {
      return streamSource(chunks());
    },
    async close() {
      ended = true;
      await reader.cancel().catch(() => undefined);
    },
  };
}

/** Joins byte arrays of `total` bytes. */
export function concat(parts: readonly Uint8Array[], total: number): Uint8Array {
  const out = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Chunks for mediabunny, read one by one as it asks for them. */
export function streamSource(chunks: AsyncGenerator<Uint8Array, void, void>): Source {
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
    },
    { highWaterMark: 0 },
  );
  return new ReadableStreamSource(stream);
}

/** The bytes of a stream that are not yet used. */
export class ByteWindow {
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** What has been read ahead. */
  bytes: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Waits for `count` bytes; false where the stream has fewer left. */
  async has(count: number): Promise<boolean> {
    if (this.bytes.length >= count) return true;
    const parts = [this.bytes];
    let total = this.bytes.length;
    let ended = false;
    while (total < count && !ended) {
      const next = await this.#chunks.next();
      if (next.done) ended = true;
      else {
        parts.push(next.value);
        total += next.value.length;
      }
    }
    this.bytes = concat(parts, total);
    return total >= count;
  }

  /** Drops `count` of the bytes read ahead. */
  drop(count: number): void {
    this.bytes = this.bytes.subarray(count);
  }

  /** The next `count` bytes, or undefined (and nothing used) if there are fewer or `most` is exceeded. */
  async take(count: number, most: number): Promise<Uint8Array | undefined> {
    if (count > most || !(await this.has(count))) return undefined;
    const taken = this.bytes.subarray(0, count);
    this.drop(count);
    return taken;
  }

  /** Drops `count` bytes without keeping them. */
  async skip(count: number): Promise<void> {
    let rest = count;
    while (rest > this.bytes.length) {
      rest -= this.bytes.length;
      this.bytes = new Uint8Array(0);
      if (!(await this.has(1))) return;
    }
    this.drop(rest);
  }

  /** The next `count` bytes, fewer at the end, in pieces as they come. */
  async *pass(count: number): AsyncGenerator<Uint8Array, void, void> {
    let rest = count;
    while (rest > 0 && (await this.has(1))) {
      const piece = this.bytes.subarray(0, Math.min(rest, this.bytes.length));
      this.drop(piece.length);
      rest -= piece.length;
      yield piece;
    }
  }
}
