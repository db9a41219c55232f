/** `symbion discover`: cameras on the local network. */

import { UsageError } from "@symbion/core";
import { type DiscoveredDevice, discover } from "../discovery/index.ts";

/** Options of `symbion discover`. */
export type DiscoverCommandOptions = {
  readonly json?: true;
  readonly timeout?: number;
  readonly user?: string;
};

/** Variable that holds the password for `--user`: an argument could be read by everybody on the machine. */
const PASSWORD = "SYMBION_CAMERA_PASSWORD";

/** Looks for cameras and prints them; finding none is no failure. Throws `UsageError` for `--user` without a password. */
export async function discoverCommand(options: DiscoverCommandOptions): Promise<void> {
  const { user } = options;
  const password = process.env[PASSWORD];
  if (user !== undefined && password === undefined) {
    throw new UsageError(`--user: expected the password in ${PASSWORD}, got none`);
  }
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const devices = await discover({
    signal: abort.signal,
    ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 }),
    ...(user === undefined || password === undefined ? {} : { credentials: { user, password } }),
  }).finally(() => {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  });
  process.stdout.write(
    options.json ? `${JSON.stringify({ devices })}\n` : `${listing(devices).join("\n")}\n`,
  );
}

function listing(devices: readonly DiscoveredDevice[]): string[] {
  if (devices.length === 0) {
    return [
      "no cameras found: discovery reaches only this network, and some cameras have ONVIF switched off;",
      'a camera whose address is known can be tried with "symbion probe"',
    ];
  }
  return devices.flatMap(({ name, address, via, detail, urls, needsCredentials }) => [
    [name, address, via, ...(detail === "" || detail === name ? [] : [detail])].join("  "),
    ...(needsCredentials ? [`  wants a password (--user): addresses to try, not confirmed`] : []),
    ...urls.map((url) => `  ${url}`),
  ]);
}
