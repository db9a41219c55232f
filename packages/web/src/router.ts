/** Addresses of the page: everything behind `#/`, so that any static server (and none, offline) can carry it. */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** Names of the page's views. */
export const VIEWS = [
  "live",
  "camera",
  "own",
  "machines",
  "companion",
  "timeline",
  "alerts",
  "share",
  "health",
  "sources",
  "settings",
] as const;

/** One of {@link VIEWS}. */
export type ViewName = (typeof VIEWS)[number];

/** Where the person is: `#/view/rest/…?query`. */
export type Route = {
  readonly view: ViewName;
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
};

/** Reads an address; what it does not know becomes the live view. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [name = "", ...rest] = path.split("/").map(decode);
  const view = VIEWS.find((known) => known === name) ?? "live";
  return { view, rest: rest.filter((part) => part !== ""), query: new URLSearchParams(query) };
}

/** Address of a view: `href("camera", ["yard"], { at: 5 })` is `#/camera/yard?at=5`. */
export function href(
  view: ViewName,
  rest: readonly string[] = [],
  query: Readonly<Record<string, string | number | null | undefined>> = {},
): string {
  const parts = Object.entries(query).flatMap(([key, value]) =>
    value === null || value === undefined || value === ""
      ? []
      : [`${key}=${encodeURIComponent(String(value))}`],
  );
  const path = [view, ...rest.map((part) => encodeURIComponent(part))].join("/");
  return `#/${path}${parts.length > 0 ? `?${parts.join("&")}` : ""}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const current: Signal<Route> = signal(parseRoute(location.hash));

/** Where the person is. */
export const route: ReadonlySignal<Route> = current;

/** Goes somewhere. `replace` leaves no step for the browser's back button. */
export function go(target: string, options: { readonly replace?: boolean } = {}): void {
  if (options.replace === true) {
    history.replaceState(null, "", target);
    current.value = parseRoute(target);
  } else location.hash = target;
}

/** Asked before the person leaves; answers whether that is all right. */
type Guard = () => boolean;
let guard: Guard | null = null;

/** Lets unsaved work object to being left. Call the result to withdraw. */
export function guardLeaving(next: Guard): () => void {
  guard = next;
  return () => {
    if (guard === next) guard = null;
  };
}

/** Follows the address bar. */
export function followRoute(): void {
  let accepted = location.hash;
  addEventListener("hashchange", () => {
    // The skip link points into the page, not to a view.
    if (location.hash !== "" && !location.hash.startsWith("#/")) return;
    if (location.hash === accepted) return;
    const next = parseRoute(location.hash);
    const stays = next.view === current.value.view && next.rest[0] === current.value.rest[0];
    if (guard !== null && !stays && !guard()) {
      history.replaceState(null, "", accepted);
      return;
    }
    accepted = location.hash;
    current.value = next;
  });
}
