/**
 * `@symbion/edge/plugin`: what a plug-in is made of. A plug-in is a module that exports `plugin`, made with
 * {@link definePlugin}; it may be a source of records, an operator on them, a sink for them, or several of these.
 *
 * A plug-in runs in a thread of its own with bounded memory: one that throws, hangs or runs out of memory is started
 * again and stops nothing else. That is no sandbox: its code has all rights of the node's user. Install what you trust.
 */

import type { Insight, Reading } from "@symbion/core";

export type { Insight, Quality, Reading } from "@symbion/core";

/** What flows through a plug-in: something measured, or something understood. */
export type PluginRecord = Reading | Insight;

/** Version of this interface. It changes only when plug-ins have to. */
export const PLUGIN_API_VERSION = 1;

/** A schema of any library that follows Standard Schema 1 (zod, valibot, arktype, ...). */
export type OptionsSchema<Options> = {
  /** Where the standard puts what all libraries share. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    /** Checks a value; `issues` where it does not fit. */
    readonly validate: (value: unknown) => SchemaResult<Options> | Promise<SchemaResult<Options>>;
  };
};

/** Outcome of a schema's check. */
export type SchemaResult<Options> =
  | { readonly value: Options; readonly issues?: undefined }
  | {
      /** What does not fit, and where; never empty. */
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

/** What a plug-in is given when it starts. */
export type PluginContext<Options> = {
  /** The plug-in's name. */
  readonly name: string;
  /** Name of the node that it runs on. */
  readonly node: string;
  /** Its options from the configuration, checked. */
  readonly options: Options;
  /** Aborted when it has to end; it then has a second and a half to tidy up. */
  readonly signal: AbortSignal;
  /** Memory that survives restarts. */
  readonly state: PluginState;
  /** Writes a line to the node's log; at most a hundred a minute. */
  log(text: string): void;
  /** A new id for an insight that began at `from` (ms since 1970). An insight that goes on keeps its id. */
  insightId(from: number): string;
};

/** One JSON value of at most 64 KiB that the node keeps for a plug-in. */
export type PluginState = {
  /** What was put last, or null. */
  get(): Promise<unknown>;
  /** Resolves when it is on disk; rejects where it is too large, no JSON, or cannot be stored. */
  put(value: unknown): Promise<void>;
};

/** Where records end. */
export type PluginSink = {
  /** Takes one record; the next one comes when this is done, at the latest after 30 s. May come twice after a restart. */
  take(record: PluginRecord): void | Promise<void>;
  /** Called once before the plug-in ends, after the last record. */
  close?(): void | Promise<void>;
};

/** A plug-in. Functions are called once per start. */
export type SymbionPlugin<Options = Readonly<Record<string, unknown>>> = {
  /** The npm package's name; it stands before the colon in the kinds of its insights. */
  readonly name: string;
  /** {@link PLUGIN_API_VERSION}. */
  readonly apiVersion: 1;
  /** Checks the options of the configuration; without it and {@link SymbionPlugin.checkOptions} none are allowed. */
  readonly options?: OptionsSchema<Options>;
  /** Problems of the options, one line each, empty if there are none: for what a schema cannot say. */
  checkOptions?(options: Options): readonly string[] | Promise<readonly string[]>;
  /** Seconds without a record after which its source counts as stuck and is started again. Default: never. */
  readonly maxSilenceSeconds?: number;
  /**
   * Makes records: readings, and insights whose kinds are `NAME:KIND`. Ending means that there will be no more.
   */
  source?(context: PluginContext<Options>): AsyncIterable<PluginRecord>;
  /**
   * Makes records out of records. Sees those of the node and of sources, not its own and not those of operators, so
   * that nothing goes in circles.
   */
  operator?(
    context: PluginContext<Options>,
  ): (record: PluginRecord) => readonly PluginRecord[] | Promise<readonly PluginRecord[]>;
  /** Takes every record but its own. */
  sink?(context: PluginContext<Options>): PluginSink | Promise<PluginSink>;
};

/** Gives a plug-in its types; returns it as it is. */
export function definePlugin<Options = Readonly<Record<string, unknown>>>(
  plugin: SymbionPlugin<Options>,
): SymbionPlugin<Options> {
  return plugin;
}

/** Whether a record is an insight; else it is a reading. */
export function isInsight(record: PluginRecord): record is Insight {
  return "kind" in record;
}
