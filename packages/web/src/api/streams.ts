/** Video on its way to the page: one camera's records, or those of many cameras on one connection. */

import { type CameraHeader, RecordReader, type StreamHeader } from "@symbion/core";
import { cameraPath, query } from "./request.ts";

/** Wait before a broken stream is opened again, milliseconds. */
const RECONNECT_DELAY = 1000;

/** Takes one record; the body is valid during the call only. */
export type OnRecord = (header: StreamHeader, body: Uint8Array) => void;

async function readRecords<H>(
  path: string,
  signal: AbortSignal,
  onRecord: (header: H, body: Uint8Array) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await fetch(path, { signal });
      if (response.ok && response.body !== null) {
        const records = new RecordReader<H>();
        const reader = response.body.getReader();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          for (const { header, body } of records.push(value)) onRecord(header, body);
        }
      }
    } catch {
      // A lost connection is nothing special: the status connection tells the person.
    }
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_DELAY));
  }
}

/** Receives a camera's records until `signal` aborts, through any number of reconnections. */
export function followCamera(id: string, signal: AbortSignal, onRecord: OnRecord): Promise<void> {
  return readRecords<StreamHeader>(cameraPath(id, "/stream"), signal, onRecord);
}

/** Most cameras that the node sends on one connection. */
const TOGETHER = 32;

/** Wait before a wanted camera is asked for: several tiles appear together, milliseconds. */
const JOIN_DELAY = 60;

/** Wait before a camera that is out of sight is left: people scroll back, milliseconds. */
const LEAVE_DELAY = 3000;

/**
 * The tiles' cameras on one connection. Browsers open six connections to a host, and the live events and every
 * request need some, so that one connection per tile would starve the page.
 */
export class TileStreams {
  readonly #sinks = new Map<string, OnRecord>();
  #asked: ReadonlySet<string> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Number.POSITIVE_INFINITY;
  #ending: AbortController | null = null;

  /** Sends a camera's records to `sink` until the returned function is called. One sink per camera. */
  watch(id: string, sink: OnRecord): () => void {
    this.#sinks.set(id, sink);
    this.#schedule(this.#asked.has(id) ? LEAVE_DELAY : JOIN_DELAY);
    return () => {
      if (this.#sinks.get(id) !== sink) return;
      this.#sinks.delete(id);
      this.#schedule(LEAVE_DELAY);
    };
  }

  /** Ends the connection. */
  close(): void {
    clearTimeout(this.#timer);
    this.#due = Number.POSITIVE_INFINITY;
    this.#sinks.clear();
    this.#asked = new Set();
    this.#ending?.abort();
    this.#ending = null;
  }

  #schedule(delay: number): void {
    // A camera that leaves never makes one that joins wait.
    const due = performance.now() + delay;
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY;
      this.#open();
    }, delay);
  }

  #open(): void {
    const wanted = new Set(this.#sinks.keys());
    const same = wanted.size === this.#asked.size && [...wanted].every((id) => this.#asked.has(id));
    if (same) return;
    this.#ending?.abort();
    this.#ending = null;
    this.#asked = wanted;
    if (wanted.size === 0) return;
    const ending = new AbortController();
    this.#ending = ending;
    const ids = [...wanted];
    for (let from = 0; from < ids.length; from += TOGETHER) {
      let sink: OnRecord | undefined;
      void readRecords<StreamHeader | CameraHeader>(
        `/api/streams${query({ camera: ids.slice(from, from + TOGETHER) })}`,
        ending.signal,
        (header, body) => {
          if (header.kind === "camera") sink = this.#sinks.get(header.id);
          else sink?.(header, body);
        },
      );
    }
  }
}
