/** Machines as the page knows them: a signal for each, so that an event draws one card again and no other. */

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { MachineKind, MachineStatus } from "@symbion/core";
import { onLive } from "../../api/live.ts";
import { failureText, request } from "../../api/request.ts";
import { urgency } from "./words.ts";

/** Machines by id. */
export const machines: Signal<ReadonlyMap<string, Signal<MachineStatus>>> = signal(new Map());

/** Kinds of machines by id. */
export const kinds: Signal<ReadonlyMap<string, MachineKind>> = signal(new Map());

/** Why they could not be fetched, or null. */
export const problem: Signal<string | null> = signal(null);

/** Whether they have been fetched since the view was opened. */
export const fetched: Signal<boolean> = signal(false);

/** Ids, the most urgent machine first. Changes only when the order does. */
export const order: ReadonlySignal<readonly string[]> = keepEqual(
  computed(() =>
    [...machines.value]
      .map(([id, status]) => ({ id, rank: urgency(status.value), name: status.value.name }))
      .toSorted((a, b) => b.rank - a.rank || a.name.localeCompare(b.name, "en", { numeric: true }))
      .map(({ id }) => id),
  ),
);

/** Wait before machines are asked for again, milliseconds. */
const RETRY = 3000;

/** Fetches everything and follows the node's events until the returned function is called. */
export function followMachines(): () => void {
  let gone = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const ask = async (): Promise<void> => {
    try {
      const [all, known] = await Promise.all([
        request<readonly MachineStatus[]>("GET", "/api/machines"),
        request<readonly MachineKind[]>("GET", "/api/kinds"),
      ]);
      if (gone) return;
      batch(() => {
        const before = machines.value;
        machines.value = new Map(
          all.map((one) => {
            const there = before.get(one.id) ?? signal(one);
            there.value = one;
            return [one.id, there];
          }),
        );
        kinds.value = new Map(known.map((kind) => [kind.id, kind]));
        problem.value = null;
        fetched.value = true;
      });
    } catch (error) {
      if (gone) return;
      problem.value = failureText(error);
      retry = setTimeout(() => void ask(), RETRY);
    }
  };
  const stops = [
    onLive("machine", (status) => {
      const there = machines.value.get(status.id);
      if (there !== undefined) there.value = status;
      else machines.value = new Map(machines.value).set(status.id, signal(status));
    }),
    onLive("learning", (kind) => {
      kinds.value = new Map(kinds.value).set(kind.id, kind);
    }),
  ];
  void ask();
  return () => {
    gone = true;
    clearTimeout(retry);
    for (const stop of stops) stop();
  };
}

function keepEqual(source: ReadonlySignal<readonly string[]>): ReadonlySignal<readonly string[]> {
  let last: readonly string[] = [];
  return computed(() => {
    const next = source.value;
    if (next.join("\n") !== last.join("\n")) last = next;
    return last;
  });
}
