/** The fleet: how healthy machines are, how long they will last, what the models learned. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { plural } from "../../format.ts";
import { Empty, Panel, Problem, Select } from "../../parts/controls.tsx";
import { href, route } from "../../router.ts";
import { Card } from "./card.tsx";
import { Detail } from "./detail.tsx";
import { Learning } from "./learning.tsx";
import { fetched, followMachines, kinds, machines, order, problem } from "./store.ts";
import "../health/health.css";
import "./machines.css";

/** The fleet, or the machine of the address. */
export function MachinesView(): JSX.Element {
  useEffect(followMachines, []);
  const id = route.value.rest[0];
  const status = id === undefined ? undefined : machines.value.get(id)?.value;
  return (
    <div class="view machines" aria-busy={!fetched.value}>
      <Problem text={problem.value} />
      {id === undefined ? (
        <Fleet />
      ) : status === undefined ? (
        fetched.value && (
          <Empty>
            There is no machine “{id}”. <a href={href("machines")}>All machines</a>
          </Empty>
        )
      ) : (
        <Detail key={id} status={status} />
      )}
    </div>
  );
}

function Fleet(): JSX.Element {
  const [chosen, setChosen] = useState("");
  const all = [...kinds.value.values()];
  const shown = order.value.filter(
    (id) => chosen === "" || machines.value.get(id)?.peek().kind === chosen,
  );
  if (fetched.value && order.value.length === 0) return <NoMachines />;
  return (
    <>
      <Panel
        title="Machines"
        note={fetched.value ? `${plural(shown.length, "machine")}, most urgent first` : undefined}
        actions={
          all.length > 1 && (
            <Select
              label="Kind of machine"
              value={chosen}
              options={[["", "All kinds"], ...all.map(({ id }) => [id, id] as const)]}
              onChange={setChosen}
            />
          )
        }
      >
        <ul class="machine-grid">
          {shown.map((id) => (
            <Card key={id} id={id} />
          ))}
        </ul>
      </Panel>
      <h2 class="machine-title">What the models learned</h2>
      <div class="machine-kinds">
        {all
          .filter(({ id }) => chosen === "" || id === chosen)
          .map((kind) => (
            <Learning key={kind.id} kind={kind} />
          ))}
      </div>
    </>
  );
}

function NoMachines(): JSX.Element {
  return (
    <Panel title="Machines">
      <Empty>
        No machine yet. They come from MQTT, Sparkplug B, OPC UA, Modbus, a file or a push: a
        section “machines” in the configuration names them.
      </Empty>
    </Panel>
  );
}
