/** Errors of forecasts over lives. */

/** How well a version does on one life that it had not learned from. */
export type LifeError = {
  /** Machine that lived it. */
  readonly machine: string;
  /** Its place in the fleet that the version was made from; -1 for a life that came later. */
  readonly run: number;
  /** Sum of squared errors, truths counted up to the cap. */
  readonly squares: number;
  /** Rows that the sum is over. */
  readonly rows: number;
};

/** Error over some lives; null for none. */
export function rootMeanSquare(errors: readonly LifeError[]): number | null {
  const rows = errors.reduce((sum, life) => sum + life.rows, 0);
  if (rows === 0) return null;
  return Math.sqrt(errors.reduce((sum, life) => sum + life.squares, 0) / rows);
}
