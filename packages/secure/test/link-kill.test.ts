/** Two processes with a link between them, killed with SIGKILL again and again. */

import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nativePrimitives } from "../src/node/index.ts";

const KILLS = 12;
const script = new URL("./support/link-child.ts", import.meta.url);

it("kill -9 of either side, at any time, loses nothing that was confirmed and locks nobody out", async () => {
  const primitives = nativePrimitives();
  const folder = mkdtempSync(join(tmpdir(), "symbion-link-kill-"));
  const hex = (): string => Buffer.from(primitives.random(32)).toString("hex");
  const wrapping = hex();
  const seeds = { listener: hex(), caller: hex() };
  let port = 0;
  let invitation = "";
  let sessions = 0;
  const failed: string[] = [];

  const start = async (side: "listener" | "caller"): Promise<ChildProcess> => {
    const child = fork(script, [side, folder, wrapping, seeds[side], String(port), invitation], {
      execArgv: ["--conditions=source"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.on("message", (message: { sessions?: number; failed?: string }) => {
      sessions += message.sessions ?? 0;
      if (message.failed !== undefined) failed.push(message.failed);
    });
    const first = await new Promise<{ port?: number; invitation?: string }>((resolve, reject) => {
      child.once("message", (message) => resolve(message as { port?: number }));
      child.once("exit", (code) => reject(new Error(`${side} ended with ${code}`)));
    });
    if (first.port !== undefined) port = first.port;
    if (first.invitation) invitation = first.invitation;
    return child;
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  };
  const going = async (): Promise<void> => {
    const before = sessions;
    await expect.poll(() => sessions, { interval: 5 }).toBeGreaterThan(before + 2);
  };

  const children = { listener: await start("listener"), caller: await start("caller") };
  let random = 12_345;
  try {
    for (let index = 0; index < KILLS; index++) {
      await going();
      random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fffffff;
      await new Promise((resolve) => setTimeout(resolve, (random >> 8) % 9));
      const side = index % 3 === 2 ? "listener" : "caller";
      await kill(children[side]);
      children[side] = await start(side);
    }
    await going();
  } finally {
    await Promise.all([kill(children.caller), kill(children.listener)]);
  }
  const lines = (name: string): string[] =>
    readFileSync(join(folder, name), "utf8")
      .split("\n")
      .filter((line) => line !== "");
  const received = lines("received").map((line) => line.split(" "));
  const texts = new Set(received.map(([, , text]) => text));
  for (const text of lines("confirmed")) expect(texts.has(text)).toBe(true);
  // A key carries the messages of one session at most.
  const sessionsOf = new Map<string, Set<string>>();
  for (const [key = "", session = ""] of received) {
    sessionsOf.set(key, (sessionsOf.get(key) ?? new Set()).add(session));
  }
  expect([...sessionsOf.values()].filter(({ size }) => size > 1)).toEqual([]);
  expect(sessionsOf.has("undefined")).toBe(false);
  expect(received.length).toBeGreaterThan(KILLS);
  // While the listener is away nobody answers; nothing else may go wrong.
  expect(failed.filter((code) => code !== "unreachable")).toEqual([]);
  rmSync(folder, { recursive: true });
});
