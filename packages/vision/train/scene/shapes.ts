/** What things look like: each is a list of simple forms, painted in order. */

import type { Kind, Pose, Thing } from "./types.ts";

/** RGB, 0..255. */
export type Rgb = readonly [number, number, number];

/**
 * A form in a thing's own frame: unit is the thing's height, x to where it faces, y up from its foot. An ellipse and a
 * box have half-axes (rx, ry) and may be turned; a bar is a line with round ends; a ring is a circle's edge.
 */
export type Form =
  | {
      readonly form: "ellipse" | "box";
      readonly x: number;
      readonly y: number;
      readonly rx: number;
      readonly ry: number;
      readonly turn?: number;
      readonly round?: number;
      readonly rgb: Rgb;
    }
  | {
      readonly form: "bar";
      readonly x: number;
      readonly y: number;
      readonly x2: number;
      readonly y2: number;
      readonly r: number;
      readonly rgb: Rgb;
    }
  | {
      readonly form: "ring";
      readonly x: number;
      readonly y: number;
      readonly r: number;
      readonly width: number;
      readonly rgb: Rgb;
    };

const SKINS: readonly Rgb[] = [
  [233, 190, 160],
  [198, 145, 110],
  [120, 82, 60],
];
const TROUSERS: readonly Rgb[] = [
  [45, 48, 60],
  [70, 62, 54],
  [95, 100, 110],
  [40, 44, 90],
];
const GLASS: Rgb = [70, 90, 105];
const TYRE: Rgb = [25, 25, 27];

/** Width over height of a kind, by its style. */
export function aspectOf(kind: Kind, style: readonly number[], unseen: boolean): number {
  const s = style[0];
  switch (kind) {
    case "person":
      return 0.42;
    case "car":
      return unseen ? 1.75 : 2.05 + 0.5 * s;
    case "dog":
      return 1.5;
    case "box":
      return unseen ? 0.75 + 0.1 * s : 1 + 0.5 * s;
    case "ball":
      return 1;
    case "bag":
      return 0.85 + 0.3 * s;
    case "bike":
      return 1.7;
  }
}

/** The forms of a thing in a pose. `unseen` draws it as the trained clips never do. */
export function formsOf(thing: Thing, pose: Pose, unseen: boolean): Form[] {
  const { rgb, style } = thing;
  switch (thing.kind) {
    case "person":
      return person(rgb, style, pose.gait, unseen);
    case "car":
      return unseen ? van(rgb, style) : car(rgb, style, thing.aspect);
    case "dog":
      return dog(rgb, style, pose.gait, unseen);
    case "box":
      return box(rgb, style, thing.aspect, unseen);
    case "ball":
      return ball(rgb, style, pose.gait, unseen);
    case "bag":
      return bag(rgb, style, thing.aspect, unseen);
    case "bike":
      return bike(rgb, style, unseen);
  }
}

/** A colour made lighter (over 1) or darker. */
export function shade(rgb: Rgb, factor: number): Rgb {
  return [rgb[0] * factor, rgb[1] * factor, rgb[2] * factor];
}

function person(rgb: Rgb, style: readonly number[], gait: number, unseen: boolean): Form[] {
  const skin = SKINS[Math.floor(style[1] * SKINS.length)];
  const legs = TROUSERS[Math.floor(style[2] * TROUSERS.length)];
  const swing = 0.13 * Math.sin(gait * 7);
  const wide = 0.13 + 0.04 * style[0];
  const forms: Form[] = [
    { form: "bar", x: 0.04, y: 0.5, x2: swing, y2: 0.03, r: 0.055, rgb: legs },
    { form: "bar", x: -0.04, y: 0.5, x2: -swing, y2: 0.03, r: 0.055, rgb: shade(legs, 0.85) },
  ];
  if (unseen) {
    // A long coat and a hat.
    forms.push({ form: "box", x: 0, y: 0.5, rx: wide * 1.1, ry: 0.3, round: 0.05, rgb });
    forms.push({ form: "ellipse", x: 0, y: 0.88, rx: 0.075, ry: 0.085, rgb: skin });
    forms.push({ form: "box", x: 0, y: 0.95, rx: 0.11, ry: 0.025, rgb: [60, 50, 45] });
    return forms;
  }
  const arm = shade(rgb, 0.82);
  forms.push({ form: "bar", x: 0.02, y: 0.76, x2: -swing * 0.9, y2: 0.47, r: 0.045, rgb: arm });
  forms.push({ form: "box", x: 0, y: 0.63, rx: wide, ry: 0.18, round: 0.08, rgb });
  forms.push({ form: "bar", x: 0.02, y: 0.76, x2: swing * 0.9, y2: 0.47, r: 0.045, rgb: arm });
  forms.push({ form: "ellipse", x: 0.01, y: 0.905, rx: 0.075, ry: 0.095, rgb: skin });
  if (style[3] > 0.4) {
    const hair = shade(skin, 0.25);
    forms.push({ form: "ellipse", x: -0.01, y: 0.955, rx: 0.075, ry: 0.05, rgb: hair });
  }
  return forms;
}

function car(rgb: Rgb, style: readonly number[], aspect: number): Form[] {
  const half = aspect / 2;
  const cabin = half * (0.5 + 0.12 * style[1]);
  const back = -half * 0.18 * style[2];
  const roof = shade(rgb, 0.92);
  return [
    { form: "box", x: back, y: 0.72, rx: cabin, ry: 0.27, round: 0.18, rgb: roof },
    { form: "box", x: back, y: 0.73, rx: cabin * 0.84, ry: 0.17, round: 0.1, rgb: GLASS },
    { form: "box", x: back, y: 0.73, rx: 0.03, ry: 0.2, rgb: roof },
    { form: "box", x: 0, y: 0.38, rx: half * 0.98, ry: 0.22, round: 0.14, rgb },
    { form: "ellipse", x: half * 0.6, y: 0.17, rx: 0.17, ry: 0.17, rgb: TYRE },
    { form: "ellipse", x: -half * 0.6, y: 0.17, rx: 0.17, ry: 0.17, rgb: TYRE },
    { form: "ellipse", x: half * 0.6, y: 0.17, rx: 0.07, ry: 0.07, rgb: [150, 150, 155] },
    { form: "ellipse", x: -half * 0.6, y: 0.17, rx: 0.07, ry: 0.07, rgb: [150, 150, 155] },
    { form: "ellipse", x: half * 0.93, y: 0.45, rx: 0.05, ry: 0.05, rgb: [250, 245, 200] },
  ];
}

function van(rgb: Rgb, style: readonly number[]): Form[] {
  const half = 0.875;
  return [
    { form: "box", x: -0.05, y: 0.56, rx: half * 0.95, ry: 0.42, round: 0.08, rgb },
    { form: "box", x: half * 0.62, y: 0.72, rx: 0.2, ry: 0.16, round: 0.04, rgb: GLASS },
    { form: "box", x: -0.2, y: 0.42, rx: 0.5, ry: 0.03 + 0.03 * style[0], rgb: shade(rgb, 0.7) },
    { form: "ellipse", x: half * 0.6, y: 0.15, rx: 0.15, ry: 0.15, rgb: TYRE },
    { form: "ellipse", x: -half * 0.6, y: 0.15, rx: 0.15, ry: 0.15, rgb: TYRE },
  ];
}

function dog(rgb: Rgb, style: readonly number[], gait: number, unseen: boolean): Form[] {
  const swing = 0.12 * Math.sin(gait * 6);
  const thin = unseen ? 0.045 : 0.065;
  const legs: Form[] = [0.38, 0.26, -0.36, -0.46].map((x, i) => ({
    form: "bar",
    x,
    y: 0.42,
    x2: x + (i % 2 === 0 ? swing : -swing),
    y2: 0.05,
    r: thin,
    rgb: shade(rgb, i % 2 === 0 ? 0.95 : 0.75),
  }));
  const long = unseen ? 0.52 : 0.44 + 0.06 * style[0];
  const tall = unseen ? 0.14 : 0.18 + 0.04 * style[1];
  const ear: Form = unseen
    ? { form: "ellipse", x: 0.46, y: 0.66, rx: 0.06, ry: 0.17, rgb: shade(rgb, 0.6) }
    : { form: "ellipse", x: 0.44, y: 0.86, rx: 0.05, ry: 0.1, turn: 0.4, rgb: shade(rgb, 0.7) };
  return [
    ...legs,
    { form: "bar", x: -0.42, y: 0.55, x2: -0.66, y2: 0.8, r: 0.05, rgb: shade(rgb, 0.85) },
    { form: "ellipse", x: -0.03, y: 0.5, rx: long, ry: tall, rgb },
    { form: "ellipse", x: 0.5, y: 0.74, rx: 0.17, ry: 0.15, rgb },
    { form: "ellipse", x: 0.65, y: 0.69, rx: 0.11, ry: 0.075, rgb: shade(rgb, 0.9) },
    ear,
  ];
}

function box(rgb: Rgb, style: readonly number[], aspect: number, unseen: boolean): Form[] {
  const half = aspect / 2;
  const forms: Form[] = [{ form: "box", x: 0, y: 0.5, rx: half, ry: 0.5, rgb }];
  if (unseen) {
    forms.push({ form: "box", x: 0, y: 0.9, rx: half * 1.08, ry: 0.1, rgb: shade(rgb, 0.75) });
    forms.push({ form: "box", x: 0, y: 0.4, rx: half * 0.35, ry: 0.12, rgb: [225, 222, 214] });
    return forms;
  }
  forms.push({ form: "box", x: 0, y: 0.92, rx: half, ry: 0.08, rgb: shade(rgb, 1.2) });
  const tape: Rgb = style[1] > 0.5 ? [196, 170, 120] : shade(rgb, 0.65);
  forms.push({ form: "box", x: 0, y: 0.5, rx: 0.07, ry: 0.5, rgb: tape });
  return forms;
}

function ball(rgb: Rgb, style: readonly number[], gait: number, unseen: boolean): Form[] {
  const turn = -gait * 3;
  const forms: Form[] = [{ form: "ellipse", x: 0, y: 0.5, rx: 0.5, ry: 0.5, rgb }];
  if (unseen) {
    for (const side of [-0.2, 0.2]) {
      forms.push({
        form: "box",
        x: side * Math.cos(turn),
        y: 0.5 + side * Math.sin(turn),
        rx: 0.06,
        ry: 0.34,
        turn,
        rgb: shade(rgb, 0.6),
      });
    }
    return forms;
  }
  if (style[1] > 0.5) {
    forms.push({ form: "box", x: 0, y: 0.5, rx: 0.47, ry: 0.06, turn, rgb: shade(rgb, 0.65) });
  }
  const light = shade(rgb, 1.35);
  forms.push({ form: "ellipse", x: 0.14, y: 0.68, rx: 0.12, ry: 0.1, rgb: light });
  return forms;
}

function bag(rgb: Rgb, style: readonly number[], aspect: number, unseen: boolean): Form[] {
  const half = aspect / 2;
  const strap = shade(rgb, 0.6);
  if (unseen) {
    // A rucksack.
    return [
      { form: "ring", x: 0, y: 0.92, r: 0.1, width: 0.06, rgb: strap },
      { form: "box", x: 0, y: 0.46, rx: half * 0.85, ry: 0.46, round: 0.28, rgb },
      { form: "box", x: 0, y: 0.3, rx: half * 0.5, ry: 0.16, round: 0.06, rgb: shade(rgb, 0.8) },
    ];
  }
  return [
    { form: "ring", x: 0, y: 0.68, r: 0.24 + 0.05 * style[1], width: 0.07, rgb: strap },
    { form: "box", x: 0, y: 0.34, rx: half, ry: 0.34, round: 0.12, rgb },
    { form: "box", x: 0, y: 0.6, rx: half * 0.9, ry: 0.04, rgb: strap },
  ];
}

function bike(rgb: Rgb, style: readonly number[], unseen: boolean): Form[] {
  const r = unseen ? 0.24 : 0.3 + 0.03 * style[0];
  const wheel = { form: "ring", y: r, r, width: 0.06, rgb: [40, 40, 42] } as const;
  const bar = (x: number, y: number, x2: number, y2: number, colour: Rgb = rgb): Form => ({
    form: "bar",
    x,
    y,
    x2,
    y2,
    r: unseen ? 0.065 : 0.05,
    rgb: colour,
  });
  const frame = unseen
    ? [bar(-0.5, r, -0.1, r), bar(-0.1, r, 0.36, 0.8), bar(-0.1, r, -0.16, 0.72)]
    : [
        bar(-0.5, r, 0, r),
        bar(0, r, 0.38, 0.75),
        bar(-0.5, r, -0.16, 0.72),
        bar(-0.16, 0.72, 0.38, 0.75),
        bar(0, r, -0.16, 0.72),
      ];
  return [
    { ...wheel, x: -0.5 },
    { ...wheel, x: 0.5 },
    ...frame,
    bar(0.5, r, 0.36, 0.92),
    bar(0.36, 0.92, 0.46, 0.98, TYRE),
    bar(-0.24, 0.82, -0.08, 0.82, TYRE),
  ];
}
