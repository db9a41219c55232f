/** Numbers, sizes, times and kinds as people read them. */

/** Narrow no-break space between a number and its unit. */
const THIN = "\u202f";

/** A rate with one decimal below 10. */
export function rate(value: number): string {
  return value >= 9.95 || value === 0 ? Math.round(value).toString() : value.toFixed(1);
}

/** A share as a percentage: "0", "3.4", "97". */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return "0";
  if (value < 0.1) return "<0.1";
  return value < 9.95 ? value.toFixed(1) : Math.round(value).toString();
}

/** Bits per second: number and unit. */
export function bitRate(value: number): readonly [string, string] {
  return value >= 1e6
    ? [(value / 1e6).toFixed(2), "Mbit/s"]
    : [Math.round(value / 1e3).toString(), "kbit/s"];
}

/** Bytes: number and decimal unit, three digits at most. */
export function byteSize(value: number): readonly [string, string] {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let at = 0;
  let size = value;
  while (size >= 999.5 && at < units.length - 1) {
    size /= 1000;
    at++;
  }
  const digits = at === 0 || size >= 99.5 ? 0 : size >= 9.95 ? 1 : 2;
  return [size.toFixed(digits), units[at] ?? "B"];
}

/** Bytes as one text: "1.2 GB". */
export function bytes(value: number): string {
  return byteSize(value).join(THIN);
}

/** A count with thousands apart. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, THIN);
}

/** A count with its noun: "1 camera", "3 cameras". */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** A duration: "42 s", "3 min", "5 h", "4 days". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** A length on a clock: "0:07", "12:30", "1:02:03". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => value.toString().padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${two(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

const two = (value: number): string => value.toString().padStart(2, "0");

/** Local time of day, "14:03:09". */
export function timeOfDay(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Local day: "Today", "Yesterday", or "Mon 3 Nov". */
export function day(at: number, today: number = Date.now()): string {
  const start = (time: number): number => new Date(time).setHours(0, 0, 0, 0);
  const days = Math.round((start(today) - start(at)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return new Date(at).toLocaleDateString("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(days > 300 ? { year: "numeric" } : {}),
  });
}

/** Day and time: "Yesterday 14:03:09". */
export function moment(at: number, today: number = Date.now()): string {
  const name = day(at, today);
  return name === "Today" ? timeOfDay(at) : `${name} ${timeOfDay(at)}`;
}

/** How long ago, "just now", "42 s ago", "3 min ago". */
export function ago(at: number, today: number): string {
  const seconds = (today - at) / 1000;
  return seconds < 2 ? "just now" : `${duration(seconds)} ago`;
}

const KIND_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    motion: "Motion",
    dwell: "Stayed",
    "line-crossing": "Line crossed",
    "scene-cut": "Scene changed",
    "camera-moved": "Camera moved",
    "camera-covered": "Camera covered",
    "camera-frozen": "Camera frozen",
    "source-down": "Source down",
    disk: "Disk",
    "node-down": "Node was down",
    answer: "Answer",
    "machine-anomaly": "Machine unusual",
    "machine-failing": "Machine near failure",
    "machine-failed": "Machine failed",
    "sensor-fault": "Sensor fault",
    "model-learned": "Models learned",
  }),
);

/** Name of an insight's kind; a plug-in's kind without its package. */
export function kindName(kind: string): string {
  const known = KIND_NAMES.get(kind);
  if (known !== undefined) return known;
  const own = kind.slice(kind.indexOf(":") + 1).replaceAll("-", " ");
  return own.charAt(0).toUpperCase() + own.slice(1);
}

/** What happened, in few words: a question with its answer, or the kind's name. */
export function eventName(event: { readonly kind: string; readonly text: string }): string {
  return event.kind === "answer" && event.text !== "" ? event.text : kindName(event.kind);
}

/** Whether a kind tells of trouble with a camera or the node rather than of something in the picture. */
export function isTrouble(kind: string): boolean {
  return (
    kind.startsWith("camera-") || kind === "source-down" || kind === "disk" || kind === "node-down"
  );
}
