/** One question to all accountants: what does a mechanism cost that is run so often? */

import { PrivacyError } from "../errors.ts";
import { checkDelta, gaussianEpsilon } from "./gaussian.ts";
import {
  discreteGaussianPair,
  discreteLaplacePair,
  exchanged,
  gaussianPair,
  laplacePair,
  type Pair,
  responsePair,
  sampled,
} from "./pairs.ts";
import { composedEpsilon } from "./pld.ts";
import { gaussianRdp, laplaceRdp, RDP_ORDERS, rdpEpsilon, sampledGaussianRdp } from "./rdp.ts";
import {
  type AccountMethod,
  type AccountRequest,
  type AccountResult,
  MECHANISMS,
  type MechanismName,
} from "./types.ts";
import { zcdpEpsilon } from "./zcdp.ts";

/** Discrete Gaussians up to this sigma are followed loss by loss; of wider ones zCDP says what they cost. */
const WIDEST = 20_000;
/** Results are told rounded up by so much. */
const ROUND_UP = 1e-12;
const KEYS = ["mechanism", "scale", "sensitivity", "count", "sampling", "delta"];

/**
 * The least epsilon of all bounds that hold, and how it was found.
 *
 * @throws {PrivacyError} For an unknown key or mechanism, a number out of range, and sampling of randomised response, which
 * acts on each person's own device.
 */
export function account(request: AccountRequest): AccountResult {
  return accountAll(request).reduce((best, one) => (one.epsilon < best.epsilon ? one : best));
}

/** All bounds that hold, in a fixed order. @throws {PrivacyError} As {@link account} does. */
export function accountAll(request: AccountRequest): AccountResult[] {
  check(request);
  const found = bounds(request);
  return found.map(({ epsilon, method }) => ({ epsilon: epsilon * (1 + ROUND_UP), method }));
}

function bounds(request: AccountRequest): AccountResult[] {
  const { mechanism, scale, sensitivity, count, sampling, delta } = request;
  const noise = scale / sensitivity;
  const method = (name: AccountMethod, epsilon: number): AccountResult => ({
    epsilon,
    method: name,
  });
  const losses = (pair: Pair): AccountResult => method("pld", worst(pair, request));
  // A single run on a sample costs ln(1 + q (e^loss - 1)) at most (amplification by sampling).
  const pure = (loss: number): AccountResult =>
    method("pure", count * Math.log1p(sampling * Math.expm1(loss)));
  switch (mechanism) {
    case "gaussian": {
      if (sampling === 1) {
        return [
          method("exact", gaussianEpsilon(noise / Math.sqrt(count), delta)),
          method("zcdp", zcdpEpsilon(count / (2 * noise * noise), delta)),
          method(
            "rdp",
            rdp((order) => count * gaussianRdp(noise, order), delta),
          ),
        ];
      }
      const whole = RDP_ORDERS.filter((order) => Number.isInteger(order));
      const sampledLoss = whole.map((order) => count * sampledGaussianRdp(noise, sampling, order));
      return [
        losses(gaussianPair(noise)),
        method("rdp", rdpEpsilon(whole, sampledLoss, delta).epsilon),
      ];
    }
    case "laplace": {
      const all = [pure(1 / noise)];
      if (delta > 0) all.push(losses(laplacePair(noise)));
      if (sampling === 1)
        all.push(
          method(
            "rdp",
            rdp((order) => count * laplaceRdp(noise, order), delta),
          ),
        );
      return all;
    }
    case "discrete-laplace":
      return delta > 0
        ? [pure(1 / noise), losses(discreteLaplacePair(scale, sensitivity))]
        : [pure(1 / noise)];
    case "discrete-gaussian": {
      const all: AccountResult[] = [];
      if (sampling === 1) all.push(method("zcdp", zcdpEpsilon(count / (2 * noise * noise), delta)));
      if (scale <= WIDEST && delta > 0) all.push(losses(discreteGaussianPair(scale, sensitivity)));
      if (all.length > 0) return all;
      if (delta === 0) return [method("pld", Number.POSITIVE_INFINITY)];
      throw new PrivacyError(
        `scale: expected at most ${WIDEST} for a discrete Gaussian on a sample, got ${scale}`,
      );
    }
    case "randomised-response":
      return delta > 0 ? [pure(1 / noise), losses(responsePair(1 / noise))] : [pure(1 / noise)];
  }
}

/** The worse of one unit more and one unit less. */
function worst(pair: Pair, { count, sampling, delta }: AccountRequest): number {
  const on = sampled(pair, sampling);
  const removed = composedEpsilon(on, count, delta);
  // Without a sample all these pairs are their own mirror images.
  if (sampling === 1) return removed;
  return Math.max(removed, composedEpsilon(exchanged(on), count, delta));
}

function rdp(loss: (order: number) => number, delta: number): number {
  return rdpEpsilon(RDP_ORDERS, RDP_ORDERS.map(loss), delta).epsilon;
}

function check(request: AccountRequest): void {
  const other = Object.keys(request).find((key) => !KEYS.includes(key));
  if (other !== undefined) throw wrong("request", `only ${KEYS.join(", ")}`, other);
  const { mechanism, scale, sensitivity, count, sampling, delta } = request;
  if (!MECHANISMS.includes(mechanism)) throw wrong("mechanism", MECHANISMS.join(", "), mechanism);
  for (const [name, value] of Object.entries({ scale, sensitivity })) {
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
      throw wrong(name, "a finite number above 0", value);
    }
  }
  const ratio = scale / sensitivity;
  if (!(ratio >= 1e-3 && ratio <= 1e9)) {
    throw wrong("scale", "0.001 to 10^9 times the sensitivity", ratio);
  }
  if (isDiscrete(mechanism) && !Number.isSafeInteger(sensitivity)) {
    throw wrong("sensitivity", "a whole number for a discrete mechanism", sensitivity);
  }
  if (!(Number.isSafeInteger(count) && count >= 1 && count <= 1e9)) {
    throw wrong("count", "a whole number from 1 to 10^9", count);
  }
  if (!(sampling > 0 && sampling <= 1)) throw wrong("sampling", "a rate above 0 to 1", sampling);
  if (sampling < 1 && mechanism === "randomised-response") {
    throw wrong("sampling", "1 for randomised response", sampling);
  }
  checkDelta(delta);
}

function isDiscrete(mechanism: MechanismName): boolean {
  return mechanism === "discrete-gaussian" || mechanism === "discrete-laplace";
}

function wrong(where: string, what: string, got: unknown): PrivacyError {
  return new PrivacyError(`${where}: expected ${what}, got ${String(got)}`);
}
