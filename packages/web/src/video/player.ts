/**
 * Turns a stream of records into pictures with their signals: coded pictures go through the browser's own decoder,
 * and each decoded picture is drawn together with the field of the same time.
 */

import { type MacroblockField, openField } from "@symbion/codec";
import type { FieldHeader, FormatHeader, StreamHeader, UnitHeader } from "@symbion/core";

/** Where pictures and signals go. */
export type PlayerEvents = {
  /** A picture; valid during the call only. */
  readonly onPicture: (source: CanvasImageSource, width: number, height: number) => void;
  /** The signals that belong to the picture just drawn. */
  readonly onField: (drawn: Signals) => void;
  /** How pictures come about has changed: `playing`, `unsupported`, or a decoder's error. */
  readonly onState: (state: "playing" | "unsupported" | "error", message: string) => void;
  /** So many frames were left out in total. */
  readonly onMissed: (frames: number) => void;
};

/** The signals of one frame as they came with it. */
export type Signals = {
  readonly header: FieldHeader;
  /** Null where the stream carries headers only. */
  readonly field: MacroblockField | null;
  /** One bit per macroblock, least first: dynamic or not. Empty where the source does not tell. */
  readonly mask: Uint8Array;
};

/** Takes the body of a field record apart; null if it does not fit its header. Copies the bytes. */
export function openSignals(header: FieldHeader, body: Uint8Array): Signals | null {
  if (body.length === 0) return { header, field: null, mask: body };
  const size = header.fieldBytes;
  const field = openField(body.slice(0, size));
  if (field === null || field.kind.length !== header.mbWidth * header.mbHeight) return null;
  return { header, field, mask: body.slice(size) };
}

/** Most fields that wait for their picture. */
const MAX_FIELDS = 90;

/** Above so many pictures before the decoder it is too slow: the rest waits for a keyframe. */
const MAX_WAITING = 90;

const toMicroseconds = (seconds: number): number => Math.round(seconds * 1e6);

/** One stream's player. */
export class Player {
  readonly #events: PlayerEvents;
  #decoder: VideoDecoder | null = null;
  #config: VideoDecoderConfig | null = null;
  #supported: boolean | null = null;
  /** Units that came while the browser was still asked whether it can decode. */
  #early: [UnitHeader, Uint8Array][] = [];
  #needsKey = true;
  #picture: VideoFrame | null = null;
  #fields = new Map<number, Signals>();
  #latest: Signals | null = null;
  #request = 0;
  /** Time of the newest unit that came, microseconds. */
  #newest = 0;
  #buffered = 0;
  #droppedThere = 0;
  #droppedHere = 0;
  #closed = false;

  constructor(events: PlayerEvents) {
    this.#events = events;
  }

  /** Milliseconds of video that have come but are not shown yet. */
  get bufferMs(): number {
    return this.#buffered;
  }

  /** Takes a record. */
  push(header: StreamHeader, body: Uint8Array): void {
    if (this.#closed) return;
    switch (header.kind) {
      case "format":
        void this.#configure(header, body);
        break;
      case "unit":
        this.#newest = toMicroseconds(header.timestamp);
        if (this.#supported === null) this.#early.push([header, body]);
        else this.#decode(header, body);
        break;
      case "field":
        this.#keepField(header, body);
        break;
      case "dropped":
        this.#droppedThere = header.frames;
        this.#needsKey = true;
        this.#events.onMissed(this.#droppedThere + this.#droppedHere);
        break;
    }
  }

  /** Frees the decoder and the last picture. */
  close(): void {
    this.#closed = true;
    cancelAnimationFrame(this.#request);
    this.#picture?.close();
    this.#picture = null;
    this.#reset();
  }

  async #configure(header: FormatHeader, body: Uint8Array): Promise<void> {
    const config: VideoDecoderConfig = {
      codec: header.codec,
      optimizeForLatency: true,
      ...(header.framing === "avcc" ? { description: body.slice() } : {}),
    };
    this.#reset();
    this.#config = config;
    this.#supported = null;
    const supported = await canDecode(config);
    if (this.#config !== config || this.#closed) return;
    this.#supported = supported;
    if (!supported) this.#events.onState("unsupported", header.codec);
    const early = this.#early;
    this.#early = [];
    for (const [unit, data] of early) this.#decode(unit, data);
  }

  #reset(): void {
    if (this.#decoder !== null && this.#decoder.state !== "closed") this.#decoder.close();
    this.#decoder = null;
    this.#needsKey = true;
    this.#early = [];
  }

  #decode(header: UnitHeader, body: Uint8Array): void {
    if (!this.#supported || this.#config === null) return;
    if (this.#decoder === null) this.#open(this.#config);
    const decoder = this.#decoder;
    if (decoder === null || decoder.state !== "configured") return;
    if (!header.keyframe && decoder.decodeQueueSize > MAX_WAITING) this.#needsKey = true;
    if (this.#needsKey && !header.keyframe) {
      this.#droppedHere++;
      this.#events.onMissed(this.#droppedThere + this.#droppedHere);
      return;
    }
    this.#needsKey = false;
    decoder.decode(
      new EncodedVideoChunk({
        type: header.keyframe ? "key" : "delta",
        timestamp: toMicroseconds(header.timestamp),
        data: body,
      }),
    );
  }

  #open(config: VideoDecoderConfig): void {
    const decoder = new VideoDecoder({
      output: (frame) => this.#show(frame),
      error: (error) => {
        // Damaged pictures end a decoder; a new one goes on at the next keyframe.
        if (this.#decoder === decoder) this.#reset();
        this.#events.onState("error", error.message);
      },
    });
    decoder.configure(config);
    this.#decoder = decoder;
    this.#needsKey = true;
  }

  /** Keeps the newest picture for the next repaint. */
  #show(frame: VideoFrame): void {
    if (this.#closed) {
      frame.close();
      return;
    }
    this.#picture?.close();
    this.#picture = frame;
    this.#repaint();
  }

  #repaint(): void {
    if (this.#request !== 0) return;
    this.#request = requestAnimationFrame(() => {
      this.#request = 0;
      const frame = this.#picture;
      this.#picture = null;
      if (frame !== null) {
        this.#buffered = Math.max(0, (this.#newest - frame.timestamp) / 1000);
        this.#events.onPicture(frame, frame.displayWidth, frame.displayHeight);
        this.#events.onState("playing", "");
      }
      const drawn = frame === null ? this.#latest : this.#fieldAt(frame.timestamp);
      frame?.close();
      if (drawn !== null) this.#events.onField(drawn);
    });
  }

  #keepField(header: FieldHeader, body: Uint8Array): void {
    const signals = openSignals(header, body);
    if (signals === null) return;
    this.#latest = signals;
    this.#fields.set(toMicroseconds(header.timestamp), this.#latest);
    if (this.#fields.size > MAX_FIELDS) {
      this.#fields.delete(this.#fields.keys().next().value as number);
    }
    if (this.#supported === false) this.#repaint();
  }

  /** The field of the picture at `timestamp` (microseconds), or of the one nearest before it. */
  #fieldAt(timestamp: number): Signals | null {
    const exact = this.#fields.get(timestamp);
    if (exact !== undefined) return exact;
    let best: number | null = null;
    for (const time of this.#fields.keys()) {
      if (time <= timestamp + 1000 && (best === null || time > best)) best = time;
    }
    return best === null ? null : (this.#fields.get(best) ?? null);
  }
}

async function canDecode(config: VideoDecoderConfig): Promise<boolean> {
  if (!("VideoDecoder" in globalThis)) return false;
  try {
    return (await VideoDecoder.isConfigSupported(config)).supported === true;
  } catch {
    return false;
  }
}
