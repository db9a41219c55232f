/** Push messages on the device in the person's hand. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button, Panel, Problem } from "../../parts/controls.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useTask } from "../../parts/task.ts";
import { type PushState, pushState, turnPushOff, turnPushOn } from "../../pwa/push.ts";
import { say } from "../../state.ts";

/** Turns them on and off; says why where that is not possible. */
export function PushHere(): JSX.Element {
  const [state, setState] = useState<PushState | null>(null);
  const task = useTask();
  useEffect(() => {
    pushState().then(setState, () => undefined);
  }, []);
  const change = (work: () => Promise<PushState>, done: string): void => {
    void task.run(async () => {
      const next = await work();
      setState(next);
      if (next.state === "on" || next.state === "off") say(done, "good");
    });
  };
  return (
    <Panel
      title="This device"
      actions={
        state?.state === "on" ? (
          <Button
            small
            busy={task.busy}
            onClick={() => change(turnPushOff, "This device gets no push messages any more.")}
          >
            Turn off
          </Button>
        ) : state?.state === "off" ? (
          <Button
            small
            tone="primary"
            icon="bell"
            busy={task.busy}
            onClick={() => change(turnPushOn, "This device gets push messages from now on.")}
          >
            Get push messages
          </Button>
        ) : undefined
      }
    >
      <p class="note">
        <Icon name={state?.state === "on" ? "check" : "info"} />
        <span>
          {state === null
            ? "Looking what this browser can do…"
            : state.state === "on"
              ? "Alerts arrive here, also while this page is closed."
              : state.state === "off"
                ? "Alerts can arrive here, also while this page is closed."
                : state.why}
        </span>
      </p>
      <Problem text={task.problem} />
    </Panel>
  );
}
