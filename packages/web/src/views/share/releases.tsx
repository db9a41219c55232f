/** Every release: who, what, what for, how it was protected, how many bytes, what became of it. */

import {
  RELEASE_ROUTES,
  RELEASE_STATES,
  type Release,
  type ReleasePage,
  type ReleaseRoute,
  type ReleaseState,
} from "@symbion/core";
import type { JSX } from "preact";
import { memo } from "preact/compat";
import { useEffect, useRef } from "preact/hooks";
import { onLive } from "../../api/live.ts";
import { query, request } from "../../api/request.ts";
import { bytes, day, moment, timeOfDay } from "../../format.ts";
import { Button, Empty, Panel, Problem, Select } from "../../parts/controls.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useLoaded, useTask } from "../../parts/task.ts";
import { go, href, route } from "../../router.ts";
import { connection, isAdmin, now } from "../../state.ts";
import { share } from "./store.ts";
import {
  chance,
  epsilonText,
  factorText,
  isSimulated,
  ROUTE_NAME,
  ROUTE_TEXT,
  recipientName,
  STATE_NAME,
  STATE_TEXT,
  subjectName,
  wireBytes,
} from "./words.ts";

/** Releases fetched at once. */
const PAGE = 40;

type Filter = {
  readonly state: ReleaseState | null;
  readonly route: ReleaseRoute | null;
  readonly recipient: string | null;
};

/** What the address asks for; what it does not know is no filter. */
function filterOf(search: URLSearchParams): Filter {
  const state = search.get("state");
  const way = search.get("route");
  return {
    state: RELEASE_STATES.find((known) => known === state) ?? null,
    route: RELEASE_ROUTES.find((known) => known === way) ?? null,
    recipient: search.get("recipient"),
  };
}

const fetchPage = (
  filter: Filter,
  before: string | null,
  signal?: AbortSignal,
): Promise<ReleasePage> =>
  request<ReleasePage>("GET", `/api/releases${query({ ...filter, before, limit: PAGE })}`, {
    signal,
  });

function fits(release: Release, filter: Filter): boolean {
  return (
    (filter.state === null || release.state === filter.state) &&
    (filter.route === null || release.route === filter.route) &&
    (filter.recipient === null || release.recipient === filter.recipient)
  );
}

/** The list with a release that is new, or has changed; one that no longer fits goes. */
function taken(list: readonly Release[], release: Release, filter: Filter): readonly Release[] {
  const there = list.some(({ id }) => id === release.id);
  if (!fits(release, filter)) return there ? list.filter(({ id }) => id !== release.id) : list;
  if (there) return list.map((one) => (one.id === release.id ? release : one));
  const last = list.at(-1);
  // What is older than everything shown belongs to a page that was not asked for.
  if (last !== undefined && release.id < last.id) return list;
  return [release, ...list].toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

/** The log with its filters. */
export function Releases(): JSX.Element {
  const filter = filterOf(route.value.query);
  const key = JSON.stringify([filter, connection.value === "lost"]);
  const { data, problem, loading, set } = useLoaded(
    (signal) => fetchPage(filter, null, signal),
    key,
  );
  const task = useTask();
  const opened = useRef(Date.now());
  // Two releases may come before the first is drawn: the second builds on the first.
  const latest = useRef(data);
  latest.current = data;
  const change = (next: ReleasePage): void => {
    latest.current = next;
    set(next);
  };
  useEffect(() =>
    onLive("release", (release) => {
      const page = latest.current;
      if (page === null) return;
      change({ releases: taken(page.releases, release, filter), next: page.next });
    }),
  );
  const more = (): void => {
    void task.run(async () => {
      if (data === null || data.next === null) return;
      const page = await fetchPage(filter, data.next);
      const before = latest.current ?? data;
      change({ releases: [...before.releases, ...page.releases], next: page.next });
    });
  };
  const filtered = filter.state !== null || filter.route !== null || filter.recipient !== null;
  const list = data?.releases ?? [];
  return (
    <Panel title="Every release" actions={<Export />} class="releases">
      <Filters filter={filter} list={list} filtered={filtered} />
      <Problem text={problem} />
      {list.length === 0 ? (
        problem === null && (
          <Empty>
            {data === null && loading
              ? "Asking the node…"
              : filtered
                ? "No release is like that."
                : "Nothing has left, and nothing was kept from leaving. Whatever does will stand here before its first byte goes."}
          </Empty>
        )
      ) : (
        <Days list={list} opened={opened.current} />
      )}
      <Problem text={task.problem} />
      {data !== null && data.next !== null && (
        <Button busy={task.busy} onClick={more}>
          Older releases
        </Button>
      )}
    </Panel>
  );
}

function Filters(props: {
  readonly filter: Filter;
  readonly list: readonly Release[];
  readonly filtered: boolean;
}): JSX.Element {
  const { filter, list, filtered } = props;
  const change = (next: Partial<Filter>): void =>
    go(href("share", [], { ...filter, ...next }), { replace: true });
  const known = new Set([
    ...(filter.recipient === null ? [] : [filter.recipient]),
    ...(share.value?.peers ?? []).map(({ id }) => id),
    ...list.map(({ recipient }) => recipient),
  ]);
  return (
    <div class="release-filters">
      <Select
        label="What became of it"
        value={filter.state ?? ""}
        options={[
          ["", "Sent or not"],
          ...RELEASE_STATES.map((state) => [state, STATE_NAME[state]] as const),
        ]}
        onChange={(value) => change({ state: RELEASE_STATES.find((one) => one === value) ?? null })}
      />
      <Select
        label="Way out"
        value={filter.route ?? ""}
        options={[
          ["", "Every way out"],
          ...RELEASE_ROUTES.map((one) => [one, ROUTE_NAME[one]] as const),
        ]}
        onChange={(value) => change({ route: RELEASE_ROUTES.find((one) => one === value) ?? null })}
      />
      <Select
        label="Recipient"
        value={filter.recipient ?? ""}
        options={[
          ["", "Everybody"],
          ...[...known].toSorted().map((one) => [one, recipientName(one)] as const),
        ]}
        onChange={(value) => change({ recipient: value === "" ? null : value })}
      />
      {filtered && (
        <Button
          small
          tone="quiet"
          icon="close"
          onClick={() => change({ state: null, route: null, recipient: null })}
        >
          Show all
        </Button>
      )}
    </div>
  );
}

function Export(): JSX.Element {
  if (!isAdmin.value) return <span class="soft">Only administrators may carry the log away.</span>;
  return (
    <>
      {(["csv", "ndjson"] as const).map((format) => (
        <a
          key={format}
          class="button small"
          href={`/api/releases/export?format=${format}`}
          download
          title="The file is written down as a release, too"
        >
          <Icon name="download" />
          <span>
            <span class="hidden">Export as </span>
            {format.toUpperCase()}
          </span>
        </a>
      ))}
    </>
  );
}

/** The list, a heading for each day. */
function Days(props: { readonly list: readonly Release[]; readonly opened: number }): JSX.Element {
  const days: { name: string; releases: Release[] }[] = [];
  for (const release of props.list) {
    const name = day(release.at, now.value);
    const last = days.at(-1);
    if (last?.name === name) last.releases.push(release);
    else days.push({ name, releases: [release] });
  }
  return (
    <div class="release-days">
      {days.map(({ name, releases }) => (
        <section key={name} aria-label={name}>
          <h3>{name}</h3>
          <ul class="release-list">
            {releases.map((release) => (
              <Row key={release.id} release={release} fresh={release.at > props.opened} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

/** One release; opened, everything that is known of it. */
const Row: (props: { readonly release: Release; readonly fresh: boolean }) => JSX.Element = memo(
  ({ release, fresh }) => {
    const { privacy, state } = release;
    const [word, tone] = STATE_TEXT[state];
    const classes = ["release", state, privacy === null ? "plain" : "noisy", fresh ? "fresh" : ""];
    return (
      <li class={classes.filter((one) => one !== "").join(" ")} data-release={release.id}>
        <details>
          <summary>
            <span class="release-mark" aria-hidden="true" />
            <span class="release-what">
              <b>{release.what}</b>
              {isSimulated(release.subject) && <span class="tag">simulated</span>}
              <small>
                to <b>{recipientName(release.recipient)}</b> {ROUTE_TEXT[release.route]}, for{" "}
                {release.purpose}
              </small>
              {release.reason !== "" && (
                <small class={state === "failed" ? "release-reason bad" : "release-reason"}>
                  {release.reason}
                </small>
              )}
            </span>
            <span class="release-privacy">
              <Protection release={release} />
            </span>
            <span class="release-bytes">
              {state === "refused" ? (
                <span class="soft">no byte</span>
              ) : (
                <>
                  {bytes(wireBytes(release))}
                  <small>
                    {release.securityBytes === null
                      ? "security not known"
                      : `${bytes(release.securityBytes)} security`}
                  </small>
                </>
              )}
            </span>
            <span class="release-end">
              <span class={tone}>{word}</span>
              <time dateTime={new Date(release.at).toISOString()}>{timeOfDay(release.at)}</time>
            </span>
          </summary>
          <Facts release={release} />
        </details>
      </li>
    );
  },
);

function Protection({ release }: { readonly release: Release }): JSX.Element {
  const { privacy, tier, state } = release;
  if (state === "refused") {
    return (
      <>
        <span class="soft">not told</span>
        {privacy !== null && <small>would be {epsilonText(privacy.epsilon)}</small>}
      </>
    );
  }
  if (privacy === null) {
    return (
      <>
        <span class="tag">as it is</span>
        <small>without noise</small>
      </>
    );
  }
  return (
    <>
      <b>{epsilonText(privacy.epsilon)}</b>
      <small>
        {tier === null ? "" : `tier ${tier}`}
        {privacy.spentRho === 0 ? `${tier === null ? "" : ", "}free` : ""}
      </small>
    </>
  );
}

/** The recipient in full, with the address of a node. */
function addressOf(recipient: string): string {
  const peer = share.value?.peers.find(({ id }) => id === recipient);
  return peer === undefined || peer.address === null ? recipient : `${recipient}, ${peer.address}`;
}

function Facts({ release }: { readonly release: Release }): JSX.Element {
  const { privacy, subject, session, payloadBytes, securityBytes } = release;
  const facts: readonly (readonly [name: string, value: string | null])[] = [
    ["When", moment(release.at, now.value)],
    ["To", addressOf(release.recipient)],
    ["About", subject === null ? "nobody" : subjectName(subject)],
    [
      "Noise",
      privacy === null
        ? release.state === "refused"
          ? null
          : "none: it left as it is"
        : privacy.mechanism.replaceAll("-", " "),
    ],
    [
      "Epsilon",
      privacy === null
        ? null
        : `${epsilonText(privacy.epsilon)} at delta ${privacy.delta} (${chance(privacy.delta)}), rho ${privacy.rho.toPrecision(3)}`,
    ],
    [
      "Means",
      privacy === null
        ? null
        : `odds about ${privacy.unit} change by a factor of ${factorText(privacy.epsilon)} at most`,
    ],
    [
      "Spent",
      privacy === null
        ? null
        : release.state === "refused"
          ? "nothing: it was refused"
          : privacy.spentRho === 0
            ? "nothing: the same noise was told before"
            : `rho ${privacy.spentRho.toPrecision(3)} of the budget`,
    ],
    [
      "Bytes",
      `${bytes(payloadBytes)} content${securityBytes === null ? "" : `, ${bytes(securityBytes)} security`}`,
    ],
    ["Session", session],
    ["Release", release.id],
  ];
  return (
    <dl class="facts release-facts">
      {facts.map(
        ([name, value]) =>
          value !== null && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{name === "Session" || name === "Release" ? <code>{value}</code> : value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
