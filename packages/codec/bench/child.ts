/** Runs benchmark programs and ffmpeg in processes of their own, so that CPU time is counted whole. */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Builds the package, so that programs measure what its users run. */
export async function buildPackage(): Promise<void> {
  const compiler = fileURLToPath(
    new URL("./bin/tsc", import.meta.resolve("typescript/package.json")),
  );
  const folder = fileURLToPath(new URL("..", import.meta.url));
  await run(process.execPath, [compiler, "-b", folder]);
}

/** Runs a program of this folder in a fresh Node process and returns the JSON that it prints last. */
export async function runProgram<T>(file: string, args: readonly string[]): Promise<T> {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const { stdout } = await run(process.execPath, [program, ...args]);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as T;
}

/** Runs a command to its end. Throws with its last words when its exit code is not among `accepted`. */
export async function run(
  command: string,
  args: readonly string[],
  accepted: readonly number[] = [0],
): Promise<{ stdout: string; stderr: string }> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code === null || !accepted.includes(code))
    throw new Error(`${command} ended with ${code}: ${stderr.trim().slice(-400)}`);
  return { stdout, stderr };
}

/** Whether ffmpeg can be started. */
export async function hasFfmpeg(): Promise<boolean> {
  return await run("ffmpeg", ["-version"]).then(
    () => true,
    () => false,
  );
}
