/** `symbion probe`: what a camera or file is, before it goes into the configuration. */

import { maskCredentials, UsageError } from "@symbion/core";
import { probe } from "../discovery/index.ts";

/** Options of `symbion probe`. */
export type ProbeCommandOptions = { readonly json?: true; readonly timeout?: number };

/**
 * Prints what `source` is; resolves with the exit code, 0 where it can be used as a camera. Throws `UsageError` (exit
 * code 2) with the reason where it cannot; with `json` that reason is the document on stdout.
 */
export async function probeCommand(source: string, options: ProbeCommandOptions): Promise<number> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const remote = /^[a-z][a-z0-9+.-]*:\/\//i.test(source);
  const result = await probe(remote ? { url: source } : { file: source }, {
    signal: abort.signal,
    preview: options.json === true,
    ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 }),
  }).finally(() => {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  });
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return result.ok ? 0 : 2;
  }
  if (!result.ok) throw new UsageError(`${maskCredentials(source)}: ${result.reason}`);
  const { container, codec, width, height, fps, keyframeSeconds } = result;
  const keys = keyframeSeconds === null ? "" : `, a keyframe every ${keyframeSeconds} s`;
  process.stdout.write(
    `${container}, H.264 (${codec}), ${width}x${height}, ${fps} frames/s${keys}\n`,
  );
  return 0;
}
