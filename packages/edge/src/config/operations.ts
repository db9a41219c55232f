/** Edits of a configuration as the page wants them, as changes of the text. */

import { isDeepStrictEqual } from "node:util";
import { type CameraArea, type CameraEdit, maskCredentials } from "@symbion/core";
import { defaultRules } from "./defaults.ts";
import { TextEdit, type Value } from "./edit.ts";
import { escapeReferences, hasReference, SECRETS_FILE, type Secrets } from "./references.ts";
import { sampleCameras } from "./samples.ts";
import { DEFAULT_RECORD, KNOWN_KEYS } from "./schema.ts";
import type { AlertRule, MotionConfig, NodeConfig, RecordConfig } from "./types.ts";
import { writeDuration } from "./units.ts";
import type { Path } from "./yaml-text.ts";

/** What of a camera's entry is to change; only what is there changes. */
export type CameraChange = {
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly file?: string | undefined;
  /** Null: off. */
  readonly motion?: MotionConfig | null | undefined;
  /** What is left out of it stays as it is; null: off. */
  readonly record?:
    | { readonly [Key in keyof RecordConfig]?: RecordConfig[Key] | undefined }
    | null
    | undefined;
};

/**
 * A change of the configuration; entries are named by their id, as it is written.
 *
 * A password that stands in an address, and the secret of a webhook, go into the secrets file with a reference in their
 * place, unless `separateSecrets` is false. An address or secret that comes back as it is, or masked as it was shown,
 * stays. `${NAME}` and `${secret:NAME}` are references in addresses and in entries of rules and channels; in names of
 * cameras and areas they stand for themselves.
 */
export type ConfigEdit =
  /** The whole text; with `force` even if it is broken. */
  | { readonly kind: "set-text"; readonly text: string; readonly force?: boolean | undefined }
  | {
      readonly kind: "add-camera";
      readonly camera: CameraEdit;
      readonly separateSecrets?: boolean | undefined;
    }
  | {
      readonly kind: "change-camera";
      readonly id: string;
      readonly change: CameraChange;
      readonly separateSecrets?: boolean | undefined;
    }
  | { readonly kind: "remove-camera"; readonly id: string }
  /** All areas of a camera. */
  | {
      readonly kind: "set-areas";
      readonly id: string;
      readonly areas: readonly CameraArea[];
    }
  /** Adds a rule or channel, or changes the one of its id: `entry` holds all its keys as in the file, without its id. */
  | {
      readonly kind: "set-rule" | "set-channel";
      readonly id: string;
      readonly entry: Readonly<Record<string, unknown>>;
      readonly separateSecrets?: boolean | undefined;
    }
  | { readonly kind: "remove-rule" | "remove-channel"; readonly id: string };

/** What an edit starts from. */
export type EditContext = {
  /** Name of the file in messages. */
  readonly name: string;
  /** The text, checked; null where it is no YAML. */
  readonly config: NodeConfig | null;
  readonly secrets: Secrets;
  /** Text of the secrets file, or null if there is none. */
  readonly secretsText: string | null;
};

/** What an edit comes to: a new text (and secrets that go with it), or the reason why there is none. */
export type Edited =
  | {
      readonly text: string;
      /** New text of the secrets file, or null if it stays. */
      readonly secretsText: string | null;
      readonly secrets: ReadonlyMap<string, string>;
    }
  /** `missing`: there is no entry of that id. */
  | { readonly problem: string; readonly missing: boolean };

const HEADER = `# Configuration of this Symbion node. The page edits this file, too, and keeps what you write, comments included.
# What is saved takes effect at once. A wrong line disables only its own part; the page shows where and why.
#
#   symbion config check     says what is wrong in this file
#   symbion config --help    shows an example with every section
#   symbion config schema    describes every key. For completion in an editor: symbion config schema > symbion.schema.json,
#                            and as the first line here: # yaml-language-server: $schema=symbion.schema.json
#
# Passwords belong into ${SECRETS_FILE} beside this file and are written here as \${secret:NAME}.
`;

/**
 * The text of a file that is made by the first edit. With the samples (the edit is about them, or about something else)
 * the simulated cameras stay; without (the first camera of one's own is added) they go, and a comment says how to have
 * them back.
 */
export function newFile(samples: boolean): string {
  if (!samples) {
    return `${HEADER}#
# The simulated scenes are shown only until there is a camera. To have them back, add to the cameras:
#   - { id: yard, name: Front yard, sample: yard }
#   - { id: plain, name: Plain scene, sample: plain, questions: [{ id: what, ask: What happened? }] }
# and the simulated machines with
#   machines: { sources: [{ id: fleet, type: sample }] }
# and the companion's simulated model and cases with
#   companion: { upstream: sample, crm: { kind: sample } }

`;
  }
  const edit = new TextEdit(`${HEADER}
# These cameras, machines, the companion's model and its cases are simulated: take them out when you have some of your own.
`);
  edit.set(
    [],
    "cameras",
    sampleCameras().map(({ id, name, areas, questions }) => ({
      id,
      name,
      sample: id,
      areas: areas.map((area) => areaEntry(area)),
      questions: questions.map(({ id: of, ask }) => ({ id: of, ask })),
    })),
  );
  edit.set([], "machines", { sources: [{ id: "fleet", type: "sample" }] });
  edit.set([], "companion", { upstream: "sample", crm: { kind: "sample" } });
  return edit.text;
}

const SECRETS_HEADER = `# Passwords and other secrets of the configuration beside this file, NAME: VALUE. They are used there as \${secret:NAME}.
# Only its owner may read this file (mode 600). It is in no backup that is shared and in no support bundle.
`;

/** Applies an edit to a text. Problems name the file, and hold no secrets. */
export function applyEdit(text: string, operation: ConfigEdit, context: EditContext): Edited {
  if (operation.kind === "set-text") {
    return { text: operation.text, secretsText: null, secrets: new Map() };
  }
  return new Operation(text, context).run(operation);
}

type Entry = { readonly [key: string]: Value | undefined };

const CAMERA_ORDER = KNOWN_KEYS["cameras.*"] ?? [];
const AREA_ORDER = KNOWN_KEYS["cameras.*.areas.*"] ?? [];

class Operation {
  readonly #edit: TextEdit;
  readonly #context: EditContext;
  readonly #secrets = new Map<string, string>();
  #problem: string | null = null;
  #missing = false;

  constructor(text: string, context: EditContext) {
    this.#edit = new TextEdit(text);
    this.#context = context;
  }

  run(operation: Exclude<ConfigEdit, { kind: "set-text" }>): Edited {
    switch (operation.kind) {
      case "add-camera":
        this.#addCamera(operation.camera, operation.separateSecrets ?? true);
        break;
      case "change-camera":
        this.#changeCamera(operation.id, operation.change, operation.separateSecrets ?? true);
        break;
      case "set-areas":
        this.#setAreas(operation.id, operation.areas);
        break;
      case "set-rule":
        this.#writeDefaultRules();
        this.#setEntry("alerts", operation.id, operation.entry, false);
        break;
      case "set-channel":
        this.#setEntry(
          "channels",
          operation.id,
          operation.entry,
          operation.separateSecrets ?? true,
        );
        break;
      case "remove-camera":
        this.#removeEntry("cameras", operation.id);
        break;
      case "remove-channel":
        this.#removeEntry("channels", operation.id);
        break;
      case "remove-rule":
        this.#writeDefaultRules();
        this.#removeEntry("alerts", operation.id);
        break;
    }
    const secretsText = this.#writeSecrets();
    if (this.#problem !== null) {
      return { problem: `${this.#context.name}: ${this.#problem}`, missing: this.#missing };
    }
    return { text: this.#edit.text, secretsText, secrets: this.#secrets };
  }

  #addCamera({ id, name, url, file }: CameraEdit, separate: boolean): void {
    const entry: Record<string, Value> = { id };
    if (name !== undefined && name !== id) entry.name = escapeReferences(name);
    if (url !== undefined) entry.url = this.#address(url, id, separate);
    if (file !== undefined) entry.file = escapeReferences(file);
    this.#done(this.#edit.append(["cameras"], entry), "cameras");
  }

  #changeCamera(id: string, change: CameraChange, separate: boolean): void {
    const path = this.#entry("cameras", id, "camera");
    if (path === null) return;
    const old = this.#context.config?.cameras.find((camera) => camera.id === id);
    const wanted: Record<string, Value | undefined> = {};
    const { name, url, file, motion, record } = change;
    if (name !== undefined && name !== old?.name) {
      wanted.name = name === id ? undefined : escapeReferences(name);
    }
    const address = old !== undefined && "url" in old.source ? old.source.url : null;
    if (url !== undefined && !this.#isSame([...path, "url"], url, address)) {
      wanted.file = wanted.sample = wanted.loop = wanted.realtime = undefined;
      wanted.url = this.#address(url, id, separate);
    }
    if (file !== undefined && !this.#isSame([...path, "file"], file, null)) {
      wanted.url = wanted.sample = undefined;
      wanted.file = escapeReferences(file);
    }
    if (motion !== undefined && !isDeepStrictEqual(motion, old?.motion)) {
      const word = motion === null ? "off" : motion.sensitivity;
      wanted.motion = word === "normal" ? undefined : word;
    }
    if (record !== undefined) {
      const before = old?.record ?? DEFAULT_RECORD;
      const next = record === null ? null : { ...before, ...defined(record) };
      if (!isDeepStrictEqual(next, old?.record)) wanted.record = recordEntry(next);
    }
    this.#patch(path, wanted, CAMERA_ORDER);
  }

  #setAreas(id: string, areas: readonly CameraArea[]): void {
    const camera = this.#entry("cameras", id, "camera");
    if (camera === null) return;
    const path = [...camera, "areas"];
    const old = this.#context.config?.cameras.find((entry) => entry.id === id)?.areas ?? [];
    const written = this.#ids(path);
    const kept = written.filter((area) => areas.some((other) => other.id === area));
    const inOrder = areas.slice(0, kept.length).every((area, index) => area.id === kept[index]);
    if (!inOrder || new Set(written).size < written.length) {
      // Another order: the list is written anew.
      const entries = areas.map(areaEntry);
      if (!this.#done(this.#edit.set(camera, "areas", entries, CAMERA_ORDER), path)) return;
      return;
    }
    for (let index = written.length - 1; index >= 0; index--) {
      if (areas.some((area) => area.id === written[index])) continue;
      if (!this.#done(this.#edit.removeItem(path, index), path)) return;
    }
    for (const [index, area] of areas.entries()) {
      if (index >= kept.length) {
        if (!this.#done(this.#edit.append(path, areaEntry(area)), path)) return;
        continue;
      }
      const was = old.find((entry) => entry.id === area.id);
      const entry = areaEntry(area);
      const before = was === undefined ? {} : areaEntry(was);
      this.#patch([...path, index], changes(before, entry, AREA_ORDER), AREA_ORDER);
    }
  }

  /** Writes all keys of an entry that differ; the id is the only one that is not in `entry`. */
  #setEntry(
    section: "alerts" | "channels",
    id: string,
    entry: Readonly<Record<string, unknown>>,
    separate: boolean,
  ): void {
    const path = this.#find(section, id);
    const written =
      path === null ? {} : (this.#edit.valueAt(path) as Readonly<Record<string, unknown>>);
    const wanted: Record<string, Value | undefined> = {};
    for (const [key, value] of Object.entries(entry)) {
      if (key === "id" || value === undefined) continue;
      wanted[key] = this.#entryValue(section, id, path, key, value as Value, separate);
    }
    if (path === null) {
      this.#done(this.#edit.append([section], { id, ...wanted }), section);
      return;
    }
    const keys = [...new Set([...Object.keys(written), ...Object.keys(wanted)])];
    const order = ["id", ...Object.keys(wanted)];
    this.#patch(path, changes({ ...written, id } as Entry, { ...wanted, id }, keys), order);
  }

  /** A value as it goes into the file: secrets that came back stay, new ones go into the secrets file. */
  #entryValue(
    section: "alerts" | "channels",
    id: string,
    path: Path | null,
    key: string,
    value: Value,
    separate: boolean,
  ): Value {
    if (section === "alerts" || typeof value !== "string") return value;
    if (key !== "url" && key !== "secret") return value;
    const was = this.#context.config?.channels.find((other) => other.id === id);
    const current = was === undefined ? undefined : (was as Readonly<Record<string, unknown>>)[key];
    if (path !== null && this.#isSame([...path, key], value, current)) {
      return String(this.#edit.valueAt([...path, key]));
    }
    if (key === "url") return this.#address(value, id, separate);
    return separate && !hasReference(value) ? this.#keepSecret(`${id}-secret`, value) : value;
  }

  /** The default rule goes into the file when rules are edited: it must not vanish unasked. */
  #writeDefaultRules(): void {
    const written = this.#edit.valueAt(["alerts"]);
    if (written !== undefined && written !== null) return;
    this.#done(this.#edit.set([], "alerts", defaultRules([]).map(ruleEntry)), "alerts");
  }

  #removeEntry(section: string, id: string): void {
    const path = this.#entry(section, id, section.replace(/s$/, ""));
    if (path === null) return;
    if (!this.#done(this.#edit.removeItem([section], Number(path[1])), section)) return;
    // Without a section the default rule would be back.
    if (section === "alerts" && this.#edit.valueAt([section]) === null) {
      this.#done(this.#edit.set([], section, []), section);
    }
  }

  #patch(
    path: Path,
    wanted: Readonly<Record<string, Value | undefined>>,
    order: readonly string[],
  ): void {
    for (const [key, value] of Object.entries(wanted)) {
      const done =
        value === undefined
          ? this.#edit.remove(path, key)
          : this.#edit.set(path, key, value, order);
      if (!this.#done(done, [...path, key])) return;
    }
  }

  /** The path of an entry; a missing one is a problem. */
  #entry(section: string, id: string, what: string): Path | null {
    const path = this.#find(section, id);
    if (path === null) {
      this.#missing = true;
      this.#problem ??= `${section}: expected the id of a ${what} in the file, got ${JSON.stringify(id)}`;
    }
    return path;
  }

  #find(section: string, id: string): Path | null {
    const index = this.#ids([section]).indexOf(id);
    return index < 0 ? null : [section, index];
  }

  #ids(path: Path): readonly string[] {
    const list = this.#edit.valueAt(path);
    if (!Array.isArray(list)) return [];
    return list.map((item) => {
      const id = (item as Readonly<Record<string, unknown>> | null)?.id;
      return typeof id === "string" ? id : "";
    });
  }

  #done(done: boolean, where: string | Path): boolean {
    if (!done) {
      const place = typeof where === "string" ? where : where.join(".");
      this.#problem ??= `${place}: expected lines that can be changed alone, got others (anchors, references between entries, an unusual form); change the text`;
    }
    return done;
  }

  /** Whether what came back is what was there: as it is written, as it is, or masked as the page shows it. */
  #isSame(path: Path, value: string, current: unknown): boolean {
    const written = this.#edit.valueAt(path);
    const known = [written, current].filter((text) => typeof text === "string");
    return known.some((text) => text === value || maskCredentials(text) === value);
  }

  /** An address with its password moved into the secrets. */
  #address(url: string, id: string, separate: boolean): string {
    if (/^[a-z][a-z0-9+.-]*:\/\/\*\*\*@/i.test(url)) {
      this.#problem ??= `${id}: expected an address with its user and password, got the masked one`;
      return url;
    }
    const parts = separate ? splitPassword(url) : null;
    if (parts === null || hasReference(parts.password)) return url;
    return parts.before + this.#keepSecret(`${id}-password`, parts.password) + parts.after;
  }

  /** Keeps a secret under a name of its own and returns the reference. */
  #keepSecret(wanted: string, value: string): string {
    const { values } = this.#context.secrets;
    let name = wanted;
    for (let number = 2; ; number++) {
      const known = this.#secrets.get(name) ?? values.get(name);
      if (known === value) break;
      if (known === undefined) {
        this.#secrets.set(name, value);
        break;
      }
      name = `${wanted}-${number}`;
    }
    return `\${secret:${name}}`;
  }

  #writeSecrets(): string | null {
    if (this.#secrets.size === 0) return null;
    const edit = new TextEdit(this.#context.secretsText ?? SECRETS_HEADER);
    for (const [name, value] of this.#secrets) {
      if (!edit.set([], name, value)) {
        this.#problem ??= `${SECRETS_FILE}: expected names with texts, got another form; mend it first`;
      }
    }
    return edit.text;
  }
}

/** Keys that differ between two entries, with their new values. */
function changes(before: Entry, after: Entry, keys: readonly string[]): Entry {
  const same = (key: string): boolean => isDeepStrictEqual(plain(before[key]), plain(after[key]));
  return Object.fromEntries(keys.filter((key) => !same(key)).map((key) => [key, after[key]]));
}

function areaEntry(area: CameraArea): Entry {
  return {
    id: area.id,
    name: area.name === area.id ? undefined : escapeReferences(area.name),
    kind: area.kind,
    points: area.points,
    dwell: area.dwellSeconds === null ? undefined : writeDuration(area.dwellSeconds),
    direction: area.direction === "both" ? undefined : area.direction,
  };
}

function recordEntry(record: RecordConfig | null): Value | undefined {
  if (record === null) return "off";
  if (isDeepStrictEqual(record, DEFAULT_RECORD)) return undefined;
  const { kinds, before, after } = record;
  return { on: kinds, before: writeDuration(before), after: writeDuration(after) };
}

/** The default rule as it is written: it tells all channels, so it names none. */
function ruleEntry(rule: AlertRule): Entry {
  return {
    id: rule.id,
    name: rule.name,
    when: rule.kinds,
    hold: writeDuration(rule.holdSeconds),
    clear: writeDuration(rule.clearSeconds),
    cooldown: writeDuration(rule.cooldownSeconds),
    severity: rule.severity,
  };
}

function defined<T extends object>(value: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}

/** A value with ordinary objects, for comparison. */
function plain(value: Value | undefined): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** The password of an address and what stands around it; null where it has none. */
function splitPassword(
  url: string,
): { readonly before: string; readonly password: string; readonly after: string } | null {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0];
  if (scheme === undefined) return null;
  const rest = url.slice(scheme.length);
  const authority = rest.search(/[/?#]/);
  let at = (authority < 0 ? rest : rest.slice(0, authority)).lastIndexOf("@");
  // A password with an unescaped slash makes no valid address, but people type it: what follows the first at sign
  // is then no host, and what follows the last one is.
  const last = rest.lastIndexOf("@");
  if (last > at && !isHost(rest.slice(at + 1)) && isHost(rest.slice(last + 1))) at = last;
  const colon = rest.indexOf(":");
  if (at < 0 || colon < 0 || colon > at) return null;
  const typed = rest.slice(colon + 1, at);
  if (typed === "") return null;
  const password = hasReference(typed) ? typed : decoded(typed);
  return {
    before: scheme + rest.slice(0, colon + 1),
    password,
    after: rest.slice(at),
  };
}

/** Whether a text begins with what is clearly a host: an address, a name with a dot, or a port behind it. */
function isHost(text: string): boolean {
  return /^(?:\[[0-9a-f:.]+\]|localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:\d))(?::\d{1,5})?(?:[/?#]|$)/i.test(
    text,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
