/** The C-MAPSS files of a folder, under their usual names. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expected, UsageError } from "@symbion/core";
import {
  CMAPSS_SETS,
  type CmapssSet,
  parseCmapss,
  parseCmapssRemaining,
} from "../evaluation/cmapss.ts";
import type { Fleet } from "../fleet.ts";

/**
 * Reads `train_FD00N.txt`, `test_FD00N.txt` and `RUL_FD00N.txt`. Lives of the train fleet end in failure, those of the test
 * fleet are cut off with the life left known.
 *
 * @throws UsageError for a set that there is none of, a file that cannot be read, and anything wrong in one, with its line.
 */
export async function readCmapss(
  folder: string,
  set: CmapssSet,
): Promise<{ train: Fleet; test: Fleet }> {
  if (!CMAPSS_SETS.includes(set)) throw expected(CMAPSS_SETS.join(", "), set, "set");
  const [train, test, lives] = await Promise.all(
    [`train_${set}.txt`, `test_${set}.txt`, `RUL_${set}.txt`].map(async (name) => {
      const file = join(folder, name);
      return { file, bytes: await bytesOf(file) };
    }) as [Promise<Named>, Promise<Named>, Promise<Named>],
  );
  return {
    train: parseCmapss(train.bytes, train.file, "failed"),
    test: parseCmapss(test.bytes, test.file, parseCmapssRemaining(lives.bytes, lives.file)),
  };
}

type Named = { file: string; bytes: Uint8Array };

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new UsageError(`${file}: expected a C-MAPSS file, got ${code}`, { cause });
  }
}
