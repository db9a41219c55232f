/** The embedded model's files, which lie beside the code: read from disk in Node, fetched in a browser. */

import { UsageError } from "@symbion/core";

/** What the embedded model consists of. */
export type MiniFiles = {
  /** Contents of `config.json`, parsed. */
  readonly config: unknown;
  /** Contents of `tokenizer.json`, parsed. */
  readonly tokenizer: unknown;
  /** Bytes of `model.safetensors`. */
  readonly weights: Uint8Array;
};

/**
 * Reads the files that come with the package.
 * @throws {UsageError} naming the file that is missing or cannot be fetched.
 */
export async function readMiniFiles(): Promise<MiniFiles> {
  // Bundlers look for exactly this form and carry the files along.
  const config = await bytesAt(new URL("../../mini/config.json", import.meta.url));
  const tokenizer = await bytesAt(new URL("../../mini/tokenizer.json", import.meta.url));
  const weights = await bytesAt(new URL("../../mini/model.safetensors", import.meta.url));
  const utf8 = new TextDecoder();
  return {
    config: JSON.parse(utf8.decode(config)) as unknown,
    tokenizer: JSON.parse(utf8.decode(tokenizer)) as unknown,
    weights,
  };
}

async function bytesAt(url: URL): Promise<Uint8Array> {
  try {
    if (url.protocol === "file:") {
      const { readFile } = process.getBuiltinModule("node:fs/promises");
      return await readFile(url);
    }
    const response = await fetch(url);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${url.href}: expected a file of the embedded model, got: ${reason}`, {
      cause,
    });
  }
}
