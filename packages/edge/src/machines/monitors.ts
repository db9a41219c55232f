/**
 * The monitors of all kinds, as they run in their thread: values in, changed machines out. Work that is due is handed
 * on, and predictions go on meanwhile. What one kind does wrong is told, and keeps no other kind from going on.
 */

import type { MachineKind, MachineStatus } from "@symbion/core";
import type { KindDeclaration, KindMonitor } from "@symbion/maintenance";
import type { Learning } from "./learning.ts";
import type { FromMonitors, PastRow, ToMonitors } from "./messages.ts";
import { putAside, readState, statePath, writeState } from "./state-file.ts";

type Entry = {
  readonly declaration: KindDeclaration;
  monitor: KindMonitor;
  /** A job is being done. */
  learning: boolean;
  /** It is being told of the past: the present has to wait. */
  past: boolean;
  /** Something has happened since the state was written. */
  changed: boolean;
  /** What was told of the kind last. */
  told: string;
  complaint: string;
};

/** Runs monitors by {@link ToMonitors} messages. */
export class Monitors {
  readonly #learning: Learning;
  readonly #send: (message: FromMonitors) => void;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  #folder: string | null = null;
  #busyMs = 0;

  /** @param now Milliseconds since 1970. */
  constructor(
    learning: Learning,
    send: (message: FromMonitors) => void,
    now: () => number = Date.now,
  ) {
    this.#learning = learning;
    this.#send = send;
    this.#now = now;
  }

  /** Does what a message says; `stop` only saves: whoever runs the thread ends it. */
  handle(message: ToMonitors): void {
    const began = performance.now();
    this.#handle(message);
    this.#busyMs += performance.now() - began;
  }

  #handle(message: ToMonitors): void {
    switch (message.type) {
      case "configure":
        this.#configure(message);
        break;
      case "take":
        this.#with(message.kind, (entry) => this.#take(entry, message));
        break;
      case "past":
        this.#with(message.kind, (entry) => {
          entry.past = !message.last;
          for (const row of message.rows) this.#past(entry, row);
          if (message.last) this.#tellAll(entry);
        });
        break;
      case "advance":
        for (const id of this.#entries.keys()) {
          this.#with(id, (entry) => {
            if (entry.past) return;
            this.#tell(entry, entry.monitor.advance(message.now));
            this.#learn(entry);
          });
        }
        this.#send({ type: "advanced", busyMs: this.#busyMs });
        this.#busyMs = 0;
        break;
      case "curve":
        this.#answer(
          message.kind,
          null,
          ({ monitor }) => monitor.curve(message.machine, message.points),
          (curve) => ({ type: "curve", request: message.request, curve }),
        );
        break;
      case "learned":
        this.#with(message.kind, (entry) => {
          entry.learning = false;
          const version = entry.monitor.install(message.learned);
          this.#send({ type: "installed", kind: message.kind, version });
          this.#save(entry);
          this.#tellKind(entry);
        });
        break;
      case "abandon":
        this.#with(message.kind, (entry) => {
          entry.learning = false;
          entry.monitor.abandon(message.reason);
          this.#tellKind(entry);
        });
        break;
      case "rollback":
        this.#answer(
          message.kind,
          null,
          (entry) => {
            const version = entry.monitor.rollback(message.version);
            if (version !== null) this.#save(entry);
            this.#tellKind(entry);
            return version;
          },
          (version) => ({ type: "rolled-back", request: message.request, version }),
        );
        break;
      case "save":
        this.#send({ type: "saved", request: message.request, problem: this.#saveAll() });
        break;
      case "stop":
        this.#saveAll();
    }
  }

  #configure({ kinds, held, folder }: Extract<ToMonitors, { type: "configure" }>): void {
    const wanted = new Map(kinds.map((kind) => [kind.id, kind]));
    for (const [id, entry] of this.#entries) {
      const kind = wanted.get(id);
      if (kind !== undefined && JSON.stringify(kind) === JSON.stringify(entry.declaration)) {
        wanted.delete(id);
        continue;
      }
      this.#save(entry);
      this.#entries.delete(id);
    }
    this.#folder = folder;
    for (const kind of wanted.values()) this.#add(kind, held.includes(kind.id));
  }

  #add(declaration: KindDeclaration, past: boolean): void {
    const { id } = declaration;
    const restored = this.#restore(declaration);
    const entry: Entry = {
      declaration,
      monitor: restored ?? this.#learning.create(declaration),
      learning: false,
      past,
      changed: false,
      told: "",
      complaint: "",
    };
    this.#entries.set(id, entry);
    const kind = entry.monitor.kind();
    entry.told = JSON.stringify(kind);
    this.#send({
      ...{ type: "ready", kind, machines: entry.monitor.machines() },
      restored: restored !== null,
    });
    // Whoever did the work before is not there any more.
    if (kind.learning !== null) entry.monitor.abandon("the node began anew");
  }

  #restore(declaration: KindDeclaration): KindMonitor | null {
    if (this.#folder === null) return null;
    const path = statePath(this.#folder, declaration.id);
    const read = readState(path);
    let problem = "problem" in read ? read.problem : null;
    if (read.state !== null) {
      const { declared, state } = unwrap(read.state);
      if (declared !== JSON.stringify(declaration)) problem = "is of another declaration";
      else {
        try {
          return this.#learning.restore(declaration, state);
        } catch (error) {
          problem = `is of no use: ${reasonOf(error)}`;
        }
      }
    }
    if (problem !== null) {
      try {
        const aside = putAside(path, this.#now());
        this.#note(
          `machines: ${path} ${problem}: it is kept as ${aside}, ${declaration.id} begins anew`,
        );
      } catch (error) {
        this.#note(`machines: ${path} ${problem}: ${reasonOf(error)}`);
      }
    }
    return null;
  }

  /** Does something for a kind; a failure is told once per reason. */
  #with(kind: string, work: (entry: Entry) => void): void {
    const entry = this.#entries.get(kind);
    if (entry === undefined) return;
    try {
      work(entry);
    } catch (error) {
      const complaint = `machines of kind ${kind}: ${reasonOf(error)}`;
      if (complaint !== entry.complaint) this.#note(complaint);
      entry.complaint = complaint;
    }
  }

  /** The same, with an answer that is sent in any case. */
  #answer<T>(
    kind: string,
    otherwise: T,
    work: (entry: Entry) => T,
    answer: (value: T) => FromMonitors,
  ): void {
    let value = otherwise;
    this.#with(kind, (entry) => {
      value = work(entry);
    });
    this.#send(answer(value));
  }

  #take(
    entry: Entry,
    { samples, endings }: Pick<Extract<ToMonitors, { type: "take" }>, "samples" | "endings">,
  ): void {
    for (const sample of samples) entry.monitor.take(sample);
    for (const { machine, at, how } of endings) {
      // The rows before the end are its last ones.
      this.#tell(entry, entry.monitor.advance(at));
      entry.monitor.end(machine, at, how);
    }
    entry.changed = true;
    if (endings.length === 0) return;
    this.#tellAll(entry);
    this.#save(entry);
  }

  #past(entry: Entry, { now, samples, endings }: PastRow): void {
    for (const sample of samples) entry.monitor.take(sample);
    entry.monitor.advance(now);
    for (const { machine, at, how } of endings) entry.monitor.end(machine, at, how);
    entry.changed = true;
  }

  #tellAll(entry: Entry): void {
    this.#tell(entry, entry.monitor.machines());
    this.#tellKind(entry);
  }

  #tell(entry: Entry, machines: readonly MachineStatus[]): void {
    if (machines.length === 0) return;
    entry.changed = true;
    this.#send({ type: "machines", kind: entry.declaration.id, machines });
  }

  #learn(entry: Entry): void {
    if (!entry.learning) {
      const job = entry.monitor.due();
      if (job !== null) {
        entry.learning = true;
        this.#send({ type: "job", kind: entry.declaration.id, job });
      }
    }
    this.#tellKind(entry);
  }

  #tellKind(entry: Entry): void {
    const kind: MachineKind = entry.monitor.kind();
    const told = JSON.stringify(kind);
    if (told === entry.told) return;
    entry.told = told;
    this.#send({ type: "kind", kind });
  }

  /** Returns why a state could not be written, or null. */
  #saveAll(): string | null {
    let problem: string | null = null;
    for (const entry of this.#entries.values()) problem = this.#save(entry) ?? problem;
    return problem;
  }

  #save(entry: Entry): string | null {
    if (this.#folder === null || !entry.changed) return null;
    const path = statePath(this.#folder, entry.declaration.id);
    try {
      writeState(path, wrap(entry.declaration, entry.monitor.save()));
      entry.changed = false;
      return null;
    } catch (error) {
      const problem = `machines: ${path} could not be written: ${reasonOf(error)}`;
      if (problem !== entry.complaint) this.#note(problem);
      entry.complaint = problem;
      return problem;
    }
  }

  #note(text: string): void {
    this.#send({ type: "note", text });
  }
}

/** A state with the declaration that it belongs to, before it: length, JSON, state. */
function wrap(declaration: KindDeclaration, state: Uint8Array): Uint8Array {
  const declared = Buffer.from(JSON.stringify(declaration));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(declared.length);
  return Buffer.concat([length, declared, state]);
}

function unwrap(bytes: Uint8Array): { readonly declared: string; readonly state: Uint8Array } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = 4 + (buffer.length < 4 ? 0 : buffer.readUInt32LE());
  return { declared: buffer.toString("utf8", 4, end), state: new Uint8Array(buffer.subarray(end)) };
}

/** The reason of a failure, on one line. Not everything that is thrown is an `Error`. */
export function reasonOf(error: unknown): string {
  const { message } = Object(error) as { readonly message?: unknown };
  return (typeof message === "string" ? message : String(error)).replace(/\s+/g, " ").trim();
}
