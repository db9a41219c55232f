/** The thread of one plug-in: loads it, runs its parts, and stays able to answer the node. */

import { parentPort, workerData } from "node:worker_threads";
import { sortableId } from "../ids.ts";
import { checkOptions, loadPlugin } from "./load.ts";
import {
  type Delivery,
  EMIT_WINDOW,
  type FromThread,
  type PluginRole,
  type ThreadData,
  type ToThread,
} from "./messages.ts";
import type { PluginContext, PluginRecord, PluginSink, SymbionPlugin } from "./plugin.ts";

/** Most bytes of a plug-in's state as JSON. */
const MAX_STATE = 64 << 10;

const port = parentPort;
if (port === null) throw new Error("plug-in thread: expected to be started by a node");
const tell = (message: FromThread): void => port.postMessage(message);

/** A plug-in at work. */
class Running {
  readonly #plugin: SymbionPlugin<unknown>;
  readonly #context: PluginContext<unknown>;
  readonly #stop = new AbortController();
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>();
  #nextAsk = 0;
  #credit = EMIT_WINDOW;
  #waiting: (() => void)[] = [];
  #deliveries: Promise<void> = Promise.resolve();
  #operate: ReturnType<NonNullable<SymbionPlugin["operator"]>> | null = null;
  #sink: PluginSink | null = null;
  #reading: AsyncIterator<PluginRecord> | null = null;
  #failed = false;

  constructor(plugin: SymbionPlugin<unknown>, options: unknown, node: string) {
    this.#plugin = plugin;
    this.#context = {
      name: plugin.name,
      node,
      options,
      signal: this.#stop.signal,
      state: {
        get: () => this.#ask((id) => ({ type: "state-get", id })),
        put: async (value) => {
          const json = JSON.stringify(value);
          if (json === undefined) throw new TypeError("state: expected JSON, got undefined");
          if (Buffer.byteLength(json) > MAX_STATE) {
            throw new RangeError(`state: expected at most ${MAX_STATE} bytes of JSON`);
          }
          await this.#ask((id) => ({ type: "state-put", id, json }));
        },
      },
      log: (text) => tell({ type: "log", text: String(text) }),
      insightId: sortableId,
    };
  }

  async start(): Promise<void> {
    const plugin = this.#plugin;
    this.#operate = plugin.operator?.(this.#context) ?? null;
    this.#sink = (await plugin.sink?.(this.#context)) ?? null;
    tell({ type: "ready" });
    if (plugin.source !== undefined) void this.#read(plugin.source(this.#context));
  }

  hear(message: ToThread): void {
    switch (message.type) {
      case "deliver":
        for (const item of message.items) {
          this.#deliveries = this.#deliveries.then(() => this.#deliver(item));
        }
        break;
      case "credit":
        this.#credit += message.count;
        for (const go of this.#waiting.splice(0)) go();
        break;
      case "state": {
        const asked = this.#asked.get(message.id);
        this.#asked.delete(message.id);
        if (message.error === null) asked?.resolve(message.value);
        else asked?.reject(new Error(message.error));
        break;
      }
      case "stop":
        void this.#end();
        break;
      case "ping":
        tell({ type: "pong" });
    }
  }

  async #read(records: AsyncIterable<PluginRecord>): Promise<void> {
    try {
      const iterator = records[Symbol.asyncIterator]();
      this.#reading = iterator;
      while (!this.#stop.signal.aborted) {
        const next = await iterator.next();
        if (next.done) {
          tell({ type: "source-ended" });
          return;
        }
        await this.#emit("source", [next.value]);
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#fail("source", error);
    }
  }

  async #deliver({ record, operator }: Delivery): Promise<void> {
    if (this.#failed) return;
    let part = "operator";
    try {
      if (operator && this.#operate !== null) {
        const made = await this.#operate(record);
        if (!Array.isArray(made)) throw new TypeError("expected a list of records");
        await this.#emit("operator", made);
      }
      part = "sink";
      await this.#sink?.take(record);
    } catch (error) {
      this.#fail(part, error);
      return;
    }
    tell({ type: "taken", count: 1 });
  }

  async #emit(role: "source" | "operator", records: readonly unknown[]): Promise<void> {
    for (const record of records) {
      while (this.#credit <= 0) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      this.#credit--;
      try {
        tell({ type: "emit", role, records: [record] });
      } catch {
        // What cannot be copied to another thread (a function, say) goes as its description, to be refused there.
        tell({ type: "emit", role, records: [Object.prototype.toString.call(record)] });
      }
    }
  }

  #ask(message: (id: number) => FromThread): Promise<unknown> {
    const id = this.#nextAsk++;
    const asked = Promise.withResolvers<unknown>();
    this.#asked.set(id, asked);
    tell(message(id));
    return asked.promise;
  }

  #fail(part: string, error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    tell({ type: "failed", reason: `${part}: ${describe(error)}` });
  }

  async #end(): Promise<void> {
    this.#stop.abort();
    await this.#deliveries;
    try {
      // A generator that waits for something else than the signal never comes back: it is left behind.
      void this.#reading?.return?.().then(undefined, () => undefined);
      await this.#sink?.close?.();
    } catch (error) {
      tell({ type: "log", text: `did not close: ${describe(error)}` });
    }
    tell({ type: "stopped" });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

async function begin(data: ThreadData): Promise<void> {
  // What comes before the plug-in is there waits for it.
  const early: ToThread[] = [];
  let running: Running | null = null;
  port?.on("message", (message: ToThread) => {
    if (running !== null) running.hear(message);
    else if (message.type === "ping") tell({ type: "pong" });
    else early.push(message);
  });
  const loaded = await loadPlugin(data.package, data.base);
  if (!loaded.ok) {
    tell({ type: "refused", problem: loaded.problem });
    return;
  }
  const checked = await checkOptions(loaded.plugin, data.options);
  if ("problem" in checked) {
    tell({ type: "refused", problem: checked.problem });
    return;
  }
  const { plugin } = loaded;
  running = new Running(plugin, checked.options, data.node);
  const parts = ["source", "operator", "sink"] as const;
  tell({
    type: "loaded",
    name: plugin.name,
    roles: parts.filter((role: PluginRole) => plugin[role] !== undefined),
    maxSilenceSeconds: plugin.maxSilenceSeconds ?? null,
  });
  for (const message of early) running.hear(message);
  await running.start();
}

begin(workerData as ThreadData).catch((error: unknown) => {
  tell({ type: "failed", reason: `start: ${describe(error)}` });
});
