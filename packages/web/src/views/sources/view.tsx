/** Where pictures come from: the list, the way to a new one, and what needs no node. */

import type { CameraStatus } from "@symbion/core";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { plural } from "../../format.ts";
import { Button, Empty, Panel } from "../../parts/controls.tsx";
import { Icon } from "../../parts/icon.tsx";
import { STATE_LABEL, StateDot } from "../../parts/state-dot.tsx";
import { go, href, route } from "../../router.ts";
import { cameras, isAdmin, node } from "../../state.ts";
import { OwnSources } from "../own/own.tsx";
import { EditSource, removeSource } from "./edit.tsx";
import { Wizard } from "./wizard.tsx";
import "../camera/camera.css";
import "./sources.css";

/** List and wizard. */
export function SourcesView(): JSX.Element {
  const adds = route.value.rest[0] === "add" && isAdmin.value;
  const [edited, setEdited] = useState<string | null>(null);
  const list = cameras.value;
  const camera = list.find(({ id }) => id === edited);
  return (
    <div class="view sources">
      <div class="sources-main">
        {adds ? (
          <Wizard />
        ) : (
          <Panel
            title="Cameras"
            note={node.value === null ? undefined : plural(list.length, "source")}
            actions={
              isAdmin.value && (
                <Button tone="primary" icon="plus" onClick={() => go(href("sources", ["add"]))}>
                  Add a camera
                </Button>
              )
            }
          >
            {list.length === 0 ? (
              <Empty>No camera yet.</Empty>
            ) : (
              <ul class="source-list">
                {list.map((one) => (
                  <Source key={one.id} camera={one} onEdit={() => setEdited(one.id)} />
                ))}
              </ul>
            )}
          </Panel>
        )}
      </div>
      <aside aria-label="Without the node">
        <OwnSources />
      </aside>
      {camera !== undefined && <EditSource camera={camera} onClose={() => setEdited(null)} />}
    </div>
  );
}

function Source(props: {
  readonly camera: CameraStatus;
  readonly onEdit: () => void;
}): JSX.Element {
  const { camera } = props;
  const facts = [
    camera.container,
    camera.width > 0 ? `${camera.width} × ${camera.height}` : "",
    camera.areas.length > 0 ? plural(camera.areas.length, "zone") : "",
    camera.recording ? "clips" : "no clips",
    camera.restarts > 0 ? plural(camera.restarts, "restart") : "",
  ];
  return (
    <li>
      <StateDot state={camera.state} />
      <div class="source-what">
        <p>
          <a href={href("camera", [camera.id])}>{camera.name}</a>
          {camera.simulated && <span class="tag">simulated</span>}
          <span class="soft">{STATE_LABEL[camera.state]}</span>
        </p>
        <p class="source-url">
          <code>{camera.source}</code>
        </p>
        {camera.reason !== null && <p class="warned">{camera.reason}</p>}
        <p class="soft">{facts.filter((fact) => fact !== "").join("  ·  ")}</p>
      </div>
      {isAdmin.value && (
        <div class="source-actions">
          <a
            class="button small bare"
            href={href("camera", [camera.id, "areas"])}
            aria-label={`Draw zones of ${camera.name}`}
            title="Draw zones"
          >
            <Icon name="zone" />
          </a>
          <Button small icon="edit" label={`Change ${camera.name}`} onClick={props.onEdit} />
          <Button
            small
            icon="trash"
            label={`Remove ${camera.name}`}
            onClick={() => void removeSource(camera)}
          />
        </div>
      )}
    </li>
  );
}
