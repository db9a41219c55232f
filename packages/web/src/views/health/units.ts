/** Readings as people read them. */

import { bitRate, bytes, percent, rate } from "../../format.ts";

const TITLES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    "node.cpu": "Processor, whole node",
    "node.memory": "Memory",
    "node.stored": "Stored on disk",
    "node.free": "Free on disk",
    cpu: "Processor time per second of video",
    fps: "Frames per second",
    bitrate: "Bit rate",
    backlog: "Video backlog",
    activity: "Activity",
  }),
);

/** What a chart of that reading is called. */
export function readingTitle(name: string): string {
  const known = TITLES.get(name);
  if (known !== undefined) return known;
  const words = name.replace(/^node\./, "").replaceAll(/[._-]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value with its unit. */
export function withUnit(value: number, unit: string): string {
  if (unit === "B") return bytes(value);
  if (unit === "bit/s") return bitRate(value).join(" ");
  if (unit === "") return value <= 1 && value >= 0 ? `${percent(value)} %` : rate(value);
  if (unit === "1/s") return `${rate(value)} /s`;
  return `${rate(value)} ${unit}`;
}
