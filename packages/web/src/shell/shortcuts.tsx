/** Keys of the page, and the list of them. They can be turned off, for people who dictate or press keys by mistake. */

import { type Signal, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Check } from "../parts/controls.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { go, href } from "../router.ts";
import { RAIL, TITLES } from "./rail.tsx";
import { nextTheme } from "./theme.tsx";

const KEY = "symbion.keys";

/** Whether the list of keys is open. */
export const shortcutsShown: Signal<boolean> = signal(false);

/** Whether single keys do something. */
export const keysEnabled: Signal<boolean> = signal(localStorage.getItem(KEY) !== "off");

/** Turns single keys on or off, and remembers it in this browser. */
export function setKeys(on: boolean): void {
  keysEnabled.value = on;
  localStorage.setItem(KEY, on ? "on" : "off");
}

/** Whether a key press belongs to something else: a field, a dialog, a shortcut of the browser. */
export function isForeignKey(event: KeyboardEvent): boolean {
  if (!keysEnabled.value || event.defaultPrevented) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target;
  if (!(target instanceof Element)) return false;
  return target.closest("input, textarea, select, dialog, video, [contenteditable]") !== null;
}

/** Keys that work everywhere. */
export function useShortcuts(): void {
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      if (isForeignKey(event)) return;
      const place = RAIL[Number(event.key) - 1];
      if (place !== undefined) go(href(place.view));
      else if (event.key === "?") shortcutsShown.value = true;
      else if (event.key === "t") nextTheme();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
}

const LIST: readonly (readonly [group: string, keys: readonly (readonly [string, string])[]])[] = [
  [
    "Everywhere",
    [
      ...RAIL.map(({ view }, index) => [(index + 1).toString(), TITLES[view]] as const),
      ["T", "Light, dark, as the device"],
      ["?", "This list"],
    ],
  ],
  [
    "Timeline",
    [
      ["J  →", "Next event (newer)"],
      ["K  ←", "Previous event (older)"],
      ["+  −", "Zoom in, zoom out"],
      ["L", "Jump to now"],
      ["Space", "Play or pause"],
    ],
  ],
  [
    "Drawing zones and lines",
    [
      ["Tab", "To the next corner"],
      ["Arrows", "Move the corner; with Shift further"],
      ["Enter", "Put a corner; on a corner: insert one after it"],
      ["Delete", "Remove the corner"],
      ["Esc", "Stop drawing"],
      ["Ctrl Z", "Undo; with Shift: redo"],
    ],
  ],
];

/** The list of keys. */
export function Shortcuts(): JSX.Element | null {
  if (!shortcutsShown.value) return null;
  return (
    <Dialog
      title="Keyboard shortcuts"
      wide
      onClose={() => {
        shortcutsShown.value = false;
      }}
    >
      <div class="keys">
        {LIST.map(([group, keys]) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {keys.map(([key, does]) => (
                <div key={key}>
                  <dt>
                    {key.split("  ").map((one) => (
                      <kbd key={one}>{one}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Check checked={keysEnabled.value} onChange={setKeys}>
        Single keys do something
      </Check>
    </Dialog>
  );
}
