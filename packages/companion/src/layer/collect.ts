/** Waiting for all of an upstream's answer, within bounds: half an answer is none. */

import { UpstreamError } from "../errors.ts";
import type { ChatMessage } from "../sycophancy/types.ts";
import type { Upstream } from "./types.ts";

/** What an upstream may take. */
export type Patience = {
  /** Longest wait for the next piece, milliseconds. */
  readonly silenceMs: number;
  /** Longest time for all of it, milliseconds. */
  readonly wholeMs: number;
  /** Most characters. */
  readonly characters: number;
};

/**
 * The whole answer, well-formed.
 *
 * @throws {UpstreamError} Where it is late, broken, empty or too long. The signal's reason where that is aborted, at
 *   once, whatever the upstream does.
 */
export async function collect(
  upstream: Upstream,
  messages: readonly ChatMessage[],
  patience: Patience,
  signal: AbortSignal,
): Promise<string> {
  const inner = new AbortController();
  const whole = new Deadline(patience.wholeMs, "an answer");
  let pieces: AsyncIterator<string> | null = null;
  const left = Promise.withResolvers<never>();
  const leave = (): void => left.reject(signal.reason);
  if (signal.aborted) leave();
  signal.addEventListener("abort", leave, { once: true });
  left.promise.catch(() => undefined);
  const parts: string[] = [];
  let length = 0;
  try {
    pieces = upstream.answer(messages, inner.signal)[Symbol.asyncIterator]();
    for (;;) {
      const silence = new Deadline(patience.silenceMs, "a word");
      const next = Promise.resolve(pieces.next());
      // It may fail after somebody else has decided the race.
      next.catch(() => undefined);
      const { done, value } = await Promise.race([
        next,
        silence.late,
        whole.late,
        left.promise,
      ]).finally(() => silence.end());
      if (done === true) break;
      if (typeof value !== "string") throw broken("text", typeof value);
      length += value.length;
      if (length > patience.characters) {
        throw broken(`at most ${patience.characters} characters`, "more");
      }
      parts.push(value);
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof UpstreamError) throw error;
    throw new UpstreamError("broken", "the model's side failed while it answered", null, {
      cause: error,
    });
  } finally {
    signal.removeEventListener("abort", leave);
    whole.end();
    inner.abort();
    // One that hangs must not hold this up; what it says from now on is nobody's business.
    void Promise.resolve(pieces?.return?.()).catch(() => undefined);
  }
  const text = parts.join("").toWellFormed().trim();
  if (text === "") throw broken("an answer", "an empty one");
  return text;
}

function broken(wanted: string, got: string): UpstreamError {
  return new UpstreamError("broken", `the model: expected ${wanted}, got ${got}`);
}

/** Rejects when a time has passed. */
class Deadline {
  readonly late: Promise<never>;
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(ms: number, what: string) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.late = promise;
    promise.catch(() => undefined);
    this.#timer = setTimeout(() => {
      reject(
        new UpstreamError("timeout", `the model: expected ${what} within ${ms / 1000} s, got none`),
      );
    }, ms);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
