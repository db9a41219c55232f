/**
 * What a slot holds, read from the node's own memory. Nothing here is clipped or noisy yet: the values go to the thread
 * that holds the budgets, and to nobody else.
 */

import type { MachineStatus } from "@symbion/core";
import type { ShareRelease } from "../config/share-types.ts";
import type { Store } from "../store/types.ts";
import type { TellJob } from "./messages.ts";

/** Subjects of numbers that are about the whole node. */
export const ALERTS_SUBJECT = "alerts";
/** See {@link ALERTS_SUBJECT}. */
export const MACHINES_SUBJECT = "machines";

/** Insights per page. */
const PAGE = 500;

/** Where values come from. */
export type StatisticSources = {
  readonly store: Pick<Store, "insights" | "alerts">;
  readonly machines: () => readonly MachineStatus[];
  /** Ids of the cameras of the configuration. */
  readonly cameras: () => readonly string[];
};

/** The jobs of one release and slot: one per subject. */
export async function gather(
  release: ShareRelease,
  slot: readonly [number, number],
  sources: StatisticSources,
): Promise<readonly TellJob[]> {
  const job = (subject: string, values: TellJob["values"]): TellJob => ({
    ...{ release: release.id, subject, slot, values },
  });
  switch (release.statistic) {
    case "motion-episodes":
    case "motion-seconds": {
      const cameras = release.of.length > 0 ? release.of : sources.cameras();
      const read = release.statistic === "motion-episodes" ? episodes : busySeconds;
      return await Promise.all(
        cameras.map(async (id) => job(id, await read(release, id, slot, sources.store))),
      );
    }
    case "alerts":
      return [job(ALERTS_SUBJECT, await alerts(release, slot, sources.store))];
    case "machine-health": {
      const known = new Map(sources.machines().map((one) => [one.id, one.health?.index ?? null]));
      return [
        job(
          MACHINES_SUBJECT,
          release.of.map((id) => known.get(id) ?? null),
        ),
      ];
    }
  }
}

/** What a release tells, in words, its unit and its unit of privacy. All of it is public. */
export function wordsOf(
  { statistic, slotSeconds, protects, of }: ShareRelease,
  subject: string,
): { readonly what: string; readonly unit: string; readonly privacyUnit: string } {
  const slot = duration(slotSeconds);
  const perSlot = `per ${slot} slot`;
  switch (statistic) {
    case "motion-episodes":
      return {
        ...{ what: `motion episodes ${perSlot} of ${subject}`, unit: "" },
        privacyUnit:
          protects === "slot"
            ? `one ${slot} slot of one camera`
            : "one motion episode of one camera",
      };
    case "motion-seconds":
      return {
        ...{ what: `seconds with motion ${perSlot} of ${subject}`, unit: "s" },
        privacyUnit: `one ${slot} slot of one camera`,
      };
    case "alerts":
      return {
        ...{ what: `alerts ${perSlot}`, unit: "" },
        privacyUnit: protects === "slot" ? `one ${slot} slot of the node` : "one alert of the node",
      };
    case "machine-health":
      return {
        ...{ what: `mean health of ${of.length} machines ${perSlot}`, unit: "" },
        privacyUnit: `one machine in one ${slot} slot`,
      };
  }
}

function duration(seconds: number): string {
  for (const [unit, factor] of [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ] as const) {
    if (seconds >= factor && seconds % factor === 0) return `${seconds / factor}-${unit}`;
  }
  return `${seconds}-second`;
}

/** One value per motion episode that began in the slot; more than are let through need not be counted. */
async function episodes(
  { most }: ShareRelease,
  camera: string,
  [from, to]: readonly [number, number],
  store: StatisticSources["store"],
): Promise<readonly number[]> {
  const values: number[] = [];
  for await (const insight of motion(camera, from, to, store)) {
    if (insight.from >= from && insight.from < to) values.push(1);
    if (values.length > most) break;
  }
  return values;
}

/** Seconds of the slot in which something moved: episodes that overlap count once. */
async function busySeconds(
  _: ShareRelease,
  camera: string,
  [from, to]: readonly [number, number],
  store: StatisticSources["store"],
): Promise<readonly number[]> {
  const spans: [number, number][] = [];
  for await (const insight of motion(camera, from, to, store)) {
    spans.push([Math.max(from, insight.from), Math.min(to, insight.to ?? to)]);
  }
  spans.sort((a, b) => a[0] - b[0]);
  let end = from;
  let busy = 0;
  for (const [begins, ends] of spans) {
    busy += Math.max(0, ends - Math.max(begins, end));
    end = Math.max(end, ends);
  }
  return [busy / 1000];
}

async function* motion(
  camera: string,
  from: number,
  to: number,
  store: StatisticSources["store"],
): AsyncGenerator<{ readonly from: number; readonly to: number | null }> {
  let before: string | undefined;
  do {
    const page = await store.insights({
      ...{ sources: [camera], kinds: ["motion"], from, to, limit: PAGE },
      ...(before === undefined ? {} : { before }),
    });
    yield* page.items;
    before = page.next ?? undefined;
  } while (before !== undefined);
}

async function alerts(
  { most }: ShareRelease,
  [from, to]: readonly [number, number],
  store: StatisticSources["store"],
): Promise<readonly number[]> {
  const values: number[] = [];
  let before: string | undefined;
  do {
    const page = await store.alerts({
      ...{ from, to, limit: PAGE },
      ...(before === undefined ? {} : { before }),
    });
    for (const { firedAt } of page.items) {
      if (firedAt !== null && firedAt >= from && firedAt < to) values.push(1);
    }
    before = page.next ?? undefined;
  } while (before !== undefined && values.length <= most);
  return values;
}
