/** The sign-in screen, shown where the node wants to know who asks. */

import type { Session } from "@symbion/core";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { openEvents } from "../api/live.ts";
import { request } from "../api/request.ts";
import { Button, Field, Problem } from "../parts/controls.tsx";
import { useTask } from "../parts/task.ts";
import { session } from "../state.ts";
import { ThemeButton } from "./theme.tsx";

/** Asks for the node's password. */
export function Login(): JSX.Element {
  const [password, setPassword] = useState("");
  const task = useTask();
  const submit = (): Promise<boolean> =>
    task.run(async () => {
      const body = { password };
      session.value = await request<Session>("POST", "/api/login", { body });
      openEvents();
    });
  return (
    <main id="main" class="login">
      <form
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h1>
          <img src="/icon.svg" alt="" width="34" height="34" />
          Symbion
        </h1>
        <Field
          label="Password or token"
          hint="The node wrote it down when it first started; its log says where."
        >
          <input
            type="password"
            autocomplete="current-password"
            required
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </Field>
        <Problem text={task.problem} />
        <Button type="submit" tone="primary" busy={task.busy} disabled={password === ""}>
          Sign in
        </Button>
      </form>
      <ThemeButton />
    </main>
  );
}
