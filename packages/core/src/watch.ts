/**
 * Questions that stand: what a camera is asked again and again while its video runs, and what came out. Moments are
 * milliseconds since 1970, stages and delays milliseconds.
 */

/** How the blocks of a picture are chosen that the model is to see. */
export const WATCH_POLICIES = ["full", "codecsight", "symbion"] as const;

/** One of {@link WATCH_POLICIES}. */
export type WatchPolicy = (typeof WATCH_POLICIES)[number];

/** A question that is answered as long as the camera runs. */
export type WatchQuestion = {
  /** Unique within the camera. */
  readonly id: string;
  /** The question itself, one line. */
  readonly ask: string;
  /** Least seconds between two answers; 0: one with every window. */
  readonly every: number;
};

/** Why a picture was kept whole, or `none` where it was not. */
export type WholeReason =
  | "none"
  | "policy"
  | "first"
  | "schedule"
  | "keyframe"
  | "scene-cut"
  | "drift"
  | "gap"
  | "blind"
  | "moving-camera"
  | "crowded";

/** Which blocks of one sampled picture were kept. Told as it is decided, before the model has seen them. */
export type WatchFrame = {
  /** Id of the camera. */
  readonly camera: string;
  /** When the picture was taken. */
  readonly at: number;
  /** Its presentation time in seconds of the stream, equal to that of its unit on `/api/cameras/{id}/stream`. */
  readonly timestamp: number;
  /** Blocks across the picture. The grid of blocks is stretched over the whole picture. */
  readonly columns: number;
  /** Blocks down the picture. */
  readonly rows: number;
  /** Blocks kept. */
  readonly kept: number;
  /** One bit per block, rows from the top, lowest bit of the first byte first: base64. */
  readonly mask: string;
  /** Why all blocks were kept, or `none`. */
  readonly whole: WholeReason;
};

/** What a question came to in one window. */
export type WatchAnswer = {
  /** Id of the question. */
  readonly question: string;
  /** The question itself. */
  readonly ask: string;
  /** The model's answer, also where it is not sure enough. */
  readonly text: string;
  /** Whether it is sure enough; if not, the answer is to be shown as "don't know". */
  readonly known: boolean;
  /** Probability of the answer's least certain token, 0 to 1, as the model gives it. */
  readonly confidence: number;
};

/** Milliseconds that the stages of one window took. */
export type WatchStages = {
  /** Reading the codec signals. */
  readonly parse: number;
  /** Choosing blocks. */
  readonly plan: number;
  /** Waiting for decoded pixels and cutting blocks out of them. */
  readonly pixels: number;
  /** The vision encoder. */
  readonly encode: number;
  /** Computing keys and values of new and refreshed tokens, the questions' own included. */
  readonly refresh: number;
  /** Writing the answers, token by token. */
  readonly answer: number;
};

/**
 * A sampled picture within a window with what was kept of it. Blocks say where the picture changed and what the model
 * was shown, not which of them made it answer as it did.
 */
export type WatchEvidence = {
  /** When the picture was taken. */
  readonly at: number;
  /** Its presentation time in seconds of the stream. */
  readonly timestamp: number;
  /** Whether all of its blocks were kept. */
  readonly whole: boolean;
  /** Indices of the kept blocks (row * columns + column); empty where all were kept. */
  readonly blocks: readonly number[];
};

/** All answers of one window of video, and what they cost. */
export type WatchWindow = {
  /** Unique; sorts by time. */
  readonly id: string;
  /** Id of the camera. */
  readonly camera: string;
  /** First and last sampled picture. */
  readonly from: number;
  /** When the last sampled picture was taken. */
  readonly to: number;
  /** Whether the stream ended or broke off before the window was full. */
  readonly partial: boolean;
  /** Policy in force. */
  readonly policy: WatchPolicy;
  /** Answers, in the order of the questions. */
  readonly answers: readonly WatchAnswer[];
  /** The window's pictures of which something was kept. */
  readonly evidence: readonly WatchEvidence[];
  /** Blocks across and down the picture. */
  readonly columns: number;
  /** Blocks down the picture. */
  readonly rows: number;
  /** Blocks kept of the pictures that are new in this window. */
  readonly blocksKept: number;
  /** Blocks of these pictures. */
  readonly blocksTotal: number;
  /** Tokens computed for this window: new ones and those computed again. */
  readonly tokensRefreshed: number;
  /** Tokens used as an earlier window had left them. */
  readonly tokensReused: number;
  /** Operations executed. */
  readonly flops: number;
  /** Operations of the same window with every block kept and nothing reused. */
  readonly fullFlops: number;
  /** From the window's last picture to the first token of an answer. */
  readonly firstTokenMs: number;
  /** Time of each stage. */
  readonly stages: WatchStages;
};

/** What watches a camera stands at. */
export type WatchState = "off" | "loading" | "live" | "failed";

/** A camera's standing questions and how they are doing. */
export type CameraWatch = {
  /** Id of the camera. */
  readonly camera: string;
  /** `off`: no questions; `loading`: the model is being loaded; `failed`: see `reason`. */
  readonly state: WatchState;
  /** Why it failed, or null. */
  readonly reason: string | null;
  /** Name of the model; empty until it is loaded. */
  readonly model: string;
  /** Policy in force. */
  readonly policy: WatchPolicy;
  /** From which change on a block is kept; unused by `full`. */
  readonly threshold: number;
  /** What {@link CameraWatch.threshold} is measured in: pixels per frame, or probability of visible change. */
  readonly unit: "px" | "probability";
  /** Threshold that the policy has by itself. */
  readonly defaultThreshold: number;
  /** What the camera is asked, in the order of the configuration. */
  readonly questions: readonly WatchQuestion[];
  /** Windows answered since the node began. */
  readonly windows: number;
  /** Sampled pictures that were dropped because the model was busy. */
  readonly dropped: number;
  /** Sums over all windows. */
  readonly blocksKept: number;
  /** Blocks of all pictures. */
  readonly blocksTotal: number;
  /** Operations executed. */
  readonly flops: number;
  /** Operations of the full runs. */
  readonly fullFlops: number;
  /** The newest window, or null before the first. */
  readonly latest: WatchWindow | null;
};

/** A change of how a camera is watched; what is left out stays. */
export type WatchEdit = {
  /** How blocks are chosen from now on. */
  readonly policy?: WatchPolicy | undefined;
  /** Null: the policy's own. */
  readonly threshold?: number | null | undefined;
};
