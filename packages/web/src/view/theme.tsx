/** Light, dark, or as the device says; remembered in this browser. */

import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { theme } from "../state.ts";
import { Icon } from "./icon.tsx";

const KEY = "symbion.theme";
const ORDER = ["auto", "light", "dark"] as const;
const LABEL = { auto: "as the device", light: "light", dark: "dark" } as const;

/** Applies the choice and remembers it. */
export function followTheme(): void {
  const stored = ORDER.find((value) => value === localStorage.getItem(KEY));
  if (stored !== undefined) theme.value = stored;
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    localStorage.setItem(KEY, theme.value);
  });
}

/** Button that goes round the three choices. */
export function ThemeButton(): JSX.Element {
  const current = theme.value;
  const next = ORDER[(ORDER.indexOf(current) + 1) % ORDER.length] ?? "auto";
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Colours: ${LABEL[current]}. Change to ${LABEL[next]}`}
      title={`Colours: ${LABEL[current]}`}
      onClick={() => {
        theme.value = next;
      }}
    >
      <Icon name={current === "auto" ? "contrast" : current === "light" ? "sun" : "moon"} />
    </button>
  );
}
