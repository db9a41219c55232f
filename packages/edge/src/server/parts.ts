/** What the HTTP interface is given by the node: small shapes, so that it depends on what parts do and not on who they are. */

import type {
  CaseDetail,
  CasesPage,
  CaseWrite,
  CaseWrites,
  CompanionStatus,
  ConflictDecision,
  CrmIntent,
  EvaluationState,
  Json,
  LogCheck,
  LogPage,
  ReplayResult,
  StageResult,
  Turn,
  TurnRequest,
  WriteCounts,
} from "@symbion/companion";
import type {
  CameraStatus,
  CameraWatch,
  ConfigDocument,
  ConfigOutcome,
  DoctorCheck,
  FoundDevice,
  MachineCurve,
  MachineKind,
  MachineSample,
  MachineSource,
  MachineStatus,
  ModelVersion,
  NodeStatus,
  Peer,
  ProbeResult,
  RestoreReport,
  ShareStatus,
  WatchEdit,
  WatchWindow,
} from "@symbion/core";
import type { Alerts } from "../alerts/types.ts";
import type { Wished } from "../companion/case-queue.ts";
import type { CasesQuery } from "../companion/cases.ts";
import type { ConfigEdit } from "../config/operations.ts";
import type { PluginReport } from "../plugins/index.ts";
import type { Store } from "../store/types.ts";
import type { Asset } from "./assets.ts";
import type { Auth } from "./auth.ts";
import type { LiveHub } from "./live.ts";
import type { MachinePushed } from "./machine-schemas.ts";
import type { Names } from "./security.ts";
import type { CryptoUse, Invited, SharePolicy } from "./share-schemas.ts";

/** A camera's records for one reader. */
export type CameraSubscription = {
  /** Packed records, one whole record per chunk; cancelling it closes the subscription. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Resolves when it is over, for whatever reason. */
  readonly closed: Promise<void>;
  /** Ends it; can be called again. */
  close(): void;
};

/** The running cameras. */
export type CameraSource = {
  /** Every camera, in the order of the configuration. */
  status(): readonly CameraStatus[];
  /** One camera, or null if there is none of that id. */
  statusOf(id: string): CameraStatus | null;
  /** Whether a camera of that id runs; one that is disabled does not. */
  has(id: string): boolean;
  /** Begins to watch a camera; null if none of that id runs. */
  subscribe(id: string): CameraSubscription | null;
};

/** Standing questions of the running cameras. */
export type WatchPart = {
  /** How a camera's questions are doing; null if no camera of that id runs. */
  status(camera: string): CameraWatch | null;
  /** Its last windows, newest first, at most `limit`; null if no camera of that id runs. */
  recent(camera: string, limit: number): readonly WatchWindow[] | null;
  /** Changes policy or threshold until the node ends; null if no camera of that id runs. */
  change(camera: string, edit: WatchEdit): CameraWatch | null;
};

/** Machines, their kinds and where their values come from. */
export type MachinesPart = {
  /** Every machine. */
  list(): readonly MachineStatus[];
  /** One machine; null if there is none of that id. */
  status(id: string): MachineStatus | null;
  /** A machine's past, at most so many points; null if there is none of that id. Rejects with `MonitorsAway`. */
  curve(id: string, points: number): Promise<MachineCurve | null>;
  /** Every kind. */
  kinds(): readonly MachineKind[];
  /** One kind; null if there is none of that id. */
  kind(id: string): MachineKind | null;
  /** Makes an earlier version answer again; null if there is none. Rejects with `MonitorsAway`. */
  rollback(kind: string, version: string): Promise<ModelVersion | null>;
  /** Takes values; null if there is no machine of that id and no kind is named. Throws `UsageError`. */
  push(id: string, kind: string | null, samples: readonly MachineSample[]): MachinePushed | null;
  /** Ends a life; false if there is no machine of that id. */
  end(id: string, at: number, how: "failed" | "serviced"): boolean;
  /** How sources are doing. */
  sources(): readonly MachineSource[];
};

/**
 * What leaves the node, and who it is linked with. What needs the `share` section rejects with an error named `ShareOff`
 * where there is none; what the link or the policy says no to, with one named `ShareRefused`.
 */
export type SharePart = {
  /** Everything at once. */
  status(): Promise<ShareStatus>;
  /** An invitation for one other node, which then is in `tier` (null: in none), for so many milliseconds. */
  invite(tier: string | null, holds: number): Promise<Invited>;
  /** Enrols with the node that made an invitation. */
  enrol(invitation: string, tier: string | null): Promise<Peer>;
  /** Destroys the keys of a peer; false if there is none of that id. */
  forget(peer: string): Promise<boolean>;
  /** Changes and signs the policy; null if there is no peer of that id. */
  setTier(peer: string, tier: string | null): Promise<Peer | null>;
  policy(): Promise<SharePolicy>;
  /** Algorithms in use; also where sharing is off. */
  inventory(): Promise<readonly CryptoUse[]>;
  /** The log of releases as a file for `client`; the file is a release itself. */
  exportLog(format: "csv" | "ndjson", client: string): Promise<Download>;
};

/**
 * The layer after a model, its log and what was measured of the model. What needs the `companion` section rejects with
 * an error named `CompanionOff` where it cannot be used.
 */
export type CompanionPart = {
  /** Everything at once. */
  status(): Promise<CompanionStatus>;
  /** Answers a question. Rejects with `UsageError` and `UpstreamError`. */
  turn(
    request: TurnRequest,
    stages: (result: StageResult) => void,
    signal: AbortSignal,
  ): Promise<Turn>;
  /** Entries before a place (null: the newest), newest first, at most `limit`; of one conversation, or all (null). */
  logPage(before: number | null, limit: number, conversation: string | null): Promise<LogPage>;
  /** Looks at every line. */
  checkLog(): Promise<LogCheck>;
  /** The log as a file for `client`; the file is a release. */
  exportLog(client: string): Promise<Download>;
  /** Computes an answer again; `missing`: no such entry; `unreadable`: erased, or no answer. */
  replay(seq: number): Promise<ReplayResult | "missing" | "unreadable">;
  /** Destroys a conversation's key; false if there is none. */
  erase(conversation: string): Promise<boolean>;
  /** Writes something else down. */
  note(kind: string, subject: string, body: Json): Promise<void>;
  /** Begins to measure the model, by itself or through the layer. */
  evaluate(layer: boolean): Promise<EvaluationState | "running">;
  /** How the evaluation is doing. */
  evaluation(): EvaluationState;
  /** Ends it. */
  stopEvaluation(): EvaluationState;
  /** Cases of the CRM system; null where there is none. Rejects with `CrmError`. */
  cases(query: CasesQuery, signal: AbortSignal): Promise<CasesPage | null>;
  /** One case; null where there is no CRM system. Rejects with `CrmError`. */
  caseOf(id: string, signal: AbortSignal): Promise<CaseDetail | null>;
  /** Writes to the CRM system that are not done; null where there is none. Cheap. */
  writeCounts(): WriteCounts | null;
  /** These writes, and those that were done last; null where there is no CRM system. Rejects with `CrmError`. */
  writes(): Promise<CaseWrites | null>;
  /** Puts a write into the queue, durably; null where there is no CRM system. Rejects with `UsageError`, `CrmError`. */
  write(intent: CrmIntent): Promise<CaseWrite | null>;
  /** A person's decision on an edit that met somebody else's. */
  decide(id: string, decision: ConflictDecision): Promise<Wished | null>;
  /** Tries a write again that the system would not take. */
  retryWrite(id: string): Promise<Wished | null>;
  /** Gives a write up. */
  dropWrite(id: string): Promise<Wished | null>;
};

/** Still pictures, decoded on demand. */
export type StillSource = {
  /** A JPEG file; null where there is no picture yet. */
  take(id: string): Promise<Uint8Array<ArrayBuffer> | null>;
};

/** A change of one entry of the configuration, which leaves the rest of the file as it is. */
export type EntryEdit = Exclude<ConfigEdit, { readonly kind: "set-text" }>;

/** `outdated`: the file has changed since that version. `missing`: there is no entry of that id. */
export type EditResult = ConfigOutcome | "outdated" | "missing";

/** The alert rules of the file: its version, and the entries with all their keys. */
export type RuleEntries = {
  readonly version: string;
  readonly rules: readonly ({ readonly id: string } & Readonly<Record<string, unknown>>)[];
};

/** The configuration file, to be read and edited. */
export type ConfigPart = {
  /** The file as it is on disk. */
  document(): Promise<ConfigDocument>;
  /** The alert rules as they are in the file. */
  rules(): Promise<RuleEntries>;
  /** JSON Schema of the file, for editors. */
  schema(): object;
  /** Problems of a text that is not saved, `LINE:COLUMN: …` each. */
  check(text: string): Promise<readonly string[]>;
  /**
   * Saves a whole text. Not saved where it has problems, unless `force`; never where the file has changed since
   * `version`.
   */
  replace(version: string, text: string, force: boolean): Promise<EditResult>;
  /** Changes one entry. */
  edit(version: string, edit: EntryEdit): Promise<EditResult>;
};

/** What a probe is asked about. */
export type ProbeTarget = { readonly url: string } | { readonly file: string };

/** A file made on demand. */
export type Download = {
  /** Name under which a browser saves it; ASCII letters, digits, `.`, `-` and `_`. */
  readonly name: string;
  /** Media type. */
  readonly type: string;
  /** Its bytes; cancelling them frees what makes them. */
  readonly body: ReadableStream<Uint8Array>;
};

/** Backups, there and back. */
export type BackupPart = {
  /** One archive of configuration and store, with the clips' files or without. */
  create(options: { readonly clips: boolean }): Promise<Download>;
  /** Looks at an uploaded archive, and restores it unless `dryRun`. What is wrong with it is told, not thrown. */
  restore(file: string, options: { readonly dryRun: boolean }): Promise<RestoreReport>;
  /** Existing folder for uploads, on the disk of the data. */
  readonly folder: string;
  /** Most bytes of an archive that may be uploaded now. */
  maxBytes(): number;
};

/** Everything the interface shows and changes. */
export type AppParts = {
  readonly cameras: CameraSource;
  readonly watch: WatchPart;
  readonly machines: MachinesPart;
  readonly share: SharePart;
  readonly companion: CompanionPart;
  /** The node in one record; cheap. */
  readonly status: () => NodeStatus;
  /** Null where there is no ffmpeg. */
  readonly snapshots: StillSource | null;
  readonly store: Store;
  readonly alerts: Alerts;
  readonly config: ConfigPart;
  readonly backup: BackupPart;
  /** Opens a source for a moment and says what it is. Failure is a result. */
  readonly probe: (target: ProbeTarget) => Promise<ProbeResult>;
  /** Looks for cameras on the network; takes seconds. */
  readonly discover: () => Promise<readonly FoundDevice[]>;
  readonly doctor: () => Promise<readonly DoctorCheck[]>;
  /** The support bundle, redacted. */
  readonly support: () => Promise<Download>;
  readonly plugins: () => readonly PluginReport[];
  readonly auth: Auth;
  /** What happens, for `/api/events`; closed by the node when it ends. */
  readonly live: LiveHub;
  readonly assets: ReadonlyMap<string, Asset>;
  /** Names the node answers to. */
  readonly names: Names;
  /** Aborted when the node ends. */
  readonly closing: AbortSignal;
  /** One line for each thing the owner should know. */
  readonly log: (text: string) => void;
  /** Milliseconds since 1970; default `Date.now`. Rate limits, sessions and defaults of queries follow it. */
  readonly now?: (() => number) | undefined;
};
