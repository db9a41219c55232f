/**
 * What is said inside a link's TLS: frames of a kind (one byte), a length (one to three bytes, seven bits each, least
 * significant first) and a body. A frame of a kind without a body is its one byte.
 */

import { LinkError } from "../errors.ts";
import { concatBytes, NO_BYTES } from "../primitives/bytes.ts";

/** Most bytes of a message: 1 MiB. */
export const LINK_MESSAGE_MOST: number = 1024 * 1024;

/** Bytes of a message id that the sender chose. */
export const MESSAGE_ID_LENGTH = 8;

/** Kinds of frames, by the byte they begin with. */
export const FRAME = {
  /** Listener to caller: the next key is written down. No body. */
  ready: 1,
  /** Caller to listener: mine too, and I have nothing to say yet. Body: empty, or the key exchange as one byte. */
  open: 2,
  /** A message, known by session and position. */
  message: 3,
  /** A message with an id of its own: eight bytes, then the message. */
  namedMessage: 4,
  /** Body: how many messages of the other side are safe since the last such frame; one where it is empty. */
  confirm: 5,
  /** Body: why the session ends, a position in LINK_ERROR_CODES. */
  refuse: 6,
  /** Enrolment: a public identity. */
  identity: 7,
  /** Enrolment: a dual signature. */
  proof: 8,
  /** Enrolment: the listener has written the caller down. No body. */
  enrolled: 9,
  /** Enrolment: the caller has written the listener down. No body. */
  kept: 10,
} as const;

const BARE: ReadonlySet<number> = new Set([FRAME.ready, FRAME.enrolled, FRAME.kept]);
const KINDS: ReadonlySet<number> = new Set(Object.values(FRAME));

/** A frame that came. */
export type Frame = { readonly kind: number; readonly body: Uint8Array };

/** A frame as bytes. */
export function encodeFrame(kind: number, ...body: readonly Uint8Array[]): Uint8Array {
  if (BARE.has(kind)) return Uint8Array.of(kind);
  let length = 0;
  for (const part of body) length += part.length;
  const head = [kind];
  for (let rest = length; ; rest >>>= 7) {
    if (rest < 128) {
      head.push(rest);
      break;
    }
    head.push((rest & 127) | 128);
  }
  return concatBytes(Uint8Array.from(head), ...body);
}

/** Cuts a stream into frames. Memory grows with what came, never with what a length announces. */
export class FrameReader {
  readonly #most: number;
  #chunks: Uint8Array[] = [];
  #held = 0;

  /** @param most Most bytes of a body. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Bytes held that are no whole frame yet. */
  get held(): number {
    return this.#held;
  }

  /** Takes what came. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#held += chunk.length;
  }

  #byte(at: number): number | undefined {
    for (const chunk of this.#chunks) {
      if (at < chunk.length) return chunk[at];
      at -= chunk.length;
    }
    return undefined;
  }

  /** Takes a frame out; gives its body. */
  #take(head: number, length: number): Uint8Array {
    const all = this.#chunks.length === 1 ? this.#chunks[0] : concatBytes(...this.#chunks);
    const end = head + length;
    this.#held = all.length - end;
    this.#chunks = this.#held === 0 ? [] : [all.subarray(end)];
    return length === 0 ? NO_BYTES : all.subarray(head, end);
  }

  /**
   * The next whole frame, or null until more comes. Its body is a view of what was pushed.
   * @throws LinkError `protocol`: an unknown kind, or a length that is too large or not in its shortest form.
   */
  next(): Frame | null {
    const kind = this.#byte(0);
    if (kind === undefined) return null;
    if (!KINDS.has(kind)) {
      throw new LinkError("protocol", `a known kind of frame expected, got ${kind}`);
    }
    if (BARE.has(kind)) return { kind, body: this.#take(1, 0) };
    let length = 0;
    for (let i = 0; ; i++) {
      const byte = this.#byte(1 + i);
      if (byte === undefined) return null;
      length += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) {
        if (i > 0 && byte === 0) {
          throw new LinkError("protocol", "the length of a frame is not in its shortest form");
        }
        if (length > this.#most) break;
        const head = 2 + i;
        if (this.#held < head + length) return null;
        return { kind, body: this.#take(head, length) };
      }
      if (i === 3) break;
    }
    throw new LinkError("protocol", `a frame of at most ${this.#most} bytes expected, got more`);
  }
}
