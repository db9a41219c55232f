/** The operating system's keychain: macOS Keychain, Windows Credential Manager, the Secret Service of Linux desktops. */

import { execFile } from "node:child_process";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KeyStoreError } from "../../errors.ts";
import { codeOf } from "../sealed/files.ts";

/** Keeps small secrets for the user who is logged in. */
export interface Keychain {
  /** What is kept under a name; null where nothing is. */
  get(account: string): Promise<Uint8Array | null>;
  /** Stores or replaces a secret under an account's name. */
  set(account: string, secret: Uint8Array): Promise<void>;
  /** Removes what is kept under a name, if anything is. */
  delete(account: string): Promise<void>;
}

/** Name under which the keychain lists our secrets. */
const SERVICE = "symbion";

/** What the child process is asked; secrets are base64. */
export type KeychainQuestion = {
  readonly service: string;
  readonly account: string;
} & ({ readonly action: "get" | "delete" } | { readonly action: "set"; readonly secret: string });

/** What the child process answers. */
export type KeychainAnswer = { readonly secret: string | null } | { readonly error: string };

/**
 * The system's keychain. Every call ends in a `KeyStoreError` where no keychain answers, where it stays locked, or after
 * the timeout. Linux' kernel keyring is not used (it forgets at restart), nor a GNOME keyring without a password (it is
 * plain text); a KDE wallet without a password cannot be told apart, so give it one.
 * @param timeoutMs How long a keychain may take, asking its user included.
 */
export async function systemKeychain(timeoutMs = 5000): Promise<Keychain> {
  try {
    createRequire(import.meta.url).resolve("@napi-rs/keyring");
  } catch (error) {
    throw new KeyStoreError("no keychain: the optional package @napi-rs/keyring is not installed", {
      cause: error,
    });
  }
  const plain = process.platform === "linux" ? plainTextKeyring() : null;
  if (plain !== null) {
    throw new KeyStoreError(
      `${plain}: the default keyring has no password, so its secrets are plain text; give it one, or use a passphrase`,
    );
  }
  const ask = (question: KeychainQuestion): Promise<string | null> => askChild(question, timeoutMs);
  return {
    async get(account) {
      const secret = await ask({ service: SERVICE, account, action: "get" });
      return secret === null ? null : new Uint8Array(Buffer.from(secret, "base64"));
    },
    async set(account, secret) {
      const text = Buffer.from(secret).toString("base64");
      await ask({ service: SERVICE, account, action: "set", secret: text });
    },
    async delete(account) {
      await ask({ service: SERVICE, account, action: "delete" });
    },
  };
}

const DONE = { get: "answer", set: "take a secret", delete: "remove a secret" } as const;

function askChild(question: KeychainQuestion, timeoutMs: number): Promise<string | null> {
  const what = DONE[question.action];
  const source = import.meta.url.endsWith(".ts");
  const script = new URL(`./keychain-child.${source ? "ts" : "js"}`, import.meta.url);
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [fileURLToPath(script)],
      { timeout: timeoutMs, killSignal: "SIGKILL", windowsHide: true },
      (error, stdout) => {
        if (child.killed) {
          reject(new KeyStoreError(`the keychain did not ${what} within ${timeoutMs} ms`));
          return;
        }
        let answer: KeychainAnswer;
        try {
          answer = JSON.parse(stdout) as KeychainAnswer;
        } catch {
          // What it printed may be a secret: only how it ended is told.
          reject(new KeyStoreError(`the keychain did not ${what}: ${error?.code ?? "no answer"}`));
          return;
        }
        if ("error" in answer) {
          reject(new KeyStoreError(`the keychain did not ${what}: ${answer.error}`));
        } else resolve(answer.secret);
      },
    );
    // A child that ends early closes the pipe; its end is told above.
    child.stdin?.on("error", () => {});
    child.stdin?.end(JSON.stringify(question));
  });
}

/** The file of the default GNOME keyring if that has no password; null otherwise, or where there is none. */
export function plainTextKeyring(
  folder: string = join(
    process.env.XDG_DATA_HOME ?? join(homedir(), ".local", "share"),
    "keyrings",
  ),
): string | null {
  let name = "login";
  try {
    name = readFileSync(join(folder, "default"), "utf8").trim().toLowerCase() || name;
  } catch {
    // Without the file, the keyring of the login is the default.
  }
  const path = join(folder, `${name.replaceAll("/", "_")}.keyring`);
  try {
    const file = openSync(path, "r");
    try {
      // Encrypted keyrings are binary and start with `GnomeKeyring`.
      const start = Buffer.alloc(9);
      readSync(file, start, 0, 9, 0);
      return start.toString("latin1") === "[keyring]" ? path : null;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
    throw new KeyStoreError(`${path}: cannot see whether the keyring has a password`, {
      cause: error,
    });
  }
}
