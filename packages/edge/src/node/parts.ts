/**
 * The node's parts in the shapes that the HTTP interface asks for. What is seldom needed is loaded when it is: a start
 * must not wait for it.
 */

import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { NodeStatus, ProbeResult } from "@symbion/core";
import type { ConfigFile, EditOutcome } from "../config/file.ts";
import { configJsonSchema } from "../config/json-schema.ts";
import { ruleEntries } from "../config/rule-entries.ts";
import type { CameraSource } from "../config/types.ts";
import type { PluginHost } from "../plugins/index.ts";
import type {
  AppParts,
  BackupPart,
  ConfigPart,
  Download,
  EditResult,
  ProbeTarget,
} from "../server/parts.ts";
import { carryAway } from "../share/carry.ts";
import type { Door } from "../share/door.ts";
import type { Store } from "../store/types.ts";
import type { Log } from "./log.ts";

/** The configuration file, for reading and editing. */
export function configPart(file: ConfigFile): ConfigPart {
  return {
    document: () => file.document(),
    rules: () => ruleEntries(file),
    schema: configJsonSchema,
    check: async (text) => file.check(text),
    replace: async (version, text, force) =>
      resultOf(await file.edit(version, { kind: "set-text", text, force })),
    edit: async (version, edit) => resultOf(await file.edit(version, edit)),
  };
}

function resultOf({ refused, saved, version, problems }: EditOutcome): EditResult {
  if (refused === "outdated" || refused === "missing") return refused;
  return { saved, version, problems };
}

/** What {@link backupPart} draws on. */
export type BackupSources = {
  readonly file: ConfigFile;
  readonly store: Pick<Store, "flush" | "status">;
  readonly door: Pick<Door, "open">;
  /** The data folder. */
  readonly folder: string;
  /** Ends the node and starts it again, soon: what was restored is put in place in between. */
  readonly restart: (reason: string) => void;
};

/** Backups of the running node, and archives put in its place. */
export function backupPart({ file, store, door, folder, restart }: BackupSources): BackupPart {
  return {
    create: async ({ clips }) => {
      const { createBackup } = await import("../store/backup.ts");
      await store.flush();
      const what = `a backup of configuration, database and the companion's log${clips ? ", with clips" : ""}`;
      return await carryAway(
        door,
        what,
        (): Download => ({
          name: `symbion-backup-${today()}.tar.gz`,
          type: "application/gzip",
          body: createBackup({ folder, configPath: file.path, clips }),
        }),
      );
    },
    restore: async (archive, { dryRun }) => {
      const { stageRestore } = await import("../store/restore.ts");
      const report = await stageRestore(archive, { folder, configPath: file.path, dryRun });
      if (report.ok && !dryRun) restart("a backup is being restored");
      return report;
    },
    folder,
    // The archive and what is unpacked from it lie beside each other for a moment.
    maxBytes: () => Math.floor(store.status().freeBytes / 3),
  };
}

/** Probes of sources that a person typed; a relative file is one beside the configuration, as in the file itself. */
export function probePart(file: ConfigFile): (target: ProbeTarget) => Promise<ProbeResult> {
  return async (target) => {
    const { probe } = await import("../discovery/index.ts");
    const source: CameraSource =
      "url" in target ? target : { file: resolve(dirname(file.path), target.file) };
    return probe(source);
  };
}

/** What {@link supportPart} draws on. */
export type SupportSources = {
  readonly file: ConfigFile;
  readonly status: () => NodeStatus;
  readonly log: Log;
  readonly plugins: Pick<PluginHost, "status">;
  readonly door: Pick<Door, "open">;
};

/** The doctor's checks of the running node, and the support bundle. */
export function supportPart({
  file,
  status,
  log,
  plugins,
  door,
}: SupportSources): Pick<AppParts, "doctor" | "support"> {
  const doctor: AppParts["doctor"] = async () => {
    const { runDoctor } = await import("../doctor/index.ts");
    return await runDoctor({
      config: file.path,
      node: { config: file.current, status: status() },
      door,
    });
  };
  return {
    doctor,
    support: async () => {
      const { supportBundle } = await import("../doctor/index.ts");
      const bundle = await supportBundle({
        version: status().version,
        configText: await readFile(file.path, "utf8").catch(() => null),
        config: file.current,
        doctor: await doctor(),
        status: status(),
        plugins: plugins.status(),
        log: log.recent(),
      });
      return await carryAway(door, "a support bundle, redacted", () => ({
        name: `symbion-support-${today()}.tar.gz`,
        type: "application/gzip",
        body: new Blob([bundle]).stream(),
      }));
    },
  };
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
