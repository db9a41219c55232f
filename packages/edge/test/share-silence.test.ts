import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { CameraStatus, ShareStatus } from "@symbion/core";
import { expect, test } from "vitest";

/** How long the node runs. */
const SECONDS = 60;

const SCRIPT = fileURLToPath(new URL("./fixtures/silent-node.ts", import.meta.url));

/** A pair of interfaces with a route to everywhere; the kernel's own IPv6 talk is off. */
const SET_UP = [
  "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 || exit 9",
  "ip link add out0 type veth peer name out1 || exit 9",
  "ip link set lo up && ip link set out0 up && ip link set out1 up || exit 9",
  "ip addr add 198.51.100.1/24 dev out0 && ip route add default via 198.51.100.254 || exit 9",
].join("\n");

/** Every kind of source that comes with the node, rules, and a share section that nobody has enrolled with. */
const CONFIG = `
cameras:
  - { id: yard, sample: yard }
  - { id: plain, sample: plain }
machines: { sources: [{ id: fleet, type: sample }] }
alerts: [{ id: all, when: [motion, machine-failing] }]
share:
  listen: 127.0.0.1:0
  keys: file
  policy:
    rho-max: 0.5
    rho-min: 0.005
    tiers: [{ name: near, inverse-trust: 0 }]
  budgets: [{ purpose: care, rho: 5 }]
  releases:
    - { id: motion, statistic: motion-episodes, slot: 5 s, tiers: [near], purpose: care }
    - { id: alerts, statistic: alerts, slot: 5 s, tiers: [near], purpose: care }
`;

type Sent = Readonly<Record<string, readonly [packets: number, bytes: number]>>;

type Result = {
  readonly before: Sent;
  readonly after: Sent;
  readonly control: Sent;
  readonly cameras: readonly CameraStatus[];
  readonly machines: number;
  readonly share: ShareStatus;
};

function namespaces(): string | null {
  try {
    execFileSync("unshare", ["-rn", "sh", "-c", SET_UP], { stdio: "ignore" });
    return null;
  } catch {
    return "needs unshare, ip and leave to make network namespaces";
  }
}

test("a whole node sends nothing to anybody for a minute", {
  timeout: 180_000,
}, async (context) => {
  const missing = namespaces();
  if (missing !== null) return context.skip(missing);
  const folder = await mkdtemp(join(tmpdir(), "symbion-silent-"));
  try {
    const config = join(folder, "symbion.yaml");
    await writeFile(config, CONFIG);
    const run = [process.execPath, "--conditions=source", SCRIPT, folder, config, String(SECONDS)];
    const command = `${SET_UP}\nexec ${run.map((word) => `'${word}'`).join(" ")}`;
    const child = spawn("unshare", ["-rn", "sh", "-c", command], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, errors, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise((resolve) => child.once("exit", resolve)),
    ]);
    expect(code, errors).toBe(0);
    const result = JSON.parse(out) as Result;
    // It did what it does: pictures were read, machines forecast, slots ended.
    expect(result.cameras.map(({ state }) => state)).toEqual(["live", "live"]);
    expect(result.machines).toBeGreaterThan(0);
    expect(result.share).toMatchObject({ enabled: true, peers: [] });
    const interfaces = Object.keys(result.after).filter((name) => name !== "lo");
    expect(interfaces.sort()).toEqual(["out0", "out1"]);
    for (const name of interfaces) {
      expect(result.before[name], name).toEqual([0, 0]);
      expect(result.after[name], name).toEqual([0, 0]);
    }
    // The counters count: one packet that was sent on purpose shows.
    expect(result.control.out0?.[0]).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
