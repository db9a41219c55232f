/** Settings: the configuration file, rules, channels, access, this browser. */

import type { ComponentType, JSX } from "preact";
import { Empty } from "../../parts/controls.tsx";
import { href, route } from "../../router.ts";
import { isAdmin, session } from "../../state.ts";
import { About } from "./about.tsx";
import { Access } from "./access.tsx";
import { ChannelSettings } from "./channels.tsx";
import { ConfigEditor } from "./config.tsx";
import { RuleSettings } from "./rules.tsx";
import "./settings.css";

type Part = {
  readonly id: string;
  readonly title: string;
  readonly view: ComponentType;
  /** Whether it changes the node. */
  readonly admin: boolean;
};

const PARTS: readonly Part[] = [
  { id: "rules", title: "Alert rules", view: RuleSettings, admin: true },
  { id: "channels", title: "Channels", view: ChannelSettings, admin: true },
  { id: "config", title: "Configuration file", view: ConfigEditor, admin: true },
  { id: "access", title: "Access", view: Access, admin: false },
  { id: "about", title: "This page", view: About, admin: false },
];

/** The part of the address, with the way to the others. */
export function SettingsView(): JSX.Element {
  const wanted = route.value.rest[0] ?? PARTS[0]?.id;
  const part = PARTS.find(({ id }) => id === wanted) ?? PARTS[0];
  const Shown = part?.view;
  return (
    <div class="view settings">
      <nav class="settings-nav" aria-label="Settings">
        {PARTS.map(({ id, title }) => (
          <a
            key={id}
            href={href("settings", [id])}
            class={id === part?.id ? "on" : ""}
            aria-current={id === part?.id ? "page" : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      <div class="settings-part">
        {part?.admin === true && !isAdmin.value ? (
          <Empty>
            {session.value?.role === "viewer"
              ? "You are signed in to look. Changing the node needs its password or an admin token."
              : "The node does not answer, so nothing can be changed now."}
          </Empty>
        ) : (
          Shown !== undefined && <Shown />
        )}
      </div>
    </div>
  );
}
