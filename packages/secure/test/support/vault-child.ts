/**
 * Works on a key vault in a process of its own, which may end itself with SIGKILL before or after any file operation.
 * Arguments: what to do, folder, the operation to end at (0: none), whether before or after it, a recovery
 * code. Prints one line of JSON.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemKeychain } from "../../src/node/keys/keychain.ts";
import { deleteKeyVault, openKeyVaultOn, recoverKeyVaultOn } from "../../src/node/keys/vault.ts";
import { type DurableFiles, systemFiles } from "../../src/node/sealed/files.ts";

const [action, folder = "", count = "0", when, code = ""] = process.argv.slice(2);
const end = Number(count);
let done = 0;

async function counted<T>(run: () => Promise<T>): Promise<T> {
  done++;
  if (done === end && when === "before") process.kill(process.pid, "SIGKILL");
  const result = await run();
  if (done === end && when === "after") process.kill(process.pid, "SIGKILL");
  return result;
}

const files: DurableFiles = {
  ...systemFiles,
  async create(path) {
    const file = await counted(() => systemFiles.create(path));
    return {
      ...file,
      write: async (bytes, at) => {
        // Half, then the rest: a crash may leave a part.
        const half = bytes.length >> 1;
        await counted(() => file.write(bytes.subarray(0, half), at));
        await counted(() => file.write(bytes.subarray(half), at + half));
      },
      sync: () => counted(() => file.sync()),
    };
  },
  rename: (from, to) => counted(() => systemFiles.rename(from, to)),
  syncFolder: (path) => counted(() => systemFiles.syncFolder(path)),
};

const keychain = action === "keychain" ? await systemKeychain(2000) : null;
if (action === "recover") await recoverKeyVaultOn({ folder, keychain }, code, files);
const protection = keychain === null ? "auto" : "keychain";
const vault = await openKeyVaultOn({ folder, keychain, protection }, files);
if (action === "rotate") {
  // Operations of opening do not count.
  done = 0;
  await vault.rotate(1_800_000_000_000);
}
if (action === "protect") {
  done = 0;
  const passphraseCost = { memoryKiB: 8, passes: 1, lanes: 1 };
  await vault.protect({ protection: "key-file", passphraseCost });
}
const { created, generation } = vault;
const { fingerprint } = vault.identity.public;
const again = await openKeyVaultOn({ folder, keychain }, files);
const same = again.identity.public.fingerprint === fingerprint;
let kept: (number | null)[] = [];
if (keychain !== null) {
  const [body = ""] = readFileSync(join(folder, "vault.json"), "utf8").split("\n");
  const { account } = (JSON.parse(body) as { protection: { account: string } }).protection;
  const before = await keychain.get(account);
  await deleteKeyVault({ folder, keychain });
  const after = await keychain.get(account);
  kept = [before?.length ?? null, after?.length ?? null];
}
process.stdout.write(
  `${JSON.stringify({ fingerprint, created, generation, kind: vault.protection.kind, same, kept })}\n`,
);
