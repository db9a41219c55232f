/** The few bytes that pictures need on their way to a decoder that reads start codes. */

const START_CODE = [0, 0, 0, 1];

/**
 * A keyframe with its parameter sets as an Annex B byte stream. Bytes that are not framed as the record says are
 * left out: foreign bytes never throw.
 */
export function annexB(avcC: Uint8Array | undefined, unit: Uint8Array): Uint8Array<ArrayBuffer> {
  if (avcC === undefined) return unit.slice();
  const views: Uint8Array[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = (avcC[at++] ?? 0) & mask;
    for (let i = 0; i < count && at + 2 <= avcC.length; i++) {
      const length = ((avcC[at] as number) << 8) | (avcC[at + 1] as number);
      views.push(avcC.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  const prefix = ((avcC[4] ?? 3) & 3) + 1;
  for (let from = 0; from + prefix <= unit.length; ) {
    let length = 0;
    for (let i = 0; i < prefix; i++) length = length * 256 + (unit[from + i] as number);
    from += prefix;
    if (length > unit.length - from) break;
    views.push(unit.subarray(from, from + length));
    from += length;
  }
  const stream = new Uint8Array(views.reduce((sum, view) => sum + 4 + view.length, 0));
  let to = 0;
  for (const view of views) {
    stream.set(START_CODE, to);
    stream.set(view, to + 4);
    to += 4 + view.length;
  }
  return stream;
}
