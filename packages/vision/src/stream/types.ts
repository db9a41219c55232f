/** The words of streaming: sampled pictures on their way to the model, and what comes out. */

import type { WatchAnswer, WatchStages } from "@symbion/core";
import type { PixelBlocks } from "@symbion/neural";
import type { Drift, RefreshMode } from "../memory/refresh.ts";
import type { Grid } from "../planner/grid.ts";
import type { Plan } from "../planner/planner.ts";

/** A question that is asked of every window. */
export type Question = {
  /** Unique among the questions. */
  readonly id: string;
  /** The question itself. */
  readonly ask: string;
  /** Least seconds of video between two answers; 0: one per window. */
  readonly every: number;
};

/** A sampled picture as the model gets it. */
export type Sample = {
  /** Which blocks were kept, and why. */
  readonly plan: Plan;
  /** The kept blocks; null where nothing is kept or the picture could not be decoded. */
  readonly pixels: PixelBlocks | null;
  /** When the picture's signals were read, in milliseconds of the watcher's clock. */
  readonly readAt: number;
  /** Milliseconds spent on this picture and the frames skipped before it. */
  readonly parseMs: number;
  /** Milliseconds of planning. */
  readonly planMs: number;
  /** Milliseconds of waiting for pixels. */
  readonly pixelsMs: number;
};

/**
 * A picture of a window with the blocks of it that the model was shown. They say where the picture changed, not what
 * made the model answer as it did.
 */
export type Shown = {
  /** Presentation time in seconds. */
  readonly timestamp: number;
  /** Whether all blocks were kept. */
  readonly whole: boolean;
  /** Indices of the kept blocks; empty where all were kept. */
  readonly blocks: readonly number[];
};

/** Why everything was computed again, or null. */
export type FullReason = "drift" | "windows" | "gate" | "position" | null;

/** What one window came to. */
export type WindowAnswer = {
  /** Counts windows from 0. */
  readonly index: number;
  /** Presentation time of the first and the last picture, in seconds. */
  readonly from: number;
  /** Presentation time of the last picture, in seconds. */
  readonly to: number;
  /** Whether the stream ended before the window was full. */
  readonly partial: boolean;
  /** Name of the policy in force. */
  readonly policy: string;
  /** Answers of the questions that were due, in their order. */
  readonly answers: readonly WatchAnswer[];
  /** Pictures of the window of which something was shown. */
  readonly shown: readonly Shown[];
  /** The grid that blocks are numbered on. */
  readonly grid: Grid;
  /** Pictures that are new since the window before. */
  readonly pictures: number;
  /** Blocks kept of these. */
  readonly blocksKept: number;
  /** Blocks of these. */
  readonly blocksTotal: number;
  /** Tokens of pictures computed. */
  readonly tokensRefreshed: number;
  /** Tokens of pictures used as they were. */
  readonly tokensReused: number;
  /** Operations executed since the window before. */
  readonly flops: number;
  /** Operations of the same window with every block of every picture encoded and computed. */
  readonly fullFlops: number;
  /** Milliseconds from the last picture's signals to the first token of an answer. */
  readonly firstTokenMs: number;
  /** Milliseconds of each stage since the window before. */
  readonly stages: WatchStages;
  /** What was computed again, why all of it was (if it was), and how far reuse has drifted. */
  readonly refresh: {
    readonly mode: RefreshMode;
    readonly full: FullReason;
    readonly drift: Drift;
    /** Share of answers that agreed with those of full runs, of late. */
    readonly agreement: number;
  };
};
