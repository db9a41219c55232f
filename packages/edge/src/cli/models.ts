/** `symbion models pull|list|remove|verify`: the models that this machine has. */

import { UsageError } from "@symbion/core";
import {
  HubError,
  hubSettings,
  type Licence,
  type LocalModel,
  listModels,
  localModel,
  modelsFolder,
  type PullEvent,
  type PullProgress,
  pullModel,
  removeModel,
  verifyModel,
} from "@symbion/neural/node";

import { type Left, leaving } from "./leaving.ts";

/** Options of all `symbion models` commands. */
export type ModelsCommandOptions = { readonly folder?: string; readonly json?: true };

/** Options of `symbion models pull`. */
export type PullCommandOptions = ModelsCommandOptions & {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
};

/** Milliseconds between two lines of progress in NDJSON, and between two drawings of the bar. */
const LINE_MS = 500;
const DRAW_MS = 100;

/** Characters of the bar. */
const BAR = 24;

/** Pulls a model and prints what it is. Throws `UsageError` (exit code 2) saying what could not be had. */
export async function pullCommand(id: string, options: PullCommandOptions): Promise<void> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const show = options.json ? jsonProgress() : textProgress();
  let left: Left | null = null;
  try {
    left = await leaving(undefined, {
      ...{
        recipient: new URL(hubSettings().endpoint).host,
        route: "fetch",
        what: `the name of the model ${id}`,
      },
      purpose: "downloads a model",
    });
    const model = await pullModel(id, {
      models: options.folder ?? modelsFolder(),
      include: options.include,
      exclude: options.exclude,
      signal: abort.signal,
      onEvent: show.event,
    });
    left({ state: "sent" });
    show.end();
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ type: "done", ...described(model) })}\n`
        : `${model.id}: ${size(model.bytes)}, licence ${licenceText(model.licence)}, revision ${short(model)}, in ${model.folder}\n`,
    );
  } catch (error) {
    left?.({ state: "failed", reason: "it did not arrive as a whole" });
    show.end();
    if (abort.signal.aborted) {
      throw new UsageError(`${id}: stopped; what has arrived is kept for the next pull`, {
        cause: error,
      });
    }
    throw inWords(error);
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

/** Prints every pulled model; none is no failure. */
export async function listCommand(options: ModelsCommandOptions): Promise<void> {
  const folder = options.folder ?? modelsFolder();
  const models = await listModels(folder);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ folder, models: models.map(described) })}\n`);
    return;
  }
  if (models.length === 0) {
    process.stdout.write(`no models in ${folder}; "symbion models pull OWNER/NAME" pulls one\n`);
    return;
  }
  const rows = models.map((model) => [
    model.id,
    [short(model), ...model.refs].join(" "),
    size(model.bytes),
    licenceText(model.licence),
    model.complete ? "complete" : "incomplete",
  ]);
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)),
    [],
  );
  const lines = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  "));
  process.stdout.write(`${lines.map((line) => line.trimEnd()).join("\n")}\n`);
}

/** Removes a model and prints what that freed. Throws `UsageError` (exit code 2) where there is none. */
export async function removeCommand(id: string, options: ModelsCommandOptions): Promise<void> {
  try {
    const removed = await removeModel(options.folder ?? modelsFolder(), id);
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ id, ...removed })}\n`
        : `${id}: removed, ${size(removed.bytes)} freed\n`,
    );
  } catch (error) {
    throw inWords(error);
  }
}

/** Reads models' files again. Throws `UsageError` (exit code 2) that names the files that are wrong. */
export async function verifyCommand(
  id: string | undefined,
  options: ModelsCommandOptions,
): Promise<void> {
  const folder = options.folder ?? modelsFolder();
  const models = id === undefined ? await listModels(folder) : [await oneModel(folder, id)];
  const results: {
    id: string;
    revision: string;
    files: number;
    ok: boolean;
    problems: object[];
  }[] = [];
  const wrong: string[] = [];
  for (const model of models) {
    const problems = await verifyModel(model);
    wrong.push(...problems.map(({ path, problem }) => `${model.id}: ${path}: ${problem}`));
    const ok = problems.length === 0;
    results.push({
      id: model.id,
      revision: model.revision,
      files: model.files.length,
      ok,
      problems,
    });
    if (ok && !options.json) {
      process.stdout.write(`${model.id}: ${model.files.length} files as they were pulled\n`);
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ folder, models: results })}\n`);
  if (wrong.length === 0) return;
  const [first = ""] = wrong;
  const more = wrong.length === 1 ? "" : `; and ${wrong.length - 1} more (--json lists them)`;
  throw new UsageError(`${first}${more}`);
}

async function oneModel(folder: string, id: string): Promise<LocalModel> {
  const found = await localModel(folder, id).catch((error: unknown) => {
    throw inWords(error);
  });
  if (found === null) {
    throw new UsageError(`expected a model that has been pulled to ${folder}, got ${id}`);
  }
  return found;
}

function inWords(error: unknown): unknown {
  return error instanceof HubError ? new UsageError(error.message, { cause: error }) : error;
}

type Show = { readonly event: (event: PullEvent) => void; readonly end: () => void };

function jsonProgress(): Show {
  let last = Number.NEGATIVE_INFINITY;
  return {
    event(event) {
      if (event.type === "progress") {
        const now = performance.now();
        if (now - last < LINE_MS && event.bytes < event.total) return;
        last = now;
      }
      process.stdout.write(`${JSON.stringify(event)}\n`);
    },
    end() {},
  };
}

/** A bar where somebody looks, a line per file elsewhere; on stderr, so that stdout has the result only. */
function textProgress(): Show {
  const live = process.stderr.isTTY === true;
  let last = Number.NEGATIVE_INFINITY;
  let drawn = false;
  const clear = (): void => {
    if (drawn) process.stderr.write("\r\u001b[K");
    drawn = false;
  };
  const line = (text: string): void => {
    clear();
    process.stderr.write(`${text}\n`);
  };
  return {
    event(event) {
      if (event.type === "plan") {
        const here = event.present === 0 ? "" : `, ${size(event.present)} of them here already`;
        line(
          `${event.id}: ${event.files} files, ${size(event.bytes)}${here}; licence ${licenceText(event.licence)}`,
        );
      } else if (event.type === "waiting") {
        line("another process pulls this model: waiting for it");
      } else if (event.type === "retry") {
        line(`${event.file}: ${event.reason}; again in ${(event.afterMs / 1000).toFixed(1)} s`);
      } else if (event.type === "file") {
        if (!live) line(`${event.file}: ${size(event.size)}`);
      } else if (live && performance.now() - last >= DRAW_MS) {
        last = performance.now();
        process.stderr.write(`\r\u001b[K${progressBar(event, process.stderr.columns ?? 80)}`);
        drawn = true;
      }
    },
    end: clear,
  };
}

/** A line of progress that fits a terminal. */
export function progressBar(
  { bytes, total, rate, filesDone, files, file }: PullProgress,
  columns: number,
): string {
  const share = total === 0 ? 1 : Math.min(1, bytes / total);
  const full = Math.round(share * BAR);
  const left = rate > 0 ? `  ${duration((total - bytes) / rate)} left` : "";
  const parts = [
    `[${"#".repeat(full)}${".".repeat(BAR - full)}]`,
    `${Math.floor(share * 100)} %`,
    `${size(bytes)} of ${size(total)}`,
    `${size(rate)}/s${left}`,
    `${filesDone}/${files} files`,
    file,
  ];
  return parts.join("  ").slice(0, Math.max(1, columns - 1));
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return `${hours === 0 ? minutes : `${hours}:${two(minutes)}`}:${two(whole % 60)}`;
}

function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

function licenceText(licence: Licence | null): string {
  if (licence === null) return "unknown";
  const name = licence.name === undefined ? licence.id : `${licence.id} (${licence.name})`;
  return licence.link === undefined ? name : `${name}, ${licence.link}`;
}

function short({ revision }: LocalModel): string {
  return revision.slice(0, 8);
}

function described(model: LocalModel): object {
  const { id, revision, refs, licence, bytes, complete, folder, endpoint, pulledAt, files } = model;
  return { id, revision, refs, licence, bytes, complete, folder, endpoint, pulledAt, files };
}
