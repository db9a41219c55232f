/** Temporary folders that are gone when the tests of a file are over. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "symbion-secure-"));
  folders.push(folder);
  return folder;
}
