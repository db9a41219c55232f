/** The plug-ins of a node: started, stopped and fed as the configuration says, each kept from harming the others. */

import { dirname, isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { PluginConfig } from "../config/types.ts";
import type { PluginRecord } from "./plugin.ts";
import { type PluginReport, PluginRunner, type PluginTimes } from "./runner.ts";
import { checkRecord } from "./validate.ts";

/** What a {@link PluginHost} needs from the node. */
export type PluginHostOptions = {
  /** The configuration file, absolute: packages and paths are looked up from there. */
  readonly config: string;
  /** Name of the node, for plug-ins. */
  readonly node: string;
  /**
   * Takes a checked record that a plug-in made. What comes this way must not be given to {@link PluginHost.take}
   * again: the other plug-ins have it already. A promise holds the plug-in back until it is settled.
   */
  readonly onRecord: (record: PluginRecord, plugin: string) => void | Promise<void>;
  /** State of a plug-in by its name; null where there is none. */
  readonly getState: (plugin: string) => Promise<unknown>;
  readonly putState: (plugin: string, value: unknown) => Promise<void>;
  /** One line for each thing the owner should know. */
  readonly log: (text: string) => void;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
  /** Times that differ from the defaults. */
  readonly times?: Partial<PluginTimes>;
};

const DEFAULT_TIMES: PluginTimes = {
  firstRetry: 1000,
  lastRetry: 300_000,
  healed: 60_000,
  ping: 5000,
  hang: 15_000,
  take: 30_000,
  grace: 1500,
};

type Entry = { readonly key: string; readonly runner: PluginRunner };

/** All plug-ins of a node. */
export class PluginHost {
  readonly #options: PluginHostOptions;
  readonly #now: () => number;
  #entries: Entry[] = [];
  #twice: PluginReport[] = [];
  #changing: Promise<void> = Promise.resolve();

  constructor(options: PluginHostOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /**
   * Runs these plug-ins and no others. One whose entry is the same as before goes on undisturbed; changed ones end
   * before they start again. Resolves when what had to end has ended. Never rejects: what cannot be used says so in
   * {@link PluginHost.status}.
   */
  configure(plugins: readonly PluginConfig[]): Promise<void> {
    const change = this.#changing.then(() => this.#configure(plugins));
    this.#changing = change;
    return change;
  }

  /** Gives a record of the node to every operator and sink. */
  take(record: PluginRecord): void {
    for (const { runner } of this.#entries) runner.take({ record, operator: true });
  }

  /** How they are doing, in the order of the configuration. */
  status(): PluginReport[] {
    return [...this.#entries.map(({ runner }) => runner.report()), ...this.#twice];
  }

  /** Ends them all; takes the grace time at most. */
  stop(): Promise<void> {
    return this.configure([]);
  }

  async #configure(plugins: readonly PluginConfig[]): Promise<void> {
    const wanted = new Map<string, PluginConfig>();
    this.#twice = [];
    for (const plugin of plugins) {
      const target = this.#target(plugin.package);
      if ([...wanted.values()].some((other) => this.#target(other.package) === target)) {
        this.#twice.push(disabled(plugin.package, "expected each plug-in once, got it again"));
      } else wanted.set(keyOf(plugin), plugin);
    }
    const going = this.#entries.filter(({ key }) => !wanted.has(key));
    const staying = new Map(
      this.#entries.filter(({ key }) => wanted.has(key)).map((entry) => [entry.key, entry]),
    );
    this.#entries = [...staying.values()];
    await Promise.all(going.map(({ runner }) => runner.stop()));
    this.#entries = [...wanted].map(
      ([key, plugin]) => staying.get(key) ?? this.#start(key, plugin),
    );
  }

  #start(key: string, plugin: PluginConfig): Entry {
    const { config, node, getState, putState, log, times } = this.#options;
    const data = {
      package: this.#target(plugin.package),
      base: pathToFileURL(config).href,
      options: plugin.options,
      node,
    };
    const runner: PluginRunner = new PluginRunner(plugin.package, data, {
      onName: (name) => {
        const taken = this.#entries.some(
          (other) => other.runner !== runner && other.runner.loadedName === name,
        );
        return taken ? `name: expected one of its own, got "${name}" again` : null;
      },
      onRecord: (value, role, name) => this.#receive(runner, value, role, name),
      getState,
      putState,
      log,
      times: { ...DEFAULT_TIMES, ...times },
    });
    runner.start();
    return { key, runner };
  }

  /** Absolute path for a path, else the name. */
  #target(name: string): string {
    if (isAbsolute(name)) return name;
    if (!/^\.{1,2}(?:\/|\\|$)/.test(name)) return name;
    return resolve(join(dirname(this.#options.config), name));
  }

  async #receive(
    from: PluginRunner,
    value: unknown,
    role: "source" | "operator",
    name: string,
  ): Promise<string | null> {
    const checked = checkRecord(value, name, this.#now());
    if (!checked.ok) return checked.reason;
    const { record } = checked;
    for (const { runner } of this.#entries) {
      if (runner !== from) runner.take({ record, operator: role === "source" });
    }
    try {
      await this.#options.onRecord(record, name);
      return null;
    } catch (error) {
      return `not taken: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}

/** What makes two entries the same. */
function keyOf({ package: name, options }: PluginConfig): string {
  return JSON.stringify([name, options], (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

function disabled(name: string, problem: string): PluginReport {
  return {
    package: name,
    name,
    state: "disabled",
    problem,
    roles: [],
    restarts: 0,
    lastRestart: null,
    retryAt: null,
    emitted: 0,
    rejected: 0,
    firstRejection: null,
    taken: 0,
    dropped: 0,
    queued: 0,
    lastRecordAt: null,
    sourceEnded: false,
  };
}
