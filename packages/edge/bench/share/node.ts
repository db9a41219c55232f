/**
 * What privacy and links cost a node that runs: two nodes on this machine that tell each other numbers, beside one that
 * shares nothing. Bytes are counted by the links, CPU time by the system. Ticks come every two seconds instead of every
 * minute; figures for an hour at one tick a minute follow from bytes and CPU time per tick.
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Release, ReleasePage, ShareStatus } from "@symbion/core";
import { atMost, plain } from "../../../../bench/rows.ts";
import type { BenchOptions, BenchRow } from "../../src/cli/bench.ts";
import { type ChildNode, startNode, usage } from "../child-node.ts";

/** Seconds between two ticks here, and in the figures for an hour. */
const TICK = 2;
const MINUTE = 60;
/** Seconds that figures are taken over. */
const WINDOW = 60;
const QUICK_WINDOW = 20;

/** Numbers told at each tick. */
const NUMBERS = [6, 1] as const;

/** Rows of the part `node`. */
export async function* nodeRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  for (const count of NUMBERS) {
    const numbers = count === 1 ? "a number" : `${count} numbers`;
    options.note(`node: two nodes tell each other ${numbers} every ${TICK} s`);
    const figures = await measure(count, options.quick ? QUICK_WINDOW : WINDOW);
    const name = `two nodes tell each other ${numbers} a minute`;
    const { payloadPerTick, securityPerTick, sessionBytes, cpuMsPerTick } = figures;
    const payload = payloadPerTick * MINUTE;
    const security = securityPerTick * MINUTE + sessionBytes;
    const ratio = (payload + security) / payload;
    yield atMost(`${name}: bytes on the wire per byte of content`, ratio, "x", 1.3);
    yield plain(`${name}: content an hour, each way`, payload, "B");
    yield plain(`${name}: security an hour, session included`, security, "B");
    yield plain(`${name}: CPU of noise, ledger, link and log per tick`, cpuMsPerTick, "ms");
    const share = figures.extraCoreShare * 100;
    yield plain(`${name}, but every ${TICK} s: share of one core, whole process`, share, "%");
    yield atMost(`${name}: share of one core, whole process`, (share * TICK) / MINUTE, "%", 1);
  }
}

type Figures = {
  readonly payloadPerTick: number;
  readonly securityPerTick: number;
  /** Bytes of a session beside its messages. */
  readonly sessionBytes: number;
  readonly cpuMsPerTick: number;
  /** CPU time of a whole node that shares, less that of one that does not, per second of both. */
  readonly extraCoreShare: number;
};

async function measure(count: number, seconds: number): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "symbion-share-bench-"));
  const nodes: ChildNode[] = [];
  try {
    const port = await freePort();
    for (const [name, text] of [
      ["listener", configOf(port, count)],
      ["caller", configOf(null, count)],
      ["quiet", "cameras: []\n"],
    ] as const) {
      const config = join(folder, `${name}.yaml`);
      await writeFile(config, `node: { data: ${name} }\n${text}`);
      nodes.push(await startNode(config, folder));
    }
    const [listener, caller, quiet] = nodes as [ChildNode, ChildNode, ChildNode];
    await until(async () => (await status(listener)).listening !== null);
    const { invitation } = await change<{ invitation: string }>(listener, "invitations", {
      tier: "town",
    });
    await change(caller, "peers", { invitation, tier: "town" });
    await until(async () => (await sent(caller)).length >= 2 * count);
    const first = (await sent(caller)).toSorted((a, b) => a.at - b.at).slice(0, count);
    const before = await figuresOf(listener, quiet);
    await setTimeout(seconds * 1000);
    const after = await figuresOf(listener, quiet);
    const ticks = (after.at - before.at) / 1000 / TICK;
    const gone = (pick: (figures: typeof before) => number): number => pick(after) - pick(before);
    // Both ways go over one session: each side's messages are half of it.
    const payloadPerTick = gone(({ status: { premium } }) => premium.payloadBytes) / ticks / 2;
    const securityPerTick = gone(({ status: { premium } }) => premium.securityBytes) / ticks / 2;
    const handshake = first.reduce((sum, { securityBytes }) => sum + (securityBytes ?? 0), 0);
    return {
      payloadPerTick,
      securityPerTick,
      // The session is shared by both directions.
      sessionBytes: Math.max(0, handshake - securityPerTick) / 2,
      cpuMsPerTick:
        gone(
          ({ status: { premium } }) => premium.privacyCpuMs + premium.linkCpuMs + premium.sealCpuMs,
        ) / ticks,
      extraCoreShare:
        Math.max(0, gone(({ sharing }) => sharing) - gone(({ alone }) => alone)) /
        ((after.at - before.at) / 1000),
    };
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

function configOf(port: number | null, count: number): string {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return `
cameras: []
share:
  ${port === null ? "" : `listen: 127.0.0.1:${port}`}
  keys: file
  policy: { rho-max: 0.5, rho-min: 0.005, tiers: [{ name: town, inverse-trust: 1 }] }
  budgets: [${numbers.map((n) => `{ purpose: use-${n}, rho: 1000 }`).join(", ")}]
  releases:
${numbers
  .map(
    (n) =>
      `    - { id: alerts-${n}, statistic: alerts, slot: ${TICK} s, tiers: [town], purpose: use-${n} }`,
  )
  .join("\n")}
`;
}

async function figuresOf(
  node: ChildNode,
  other: ChildNode,
): Promise<{
  readonly at: number;
  readonly status: ShareStatus;
  readonly sharing: number;
  readonly alone: number;
}> {
  const [shown, own, others] = await Promise.all([status(node), usage(node.pid), usage(other.pid)]);
  return {
    at: performance.now(),
    ...{ status: shown, sharing: own.cpuSeconds, alone: others.cpuSeconds },
  };
}

async function status(node: ChildNode): Promise<ShareStatus> {
  return (await (await fetch(`${node.url}api/share`)).json()) as ShareStatus;
}

async function sent(node: ChildNode): Promise<readonly Release[]> {
  const page = await (await fetch(`${node.url}api/releases?state=sent&limit=1000`)).json();
  return (page as ReleasePage).releases;
}

async function change<T>(node: ChildNode, what: string, body: object): Promise<T> {
  const session = (await (await fetch(`${node.url}api/session`)).json()) as { csrf: string };
  const answer = await fetch(`${node.url}api/share/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Symbion-CSRF": session.csrf },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${what}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; ) {
    if (await holds()) return;
    await setTimeout(100);
  }
  throw new Error("the nodes did not come together within a minute");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
