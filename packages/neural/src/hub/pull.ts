/** A model from a hub to this machine. */

import { link, mkdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  HubClient,
  type HubFile,
  type HubModel,
  type HubPatience,
  type HubSettings,
  hubSettings,
} from "./client.ts";
import { download } from "./download.ts";
import { HubError } from "./errors.ts";
import {
  diskError,
  freeBytes,
  type LocalFile,
  type LocalModel,
  listModels,
  localModel,
  lockModel,
  type Manifest,
  type ModelPlaces,
  placesOf,
  writeManifest,
  writeRef,
} from "./local.ts";
import { isCommit, parseModelName } from "./names.ts";
import {
  type Licence,
  licenceOfReadme,
  licenceOfText,
  type Selection,
  SUPPORTED,
  selectFiles,
} from "./select.ts";

/** What happens during a pull. */
export type PullEvent = PullPlan | PullProgress | PullRetry | PullFile | PullWaiting;

/** What will be pulled is known. */
export type PullPlan = {
  /** Tells events apart. */
  readonly type: "plan";
  /** Model as it was asked for, without revision. */
  readonly id: string;
  /** Commit in hex. */
  readonly revision: string;
  /** As the model card has it; null where it has none. */
  readonly licence: Licence | null;
  /** Number of files. */
  readonly files: number;
  /** Bytes of all files. */
  readonly bytes: number;
  /** Bytes of those that are here already. */
  readonly present: number;
};

/** Bytes have come. */
export type PullProgress = {
  /** Tells events apart. */
  readonly type: "progress";
  /** Path of the file that they belong to. */
  readonly file: string;
  /** Bytes of that file that are here. */
  readonly fileBytes: number;
  /** Bytes of that file in all. */
  readonly fileSize: number;
  /** Bytes of all files that are here. */
  readonly bytes: number;
  /** Bytes of all files. */
  readonly total: number;
  /** Number of files that are complete. */
  readonly filesDone: number;
  /** Number of files in all. */
  readonly files: number;
  /** Bytes per second over the last seconds. */
  readonly rate: number;
};

/** A transfer failed and will be tried again. */
export type PullRetry = {
  /** Tells events apart. */
  readonly type: "retry";
  /** Path of the file. */
  readonly file: string;
  /** What went wrong, in words. */
  readonly reason: string;
  /** Milliseconds until the next attempt. */
  readonly afterMs: number;
};

/** A file is complete and its checksum is right. */
export type PullFile = {
  /** Tells events apart. */
  readonly type: "file";
  /** Path within the model. */
  readonly file: string;
  /** Bytes. */
  readonly size: number;
};

/** Another process pulls or removes the same model; this one waits for it. */
export type PullWaiting = {
  /** Tells events apart. */
  readonly type: "waiting";
};

/** How a model is pulled. */
export type PullOptions = Selection &
  HubPatience & {
    /** Folder of pulled models. */
    readonly models: string;
    /** Hub and token. Default: {@link hubSettings} of the environment. */
    readonly hub?: HubSettings | undefined;
    /** Told what happens. */
    readonly onEvent?: ((event: PullEvent) => void) | undefined;
    /** Files at a time. Default 3. */
    readonly parallel?: number | undefined;
    /** Clock in ms, for rates. */
    readonly now?: (() => number) | undefined;
  };

const OPTIONS = new Set([
  ...["models", "hub", "onEvent", "parallel", "now", "include", "exclude"],
  ...["stallMs", "attempts", "wait", "signal"],
]);

/** Bytes that stay free on the disk. */
const MARGIN = 16 << 20;

/** Longest text in which a licence is looked for. */
const MAX_CARD = 4 << 20;

/**
 * Pulls a model, or what is missing of it. A pull that ended early goes on where it stopped.
 *
 * @param name `owner/name`, or `owner/name@revision`; the revision is `main` unless given.
 * @throws {HubError} saying what could not be had and why.
 */
export async function pullModel(name: string, options: PullOptions): Promise<LocalModel> {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.has(key)) throw new RangeError(`expected options of a pull, got ${key}`);
  }
  const { id, revision = "main" } = parseModelName(name);
  const hub = options.hub ?? hubSettings();
  const { models } = options;
  if (hub.offline) return await pulledAlready(models, name);
  const client = new HubClient(hub, options);
  const release = await lockModel(models, id, {
    onWait: () => options.onEvent?.({ type: "waiting" }),
    signal: options.signal,
  });
  try {
    return await pullLocked(client, id, revision, options);
  } catch (error) {
    if (error instanceof HubError || options.signal?.aborted) throw error;
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw diskError(models, error);
    throw error;
  } finally {
    release();
  }
}

async function pulledAlready(models: string, name: string): Promise<LocalModel> {
  const found = await localModel(models, name);
  if (found?.complete) return found;
  const what = found === null ? "it has not been pulled" : "its pull did not finish";
  throw new HubError(`${name}: HF_HUB_OFFLINE is set and ${what}`);
}

async function pullLocked(
  client: HubClient,
  id: string,
  revision: string,
  options: PullOptions,
): Promise<LocalModel> {
  const { models } = options;
  const places = placesOf(models, id);
  const model = await client.model(id, revision);
  const chosen = await withSizes(client, model, selectFiles(id, model.files, options));
  const folder = join(places.root, model.revision);
  await mkdir(folder, { recursive: true });
  const before = await localModel(models, `${id}@${model.revision}`);
  const manifest = (
    files: readonly LocalFile[],
    complete: boolean,
    licence: Licence | null,
  ): Manifest => ({
    version: 1,
    id,
    revision: model.revision,
    licence,
    endpoint: client.endpoint,
    pulledAt: Date.now(),
    files: merged(before?.files ?? [], files),
    complete,
  });
  const planned = chosen.map(localFile);
  // A complete model stays complete while more of its files are added.
  if (!before?.complete)
    await writeManifest(models, manifest(planned, false, model.licence ?? null));
  try {
    const arrived = await fetchAll(client, model, chosen, folder, before?.files ?? [], options);
    const licence = model.licence ?? (await licenceFrom(folder, planned)) ?? null;
    await writeManifest(models, manifest(arrived, true, licence));
    if (!isCommit(revision)) await writeRef(models, id, revision, model.revision);
    await rm(places.partials, { recursive: true, force: true });
  } catch (error) {
    if (error instanceof UnsupportedModel && before === null) {
      await rm(folder, { recursive: true, force: true });
      await rm(`${folder}.json`, { force: true });
    }
    throw error;
  }
  const found = await localModel(models, `${id}@${model.revision}`);
  if (found === null) throw new HubError(`${id}: expected it in ${models}, it is gone`);
  return found;
}

/** Sizes and checksums of those files whose entry in the hub's list has none. */
async function withSizes(
  client: HubClient,
  { id, revision }: HubModel,
  files: readonly HubFile[],
): Promise<HubFile[]> {
  const known: HubFile[] = [];
  for (const file of files) {
    known.push(file.size === undefined ? await client.head(id, revision, file.path) : file);
  }
  return known;
}

async function fetchAll(
  client: HubClient,
  model: HubModel,
  chosen: readonly HubFile[],
  folder: string,
  before: readonly LocalFile[],
  options: PullOptions,
): Promise<LocalFile[]> {
  const places = placesOf(options.models, model.id);
  const arrived: LocalFile[] = [];
  const missing: HubFile[] = [];
  const others = await otherCopies(options.models, model);
  for (const file of chosen) {
    const path = join(folder, file.path);
    const there = await stat(path).catch(() => null);
    const present =
      (there !== null && there.size === file.size) || (await linkCopy(others, file, path));
    // A checksum that the hub does not know was computed when the file came.
    const noted = before.find((known) => known.path === file.path);
    if (present) arrived.push(noted ?? localFile(file));
    else missing.push(file);
  }
  const size = (files: readonly { readonly size?: number | undefined }[]): number =>
    files.reduce((sum, file) => sum + (file.size ?? 0), 0);
  const { onEvent = () => {} } = options;
  const total = size(chosen);
  const present = size(arrived);
  const { id, revision, licence = null } = model;
  onEvent({ type: "plan", id, revision, licence, files: chosen.length, bytes: total, present });
  await checkSpace(folder, places, missing);
  const progress = new Progress(onEvent, options.now ?? Date.now, total, chosen.length, arrived);
  const fetchOne = async (file: HubFile): Promise<void> => {
    const got = await download(client, {
      id,
      revision,
      file,
      path: join(folder, file.path),
      partials: places.partials,
      onBytes: (bytes) => progress.bytes(file, bytes),
      onRetry: (reason, afterMs) => onEvent({ type: "retry", file: file.path, reason, afterMs }),
    });
    progress.done(file, got.size);
    arrived.push({ path: file.path, ...got });
  };
  // The configuration first: it says whether the rest is worth the wait.
  const first = missing.filter(({ path }) => path === "config.json");
  const rest = missing.filter(({ path }) => path !== "config.json");
  for (const file of first) await fetchOne(file);
  if ((options.include ?? []).length === 0) await checkArchitecture(id, folder);
  await inParallel(rest, options.parallel ?? 3, fetchOne);
  return arrived;
}

/** Does something with all items, a few at a time; after a failure no more are begun. */
async function inParallel<T>(
  items: readonly T[],
  most: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failed) return;
      try {
        await action(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: most }, worker));
  for (const result of workers) if (result.status === "rejected") throw result.reason;
}

/** A model that could be pulled but not run. */
class UnsupportedModel extends HubError {}

async function checkArchitecture(id: string, folder: string): Promise<void> {
  let type: unknown;
  try {
    const config: unknown = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
    type = (config as { model_type?: unknown } | null)?.model_type;
  } catch (error) {
    throw new UnsupportedModel(`${id}: expected config.json with a model_type, got none`, {
      cause: error,
    });
  }
  if (typeof type === "string" && SUPPORTED.includes(type)) return;
  throw new UnsupportedModel(
    `${id}: expected one of the architectures ${SUPPORTED.join(", ")}, got ${JSON.stringify(type)} (--include pulls files of any)`,
  );
}

async function checkSpace(
  folder: string,
  { partials }: ModelPlaces,
  missing: readonly HubFile[],
): Promise<void> {
  let needed = MARGIN;
  for (const file of missing) {
    const key = file.sha256 ?? file.gitSha1;
    const there =
      key === undefined ? null : await stat(join(partials, `${key}.partial`)).catch(() => null);
    needed += Math.max(0, (file.size ?? 0) - (there?.size ?? 0));
  }
  const free = await freeBytes(folder);
  if (free >= needed) return;
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  throw new HubError(`${folder}: expected ${mb(needed)} free on the disk, got ${mb(free)}`);
}

/** Files of other revisions by checksum: what did not change is not pulled again. */
async function otherCopies(
  models: string,
  { id, revision }: HubModel,
): Promise<Map<string, string>> {
  const copies = new Map<string, string>();
  for (const model of await listModels(models)) {
    if (model.id !== id || model.revision === revision || !model.complete) continue;
    for (const { path, sha256, gitSha1, size } of model.files) {
      copies.set(`${sha256 ?? gitSha1} ${size}`, join(model.folder, path));
    }
  }
  return copies;
}

async function linkCopy(
  copies: ReadonlyMap<string, string>,
  { sha256, gitSha1, size }: HubFile,
  path: string,
): Promise<boolean> {
  const key = sha256 ?? gitSha1;
  const copy = key === undefined ? undefined : copies.get(`${key} ${size}`);
  if (copy === undefined) return false;
  await mkdir(dirname(path), { recursive: true });
  // Where the file system has no links, the file is pulled.
  return await link(copy, path).then(
    () => true,
    () => false,
  );
}

async function licenceFrom(
  folder: string,
  files: readonly LocalFile[],
): Promise<Licence | undefined> {
  const read = async (pattern: RegExp): Promise<string | undefined> => {
    const file = files.find(({ path, size }) => pattern.test(path) && size < MAX_CARD);
    return file && (await readFile(join(folder, file.path), "utf8").catch(() => undefined));
  };
  const readme = await read(/^readme\.md$/i);
  const text = await read(/^licen[cs]e/i);
  return (
    (readme === undefined ? undefined : licenceOfReadme(readme)) ??
    (text === undefined ? undefined : licenceOfText(text))
  );
}

function localFile({ path, size = 0, sha256, gitSha1 }: HubFile): LocalFile {
  return { path, size, sha256, gitSha1 };
}

function merged(before: readonly LocalFile[], now: readonly LocalFile[]): LocalFile[] {
  const all = new Map([...before, ...now].map((file) => [file.path, file]));
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Seconds over which a rate is taken, and milliseconds between two samples. */
const RATE_SECONDS = 5;
const SAMPLE_MS = 100;

/** Adds up what comes of several files at once. */
class Progress {
  readonly #onEvent: (event: PullEvent) => void;
  readonly #now: () => number;
  readonly #total: number;
  readonly #files: number;
  readonly #have = new Map<string, number>();
  #filesDone: number;
  #samples: { at: number; came: number }[] = [];
  #came = 0;

  constructor(
    onEvent: (event: PullEvent) => void,
    now: () => number,
    total: number,
    files: number,
    present: readonly LocalFile[],
  ) {
    this.#onEvent = onEvent;
    this.#now = now;
    this.#total = total;
    this.#files = files;
    this.#filesDone = present.length;
    for (const { path, size } of present) this.#have.set(path, size);
  }

  bytes({ path, size = 0 }: HubFile, fileBytes: number): void {
    const before = this.#have.get(path);
    // What was there before this pull did not come now.
    if (before !== undefined) this.#came += Math.max(0, fileBytes - before);
    this.#have.set(path, fileBytes);
    this.#onEvent({
      type: "progress",
      file: path,
      fileBytes,
      fileSize: size,
      bytes: [...this.#have.values()].reduce((sum, bytes) => sum + bytes, 0),
      total: this.#total,
      filesDone: this.#filesDone,
      files: this.#files,
      rate: this.#rate(),
    });
  }

  done({ path }: HubFile, size: number): void {
    this.#filesDone++;
    this.#onEvent({ type: "file", file: path, size });
  }

  #rate(): number {
    const at = this.#now();
    const last = this.#samples.at(-1);
    if (last === undefined || at - last.at >= SAMPLE_MS) {
      const from = at - RATE_SECONDS * 1000;
      const recent = this.#samples.filter((sample) => sample.at >= from);
      this.#samples = [...recent, { at, came: this.#came }];
    }
    const [first] = this.#samples;
    if (first === undefined || at === first.at) return 0;
    return ((this.#came - first.came) * 1000) / (at - first.at);
  }
}
