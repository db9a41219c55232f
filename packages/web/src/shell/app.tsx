/** The whole page: rail, header, banners, the view of the address, and what lies above them. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { duration } from "../format.ts";
import { Button } from "../parts/controls.tsx";
import { Confirmation } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { route, type ViewName } from "../router.ts";
import { cameras, connection, node, session, toasts } from "../state.ts";
import { Banners } from "./banners.tsx";
import { DropVeil, useDrop } from "./drop.tsx";
import { Login } from "./login.tsx";
import { Rail, TITLES } from "./rail.tsx";
import { Shortcuts, shortcutsShown, useShortcuts } from "./shortcuts.tsx";
import { ThemeButton } from "./theme.tsx";
import { ViewHost } from "./view-host.tsx";

/** The page; a sign-in screen where the node wants to know who asks. */
export function App(): JSX.Element {
  useDrop();
  useShortcuts();
  if (session.value !== null && session.value.role === null) return <Login />;
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads into the page; the address bar belongs to the views */}
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        Skip to the content
      </a>
      <div class={connection.value === "lost" ? "frame stale" : "frame"}>
        <Rail />
        <div class="body">
          <Header view={route.value.view} />
          <Banners />
          <main id="main" tabIndex={-1}>
            <ViewHost view={route.value.view} />
          </main>
        </div>
      </div>
      <Toasts />
      <Confirmation />
      <Shortcuts />
      <DropVeil />
    </>
  );
}

function Header({ view }: { readonly view: ViewName }): JSX.Element {
  const title = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${TITLES[view]} · Symbion`;
    // Whoever goes to another view starts at its beginning; the first view leaves the focus alone.
    if (!first.current) title.current?.focus();
    first.current = false;
  }, [view]);
  const status = node.value;
  return (
    <header>
      <h1 ref={title} tabIndex={-1}>
        {TITLES[view]}
      </h1>
      <p class="pill" role="status">
        <span
          class={connection.value === "open" ? "state live" : "state retrying"}
          aria-hidden="true"
        />
        <span>{pillText()}</span>
      </p>
      {status !== null && connection.value !== "lost" && (
        <p class="node">
          {status.name !== "" && <b>{status.name}</b>}
          <span>up {duration(status.uptimeSeconds)}</span>
          <span>{(status.cpuMsPerSecond / 10).toFixed(1)} % of a core</span>
          <span>{Math.round(status.memoryBytes / 1e6)} MB</span>
        </p>
      )}
      <div class="header-actions">
        <Button
          icon="help"
          label="Keyboard shortcuts"
          tone="quiet"
          onClick={() => {
            shortcutsShown.value = true;
          }}
        />
        <ThemeButton />
      </div>
    </header>
  );
}

function pillText(): string {
  if (connection.value === "lost") return "Not reachable";
  if (connection.value === "connecting" || node.value === null) return "Connecting";
  const live = cameras.value.filter(({ state }) => state === "live").length;
  return `${live} of ${cameras.value.length} live`;
}

function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, tone }) => (
        <p key={id} class={`toast ${tone}`}>
          {tone !== "plain" && <Icon name={tone === "good" ? "check" : "alert"} />}
          {text}
        </p>
      ))}
    </div>
  );
}
