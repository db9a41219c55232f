/**
 * Reading `symbion.yaml`. One wrong line must not stop the rest: what cannot be used is left out (or goes on as it was
 * before, where there is a before) and becomes a problem with its line and column, which the node shows. Only a text
 * that is no YAML mapping at all is an error.
 */

import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type CameraArea, maskCredentials, UsageError, type WatchQuestion } from "@symbion/core";
import type { z } from "zod";
import { checkCompanion } from "./companion-check.ts";
import { defaultRules, emptyConfig } from "./defaults.ts";
import { checkMachines, type MachineSection } from "./machine-check.ts";
import { MACHINE_LIMITS, sourceKeys } from "./machine-schema.ts";
import type { MachinesConfig } from "./machine-types.ts";
import { describeIssue, dotted, kindOf, nearestKey, pattern } from "./messages.ts";
import {
  type Environment,
  NO_SECRETS,
  type Resolved,
  readSecrets,
  resolveReferences,
  type Secrets,
  secretsPath,
} from "./references.ts";
import { samplePath } from "./samples.ts";
import {
  type AreaValues,
  areaSchema,
  type CameraValues,
  cameraSchema,
  channelKeys,
  channelSchema,
  DEFAULT_RECORD,
  KNOWN_KEYS,
  keepShape,
  LIMITS,
  motionSchema,
  nodeShape,
  pluginSchema,
  type QuestionValues,
  questionSchema,
  recordSchema,
  recordWordSchema,
  ruleSchema,
  serverShape,
  storeShape,
} from "./schema.ts";
import { checkShare } from "./share-check.ts";
import { SHARE_LIMITS } from "./share-schema.ts";
import type {
  AlertRule,
  CameraConfig,
  CameraSource,
  ChannelConfig,
  DisabledCamera,
  NodeConfig,
  PluginConfig,
  RecordConfig,
} from "./types.ts";
import { omit, valueAt, withScalar } from "./values.ts";
import {
  keyAt,
  nodeAt,
  type Path,
  type Problem,
  readMapping,
  type YamlMapping,
} from "./yaml-text.ts";

type Raw = Readonly<Record<string, unknown>>;

/** The parts of a file that can be used, as they are written (references unresolved): a configuration without problems. */
export type GoodParts = {
  readonly node: Raw;
  readonly server: Raw;
  readonly store: Raw;
  readonly cameras: readonly Raw[];
  /** Undefined where there is no such section: then the default rule holds. */
  readonly alerts: readonly Raw[] | undefined;
  readonly channels: readonly Raw[];
  readonly plugins: readonly Raw[];
  readonly machines: Raw;
  /** Undefined where there is no such section. */
  readonly share: Raw | undefined;
  /** Undefined where there is no such section. */
  readonly companion: Raw | undefined;
};

/** A checked text. */
export type Checked = {
  readonly config: NodeConfig;
  readonly problems: readonly Problem[];
  readonly good: GoodParts;
  /** Checked values of single keys, by "server.port", for the next reading. */
  readonly fields: ReadonlyMap<string, unknown>;
  /** Values of secrets that are used, to be kept out of logs. */
  readonly secrets: readonly string[];
  /** `FILE:LINE:COLUMN` of a path. */
  readonly placeOf: (path: Path) => string;
};

/** What a text is checked with. */
export type CheckOptions = {
  readonly environment?: Environment;
  /** Default: those of the file beside the configuration. */
  readonly secrets?: Secrets;
  /** Base of relative paths; default: the folder of the file. */
  readonly folder?: string;
  /** What runs now: broken parts stay as they are in it. */
  readonly previous?: Checked | null;
};

/**
 * Reads and checks a configuration file. Throws `UsageError` where it cannot be read or is no YAML mapping.
 *
 * @param path The file; relative camera files are found beside it.
 * @param environment Values for `${NAME}`.
 */
export async function loadConfig(
  path: string,
  environment: Environment = process.env,
): Promise<NodeConfig> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const got = describeReadError(error);
    throw new UsageError(`${path}: expected a configuration file, got ${got}`, { cause: error });
  }
  return parseConfig(text, path, environment);
}

/** "no such file", "a directory" or the system's code, for messages. */
export function describeReadError(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT"
    ? "no such file"
    : code === "EISDIR"
      ? "a directory"
      : (code ?? "an error");
}

/**
 * Checks the text of a configuration; throws `UsageError` where it is no YAML mapping.
 *
 * @param name The file's name in messages and the base of relative paths; secrets are read from the file beside it.
 */
export function parseConfig(
  text: string,
  name: string,
  environment: Environment = process.env,
): NodeConfig {
  const checked = checkConfig(text, name, { environment });
  if ("broken" in checked) throw new UsageError(checked.broken.text);
  return checked.config;
}

/** Checks the text of a configuration without throwing; `name` as in {@link parseConfig}. */
export function checkConfig(
  text: string,
  name: string,
  options: CheckOptions = {},
): Checked | { readonly broken: Problem } {
  const mapping = readMapping(text, name);
  if ("broken" in mapping) return mapping;
  const secrets =
    options.secrets ?? (text.includes("${secret:") ? readSecrets(secretsPath(name)) : NO_SECRETS);
  const { environment = process.env, previous = null, folder = dirname(resolve(name)) } = options;
  return new Check(mapping, folder, environment, secrets, previous).run();
}

/** Lists whose entries stand and fall one by one. */
type ListSection =
  | "cameras"
  | "channels"
  | "alerts"
  | "plugins"
  | "share.releases"
  | MachineSection;

/** What has become of an entry of a list. */
type Outcome<T> = { readonly id: string; readonly value: T; readonly raw: Raw };

class Check {
  readonly #mapping: YamlMapping;
  readonly #folder: string;
  readonly #previous: Checked | null;
  readonly #raw: Raw;
  readonly #resolved: Resolved;
  readonly #secrets: Secrets;
  readonly #problems: { problem: Problem; readonly path: Path; kept: boolean }[] = [];
  readonly #fields = new Map<string, unknown>();
  /** Right spellings of misspelt keys, by the path of their mapping: what is missing there was complained about. */
  readonly #misspelt = new Map<string, Set<string>>();

  constructor(
    mapping: YamlMapping,
    folder: string,
    environment: Environment,
    secrets: Secrets,
    previous: Checked | null,
  ) {
    this.#mapping = mapping;
    this.#folder = folder;
    this.#previous = previous;
    this.#secrets = secrets;
    for (const problem of mapping.problems) this.#add(problem, []);
    this.#raw = this.#withoutUnknownKeys(mapping.value, []) as Raw;
    this.#resolved = resolveReferences(this.#raw, environment, secrets);
  }

  run(): Checked {
    const node = this.#section("node", nodeShape);
    const server = this.#section("server", serverShape);
    const store = this.#section("store", storeShape, ["keep"]);
    const keep = this.#section("store.keep", keepShape);
    const disabled: DisabledCamera[] = [];
    const cameras = this.#cameras(disabled);
    const channels = this.#entries("channels", (index, id, value) =>
      this.#channel(index, id, value),
    );
    const plugins = this.#entries("plugins", (index, _, value) => this.#plugin(index, value));
    const machines = this.#machines();
    const share = this.#share(cameras, machines.value);
    const companion = this.#companion();
    const usableChannels = channels.map(({ value }) => value);
    const rules = this.#rules(
      cameras,
      usableChannels,
      machines.value.fleet.map(({ id }) => id),
    );
    const problems = [
      ...this.#problems.toSorted((a, b) => a.problem.offset - b.problem.offset).map(told),
      ...this.#secrets.problems,
    ];
    const base = emptyConfig(this.#folder);
    const value = <T>(values: Raw, key: string, fallback: T): T =>
      (values[key] as T | undefined) ?? fallback;
    const data = value<string | null>(node.values, "data", null);
    const { days } = base.store;
    const config: NodeConfig = {
      name: value(node.values, "name", base.name),
      host: value(server.values, "host", base.host),
      port: value(server.values, "port", base.port),
      names: value(server.values, "names", base.names),
      cameras: cameras.map((camera) => camera.value),
      disabled,
      store: {
        folder: data === null ? base.store.folder : resolve(this.#folder, data),
        quotaBytes: value(store.values, "quota", base.store.quotaBytes),
        reserveBytes: value(store.values, "reserve", base.store.reserveBytes),
        days: {
          readings: value(keep.values, "readings", days.readings),
          insights: value(keep.values, "insights", days.insights),
          alerts: value(keep.values, "alerts", days.alerts),
          clips: value(keep.values, "clips", days.clips),
        },
      },
      rules: rules?.map((rule) => rule.value) ?? defaultRules(usableChannels, machines.value),
      channels: usableChannels,
      plugins: plugins.map((plugin) => plugin.value),
      machines: machines.value,
      share: share.value,
      companion: companion.value,
      problems: problems.map(({ text }) => text),
    };
    const { document } = this.#mapping;
    return {
      config,
      problems,
      fields: this.#fields,
      secrets: [...this.#resolved.used],
      good: {
        node: node.good,
        server: server.good,
        store: Object.keys(keep.good).length > 0 ? { ...store.good, keep: keep.good } : store.good,
        cameras: cameras.map(({ raw }) => raw),
        alerts: rules?.map(({ raw }) => raw),
        channels: channels.map(({ raw }) => raw),
        plugins: plugins.map(({ raw }) => raw),
        machines: machines.raw,
        share: share.raw,
        companion: companion.raw,
      },
      placeOf: (path) => this.#mapping.placeOf(nodeAt(document, path)?.range?.[0] ?? 0),
    };
  }

  /** Reports unknown keys of every mapping whose keys are known, and leaves them out. */
  #withoutUnknownKeys(value: unknown, path: Path): unknown {
    if (Array.isArray(value)) {
      return value.map((item, index) => this.#withoutUnknownKeys(item, [...path, index]));
    }
    if (typeof value !== "object" || value === null) return value;
    const place = pattern(path);
    const known =
      place === "channels.*"
        ? channelKeys((value as Raw).kind)
        : place === "machines.sources.*"
          ? sourceKeys((value as Raw).type)
          : (KNOWN_KEYS[place] ?? null);
    const copy: Record<string, unknown> = Object.create(null);
    for (const [key, item] of Object.entries(value)) {
      if (known === null || known.includes(key)) {
        copy[key] = this.#withoutUnknownKeys(item, [...path, key]);
      } else if (path.length > 0 || !key.startsWith("x-")) {
        this.#unknownKey(path, key, known);
      }
    }
    return copy;
  }

  #unknownKey(path: Path, key: string, known: readonly string[]): void {
    const nearest = nearestKey(key, known);
    const hint = nearest === null ? `known: ${known.join(", ")}` : `did you mean "${nearest}"?`;
    if (nearest !== null) {
      const at = JSON.stringify(path);
      this.#misspelt.set(at, (this.#misspelt.get(at) ?? new Set()).add(nearest));
    }
    const offset = keyAt(this.#mapping.document, path, key)?.range?.[0] ?? 0;
    const shown = key.length > 60 ? `${key.slice(0, 57)}...` : key;
    const text = `${dotted([...path, shown])}: unknown key; ${hint}`;
    this.#add(this.#mapping.problemAt(offset, text), [...path, key]);
  }

  /** Checks a mapping key by key; a wrong one has its last good value, or its default. */
  #section(
    name: "node" | "server" | "store" | "store.keep",
    shape: Readonly<Record<string, z.ZodType>>,
    others: readonly string[] = [],
  ): { values: Raw; good: Raw } {
    const path = name.split(".");
    const raw = valueAt(this.#raw, path);
    const values: Record<string, unknown> = {};
    const good: Record<string, unknown> = {};
    const before = this.#previous && (valueAt(this.#previous.good, path) as Raw | undefined);
    const keepField = (key: string): boolean => {
      if (!this.#previous?.fields.has(`${name}.${key}`)) return false;
      values[key] = this.#previous.fields.get(`${name}.${key}`);
      good[key] = before?.[key];
      this.#fields.set(`${name}.${key}`, values[key]);
      return true;
    };
    if (raw !== undefined && raw !== null && (typeof raw !== "object" || Array.isArray(raw))) {
      this.#report(path, `expected a mapping (keys with values), got ${kindOf(raw)}`);
      if (Object.keys(shape).map(keepField).includes(true)) this.#markKept(path);
      return { values, good };
    }
    for (const [key, written] of Object.entries((raw ?? {}) as Raw)) {
      if (others.includes(key)) continue;
      const result = this.#parse(shape[key] as z.ZodType, [...path, key]);
      if (result !== null) {
        values[key] = result.data;
        good[key] = written;
        this.#fields.set(`${name}.${key}`, result.data);
      } else if (keepField(key)) {
        this.#markKept([...path, key]);
      }
    }
    return { values, good };
  }

  /** Checks the value at a path; reports what is wrong with it and returns null. */
  #parse<T>(schema: z.ZodType<T>, path: Path, without: readonly string[] = []): { data: T } | null {
    const failures = this.#resolved.failures.filter(
      (failure) =>
        isWithin(failure.path, path) && !without.includes(String(failure.path[path.length])),
    );
    for (const failure of failures) this.#report(failure.path, failure.text);
    if (failures.length > 0) return null;
    let value = omit(valueAt(this.#resolved.value, path), without);
    let result = schema.safeParse(value);
    if (!result.success) {
      // A reference is a text; where a number or a flag is wanted, it is meant as one.
      const numbers = result.error.issues.filter((issue) =>
        this.#resolved.paths.has(JSON.stringify([...path, ...issue.path])),
      );
      if (numbers.length > 0) {
        value = structuredClone(value);
        for (const { path: at } of numbers) value = withScalar(value, at);
        const again = schema.safeParse(value);
        if (again.success) result = again;
      }
    }
    if (result.success) return { data: result.data };
    this.#issues(result.error, path);
    return null;
  }

  #issues(error: z.ZodError, base: Path): void {
    for (const issue of error.issues) {
      const path = [...base, ...issue.path.filter((step) => typeof step !== "symbol")];
      const got = valueAt(this.#raw, path);
      if (got === undefined && this.#wasMisspelt(path)) continue;
      if (issue.code === "custom" && issue.path.length === 0 && typeof got === "object") {
        const misspelt = this.#misspelt.get(JSON.stringify(path));
        if (misspelt !== undefined && [...misspelt].some((key) => issue.message.includes(key))) {
          continue;
        }
        const keys = Object.keys(got ?? {}).join(", ");
        this.#report(path, `expected ${issue.message}, got the keys ${keys}`);
        continue;
      }
      this.#report(path, describeIssue(issue, path, got));
    }
  }

  #wasMisspelt(path: Path): boolean {
    const key = path.at(-1);
    return (
      typeof key === "string" &&
      (this.#misspelt.get(JSON.stringify(path.slice(0, -1)))?.has(key) ?? false)
    );
  }

  /** Entries of a list that can be used, each under an id of its own. */
  #entries<T>(
    section: ListSection,
    read: (index: number, id: string, raw: Raw) => { value: T; raw: Raw } | null,
    onBroken: (id: string, index: number, reason: string) => void = () => {},
  ): Outcome<T>[] {
    const place = section.split(".");
    const list = valueAt(this.#raw, place) ?? [];
    const idKey = section === "plugins" ? "package" : "id";
    const before = this.#before<T>(section, idKey);
    if (!Array.isArray(list)) {
      this.#noList(section, list);
      if (before.length > 0) this.#markKept(place);
      return before;
    }
    const most = { ...LIMITS, ...MACHINE_LIMITS, ...SHARE_LIMITS }[section];
    const outcomes: Outcome<T>[] = [];
    for (const [index, raw] of list.entries()) {
      const path = [...place, index];
      const written = valueAt(this.#resolved.value, [...path, idKey]);
      const id = typeof written === "string" ? written : "";
      if (id !== "" && outcomes.some((other) => other.id === id)) {
        this.#twice([...path, idKey]);
      } else if (outcomes.length >= most) {
        this.#report(path, `expected at most ${most} entries, got one more`);
      } else {
        const result = read(index, id, raw as Raw);
        const kept = before.find((other) => other.id === id);
        if (result !== null) {
          outcomes.push({ id, ...result });
          continue;
        }
        if (kept !== undefined) {
          this.#markKept(path);
          outcomes.push(kept);
          continue;
        }
      }
      onBroken(id, index, this.#firstOf(path));
    }
    return outcomes;
  }

  #noList(section: string, got: unknown): void {
    this.#report(section.split("."), `expected a list ("- …" per entry), got ${kindOf(got)}`);
  }

  #twice(path: Path): void {
    const shown = JSON.stringify(valueAt(this.#raw, path));
    this.#report(path, `expected an id of its own, got ${shown} again`);
  }

  /** What a list held before, by id. */
  #before<T>(section: ListSection, idKey: string): Outcome<T>[] {
    if (this.#previous === null) return [];
    const { config, good } = this.#previous;
    if (section === "alerts" && good.alerts === undefined) return [];
    const path = section === "alerts" ? ["rules"] : section.split(".");
    const values = (valueAt(config, path) ?? []) as readonly unknown[];
    const raws = (valueAt(good, section.split(".")) ?? []) as readonly Raw[];
    return values.map((value, index) => ({
      id: String((value as Raw)[idKey]),
      value: value as T,
      raw: raws[index] ?? {},
    }));
  }

  #machines(): { readonly value: MachinesConfig; readonly raw: Raw } {
    const previous = this.#previous;
    return checkMachines({
      written: valueAt(this.#raw, ["machines"]),
      folder: this.#folder,
      previous:
        previous === null ? null : { value: previous.config.machines, raw: previous.good.machines },
      entries: (section, read) => this.#entries(section, read),
      parse: (schema, path) => this.#parse(schema, path),
      references: (path, ids, known, what) => this.#references(path, ids, known, what),
      named: (path) => this.#idsIn(path),
      report: (path, text) => this.#report(path, text),
      markKept: (path) => this.#markKept(path),
    });
  }

  #share(
    cameras: readonly Outcome<CameraConfig>[],
    machines: MachinesConfig,
  ): ReturnType<typeof checkShare> {
    const previous = this.#previous;
    return checkShare({
      written: valueAt(this.#raw, ["share"]),
      previous:
        previous === null ? null : { value: previous.config.share, raw: previous.good.share },
      entries: (section, read) => this.#entries(section, read),
      parse: (schema, path) => this.#parse(schema, path),
      references: (path, ids, known, what) => this.#references(path, ids, known, what),
      cameras: new Set([...this.#idsIn(["cameras"]), ...cameras.map(({ id }) => id)]),
      // Sources may bring machines of their own, which nobody has to list.
      machines:
        machines.sources.length > 0
          ? null
          : new Set([...this.#idsIn(["machines", "fleet"]), ...machines.fleet.map(({ id }) => id)]),
      report: (path, text) => this.#report(path, text),
      markKept: (path) => this.#markKept(path),
    });
  }

  #companion(): ReturnType<typeof checkCompanion> {
    const previous = this.#previous;
    return checkCompanion({
      written: valueAt(this.#raw, ["companion"]),
      folder: this.#folder,
      previous:
        previous === null
          ? null
          : { value: previous.config.companion, raw: previous.good.companion },
      parse: (schema, path) => this.#parse(schema, path),
      report: (path, text) => this.#report(path, text),
      markKept: (path) => this.#markKept(path),
    });
  }

  #cameras(disabled: DisabledCamera[]): Outcome<CameraConfig>[] {
    return this.#entries(
      "cameras",
      (index, id, raw) => this.#camera(index, id, raw),
      (id, index, reason) => {
        const usable = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(id);
        const label = usable ? id : `camera-${index + 1}`;
        disabled.push({ id: label, name: label, reason });
      },
    );
  }

  #camera(index: number, id: string, raw: Raw): { value: CameraConfig; raw: Raw } | null {
    const path = ["cameras", index];
    const result = this.#parse<CameraValues>(cameraSchema, path, [
      "areas",
      "questions",
      "motion",
      "record",
    ]);
    if (result === null) return null;
    const before = this.#previous?.config.cameras.findIndex((camera) => camera.id === id) ?? -1;
    const old = before < 0 ? null : (this.#previous?.config.cameras[before] ?? null);
    const oldRaw = before < 0 ? {} : (this.#previous?.good.cameras[before] ?? {});
    const good: Record<string, unknown> = { ...raw };
    const part = <T>(key: "motion" | "record", read: () => T, was: T): T => {
      const start = this.#problems.length;
      const value = read();
      if (this.#problems.length > start) {
        if (old !== null) this.#markKept([...path, key]);
        if (old !== null && oldRaw[key] !== undefined) good[key] = oldRaw[key];
        else delete good[key];
        return was;
      }
      return value;
    };
    const { name, url, file, sample, loop, realtime } = result.data;
    const motion = part(
      "motion",
      () => this.#motion([...path, "motion"], raw.motion),
      old === null ? { sensitivity: "normal" as const } : old.motion,
    );
    const record = part(
      "record",
      () => this.#record([...path, "record"], raw.record),
      old === null ? DEFAULT_RECORD : old.record,
    );
    const areas = this.#areas(path, raw.areas, old?.areas ?? [], oldRaw);
    if (raw.areas !== undefined) good.areas = areas.map((area) => area.raw);
    const questions = this.#questions(path, raw.questions, old?.questions ?? [], oldRaw);
    if (raw.questions !== undefined) good.questions = questions.map((question) => question.raw);
    const source: CameraSource =
      url !== undefined
        ? { url }
        : { file: sample === undefined ? resolve(this.#folder, file ?? "") : samplePath(sample) };
    return {
      value: {
        id,
        name: name ?? id,
        source,
        loop: loop ?? true,
        realtime: realtime ?? true,
        simulated: sample !== undefined,
        areas: areas.map((area) => area.value),
        questions: questions.map((question) => question.value),
        motion,
        record,
      },
      raw: good,
    };
  }

  #motion(path: Path, written: unknown): CameraConfig["motion"] {
    if (written === undefined) return { sensitivity: "normal" };
    const sensitivity = this.#parse(motionSchema, path)?.data ?? null;
    return sensitivity === null ? null : { sensitivity };
  }

  #record(path: Path, written: unknown): RecordConfig | null {
    if (written === undefined) return DEFAULT_RECORD;
    if (typeof written !== "object" || written === null) {
      return this.#parse(recordWordSchema, path)?.data ?? null;
    }
    const values = this.#parse(recordSchema, path)?.data;
    return {
      kinds: values?.on ?? DEFAULT_RECORD.kinds,
      before: values?.before ?? DEFAULT_RECORD.before,
      after: values?.after ?? DEFAULT_RECORD.after,
    };
  }

  #areas(
    camera: Path,
    written: unknown,
    old: readonly CameraArea[],
    oldRaw: Raw,
  ): { value: CameraArea; raw: unknown }[] {
    return this.#parts<AreaValues, CameraArea>(camera, written, old, oldRaw, {
      ...{ key: "areas", schema: areaSchema, read: areaConfig },
    });
  }

  #questions(
    camera: Path,
    written: unknown,
    old: readonly WatchQuestion[],
    oldRaw: Raw,
  ): { value: WatchQuestion; raw: unknown }[] {
    return this.#parts<QuestionValues, WatchQuestion>(camera, written, old, oldRaw, {
      ...{ key: "questions", schema: questionSchema, read: questionConfig },
    });
  }

  /** A list of a camera, entry by entry: a wrong one is left out, or stays as it was. */
  #parts<V, T extends { readonly id: string }>(
    camera: Path,
    written: unknown,
    old: readonly T[],
    oldRaw: Raw,
    kind: {
      readonly key: "areas" | "questions";
      readonly schema: z.ZodType<V>;
      readonly read: (values: V) => T;
    },
  ): { value: T; raw: unknown }[] {
    const { key, schema, read } = kind;
    const oldList = oldRaw[key];
    const oldRaws = Array.isArray(oldList) ? oldList : [];
    const before = old.map((value, index) => ({ value, raw: oldRaws[index] as unknown }));
    if (written === undefined || written === null) return [];
    if (!Array.isArray(written)) {
      this.#report([...camera, key], `expected a list, got ${kindOf(written)}`);
      if (before.length > 0) this.#markKept([...camera, key]);
      return before;
    }
    const entries: { value: T; raw: unknown }[] = [];
    for (const [index, raw] of written.entries()) {
      const path = [...camera, key, index];
      const id = valueAt(this.#resolved.value, [...path, "id"]);
      if (entries.some(({ value }) => value.id === id)) {
        this.#twice([...path, "id"]);
        continue;
      }
      if (entries.length >= LIMITS[key]) {
        this.#report(path, `expected at most ${LIMITS[key]} ${key}, got one more`);
        continue;
      }
      const parsed = this.#parse(schema, path);
      const kept = before.find(({ value }) => value.id === id);
      if (parsed !== null) {
        entries.push({ value: read(parsed.data), raw });
      } else if (kept !== undefined) {
        this.#markKept(path);
        entries.push(kept);
      }
    }
    return entries;
  }

  #channel(index: number, id: string, raw: Raw): { value: ChannelConfig; raw: Raw } | null {
    const data = this.#parse(channelSchema, ["channels", index])?.data;
    if (data === undefined) return null;
    switch (data.kind) {
      case "webpush": {
        // Push services want an address to complain to, and take this one.
        const contact = data.contact ?? "mailto:symbion@example.org";
        return { raw, value: { id, kind: "webpush", contact } };
      }
      case "webhook": {
        const { url, secret = null, headers = {} } = data;
        return { raw, value: { id, kind: "webhook", url, secret, headers } };
      }
      case "mqtt": {
        const { url, topic = "symbion", discovery = "homeassistant" } = data;
        return { raw, value: { id, kind: "mqtt", url, topic, discovery } };
      }
      case "email": {
        const { url, from, to } = data;
        return { raw, value: { id, kind: "email", url, from, to } };
      }
    }
  }

  #plugin(index: number, raw: Raw): { value: PluginConfig; raw: Raw } | null {
    const data = this.#parse(pluginSchema, ["plugins", index])?.data;
    if (data === undefined) return null;
    // A copy with ordinary prototypes: the plug-in is code of somebody else.
    return { raw, value: { package: data.package, options: structuredClone(data.options ?? {}) } };
  }

  /** Rules, or undefined where the file has none and the default holds. */
  #rules(
    cameras: readonly Outcome<CameraConfig>[],
    channels: readonly ChannelConfig[],
    machines: readonly string[],
  ): Outcome<AlertRule>[] | undefined {
    const written = valueAt(this.#raw, ["alerts"]);
    if (written === undefined || written === null) return undefined;
    if (!Array.isArray(written) && this.#previous?.good.alerts === undefined) {
      this.#noList("alerts", written);
      return undefined;
    }
    const usable = new Set(channels.map(({ id }) => id));
    const known = this.#namedIds(cameras, usable, machines);
    const rules = this.#entries<AlertRule>("alerts", (index, id, raw) => {
      const path = ["alerts", index];
      const data = this.#parse(ruleSchema, path)?.data;
      if (data === undefined) return null;
      const of = this.#references(
        [...path, "cameras"],
        data.cameras ?? [],
        known.cameras,
        machines.length > 0 ? "camera or machine" : "camera",
      );
      if (of === null) return null;
      const inAreas = known.areas(of);
      const areas = this.#references(
        [...path, "areas"],
        data.areas ?? [],
        inAreas,
        of.length > 0 ? `zone or line of ${of.join(", ")}` : "zone or line",
      );
      if (areas === null) return null;
      const told = data.notify ?? [...usable];
      const notify = this.#references([...path, "notify"], told, known.channels, "channel") ?? [];
      const value: AlertRule = {
        id,
        name: data.name ?? id,
        severity: data.severity ?? "warning",
        kinds: data.when,
        cameras: of,
        areas,
        minScore: data["min-score"] ?? 0,
        holdSeconds: data.hold ?? 0,
        clearSeconds: data.clear ?? 10,
        cooldownSeconds: data.cooldown ?? 60,
        quiet: data.quiet ?? [],
        notify,
        notifyResolved: data["notify-resolved"] ?? false,
      };
      return { value, raw: narrowed(raw, data, { cameras: of, areas, notify }) };
    });
    // Rules that stay as they were may name what is gone, and no rule may name a channel that cannot be used. One that
    // names none tells all that there are now.
    return rules.flatMap(({ id, value, raw }) => {
      const of = value.cameras.filter((camera) => known.cameras.has(camera));
      const areas = value.areas.filter((area) => known.areas(of).has(area));
      const lost =
        (value.cameras.length > 0 && of.length === 0) ||
        (value.areas.length > 0 && areas.length === 0);
      const notify =
        raw.notify === undefined
          ? [...usable]
          : value.notify.filter((channel) => usable.has(channel));
      if (lost) return [];
      const left = { cameras: of, areas, notify };
      return [{ id, value: { ...value, ...left }, raw: narrowed(raw, value, left) }];
    });
  }

  /** Ids that stand in the file, of broken entries as well: a rule for a broken camera has one problem, not two. */
  #namedIds(
    cameras: readonly Outcome<CameraConfig>[],
    usable: ReadonlySet<string>,
    machines: readonly string[],
  ): {
    readonly cameras: ReadonlySet<string>;
    readonly channels: ReadonlySet<string>;
    readonly areas: (of: readonly string[]) => ReadonlySet<string>;
  } {
    const areas = new Map<string, string[]>();
    for (const { id, areas: list } of this.#namedIn(["cameras"])) {
      const drawn = (Array.isArray(list) ? list : []).flatMap((area: unknown) => {
        const { id: areaId, kind } = (area ?? {}) as Raw;
        return typeof areaId === "string" && kind !== "ignore" ? [areaId] : [];
      });
      if (typeof id === "string") areas.set(id, [...(areas.get(id) ?? []), ...drawn]);
    }
    for (const { id, value } of cameras) {
      const drawn = value.areas.filter(({ kind }) => kind !== "ignore").map((area) => area.id);
      areas.set(id, [...(areas.get(id) ?? []), ...drawn]);
    }
    return {
      cameras: new Set([
        ...this.#idsIn(["cameras"]),
        ...cameras.map(({ id }) => id),
        ...this.#idsIn(["machines", "fleet"]),
        ...machines,
      ]),
      channels: new Set([...this.#idsIn(["channels"]), ...usable]),
      areas: (of) =>
        new Set(
          [...areas].flatMap(([id, list]) => (of.length === 0 || of.includes(id) ? list : [])),
        ),
    };
  }

  /** Entries of a list that are mappings, usable or not. */
  #namedIn(path: Path): Raw[] {
    const list = valueAt(this.#resolved.value, path);
    return Array.isArray(list)
      ? list.filter((item) => typeof item === "object" && item !== null)
      : [];
  }

  #idsIn(path: Path): string[] {
    return this.#namedIn(path).flatMap(({ id }) => (typeof id === "string" ? [id] : []));
  }

  /** Leaves out and reports ids that name nothing; null where none is left of some. */
  #references(
    path: Path,
    ids: readonly string[],
    known: ReadonlySet<string>,
    what: string,
  ): readonly string[] | null {
    const usable = ids.filter((id) => known.has(id));
    for (const id of ids) {
      if (known.has(id)) continue;
      const list = valueAt(this.#resolved.value, path);
      const index = Array.isArray(list) ? list.indexOf(id) : -1;
      const at = index < 0 ? path : [...path, index];
      const nearest = nearestKey(id, [...known]);
      const hint =
        nearest !== null
          ? `; did you mean "${nearest}"?`
          : known.size > 0 && known.size <= 12
            ? `; known: ${[...known].join(", ")}`
            : "";
      const got = JSON.stringify(valueAt(this.#raw, at));
      this.#report(at, `expected the id of a ${what}, got ${got}${hint}`);
    }
    return ids.length > 0 && usable.length === 0 ? null : usable;
  }

  #report(path: Path, text: string): void {
    const offset = nodeAt(this.#mapping.document, path)?.range?.[0] ?? 0;
    this.#add(this.#mapping.problemAt(offset, `${dotted(path)}: ${text}`), path);
  }

  #add(problem: Problem, path: Path): void {
    this.#problems.push({ problem, path, kept: false });
  }

  /** Notes that what is at a path goes on as it was, in spite of its problems. */
  #markKept(path: Path): void {
    for (const entry of this.#problems) if (isWithin(entry.path, path)) entry.kept = true;
  }

  /** The first problem of what is at a path, as people see it. */
  #firstOf(path: Path): string {
    const first = this.#problems.find((entry) => isWithin(entry.path, path));
    return first === undefined ? "" : told(first).text;
  }
}

function isWithin(path: Path, parent: Path): boolean {
  return parent.every((step, index) => path[index] === step);
}

function told({ problem, kept }: { problem: Problem; kept: boolean }): Problem {
  return {
    text: maskCredentials(problem.text) + (kept ? " (it stays as it was)" : ""),
    kind: maskCredentials(problem.kind),
    offset: problem.offset,
  };
}

/** An area's entry with its defaults. */
function areaConfig({ id, name, kind, points, dwell, direction }: AreaValues): CameraArea {
  return {
    id,
    name: name ?? id,
    kind,
    points,
    dwellSeconds: dwell ?? null,
    direction: direction ?? "both",
  };
}

/** A question's entry with its defaults. */
function questionConfig({ id, ask, every }: QuestionValues): WatchQuestion {
  return { id, ask: ask.trim(), every: every ?? 0 };
}

/** What a rule names. */
type RuleNames<None = never> = Readonly<
  Record<"cameras" | "areas" | "notify", readonly string[] | None>
>;

/** A rule as written, without the names that were left out: it names no more than its value does. */
function narrowed(raw: Raw, named: Partial<RuleNames<undefined>>, left: RuleNames): Raw {
  const fewer = (["cameras", "areas", "notify"] as const).filter(
    (key) => raw[key] !== undefined && left[key].length < (named[key]?.length ?? 0),
  );
  return { ...raw, ...Object.fromEntries(fewer.map((key) => [key, left[key]])) };
}
