/** The first look: has anything left, how much, to whom; then every release. */

import type { Release, ShareStatus } from "@symbion/core";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { bytes, count, moment, percent, plural } from "../../format.ts";
import { Icon } from "../../parts/icon.tsx";
import { href } from "../../router.ts";
import { now } from "../../state.ts";
import { useWidth } from "./hooks.ts";
import { Releases } from "./releases.tsx";
import { lastSent, moreToday, share, today } from "./store.ts";
import { ROUTE_TEXT, recipientName, wireBytes } from "./words.ts";

/** Recipients shown by name; the rest is summed up. */
const MOST_RECIPIENTS = 6;

/** Headline and log. */
export function Left(): JSX.Element {
  const status = share.value;
  return (
    <>
      {status !== null && (
        <>
          <Headline status={status} />
          <Glances status={status} />
        </>
      )}
      <Releases />
    </>
  );
}

function Headline({ status }: { readonly status: ShareStatus }): JSX.Element {
  const all = useMemo(() => [...today.value.values()], [today.value]);
  const sent = all.filter(({ state }) => state === "sent");
  const { counts } = status;
  const never = counts.sent + counts.pending + counts.failed === 0;
  const calm = sent.length === 0;
  return (
    <section
      class={`panel share-head ${calm ? "calm" : "busy"}`}
      aria-label="Has anything left this device?"
    >
      <Emblem calm={calm} />
      <div class="share-head-text">
        {/* Said again when it changes, for those who hear the page. */}
        <div role="status">
          <h2 class="share-headline">{headline(status, sent.length)}</h2>
        </div>
        <p class="soft">
          <Subline status={status} sent={sent} never={never} />
        </p>
        <Aside status={status} all={all} />
      </div>
      {sent.length > 0 && <Recipients sent={sent} />}
      {all.length > 0 && <Hours all={all} />}
    </section>
  );
}

function headline({ counts }: ShareStatus, sentToday: number): string {
  if (sentToday > 0) {
    const least = moreToday.value ? "At least " : "";
    return `${least}${plural(sentToday, "thing")} left this device today`;
  }
  if (counts.sent > 0) return "Nothing has left this device today";
  if (counts.pending > 0) return "Nothing has left this device yet";
  if (counts.failed > 0) return "Nothing is known to have left this device";
  return "Nothing has left this device";
}

function Subline(props: {
  readonly status: ShareStatus;
  readonly sent: readonly Release[];
  readonly never: boolean;
}): JSX.Element {
  const { status, sent, never } = props;
  if (sent.length > 0) {
    const content = sent.reduce((sum, one) => sum + one.payloadBytes, 0);
    const security = sent.reduce((sum, one) => sum + (one.securityBytes ?? 0), 0);
    const recipients = new Set(sent.map(({ recipient }) => recipient)).size;
    return (
      <>
        {bytes(content)} of content and {bytes(security)} of security on top, to{" "}
        {plural(recipients, "recipient")}, since midnight.
      </>
    );
  }
  if (never) {
    return (
      <>
        {status.counts.refused === 0
          ? "The log of releases is empty."
          : "Everything that was tried was kept back."}{" "}
        This node has run since {moment(status.premium.since, now.value)};{" "}
        {status.enabled
          ? "links are set up, and nothing has gone over them."
          : "it is linked with no other node."}
      </>
    );
  }
  const last = lastSent.value;
  if (last !== null) {
    return (
      <>
        The last thing left {moment(last.at, now.value)}: {last.what}, to{" "}
        {recipientName(last.recipient)} {ROUTE_TEXT[last.route]}.
      </>
    );
  }
  return <>Everything that was tried stands below.</>;
}

/** What waits, was kept back, or may have gone: only where there is any. */
function Aside(props: {
  readonly status: ShareStatus;
  readonly all: readonly Release[];
}): JSX.Element | null {
  const { pending, failed } = props.status.counts;
  const refused = props.all.filter(({ state }) => state === "refused").length;
  const plain = props.all.filter(({ state, privacy }) => state === "sent" && privacy === null);
  if (pending + failed + refused + plain.length === 0) return null;
  return (
    <ul class="share-asides">
      {plain.length > 0 && (
        <li>
          <i class="key as-is" aria-hidden="true" />
          {count(plain.length)} as it is, without noise
        </li>
      )}
      {refused > 0 && (
        <li>
          <i class="key kept" aria-hidden="true" />
          <a href={href("share", [], { state: "refused" })}>{count(refused)} kept back today</a>
        </li>
      )}
      {pending > 0 && (
        <li>
          <a href={href("share", [], { state: "pending" })}>
            {count(pending)} {pending === 1 ? "waits" : "wait"} to be handed over
          </a>
        </li>
      )}
      {failed > 0 && (
        <li>
          <a href={href("share", [], { state: "failed" })}>
            {count(failed)} not confirmed: may have gone
          </a>
        </li>
      )}
    </ul>
  );
}

/** A closed ring with a shield; with an opening and a way out once something went. */
function Emblem({ calm }: { readonly calm: boolean }): JSX.Element {
  return (
    <svg class="share-emblem" viewBox="0 0 96 96" aria-hidden="true">
      <circle class="halo" cx="48" cy="48" r="46" />
      {calm ? (
        <circle class="ring" cx="48" cy="48" r="36" />
      ) : (
        <>
          <path class="ring" d="M66.500 17.100A36 36 0 1 0 80.500 32.500" />
          <path class="way" d="M58 38 84 12M70.500 11H85v14.500" />
        </>
      )}
      <path
        class="shield"
        d="M48 30 34 35v11c0 9.500 6 16 14 19.500C56 62 62 55.500 62 46V35zM41.500 47.500l5 5 8.500-9.500"
      />
    </svg>
  );
}

type Share = {
  readonly name: string;
  readonly bytes: number;
  readonly noisy: number;
  readonly plain: number;
};

function Recipients({ sent }: { readonly sent: readonly Release[] }): JSX.Element {
  const by = new Map<string, Share>();
  for (const one of sent) {
    const before = by.get(one.recipient) ?? { name: one.recipient, bytes: 0, noisy: 0, plain: 0 };
    by.set(one.recipient, {
      ...before,
      bytes: before.bytes + wireBytes(one),
      noisy: before.noisy + (one.privacy === null ? 0 : 1),
      plain: before.plain + (one.privacy === null ? 1 : 0),
    });
  }
  const list = [...by.values()].toSorted((a, b) => b.bytes - a.bytes);
  const most = Math.max(1, ...list.map((one) => one.bytes));
  const rest = list.slice(MOST_RECIPIENTS);
  return (
    <div class="share-to">
      <h3>To whom, today</h3>
      <ul>
        {list.slice(0, MOST_RECIPIENTS).map((one) => (
          <li key={one.name}>
            <a href={href("share", [], { recipient: one.name })}>{recipientName(one.name)}</a>
            <span class="share-to-bar" aria-hidden="true">
              <span
                class={one.noisy === 0 ? "as-is" : ""}
                style={{ width: `${Math.max(1.5, (100 * one.bytes) / most)}%` }}
              />
            </span>
            <span class="number">
              {plural(one.noisy + one.plain, "thing")}, {bytes(one.bytes)}
            </span>
          </li>
        ))}
      </ul>
      {rest.length > 0 && <p class="soft">and {plural(rest.length, "other")}</p>}
    </div>
  );
}

const HOURS = 24;
const STRIP = 54;

/** The day in hours: what went with noise, as it is, and what was kept back. */
function Hours({ all }: { readonly all: readonly Release[] }): JSX.Element {
  const [box, width] = useWidth(600);
  const hours = Array.from({ length: HOURS }, () => ({ noisy: 0, plain: 0, kept: 0 }));
  for (const one of all) {
    const hour = hours[new Date(one.at).getHours()];
    if (hour === undefined) continue;
    if (one.state === "refused") hour.kept++;
    else if (one.state === "sent") {
      if (one.privacy === null) hour.plain++;
      else hour.noisy++;
    }
  }
  const most = Math.max(1, ...hours.map(({ noisy, plain, kept }) => noisy + plain + kept));
  const step = width / HOURS;
  const bar = Math.max(3, Math.min(22, step - 4));
  const high = (value: number): number => (value === 0 ? 0 : Math.max(2, (value * STRIP) / most));
  const current = new Date(now.value).getHours();
  const total = (key: "noisy" | "plain" | "kept"): number =>
    hours.reduce((sum, hour) => sum + hour[key], 0);
  return (
    <div class="share-hours">
      <div
        ref={box}
        role="img"
        aria-label={`Today by the hour: ${total("noisy")} with noise, ${total("plain")} as they are, ${total("kept")} kept back`}
      >
        <svg
          width={width}
          height={STRIP + 20}
          viewBox={`0 0 ${width} ${STRIP + 20}`}
          aria-hidden="true"
        >
          {hours.map(({ noisy, plain, kept }, hour) => {
            const x = hour * step + (step - bar) / 2;
            const a = high(noisy);
            const b = high(plain);
            const c = high(kept);
            return (
              <g key={hour}>
                <rect
                  class={hour > current ? "ground later" : "ground"}
                  {...{ x, y: STRIP - 2, width: bar, height: 2 }}
                />
                <rect class="noisy" {...{ x, y: STRIP - a, width: bar, height: a }} />
                <rect class="as-is" {...{ x, y: STRIP - a - b, width: bar, height: b }} />
                <rect class="kept" {...{ x, y: STRIP - a - b - c, width: bar, height: c }} />
                {hour % 6 === 0 && (
                  <text
                    x={hour === 0 ? 0 : hour * step + step / 2}
                    y={STRIP + 15}
                    text-anchor={hour === 0 ? "start" : "middle"}
                  >
                    {hour}:00
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      </div>
      <ul class="chart-legend">
        <li>
          <i class="key noisy" aria-hidden="true" />
          with noise
        </li>
        <li>
          <i class="key as-is" aria-hidden="true" />
          as it is
        </li>
        <li>
          <i class="key kept" aria-hidden="true" />
          kept back
        </li>
      </ul>
    </div>
  );
}

/** Three short answers, each the way to its part. */
function Glances({ status }: { readonly status: ShareStatus }): JSX.Element {
  const { peers, budgets, premium, enabled } = status;
  const connected = peers.filter(({ state }) => state === "connected").length;
  const fullest = budgets.toSorted((a, b) => used(b) - used(a))[0];
  const over = premium.payloadBytes === 0 ? null : premium.securityBytes / premium.payloadBytes;
  return (
    <ul class="share-glances">
      <li>
        <a href={href("share", ["budgets"])}>
          <Icon name="gauge" />
          <span>
            <b>
              {fullest === undefined ? "No budget in use" : `${percent(used(fullest))} % spent`}
            </b>
            <small>
              {fullest === undefined
                ? "nothing with noise was told in this window"
                : `of the fullest of ${plural(budgets.length, "privacy budget")}`}
            </small>
          </span>
        </a>
      </li>
      <li>
        <a href={href("share", ["nodes"])}>
          <Icon name="chain" />
          <span>
            <b>
              {peers.length === 0
                ? "No other node"
                : `${connected} of ${plural(peers.length, "node")} connected`}
            </b>
            <small>
              {!enabled
                ? "sharing is off"
                : status.profile === "legacy"
                  ? "links may lack post-quantum keys"
                  : "quantum-safe links only"}
            </small>
          </span>
        </a>
      </li>
      <li>
        <a href={href("share", ["price"])}>
          <Icon name="pulse" />
          <span>
            <b>{percent(premium.coreShare)} % of one core</b>
            <small>
              {over === null
                ? "no byte went over a link"
                : `${(1 + over).toFixed(2)} bytes on the wire for each byte of content`}
            </small>
          </span>
        </a>
      </li>
    </ul>
  );
}

function used(budget: ShareStatus["budgets"][number]): number {
  return budget.totalEpsilon > 0 ? budget.spentEpsilon / budget.totalEpsilon : 0;
}
