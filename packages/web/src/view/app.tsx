/** The whole page. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { duration } from "../format.ts";
import { camera, connection, node } from "../state.ts";
import { Counts, Tiles } from "./figures.tsx";
import { Icon } from "./icon.tsx";
import { CameraList, dragging, OwnSources, openFiles } from "./sources.tsx";
import { Stage } from "./stage.tsx";
import { ThemeButton } from "./theme.tsx";

/** Header, banners, stage, figures and sources. */
export function App(): JSX.Element {
  useDrop();
  return (
    <>
      <a class="skip" href="#main">
        Skip to the picture
      </a>
      <Header />
      <Banners />
      <main id="main" tabIndex={-1}>
        <div class="watch">
          <Stage />
          <Tiles />
          <Counts />
        </div>
        <aside aria-label="Sources">
          <CameraList />
          <OwnSources />
        </aside>
      </main>
      {dragging.value && (
        <div class="drop-veil" aria-hidden="true">
          <p>Drop the video anywhere</p>
        </div>
      )}
    </>
  );
}

function Header(): JSX.Element {
  const status = node.value;
  const live = status?.cameras.filter(({ state }) => state === "live").length ?? 0;
  const total = status?.cameras.length ?? 0;
  return (
    <header>
      <h1>
        <img src="/icon.svg" alt="" width="30" height="30" />
        Symbion
      </h1>
      <p class="pill" role="status">
        <span
          class={connection.value === "open" ? "state live" : "state retrying"}
          aria-hidden="true"
        />
        {connection.value === "open"
          ? `${live} of ${total} camera${total === 1 ? "" : "s"} live`
          : connection.value === "lost"
            ? "Node not reachable"
            : "Connecting"}
      </p>
      {status !== null && (
        <p class="node">
          up {duration(status.uptimeSeconds)} · {(status.cpuMsPerSecond / 10).toFixed(1)}% of a core
          · {Math.round(status.memoryBytes / 1e6)} MB
        </p>
      )}
      <ThemeButton />
    </header>
  );
}

function Banners(): JSX.Element {
  const problems = node.value?.problems ?? [];
  const simulated = camera.value?.simulated === true;
  return (
    <div class="banners">
      {connection.value === "lost" && (
        <p class="banner bad" role="alert">
          <Icon name="alert" />
          <span>The node does not answer. This page goes on by itself as soon as it does.</span>
        </p>
      )}
      {problems.length > 0 && (
        <div class="banner bad" role="alert">
          <Icon name="alert" />
          <div>
            <p>
              {problems.length === 1 ? "One line" : `${problems.length} lines`} of the configuration
              cannot be used. Everything else runs.
            </p>
            <ul>
              {problems.map((problem) => (
                <li key={problem}>
                  <code>{problem}</code>
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      {simulated && (
        <p class="banner">
          <Icon name="info" />
          <span>
            This is a <b>simulated</b> street, drawn by a program. Write your cameras into{" "}
            <code>symbion.yaml</code> to see them here.
          </span>
        </p>
      )}
    </div>
  );
}

/** Lets a file be dropped anywhere on the page. */
function useDrop(): void {
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
