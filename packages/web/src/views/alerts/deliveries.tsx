/** The log of messages: every attempt to tell somebody. */

import type { DeliveryPage } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { onLive } from "../../api/live.ts";
import { query, request } from "../../api/request.ts";
import { moment } from "../../format.ts";
import { Button, Empty, Problem } from "../../parts/controls.tsx";
import { useLoaded, useTask } from "../../parts/task.ts";
import { now } from "../../state.ts";

const PAGE = 50;

const STATE = {
  delivered: ["delivered", "tag good"],
  waiting: ["waiting", "tag"],
  failed: ["given up", "tag bad"],
} as const;

const fetchPage = (before: string | null, signal?: AbortSignal): Promise<DeliveryPage> =>
  request<DeliveryPage>("GET", `/api/deliveries${query({ before, limit: PAGE })}`, { signal });

/** Deliveries, newest first. */
export function Deliveries(): JSX.Element {
  const { data, problem, set } = useLoaded((signal) => fetchPage(null, signal), "deliveries");
  const task = useTask();
  useEffect(() =>
    onLive("delivery", (delivery) => {
      if (data === null) return;
      const others = data.items.filter(({ id }) => id !== delivery.id);
      set({ items: [delivery, ...others], next: data.next });
    }),
  );
  const more = (): void => {
    void task.run(async () => {
      if (data === null || data.next === null) return;
      const page = await fetchPage(data.next);
      set({ items: [...data.items, ...page.items], next: page.next });
    });
  };
  if (data === null) return <Problem text={problem} />;
  if (data.items.length === 0) return <Empty>Nobody has been told anything yet.</Empty>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys */}
      <section class="table-scroll" tabIndex={0} aria-label="Table of deliveries">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Channel</th>
              <th scope="col">What</th>
              <th scope="col">State</th>
              <th scope="col">Tries</th>
              <th scope="col">Answer</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((delivery) => {
              const [label, tone] = STATE[delivery.state];
              return (
                <tr key={delivery.id}>
                  <td class="nowrap">{moment(delivery.createdAt, now.value)}</td>
                  <td>{delivery.channel}</td>
                  <td>{delivery.event}</td>
                  <td>
                    <span class={tone}>{label}</span>
                  </td>
                  <td>{delivery.attempts}</td>
                  <td class="soft">{delivery.result}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      <Problem text={task.problem} />
      {data.next !== null && (
        <Button busy={task.busy} onClick={more}>
          Older deliveries
        </Button>
      )}
    </>
  );
}
