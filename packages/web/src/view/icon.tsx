/** The page's few icons, drawn as strokes. */

import type { JSX } from "preact";

const PATHS = {
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 3v1.500M12 19.500V21M3 12h1.500M19.500 12H21M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100M5.600 18.400l1.100-1.100M17.300 6.700l1.100-1.100",
  moon: "M20 14.200A8 8 0 0 1 9.800 4 8 8 0 1 0 20 14.200",
  contrast: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17v17M12 8h6M12 12h8M12 16h6",
  camera: "M4 8.500h3l1.500-2.500h7L17 8.500h3v10H4zM12 10.500a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  file: "M13 3.500H6.500v17h11V8zM13 3.500V8h4.500M9.500 13l5 2.500-5 2.500z",
  alert: "M12 4 2.800 19.500h18.400zM12 10v4.500M12 17v.2",
  info: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17M12 11v5M12 8v.2",
  expand: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  shield:
    "M12 3.500 5 6v5.500c0 4.500 3 7.500 7 9 4-1.500 7-4.500 7-9V6zM9 12l2.200 2.200L15.200 10",
} as const;

/** A 20-pixel icon in the colour of the text; invisible to screen readers. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
