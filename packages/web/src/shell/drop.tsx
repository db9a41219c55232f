/** A video can be dropped anywhere on the page. */

import { type Signal, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { go, href } from "../router.ts";

/** Whether something is being dragged over the page. */
export const dragging: Signal<boolean> = signal(false);

/** The file that the person dropped or chose last, or null. */
export const ownFile: Signal<File | null> = signal(null);

/** Looks at a dropped or chosen file. */
export function openFiles(files: FileList | null | undefined): void {
  const file = files?.[0];
  if (file === undefined) return;
  ownFile.value = file;
  go(href("own", ["file"]));
}

/** Lets a file be dropped anywhere on the page. */
export function useDrop(): void {
  useEffect(() => {
    let depth = 0;
    const hasFiles = (event: DragEvent): boolean =>
      event.dataTransfer?.types.includes("Files") ?? false;
    const listeners: Record<string, (event: DragEvent) => void> = {
      dragenter: (event) => {
        if (!hasFiles(event)) return;
        depth++;
        dragging.value = true;
      },
      dragleave: () => {
        depth = Math.max(0, depth - 1);
        dragging.value = depth > 0;
      },
      dragover: (event) => {
        if (hasFiles(event)) event.preventDefault();
      },
      drop: (event) => {
        event.preventDefault();
        depth = 0;
        dragging.value = false;
        openFiles(event.dataTransfer?.files);
      },
    };
    for (const [type, listener] of Object.entries(listeners)) {
      window.addEventListener(type, listener as EventListener);
    }
    return () => {
      for (const [type, listener] of Object.entries(listeners)) {
        window.removeEventListener(type, listener as EventListener);
      }
    };
  }, []);
}

/** Shown while something is dragged over the page. */
export function DropVeil(): JSX.Element | null {
  if (!dragging.value) return null;
  return (
    <div class="drop-veil" aria-hidden="true">
      <p>Drop the video anywhere</p>
    </div>
  );
}
