/** What commands do on the data folder of a node that does not run. */

import { join } from "node:path";
import { UsageError } from "@symbion/core";
import { ShareEngine } from "../share/engine.ts";
import { ShareRefused } from "../share/errors.ts";
import { findNode, type NodeClient, type NodeOptions } from "./node-client.ts";

/**
 * Has the running node do something, or does it on the data folder where none runs.
 *
 * @param off What to do where the configuration has no `share` section and no node runs. Default: throws `UsageError`.
 */
export async function withSharing<T>(
  options: NodeOptions,
  online: (node: NodeClient) => Promise<T>,
  offline: (engine: ShareEngine) => Promise<T>,
  off?: () => Promise<T>,
): Promise<T> {
  const { node, config } = await findNode(options);
  if (node !== null) return await online(node);
  if (!config.share.enabled) {
    if (off !== undefined) return await off();
    throw new UsageError("sharing is off: expected a share section in the configuration, got none");
  }
  const lines: string[] = [];
  const engine = new ShareEngine((message) => {
    if (message.type === "log") lines.push(message.text);
  });
  try {
    await engine.configure({
      config: { ...config.share, listen: null },
      folder: join(config.store.folder, "share"),
      name: config.name,
      calls: false,
    });
    return await offline(engine);
  } catch (error) {
    if (error instanceof ShareRefused) throw new UsageError(error.message, { cause: error });
    throw error;
  } finally {
    await engine.stop();
  }
}
