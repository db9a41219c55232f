/** Numbers as people read them. */

/** A rate with one decimal below 10. */
export function rate(value: number): string {
  return value >= 9.95 || value === 0 ? Math.round(value).toString() : value.toFixed(1);
}

/** A share as a percentage: "0", "3.4", "97". */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return "0";
  if (value < 0.1) return "<0.1";
  return value < 9.95 ? value.toFixed(1) : Math.round(value).toString();
}

/** Bits per second: number and unit. */
export function bitRate(value: number): readonly [string, string] {
  return value >= 1e6
    ? [(value / 1e6).toFixed(2), "Mbit/s"]
    : [Math.round(value / 1e3).toString(), "kbit/s"];
}

/** A count with thousands apart. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** A duration: "42 s", "3 min", "5 h". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
