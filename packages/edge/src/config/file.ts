/**
 * The configuration file of a running node: what holds now, what has changed, and edits that keep everything else in
 * the file as it is.
 *
 * A file that cannot be read, or is no YAML, never takes the node down: it goes on with what it has, and says so. What
 * it has survives a restart, because the last good parts are kept in the data folder.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  type ConfigDocument,
  type ConfigOutcome,
  maskCredentials,
  UsageError,
} from "@symbion/core";
import { stringify } from "yaml";
import { type ConfigChange, compareConfigs } from "./change.ts";
import { type Checked, checkConfig, describeReadError } from "./config.ts";
import {
  DEFAULT_CONFIG,
  DEFAULT_DATA,
  DEFAULT_PORT,
  defaultConfig,
  emptyConfig,
} from "./defaults.ts";
import { applyEdit, type ConfigEdit, newFile } from "./operations.ts";
import {
  type Environment,
  NO_SECRETS,
  readSecrets,
  SECRETS_FILE,
  type Secrets,
  secretsPath,
} from "./references.ts";
import type { NodeConfig } from "./types.ts";
import { FileWatcher, type WatchTimes } from "./watch.ts";
import { isWritable, writeText } from "./write.ts";
import { type Problem, recoverText } from "./yaml-text.ts";

/** Name of the copy of the last good parts, in the data folder. */
export const LAST_GOOD = ".symbion-last-good.yaml";

/** Version of a file that is not there yet. */
const NO_FILE = "none";

/** How a {@link ConfigFile} is opened. */
export type ConfigFileOptions = WatchTimes & {
  /** Values for `${NAME}`; default: those of the process. */
  readonly environment?: Environment;
  /** Where `symbion.yaml` is looked for without a path; default: the working folder. */
  readonly folder?: string;
  /** A file that has become empty or no YAML is looked at again after so many milliseconds: it may be half written. */
  readonly graceMs?: number;
};

const OPTIONS = ["environment", "folder", "settleMs", "pollMs", "graceMs"];

/** What became of an edit, and why it was not saved. */
export type EditOutcome = ConfigOutcome & {
  /**
   * Null where it was saved. `outdated`: the file has changed since that version. `missing`: there is no entry of that
   * id. `invalid`: it would bring problems. `unwritable`: the file cannot be read or written.
   */
  readonly refused: "outdated" | "missing" | "invalid" | "unwritable" | null;
};

/** What stands on the disk. */
type OnDisk =
  | { readonly text: string }
  | { readonly text: null; readonly missing: boolean; readonly problem: string };

/** A configuration file, or the place where one will be. Use {@link ConfigFile.open}. */
export class ConfigFile {
  /** The file, absolute. */
  readonly path: string;
  readonly #name: string;
  readonly #options: ConfigFileOptions;
  readonly #listeners = new Set<(change: ConfigChange) => void>();
  #watcher: FileWatcher | null = null;
  #grace: NodeJS.Timeout | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #text: string | null = null;
  /** The last text that was a mapping; a file that is gone begins with it again. */
  #lastText: string | null = null;
  #secrets: Secrets = NO_SECRETS;
  /** The last text that was a mapping, checked. */
  #checked: Checked | null = null;
  #trouble: string | null = null;
  #editable = false;
  #current: NodeConfig;
  /** What cannot change while the node runs. */
  #started: NodeConfig;
  #persisted = "";

  private constructor(path: string, name: string, options: ConfigFileOptions) {
    this.path = path;
    this.#name = name;
    this.#options = options;
    this.#current = this.#started = emptyConfig(dirname(path));
  }

  /**
   * Opens a configuration.
   *
   * Without a path it is `symbion.yaml` in the folder; if there is none, the built-in samples run until one appears.
   * Throws `UsageError` for an unknown option and for a path at which there is nothing. A file that is there, but
   * cannot be read or is no YAML, is no error: the last good parts run (none, if there never were any).
   */
  static async open(path: string | null, options: ConfigFileOptions = {}): Promise<ConfigFile> {
    for (const key of Object.keys(options)) {
      if (!OPTIONS.includes(key)) {
        const known = OPTIONS.join(", ");
        throw new UsageError(`ConfigFile.open: expected one of ${known}, got option "${key}"`);
      }
    }
    const absolute = resolve(path ?? join(options.folder ?? ".", DEFAULT_CONFIG));
    const file = new ConfigFile(absolute, path ?? DEFAULT_CONFIG, options);
    await file.#start(path !== null);
    return file;
  }

  /** What holds now: always usable. Its `problems` say what of the file does not hold, and why. */
  get current(): NodeConfig {
    return this.#current;
  }

  /** Whether the file could be read after its last change; if not, {@link ConfigFile.current} is older than the file. */
  get lastGood(): boolean {
    return this.#trouble === null;
  }

  /** Whether there is a file; if not, the built-in samples run. */
  get exists(): boolean {
    return this.#text !== null || this.#trouble !== null;
  }

  /** Whether edits can be written. */
  get editable(): boolean {
    return this.#editable;
  }

  /** A text without user names, passwords and secrets of this configuration. */
  redact(text: string): string {
    let shown = text;
    for (const secret of this.#checked?.secrets ?? []) {
      // Shorter ones would blot out half of every text.
      if (secret.length < 4) continue;
      shown = shown.replaceAll(secret, "***").replaceAll(encodeURIComponent(secret), "***");
    }
    return maskCredentials(shown);
  }

  /**
   * Tells every change from now on, until the returned function is called or the file is closed. From the first call
   * on, the last good parts are kept in the data folder.
   */
  watch(onChange: (change: ConfigChange) => void): () => void {
    this.#listeners.add(onChange);
    if (this.#watcher === null) {
      const paths = [this.path, secretsPath(this.path)];
      this.#watcher = new FileWatcher(paths, () => void this.reload(), this.#options);
      void this.#enqueue(async () => {
        await this.#keep();
        await this.#reload(true);
      });
    }
    return () => void this.#listeners.delete(onChange);
  }

  /** Reads the file again now. Resolves when what follows from it has been told. */
  reload(): Promise<void> {
    return this.#enqueue(() => this.#reload(false));
  }

  /** The file as it is on the disk, with its problems; where there is none, as the first edit would begin it. */
  document(): Promise<ConfigDocument> {
    return this.#enqueue(async () => {
      const disk = await this.#read();
      const none = disk.text === null && disk.missing;
      const text = disk.text ?? (none ? this.#beginning(true) : "");
      // What has just been written may not hold yet.
      const holds = disk.text === null || disk.text === this.#text;
      return {
        path: this.path,
        text,
        version: none ? NO_FILE : versionOf(text),
        problems: holds ? this.#current.problems : this.check(text),
      };
    });
  }

  /** Problems that a text would have if it were saved. */
  check(text: string): readonly string[] {
    const checked = this.#check(text, this.#secretsOf(text), null);
    return "broken" in checked ? [checked.broken.text] : checked.config.problems;
  }

  /**
   * Changes the file, and keeps everything in it that the change is not about, byte by byte. Refused (`saved: false`,
   * with the reasons) where the file has changed since `version`, where it cannot be written, and where the edit would
   * bring problems that were not there before; `set-text` with `force` is written all the same.
   */
  edit(version: string, operation: ConfigEdit): Promise<EditOutcome> {
    return this.#enqueue(() => this.#edit(version, operation));
  }

  /** Ends watching. */
  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
    if (this.#grace !== null) clearTimeout(this.#grace);
    this.#grace = null;
    this.#listeners.clear();
  }

  async #start(named: boolean): Promise<void> {
    const folder = dirname(this.path);
    const disk = await this.#read();
    this.#editable = await isWritable(this.path);
    if (disk.text === null && disk.missing) {
      if (named) {
        throw new UsageError(`${this.#name}: expected a configuration file, got no such file`);
      }
      this.#current = this.#started = defaultConfig(folder);
      return;
    }
    const text = disk.text ?? "";
    this.#secrets = this.#secretsOf(text);
    let checked = disk.text === null ? null : this.#check(text, this.#secrets, null);
    const broken = checked === null || "broken" in checked;
    if (broken || (checked as Checked).problems.length > 0) {
      const data = broken
        ? resolve(folder, recoverText(text, ["node", "data"]) ?? DEFAULT_DATA)
        : (checked as Checked).config.store.folder;
      const before = await this.#readLastGood(join(data, LAST_GOOD));
      if (before !== null && broken) this.#checked = before;
      else if (before !== null) checked = this.#check(text, this.#secrets, before);
      if (broken && before === null) {
        const empty = emptyConfig(folder);
        this.#current = { ...empty, store: { ...empty.store, folder: data } };
      }
    }
    this.#text = disk.text;
    if (checked !== null && !("broken" in checked)) {
      this.#checked = checked;
      this.#lastText = text;
    }
    this.#trouble =
      disk.text === null
        ? disk.problem
        : checked !== null && "broken" in checked
          ? checked.broken.text
          : null;
    this.#started = this.#checked?.config ?? this.#current;
    this.#current = this.#compose();
  }

  async #readLastGood(path: string): Promise<Checked | null> {
    try {
      const text = await readFile(path, "utf8");
      const secrets = this.#secretsOf(text);
      const checked = this.#check(text, secrets, null);
      this.#persisted = text;
      return "broken" in checked ? null : checked;
    } catch {
      return null;
    }
  }

  /** Keeps the good parts for the next start. A folder that takes nothing is the store's to tell. */
  async #keep(): Promise<void> {
    if (this.#checked === null || this.#watcher === null) return;
    const header = "# The parts of the configuration that were good last. Written by the node.\n";
    const text = header + stringify(JSON.parse(JSON.stringify(this.#checked.good)));
    if (text === this.#persisted) return;
    const { folder } = this.#started.store;
    try {
      await mkdir(folder, { recursive: true });
      await writeText(join(folder, LAST_GOOD), text, { mode: 0o600 });
      this.#persisted = text;
    } catch {
      this.#persisted = "";
    }
  }

  async #reload(final: boolean): Promise<void> {
    if (this.#grace !== null) clearTimeout(this.#grace);
    this.#grace = null;
    const disk = await this.#read();
    this.#editable = await isWritable(this.path);
    if (disk.text === null) {
      if (disk.missing && !this.exists) return;
      if (!final && this.#wait()) return;
      this.#text = null;
      this.#trouble = disk.problem;
      this.#tell();
      return;
    }
    const { text } = disk;
    const secrets = this.#secretsOf(text);
    if (this.#text === text && isDeepStrictEqual(secrets, this.#secrets)) return;
    const checked = this.#check(text, secrets, this.#checked);
    const wasUsable = this.#trouble === null && (this.#text ?? "") !== "";
    const unfinished = "broken" in checked || (text.trim() === "" && wasUsable);
    if (unfinished && !final && this.#wait()) return;
    this.#text = text;
    this.#secrets = secrets;
    if ("broken" in checked) {
      this.#trouble = checked.broken.text;
    } else {
      this.#trouble = null;
      this.#checked = checked;
      this.#lastText = text;
    }
    this.#tell();
    await this.#keep();
  }

  /** Looks again later, in case somebody is still writing. */
  #wait(): boolean {
    if (this.#watcher === null) return false;
    this.#grace = setTimeout(
      () => void this.#enqueue(() => this.#reload(true)),
      this.#options.graceMs ?? 1000,
    );
    this.#grace.unref();
    return true;
  }

  #tell(): void {
    const before = this.#current;
    this.#current = this.#compose();
    const change = compareConfigs(before, this.#current);
    if (change === null) {
      this.#current = before;
      return;
    }
    for (const listener of this.#listeners) listener(change);
  }

  /** What holds: the last good parts, what keeps the file from holding, and what waits for the next start. */
  #compose(): NodeConfig {
    const base = this.#checked?.config ?? this.#current;
    const problems: string[] = [];
    if (this.#trouble !== null) {
      const what = this.#checked === null ? "no cameras run" : "the last good configuration stays";
      problems.push(`${maskCredentials(this.#trouble)} (${what} until it is mended)`);
    } else {
      problems.push(...base.problems);
      problems.push(...this.#waiting(base));
    }
    return {
      ...base,
      store: { ...base.store, folder: this.#started.store.folder },
      problems,
    };
  }

  #waiting(config: NodeConfig): string[] {
    const place = (path: readonly string[]): string =>
      `${this.#checked?.placeOf(path) ?? this.#name}: ${path.join(".")}`;
    const late =
      "expected what the node was started with, got another value; it holds after a restart";
    const port = ({ port: number }: NodeConfig): number => number ?? DEFAULT_PORT;
    const differs = [
      [["server", "host"], config.host !== this.#started.host],
      [["server", "port"], port(config) !== port(this.#started)],
      [["server", "names"], !isDeepStrictEqual(config.names, this.#started.names)],
      [["node", "data"], config.store.folder !== this.#started.store.folder],
    ] as const;
    return differs.flatMap(([path, other]) => (other ? [`${place(path)}: ${late}`] : []));
  }

  /** The text of a file that is not there. */
  #beginning(samples: boolean): string {
    return this.#lastText ?? newFile(samples);
  }

  async #edit(version: string, operation: ConfigEdit): Promise<EditOutcome> {
    const disk = await this.#read();
    const none = disk.text === null && disk.missing;
    if (disk.text === null && !disk.missing) return refuse("unwritable", NO_FILE, [disk.problem]);
    const now = disk.text === null ? NO_FILE : versionOf(disk.text);
    if (now !== version) {
      const text = `${this.#name}: expected the version that is there, got an older one; load it again`;
      return refuse("outdated", now, [text]);
    }
    const samples = operation.kind !== "add-camera";
    const base = disk.text ?? this.#beginning(samples);
    const secrets = this.#readSecrets();
    const before = this.#check(base, secrets, null);
    if ("broken" in before && operation.kind !== "set-text") {
      return refuse("invalid", now, [before.broken.text]);
    }
    const edited = applyEdit(base, operation, {
      name: this.#name,
      config: "broken" in before ? null : before.config,
      secrets,
      secretsText: await readFile(secretsPath(this.path), "utf8").catch(() => null),
    });
    if ("problem" in edited) {
      const why = edited.missing ? "missing" : "invalid";
      return refuse(why, now, [maskCredentials(edited.problem)]);
    }
    const known = new Map([...secrets.values, ...edited.secrets]);
    const withNew =
      edited.secrets.size > 0 ? { values: known, missing: null, problems: [] } : secrets;
    const after = this.#check(edited.text, withNew, null);
    const force = operation.kind === "set-text" && operation.force === true;
    if (!force) {
      if ("broken" in after) return refuse("invalid", now, [after.broken.text]);
      const added = newProblems("broken" in before ? [] : before.problems, after.problems);
      if (added.length > 0) return refuse("invalid", now, added);
    }
    if (edited.text === disk.text) {
      return { saved: true, version: now, problems: this.#current.problems, refused: null };
    }
    try {
      if (edited.secretsText !== null) {
        await writeText(secretsPath(this.path), edited.secretsText, { mode: 0o600 });
      }
      const backup = `${basename(this.path)}.bak`;
      await writeText(this.path, edited.text, none ? {} : { backup });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "an error";
      return refuse("unwritable", now, [
        `${this.#name}: expected a file that can be written, got ${code}`,
      ]);
    }
    await this.#reload(true);
    return {
      saved: true,
      version: versionOf(edited.text),
      problems: this.#current.problems,
      refused: null,
    };
  }

  #check(text: string, secrets: Secrets, previous: Checked | null): ReturnType<typeof checkConfig> {
    return checkConfig(text, this.#name, {
      environment: this.#options.environment ?? process.env,
      secrets,
      folder: dirname(this.path),
      previous,
    });
  }

  #secretsOf(text: string): Secrets {
    return text.includes("${secret:") ? this.#readSecrets() : NO_SECRETS;
  }

  #readSecrets(): Secrets {
    const name = join(dirname(this.#name), SECRETS_FILE);
    return readSecrets(secretsPath(this.path), name);
  }

  async #read(): Promise<OnDisk> {
    const place = `${this.#name}: expected a configuration file`;
    try {
      const bytes = await readFile(this.path);
      return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
    } catch (error) {
      const got =
        error instanceof TypeError ? "bytes that are no UTF-8 text" : describeReadError(error);
      const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
      return { text: null, missing, problem: `${place}, got ${got}` };
    }
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => {});
    return result;
  }
}

function refuse(
  why: NonNullable<EditOutcome["refused"]>,
  version: string,
  problems: readonly string[],
): EditOutcome {
  return { saved: false, version, problems, refused: why };
}

/** Problems that were not there before, wherever in the file they stand now. */
function newProblems(before: readonly Problem[], after: readonly Problem[]): string[] {
  const known = new Map<string, number>();
  for (const { kind } of before) known.set(kind, (known.get(kind) ?? 0) + 1);
  return after.flatMap(({ kind, text }) => {
    const left = known.get(kind) ?? 0;
    known.set(kind, left - 1);
    return left > 0 ? [] : [text];
  });
}

/** Changes with every change of the text. */
function versionOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
