/** A camera's state as a dot and a word. */

import type { CameraState } from "@symbion/core";
import type { JSX } from "preact";

/** What people call a state. */
export const STATE_LABEL: Readonly<Record<CameraState, string>> = {
  starting: "Starting",
  live: "Live",
  retrying: "Reconnecting",
  ended: "Ended",
  disabled: "Not usable",
};

/** A dot that differs in form as well as in colour; the word beside it says the same. */
export function StateDot({ state }: { readonly state: CameraState }): JSX.Element {
  return <span class={`state ${state}`} aria-hidden="true" />;
}
