/** `symbion up`: the node, until it is told to end. */

import { runNode } from "../node/index.ts";

/** Options of `symbion up`. */
export type UpCommandOptions = {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly json?: true;
};

/** Runs the node until a signal ends it. Throws `UsageError` for a configuration or port that cannot be used. */
export async function upCommand(options: UpCommandOptions): Promise<void> {
  let node = await runNode(options);
  while ((await node.closed) === "restart") {
    // The same port again, so that the page that asked for it finds the node.
    node = await runNode({ ...options, port: Number(new URL(node.url).port) });
  }
}
