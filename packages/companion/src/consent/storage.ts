/** Places for the kernel's one text. Only grants and the clock's mark are in it: no sample, no inference. */

import type { ConsentStorage } from "./types.ts";

/** The part of a page's `localStorage` that is used. */
export type StorageArea = {
  /** The value under a key, or null. */
  getItem(key: string): string | null;
  /** Sets the value under a key; throws when the area is full or forbidden. */
  setItem(key: string, value: string): void;
  /** Removes a key; nothing happens where it is not there. */
  removeItem(key: string): void;
};

/** Gone with the process or the page. `text` is what it holds at first. */
export function memoryConsentStorage(text: string | null = null): ConsentStorage {
  let held = text;
  return {
    read: () => held,
    write: (next) => {
      held = next;
    },
  };
}

/** One key of a page's `localStorage` or `sessionStorage`; other tabs that use the same key see changes at once. */
export function pageConsentStorage(
  area: StorageArea,
  key: string = "symbion.consent",
): ConsentStorage {
  return {
    read: () => area.getItem(key),
    write: (text) => {
      if (text === null) area.removeItem(key);
      else area.setItem(key, text);
    },
  };
}
