/** Alerts: what fires, what was, who was told and how. */

import type { Alert, AlertPage } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { onLive } from "../../api/live.ts";
import { query, request } from "../../api/request.ts";
import { Button, Empty, Panel, Problem, Segmented } from "../../parts/controls.tsx";
import { useLoaded, useTask } from "../../parts/task.ts";
import { route } from "../../router.ts";
import { connection } from "../../state.ts";
import { AlertRow } from "./alert.tsx";
import { Channels } from "./channels.tsx";
import { Deliveries } from "./deliveries.tsx";
import { PushHere } from "./push-here.tsx";
import { Rules } from "./rules.tsx";
import "./alerts.css";

/** Episodes that are fetched at once. */
const PAGE = 50;

/** Alerts, rules and channels. */
export function AlertsView(): JSX.Element {
  const [tab, setTab] = useState<"episodes" | "deliveries">("episodes");
  return (
    <div class="view alerts">
      <div class="alerts-main">
        <Firing />
        <Panel
          title={tab === "episodes" ? "Over" : "Deliveries"}
          actions={
            <Segmented
              legend="What to list"
              name="alerts-tab"
              value={tab}
              options={[
                { value: "episodes", label: "Episodes" },
                { value: "deliveries", label: "Deliveries" },
              ]}
              onChange={setTab}
            />
          }
        >
          {tab === "episodes" ? <Past /> : <Deliveries />}
        </Panel>
      </div>
      <aside class="alerts-side" aria-label="Rules and channels">
        <PushHere />
        <Rules />
        <Channels />
      </aside>
    </div>
  );
}

const inState = (state: string, before: string | null, signal?: AbortSignal): Promise<AlertPage> =>
  request<AlertPage>("GET", `/api/alerts${query({ state, before, limit: PAGE })}`, { signal });

function replaced(list: readonly Alert[], alert: Alert): Alert[] {
  return list.some(({ id }) => id === alert.id)
    ? list.map((one) => (one.id === alert.id ? alert : one))
    : [alert, ...list];
}

function Firing(): JSX.Element {
  const { data, problem, loading, set } = useLoaded(
    (signal) => inState("firing", null, signal),
    connection.value === "lost" ? "lost" : "open",
  );
  const items = data?.items ?? [];
  const take = (alert: Alert): void => {
    const list = replaced(data?.items ?? [], alert);
    set({ items: list.filter(({ state }) => state === "firing"), next: data?.next ?? null });
  };
  useEffect(() => onLive("alert", take));
  const chosen = route.value.rest[0] ?? null;
  return (
    <Panel title="Firing" note={items.length > 0 ? items.length.toString() : undefined}>
      <div aria-live="polite">
        <Problem text={problem} />
        {items.length === 0 ? (
          <Empty>{loading ? "Asking the node…" : "All is quiet."}</Empty>
        ) : (
          <ul class="alert-list">
            {items.map((alert) => (
              <AlertRow
                key={alert.id}
                alert={alert}
                chosen={alert.id === chosen}
                onChanged={take}
              />
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}

function Past(): JSX.Element {
  const { data, problem, loading, set } = useLoaded(
    (signal) => inState("resolved", null, signal),
    "resolved",
  );
  const task = useTask();
  const chosen = route.value.rest[0] ?? null;
  useEffect(() =>
    onLive("alert", (alert) => {
      if (alert.state !== "resolved" || data === null) return;
      set({ items: replaced(data.items, alert), next: data.next });
    }),
  );
  const more = (): void => {
    void task.run(async () => {
      if (data === null || data.next === null) return;
      const page = await inState("resolved", data.next);
      set({ items: [...data.items, ...page.items], next: page.next });
    });
  };
  if (data === null) {
    return <>{loading ? <Empty>Asking the node…</Empty> : <Problem text={problem} />}</>;
  }
  if (data.items.length === 0) return <Empty>No episode yet.</Empty>;
  return (
    <>
      <ul class="alert-list">
        {data.items.map((alert) => (
          <AlertRow key={alert.id} alert={alert} chosen={alert.id === chosen} />
        ))}
      </ul>
      <Problem text={task.problem} />
      {data.next !== null && (
        <Button busy={task.busy} onClick={more}>
          Older episodes
        </Button>
      )}
    </>
  );
}
