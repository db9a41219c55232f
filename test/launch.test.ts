import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const helper = join(import.meta.dirname, "../packages/edge/bin/node24.js");

/** A process that hands over to a Node.js running `script`. */
function handOver(script: string): ChildProcess {
  const code = `
    import { findNode, handOver } from ${JSON.stringify(helper)};
    handOver(findNode(import.meta.url), ["-e", ${JSON.stringify(script)}]);
  `;
  return spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

describe("handing over to another Node.js", () => {
  it("keeps the output and the exit code", async () => {
    const child = handOver("console.log('hello'); process.exitCode = 7;");
    const output: string[] = [];
    child.stdout?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(7);
    expect(output.join("")).toBe("hello\n");
  });

  it.skipIf(process.platform === "win32")("passes a signal on and lets the child end", async () => {
    const child = handOver(`
      process.on("SIGTERM", () => { console.log("stopping"); process.exit(0); });
      setInterval(() => {}, 1000);
      console.log("ready");
    `);
    const output: string[] = [];
    child.stdout?.on("data", (chunk: Buffer) => {
      output.push(chunk.toString());
      if (output.join("") === "ready\n") child.kill("SIGINT");
    });
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(0);
    expect(output.join("")).toBe("ready\nstopping\n");
  });

  it.skipIf(process.platform === "win32")("tells a child's death by a signal", async () => {
    const child = handOver("process.kill(process.pid, 'SIGKILL')");
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(128 + 9);
  });
});
