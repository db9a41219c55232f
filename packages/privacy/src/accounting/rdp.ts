/** Rényi differential privacy (Mironov 2017) and its conversion to (epsilon, delta). */

import { PrivacyError } from "../errors.ts";
import { checkDelta } from "./gaussian.ts";

/** Orders at which losses are followed. */
export const RDP_ORDERS: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 10),
  ...Array.from({ length: 53 }, (_, i) => 11 + i),
  ...[128, 256, 512, 1024],
];

/** An epsilon, and the order that gave it. */
export type RdpBound = { readonly epsilon: number; readonly order: number };

/**
 * Converts by proposition 12 of Canonne, Kamath and Steinke 2020: epsilon = loss + ln(1 - 1/a) - (ln delta + ln a) / (a - 1), the
 * least over the orders; 0 where Bretagnolle and Huber's inequality says that delta alone covers it.
 *
 * @param orders Above 1 each.
 * @param losses Rényi divergence of each order, at least 0.
 */
export function rdpEpsilon(
  orders: readonly number[],
  losses: readonly number[],
  delta: number,
): RdpBound {
  checkDelta(delta);
  if (orders.length !== losses.length || orders.length === 0) {
    throw new PrivacyError(`orders: expected ${losses.length} orders, got ${orders.length}`);
  }
  let best: RdpBound = { epsilon: Number.POSITIVE_INFINITY, order: orders[0] };
  orders.forEach((order, i) => {
    const loss = losses[i];
    if (!(order > 1) || !(loss >= 0)) {
      throw new PrivacyError(
        `orders: expected a loss from 0 on above order 1, got ${loss} at ${order}`,
      );
    }
    if (delta === 0) return;
    const covered = delta * delta + Math.expm1(-loss) > 0;
    const epsilon = covered
      ? 0
      : loss + Math.log1p(-1 / order) - (Math.log(delta) + Math.log(order)) / (order - 1);
    // Near order 1 the formula loses its digits.
    if (order > 1.01 && epsilon < best.epsilon) best = { epsilon: Math.max(0, epsilon), order };
  });
  return best;
}

/** Loss of the Gaussian mechanism, sigma per unit of sensitivity (proposition 7). */
export function gaussianRdp(sigma: number, order: number): number {
  return order / (2 * sigma * sigma);
}

/** Loss of the Laplace mechanism, scale b per unit of sensitivity (proposition 6). */
export function laplaceRdp(b: number, order: number): number {
  const first = Math.log(order / (2 * order - 1)) + (order - 1) / b;
  const second = Math.log((order - 1) / (2 * order - 1)) - order / b;
  const most = Math.max(first, second);
  return Math.max(
    0,
    (most + Math.log(Math.exp(first - most) + Math.exp(second - most))) / (order - 1),
  );
}

/** Loss of the Gaussian mechanism on a Poisson sample, for whole orders (Mironov, Talwar and Zhang 2019, section 3.3). */
export function sampledGaussianRdp(sigma: number, sampling: number, order: number): number {
  if (!Number.isInteger(order)) {
    throw new PrivacyError(`order: expected a whole number, got ${order}`);
  }
  if (sampling === 1) return gaussianRdp(sigma, order);
  let most = Number.NEGATIVE_INFINITY;
  const logs: number[] = [];
  let choose = 0;
  for (let k = 0; k <= order; k++) {
    if (k > 0) choose += Math.log((order - k + 1) / k);
    const log =
      choose +
      k * Math.log(sampling) +
      (order - k) * Math.log1p(-sampling) +
      (k * k - k) / (2 * sigma * sigma);
    logs.push(log);
    most = Math.max(most, log);
  }
  const sum = logs.reduce((total, log) => total + Math.exp(log - most), 0);
  return Math.max(0, (most + Math.log(sum)) / (order - 1));
}
