/** The codec string that a `VideoDecoder` wants, out of the bytes that a container holds. */

/**
 * Codec string (RFC 6381, `avc1.PPCCLL`) of an AVCDecoderConfigurationRecord or, without one, of the first SPS in
 * an access unit framed by start codes; null where there is neither.
 */
export function codecString(avcC: Uint8Array | undefined, unit: Uint8Array): string | null {
  const bytes = avcC ?? unit;
  const at = avcC === undefined ? findSps(unit) : 1;
  if (at < 0 || at + 3 > bytes.length) return null;
  const hex = Array.from(bytes.subarray(at, at + 3), (byte) => byte.toString(16).padStart(2, "0"));
  return `avc1.${hex.join("")}`;
}

/** Position behind the header byte of the first SPS, or -1. */
function findSps(unit: Uint8Array): number {
  for (let at = 0; at + 6 < unit.length; at++) {
    const starts = unit[at] === 0 && unit[at + 1] === 0 && unit[at + 2] === 1;
    if (starts && ((unit[at + 3] as number) & 0x1f) === 7) return at + 4;
  }
  return -1;
}
