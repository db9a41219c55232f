/** Whether anybody can see the page: pictures are sent and decoded only while somebody watches. */

import { type ReadonlySignal, signal } from "@preact/signals";

/** Whether the page is visible, until `stop` is called. */
export function watchVisibility(): { readonly isVisible: ReadonlySignal<boolean>; stop(): void } {
  const isVisible = signal(!document.hidden);
  const update = (): void => {
    isVisible.value = !document.hidden;
  };
  document.addEventListener("visibilitychange", update);
  return {
    isVisible,
    stop: () => document.removeEventListener("visibilitychange", update),
  };
}
