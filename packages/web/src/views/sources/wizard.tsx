/** From nothing to a camera: find or type it, try it, name it, save it. */

import type { ConfigDocument, ConfigOutcome, FoundDevice, ProbeResult } from "@symbion/core";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { ApiFailure, request } from "../../api/request.ts";
import { rate } from "../../format.ts";
import { Button, Empty, Field, Panel, Problem } from "../../parts/controls.tsx";
import { useTask } from "../../parts/task.ts";
import { go, href } from "../../router.ts";
import { cameras, say } from "../../state.ts";
import { slug } from "../areas/model.ts";
import {
  type Address,
  addressProblem,
  isFile,
  putTogether,
  suggestName,
  takeApart,
} from "./address.ts";

/** Paths that many makers use, for people who know only the address of their camera. */
const HINTS: readonly (readonly [maker: string, path: string])[] = [
  ["Hikvision, LTS", "rtsp://ADDRESS:554/Streaming/Channels/101"],
  ["Dahua, Amcrest, Lorex", "rtsp://ADDRESS:554/cam/realmonitor?channel=1&subtype=0"],
  ["Reolink", "rtsp://ADDRESS:554/h264Preview_01_main"],
  ["Axis", "rtsp://ADDRESS/axis-media/media.amp?videocodec=h264"],
  ["TP-Link Tapo", "rtsp://ADDRESS:554/stream1"],
  ["Ubiquiti UniFi", "rtsp://ADDRESS:7447/STREAM-ID"],
];

const EMPTY: Address = { url: "", user: "", password: "" };

/** The three steps on one page: what comes later shows when it can be done. */
export function Wizard(): JSX.Element {
  const [address, setAddress] = useState<Address>(EMPTY);
  const [probed, setProbed] = useState<{ url: string; result: ProbeResult } | null>(null);
  const [name, setName] = useState("");
  const probing = useTask();
  const saving = useTask();
  const wrong = addressProblem(address.url);
  const source = putTogether(address);
  const current = probed !== null && probed.url === source ? probed.result : null;

  const probe = (): void => {
    void probing.run(async () => {
      const body = isFile(address.url) ? { file: address.url } : { url: source };
      const result = await request<ProbeResult>("POST", "/api/probe", { body });
      setProbed({ url: source, result });
      if (result.ok && name === "") setName(suggestName(address.url));
    });
  };
  const save = (): void => {
    void saving.run(async () => {
      const taken = new Set(cameras.value.map(({ id }) => id));
      const first = slug(name) || "camera";
      let id = first;
      for (let number = 2; taken.has(id); number++) id = `${first}-${number}`;
      const place = isFile(address.url) ? { file: address.url } : { url: source };
      const camera = { id, name: name.trim(), ...place };
      await saveNew(camera);
      say(`${name.trim()} added. Draw zones to say where motion matters.`, "good");
      go(href("camera", [id]));
    });
  };
  const change = (next: Partial<Address>): void => setAddress((before) => ({ ...before, ...next }));
  return (
    <div class="wizard">
      <Finder
        onChoose={(url) => {
          change(takeApart(url));
          setProbed(null);
        }}
      />
      <Panel title="Address">
        <form
          class="wizard-form"
          onSubmit={(event) => {
            event.preventDefault();
            probe();
          }}
        >
          <Field
            label="Address or file"
            error={wrong}
            hint="rtsp://192.168.1.20/stream1, or a path on the node"
          >
            <input
              type="text"
              inputMode="url"
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              value={address.url}
              onInput={(event) => {
                const next = takeApart(event.currentTarget.value);
                change(next.user === "" && next.password === "" ? { url: next.url } : next);
              }}
            />
          </Field>
          <div class="wizard-pair">
            <Field label="User">
              <input
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck={false}
                value={address.user}
                disabled={isFile(address.url)}
                onInput={(event) => change({ user: event.currentTarget.value })}
              />
            </Field>
            <Field label="Password">
              <input
                type="password"
                autocomplete="new-password"
                value={address.password}
                disabled={isFile(address.url)}
                onInput={(event) => change({ password: event.currentTarget.value })}
              />
            </Field>
          </div>
          <p class="soft">
            The password goes into a file beside the configuration that only the node reads. It is
            shown nowhere.
          </p>
          <details>
            <summary>Addresses of common makers</summary>
            <dl class="hints">
              {HINTS.map(([maker, path]) => (
                <div key={maker}>
                  <dt>{maker}</dt>
                  <dd>
                    <code>{path}</code>
                  </dd>
                </div>
              ))}
            </dl>
          </details>
          <Problem text={probing.problem} />
          <div class="wizard-actions">
            <Button
              type="submit"
              tone={current?.ok === true ? "plain" : "primary"}
              icon="search"
              busy={probing.busy}
              disabled={address.url === "" || wrong !== null}
            >
              {probing.busy ? "Trying…" : "Try it"}
            </Button>
            <Button onClick={() => go(href("sources"))}>Cancel</Button>
          </div>
        </form>
      </Panel>
      {current !== null && <Probed result={current} />}
      {current?.ok === true && (
        <Panel title="Name">
          <form
            class="wizard-form"
            onSubmit={(event) => {
              event.preventDefault();
              save();
            }}
          >
            <Field label="What people call it">
              <input
                type="text"
                maxLength={80}
                value={name}
                onInput={(event) => setName(event.currentTarget.value)}
              />
            </Field>
            <Problem text={saving.problem} />
            <div class="wizard-actions">
              <Button
                type="submit"
                tone="primary"
                icon="check"
                busy={saving.busy}
                disabled={name.trim() === ""}
              >
                Save camera
              </Button>
            </div>
          </form>
        </Panel>
      )}
    </div>
  );
}

async function saveNew(camera: { readonly id: string }): Promise<void> {
  // Adding touches nothing that somebody else may have changed, so an outdated version is simply asked for again.
  for (let attempt = 1; ; attempt++) {
    const { version } = await request<ConfigDocument>("GET", "/api/config");
    try {
      const body = { version, camera };
      const outcome = await request<ConfigOutcome>("POST", "/api/cameras", { body });
      if (!outcome.saved) throw new Error(outcome.problems.join(" "));
      return;
    } catch (error) {
      if (attempt >= 3 || !(error instanceof ApiFailure) || error.status !== 409) throw error;
    }
  }
}

function Finder({ onChoose }: { readonly onChoose: (url: string) => void }): JSX.Element {
  const [found, setFound] = useState<readonly FoundDevice[] | null>(null);
  const task = useTask();
  const list = useRef<HTMLUListElement>(null);
  const find = (): void => {
    void task.run(async () => {
      setFound(await request<FoundDevice[]>("POST", "/api/discover", { body: {} }));
      requestAnimationFrame(() => list.current?.querySelector("button")?.focus());
    });
  };
  return (
    <Panel
      title="Find cameras on your network"
      actions={
        <Button small icon="search" busy={task.busy} onClick={find}>
          {task.busy ? "Looking…" : found === null ? "Look" : "Look again"}
        </Button>
      }
    >
      <Problem text={task.problem} />
      {found === null ? (
        <p class="soft">Asks with ONVIF and mDNS, for some seconds. Nothing leaves your network.</p>
      ) : found.length === 0 ? (
        <Empty>
          Nothing answered. Type the address below; your router lists what is connected.
        </Empty>
      ) : (
        <ul class="found" ref={list}>
          {found.map((device) => (
            <li key={`${device.via} ${device.address} ${device.name}`}>
              <p>
                <b>{device.name}</b> <span class="soft">{device.detail}</span>
                <span class="tag plain">{device.via === "onvif" ? "ONVIF" : "mDNS"}</span>
              </p>
              <p class="found-urls">
                {(device.urls.length > 0 ? device.urls : [`rtsp://${device.address}:554/`]).map(
                  (url) => (
                    <Button key={url} small onClick={() => onChoose(url)}>
                      {url}
                    </Button>
                  ),
                )}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Probed({ result }: { readonly result: ProbeResult }): JSX.Element {
  if (!result.ok) {
    return (
      <Panel title="This did not work">
        <Problem text={result.reason} />
      </Panel>
    );
  }
  const facts: readonly (readonly [string, string])[] = [
    ["Protocol", result.container],
    ["Codec", result.codec],
    ["Size", `${result.width} × ${result.height}`],
    ["Frames", `${rate(result.fps)} per second`],
    [
      "Keyframes",
      result.keyframeSeconds === null
        ? "fewer than two came"
        : `every ${rate(result.keyframeSeconds)} s`,
    ],
  ];
  return (
    <Panel title="It works">
      <div class="probed" role="status">
        {result.preview !== null && <img src={result.preview} alt="What the camera sees now" />}
        <dl class="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {result.preview === null && (
          <p class="soft">
            A picture would need ffmpeg on the node; everything else works without.
          </p>
        )}
      </div>
    </Panel>
  );
}
