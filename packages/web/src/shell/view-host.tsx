/** Shows the view of the address. All but the first view are fetched when they are needed. */

import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button, Empty } from "../parts/controls.tsx";
import type { ViewName } from "../router.ts";
import { LiveView } from "../views/live/view.tsx";

const LOADERS: Readonly<Record<Exclude<ViewName, "live">, () => Promise<ComponentType>>> = {
  camera: async () => (await import("../views/camera/view.tsx")).CameraView,
  own: async () => (await import("../views/own/view.tsx")).OwnView,
  machines: async () => (await import("../views/machines/view.tsx")).MachinesView,
  companion: async () => (await import("../views/companion/view.tsx")).CompanionView,
  timeline: async () => (await import("../views/timeline/view.tsx")).TimelineView,
  alerts: async () => (await import("../views/alerts/view.tsx")).AlertsView,
  share: async () => (await import("../views/share/view.tsx")).ShareView,
  health: async () => (await import("../views/health/view.tsx")).HealthView,
  sources: async () => (await import("../views/sources/view.tsx")).SourcesView,
  settings: async () => (await import("../views/settings/view.tsx")).SettingsView,
};

const loaded = new Map<ViewName, ComponentType>([["live", LiveView]]);

/** The view of that name, or what is being done about it. */
export function ViewHost({ view }: { readonly view: ViewName }): JSX.Element {
  const [, setTurn] = useState(0);
  const [failed, setFailed] = useState<ViewName | null>(null);
  const Shown = loaded.get(view);
  useEffect(() => {
    if (view === "live" || loaded.has(view)) return;
    let gone = false;
    LOADERS[view]().then(
      (component) => {
        loaded.set(view, component);
        if (!gone) setTurn((turn) => turn + 1);
      },
      () => {
        if (!gone) setFailed(view);
      },
    );
    return () => {
      gone = true;
    };
  }, [view]);
  if (Shown !== undefined) return <Shown />;
  if (failed === view) {
    return (
      <div class="view">
        <Empty>This part of the page could not be fetched. The node may have been updated.</Empty>
        <Button icon="refresh" onClick={() => location.reload()}>
          Load the page again
        </Button>
      </div>
    );
  }
  return <div class="view" aria-busy="true" />;
}
