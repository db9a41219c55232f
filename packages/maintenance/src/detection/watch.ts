/** A calibrated detector, and one machine that is watched with it. */

import type { MachineCarrier } from "@symbion/core";
import { jsonPart, packParts, readJson, unpackParts } from "../container.ts";
import { AutoencoderDetector } from "./autoencoder.ts";
import { unpackDetector } from "./bytes.ts";
import type { Calibration } from "./calibrate.ts";
import { DetectionError, wrong } from "./errors.ts";
import { ForestDetector } from "./forest.ts";
import { PrincipalDetector } from "./principal.ts";
import type { AnomalyDetector, Unusual } from "./types.ts";

/** Any detector from its bytes. @throws DetectionError for bytes that no detector wrote. */
export function decodeDetector(bytes: Uint8Array): AnomalyDetector {
  const unpacked = unpackDetector(bytes);
  switch (unpacked.header.kind) {
    case "principal":
      return PrincipalDetector.unpack(unpacked);
    case "forest":
      return ForestDetector.unpack(unpacked);
    case "autoencoder":
      return AutoencoderDetector.unpack(unpacked);
  }
}

/** A detector with its threshold: what health assessment asks. */
export class CalibratedDetector {
  /** What is inside. */
  readonly detector: AnomalyDetector;
  /** Its threshold and what is promised of it. */
  readonly calibration: Calibration;
  #last: { readonly rows: Float32Array; readonly found: Unusual | null } | null = null;

  /** @throws DetectionError for a threshold that is not above 0. */
  constructor(detector: AnomalyDetector, calibration: Calibration) {
    const { threshold } = calibration;
    if (!(threshold > 0 && threshold < Number.POSITIVE_INFINITY)) {
      throw wrong("a threshold above 0", threshold, "calibration");
    }
    this.detector = detector;
    this.calibration = calibration;
  }

  /** How unusual rows are, divided by the threshold: above 1 is an anomaly. Null where nothing is known. */
  ratio(rows: Float32Array): number | null {
    const found = this.#judge(rows);
    return found === null ? null : found.score / this.calibration.threshold;
  }

  /** Sensors that make them so, strongest first: their shares of the ratio. */
  carriers(rows: Float32Array): MachineCarrier[] {
    const carriers = this.#judge(rows)?.carriers ?? [];
    return carriers.map(({ sensor, effect }) => ({
      sensor,
      effect: effect / this.calibration.threshold,
    }));
  }

  /** All of it in bytes. */
  encode(): Uint8Array<ArrayBuffer> {
    return packParts({ detector: this.detector.encode(), calibration: jsonPart(this.calibration) });
  }

  /** @throws DetectionError for bytes that {@link CalibratedDetector.encode} did not write. */
  static decode(bytes: Uint8Array): CalibratedDetector {
    let detector: Uint8Array | undefined;
    let calibration: Calibration | null;
    try {
      const parts = unpackParts(bytes, "a calibrated detector");
      detector = parts.detector;
      calibration = readJson<Calibration | null>(parts, "calibration");
    } catch (cause) {
      const got = cause instanceof Error ? cause.message : String(cause);
      throw new DetectionError(`detection: bytes: expected a calibrated detector, got ${got}`, {
        cause,
      });
    }
    const { threshold, rate, holds, rows, machines } = calibration ?? ({} as Partial<Calibration>);
    const numbers = [threshold, rate, rows, machines].every((value) => typeof value === "number");
    if (detector === undefined || !numbers || (holds !== "machines" && holds !== "rows")) {
      throw wrong("a calibrated detector", calibration, "bytes");
    }
    return new CalibratedDetector(decodeDetector(detector), calibration as Calibration);
  }

  /** Ratio and carriers are asked for one after the other. */
  #judge(rows: Float32Array): Unusual | null {
    const last = this.#last;
    if (last !== null && last.rows.length === rows.length && same(last.rows, rows))
      return last.found;
    const found = this.detector.score(rows);
    this.#last = { rows: rows.slice(), found };
    return found;
  }
}

/** Follows one machine with a detector, a row at a time. */
export class MachineWatch {
  readonly #detector: AnomalyDetector;
  readonly #rows: Float32Array;
  #seen = 0;

  /** @param detector What knows what is usual. */
  constructor(detector: AnomalyDetector) {
    this.#detector = detector;
    this.#rows = new Float32Array(detector.window * detector.names.length);
  }

  /** Takes the next row, values in the order of the detector's names; null until there is a whole window. */
  push(row: Float32Array): Unusual | null {
    const width = this.#detector.names.length;
    if (row.length !== width) throw wrong(`${width} values`, row.length, "row");
    this.#rows.copyWithin(0, width);
    this.#rows.set(row, this.#rows.length - width);
    this.#seen++;
    return this.#seen < this.#detector.window ? null : this.#detector.score(this.#rows);
  }

  /** Begins a new run. */
  reset(): void {
    this.#seen = 0;
  }
}

function same(a: Float32Array, b: Float32Array): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
