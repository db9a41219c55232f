/** Whether two keyframes are coded under the same parameter sets, as far as a clip's header is concerned. */

/** What a group of pictures is coded under. */
export type Coded = {
  readonly avcC: Uint8Array | undefined;
  readonly units: readonly { readonly data: Uint8Array }[];
};

/** NAL unit types (Rec. ITU-T H.264 table 7-1). */
const SPS = 7;
const PPS = 8;

/**
 * Compares the configuration of `before` with that of a new keyframe; true where there is nothing before. A keyframe
 * with start codes that brings no parameter sets goes on under those before it.
 */
export function sameParameters(
  before: Coded | undefined,
  next: { readonly avcC: Uint8Array | undefined; readonly unit: Uint8Array },
): boolean {
  const first = before?.units[0]?.data;
  if (before === undefined || first === undefined) return true;
  if (before.avcC !== undefined || next.avcC !== undefined) {
    return equal(before.avcC, next.avcC);
  }
  const sets = parameterSets(next.unit);
  if (sets.length === 0) return true;
  const earlier = parameterSets(first);
  return sets.length === earlier.length && sets.every((set, i) => equal(set, earlier[i]));
}

function equal(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}

/** SPS and PPS in front of an access unit with start codes. */
function parameterSets(unit: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  let at = nextNal(unit, 0);
  while (at < unit.length) {
    const next = nextNal(unit, at);
    const type = (unit[at] ?? 0) & 0x1f;
    if (type >= 1 && type <= 5) break;
    if (type === SPS || type === PPS) {
      // Behind it lie the next start code and perhaps zeros.
      let end = next < unit.length ? next - 3 : next;
      while (end > at && unit[end - 1] === 0) end--;
      found.push(unit.subarray(at, end));
    }
    at = next;
  }
  return found;
}

/** Position behind the next start code at or after `from`; the length where there is none. */
function nextNal(unit: Uint8Array, from: number): number {
  for (let at = from; at + 3 < unit.length; at++) {
    if (unit[at] === 0 && unit[at + 1] === 0 && unit[at + 2] === 1) return at + 3;
  }
  return unit.length;
}
