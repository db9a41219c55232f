/**
 * Taking what is private out of what is sent to strangers. Two ways at once: of a configuration only what is known to
 * be harmless stays (everything else is masked, wherever it stands), and everything that was masked there is looked
 * for in all other texts, in each form that it may have taken.
 */

import { isIP, isIPv6 } from "node:net";
import { homedir, hostname } from "node:os";
import { INSIGHT_KINDS, maskCredentials } from "@symbion/core";
import {
  ANSWER_LANGUAGES,
  ANSWER_WARMTHS,
  CONFLICT_CHOICES,
  CRM_CHOICES,
  PLACES,
  type UpstreamConfig,
} from "../config/companion-types.ts";
import { sourceKeys } from "../config/machine-schema.ts";
import { MODBUS_TABLES, MODBUS_TYPES, SOURCE_TYPES } from "../config/machine-types.ts";
import { CHANNEL_KINDS, channelKeys, KNOWN_KEYS, URL_SCHEMES } from "../config/schema.ts";
import type { NodeConfig } from "../config/types.ts";
import { DAY_NAMES, DURATION_PATTERN, SIZE_PATTERN } from "../config/units.ts";

/** Options of {@link Redactor}. */
export type RedactOptions = {
  /** Whether names, ids, hosts and file paths stay as they are. Secrets never do. Default false. */
  readonly names?: boolean;
};

const MASK = "***";

/** Shortest text that is looked for in other texts: shorter ones are part of ordinary words. */
const LEAST_LENGTH = 4;

const KEYS: ReadonlySet<string> = new Set([
  ...Object.values(KNOWN_KEYS).flat(),
  ...channelKeys(undefined),
  ...sourceKeys(undefined),
]);

/** Words of the configuration's own language. */
const WORDS: ReadonlySet<string> = new Set([
  ...INSIGHT_KINDS,
  ...CHANNEL_KINDS,
  ...DAY_NAMES,
  ...SOURCE_TYPES,
  ...MODBUS_TABLES,
  ...MODBUS_TYPES,
  ...KEYS,
  ...ANSWER_WARMTHS,
  ...PLACES,
  ...ANSWER_LANGUAGES,
  ...CRM_CHOICES,
  ...CONFLICT_CHOICES,
  ..."sample grammar zone ignore line left right both low normal high info warning critical".split(
    " ",
  ),
  ..."on off true false null all events yard homeassistant symbion Symbion".split(" "),
  ..."localhost 127.0.0.1 0.0.0.0 ::1 ::".split(" "),
]);

const QUANTITY = new RegExp(`${DURATION_PATTERN}|${SIZE_PATTERN}|^\\d{1,2}:\\d{2}$`);

/** Schemes that may be shown. */
const SCHEMES: ReadonlySet<string> = new Set([
  ...URL_SCHEMES,
  ..."mqtt mqtts smtp smtps mailto opc.tcp tcp".split(" "),
]);

/** Where names stand: what people call things, and where things are. */
const NAME_KEYS: ReadonlySet<string> = new Set(
  (
    "id name file data host names topic discovery package cameras areas questions ask notify " +
    "kind machine sensor model queue node group failed machine-column age-column life-unit"
  ).split(" "),
);

/** Where numbers are quantities and not secrets. */
const NUMBER_KEYS: ReadonlySet<string> = new Set(
  [...KEYS].filter(
    (key) => !NAME_KEYS.has(key) && !["secret", "url", "contact", "from", "to"].includes(key),
  ),
);

/** Knows what is private, and takes it out of values and texts. */
export class Redactor {
  readonly #names: boolean;
  /** What is looked for, and what stands there instead. */
  readonly #words = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  #pattern: RegExp | null = null;

  constructor(options: RedactOptions = {}) {
    this.#names = options.names ?? false;
    if (this.#names) return;
    const home = homedir();
    if (home.length >= LEAST_LENGTH && home !== "/root") this.#hide(home, "~");
    this.#alias("machine", hostname());
  }

  /** Remembers a text that must not appear anywhere. */
  secret(text: string): void {
    this.#hide(text, MASK);
  }

  /** Remembers everything private in a configuration whose references are resolved. */
  learn(config: NodeConfig): void {
    for (const { id, name, source, areas } of config.cameras) {
      this.#alias("camera", id);
      this.#name(name, id);
      if ("url" in source) this.#address(source.url);
      else this.#path(source.file);
      for (const area of areas) {
        this.#alias("area", area.id);
        this.#name(area.name, area.id);
      }
    }
    for (const { id } of config.disabled) this.#alias("camera", id);
    for (const { id, name } of config.rules) {
      this.#alias("rule", id);
      this.#name(name, id);
    }
    for (const channel of config.channels) {
      this.#alias("channel", channel.id);
      const { id: _, kind: __, ...rest } = channel;
      this.config({ channels: [rest] });
    }
    for (const { package: name, options } of config.plugins) {
      this.config({ plugins: [{ package: name, options }] });
    }
    this.#machines(config);
    this.#companion(config);
    this.config({ node: { name: config.name }, server: { names: [...config.names] } });
    this.#path(config.store.folder);
  }

  /** The layer's servers and their keys, in the shape of the file. */
  #companion({ companion: { upstream, rephraseWith, crm } }: NodeConfig): void {
    const server = (one: UpstreamConfig | null): object | null =>
      one === null ? null : { url: one.url, model: one.model, "api-key": one.apiKey };
    this.#path(rephraseWith?.examples ?? "");
    this.config({
      companion: {
        ...{ upstream: server(upstream), "rephrase-with": server(rephraseWith) },
        crm:
          crm === null
            ? null
            : {
                ...{ url: crm.url, token: crm.token, queue: crm.queue },
                ...{ "client-id": crm.clientId, "client-secret": crm.clientSecret },
                ...{ user: crm.user, password: crm.password, "login-url": crm.loginUrl },
                ...{ "satisfaction-field": crm.satisfactionField, ledger: crm.ledger },
                "external-id-field": crm.externalIdField,
              },
      },
    });
  }

  /** Machines, their kinds and sources, in the shape of the file. */
  #machines({ machines: { kinds, fleet, sources } }: NodeConfig): void {
    this.config({
      machines: {
        kinds: kinds.map(({ id, lifeUnit, sensors }) => ({
          ...{ id, "life-unit": lifeUnit },
          sensors: sensors.map(({ name, unit }) => ({ name, unit })),
        })),
        fleet: fleet.map(({ id, name, kind }) => ({ id, name, kind })),
        sources: sources.map((source) => {
          const written = Object.entries(source).map(([key, value]) => [
            { machineColumn: "machine-column", ageColumn: "age-column" }[key] ?? key,
            value,
          ]);
          return Object.fromEntries(written.filter(([key]) => KEYS.has(String(key))));
        }),
      },
    });
  }

  /**
   * A configuration as it may be shown: keys and values of its own language, numbers and yes or no where they mean
   * quantities. What is left out is remembered.
   */
  config(raw: unknown): unknown {
    return this.#value(raw, []);
  }

  /** A value of JSON with every text in it cleaned; keys are ours and stay. */
  json(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((item: unknown) => this.json(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.json(item)] as const),
    );
  }

  /** A text without anything private that is known of or looks like it. */
  text(text: string): string {
    if (this.#words.size > 0) {
      this.#pattern ??= new RegExp(
        [...this.#words.keys()]
          .sort((a, b) => b.length - a.length)
          .map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"))
          .join("|"),
        "g",
      );
    }
    const known =
      this.#pattern === null
        ? text
        : text.replace(this.#pattern, (word) => this.#words.get(word) ?? MASK);
    const masked = maskCredentials(known)
      .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s?#"']*)[?#][^\s"']*/gi, `$1?${MASK}`)
      // Long words of letters and digits are keys and tokens more often than anything else.
      .replace(/[A-Za-z0-9_+=-]{32,}/g, (word) => (/\d/.test(word) ? MASK : word));
    if (this.#names) return masked;
    return masked
      .replace(
        /([a-z][a-z0-9+.-]*:\/\/(?:\*+@)?)([^\s/?#:@"'*[\]]+)/gi,
        (_, before: string, host: string) => before + this.#addressAlias(host),
      )
      .replace(/[^\s<>@,;:"'()]+@[^\s<>@,;:"'()]+\.[A-Za-z]{2,}/g, `${MASK}@${MASK}`)
      .replace(/\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b/g, MASK)
      .replace(/\d{1,3}(?:\.\d{1,3}){3}/g, (word) => this.#addressAlias(word))
      .replace(/[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/g, (word) =>
        isIPv6(word) ? this.#addressAlias(word) : word,
      );
  }

  #value(value: unknown, path: readonly string[]): unknown {
    const key = path.at(-1) ?? "";
    if (Array.isArray(value)) return value.map((item: unknown) => this.#value(item, path));
    if (typeof value === "object" && value !== null) {
      if (key === "options" || key === "headers") {
        this.#everything(value);
        return `${Object.keys(value).length} ${key}, ${MASK}`;
      }
      let unknown = 0;
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => {
          if (KEYS.has(name)) return [name, this.#value(item, [...path, name])];
          this.secret(name);
          this.#everything(item);
          return [`unknown-key-${++unknown}`, MASK];
        }),
      );
    }
    if (value === null || typeof value === "boolean" || value === undefined) return value;
    if (typeof value === "number" && NUMBER_KEYS.has(key)) return value;
    const text = String(value);
    if (WORDS.has(text) || text === "") return value;
    if (NUMBER_KEYS.has(key) && QUANTITY.test(text)) return value;
    return this.#known(text, path);
  }

  /** What stands in place of a text, which is remembered. */
  #known(text: string, path: readonly string[]): string {
    const key = path.at(-1) ?? "";
    const section = path.find((step) => /^(?:cameras|alerts|channels|areas)$/.test(step));
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return this.#address(text);
    if (key === "id" || key === "cameras" || key === "areas" || key === "notify") {
      const kinds: Readonly<Record<string, string>> = {
        cameras: "camera",
        alerts: "rule",
        channels: "channel",
        areas: "area",
        notify: "channel",
      };
      const owner = key !== "id" ? key : path.includes("areas") ? "areas" : (section ?? "");
      return this.#alias(kinds[owner] ?? "id", text);
    }
    if (key === "package" && /^(?:@symbion\/|symbion-plugin-)[a-z-]{1,60}$/.test(text)) return text;
    if (this.#names && NAME_KEYS.has(key)) return text;
    if (key === "file" || key === "data") {
      // However much of the path a message shows.
      for (const { index } of text.matchAll(/[\\/]/g)) this.secret(text.slice(index + 1));
    }
    if (key === "topic" || key === "node") {
      // Messages name a part of them, a machine or a variable.
      for (const part of text.split(/[/;=]+/)) {
        this.secret(part);
        this.secret(decoded(part));
      }
      // And all that follows a sign: a variable's name may hold the signs that part it.
      for (const { index } of text.matchAll(/[/;=]/g)) this.secret(text.slice(index + 1));
    }
    this.secret(text);
    return MASK;
  }

  /** Remembers every part of an address; returns what may be seen of it. */
  #address(address: string): string {
    this.#hide(address, MASK);
    const found = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(address);
    const [, scheme = "", rest = ""] = found ?? [];
    // As people write them: a password may hold any sign, so the last @ ends it.
    const at = rest.lastIndexOf("@");
    const account = at < 0 ? "" : rest.slice(0, at);
    const [user = "", password = ""] = account.split(/:(.*)/s);
    for (const part of [account, user, password]) {
      this.secret(part);
      this.secret(decoded(part));
    }
    const [authority = "", path = ""] = rest.slice(at + 1).split(/([/?#].*)/s);
    const port = /:(\d{1,5})$/.exec(authority)?.[1];
    const host = port === undefined ? authority : authority.slice(0, -port.length - 1);
    for (const part of path.split(/[/?#&;=]+/)) {
      this.secret(part);
      this.secret(decoded(part));
    }
    const shown = this.#names || host === "" ? host : this.#addressAlias(host);
    const end = path === "" || path === "/" ? path : `/${MASK}`;
    return [
      SCHEMES.has(scheme.toLowerCase()) ? scheme : MASK,
      "://",
      at < 0 ? "" : `${MASK}@`,
      shown,
      port === undefined ? "" : `:${port}`,
      end,
    ].join("");
  }

  #addressAlias(host: string): string {
    if (this.#names || WORDS.has(host) || /^(?:127\..*|host-\d+)$/.test(host)) return host;
    if (isIP(host.replace(/^\[|\]$/g, "")) === 0 && !/[a-z]/i.test(host)) return host;
    return this.#alias("host", host);
  }

  #path(path: string): void {
    if (!this.#names) this.#hide(path, `/${MASK}`);
  }

  #name(name: string, id: string): void {
    if (!this.#names && name !== id) this.#hide(name, MASK);
  }

  #everything(value: unknown): void {
    if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        if (!Array.isArray(value)) this.secret(key);
        this.#everything(item);
      }
      return;
    }
    const text = String(value);
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) this.#address(text);
    this.secret(text);
    // "Bearer abc": what follows the first word is the secret.
    for (const word of [text.replace(/^\S+\s/, ""), ...text.split(/[\s,;]+/)]) this.secret(word);
  }

  /** A name that is the same wherever the text appears. */
  #alias(kind: string, text: string): string {
    if (this.#names || text === "") return text;
    const known = this.#words.get(text);
    if (known !== undefined && known !== MASK) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const alias = `${kind}-${count}`;
    this.#hide(text, alias);
    return alias;
  }

  #hide(text: string, instead: string): void {
    if (text.length < LEAST_LENGTH || WORDS.has(text) || /^\*+$/.test(text)) return;
    const json = JSON.stringify(text).slice(1, -1);
    const base64 = Buffer.from(text).toString("base64");
    const forms = [
      text,
      json,
      encoded(text),
      text.replace(/\s+/g, " ").trim(),
      base64.replace(/=+$/, ""),
      Buffer.from(text).toString("base64url"),
      Buffer.from(text).toString("hex"),
    ];
    for (const form of forms) {
      if (form.length >= LEAST_LENGTH && !this.#words.has(form)) this.#words.set(form, instead);
    }
    this.#pattern = null;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Encoded for an address; half a character of two codes cannot be. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
