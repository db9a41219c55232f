/** This page in this browser: colours, keys, home screen; and the versions. */

import type { JSX } from "preact";
import { request } from "../../api/request.ts";
import { Button, Check, Panel, Segmented } from "../../parts/controls.tsx";
import { useLoaded } from "../../parts/task.ts";
import { installPrompt } from "../../pwa/prompt.ts";
import { keysEnabled, setKeys, shortcutsShown } from "../../shell/shortcuts.tsx";
import { node, theme } from "../../state.ts";

type PluginReport = {
  readonly name: string;
  readonly state: string;
  readonly problem: string | null;
};

function pluginText({ name, state, problem }: PluginReport): string {
  return `${name} (${state}${problem === null ? "" : `: ${problem}`})`;
}

/** Preferences and versions. */
export function About(): JSX.Element {
  const plugins = useLoaded(
    (signal) => request<PluginReport[]>("GET", "/api/plugins", { signal }),
    "plugins",
  );
  const status = node.value;
  const prompt = installPrompt.value;
  const installed = matchMedia("(display-mode: standalone)").matches;
  return (
    <>
      <Panel title="This page">
        <div class="form">
          <div class="form-line">
            <span class="field-label">Colours</span>
            <Segmented
              legend="Colours"
              name="theme"
              value={theme.value}
              options={[
                { value: "auto", label: "As the device" },
                { value: "light", label: "Light" },
                { value: "dark", label: "Dark" },
              ]}
              onChange={(next) => {
                theme.value = next;
              }}
            />
          </div>
          <div class="form-line">
            <Check checked={keysEnabled.value} onChange={setKeys}>
              Single keys do something
            </Check>
            <Button
              small
              onClick={() => {
                shortcutsShown.value = true;
              }}
            >
              Show the keys
            </Button>
          </div>
          <div class="form-line">
            <span class="field-label">Home screen</span>
            {installed ? (
              <span class="soft">This page is installed.</span>
            ) : prompt !== null ? (
              <Button small icon="plus" onClick={() => void prompt.prompt()}>
                Install
              </Button>
            ) : (
              <span class="soft">
                In the browser's menu: Install, or Add to home screen. It opens without the node,
                too, with its last state.
              </span>
            )}
          </div>
        </div>
      </Panel>
      <Panel title="Versions">
        <dl class="facts">
          <div>
            <dt>Symbion</dt>
            <dd>{status?.version ?? "not known: the node does not answer"}</dd>
          </div>
          <div>
            <dt>File</dt>
            <dd>{status?.config.path ?? ""}</dd>
          </div>
          <div>
            <dt>Plug-ins</dt>
            <dd>
              {(plugins.data ?? []).length === 0
                ? "none"
                : (plugins.data ?? []).map(pluginText).join(", ")}
            </dd>
          </div>
          <div>
            <dt>Interface</dt>
            <dd>
              <a href="/api/openapi.json">OpenAPI description</a>
            </dd>
          </div>
        </dl>
        <p class="soft">
          Nothing on this page comes from elsewhere, and nothing is sent anywhere: no fonts, no
          scripts, no counters.
        </p>
      </Panel>
    </>
  );
}
