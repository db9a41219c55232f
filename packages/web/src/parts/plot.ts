/** What plots on a canvas need of the page: its colours, and to be drawn again when these change. */

import { effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { theme } from "../state.ts";

/** A number that changes with the colour scheme, the person's or the system's. */
export function useScheme(): number {
  const [scheme, setScheme] = useState(0);
  useEffect(() => {
    const bump = (): void => setScheme((before) => before + 1);
    const media = matchMedia("(prefers-color-scheme: dark)");
    media.addEventListener("change", bump);
    const stop = effect(() => {
      void theme.value;
      requestAnimationFrame(bump);
    });
    return () => {
      media.removeEventListener("change", bump);
      stop();
    };
  }, []);
  return scheme;
}

/** Value of a colour of the stylesheet (`--line`) at an element. */
export function colourAt(element: HTMLElement, name: string): string {
  element.style.color = `var(${name})`;
  const value = getComputedStyle(element).color;
  element.style.color = "";
  return value;
}
