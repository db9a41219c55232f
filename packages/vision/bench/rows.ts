/** The shape in which benchmarks report; the same as that of `symbion bench`, which prints it. */

/** One measured figure. */
export type Row = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly peer?: number;
  readonly ratio?: number;
  readonly goal: string | null;
  readonly met: boolean | null;
};

/** What a run is asked for. */
export type RunOptions = {
  readonly quick: boolean;
  readonly only: readonly string[];
  readonly soakMinutes: number | undefined;
  readonly fuzzStreams: number | undefined;
  readonly note: (text: string) => void;
};

/** A figure that is only reported. */
export function plain(name: string, value: number, unit: string): Row {
  return { name, value, unit, goal: null, met: null };
}

/** A figure that has to be at least `least`, beside the peer's. */
export function atLeast(
  name: string,
  value: number,
  unit: string,
  least: number | null,
  peer?: number,
): Row {
  return {
    name,
    value,
    unit,
    ...(peer === undefined ? {} : { peer, ratio: value / peer }),
    goal: least === null ? null : `>= ${least}`,
    met: least === null ? null : value >= least,
  };
}

/** Middle value; of an even number the upper one of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
