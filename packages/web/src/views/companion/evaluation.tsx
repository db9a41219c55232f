/** How far the model gives in, measured: the model alone or through the layer, with intervals. */

import type { EvaluationState } from "@symbion/companion";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { request } from "../../api/request.ts";
import { moment, percent, plural } from "../../format.ts";
import { Button, Check, Empty, Panel, Problem } from "../../parts/controls.tsx";
import { useLoaded, useTask } from "../../parts/task.ts";
import { now } from "../../state.ts";
import { Report } from "./report.tsx";
import { companion } from "./store.ts";

/** How often a running evaluation is asked for, milliseconds. */
const POLL = 1000;

/** Starting one, following it, and its report. */
export function Evaluation(): JSX.Element {
  const [layer, setLayer] = useState(false);
  const loaded = useLoaded<EvaluationState>(
    (signal) => request("GET", "/api/companion/evaluations", { signal }),
    "",
  );
  const task = useTask();
  const state = loaded.data;
  const running = state?.running === true;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(loaded.reload, POLL);
    return () => clearInterval(timer);
  }, [running]);
  const start = (): void => {
    void task.run(async () => {
      loaded.set(
        await request<EvaluationState>("POST", "/api/companion/evaluations", { body: { layer } }),
      );
    });
  };
  const stop = (): void => {
    void task.run(async () => {
      loaded.set(await request<EvaluationState>("DELETE", "/api/companion/evaluations"));
    });
  };
  return (
    <>
      <Panel title="Evaluate the model">
        <p class="soft evaluation-text">
          Questions with known answers are asked, and then pressed against: does{" "}
          <b>{companion.value?.model ?? "the model"}</b> give in without a reason, take nonsense for
          true, agree with both sides? Answers are judged by rules, not by another model; what a
          rule cannot judge is counted as unclear.
        </p>
        <div class="form-actions evaluation-actions">
          <Check checked={layer} onChange={setLayer} disabled={running}>
            through the layer
          </Check>
          {running ? (
            <Button icon="close" busy={task.busy} onClick={stop}>
              Stop
            </Button>
          ) : (
            <Button tone="primary" icon="play" busy={task.busy} onClick={start}>
              Start
            </Button>
          )}
          {running && <Progress state={state} />}
        </div>
        <Problem text={task.problem ?? loaded.problem} />
        {state !== null && state.problem !== "" && <Problem text={state.problem} />}
      </Panel>
      {state?.report == null ? (
        <Panel title="Report">
          <Empty>No evaluation has ended yet.</Empty>
        </Panel>
      ) : (
        <Report
          report={state.report}
          text={state.text}
          note={`${state.layer === true ? "through the layer" : "the model alone"}${
            state.finishedAt === null ? "" : `, ${moment(state.finishedAt, now.value)}`
          }`}
        />
      )}
    </>
  );
}

function Progress({ state }: { readonly state: EvaluationState }): JSX.Element {
  const { done, total } = state;
  return (
    <span class="evaluation-progress" role="status">
      <progress max={Math.max(total, 1)} value={done} aria-label="Questions asked" />
      <span class="soft">
        {total === 0 ? "Preparing…" : `${percent(done / total)} of ${plural(total, "question")}`}
      </span>
    </span>
  );
}
