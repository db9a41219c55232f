/**
 * `symbion link`: asks the node that runs. Where none runs, what can be done without one is done on the data folder; its
 * locks keep a node and a command from working on it at once.
 */

import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { type Peer, type ShareStatus, UsageError } from "@symbion/core";
import type { CryptoUse, Invited } from "../server/share-schemas.ts";
import { usesOfProduct } from "../share/inventory.ts";
import { benchCommand } from "./bench.ts";
import { findNode, type NodeClient, type NodeOptions } from "./node-client.ts";
import { withSharing } from "./sharing.ts";

/** Options of all `symbion link` commands that ask a node. */
export type LinkCommandOptions = NodeOptions & { readonly json?: true };

/** Options of `symbion link invite`. */
export type InviteCommandOptions = LinkCommandOptions & {
  readonly tier?: string;
  readonly minutes?: number;
};

/** Options of `symbion link enrol`. */
export type EnrolCommandOptions = LinkCommandOptions & { readonly tier?: string };

/** Options of `symbion link verify`. */
export type VerifyCommandOptions = LinkCommandOptions & { readonly records?: true };

/** Options of `symbion link sbom`. */
export type SbomCommandOptions = { readonly out?: string; readonly json?: true };

/** Options of `symbion link bench`. */
export type LinkBenchOptions = { readonly json?: true; readonly quick?: true };

/** Makes an invitation. Throws `UsageError` where no node runs: nobody would answer whoever has it. */
export async function inviteCommand(options: InviteCommandOptions): Promise<void> {
  const node = await running(options);
  const invited = await node.change<Invited>("POST", "/api/share/invitations", {
    ...(options.tier === undefined ? {} : { tier: options.tier }),
    ...(options.minutes === undefined ? {} : { minutes: options.minutes }),
  });
  print(options, invited, () => [
    invited.invitation,
    `holds until ${new Date(invited.expiresAt).toISOString()}, for one node`,
    `fingerprint of this node: ${invited.fingerprint}`,
  ]);
}

/** Enrols with another node. Throws `UsageError` saying what was refused. */
export async function enrolCommand(
  invitation: string,
  options: EnrolCommandOptions,
): Promise<void> {
  const line = (invitation === "-" ? await text(process.stdin) : invitation).trim();
  const { tier } = options;
  const peer = await withSharing<Peer>(
    options,
    (node) =>
      node.change("POST", "/api/share/peers", {
        invitation: line,
        ...(tier === undefined ? {} : { tier }),
      }),
    (engine) => engine.ask("enrol", { invitation: line, tier: tier ?? null }),
  );
  print(options, peer, () => [
    `enrolled with ${peer.id} (${peer.fingerprint})`,
    peer.tier === null
      ? "nothing is told to it: symbion link tier puts it into a tier"
      : `in tier ${peer.tier}`,
  ]);
}

/** Prints everything about sharing. */
export async function statusCommand(options: LinkCommandOptions): Promise<void> {
  const status = await withSharing<Partial<ShareStatus>>(
    options,
    (node) => node.get<ShareStatus>("/api/share"),
    async (engine) => {
      const { fingerprint, keysIn, peers, budgets } = engine.state();
      return { enabled: true, fingerprint, keysIn, listening: null, peers, budgets };
    },
  );
  print(options, status, () => {
    const { fingerprint, keysIn, listening, peers = [], premium } = status;
    return [
      ...(status.enabled === true
        ? [`fingerprint ${fingerprint}, keys in ${keysIn}`]
        : ["sharing is off: nothing leaves over links"]),
      ...(listening ? [`listens at ${listening}`] : []),
      ...peers.map(
        (peer) =>
          `${peer.id}  ${peer.state.padEnd(11)}  tier ${peer.tier ?? "none"}  ${peer.sessions} sessions` +
          `${peer.group === null ? "" : `, ${peer.group}`}${peer.reason === "" ? "" : `  ${peer.reason}`}`,
      ),
      ...(premium === undefined
        ? []
        : [
            `${premium.payloadBytes} bytes of content, ${premium.securityBytes} of security, ` +
              `${(premium.coreShare * 100).toFixed(3)} % of a core`,
          ]),
    ];
  });
}

/** Puts a peer into a tier. */
export async function tierCommand(
  peer: string,
  tier: string,
  options: LinkCommandOptions,
): Promise<void> {
  const wanted = tier === "none" ? null : tier;
  const changed = await withSharing<Peer | null>(
    options,
    (node) =>
      node.change("PUT", `/api/share/peers/${encodeURIComponent(peer)}/tier`, { tier: wanted }),
    (engine) => engine.ask("tier", { peer, tier: wanted }),
  );
  if (changed === null) throw new UsageError(`expected the id of a peer, got "${peer}"`);
  print(options, changed, () => [`${changed.id} is in tier ${changed.tier ?? "none"}`]);
}

/** Destroys the keys of a peer. */
export async function forgetCommand(peer: string, options: LinkCommandOptions): Promise<void> {
  const forgotten = await withSharing<boolean>(
    options,
    async (node) => {
      await node.change("DELETE", `/api/share/peers/${encodeURIComponent(peer)}`);
      return true;
    },
    (engine) => engine.ask("forget", { peer }),
  );
  if (!forgotten) throw new UsageError(`expected the id of a peer, got "${peer}"`);
  print(options, { forgotten: peer }, () => [`${peer} is forgotten, its keys are destroyed`]);
}

/** Lists algorithms. */
export async function inventoryCommand(options: LinkCommandOptions): Promise<void> {
  const uses = await withSharing<readonly CryptoUse[]>(
    options,
    (node) => node.get("/api/share/inventory"),
    async (engine) => [...(await engine.ask("inventory", null)), ...usesOfProduct()],
    async () => usesOfProduct(),
  );
  print(options, uses, () =>
    uses.map(
      ({ algorithm, use, where, until, quantumSafe, ageDays }) =>
        `${algorithm}: ${use} (${where}); until ${until}${quantumSafe ? "" : "; broken by a quantum computer"}` +
        `${ageDays === null ? "" : `; key is ${Math.floor(ageDays)} days old`}`,
    ),
  );
}

/** Checks the sealed log of releases, whether or not a node runs; exit code 2 where it is not intact. */
export async function verifyCommand(options: VerifyCommandOptions): Promise<number> {
  const { openVault } = await import("../share/vault.ts");
  const { readEvidence, verifyEvidence } = await import("../share/evidence.ts");
  const { config } = await findNode(options);
  const folder = join(config.store.folder, "share");
  const vault = await openVault(folder, config.share, false).catch((error: Error) => {
    throw new UsageError(error.message, { cause: error });
  });
  try {
    const reports = await verifyEvidence(join(folder, "log"), vault.identity);
    if (options.records === true) {
      for await (const line of readEvidence(join(folder, "log"), vault)) {
        process.stdout.write(`${line}\n`);
      }
    }
    const intact = reports.every((report) => report.intact);
    if (options.json === true)
      process.stdout.write(`${JSON.stringify({ intact, logs: reports })}\n`);
    else if (options.records !== true) {
      for (const { year, records, problems } of reports) {
        process.stdout.write(
          `${year}: ${records} records, ${problems.length === 0 ? "intact" : problems.join("; ")}\n`,
        );
      }
      if (reports.length === 0) process.stdout.write("nothing was sealed yet\n");
    }
    return intact ? 0 : 2;
  } finally {
    vault.close();
  }
}

/** Prints the bill of materials. */
export async function sbomCommand(options: SbomCommandOptions): Promise<void> {
  const { sbom } = await import("../share/sbom.ts");
  const document = await sbom();
  const json = JSON.stringify(document, null, options.json ? undefined : 2);
  if (options.out === undefined) {
    process.stdout.write(`${json}\n`);
    return;
  }
  const path = resolve(options.out);
  try {
    await writeFile(path, `${json}\n`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${options.out}: expected a file that can be written, got ${code}`, {
      cause: error,
    });
  }
}

/** The parts of `symbion bench share` that are about links. */
export async function linkBenchCommand(options: LinkBenchOptions): Promise<void> {
  await benchCommand("share", { ...options, only: "sessions,sealing" });
}

async function running(options: LinkCommandOptions): Promise<NodeClient> {
  const { node } = await findNode(options);
  if (node !== null) return node;
  throw new UsageError("expected a node that runs (symbion up), found none");
}

function print(options: LinkCommandOptions, value: unknown, lines: () => readonly string[]): void {
  process.stdout.write(
    options.json
      ? `${JSON.stringify(value)}\n`
      : lines()
          .map((line) => `${line}\n`)
          .join(""),
  );
}
