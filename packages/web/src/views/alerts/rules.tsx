/** Rules with their state, and what is silent now. */

import type { RuleInfo, Silence } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { onLive } from "../../api/live.ts";
import { failureText, request } from "../../api/request.ts";
import { moment } from "../../format.ts";
import { Button, Empty, Panel, Problem } from "../../parts/controls.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useLoaded } from "../../parts/task.ts";
import { href } from "../../router.ts";
import { isAdmin, now, say } from "../../state.ts";
import { SilenceDialog, silencesChanged } from "./silence.tsx";

/** The rules of the configuration. */
export function Rules(): JSX.Element {
  const turn = silencesChanged.value.toString();
  const rules = useLoaded(
    (signal) => request<RuleInfo[]>("GET", "/api/alerts/rules", { signal }),
    turn,
  );
  const silences = useLoaded(
    (signal) => request<Silence[]>("GET", "/api/alerts/silences", { signal }),
    turn,
  );
  const [silencing, setSilencing] = useState<string | null | undefined>(undefined);
  const { reload } = rules;
  useEffect(() => onLive("alert", reload), [reload]);
  const end = async (silence: Silence): Promise<void> => {
    try {
      await request("DELETE", `/api/alerts/silences/${encodeURIComponent(silence.id)}`);
      silencesChanged.value++;
    } catch (error) {
      say(failureText(error), "bad");
    }
  };
  const list = rules.data ?? [];
  const silent = (silences.data ?? []).filter(({ until }) => until > now.value);
  const nameOf = (rule: string | null): string =>
    rule === null ? "Everything" : (list.find(({ id }) => id === rule)?.name ?? rule);
  return (
    <Panel
      title="Rules"
      actions={
        isAdmin.value && (
          <>
            <Button
              small
              icon="mute"
              label="Silence everything"
              onClick={() => setSilencing(null)}
            />
            <a class="button small" href={href("settings", ["rules"])}>
              <Icon name="edit" />
              <span>Edit</span>
            </a>
          </>
        )
      }
    >
      <Problem text={rules.problem} />
      {silent.length > 0 && (
        <ul class="silences">
          {silent.map((silence) => (
            <li key={silence.id}>
              <Icon name="mute" />
              <span>
                {nameOf(silence.rule)} silent until {moment(silence.until, now.value)}
              </span>
              {isAdmin.value && (
                <Button small onClick={() => void end(silence)}>
                  End
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {rules.data !== null && list.length === 0 ? (
        <Empty>
          No rule yet, so nobody is told anything.{" "}
          {isAdmin.value && <a href={href("settings", ["rules"])}>Make one</a>}
        </Empty>
      ) : (
        <ul class="side-list">
          {list.map((rule) => (
            <li key={rule.id}>
              <span class="side-what">
                <b>{rule.name}</b>
                {rule.silencedUntil !== null && rule.silencedUntil > now.value && (
                  <small>silent until {moment(rule.silencedUntil, now.value)}</small>
                )}
              </span>
              {rule.firing > 0 ? (
                <span class="tag bad">{rule.firing} firing</span>
              ) : (
                <span class="tag plain">quiet</span>
              )}
              {isAdmin.value && (
                <Button
                  small
                  tone="quiet"
                  icon="mute"
                  label={`Silence ${rule.name}`}
                  onClick={() => setSilencing(rule.id)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {silencing !== undefined && (
        <SilenceDialog rule={silencing} onClose={() => setSilencing(undefined)} />
      )}
    </Panel>
  );
}
