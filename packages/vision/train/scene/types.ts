/** What a simulated scene consists of. Lengths are pixels of the model's picture, times seconds from the clip's start. */

import {
  MINI_COLOURS,
  MINI_KINDS,
  type MiniColour,
  type MiniKind,
} from "../../src/mini/wording.ts";

/** Kinds of things that scenes show. */
export const KINDS: typeof MINI_KINDS = MINI_KINDS;
/** One of {@link KINDS}. */
export type Kind = MiniKind;

/** Colours that things have. */
export const COLOURS: typeof MINI_COLOURS = MINI_COLOURS;
/** One of {@link COLOURS}. */
export type Colour = MiniColour;

/** Sides of the picture. */
export const SIDES = ["left", "right", "top", "bottom"] as const;
/** One of {@link SIDES}. */
export type Side = (typeof SIDES)[number];

/** Where a thing stands at a moment. */
export type Pose = {
  /** Middle of its foot, pixels from the left. */
  readonly x: number;
  /** Its foot, pixels from the top. */
  readonly y: number;
  /** Height in pixels when upright. */
  readonly size: number;
  /** 1 faces right, -1 left. */
  readonly facing: 1 | -1;
  /** Turned about the foot, radians; a fallen person lies at about a quarter turn. */
  readonly angle: number;
  /** Distance walked over size: moves legs and wheels. */
  readonly gait: number;
};

/** Something in a scene. */
export type Thing = {
  readonly kind: Kind;
  readonly colour: Colour;
  /** RGB 0..255 of its colour here. */
  readonly rgb: readonly [number, number, number];
  /** Numbers in [0, 1) that set its shape's proportions. */
  readonly style: readonly number[];
  /** Width over height, for its bounds. */
  readonly aspect: number;
  /** Its pose, or null while it is not in the world (an item not yet carried in). */
  readonly at: (time: number) => Pose | null;
  /** When it begins and ends to fall; undefined if it doesn't. */
  readonly falls?: readonly [from: number, to: number] | undefined;
  /** When it is put down, and by whom; undefined for things that nobody carries. */
  readonly dropped?: { readonly time: number; readonly by: Thing } | undefined;
};

/** Which world a clip is drawn from: the one trained on, or ones with something never trained on. */
export type Variant = {
  /** Layouts of the background. */
  readonly layouts: "trained" | "unseen";
  /** Shapes of the things. */
  readonly shapes: "trained" | "unseen";
};

/** A clip's world. */
export type Scene = {
  /** Seconds. */
  readonly duration: number;
  readonly things: readonly Thing[];
  readonly variant: Variant;
  /** Seed of all that is drawn. */
  readonly seed: number;
};
