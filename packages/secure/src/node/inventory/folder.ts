/** The software bill of a project's folder. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SecureError } from "../../errors.ts";
import type { CycloneDx } from "../../inventory/cyclonedx.ts";
import { type SoftwareBomOptions, softwareBom } from "../../inventory/sbom.ts";

/**
 * Reads `package-lock.json` of a folder, and from `node_modules` the licences that it lacks. Throws `SecureError` where
 * there is no lockfile that can be read.
 */
export async function folderBom(
  folder: string,
  options: Pick<SoftwareBomOptions, "dev"> = {},
): Promise<CycloneDx> {
  const lock = await json(join(folder, "package-lock.json"));
  if (lock === null) throw new SecureError(`${folder}: expected a package-lock.json, got none`);
  const paths = Object.keys((lock as { packages?: object }).packages ?? {});
  const licences = new Map<string, string>();
  for (const path of paths) {
    const known = (lock as { packages: Record<string, { license?: unknown }> }).packages[path];
    if (path === "" || typeof known?.license === "string") continue;
    const manifest = await json(join(folder, path, "package.json"));
    const licence = licenceIn(manifest);
    if (licence !== null) licences.set(path, licence);
  }
  return softwareBom(lock, { ...options, licence: (path) => licences.get(path) ?? null });
}

/** A JSON file; null where it is missing or malformed. */
async function json(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as unknown;
  } catch {
    return null;
  }
}

/** `license`, or the older `licenses`, of a manifest. */
function licenceIn(manifest: unknown): string | null {
  const { license, licenses } = (manifest ?? {}) as { license?: unknown; licenses?: unknown };
  if (typeof license === "string") return license;
  const list = Array.isArray(licenses) ? licenses : [license];
  const names = list.flatMap((one: unknown) => {
    const type = (one as { type?: unknown } | null | undefined)?.type;
    return typeof type === "string" ? [type] : [];
  });
  return names.length === 0 ? null : names.join(" OR ");
}
