import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Aggregate, Peer, Release, ReleasePage, ShareStatus } from "@symbion/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Invited } from "../src/server/share-schemas.ts";
import { nodeCommand } from "./support/command.ts";
import { get, kill, NodeBench, until } from "./support/running-node.ts";

let a: NodeBench;
let b: NodeBench;

beforeEach(async () => {
  [a, b] = await Promise.all([NodeBench.make(), NodeBench.make()]);
});

afterEach(async () => {
  await Promise.all([a.close(), b.close()]);
});

type Sealed = { readonly intact: boolean; readonly logs: readonly { readonly records: number }[] };

/** A port that nobody has now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Tells the number of alerts every two seconds; rho 0.5 to `near`, 0.005 to `far`. */
function sharing(listen: number | null, budget: number, more = ""): string {
  return `
node: { name: ${listen === null ? "Caller" : "Listener"} }
cameras: []
share:
  ${listen === null ? "" : `listen: 127.0.0.1:${listen}`}
  keys: file
  policy:
    rho-max: 0.5
    rho-min: 0.005
    tiers: [{ name: near, inverse-trust: 0 }, { name: far, inverse-trust: 1 }]
  budgets: [{ purpose: care, rho: ${budget} }]
  releases:
    - { id: alerts, statistic: alerts, slot: 2 s, most: 3, tiers: [near, far], purpose: care }
${more}`;
}

const status = (url: string): Promise<ShareStatus> => get(url, "/api/share");
const releases = async (url: string): Promise<readonly Release[]> =>
  (await get<ReleasePage>(url, "/api/releases?limit=1000")).releases;
const aggregates = async (url: string): Promise<readonly Aggregate[]> =>
  (await get<{ aggregates: Aggregate[] }>(url, "/api/share/aggregates?limit=1000")).aggregates;

async function symbion<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await nodeCommand([...args, "--json"]);
  if (code !== 0) throw new Error(`symbion ${args.join(" ")}: ${code} ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** Enrols `from` with `to` as a person would. */
async function enrol(to: string, from: string, tier: string): Promise<Peer> {
  const { invitation } = await symbion<Invited>("link", "invite", "--tier", tier, "--url", to);
  return await symbion<Peer>("link", "enrol", invitation, "--tier", tier, "--url", from);
}

/** Nodes in processes of their own take their time on a busy machine. */
const PATIENCE = 90;

describe("two nodes", { timeout: 240_000 }, () => {
  test("enrol, exchange private numbers, and go on after kill -9 with nothing spent twice", async () => {
    const port = await freePort();
    await a.write(sharing(port, 500));
    await b.write(sharing(null, 500));
    const [nodeA, nodeB] = await Promise.all([a.spawn(), b.spawn()]);
    expect((await status(nodeA.url)).enabled).toBe(true);
    await until(async () => (await status(nodeA.url)).listening, PATIENCE);
    const peer = await enrol(nodeA.url, nodeB.url, "far");
    expect(peer).toMatchObject({ tier: "far", inverseTrust: 1, address: `127.0.0.1:${port}` });
    expect(peer.fingerprint).toBe((await status(nodeA.url)).fingerprint);

    // Both tell, both hear, both show it.
    const came = async (url: string, count: number): Promise<readonly Aggregate[] | null> => {
      const all = await aggregates(url);
      return all.length >= count ? all : null;
    };
    const [atA] = await Promise.all([
      until(() => came(nodeA.url, 2), PATIENCE),
      until(() => came(nodeB.url, 2), PATIENCE),
    ]);
    expect(atA[0]).toMatchObject({
      ...{
        what: "alerts per 2-second slot",
        subject: "alerts",
        tier: "far",
        delta: 1e-6,
        unit: "",
      },
      privacyUnit: "one 2-second slot of the node",
    });
    // Sensitivity 3 at rho 0.005 is sigma 30.
    expect(atA[0]?.deviation).toBeCloseTo(30, 0);
    expect(atA[0]?.epsilon).toBeGreaterThan(0.3);
    const shown = await status(nodeB.url);
    expect(shown.peers).toMatchObject([
      { state: "connected", group: "X25519MLKEM768", tier: "far", sessions: 1, reason: "" },
    ]);
    const sent = (await releases(nodeB.url)).filter(({ state }) => state === "sent");
    expect(sent.length).toBeGreaterThan(0);
    expect(sent[0]).toMatchObject({
      ...{ route: "link", recipient: peer.id, tier: "far", purpose: "care", subject: "alerts" },
      privacy: { mechanism: "discrete-gaussian", unit: "one 2-second slot of the node" },
    });
    expect(sent.every(({ securityBytes, session }) => (securityBytes ?? 0) > 0 && session)).toBe(
      true,
    );
    expect(shown.budgets[0]?.totalRho).toBe(500);
    expect(shown.premium.payloadBytes).toBeGreaterThan(0);
    expect(shown.premium.securityBytes).toBeGreaterThan(0);

    // Power is lost at one of them, in the middle of whatever it does.
    await kill(nodeB.child, "SIGKILL");
    const again = await b.spawn();
    const before = (await aggregates(nodeA.url)).length;
    await until(
      async () => ((await aggregates(nodeA.url)).length > before + 1 ? true : null),
      PATIENCE,
    );
    const after = await until(async () => {
      const now = await status(again.url);
      return now.peers[0]?.state === "connected" ? now : null;
    });
    expect(after.fingerprint).toBe(shown.fingerprint);
    expect(after.peers[0]?.sessions).toBeGreaterThan(1);

    // No slot was told twice, and what the ledger says is what the releases add up to.
    const windows = (await aggregates(nodeA.url)).map(({ window }) => window[0]);
    expect(new Set(windows).size).toBe(windows.length);
    const spent = async (): Promise<[number, number]> => {
      const told = (await releases(again.url)).filter(({ route }) => route === "link");
      const sum = told.reduce((all, { privacy }) => all + (privacy?.spentRho ?? 0), 0);
      const { budgets } = await status(again.url);
      return [sum, budgets.reduce((all, { spentRho }) => all + spentRho, 0)];
    };
    const [sum, ledger] = await until(async () => {
      const found = await spent();
      // A slot in which the node died may be in the ledger alone: spent, and told by nobody.
      return found[1] >= found[0] - 1e-9 ? found : null;
    });
    expect(ledger - sum).toBeLessThan(0.005 * 2.5);
    const log = [...a.lines, ...b.lines].join("\n");
    expect(log).not.toMatch(/symbion-link:/);

    // What left is sealed, too: whoever changes a byte of it is found out.
    const sealed = await symbion<Sealed>("link", "verify", "--config", b.config);
    expect(sealed).toMatchObject({ intact: true, logs: [{ problems: [] }] });
    expect(sealed.logs[0]?.records).toBeGreaterThan(2);
    expect((await status(again.url)).premium.sealCpuMs).toBeGreaterThan(0);
    await kill(again.child, "SIGKILL");
    const records = await nodeCommand(["link", "verify", "--records", "--config", b.config]);
    const told = records.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Release);
    expect(told.every(({ recipient }) => recipient === peer.id)).toBe(true);
    const folder = join(b.folder, "symbion-data", "share", "log");
    const [year = ""] = readdirSync(folder);
    const [segment = ""] = readdirSync(join(folder, year)).filter((name) =>
      name.endsWith(".sealed"),
    );
    const path = join(folder, year, segment);
    const bytes = readFileSync(path);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const changed = await nodeCommand(["link", "verify", "--config", b.config, "--json"]);
    expect(changed.code).toBe(2);
    expect(JSON.parse(changed.stdout)).toMatchObject({ intact: false });
  });

  test("a budget that is spent refuses, and a peer that is forgotten is told nothing", async () => {
    await a.write(sharing(await freePort(), 0.006));
    await b.write(sharing(null, 0.006));
    const [nodeA, nodeB] = await Promise.all([a.start(), b.start()]);
    await until(async () => (await status(nodeA.url)).listening, PATIENCE);
    await enrol(nodeA.url, nodeB.url, "far");
    const refused = await until(async () => {
      const all = await releases(nodeA.url);
      return all.find(({ state }) => state === "refused") ?? null;
    });
    expect(refused.reason).toContain("would be exceeded");
    expect(refused).toMatchObject({ payloadBytes: 0, privacy: { spentRho: 0, rho: 0.005 } });
    const { budgets, peers, counts } = await until(async () => {
      const now = await status(nodeA.url);
      return (now.budgets[0]?.refused ?? 0) > 0 ? now : null;
    });
    expect(budgets[0]?.spentRho).toBeCloseTo(0.005, 12);
    expect(counts.refused).toBeGreaterThan(0);

    const [peer] = peers;
    expect(await symbion("link", "tier", peer?.id ?? "", "none", "--url", nodeA.url)).toMatchObject(
      {
        tier: null,
      },
    );
    await symbion("link", "forget", peer?.id ?? "", "--url", nodeA.url);
    expect((await status(nodeA.url)).peers).toEqual([]);
    const gone = await nodeCommand(["link", "forget", "nobody", "--url", nodeA.url]);
    expect(gone.code).toBe(2);
    expect(gone.stderr).toContain('expected the id of a peer, got "nobody"');
    // The other side is told so, and says why.
    const lost = await until(async () => {
      const [one] = (await status(nodeB.url)).peers;
      return one?.state === "refused" ? one : null;
    });
    expect(lost.reason).toContain("unknown-key");
  });
});

test("a node without a share section has no keys, no port, and says so", async () => {
  await a.write("cameras: []\n");
  const { url } = await a.start();
  expect(await status(url)).toMatchObject({
    ...{ enabled: false, fingerprint: "", listening: null, peers: [], budgets: [] },
  });
  const refused = await nodeCommand(["link", "invite", "--url", url]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("sharing is off");
  expect(existsSync(join(a.folder, "symbion-data", "share"))).toBe(false);
});
