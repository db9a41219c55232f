/** What the models of a kind of machine have learned, version by version. */

import type { MachineKind, ModelVersion } from "@symbion/core";
import type { JSX } from "preact";
import { request } from "../../api/request.ts";
import { ago, plural } from "../../format.ts";
import { Button, Empty, Panel, Problem } from "../../parts/controls.tsx";
import { confirm } from "../../parts/dialog.tsx";
import { useTask } from "../../parts/task.ts";
import { isAdmin, now, say } from "../../state.ts";
import { lifeIn, REASON_TEXT } from "./words.ts";

/** Versions shown. */
const MOST = 6;

/** A kind's versions, coverage and drifts. */
export function Learning({ kind }: { readonly kind: MachineKind }): JSX.Element {
  const { busy, problem, run } = useTask();
  const back = async (version: ModelVersion): Promise<void> => {
    const agreed = await confirm({
      title: "Go back to this version?",
      text: `Forecasts for ${kind.id} come from the version of ${ago(version.at, now.value)} again. Nothing is deleted.`,
      yes: "Go back",
    });
    if (!agreed) return;
    const path = `/api/kinds/${encodeURIComponent(kind.id)}/rollback`;
    if (
      await run(async () => void (await request("POST", path, { body: { version: version.id } })))
    )
      say("The earlier version answers.", "good");
  };
  const { coverage, drifts, learning, lives } = kind;
  return (
    <Panel
      title={kind.id.replace("simulated-", "")}
      note={`${plural(kind.machines, "machine")}, ${plural(lives, "whole life").replace("lifes", "lives")} seen`}
      class="learning"
    >
      {learning !== null && (
        <p class="note" role="status">
          Learning: {learning}
        </p>
      )}
      <p class="soft">
        {coverage === null
          ? "No life has been judged yet."
          : `${Math.round(100 * coverage)} % of past truths lay in their 90 % intervals.`}
        {drifts.length > 0 &&
          ` Last drift ${ago(drifts[0]?.at ?? 0, now.value)}: ${drifts[0]?.text}.`}
      </p>
      <Problem text={problem} />
      {kind.versions.length === 0 ? (
        <Empty>No models yet: they need lives that ended.</Empty>
      ) : (
        <ul class="versions">
          {kind.versions.slice(0, MOST).map((version) => (
            <li key={version.id} class={version.role}>
              <p>
                <b>{version.role}</b> <span class="soft">{ago(version.at, now.value)}</span>
                {version.error !== null && (
                  <span>
                    {" "}
                    off by {lifeIn(version.error, kind.lifeUnit)} on machines it had not seen
                  </span>
                )}
              </p>
              <p>{version.text}</p>
              <p class="soft">
                {REASON_TEXT[version.reason]}, from {plural(version.machines.length, "machine")},{" "}
                {plural(version.rows, "row")}
              </p>
              {isAdmin.value && version.role === "retired" && (
                <Button small icon="undo" disabled={busy} onClick={() => void back(version)}>
                  Go back to this version
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
