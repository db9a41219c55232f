/** Light, dark, or as the device says; remembered in this browser. */

import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../parts/controls.tsx";
import { theme } from "../state.ts";

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

/** The next of the three choices. */
export function nextTheme(): void {
  theme.value = ORDER[(ORDER.indexOf(theme.value) + 1) % ORDER.length] ?? "auto";
}

/** Button that goes round the three choices. */
export function ThemeButton(): JSX.Element {
  const current = theme.value;
  const next = ORDER[(ORDER.indexOf(current) + 1) % ORDER.length] ?? "auto";
  return (
    <Button
      icon={current === "auto" ? "contrast" : current === "light" ? "sun" : "moon"}
      label={`Colours: ${LABEL[current]}. Change to ${LABEL[next]}`}
      title={`Colours: ${LABEL[current]}`}
      tone="quiet"
      onClick={nextTheme}
    />
  );
}
