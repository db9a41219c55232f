/** How the node and its cameras are: figures now, their history, checks, backup. */

import type { JSX } from "preact";
import { isAdmin, node } from "../../state.ts";
import { Cameras } from "./cameras.tsx";
import { Charts } from "./charts.tsx";
import { Doctor } from "./doctor.tsx";
import { Maintenance } from "./maintenance.tsx";
import { NodeFigures } from "./node-figures.tsx";
import "./health.css";

/** Figures, charts, checks. */
export function HealthView(): JSX.Element {
  const status = node.value;
  return (
    <div class="view health">
      {status !== null && <NodeFigures status={status} />}
      <Cameras />
      <Charts />
      {isAdmin.value && (
        <div class="health-pair">
          <Doctor />
          <Maintenance />
        </div>
      )}
    </div>
  );
}
