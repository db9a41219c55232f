/**
 * Draws what is known of a frame over its picture: motion as arrows and glow, the dynamic mask, the other signals as
 * one cell per macroblock, and above them areas and tracks.
 */

import type { MacroblockField } from "@symbion/codec";
import type { CameraArea, FieldHeader, WatchFrame } from "@symbion/core";
import {
  DIRECTION_COLOURS,
  DIRECTIONS,
  directionOf,
  KIND_COLOURS,
  RAMP,
  type Rgb,
} from "./colours.ts";
import type { Signals } from "./player.ts";
import { drawAreas, drawTracks, Trails } from "./scene.ts";

/** What is drawn. */
export type OverlayMode = "off" | "motion" | "mask" | "kinds" | "qp" | "bits" | "residual" | "kept";

/** Everything that decides what is drawn. */
export type OverlayLook = {
  readonly mode: OverlayMode;
  /** Opacity of the field, 0 to 1. */
  readonly strength: number;
  readonly tracks: boolean;
  /** Areas to draw; empty for none. */
  readonly areas: readonly CameraArea[];
  /** Which blocks a model was shown at a moment of the stream, in seconds; null where none was asked. */
  readonly planAt: (timestamp: number) => WatchFrame | null;
};

/** Colour of macroblocks of the dynamic mask. */
const DYNAMIC: Rgb = [79, 216, 184];

/** Slowest motion that is drawn, quarter samples per frame: slower vectors are mostly noise. */
const SLOWEST = 2;

/** Motion of full brightness, quarter samples per frame. */
const FAST = 40;

/** Arrows show the way of so many frames, so that slow motion can be seen. */
const ARROW_FRAMES = 3;

/** Longest arrow, picture pixels. */
const LONGEST = 44;

/** A canvas over the picture. */
export class Overlay {
  readonly #context: CanvasRenderingContext2D;
  readonly #cells: HTMLCanvasElement;
  readonly #cellContext: CanvasRenderingContext2D;
  readonly #trails = new Trails();
  #image: ImageData | null = null;

  /** Throws an `Error` where the browser has no 2D canvas. */
  constructor(canvas: HTMLCanvasElement) {
    this.#context = context2d(canvas);
    this.#cells = document.createElement("canvas");
    this.#cellContext = context2d(this.#cells);
  }

  /** Removes what is drawn, and forgets where tracks were. */
  clear(): void {
    this.#trails.clear();
    this.#wipe();
  }

  /** Draws a frame's signals. */
  draw(signals: Signals, look: OverlayLook): void {
    const { header, field, mask } = signals;
    const { canvas } = this.#context;
    if (canvas.width !== header.width || canvas.height !== header.height) {
      canvas.width = header.width;
      canvas.height = header.height;
    }
    this.#wipe();
    const context = this.#context;
    if (look.mode === "kept") {
      const plan = look.planAt(header.timestamp);
      if (plan !== null) this.#kept(plan, look.strength, header.width, header.height);
    } else if (look.mode !== "off" && field !== null) {
      context.globalAlpha = look.strength;
      this.#fill(header, field, mask, look.mode);
      if (look.mode === "motion") this.#arrows(header, field);
      context.globalAlpha = 1;
    }
    const { width, height } = header;
    const scale = canvas.clientWidth > 0 ? width / canvas.clientWidth : 1;
    const surface = { context, width, height, scale: Math.max(0.5, scale) };
    drawAreas(surface, look.areas, true);
    this.#trails.take(header.tracks, header.timestamp);
    if (look.tracks) drawTracks(surface, header.tracks, this.#trails, header.timestamp, true);
  }

  #wipe(): void {
    const { canvas } = this.#context;
    this.#context.clearRect(0, 0, canvas.width, canvas.height);
  }

  /** Dims what was left out and frames what was kept. */
  #kept(plan: WatchFrame, strength: number, width: number, height: number): void {
    const context = this.#context;
    const kept = keptBlocks(plan);
    const { clientWidth } = context.canvas;
    const scale = clientWidth > 0 ? width / clientWidth : 1;
    const blockWidth = width / plan.columns;
    const blockHeight = height / plan.rows;
    const isKept = (column: number, row: number): boolean =>
      column >= 0 &&
      column < plan.columns &&
      row >= 0 &&
      row < plan.rows &&
      kept[row * plan.columns + column] === true;
    const dimmed = new Path2D();
    const edges = new Path2D();
    for (let row = 0; row < plan.rows; row++) {
      for (let column = 0; column < plan.columns; column++) {
        const x = column * blockWidth;
        const y = row * blockHeight;
        if (!isKept(column, row)) {
          dimmed.rect(x, y, blockWidth, blockHeight);
          continue;
        }
        // Only the outline of a group of blocks: lines between kept ones would hide what they show.
        const line = (fromX: number, fromY: number, toX: number, toY: number): void => {
          edges.moveTo(fromX, fromY);
          edges.lineTo(toX, toY);
        };
        if (!isKept(column, row - 1)) line(x, y, x + blockWidth, y);
        if (!isKept(column, row + 1)) line(x, y + blockHeight, x + blockWidth, y + blockHeight);
        if (!isKept(column - 1, row)) line(x, y, x, y + blockHeight);
        if (!isKept(column + 1, row)) line(x + blockWidth, y, x + blockWidth, y + blockHeight);
      }
    }
    context.fillStyle = `rgb(4 8 11 / ${0.75 * strength})`;
    context.fill(dimmed);
    context.lineCap = "square";
    context.strokeStyle = "rgb(0 0 0 / 0.5)";
    context.lineWidth = 4 * scale;
    context.stroke(edges);
    context.strokeStyle = `rgb(${DYNAMIC.join(" ")})`;
    context.lineWidth = 2 * scale;
    context.stroke(edges);
  }

  #fill(header: FieldHeader, field: MacroblockField, mask: Uint8Array, mode: OverlayMode): void {
    const { mbWidth, mbHeight } = header;
    if (this.#image?.width !== mbWidth || this.#image.height !== mbHeight) {
      this.#cells.width = mbWidth;
      this.#cells.height = mbHeight;
      this.#image = new ImageData(mbWidth, mbHeight);
    }
    const image = this.#image;
    const count = mbWidth * mbHeight;
    const put = (mb: number, [r, g, b]: Rgb, alpha: number): void => {
      image.data[4 * mb] = r;
      image.data[4 * mb + 1] = g;
      image.data[4 * mb + 2] = b;
      image.data[4 * mb + 3] = 255 * alpha;
    };
    if (mode === "motion") {
      for (let mb = 0; mb < count; mb++) {
        const x = field.velocity[2 * mb] as number;
        const y = field.velocity[2 * mb + 1] as number;
        const speed = Math.hypot(x, y);
        const alpha = speed < SLOWEST ? 0 : 0.16 + 0.4 * Math.sqrt(Math.min(1, speed / FAST));
        put(mb, DIRECTION_COLOURS[directionOf(x, y)] as Rgb, alpha);
      }
    } else if (mode === "mask") {
      for (let mb = 0; mb < count; mb++) {
        const dynamic = ((mask[mb >> 3] ?? 0) >> (mb & 7)) & 1;
        put(mb, DYNAMIC, dynamic === 1 ? 0.5 : 0);
      }
    } else if (mode === "kinds") {
      for (let mb = 0; mb < count; mb++) {
        const look = KIND_COLOURS[field.kind[mb] as number];
        if (look !== undefined) put(mb, look.rgb, look.alpha);
      }
    } else {
      const [low, high] = range(field, mode);
      const span = Math.max(1, high - low);
      for (let mb = 0; mb < count; mb++) {
        const value = quantity(field, mode, mb);
        const level = Math.max(0, Math.min(1, (value - low) / span));
        const alpha = mode === "qp" ? 0.62 : level === 0 ? 0 : 0.25 + 0.6 * level;
        put(mb, RAMP[Math.round(255 * level)] as Rgb, alpha);
      }
    }
    this.#cellContext.putImageData(image, 0, 0);
    this.#context.imageSmoothingEnabled = mode === "motion";
    this.#context.imageSmoothingQuality = "high";
    this.#context.drawImage(this.#cells, 0, 0, 16 * mbWidth, 16 * mbHeight);
  }

  #arrows(header: FieldHeader, field: MacroblockField): void {
    const paths = Array.from({ length: DIRECTIONS }, () => null as Path2D | null);
    const shade = new Path2D();
    for (let mb = 0; mb < field.kind.length; mb++) {
      const vx = field.velocity[2 * mb] as number;
      const vy = field.velocity[2 * mb + 1] as number;
      const speed = Math.hypot(vx, vy);
      if (speed < SLOWEST) continue;
      const length = Math.min(LONGEST, Math.max(7, (speed / 4) * ARROW_FRAMES));
      const ux = vx / speed;
      const uy = vy / speed;
      const cx = (mb % header.mbWidth) * 16 + 8;
      const cy = Math.floor(mb / header.mbWidth) * 16 + 8;
      const tipX = cx + (ux * length) / 2;
      const tipY = cy + (uy * length) / 2;
      const head = Math.min(6, length * 0.4);
      const index = directionOf(vx, vy);
      const path = paths[index] ?? new Path2D();
      paths[index] = path;
      for (const target of [shade, path]) {
        target.moveTo(cx - (ux * length) / 2, cy - (uy * length) / 2);
        target.lineTo(tipX, tipY);
        target.moveTo(tipX - head * (ux - 0.6 * uy), tipY - head * (uy + 0.6 * ux));
        target.lineTo(tipX, tipY);
        target.lineTo(tipX - head * (ux + 0.6 * uy), tipY - head * (uy - 0.6 * ux));
      }
    }
    const context = this.#context;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.strokeStyle = "rgb(0 0 0 / 0.5)";
    context.lineWidth = 3.4;
    context.stroke(shade);
    context.lineWidth = 1.7;
    for (const [index, path] of paths.entries()) {
      if (path === null) continue;
      const [r, g, b] = DIRECTION_COLOURS[index] as Rgb;
      context.strokeStyle = `rgb(${r} ${g} ${b})`;
      context.stroke(path);
    }
  }
}

/** Which blocks a plan kept, one entry per block, rows from the top. */
export function keptBlocks(plan: WatchFrame): readonly boolean[] {
  const bytes = atob(plan.mask);
  return Array.from(
    { length: plan.columns * plan.rows },
    (_, block) => ((bytes.charCodeAt(block >> 3) >> (block & 7)) & 1) === 1,
  );
}

function quantity(field: MacroblockField, mode: OverlayMode, mb: number): number {
  if (mode === "qp") return field.qp[mb] as number;
  // Bits and residual span decades: their logarithm shows both ends.
  return Math.log2(1 + ((mode === "bits" ? field.bits[mb] : field.residual[mb]) as number));
}

/** Values drawn with the lowest and the highest colour. */
function range(field: MacroblockField, mode: OverlayMode): [number, number] {
  if (mode !== "qp") return [0, 11];
  let low = 51;
  let high = 0;
  for (const qp of field.qp) {
    if (qp < low) low = qp;
    if (qp > high) high = qp;
  }
  return [low, Math.max(high, low + 6)];
}

function context2d(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("canvas: expected a 2D context, got none");
  return context;
}
