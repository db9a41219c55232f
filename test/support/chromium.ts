/** The browser that tests drive, where this machine has one. */

import { existsSync } from "node:fs";

/** Debian's Chromium, or the one that `SYMBION_CHROMIUM` names. */
export const chromiumPath: string = process.env.SYMBION_CHROMIUM ?? "/usr/bin/chromium";

/** Why there can be no browser, or null. */
export const noChromium: string | null = existsSync(chromiumPath)
  ? null
  : `no Chromium at ${chromiumPath}`;

/** A suite's name, with the reason where it is skipped. */
export function inChromium(name: string): string {
  return noChromium === null ? name : `${name} (skipped: ${noChromium})`;
}
