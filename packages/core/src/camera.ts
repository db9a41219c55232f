/** What a node tells about its cameras: the words that the node and its page share. */

import type { CameraArea, TrackBox } from "./motion.ts";

/**
 * Where a camera stands: `starting` (opening its source), `live`, `retrying` (its source failed, a restart is
 * due), `ended` (a file that does not loop is over), `disabled` (its configuration is wrong).
 */
export type CameraState = "starting" | "live" | "retrying" | "ended" | "disabled";

/** Figures of one camera. Rates are means over the last few seconds; counts begin with the node. */
export type CameraStats = {
  /** Frames per second that arrive. */
  readonly fps: number;
  /** Frames whose signals were read. */
  readonly frames: number;
  /** Of these, frames with lost or unreadable bits. */
  readonly damagedFrames: number;
  /** Frames for which the node decoded pixels. */
  readonly decodedFrames: number;
  /** {@link CameraStats.decodedFrames} / {@link CameraStats.frames}, 0 to 1. */
  readonly decodedShare: number;
  /** Seconds of video read. */
  readonly videoSeconds: number;
  /**
   * Milliseconds of CPU time that one second of this camera's video costs: parsing, measured around it, and an
   * equal part of what else its thread does (reading, unpacking, forwarding). 0 until measured.
   */
  readonly cpuMsPerVideoSecond: number;
  /** Bits per second of video. */
  readonly bitsPerSecond: number;
  /** Share of macroblocks that move by at least half a pixel per frame, 0 to 1. */
  readonly motionShare: number;
  /** Share of macroblocks that are dynamic once camera motion and noise are taken out, 0 to 1. */
  readonly activity: number;
  /** Milliseconds by which the slowest frame of the last seconds was parsed later than it came. */
  readonly backlogMs: number;
  /** Pages that watch it now. */
  readonly watchers: number;
  /** Frames not sent to a page because its connection was too slow. */
  readonly droppedFrames: number;
};

/** One camera as the node shows it. */
export type CameraStatus = {
  /** Its name in addresses: letters, digits, `-` and `_`. */
  readonly id: string;
  /** Its name for people. */
  readonly name: string;
  /** File or address, credentials masked. */
  readonly source: string;
  /** Whether the pictures are drawn by a program and show nothing real. */
  readonly simulated: boolean;
  /** What it is doing. */
  readonly state: CameraState;
  /** Why it is not live, or null. Credentials masked. */
  readonly reason: string | null;
  /** How often its source was opened again after a failure. */
  readonly restarts: number;
  /** Why the last restart was needed, and when (ms since 1970); null if there was none. */
  readonly lastRestart: { readonly at: number; readonly reason: string } | null;
  /** When the next restart is due (ms since 1970), or null. */
  readonly retryAt: number | null;
  /** Picture width in pixels; 0 until known. */
  readonly width: number;
  /** Picture height in pixels; 0 until known. */
  readonly height: number;
  /** Container or protocol, "MP4" or "RTSP" for instance; empty until known. */
  readonly container: string;
  /** Zones, lines and ignored polygons drawn on its picture. */
  readonly areas: readonly CameraArea[];
  /** Kinds of insights that go on now. */
  readonly active: readonly string[];
  /** Whether clips of its events are stored. */
  readonly recording: boolean;
  /** Figures. */
  readonly stats: CameraStats;
};

/** The whole node in one record: what the page's live connection carries once a second. */
export type NodeStatus = {
  /** Version of the node. */
  readonly version: string;
  /** Seconds since it started. */
  readonly uptimeSeconds: number;
  /** CPU time of the whole process over the last seconds, ms per second: 1000 is one full core. */
  readonly cpuMsPerSecond: number;
  /** Resident memory in bytes. */
  readonly memoryBytes: number;
  /** Whether it can make still pictures for a browser without a video decoder (ffmpeg is installed). */
  readonly snapshots: boolean;
  /** What is wrong with the configuration: `FILE:LINE:COLUMN: …` each. */
  readonly problems: readonly string[];
  /** Name that people gave the node. */
  readonly name: string;
  /** Whether the configuration file can be edited through the API, and has been read since its last change. */
  readonly config: {
    readonly path: string;
    readonly editable: boolean;
    readonly lastGood: boolean;
  };
  /** Stored data. */
  readonly store: StoreStatus;
  /** Alerts that fire now and are not acknowledged. */
  readonly firing: number;
  /** Notifications that wait to be delivered, and the age of the oldest in seconds. */
  readonly backlog: { readonly messages: number; readonly oldestSeconds: number };
  /** Its cameras, in the order of the configuration. */
  readonly cameras: readonly CameraStatus[];
};

/** Stored data of a node. */
export type StoreStatus = {
  /** Bytes of the database on the disk, its log included. */
  readonly databaseBytes: number;
  /** Clips alone. */
  readonly clipBytes: number;
  /** The companion's log with its keys, and what waits to be written to a CRM system. */
  readonly companionBytes: number;
  /** Most bytes that all of it may take. */
  readonly quotaBytes: number;
  /** Bytes free on the disk. */
  readonly freeBytes: number;
  /** Bytes written since the node started, clips included. */
  readonly writtenBytes: number;
  /** The same, as it would come to in a day. */
  readonly writtenBytesPerDay: number;
  /** Why nothing can be stored now (a full disk, for instance), or null. */
  readonly problem: string | null;
};

/** First record of a camera's stream and after each change of format; its body is the `avcC` record or empty. */
export type FormatHeader = {
  readonly kind: "format";
  /** Codec string, `avc1.PPCCLL`. */
  readonly codec: string;
  /** Whether units hold length-prefixed NAL units (with an `avcC` record) or start codes. */
  readonly framing: "avcc" | "annexb";
};

/** One coded picture; its body is the access unit. */
export type UnitHeader = {
  readonly kind: "unit";
  /** Presentation time in seconds. */
  readonly timestamp: number;
  /** Whether decoding can start here. */
  readonly keyframe: boolean;
};

/** The signals of one frame; its body is a packed `MacroblockField`. */
export type FieldHeader = {
  readonly kind: "field";
  /** Presentation time in seconds, equal to that of its unit. */
  readonly timestamp: number;
  /** Slice coding type of the picture. */
  readonly type: "I" | "P" | "B";
  /** Macroblock columns. */
  readonly mbWidth: number;
  /** Macroblock rows. */
  readonly mbHeight: number;
  /** Picture width in pixels. */
  readonly width: number;
  /** Picture height in pixels. */
  readonly height: number;
  /** Bits of the picture. */
  readonly bits: number;
  /** Share of macroblocks that move, 0 to 1. */
  readonly motionShare: number;
  /** CPU milliseconds spent on reading the frame's signals. */
  readonly cpuMs: number;
  /** Whether bits were lost. */
  readonly damaged: boolean;
  /** Share of macroblocks that are dynamic once camera motion and noise are taken out, 0 to 1. */
  readonly activity: number;
  /** What is followed. */
  readonly tracks: readonly TrackBox[];
  /** Bytes of the packed field in the body; the dynamic mask follows it, one bit per macroblock, least first. */
  readonly fieldBytes: number;
};

/** Says that frames were left out because the reader was too slow; no body. */
export type DroppedHeader = {
  readonly kind: "dropped";
  /** Frames left out since the stream began. */
  readonly frames: number;
};

/** On a stream of several cameras: the records that follow are this camera's; no body. */
export type CameraHeader = { readonly kind: "camera"; readonly id: string };

/** Header of a record of a camera's stream. */
export type StreamHeader = FormatHeader | UnitHeader | FieldHeader | DroppedHeader;
