import type { MachineCurve, MachineKind, MachineStatus, TimelineInsight } from "@symbion/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningNode } from "../src/node/index.ts";
import { get, NodeBench, until } from "./support/running-node.ts";

let bench: NodeBench;
let node: RunningNode;

beforeAll(async () => {
  bench = await NodeBench.make();
  await bench.write(`machines:
  kinds:
    - { id: mill, life-unit: cycle, row: 0.1, sensors: [{ name: load, unit: kW }] }
  fleet: [{ id: mill-1, name: Mill one, kind: mill }]
  sources: [{ id: fleet, type: sample, machines: 3 }]
`);
  node = await bench.start();
});

afterAll(async () => {
  await bench.close();
});

/** A change, as a page makes it. */
async function post(path: string, body: object): Promise<Response> {
  const { csrf } = await get<{ readonly csrf: string }>(node.url, "/api/session");
  return fetch(new URL(path, node.url), {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Symbion-CSRF": csrf },
    body: JSON.stringify(body),
  });
}

describe("machines of a running node", () => {
  it("are simulated where that is asked for, and learned from within seconds", async () => {
    const kinds = await until(async () => {
      const all = await get<MachineKind[]>(node.url, "/api/kinds");
      const simulated = all.filter(({ id }) => id.startsWith("simulated-"));
      return simulated.length === 3 && simulated.every(({ versions }) => versions.length > 0)
        ? simulated
        : null;
    }, 60);
    for (const { versions, lives } of kinds) {
      expect(lives).toBeGreaterThan(0);
      expect(versions[0]).toMatchObject({ role: "champion" });
      expect(versions[0]?.text).toBeTruthy();
    }
    const list = await get<MachineStatus[]>(node.url, "/api/machines");
    expect(list.map(({ id }) => id)).toEqual([
      ...["mill-1", "sim-pump-1", "sim-press-1", "sim-gearbox-1"],
    ]);
    const pump = await until(async () => {
      const status = await get<MachineStatus>(node.url, "/api/machines/sim-pump-1");
      return status.forecast === null || status.health === null ? null : status;
    });
    expect(pump).toMatchObject({ simulated: true, lifeUnit: "h" });
    const curve = await get<MachineCurve>(node.url, "/api/machines/sim-pump-1/curve?points=50");
    expect(curve.age.length).toBeGreaterThan(10);
    expect(curve.age.length).toBeLessThanOrEqual(50);
    // A version is there a moment before the timeline has it.
    await until(async () => {
      const { items } = await get<{ readonly items: readonly TimelineInsight[] }>(
        node.url,
        "/api/insights?kind=model-learned",
      );
      const told = new Set(items.map(({ source }) => source));
      return kinds.every(({ id }) => told.has(id)) ? true : null;
    });
  }, 90_000);

  it("take what programs push, and the end of a life", async () => {
    const samples = [{ sensor: "load", value: 12.5 }];
    const taken = await post("/api/machines/mill-1/readings", { samples });
    expect(await taken.json()).toEqual({ taken: 1, refused: [], refusedTotal: 0 });
    const status = await until(async () => {
      const known = await get<MachineStatus>(node.url, "/api/machines/mill-1");
      await post("/api/machines/mill-1/readings", { samples });
      return known.at === null ? null : known;
    });
    expect(status).toMatchObject({ name: "Mill one", simulated: false, kind: "mill" });
    const unknown = await post("/api/machines/mill-2/readings", { samples });
    expect([unknown.status, await unknown.json()]).toEqual([
      404,
      { error: 'expected the id of a machine, got "mill-2"' },
    ]);
    expect((await post("/api/machines/mill-2/readings", { samples, kind: "mill" })).status).toBe(
      200,
    );
    const wrong = await post("/api/machines/mill-2/readings", { samples, kind: "press" });
    expect([wrong.status, await wrong.json()]).toMatchObject([400, {}]);
    expect((await post("/api/machines/mill-1/end", { how: "failed" })).status).toBe(200);
    await until(async () => {
      const { lives } = await get<MachineKind>(node.url, "/api/kinds/mill");
      return lives > 0 ? true : null;
    });
    const rollback = await post("/api/kinds/mill/rollback", { version: "none" });
    expect(rollback.status).toBe(404);
  });

  it("are told of live, at most once a second each", async () => {
    const abort = new AbortController();
    const began = performance.now();
    const response = await fetch(new URL("/api/events", node.url), { signal: abort.signal });
    const reader = response.body?.getReader();
    const moments: number[] = [];
    let text = "";
    while (moments.length < 3) {
      const part = await reader?.read();
      text += new TextDecoder().decode(part?.value);
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        if (!event.startsWith("event: machine\n") || !event.includes('"id":"sim-pump-1"')) continue;
        moments.push(performance.now());
      }
    }
    abort.abort();
    // Counted from the question: of two that arrive, the first may have been held up.
    for (const [index, at] of moments.entries()) {
      expect(at - began).toBeGreaterThan(index * 1000 - 300);
    }
  });
});
