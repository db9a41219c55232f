/** Finding a plug-in's module and checking what it exports. Runs in the plug-in's thread. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { PLUGIN_API_VERSION, type SymbionPlugin } from "./plugin.ts";

/** Specifier that stands for the plug-in until it is found. */
const ENTRY = "symbion:plugin";

/** The door that plug-ins import; always this package's own, wherever the plug-in lies. */
const DOOR = "@symbion/edge/plugin";

/** Names that plug-ins may have: those of npm packages, lower case. */
const PLUGIN_NAME = /^(?=.{1,100}$)(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** A plug-in, or why it is none. */
export type Loaded =
  | { readonly ok: true; readonly plugin: SymbionPlugin<unknown> }
  | { readonly ok: false; readonly problem: string };

/**
 * Imports a plug-in. Package names are looked up as an import in the file at `base` would be.
 *
 * @param name Package name, or absolute path of a module or of a package's folder.
 * @param base URL of the configuration file.
 */
export async function loadPlugin(name: string, base: string): Promise<Loaded> {
  const place = isAbsolute(name) ? placeOf(name) : { specifier: name, parent: base };
  if (typeof place === "string") return { ok: false, problem: place };
  const door = new URL(
    import.meta.url.endsWith(".ts") ? "./plugin.ts" : "./plugin.js",
    import.meta.url,
  );
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === DOOR) return { url: door.href, shortCircuit: true };
      if (specifier !== ENTRY) return next(specifier, context);
      return next(place.specifier, { ...context, parentURL: place.parent });
    },
  });
  let module: Readonly<Record<string, unknown>>;
  try {
    module = (await import(ENTRY)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
    const text = error instanceof Error ? error.message : String(error);
    const hint = missing && !isAbsolute(name) ? `; install it: npm install ${name}` : "";
    return { ok: false, problem: `cannot be loaded: ${text.split("\n")[0]}${hint}` };
  }
  return check(name, module.plugin);
}

type Place = { readonly specifier: string; readonly parent: string };

/** Where a path leads, or why nowhere. */
function placeOf(path: string): Place | string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    return `expected a module or a package's folder, got no such file: ${path}`;
  const url = pathToFileURL(path).href;
  if (!found.isDirectory()) return { specifier: url, parent: url };
  const manifest = join(path, "package.json");
  const parent = pathToFileURL(manifest).href;
  if (existsSync(manifest)) {
    try {
      const { name, exports } = JSON.parse(readFileSync(manifest, "utf8")) as {
        readonly name?: unknown;
        readonly exports?: unknown;
      };
      // A package may import itself by its name: that reads its exports as they are meant.
      if (typeof name === "string" && exports !== undefined) return { specifier: name, parent };
    } catch (error) {
      return `package.json: expected JSON, got ${String(error)}`;
    }
  }
  try {
    const main = createRequire(manifest).resolve("./");
    return { specifier: pathToFileURL(main).href, parent };
  } catch {
    return `expected "exports", "main" or an index.js in ${path}, got none`;
  }
}

function check(name: string, value: unknown): Loaded {
  const refuse = (problem: string): Loaded => ({ ok: false, problem });
  if (typeof value !== "object" || value === null) {
    return refuse(`expected an export "plugin" made by definePlugin(), got ${typeof value}`);
  }
  const plugin = value as Readonly<Record<string, unknown>>;
  if (plugin.apiVersion !== PLUGIN_API_VERSION) {
    return refuse(
      `apiVersion: expected ${PLUGIN_API_VERSION}, got ${JSON.stringify(plugin.apiVersion)}`,
    );
  }
  if (typeof plugin.name !== "string" || !PLUGIN_NAME.test(plugin.name)) {
    return refuse(`name: expected that of an npm package, got ${JSON.stringify(plugin.name)}`);
  }
  if (!isAbsolute(name) && packageOf(name) !== plugin.name) {
    return refuse(`name: expected "${packageOf(name)}", its package's, got "${plugin.name}"`);
  }
  for (const key of Object.keys(plugin)) {
    if (!KEYS.includes(key)) return refuse(`expected one of ${KEYS.join(", ")}, got "${key}"`);
  }
  const parts = ["source", "operator", "sink"].filter((part) => plugin[part] !== undefined);
  if (parts.length === 0) return refuse("expected a source, an operator or a sink, got none");
  for (const part of [...parts, "checkOptions"]) {
    if (plugin[part] !== undefined && typeof plugin[part] !== "function") {
      return refuse(`${part}: expected a function, got ${typeof plugin[part]}`);
    }
  }
  const silence = plugin.maxSilenceSeconds;
  if (silence !== undefined && !(typeof silence === "number" && silence > 0)) {
    return refuse(`maxSilenceSeconds: expected a number above 0, got ${JSON.stringify(silence)}`);
  }
  return { ok: true, plugin: value as SymbionPlugin<unknown> };
}

const KEYS: readonly string[] = [
  "name",
  "apiVersion",
  "options",
  "checkOptions",
  "maxSilenceSeconds",
  "source",
  "operator",
  "sink",
];

/** `@scope/name/door` and `name/door` without the door. */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** The options as the plug-in takes them, or the first thing that is wrong with them. */
export async function checkOptions(
  plugin: SymbionPlugin<unknown>,
  given: Readonly<Record<string, unknown>>,
): Promise<{ readonly options: unknown } | { readonly problem: string }> {
  let options: unknown = given;
  if (plugin.options !== undefined) {
    const result = await plugin.options["~standard"].validate(given);
    const issue = result.issues?.[0];
    if (issue !== undefined) {
      const path = issue.path?.map((step) => String(typeof step === "object" ? step.key : step));
      return { problem: [["options", ...(path ?? [])].join("."), issue.message].join(": ") };
    }
    if (result.issues === undefined) options = result.value;
  } else if (plugin.checkOptions === undefined) {
    const [key] = Object.keys(given);
    if (key !== undefined) return { problem: `options.${key}: expected no options, got "${key}"` };
  }
  const [problem] = (await plugin.checkOptions?.(options)) ?? [];
  return problem === undefined ? { options } : { problem: `options: ${problem}` };
}
