/** An evaluation's report: shares with their intervals, drawn so that chance can be seen. */

import type { EvaluationReport, Rate, ReportRow, ReportTable } from "@symbion/companion";
import type { JSX } from "preact";
import { count, plural } from "../../format.ts";
import { Button, Panel } from "../../parts/controls.tsx";

/** All tables of a report. */
export function Report(props: {
  readonly report: EvaluationReport;
  readonly text: string;
  readonly note: string;
}): JSX.Element {
  const { report, text } = props;
  const { flips } = report;
  return (
    <>
      <Panel
        title={`Report: ${report.model}`}
        note={props.note}
        actions={
          text === "" ? undefined : (
            <Button small icon="download" onClick={() => download(text)}>
              As text
            </Button>
          )
        }
      >
        <Table table={report.summary} />
        {flips.n > 0 && (
          <p class="soft">
            Over {plural(flips.n, "conversation")} whose first answer was right it stood{" "}
            <b>{figure(flips.turnOfFlip)}</b> of {report.turns} turns{interval(flips.turnInterval)},
            and changed sides <b>{figure(flips.numberOfFlips)}</b> times
            {interval(flips.numberInterval)}.
          </p>
        )}
        <p class="soft">
          {count(report.calls)} questions, seed {report.seed}
          {report.silent > 0 && <>, {count(report.silent)} without an answer</>}. Bars are Wilson 95
          % intervals.
        </p>
      </Panel>
      {report.tables.map((table) => (
        <Panel key={table.id} title={table.title}>
          <Table table={table} />
        </Panel>
      ))}
      {report.examples.length > 0 && (
        <Panel title="Answers worth reading">
          <ul class="report-examples">
            {report.examples.map((one) => (
              <li key={`${one.part} ${one.item} ${one.pushback}`}>
                <p>
                  <span class={one.judgement === "right" ? "tag good" : "tag bad"}>
                    {one.judgement}
                  </span>{" "}
                  {one.question}
                </p>
                {one.pushback !== "" && <p class="soft">Pressed: “{one.pushback}”</p>}
                <blockquote>{one.answer}</blockquote>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {report.notes.length > 0 && (
        <Panel title="What has to be known">
          <ul class="report-notes soft">
            {report.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function Table({ table }: { readonly table: ReportTable }): JSX.Element {
  const uncertain = table.rows.some(({ unclear, silent }) => unclear + silent > 0);
  return (
    <>
      {table.note !== "" && <p class="soft report-note">{table.note}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys */}
      <section class="report-scroll" tabIndex={0} aria-label={`Table: ${table.title}`}>
        <table class="report">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col" class="number">
                Share
              </th>
              <th scope="col">
                <span class="hidden">Interval</span>
              </th>
              <th scope="col" class="number">
                n
              </th>
              {uncertain && (
                <th scope="col" class="number" title="could not be judged; no answer">
                  unclear
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <Line key={row.id} row={row} uncertain={uncertain} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Line(props: { readonly row: ReportRow; readonly uncertain: boolean }): JSX.Element {
  const { row } = props;
  const { rate } = row;
  return (
    <tr>
      <th scope="row">{row.name}</th>
      <td class="number">{rate.value === null ? "–" : `${(100 * rate.value).toFixed(1)} %`}</td>
      <td class="report-bar">
        <IntervalBar rate={rate} better={row.better} />
      </td>
      <td class="number">{count(rate.n)}</td>
      {props.uncertain && (
        <td class="number">
          {row.unclear + row.silent === 0 ? "" : count(row.unclear + row.silent)}
        </td>
      )}
    </tr>
  );
}

/** A share as a mark, its interval as a bar, from 0 to 1. */
function IntervalBar(props: {
  readonly rate: Rate;
  readonly better: ReportRow["better"];
}): JSX.Element | null {
  const { value, low, high } = props.rate;
  if (value === null || low === null || high === null) return null;
  const said = `${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)} %`;
  return (
    <svg class={`interval ${props.better}`} viewBox="0 0 200 14" role="img" aria-label={said}>
      <title>{said}</title>
      <line class="whole" x1="1" x2="199" y1="7" y2="7" />
      <rect x={200 * low} width={Math.max(2, 200 * (high - low))} y="3.500" height="7" rx="3.500" />
      <line class="mark" x1={200 * value} x2={200 * value} y1="0.500" y2="13.500" />
    </svg>
  );
}

function figure(value: number | null): string {
  return value === null ? "–" : value.toFixed(2);
}

function interval(range: readonly [number, number] | null): string {
  return range === null ? "" : ` (95 %: ${range[0].toFixed(2)} to ${range[1].toFixed(2)})`;
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "evaluation.txt";
  link.click();
  URL.revokeObjectURL(url);
}
