/** The companion: chat with the layer's work visible, cues by consent, evaluations, the log, and cases. */

import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Empty, Problem } from "../../parts/controls.tsx";
import { PartNav } from "../../parts/part-nav.tsx";
import { route } from "../../router.ts";
import { Cases } from "./cases.tsx";
import { Chat } from "./chat.tsx";
import { Cues } from "./cues.tsx";
import { Evaluation } from "./evaluation.tsx";
import { Log } from "./log.tsx";
import { companion, followCompanion, problem } from "./store.ts";
import "./companion.css";
import "./records.css";

type Part = { readonly id: string; readonly title: string; readonly view: ComponentType };

const PARTS: readonly Part[] = [
  { id: "chat", title: "Chat", view: Chat },
  { id: "cues", title: "Cues and consent", view: Cues },
  { id: "evaluation", title: "Evaluation", view: Evaluation },
  { id: "log", title: "Log", view: Log },
  { id: "cases", title: "Cases", view: Cases },
];

/** The part of the address, with the way to the others. */
export function CompanionView(): JSX.Element {
  useEffect(followCompanion, []);
  const part = PARTS.find(({ id }) => id === route.value.rest[0]) ?? PARTS[0];
  const Shown = part?.view;
  const known = companion.value !== null;
  return (
    <div class="view companion" aria-busy={!known}>
      <PartNav view="companion" label="Companion" parts={PARTS} current={part?.id ?? ""} />
      <Problem text={problem.value} />
      {known
        ? Shown !== undefined && <Shown />
        : problem.value === null && <Empty>Asking the node…</Empty>}
    </div>
  );
}
