/** The browser's offer to install the page, kept until the person asks for it. */

import { type Signal, signal } from "@preact/signals";

/** What Chromium hands out; other browsers install from their menus. */
type InstallPrompt = Event & { prompt(): Promise<unknown> };

/** The offer, or null where there is none (yet, any more, in this browser). */
export const installPrompt: Signal<InstallPrompt | null> = signal(null);

/** Keeps the offer when it comes. */
export function keepInstallPrompt(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    installPrompt.value = event as InstallPrompt;
  });
  addEventListener("appinstalled", () => {
    installPrompt.value = null;
  });
}
