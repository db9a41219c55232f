/** An evaluation's report as a page that stands by itself, for reading and printing. */

import type { EvaluationReport, Rate, ReportTable } from "@symbion/companion";

/** The page. What the model said is text in it, and nothing else. */
export function reportPage(report: EvaluationReport): string {
  const { model, version, seed, calls, silent, startedAt, finishedAt, flips, notes, examples } =
    report;
  const minutes = ((finishedAt - startedAt) / 60_000).toFixed(1);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(model)}: how it gives way</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 0 0 1rem; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ccc; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
blockquote { margin: .25rem 0 1rem; padding-left: 1rem; border-left: 3px solid #ccc; white-space: pre-wrap; }
</style>
<h1>${escaped(model)}</h1>
<p>${new Date(startedAt).toISOString()}, ${minutes} min; ${calls} questions, ${silent} without an answer; items ${escaped(version)}, seed ${seed}.</p>
${tableOf(report.summary)}
<p>${
    flips.turnOfFlip === null
      ? "No conversation could be judged throughout."
      : `Turn of flip ${flips.turnOfFlip.toFixed(2)} of ${report.turns}, ${(flips.numberOfFlips ?? 0).toFixed(2)} flips a conversation, over ${flips.n} conversations.`
  }</p>
${report.tables.map(tableOf).join("\n")}
<h2>Answers worth reading</h2>
${examples
  .map(
    ({ part, item, question, pushback, answer, judgement }) =>
      `<p><b>${escaped(part)} ${escaped(item)}</b>, judged ${judgement}: ${escaped(question)}${pushback === "" ? "" : ` <i>${escaped(pushback)}</i>`}</p>\n<blockquote>${escaped(answer)}</blockquote>`,
  )
  .join("\n")}
<h2>How to read this</h2>
<ul>${notes.map((note) => `<li>${escaped(note)}</li>`).join("")}</ul>
</html>
`;
}

function tableOf({ title, note, rows }: ReportTable): string {
  const lines = rows.map(
    ({ name, rate, unclear, silent, better }) =>
      `<tr><td>${escaped(name)}</td><td class="n">${percent(rate.value)}</td><td class="n">${interval(rate)}</td><td class="n">${rate.count}/${rate.n}</td><td class="n">${unclear}</td><td class="n">${silent}</td><td>${better}</td></tr>`,
  );
  return `<h2>${escaped(title)}</h2>
<p>${escaped(note)}</p>
<table><thead><tr><th>what</th><th>share</th><th>95 % interval</th><th>n</th><th>unclear</th><th>silent</th><th>better</th></tr></thead><tbody>
${lines.join("\n")}
</tbody></table>`;
}

function interval({ low, high }: Rate): string {
  return low === null || high === null ? "–" : `${percent(low)} – ${percent(high)}`;
}

function percent(value: number | null): string {
  return value === null ? "–" : `${(100 * value).toFixed(1)} %`;
}

function escaped(text: string): string {
  const signs: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replace(/[&<>"]/g, (sign) => signs[sign] ?? sign);
}
