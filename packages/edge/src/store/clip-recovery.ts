/**
 * Clips that an earlier run left behind: unfinished ones are cut behind their last whole fragment and become clips;
 * finished ones that the database does not know are listed again by what their files say about themselves.
 */

import { type FileHandle, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clip } from "@symbion/core";
import { FilePathSource, Input, MP4 } from "mediabunny";
import { finishPart, parseLabel } from "./clip-file.ts";
import { type Leftovers, PART } from "./clip-names.ts";

/** What recovery needs to know from the store. */
export type RecoveryHost = {
  readonly clipFolder: string;
  /** Ids of a source's insights that went on at some time of a span. */
  insightsDuring(source: string, from: number, to: number): string[];
};

/**
 * Completes or removes what was left, telling of each clip. Never rejects: a file that cannot be read stays unlisted.
 */
export async function recoverClips(
  host: RecoveryHost,
  { unfinished, unlisted }: Leftovers,
  onClip: (clip: Clip) => void,
): Promise<void> {
  const finished: string[] = [...unlisted];
  for (const id of unfinished) {
    const path = join(host.clipFolder, `${id}.mp4`);
    try {
      if (await cutBehindLastFragment(`${path}${PART}`)) {
        await finishPart(path);
        finished.push(id);
      } else await rm(`${path}${PART}`, { force: true });
    } catch {
      // Tried again at the next start.
    }
  }
  for (const id of finished) {
    const clip = await readClip(host, id).catch(() => null);
    if (clip !== null) onClip(clip);
  }
}

/** Lists a clip by its file; null where the file is none of ours. */
async function readClip(host: RecoveryHost, id: string): Promise<Clip | null> {
  const path = join(host.clipFolder, `${id}.mp4`);
  const { size } = await stat(path);
  const input = new Input({ formats: [MP4], source: new FilePathSource(path) });
  try {
    const { comment } = await input.getMetadataTags();
    const label = parseLabel(comment ?? "");
    const track = await input.getPrimaryVideoTrack();
    if (label === null || track === null) return null;
    const config = await track.getDecoderConfig();
    const to = label.from + Math.round((await input.computeDuration()) * 1000);
    const { source, from } = label;
    const during = host.insightsDuring(source, from, to);
    return {
      id,
      source,
      from,
      to,
      bytes: size,
      width: await track.getCodedWidth(),
      height: await track.getCodedHeight(),
      codec: config?.codec ?? "avc1",
      insights: [...new Set([...label.insights, ...during])],
    };
  } finally {
    input.dispose();
  }
}

/**
 * Cuts a fragmented MP4 behind its last whole fragment (ISO/IEC 14496-12, 4.2: boxes of size and type; 8.8.4: `moof`,
 * followed by its `mdat`). False where there is not one.
 */
async function cutBehindLastFragment(path: string): Promise<boolean> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    let end = 0;
    let at = 0;
    let header = false;
    let fragment = false;
    while (at + 8 <= size) {
      const box = await readBox(file, at);
      if (box === null || at + box.size > size) break;
      at += box.size;
      if (box.type === "moov") header = true;
      if (box.type === "mdat" && fragment) end = at;
      fragment = box.type === "moof";
      // Written last of all: the file is complete.
      if (box.type === "mfra") end = at;
    }
    if (!header || end === 0) return false;
    await file.truncate(end);
    await file.datasync();
    return true;
  } finally {
    await file.close();
  }
}

async function readBox(
  file: FileHandle,
  at: number,
): Promise<{ readonly type: string; readonly size: number } | null> {
  const bytes = Buffer.alloc(16);
  const { bytesRead } = await file.read(bytes, 0, 16, at);
  if (bytesRead < 8) return null;
  const short = bytes.readUInt32BE(0);
  // Size 1 says that the size follows the type, in 64 bits.
  const size = short === 1 && bytesRead === 16 ? Number(bytes.readBigUInt64BE(8)) : short;
  return size < 8 ? null : { type: bytes.toString("latin1", 4, 8), size };
}
