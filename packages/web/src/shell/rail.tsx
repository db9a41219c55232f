/** The way around: a slim rail at the side, a tab bar at the bottom of a phone. */

import type { JSX } from "preact";
import { Icon, type IconName } from "../parts/icon.tsx";
import { href, route, type ViewName } from "../router.ts";
import { node } from "../state.ts";

/** Title of each view. */
export const TITLES: Readonly<Record<ViewName, string>> = {
  live: "Live",
  camera: "Camera",
  own: "Your own video",
  machines: "Machines",
  companion: "Companion",
  timeline: "Timeline",
  alerts: "Alerts",
  share: "What left this device",
  health: "Health",
  sources: "Sources",
  settings: "Settings",
};

/** Views of the rail in their order; their place is also their key, 1 to 9. */
export const RAIL: readonly { readonly view: ViewName; readonly icon: IconName }[] = [
  { view: "live", icon: "grid" },
  { view: "machines", icon: "gauge" },
  { view: "companion", icon: "speech" },
  { view: "timeline", icon: "timeline" },
  { view: "alerts", icon: "bell" },
  { view: "share", icon: "gate" },
  { view: "health", icon: "pulse" },
  { view: "sources", icon: "camera" },
  { view: "settings", icon: "gear" },
];

/** Titles that are too long for the rail. */
const SHORT: Partial<Record<ViewName, string>> = { companion: "Chat", share: "Sharing" };

/** To which entry of the rail a view belongs. */
const PARENT: Partial<Record<ViewName, ViewName>> = { camera: "live", own: "sources" };

/** Links to the views, with the number of alerts that fire. */
export function Rail(): JSX.Element {
  const { view } = route.value;
  const current = PARENT[view] ?? view;
  const firing = node.value?.firing ?? 0;
  return (
    <nav class="rail" aria-label="Views">
      <a class="brand" href={href("live")} aria-label="Symbion" tabIndex={-1}>
        <img src="/icon.svg" alt="" width="30" height="30" />
      </a>
      <ul>
        {RAIL.map(({ view: target, icon }) => (
          <li key={target}>
            <a
              href={href(target)}
              class={target === current ? "place on" : "place"}
              aria-current={target === current ? "page" : undefined}
            >
              <span class="place-icon">
                <Icon name={icon} />
                {target === "alerts" && firing > 0 && (
                  <span class="badge">
                    {firing > 99 ? "99+" : firing}
                    <span class="hidden"> firing</span>
                  </span>
                )}
              </span>
              <span>{SHORT[target] ?? TITLES[target]}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
