/**
 * `symbion password` and `symbion token`: who may use a node, from the machine it is on. They write into the data
 * folder and need the node to be stopped; while it runs, its page does the same.
 */

import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { type Role, UsageError } from "@symbion/core";
import { ConfigFile } from "../config/file.ts";
import { Auth, MAX_TOKENS } from "../server/auth.ts";
import { generatePassword, MAX_PASSWORD, MIN_PASSWORD } from "../server/passwords.ts";
import { openStore } from "../store/index.ts";

/** Options of both commands. */
export type AccessCommandOptions = { readonly config?: string; readonly json?: true };

/** Options of `symbion password`. */
export type PasswordCommandOptions = AccessCommandOptions & {
  /** Draw one and print it. */
  readonly generate?: true;
  /** Have none any more. */
  readonly remove?: true;
};

/**
 * Sets the password: asked for on a terminal, else the first line of standard input; never an argument, which every
 * process of the machine could read. Throws `UsageError` for one that is too short or long, for options that exclude
 * each other, and while the node runs.
 */
export async function passwordCommand(options: PasswordCommandOptions): Promise<void> {
  const { generate = false, remove = false, json = false } = options;
  if (generate && remove) throw new UsageError("expected --generate or --remove, got both");
  const password = remove ? null : generate ? generatePassword() : await readPassword();
  await withAuth(options, async (auth) => {
    if (password === null) await auth.removePassword();
    else await auth.setPassword(password, null);
  });
  const shown = generate ? password : null;
  if (json) {
    const set = password !== null;
    process.stdout.write(`${JSON.stringify(shown === null ? { set } : { set, password })}\n`);
    return;
  }
  if (password === null) {
    process.stdout.write(
      "There is no password any more: on loopback everybody is let in, elsewhere the next start draws one.\n",
    );
  } else process.stdout.write(shown === null ? "The password is set.\n" : `${shown}\n`);
}

/** Makes a token and prints its secret, once. Throws `UsageError` while the node runs. */
export async function addTokenCommand(
  name: string,
  role: Role,
  options: AccessCommandOptions,
): Promise<void> {
  if (name.trim() === "" || name.length > 80) {
    throw new UsageError(`name: expected 1 to 80 characters, got ${name.length}`);
  }
  const made = await withAuth(options, (auth) => auth.createToken(name.trim(), role));
  if (made === null) throw new UsageError(`expected at most ${MAX_TOKENS} tokens, got one more`);
  process.stdout.write(`${options.json === true ? JSON.stringify(made) : made.token}\n`);
}

/** Prints the tokens, without their secrets. Throws `UsageError` while the node runs. */
export async function listTokensCommand(options: AccessCommandOptions): Promise<void> {
  const tokens = await withAuth(options, async (auth) => auth.tokens());
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(tokens)}\n`);
    return;
  }
  for (const { id, name, role, createdAt, usedAt } of tokens) {
    const used = usedAt === null ? "never used" : `used ${new Date(usedAt).toISOString()}`;
    process.stdout.write(
      `${id}  ${role.padEnd(6)}  ${new Date(createdAt).toISOString()}  ${used}  ${name}\n`,
    );
  }
}

/** Ends a token. Throws `UsageError` where none has that id, and while the node runs. */
export async function removeTokenCommand(id: string, options: AccessCommandOptions): Promise<void> {
  const removed = await withAuth(options, (auth) => auth.deleteToken(id));
  if (!removed)
    throw new UsageError(`expected the id of a token (symbion token list), got "${id}"`);
  if (options.json === true) process.stdout.write(`${JSON.stringify({ removed: id })}\n`);
}

async function withAuth<T>(
  { config }: AccessCommandOptions,
  use: (auth: Auth) => Promise<T>,
): Promise<T> {
  const file = await ConfigFile.open(config ?? null);
  file.close();
  const store = await openStore(file.current.store);
  try {
    const log = (text: string): void => void process.stderr.write(`symbion: ${text}\n`);
    // As on loopback: where there is no password, none is drawn, unless what is stored cannot be read.
    const announce = (password: string): void => log(`auth: the password is now ${password}`);
    return await use(await Auth.open({ store, loopback: true, log, announce }));
  } finally {
    await store.close();
  }
}

async function readPassword(): Promise<string> {
  const terminal = process.stdin.isTTY === true;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal });
  try {
    const ask = async (prompt: string): Promise<string> => {
      if (!terminal) {
        for await (const line of lines) return line;
        return "";
      }
      process.stderr.write(prompt);
      const line = await lines.question("");
      process.stderr.write("\n");
      return line;
    };
    const password = await ask("New password: ");
    if (password.length < MIN_PASSWORD || password.length > MAX_PASSWORD) {
      throw new UsageError(
        `password: expected ${MIN_PASSWORD} to ${MAX_PASSWORD} characters, got ${password.length}`,
      );
    }
    if (terminal && (await ask("Once more: ")) !== password) {
      throw new UsageError("password: expected the same twice, got two that differ");
    }
    return password;
  } finally {
    lines.close();
  }
}
