/**
 * A Matroska stream made safe and prompt for mediabunny (RFC 8794 EBML, RFC 9559 Matroska).
 *
 * mediabunny 1.61 loops for ever when it meets junk after which no element follows, loses the last cluster of a cut
 * file, and reads a cluster whole before it hands out the first block of it. Here the stream is walked element by
 * element: junk is dropped up to the next cluster, only what is needed for reading is passed on, and every block
 * becomes a small cluster of its own. What is passed on is well-formed at the top levels whatever the input.
 */

import { ByteWindow, concat } from "./bytes.ts";

const Id = {
  Ebml: 0x1a45dfa3,
  Segment: 0x18538067,
  Info: 0x1549a966,
  Tracks: 0x1654ae6b,
  Cluster: 0x1f43b675,
  Timestamp: 0xe7,
  SimpleBlock: 0xa3,
  BlockGroup: 0xa0,
} as const;

/** Elements beside or inside clusters that reading from start to end does not need. */
const SKIPPED: ReadonlySet<number> = new Set([
  0x114d9b74, // SeekHead
  0x1c53bb6b, // Cues
  0x1941a469, // Attachments
  0x1043a770, // Chapters
  0x1254c367, // Tags
  0xec, // Void
  0xbf, // CRC-32
  0xab, // PrevSize
  0xa7, // Position
  0x5854, // SilentTracks
  0xaf, // EncryptedBlock
]);

/** Longest EBML header, Info or Tracks accepted. */
const MAX_METADATA = 1 << 24;
/** Longest block accepted. */
const MAX_BLOCK = 1 << 26;

type Header = { readonly id: number; readonly size: number; readonly length: number };

/** Passes a Matroska stream on, cleaned. Ends at the end of its first segment. */
export async function* cleanMatroska(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const input = new ByteWindow(chunks);
  let segment = false;
  let timestamp: Uint8Array = Uint8Array.of(0);
  while (await input.has(2)) {
    await input.has(12);
    const header = readHeader(input.bytes);
    if (header === undefined) {
      if (!(await toNextCluster(input))) return;
      continue;
    }
    const { id, size, length } = header;
    switch (id) {
      case Id.Ebml: {
        if (segment) return;
        const whole = await input.take(length + size, MAX_METADATA);
        if (whole === undefined) return;
        yield whole;
        break;
      }
      case Id.Segment:
        if (segment) return;
        segment = true;
        input.drop(length);
        // Of unknown size: what follows is not as long as it was.
        yield Uint8Array.of(0x18, 0x53, 0x80, 0x67, 0xff);
        break;
      case Id.Info:
      case Id.Tracks: {
        const whole = await input.take(length + size, MAX_METADATA);
        if (whole !== undefined) yield whole;
        else if (!(await toNextCluster(input))) return;
        break;
      }
      case Id.Cluster:
        // Its children come next, at the same level here.
        input.drop(length);
        break;
      case Id.Timestamp: {
        const whole = size <= 8 ? await input.take(length + size, 32) : undefined;
        if (whole !== undefined) timestamp = whole.subarray(length);
        else if (!(await toNextCluster(input))) return;
        break;
      }
      case Id.SimpleBlock:
      case Id.BlockGroup: {
        const block = await input.take(length + size, MAX_BLOCK);
        if (block !== undefined) yield cluster(timestamp, block);
        else if (!(await toNextCluster(input))) return;
        break;
      }
      default:
        if (SKIPPED.has(id) && Number.isFinite(size)) await input.skip(length + size);
        else if (!(await toNextCluster(input))) return;
    }
  }
}

/** Cluster { Timestamp, block } with a four-byte size. */
function cluster(timestamp: Uint8Array, block: Uint8Array): Uint8Array {
  const size = 2 + timestamp.length + block.length;
  const head = [
    0x1f,
    0x43,
    0xb6,
    0x75,
    0x10 | (size >>> 24),
    (size >> 16) & 255,
    (size >> 8) & 255,
  ];
  const start = Uint8Array.of(
    ...head,
    size & 255,
    Id.Timestamp,
    0x80 | timestamp.length,
    ...timestamp,
  );
  return concat([start, block], start.length + block.length);
}

/** Element ID and size (RFC 8794 4, 5); a size of all ones is unknown: infinite. Undefined for junk. */
function readHeader(bytes: Uint8Array): Header | undefined {
  const idLength = Math.clz32(bytes[0] ?? 0) - 23;
  if (idLength < 1 || idLength > 4 || idLength >= bytes.length) return undefined;
  let id = 0;
  for (let i = 0; i < idLength; i++) id = id * 256 + bytes[i];
  const sizeLength = Math.clz32(bytes[idLength]) - 23;
  const length = idLength + sizeLength;
  if (sizeLength < 1 || sizeLength > 8 || length > bytes.length) return undefined;
  let size = bytes[idLength] & (0xff >> sizeLength);
  let unknown = size === 0xff >> sizeLength;
  for (let i = 1; i < sizeLength; i++) {
    size = size * 256 + bytes[idLength + i];
    unknown &&= bytes[idLength + i] === 0xff;
  }
  return { id, size: unknown ? Number.POSITIVE_INFINITY : size, length };
}

/** Drops bytes up to the next cluster, at least one; false at the end of the stream. */
async function toNextCluster(input: ByteWindow): Promise<boolean> {
  input.drop(1);
  while (await input.has(4)) {
    const { bytes } = input;
    for (let at = bytes.indexOf(0x1f); at >= 0; at = bytes.indexOf(0x1f, at + 1)) {
      if (at + 4 > bytes.length) break;
      if (bytes[at + 1] === 0x43 && bytes[at + 2] === 0xb6 && bytes[at + 3] === 0x75) {
        input.drop(at);
        return true;
      }
    }
    input.drop(bytes.length - 3);
  }
  return false;
}
