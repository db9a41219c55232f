/** The bill of materials of this installation. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "@symbion/core";
import { type CycloneDx, SecureError } from "@symbion/secure";
import { folderBom } from "@symbion/secure/node";

/** What is installed, as CycloneDX. Throws `UsageError` where no lockfile says. */
export async function sbom(): Promise<CycloneDx> {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let at = here; ; at = dirname(at)) {
    if (existsSync(join(at, "package-lock.json"))) return await folder(at);
    if (dirname(at) === at) break;
  }
  throw new UsageError(`${here}: expected a package-lock.json above it, got none`);
}

async function folder(path: string): Promise<CycloneDx> {
  try {
    return await folderBom(path);
  } catch (error) {
    if (error instanceof SecureError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
