/** Sharing as the page knows it: asked for when the view opens and when the node is back, kept up by its events. */

import {
  batch,
  computed,
  effect,
  type ReadonlySignal,
  type Signal,
  signal,
  untracked,
} from "@preact/signals";
import type { Aggregate, Release, ReleasePage, ShareStatus } from "@symbion/core";
import { onLive } from "../../api/live.ts";
import { ApiFailure, failureText, query, request } from "../../api/request.ts";
import { connection, now } from "../../state.ts";
import type { AggregatePage, SharePolicy } from "./answers.ts";

/** Everything at once; null before the first answer. */
export const share: Signal<ShareStatus | null> = signal(null);

/** The signed policy of trust; null where sharing is off or nothing is known yet. */
export const policy: Signal<SharePolicy | null> = signal(null);

/** Numbers from other nodes, newest first. */
export const received: Signal<readonly Aggregate[]> = signal([]);

/** Releases since the day began, by id. */
export const today: Signal<ReadonlyMap<string, Release>> = signal(new Map());

/** Whether there were more releases today than were fetched. */
export const moreToday: Signal<boolean> = signal(false);

/** The newest release that was sent, whenever that was. */
export const lastSent: Signal<Release | null> = signal(null);

/** Why nothing could be fetched, or null. */
export const problem: Signal<string | null> = signal(null);

/** Beginning of the person's day, milliseconds since 1970. Changes once a day. */
export const dayStart: ReadonlySignal<number> = computed(() =>
  new Date(now.value).setHours(0, 0, 0, 0),
);

/** Wait before the node is asked again, milliseconds. */
const RETRY = 3000;
/** Releases and numbers per page, and pages at most: what a busy day holds. */
const PAGE = 1000;
const PAGES = 5;
/** Numbers from others that are kept. */
const MOST_RECEIVED = 2000;

/** Fetches everything and follows the node until the returned function is called. */
export function followShare(): () => void {
  let gone = false;
  let turn = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let retryPolicy: ReturnType<typeof setTimeout> | undefined;

  const ask = async (): Promise<void> => {
    const mine = ++turn;
    clearTimeout(retry);
    try {
      const [status, numbers, day, last] = await Promise.all([
        request<ShareStatus>("GET", "/api/share"),
        request<AggregatePage>("GET", `/api/share/aggregates${query({ limit: PAGE })}`),
        releasesSince(dayStart.peek()),
        request<ReleasePage>("GET", `/api/releases${query({ state: "sent", limit: 1 })}`),
      ]);
      if (gone || mine !== turn) return;
      batch(() => {
        share.value = status;
        received.value = numbers.aggregates;
        today.value = new Map(day.releases.map((one) => [one.id, one]));
        moreToday.value = day.more;
        lastSent.value = last.releases[0] ?? null;
        problem.value = null;
      });
      void askPolicy();
    } catch (error) {
      if (gone || mine !== turn) return;
      problem.value = failureText(error);
      retry = setTimeout(() => void ask(), RETRY);
    }
  };

  // Apart from the rest: links that begin anew know no policy for a moment, and the page need not wait for them.
  const askPolicy = async (): Promise<void> => {
    clearTimeout(retryPolicy);
    try {
      const signed = share.peek()?.enabled === true ? await fetchPolicy() : null;
      if (!gone) policy.value = signed;
    } catch {
      if (!gone) retryPolicy = setTimeout(() => void askPolicy(), RETRY);
    }
  };

  const stops = [
    onLive("share", (status) => {
      const before = share.peek();
      share.value = status;
      // Tiers of peers are the policy's: another tier means another policy.
      if (tiersOf(before) !== tiersOf(status)) void askPolicy();
    }),
    onLive("release", (release) => {
      if (release.at >= dayStart.peek()) {
        today.value = new Map(today.peek()).set(release.id, release);
      }
      const last = lastSent.peek();
      if (release.state === "sent" && (last === null || release.at >= last.at)) {
        lastSent.value = release;
      }
    }),
    onLive("aggregate", (aggregate) => {
      const others = received.peek().filter(({ id }) => id !== aggregate.id);
      received.value = [aggregate, ...others].slice(0, MOST_RECEIVED);
    }),
    // What happened while the node was out of reach, and yesterday's releases after midnight, are asked for anew.
    effect(() => {
      void dayStart.value;
      if (connection.value !== "lost") untracked(() => void ask());
    }),
  ];
  return () => {
    gone = true;
    clearTimeout(retry);
    clearTimeout(retryPolicy);
    for (const stop of stops) stop();
  };
}

/** The policy, or null where sharing has just been turned off. */
async function fetchPolicy(): Promise<SharePolicy | null> {
  try {
    return await request<SharePolicy>("GET", "/api/share/policy");
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 409) return null;
    throw error;
  }
}

function tiersOf(status: ShareStatus | null): string {
  return JSON.stringify([status?.enabled, status?.peers.map(({ id, tier }) => [id, tier])]);
}

/** Releases from a moment on, newest first; `more` where there are too many to fetch. */
export async function releasesSince(
  from: number,
  filter: { readonly route?: string; readonly state?: string } = {},
): Promise<{ readonly releases: readonly Release[]; readonly more: boolean }> {
  const releases: Release[] = [];
  let before: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const answer: ReleasePage = await request<ReleasePage>(
      "GET",
      `/api/releases${query({ ...filter, from, before, limit: PAGE })}`,
    );
    releases.push(...answer.releases);
    before = answer.next;
    if (before === null) break;
  }
  return { releases, more: before !== null };
}
