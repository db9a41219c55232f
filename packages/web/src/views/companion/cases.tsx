/** Cases of the CRM system: how long people waited, what they said of it, how messages read, each with its count. */

import type { CaseDetail, CaseRow, CasesPage, CasesSummary, Figure } from "@symbion/companion";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { query, request } from "../../api/request.ts";
import { duration, moment, plural } from "../../format.ts";
import { Button, Empty, Field, Panel, Problem } from "../../parts/controls.tsx";
import { useLoaded } from "../../parts/task.ts";
import { go, href, route } from "../../router.ts";
import { now } from "../../state.ts";
import { caseWrites } from "./case-store.ts";
import { Writes, Writing } from "./case-writing.tsx";
import { companion } from "./store.ts";

/** The list with its figures, and the case that was chosen. */
export function Cases(): JSX.Element {
  const crm = companion.value?.crm ?? null;
  if (crm === null) {
    return (
      <Panel title="Cases">
        <Empty>
          No CRM system is set up: “companion.crm” in the configuration names Salesforce or Request
          Tracker, or the simulated sample. Nothing that is inferred from people ever goes there.
        </Empty>
      </Panel>
    );
  }
  return <CaseView />;
}

function CaseView(): JSX.Element {
  const [search, setSearch] = useState("");
  const [asked, setAsked] = useState("");
  const loaded = useLoaded<CasesPage>(
    (signal) => request("GET", `/api/companion/cases${query({ search: asked })}`, { signal }),
    `${asked} ${writtenTo(null)}`,
  );
  const page = loaded.data;
  const chosen = route.value.rest[1] ?? null;
  return (
    <>
      <Problem text={loaded.problem} />
      <Writes />
      {page !== null && <Summary page={page} />}
      <div class="cases">
        <Panel title="Cases" note={page === null ? "" : plural(page.cases.length, "case")}>
          <form
            class="case-search"
            onSubmit={(event) => {
              event.preventDefault();
              setAsked(search.trim());
            }}
          >
            <Field label="Subject contains">
              <input
                type="search"
                value={search}
                maxLength={200}
                onInput={(event) => setSearch(event.currentTarget.value)}
              />
            </Field>
            <Button type="submit" icon="search" label="Search" busy={loaded.loading} />
          </form>
          {page !== null && page.cases.length === 0 && <Empty>There is none.</Empty>}
          <ul class="case-list">
            {page?.cases.map((row) => (
              <Row key={row.case.id} row={row} chosen={row.case.id === chosen} />
            ))}
          </ul>
        </Panel>
        {chosen === null ? (
          <Panel title="Case">
            <Empty>Choose a case.</Empty>
          </Panel>
        ) : (
          <Detail key={chosen} id={chosen} />
        )}
      </div>
    </>
  );
}

/** The last write that a case took (null: any case): what is shown of it is old when there is another one. */
function writtenTo(id: string | null): string {
  const done = caseWrites.value?.writes.find(
    ({ state, caseId }) => state === "done" && (id === null || caseId === id),
  );
  return done?.id ?? "";
}

function Row(props: { readonly row: CaseRow; readonly chosen: boolean }): JSX.Element {
  const { case: one, metrics } = props.row;
  return (
    <li class={props.chosen ? "case chosen" : "case"}>
      <a
        href={href("companion", ["cases", one.id])}
        aria-current={props.chosen ? "true" : undefined}
      >
        {one.subject}
      </a>
      <span class={one.state === "closed" ? "tag plain" : "tag good"}>{one.status}</span>
      <span class="soft">
        {metrics.firstResponse === null
          ? "no answer yet"
          : `answered after ${duration(metrics.firstResponse / 1000)}`}
        {metrics.satisfaction !== null && `, stated ${metrics.satisfaction} of 5`}
        {metrics.reopened > 0 && `, reopened ${metrics.reopened}×`}
        {metrics.escalated && ", handed up"}
      </span>
    </li>
  );
}

const share = (value: number): string => `${(100 * value).toFixed(0)} %`;
const time = (value: number): string => duration(value / 1000);
const signed = (value: number): string => (value > 0 ? "+" : "") + value.toFixed(2);

/** Figures over the cases of the page. */
const FIGURES: readonly (readonly [
  name: string,
  figure: (summary: CasesSummary) => Figure,
  text: (value: number) => string,
])[] = [
  ["First answer, median", ({ firstResponse }) => firstResponse, time],
  ["Closed after, median", ({ resolution }) => resolution, time],
  ["Reopened", ({ reopened }) => reopened, share],
  ["Handed up", ({ escalated }) => escalated, share],
  ["Stated satisfaction, 1 to 5", ({ satisfaction }) => satisfaction, (value) => value.toFixed(1)],
  ["Customers who stated one", ({ responseRate }) => responseRate, share],
  ["First message reads, −1 to 1", ({ firstSentiment }) => firstSentiment, signed],
  ["Last message reads", ({ lastSentiment }) => lastSentiment, signed],
  ["Empathy of answers, 0 to 2", ({ empathy }) => empathy, (value) => value.toFixed(2)],
];

function Summary({ page }: { readonly page: CasesPage }): JSX.Element {
  return (
    <Panel
      title={page.label}
      note={
        page.simulated ? <span class="tag">simulated</span> : "values with their 95 % intervals"
      }
    >
      <dl class="case-figures">
        {FIGURES.map(([name, figure, text]) => {
          const { value, low, high, n } = figure(page.summary);
          return (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <span class="value">{value === null ? "–" : text(value)}</span>
                <span class="soft">
                  {value === null || low === null || high === null
                    ? `n = ${n}, too few to say`
                    : `${text(low)} to ${text(high)}, n = ${n}`}
                </span>
              </dd>
            </div>
          );
        })}
      </dl>
      <p class="soft">
        How messages read is a figure about words, computed here; it is shown to you and never
        written into the system. Satisfaction counts only where customers stated it.
      </p>
    </Panel>
  );
}

function Detail({ id }: { readonly id: string }): JSX.Element {
  const loaded = useLoaded<CaseDetail>(
    (signal) => request("GET", `/api/companion/cases/${encodeURIComponent(id)}`, { signal }),
    `${id} ${writtenTo(id)}`,
  );
  const waiting = (caseWrites.value?.writes ?? []).filter(
    ({ state, caseId, text }) => state !== "done" && caseId === id && text !== null,
  );
  const detail = loaded.data;
  return (
    <Panel
      title={detail === null ? "Case" : `Case ${detail.record.case.number}`}
      actions={
        <Button
          small
          tone="quiet"
          icon="close"
          label="Close"
          onClick={() => go(href("companion", ["cases"]))}
        />
      }
    >
      <Problem text={loaded.problem} />
      {detail !== null && (
        <>
          <p class="case-subject">{detail.record.case.subject}</p>
          <ol class="case-messages">
            {detail.record.messages.map((message) => (
              <li key={message.id} class={message.from}>
                <p class="soft">
                  {message.author ?? message.from}
                  {message.internal && " (inside only)"}, {moment(message.at, now.value)}
                </p>
                <p class="case-text">{message.text}</p>
              </li>
            ))}
            {waiting.map((one) => (
              <li key={one.id} class="agent unsent">
                <p class="soft">not written yet{one.internal && " (inside only)"}</p>
                <p class="case-text">{one.text}</p>
              </li>
            ))}
          </ol>
          <Writing key={id} one={detail.record.case} />
        </>
      )}
    </Panel>
  );
}
