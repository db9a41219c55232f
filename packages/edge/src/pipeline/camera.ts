/**
 * One camera at work: opens its source, reads and understands the codec signals of every frame, hands coded pictures
 * on while somebody watches, feeds the clip recorder, and opens the source again when it fails. It decodes no pixels.
 */

import {
  type FrameSignal,
  H264Parser,
  type MacroblockField,
  macroblockField,
  movingShare,
} from "@symbion/codec";
import { type AccessUnit, codecString, MediaError, type Video } from "@symbion/codec/containers";
import {
  type CameraArea,
  type FieldHeader,
  type FormatHeader,
  type Insight,
  maskCredentials,
  packRecord,
  type UnitHeader,
  type WatchFrame,
} from "@symbion/core";
import type { MotionFrame } from "@symbion/vision/motion";
import type { CameraConfig } from "../config/types.ts";
import type { WatchFeed } from "../watch/feed.ts";
import type { FeedSample, FeedSettings } from "../watch/messages.ts";
import { annexB } from "./h264-bytes.ts";
import type { CameraChange, CameraCounts, RecordMessage } from "./messages.ts";
import { StreamClock } from "./stream-clock.ts";
import { packMask, trackBoxes, Understanding } from "./understanding.ts";

/** What keeps clips of a camera; made by the host, one per camera. */
export type Recorder = {
  /** A new AVCDecoderConfigurationRecord; undefined for a stream with start codes. */
  configure(avcC: Uint8Array | undefined): void;
  /** The next access unit in decoding order. `timestamp` in seconds of stream time, `at` in ms since 1970. */
  unit(data: Uint8Array, timestamp: number, at: number, keyframe: boolean): void;
  /** An insight that is worth a clip begins or ends (ms since 1970). */
  begin(insight: string, at: number): void;
  end(insight: string, at: number): void;
  /** The stream broke off: finishes what is being written. */
  cut(): void;
  /** Finishes and frees. */
  stop(): Promise<void>;
};

/** What a camera needs from around it. */
export type CameraHost = {
  /** Opens the camera's source; rejects with {@link MediaError}. */
  readonly open: (camera: CameraConfig, signal: AbortSignal) => Promise<Video>;
  /** Told about every change of state. */
  readonly onChange: (change: CameraChange) => void;
  /** Given every record while the camera is watched. */
  readonly onRecord: (message: RecordMessage) => void;
  /** Told when something is understood, and again when it is over. */
  readonly onInsight: (insight: Insight) => void;
  /** Told which blocks of a sampled picture are kept, while questions are asked. */
  readonly onPlan: (frame: WatchFrame) => void;
  /** Given every sampled picture for the model. */
  readonly onSample: (id: string, sample: FeedSample) => void;
  /** Told that no more come: the source ended (null), or why pixels cannot be had. */
  readonly onFed: (id: string, problem: string | null) => void;
  /** Makes the recorder of a camera that has one; null where nothing can be stored. */
  readonly recorder: (camera: CameraConfig) => Recorder | null;
  /** CPU time of this thread in milliseconds. */
  readonly cpuMs: () => number;
};

/** Times in milliseconds. */
export type CameraTimes = {
  /** First wait before a restart; doubles each time. Default 1000. */
  readonly firstRetry: number;
  /** Longest wait. Default 30 000. */
  readonly lastRetry: number;
  /** A source that sends nothing for so long is opened again. Default 15 000. */
  readonly silence: number;
  /** A source that ran so long counts as healed: the next wait is the first one again. Default 20 000. */
  readonly healed: number;
};

const DEFAULT_TIMES: CameraTimes = {
  firstRetry: 1000,
  lastRetry: 30_000,
  silence: 15_000,
  healed: 20_000,
};

/** Most bytes of coded pictures kept since the last keyframe, for pages that begin to watch. */
const MAX_KEPT_BYTES = 16 << 20;

/** Most frames between two timestamps that still count as video time, seconds. */
const MAX_STEP = 1;

/** A camera. Call {@link Camera.run} once. */
export class Camera {
  #config: CameraConfig;
  readonly #host: CameraHost;
  readonly #times: CameraTimes;
  readonly #stop = new AbortController();
  #watched = false;

  #change: CameraChange;
  #frames = 0;
  #damaged = 0;
  #videoSeconds = 0;
  #cpuMs = 0;
  #bits = 0;
  #motion = 0;
  #activity = 0;
  #clock = new StreamClock();
  #understanding: Understanding | null = null;
  #feedSettings: FeedSettings | null = null;
  #feed: WatchFeed | null = null;
  #video: Video | null = null;
  readonly #recorder: Recorder | null;

  #avcC: Uint8Array | undefined;
  #format: Uint8Array<ArrayBuffer> | null = null;
  #kept: Uint8Array<ArrayBuffer>[] = [];
  #keptBytes = 0;
  #lastKey: Uint8Array | null = null;
  #field: MacroblockField | undefined;

  constructor(config: CameraConfig, host: CameraHost, times: Partial<CameraTimes> = {}) {
    this.#config = config;
    this.#host = host;
    this.#times = { ...DEFAULT_TIMES, ...times };
    this.#recorder = config.record === null ? null : host.recorder(config);
    this.#change = {
      id: config.id,
      state: "starting",
      reason: null,
      restarts: 0,
      lastRestart: null,
      retryAt: null,
      width: 0,
      height: 0,
      container: "",
    };
  }

  /** Counts so far, and the worst delay since they were last asked for. */
  takeCounts(): CameraCounts {
    return {
      id: this.#config.id,
      frames: this.#frames,
      damagedFrames: this.#damaged,
      videoSeconds: this.#videoSeconds,
      cpuMs: this.#cpuMs,
      bits: this.#bits,
      motion: this.#motion,
      activity: this.#activity,
      backlogMs: this.#clock.takeWorst(),
    };
  }

  /** Zones, lines and ignored polygons that were drawn or changed while it runs. */
  setAreas(areas: readonly CameraArea[]): void {
    this.#config = { ...this.#config, areas };
    this.#understanding?.setAreas(areas);
    this.#feed?.setAreas(areas);
  }

  /** Feeds the model of the standing questions like this from now on; null: does not. */
  watch(settings: FeedSettings | null): void {
    this.#feedSettings = settings;
    this.#endFeed();
    void this.#beginFeed();
  }

  /** Keeps the next sampled picture whole. */
  keepWhole(): void {
    this.#feed?.keepWhole("gap");
  }

  /** Runs until {@link Camera.stop} or the end of a file that does not loop. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    let wait = this.#times.firstRetry;
    while (!signal.aborted) {
      const began = performance.now();
      const failure = await this.#attempt();
      if (signal.aborted) return;
      if (failure === null) {
        this.#tell({ state: "ended", reason: "the file is over" });
        return;
      }
      if (performance.now() - began > this.#times.healed) wait = this.#times.firstRetry;
      const now = Date.now();
      this.#tell({
        state: "retrying",
        reason: failure,
        retryAt: now + wait,
        lastRestart: { at: now, reason: failure },
      });
      await pause(wait, signal);
      wait = Math.min(this.#times.lastRetry, wait * 2);
      if (signal.aborted) return;
      this.#tell({ state: "starting", retryAt: null, restarts: this.#change.restarts + 1 });
    }
  }

  /** Ends the camera and frees its source; resolves when its last clip is complete. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#endUnderstanding();
    this.#endFeed();
    await this.#recorder?.stop();
  }

  /** Begins to hand out records; returns the format and the units since the last keyframe. */
  join(): Uint8Array<ArrayBuffer>[] {
    this.#watched = true;
    if (this.#format === null) return [];
    return [this.#format, ...this.#kept].map((record) => record.slice());
  }

  /** Ends handing out records. */
  unwatch(): void {
    this.#watched = false;
  }

  /** The last keyframe as an Annex B byte stream, or null before the first. */
  lastKeyframe(): Uint8Array<ArrayBuffer> | null {
    return this.#lastKey === null ? null : annexB(this.#avcC, this.#lastKey);
  }

  /** One opening of the source; resolves with why it failed, or null at the end of a file. */
  async #attempt(): Promise<string | null> {
    const attempt = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, attempt.signal]);
    let silent = false;
    const alarm = setTimeout(() => {
      silent = true;
      attempt.abort();
    }, this.#times.silence);
    let video: Video | undefined;
    try {
      video = await this.#host.open(this.#config, signal);
      this.#tell({
        width: video.width ?? 0,
        height: video.height ?? 0,
        container: video.container,
      });
      await this.#read(video, () => alarm.refresh());
      return "url" in this.#config.source ? "the stream ended" : null;
    } catch (error) {
      if (silent) return `no data for ${this.#times.silence / 1000} s`;
      return maskCredentials(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(alarm);
      attempt.abort();
      this.#endUnderstanding();
      this.#endFeed();
      this.#video = null;
      this.#recorder?.cut();
      this.#forget();
      await video?.close().catch(() => undefined);
    }
  }

  async #read(video: Video, alive: () => void): Promise<void> {
    let cpuBefore = 0;
    this.#clock = new StreamClock();
    if (this.#config.motion !== null) {
      this.#understanding = new Understanding(this.#config, this.#clock, (insight) =>
        this.#understood(insight),
      );
    }
    const parser = new H264Parser({
      order: "decode",
      onFrame: (frame) => this.#onFrame(frame, cpuBefore),
    });
    this.#avcC = video.avcC;
    this.#video = video;
    await this.#beginFeed();
    this.#recorder?.configure(video.avcC);
    if (video.avcC !== undefined) parser.configure(video.avcC);
    let count = 0;
    let latest: number | undefined;
    for await (const unit of video.accessUnits()) {
      alive();
      if (this.#stop.signal.aborted) return;
      if (this.#change.state !== "live") this.#tell({ state: "live", reason: null, retryAt: null });
      if (unit.avcC !== undefined) {
        this.#avcC = unit.avcC;
        this.#format = null;
        this.#recorder?.configure(unit.avcC);
        parser.configure(unit.avcC);
      }
      const timestamp = unit.timestamp ?? count / (video.frameRate ?? 25);
      count++;
      latest ??= timestamp;
      if (timestamp > latest) {
        this.#videoSeconds += Math.min(MAX_STEP, timestamp - latest);
        latest = timestamp;
      } else if (timestamp < latest - MAX_STEP) {
        latest = timestamp;
      }
      this.#bits += 8 * unit.data.length;
      const now = Date.now();
      this.#passOn(unit, timestamp);
      this.#feed?.unit(unit, timestamp);
      this.#recorder?.unit(unit.data, timestamp, now, unit.keyframe);
      cpuBefore = this.#host.cpuMs();
      parser.pushAccessUnit(unit.data, timestamp);
      this.#cpuMs += this.#host.cpuMs() - cpuBefore;
      this.#clock.observe(timestamp, Date.now());
      if (parser.unsupported !== null && parser.stats.refusedSlices > 0) {
        throw new MediaError(
          "unsupported",
          video.name,
          `H.264 with ${parser.unsupported}: not yet`,
        );
      }
    }
    parser.end();
  }

  #onFrame(frame: FrameSignal, cpuBefore: number): void {
    this.#field = macroblockField(frame, this.#field);
    const motionShare = movingShare(this.#field);
    this.#frames++;
    this.#motion += motionShare;
    if (frame.damaged) this.#damaged++;
    if (frame.width !== this.#change.width || frame.height !== this.#change.height) {
      this.#tell({ width: frame.width, height: frame.height });
    }
    const motion = this.#understanding?.frame(frame) ?? null;
    this.#activity += motion?.activity ?? motionShare;
    this.#feed?.frame(frame);
    if (this.#watched) this.#sendField(frame, this.#field, motion, motionShare, cpuBefore);
  }

  #sendField(
    frame: FrameSignal,
    field: MacroblockField,
    motion: MotionFrame | null,
    motionShare: number,
    cpuBefore: number,
  ): void {
    let bits = 0;
    for (const value of frame.bits) bits += value;
    const header: FieldHeader = {
      kind: "field",
      timestamp: frame.timestamp,
      type: frame.type,
      mbWidth: frame.mbWidth,
      mbHeight: frame.mbHeight,
      width: frame.width,
      height: frame.height,
      bits,
      motionShare,
      cpuMs: this.#host.cpuMs() - cpuBefore,
      damaged: frame.damaged,
      activity: motion?.activity ?? motionShare,
      tracks: motion === null ? [] : trackBoxes(motion),
      fieldBytes: field.bytes.length,
    };
    const mask = motion === null ? new Uint8Array(0) : packMask(motion.mask);
    const body = new Uint8Array(field.bytes.length + mask.length);
    body.set(field.bytes);
    body.set(mask, field.bytes.length);
    this.#send("field", packRecord(header, body));
  }

  /** Keeps the unit for pages that come later, and sends it to those that watch. */
  #passOn(unit: AccessUnit, timestamp: number): void {
    if (unit.keyframe) {
      this.#lastKey = unit.data;
      this.#kept = [];
      this.#keptBytes = 0;
      this.#tellFormat(unit);
    }
    if (this.#format === null) return;
    const header: UnitHeader = { kind: "unit", timestamp, keyframe: unit.keyframe };
    const record = packRecord(header, unit.data);
    if (unit.keyframe || this.#kept.length > 0) {
      this.#keptBytes += record.length;
      if (this.#keptBytes > MAX_KEPT_BYTES) this.#kept = [];
      else this.#kept.push(record);
    }
    if (this.#watched) this.#send(unit.keyframe ? "key" : "unit", record.slice());
  }

  #tellFormat(unit: AccessUnit): void {
    const codec = codecString(this.#avcC, unit.data);
    if (codec === null) return;
    const header: FormatHeader = {
      kind: "format",
      codec,
      framing: this.#avcC === undefined ? "annexb" : "avcc",
    };
    const record = packRecord(header, this.#avcC);
    const same =
      this.#format !== null && Buffer.compare(Buffer.from(this.#format), Buffer.from(record)) === 0;
    this.#format = record;
    if (this.#watched && !same) this.#send("format", record.slice());
  }

  #send(kind: RecordMessage["kind"], record: Uint8Array<ArrayBuffer>): void {
    this.#host.onRecord({ type: "record", id: this.#config.id, kind, record });
  }

  #understood(insight: Insight): void {
    const { record } = this.#config;
    if (record?.kinds.includes(insight.kind) === true) {
      if (insight.to === null) this.#recorder?.begin(insight.id, insight.from);
      else {
        // A moment begins and ends at once; ending what has begun is all the same to the recorder.
        if (insight.to === insight.from) this.#recorder?.begin(insight.id, insight.from);
        this.#recorder?.end(insight.id, insight.to);
      }
    }
    this.#host.onInsight(insight);
  }

  /** Begins to feed the model, if that is wanted and a source is open. */
  async #beginFeed(): Promise<void> {
    if (this.#feedSettings === null || this.#video === null) return;
    // Most cameras are asked nothing, and their threads start without all that this needs.
    const { WatchFeed: Feed } = await import("../watch/feed.ts");
    const settings = this.#feedSettings;
    const video = this.#video;
    if (settings === null || video === null || this.#feed !== null) return;
    const { id, areas } = this.#config;
    this.#feed = new Feed(settings, {
      camera: id,
      areas,
      framing: video.framing === "avcc" ? "avcc" : "annexb",
      avcC: this.#avcC,
      at: (timestamp) => this.#clock.at(timestamp),
      parsedMs: () => this.#cpuMs,
      onPlan: this.#host.onPlan,
      onSample: (sample) => this.#host.onSample(id, sample),
      onProblem: (text) => this.#host.onFed(id, text),
    });
  }

  #endFeed(): void {
    if (this.#feed === null) return;
    this.#feed.end();
    this.#feed = null;
    this.#host.onFed(this.#config.id, null);
  }

  #endUnderstanding(): void {
    this.#understanding?.end();
    this.#understanding = null;
  }

  #forget(): void {
    this.#kept = [];
    this.#keptBytes = 0;
    this.#format = null;
    this.#lastKey = null;
  }

  #tell(change: Partial<CameraChange>): void {
    this.#change = { ...this.#change, ...change };
    this.#host.onChange(this.#change);
  }
}

/** Waits, shorter if `signal` aborts. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
  });
}
