import { execFile, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test, vi } from "vitest";
import { followRotations, KeyStoreError, parseRotation, SecureError } from "../src/index.ts";
import {
  deleteKeyVault,
  type Keychain,
  type KeyVaultOptions,
  nativePrimitives,
  openKeyVault,
  recoverKeyVault,
} from "../src/node/index.ts";
import { plainTextKeyring, systemKeychain } from "../src/node/keys/keychain.ts";
import { openKeyVaultOn } from "../src/node/keys/vault.ts";
import { systemFiles } from "../src/node/sealed/files.ts";

const native = nativePrimitives();
const CHEAP = { memoryKiB: 8, passes: 1, lanes: 1 };
const CHILD = fileURLToPath(new URL("./support/vault-child.ts", import.meta.url));
const NODE = ["--conditions=source", "--disable-warning=ExperimentalWarning", CHILD];
const root = mkdtempSync(join(tmpdir(), "symbion-vault-"));
let made = 0;

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder that is not there yet, and options for a vault of which nothing but the folder counts. */
function place(): { folder: string; keychain: null } {
  made++;
  return { folder: join(root, `v${made}`), keychain: null };
}

const fingerprintOf = async (options: KeyVaultOptions): Promise<string> =>
  (await openKeyVault(options)).identity.public.fingerprint;

/** A keychain in memory, for what a real one does only when it is broken. */
function memoryKeychain(): Keychain & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    get: async (account) => kept.get(account)?.slice() ?? null,
    set: async (account, secret) => {
      kept.set(account, secret.slice());
    },
    delete: async (account) => {
      kept.delete(account);
    },
  };
}

describe("a key vault", () => {
  test("is made once, and is the same identity and the same keys ever after", async () => {
    const options = place();
    const vault = await openKeyVault(options);
    expect(vault).toMatchObject({ created: true, generation: 1, rotations: [] });
    const again = await openKeyVault(options);
    expect(again.created).toBe(false);
    expect(again.identity.public).toEqual(vault.identity.public);
    expect(again.deriveKey("a store")).toEqual(vault.deriveKey("a store"));
    expect(again.deriveKey("another")).not.toEqual(vault.deriveKey("a store"));
    expect(again.deriveKey("a store", 64).length).toBe(64);
    expect(() => again.deriveKey("")).toThrow(SecureError);
    vault.close();
    expect(() => vault.identity).toThrow(KeyStoreError);
    expect(() => vault.deriveKey("a store")).toThrow(KeyStoreError);
    expect(() => vault.recoveryCode()).toThrow(KeyStoreError);
    await expect(vault.rotate()).rejects.toThrow(KeyStoreError);
    expect(again.identity.public.fingerprint).toMatch(/^\w{4}-/);
  });

  test("is its owner's alone, and holds no secret in the clear", async (context) => {
    if (process.platform === "win32") context.skip("needs permissions");
    const options = { ...place(), passphrase: "correct horse", passphraseCost: CHEAP };
    const vault = await openKeyVault(options);
    expect(statSync(options.folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(options.folder)) {
      if (name !== "vault.lock") {
        expect(statSync(join(options.folder, name)).mode & 0o777, name).toBe(0o600);
      }
    }
    const text = readFileSync(join(options.folder, "vault.json"), "utf8");
    expect(text).not.toContain("seed");
    expect(text).not.toContain(vault.recoveryCode().slice(0, 11));
  });

  test("is refused where others could read it, or where a link stands in its place", async (context) => {
    if (process.platform === "win32") context.skip("needs permissions and links");
    const open = place();
    mkdirSync(open.folder, { mode: 0o755 });
    chmodSync(open.folder, 0o755);
    await expect(openKeyVault(open)).rejects.toThrow(/chmod 700/);
    const options = place();
    await openKeyVault(options);
    for (const name of ["vault.json", "vault.key"]) {
      const path = join(options.folder, name);
      chmodSync(path, 0o640);
      await expect(openKeyVault(options)).rejects.toThrow(/chmod 600/);
      chmodSync(path, 0o600);
    }
    const path = join(options.folder, "vault.json");
    renameSync(path, join(root, "elsewhere.json"));
    symlinkSync(join(root, "elsewhere.json"), path);
    await expect(openKeyVault(options)).rejects.toThrow(KeyStoreError);
    const file = place();
    writeFileSync(file.folder, "");
    await expect(openKeyVault(file)).rejects.toThrow(KeyStoreError);
  });

  test("refuses options that make no sense", async () => {
    const options = place();
    const refused = async (bad: object): Promise<void> =>
      await expect(openKeyVault({ ...options, ...bad })).rejects.toThrow(SecureError);
    await refused({ folders: "x" });
    await refused({ folder: "" });
    await refused({ protection: "none" });
    await refused({ protection: "passphrase" });
    await refused({ passphrase: "short" });
    await refused({ passphrase: "long enough", protection: "key-file" });
    await refused({ passphrase: "long enough", passphraseCost: { ...CHEAP, memoryKiB: 1 } });
    await expect(openKeyVault({ ...options, protection: "keychain" })).rejects.toThrow(
      KeyStoreError,
    );
    await expect(openKeyVault({ ...options, create: false })).rejects.toThrow(KeyStoreError);
    await expect(openKeyVault({ ...place(), create: false })).rejects.toThrow(KeyStoreError);
    expect((await openKeyVault(options)).created).toBe(true);
  });
});

describe("protection", () => {
  test("by a passphrase: no other opens it, and none is no way around", async () => {
    const options = { ...place(), passphraseCost: CHEAP };
    const right = { ...options, passphrase: "Grüße aus Bonn" };
    const vault = await openKeyVault(right);
    expect(vault.protection.kind).toBe("passphrase");
    expect(existsSync(join(options.folder, "vault.key"))).toBe(false);
    const { fingerprint } = vault.identity.public;
    // The same letters, composed otherwise.
    expect(await fingerprintOf({ ...options, passphrase: right.passphrase.normalize("NFD") })).toBe(
      fingerprint,
    );
    for (const bad of [
      { passphrase: "Grüße aus Bonn " },
      {},
      { protection: "key-file" as const },
    ]) {
      await expect(openKeyVault({ ...options, ...bad })).rejects.toThrow(KeyStoreError);
    }
  });

  test("by a key file: without it, or with another's, the vault stays shut", async () => {
    const options = place();
    const vault = await openKeyVault(options);
    expect(vault.protection.kind).toBe("key-file");
    expect(vault.protection.statement).toContain("not against whoever can read this folder");
    await expect(openKeyVault({ ...options, passphrase: "long enough" })).rejects.toThrow(
      KeyStoreError,
    );
    const key = join(options.folder, "vault.key");
    const other = place();
    await openKeyVault(other);
    copyFileSync(key, join(root, "kept.key"));
    copyFileSync(join(other.folder, "vault.key"), key);
    await expect(openKeyVault(options)).rejects.toThrow(/another vault's/);
    unlinkSync(key);
    await expect(openKeyVault(options)).rejects.toThrow(KeyStoreError);
    copyFileSync(join(root, "kept.key"), key);
    chmodSync(key, 0o600);
    expect(await fingerprintOf(options)).toBe(vault.identity.public.fingerprint);
  });

  test("by a keychain: nothing beside the vault opens it; a keychain that fails is said, not replaced", async () => {
    const { folder } = place();
    const keychain = memoryKeychain();
    const vault = await openKeyVault({ folder, keychain });
    expect(vault.protection.kind).toBe("keychain");
    expect(keychain.kept.size).toBe(1);
    expect(existsSync(join(folder, "vault.key"))).toBe(false);
    const { fingerprint } = vault.identity.public;
    expect(await fingerprintOf({ folder, keychain })).toBe(fingerprint);
    const broken = (): never => {
      throw new KeyStoreError("locked");
    };
    const locked = { ...keychain, get: broken, set: broken };
    await expect(openKeyVault({ folder, keychain: locked })).rejects.toThrow("locked");
    await expect(openKeyVault({ folder, keychain: memoryKeychain() })).rejects.toThrow(/no key/);
    await expect(openKeyVault({ folder, keychain: null })).rejects.toThrow(KeyStoreError);
    // A new vault falls back to a key file, unless a keychain was asked for; so it does if one forgets.
    const fresh = await openKeyVault({ ...place(), keychain: locked });
    expect(fresh.protection.kind).toBe("key-file");
    const forgetful = { ...keychain, get: async () => null };
    expect((await openKeyVault({ ...place(), keychain: forgetful })).protection.kind).toBe(
      "key-file",
    );
    await expect(
      openKeyVault({ ...place(), keychain: locked, protection: "keychain" }),
    ).rejects.toThrow("locked");
  });

  test("changes without changing what is protected, and the way before is shut", async () => {
    const { folder } = place();
    const keychain = memoryKeychain();
    const vault = await openKeyVault({ folder, keychain, protection: "key-file" });
    const { fingerprint } = vault.identity.public;
    const key = vault.deriveKey("a store");
    const old = readFileSync(join(folder, "vault.key"));
    await vault.protect({ passphrase: "a new passphrase", passphraseCost: CHEAP });
    expect(existsSync(join(folder, "vault.key"))).toBe(false);
    await expect(openKeyVault({ folder, keychain: null })).rejects.toThrow(KeyStoreError);
    await vault.protect({ protection: "keychain" });
    expect(keychain.kept.size).toBe(1);
    const again = await openKeyVault({ folder, keychain });
    expect(again.identity.public.fingerprint).toBe(fingerprint);
    expect(again.deriveKey("a store")).toEqual(key);
    await again.protect({ protection: "key-file" });
    expect(readFileSync(join(folder, "vault.key"))).not.toEqual(old);
    expect(await fingerprintOf({ folder, keychain: null })).toBe(fingerprint);
    await expect(vault.protect({ protection: "key-file" })).rejects.toThrow(/another process/);
    // The entry that opens the vault no longer is gone.
    expect(keychain.kept.size).toBe(0);
  });

  test("by a keychain survives that the vault cannot be written when its key changes", async () => {
    const { folder } = place();
    const keychain = memoryKeychain();
    let full = false;
    const vault = await openKeyVaultOn(
      { folder, keychain },
      {
        ...systemFiles,
        create: (path) => {
          if (full) throw Object.assign(new Error("full"), { code: "ENOSPC" });
          return systemFiles.create(path);
        },
      },
    );
    full = true;
    await expect(vault.protect({ keychain })).rejects.toThrow(/ENOSPC/);
    expect(await fingerprintOf({ folder, keychain })).toBe(vault.identity.public.fingerprint);
    full = false;
    await vault.protect({ keychain });
    expect(await fingerprintOf({ folder, keychain })).toBe(vault.identity.public.fingerprint);
  });

  test("is not overtaken by closing: what was begun is whole, or not at all", async () => {
    const access = { passphrase: "long enough", passphraseCost: CHEAP };
    for (const work of ["rotate", "protect"] as const) {
      for (const turns of [0, 1, 5, 30]) {
        const options = place();
        const vault = await openKeyVault(options);
        const [key, { fingerprint }] = [vault.deriveKey("a store"), vault.identity.public];
        const going = work === "rotate" ? vault.rotate() : vault.protect(access);
        const [outcome] = await Promise.allSettled([
          going,
          (async () => {
            for (let i = 0; i < turns; i++) await new Promise(setImmediate);
            vault.close();
          })(),
        ]);
        if (outcome.status === "rejected") expect(String(outcome.reason)).toContain("closed");
        const done = outcome.status === "fulfilled";
        const again = await openKeyVault(
          done && work === "protect" ? { ...options, ...access } : options,
        );
        expect(again.deriveKey("a store")).toEqual(key);
        expect(again.generation).toBe(done && work === "rotate" ? 2 : 1);
        expect(again.identity.public.fingerprint === fingerprint).toBe(!done || work !== "rotate");
      }
    }
  });
});

describe("damage", () => {
  test("in any byte of the vault or its key is said, and never answered with a new identity", async () => {
    const options = place();
    const fingerprint = await fingerprintOf(options);
    for (const name of ["vault.json", "vault.key"]) {
      const path = join(options.folder, name);
      const whole = readFileSync(path);
      const stride = Math.max(1, Math.floor(whole.length / 40));
      for (let at = 0; at < whole.length; at += stride) {
        const bad = Buffer.from(whole);
        bad[at] = (bad[at] ?? 0) ^ (1 << (at & 7));
        writeFileSync(path, bad);
        await expect(openKeyVault(options), `${name}, byte ${at}`).rejects.toThrow(KeyStoreError);
      }
      for (const length of [0, 1, whole.length >> 1, whole.length - 1]) {
        writeFileSync(path, whole.subarray(0, length));
        await expect(openKeyVault(options), `${name} cut to ${length}`).rejects.toThrow(
          KeyStoreError,
        );
      }
      writeFileSync(path, Buffer.concat([whole, Buffer.from("\n")]));
      await expect(openKeyVault(options)).rejects.toThrow(KeyStoreError);
      writeFileSync(path, whole);
    }
    expect(await fingerprintOf(options)).toBe(fingerprint);
  });

  test("that removes the vault's file is said too, whatever else is left", async () => {
    const options = place();
    await openKeyVault(options);
    unlinkSync(join(options.folder, "vault.json"));
    await expect(openKeyVault(options)).rejects.toThrow(/is gone/);
    unlinkSync(join(options.folder, "vault.id"));
    await expect(openKeyVault(options)).rejects.toThrow(/is gone/);
    const other = { ...place(), passphrase: "long enough", passphraseCost: CHEAP };
    await openKeyVault(other);
    unlinkSync(join(other.folder, "vault.json"));
    await expect(openKeyVault(other)).rejects.toThrow(/is gone/);
  });

  test("by a hand that recomputes the checksum is found by the seals", async () => {
    const options = { ...place(), passphrase: "long enough", passphraseCost: CHEAP };
    const { folder } = options;
    await openKeyVault(options);
    const path = join(folder, "vault.json");
    const whole = readFileSync(path, "utf8");
    const [body = ""] = whole.split("\n");
    const forge = (change: (value: Record<string, unknown>) => void): void => {
      const value = JSON.parse(body) as Record<string, unknown>;
      change(value);
      const text = JSON.stringify(value);
      const check = Buffer.from(native.sha256(Buffer.from(text))).toString("base64url");
      writeFileSync(path, `${text}\n${check}\n`);
    };
    const changes: ((value: Record<string, unknown>) => void)[] = [
      (value) => Object.assign(value, { id: "0".repeat(32) }),
      (value) => Object.assign(value, { format: "symbion key vault 2" }),
      (value) => Object.assign(value, { protection: { kind: "key-file" } }),
      (value) => Object.assign(value.protection as object, { passes: 2 }),
      (value) => Object.assign(value.protection as object, { memoryKiB: 2 ** 40 }),
      (value) => Object.assign(value.protection as object, { salt: "AAAA" }),
      (value) => Object.assign(value, { sealed: "" }),
      (value) => Object.assign(value, { wrapped: value.recovery }),
      (value) => Object.assign(value, { sealed: 7 }),
      (value) => Object.assign(value, { protection: null }),
    ];
    for (const change of changes) {
      forge(change);
      await expect(openKeyVault(options), String(change)).rejects.toThrow(KeyStoreError);
    }
    writeFileSync(path, whole);
    expect((await openKeyVault(options)).created).toBe(false);
  });
});

describe("rotation", () => {
  test("hands over by a statement, keeps other stores' keys, and survives a clock set back", async () => {
    const options = place();
    const vault = await openKeyVault(options);
    const first = vault.identity.public;
    const key = vault.deriveKey("a store");
    const statement = await vault.rotate(2000);
    const second = vault.identity.public;
    await vault.rotate(1000);
    const again = await openKeyVault(options);
    expect(again).toMatchObject({ generation: 3, created: false });
    expect(again.deriveKey("a store")).toEqual(key);
    expect(again.rotations[0]).toEqual(statement);
    expect(again.rotations.map((one) => parseRotation(native, one).at)).toEqual([2000, 2000]);
    const line = followRotations(native, first, again.rotations);
    expect(line.current).toEqual(again.identity.public);
    expect(line.revoked).toEqual([first.fingerprint, second.fingerprint]);
  });

  test("of two who have it open, only one rotates; the other is told", async () => {
    const options = place();
    const [a, b] = [await openKeyVault(options), await openKeyVault(options)];
    const results = await Promise.allSettled([a.rotate(), b.rotate()]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const lost = results.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    expect(lost.reason).toBeInstanceOf(KeyStoreError);
    expect((await openKeyVault(options)).generation).toBe(2);
  });

  test("that the disk has no room for leaves the old identity, whole", async () => {
    const options = place();
    let full = false;
    const vault = await openKeyVaultOn(options, {
      ...systemFiles,
      async create(path) {
        const file = await systemFiles.create(path);
        return {
          ...file,
          async write(bytes, at) {
            if (!full) return await file.write(bytes, at);
            await file.write(bytes.subarray(0, 100), at);
            throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
          },
        };
      },
    });
    const before = vault.identity.public;
    full = true;
    await expect(vault.rotate()).rejects.toThrow(/ENOSPC/);
    await expect(vault.protect({ protection: "key-file" })).rejects.toThrow(/ENOSPC/);
    expect(vault.identity.public).toEqual(before);
    expect(vault.rotations).toEqual([]);
    expect(readdirSync(options.folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    expect((await openKeyVault(options)).identity.public).toEqual(before);
    full = false;
    await vault.rotate();
    expect((await openKeyVault(options)).identity.public).toEqual(vault.identity.public);
  });
});

describe("recovery", () => {
  test("with the vault's file brings everything back, protected anew", async () => {
    const options = { ...place(), passphrase: "forgotten words", passphraseCost: CHEAP };
    const vault = await openKeyVault(options);
    await vault.rotate();
    const code = vault.recoveryCode();
    const next = { folder: options.folder, keychain: null };
    const { vault: back, recovered } = await recoverKeyVault(next, code.toLowerCase());
    expect(recovered).toBe("vault");
    expect(back).toMatchObject({ generation: 2, created: false });
    expect(back.identity.public).toEqual(vault.identity.public);
    expect(back.deriveKey("a store")).toEqual(vault.deriveKey("a store"));
    expect(back.rotations).toEqual(vault.rotations);
    expect(await fingerprintOf(next)).toBe(vault.identity.public.fingerprint);
    await expect(openKeyVault(options)).rejects.toThrow(KeyStoreError);
  });

  test("without the file, or with a damaged one, brings the identity back", async () => {
    const vault = await openKeyVault(place());
    let code = vault.recoveryCode();
    const elsewhere = place();
    const away = await recoverKeyVault(elsewhere, code);
    expect(away.recovered).toBe("identity");
    expect(away.vault.identity.public).toEqual(vault.identity.public);
    // Those who have followed rotations before can follow the next.
    const next = await away.vault.rotate();
    const line = followRotations(native, vault.identity.public, [next], 5);
    expect(line.current).toEqual(away.vault.identity.public);
    code = away.vault.recoveryCode();
    expect(away.vault.deriveKey("a store")).not.toEqual(vault.deriveKey("a store"));
    const path = join(elsewhere.folder, "vault.json");
    writeFileSync(path, "nothing of use");
    await expect(openKeyVault(elsewhere)).rejects.toThrow(/damaged/);
    const mended = await recoverKeyVault(elsewhere, code);
    expect(mended.recovered).toBe("identity");
    expect(readFileSync(join(elsewhere.folder, "vault.damaged"), "utf8")).toBe("nothing of use");
    expect(await fingerprintOf(elsewhere)).toBe(away.vault.identity.public.fingerprint);
  });

  test("with a mistyped code, another's, or one from before a rotation changes nothing", async () => {
    const options = place();
    const vault = await openKeyVault(options);
    const before = vault.recoveryCode();
    await vault.rotate();
    const code = vault.recoveryCode();
    const typed = code.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    await expect(recoverKeyVault(options, typed)).rejects.toThrow(SecureError);
    await expect(recoverKeyVault(options, before)).rejects.toThrow(/changes with every rotation/);
    const other = (await openKeyVault(place())).recoveryCode();
    await expect(recoverKeyVault(options, other)).rejects.toThrow(KeyStoreError);
    expect(await fingerprintOf(options)).toBe(vault.identity.public.fingerprint);
  });
});

describe("deletion", () => {
  test("leaves neither files nor a keychain's entry, and room for a new vault", async () => {
    const { folder } = place();
    const keychain = memoryKeychain();
    const first = await fingerprintOf({ folder, keychain });
    await deleteKeyVault({ folder, keychain });
    expect(keychain.kept.size).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
    expect(await fingerprintOf({ folder, keychain: null })).not.toBe(first);
    await deleteKeyVault({ folder, keychain: null });
    expect(readdirSync(folder)).toEqual([]);
    await deleteKeyVault({ folder, keychain: null });
    await deleteKeyVault(place());
  });

  test("of a vault that is damaged, or whose keychain is away, removes the files all the same", async () => {
    const { folder } = place();
    await openKeyVault({ folder, keychain: null });
    writeFileSync(join(folder, "vault.json"), "damaged");
    await deleteKeyVault({ folder, keychain: null });
    expect(readdirSync(folder)).toEqual([]);
    const keychain = memoryKeychain();
    await openKeyVault({ folder, keychain });
    await expect(deleteKeyVault({ folder, keychain: null })).rejects.toThrow(KeyStoreError);
    expect(readdirSync(folder).filter((name) => name !== "vault.lock")).toEqual([]);
  });
});

type Answer = {
  readonly fingerprint: string;
  readonly created: boolean;
  readonly generation: number;
  readonly kind: string;
  readonly same: boolean;
};

describe("processes", () => {
  test("that make a vault at the same time end up with one", async () => {
    const { folder } = place();
    const run = promisify(execFile);
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { stdout } = await run(process.execPath, [...NODE, "open", folder]);
        return JSON.parse(stdout) as Answer;
      }),
    );
    expect(new Set(answers.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(answers.filter(({ created }) => created).length).toBe(1);
    expect(answers.every(({ same }) => same)).toBe(true);
  });

  test.each(["open", "rotate", "protect", "recover"])(
    "killed at any write while they %s leave the old state or the new one",
    async (action) => {
      let kills = 0;
      for (let step = 1; ; step++) {
        const when = step % 2 === 0 ? "after" : "before";
        const options = place();
        const first = action === "open" ? null : await openKeyVault(options);
        const key = first?.deriveKey("a store");
        const child = spawnSync(
          process.execPath,
          [...NODE, action, options.folder, String(step), when, first?.recoveryCode() ?? ""],
          { encoding: "utf8" },
        );
        const vault = await openKeyVault(options);
        if (first !== null) {
          expect(vault.created).toBe(false);
          expect(vault.deriveKey("a store")).toEqual(key);
          const line = followRotations(native, first.identity.public, vault.rotations);
          expect(line.current).toEqual(vault.identity.public);
          expect(vault.generation).toBe(1 + vault.rotations.length);
        }
        await vault.rotate();
        expect(await fingerprintOf(options)).toBe(vault.identity.public.fingerprint);
        const left = readdirSync(options.folder).sort();
        expect(left).toEqual(["vault.id", "vault.json", "vault.key", "vault.lock"]);
        if (child.signal === "SIGKILL") kills++;
        else {
          expect(child.stderr).toBe("");
          expect(child.status).toBe(0);
          break;
        }
      }
      // Each durable file: made, two halves, flushed, renamed, the folder flushed.
      expect(kills).toBeGreaterThanOrEqual(6);
    },
  );
});

describe("the system's keychain", () => {
  test("a GNOME keyring without a password is plain text, and recognised as such", () => {
    const folder = join(root, "keyrings");
    expect(plainTextKeyring(folder)).toBeNull();
    mkdirSync(folder);
    expect(plainTextKeyring(folder)).toBeNull();
    const path = join(folder, "login.keyring");
    writeFileSync(path, Buffer.from("GnomeKeyring\n\r\0\n"));
    expect(plainTextKeyring(folder)).toBeNull();
    writeFileSync(path, "[keyring]\ndisplay-name=Login\n");
    expect(plainTextKeyring(folder)).toBe(path);
    writeFileSync(join(folder, "default"), "Work");
    expect(plainTextKeyring(folder)).toBeNull();
    writeFileSync(join(folder, "work.keyring"), "");
    expect(plainTextKeyring(folder)).toBeNull();
  });

  /** Runs the child on a session bus of its own, after a shell command that prepares a keyring. */
  function onSession(prepare: string, home: string, folder: string): ReturnType<typeof spawnSync> {
    const child = `'${process.execPath}' ${NODE.map((one) => `'${one}'`).join(" ")} keychain '${folder}'`;
    return spawnSync("dbus-run-session", ["--", "sh", "-c", `${prepare}; ${child}`], {
      encoding: "utf8",
      timeout: 30_000,
      env: { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home },
    });
  }

  test("that hangs is given up", async (context) => {
    if (process.platform !== "linux") context.skip("needs D-Bus");
    const bus = join(root, "bus");
    const server = createServer((socket) => socket.on("error", () => {})).listen(bus);
    const home = mkdtempSync(join(root, "home-"));
    vi.stubEnv("DBUS_SESSION_BUS_ADDRESS", `unix:path=${bus}`);
    vi.stubEnv("XDG_DATA_HOME", home);
    const keychain = await systemKeychain(1000);
    await expect(keychain.get("nothing")).rejects.toThrow(/within 1000 ms/);
    const options = { folder: place().folder, keychainTimeoutMs: 1000 };
    expect((await openKeyVault(options)).protection.kind).toBe("key-file");
    vi.unstubAllEnvs();
    server.close();
  });

  const missing =
    process.platform === "linux" &&
    ["dbus-run-session", "gnome-keyring-daemon"].every(
      (name) => spawnSync(name, ["--help"]).error === undefined,
    )
      ? null
      : "needs dbus-run-session and gnome-keyring-daemon";

  test("keeps a vault's key in a real Secret Service, and gives it up", (context) => {
    if (missing !== null) context.skip(missing);
    const home = mkdtempSync(join(root, "home-"));
    const { folder } = place();
    const unlock = "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null";
    const child = onSession(unlock, home, folder);
    expect(child.status, String(child.stderr)).toBe(0);
    expect(JSON.parse(String(child.stdout))).toMatchObject({
      kind: "keychain",
      created: true,
      same: true,
      // Before and after the vault was deleted.
      kept: [32, null],
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that is plain text is refused, even where it answers", (context) => {
    if (missing !== null) context.skip(missing);
    const home = mkdtempSync(join(root, "home-"));
    const keyrings = join(home, ".local/share/keyrings");
    mkdirSync(keyrings, { recursive: true });
    writeFileSync(join(keyrings, "login.keyring"), "[keyring]\ndisplay-name=Login\nctime=0\n");
    writeFileSync(join(keyrings, "default"), "login");
    const child = onSession("gnome-keyring-daemon --start >/dev/null", home, place().folder);
    expect(child.status).not.toBe(0);
    expect(String(child.stderr)).toContain("has no password");
  });

  test("that nobody runs is said", (context) => {
    if (missing !== null) context.skip(missing);
    const child = onSession("true", mkdtempSync(join(root, "home-")), place().folder);
    expect(child.status).not.toBe(0);
    expect(String(child.stderr)).toContain("KeyStoreError: the keychain did not");
  });
});
