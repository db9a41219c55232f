/** The price of privacy and of quantum-safe links: bytes, time of the processor, estimated energy, and algorithms. */

import type { Premium } from "@symbion/core";
import type { JSX } from "preact";
import { request } from "../../api/request.ts";
import { bytes, count, moment, percent, plural } from "../../format.ts";
import { Empty, Panel, Problem } from "../../parts/controls.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useLoaded } from "../../parts/task.ts";
import { href } from "../../router.ts";
import { connection, isAdmin, now } from "../../state.ts";
import type { CryptoUse } from "./answers.ts";
import { received, releasesSince, share } from "./store.ts";
import { Measure } from "./trust.tsx";
import { cpuTime, joules } from "./words.ts";

/** Published bytes of one session, both ways: mutual TLS with P-256 certificates, and with ML-DSA-65 ones. */
const CLASSICAL = 3955;
const NAIVE = 43_490;

/** What sharing costs, and with which algorithms. */
export function Price(): JSX.Element | null {
  const status = share.value;
  if (status === null) return null;
  const { premium } = status;
  return (
    <>
      <Panel
        title="The price"
        note={`counted since ${moment(premium.since, now.value)}, when this node started`}
        class="price"
      >
        <div class="price-grid">
          <Bytes premium={premium} />
          <Cpu premium={premium} />
          <Energy premium={premium} />
        </div>
      </Panel>
      <Otherwise premium={premium} />
      <Inventory />
    </>
  );
}

type Piece = { readonly name: string; readonly value: number; readonly text: string };

/** Parts of a whole as one bar with its legend. */
function Pieces(props: { readonly label: string; readonly pieces: readonly Piece[] }): JSX.Element {
  const whole = props.pieces.reduce((sum, { value }) => sum + value, 0);
  return (
    <>
      <div
        class="pieces"
        role="img"
        aria-label={`${props.label}: ${props.pieces.map(({ name, text }) => `${name} ${text}`).join(", ")}`}
      >
        {whole > 0 &&
          props.pieces.map(({ name, value }, index) => (
            <span
              key={name}
              class={`piece-${index + 1}`}
              style={{ width: `${(100 * value) / whole}%` }}
            />
          ))}
      </div>
      <ul class="piece-legend">
        {props.pieces.map(({ name, text }, index) => (
          <li key={name}>
            <i class={`piece-${index + 1}`} aria-hidden="true" />
            <span>{name}</span>
            <b class="piece-number">{text}</b>
          </li>
        ))}
      </ul>
    </>
  );
}

function Bytes({ premium }: { readonly premium: Premium }): JSX.Element {
  const { payloadBytes, securityBytes } = premium;
  const ratio = payloadBytes === 0 ? null : (payloadBytes + securityBytes) / payloadBytes;
  return (
    <section aria-label="Bytes over links">
      <h3>Bytes over links</h3>
      <p class="price-figure">
        <b class="price-number">{ratio === null ? "0" : ratio.toFixed(2)}</b>
        <span class="price-unit">
          {ratio === null ? "bytes" : "on the wire for each byte of content"}
        </span>
      </p>
      <Pieces
        label="Bytes over links"
        pieces={[
          { name: "content", value: payloadBytes, text: bytes(payloadBytes) },
          { name: "security", value: securityBytes, text: bytes(securityBytes) },
        ]}
      />
    </section>
  );
}

function Cpu({ premium }: { readonly premium: Premium }): JSX.Element {
  const { privacyCpuMs, linkCpuMs, sealCpuMs, coreShare } = premium;
  return (
    <section aria-label="Time of the processor">
      <h3>Time of the processor</h3>
      <p class="price-figure">
        <b class="price-number">{percent(coreShare)} %</b>
        <span class="price-unit">of one core</span>
      </p>
      <Pieces
        label="Time of the processor"
        pieces={[
          { name: "noise and accounting", value: privacyCpuMs, text: cpuTime(privacyCpuMs) },
          { name: "links", value: linkCpuMs, text: cpuTime(linkCpuMs) },
          { name: "sealing", value: sealCpuMs, text: cpuTime(sealCpuMs) },
        ]}
      />
    </section>
  );
}

function Energy({ premium }: { readonly premium: Premium }): JSX.Element {
  const { radioJoules, cpuJoules, microjoulesPerByte, coreWatts } = premium;
  return (
    <section aria-label="Energy, estimated">
      <h3>
        Energy <span class="tag plain">estimated</span>
      </h3>
      <p class="price-figure">
        <b class="price-number">{joules(radioJoules + cpuJoules)}</b>
        <span class="price-unit">not measured</span>
      </p>
      <Pieces
        label="Energy, estimated"
        pieces={[
          { name: "radio", value: radioJoules, text: joules(radioJoules) },
          { name: "processor", value: cpuJoules, text: joules(cpuJoules) },
        ]}
      />
      <p class="soft">
        Assumes {microjoulesPerByte} µJ per byte, content and security, and {coreWatts} W for a busy
        core: published figures. Yours go below <code>share.energy</code> in the{" "}
        {isAdmin.value ? (
          <a href={href("settings", ["config"])}>configuration file</a>
        ) : (
          "configuration file"
        )}
        .
      </p>
    </section>
  );
}

/** What the same messages would have cost with a connection each. */
function Otherwise({ premium }: { readonly premium: Premium }): JSX.Element {
  const { data, problem } = useLoaded(
    () => releasesSince(premium.since, { route: "link", state: "sent" }),
    `${premium.since} ${premium.securityBytes} ${connection.value === "lost"}`,
  );
  const came = received.value.filter(({ at }) => at >= premium.since).length;
  const went = data?.releases.length ?? 0;
  const messages = went + came;
  const rows: readonly (readonly [string, number, "here" | "other"])[] = [
    ["Here, measured", premium.securityBytes, "here"],
    ["Classical: a mutual TLS connection for each", messages * CLASSICAL, "other"],
    ["Naive post-quantum: ML-DSA-65 certificates for each", messages * NAIVE, "other"],
  ];
  const most = Math.max(1, ...rows.map(([, value]) => value));
  return (
    <Panel
      title="What it would have cost otherwise"
      note="bytes of security alone"
      class="otherwise"
    >
      <Problem text={problem} />
      {messages === 0 ? (
        <Empty>No number went over a link since this node started: nothing to compare.</Empty>
      ) : (
        <>
          <ul class="compare">
            {rows.map(([name, value, tone]) => (
              <li key={name}>
                <span>{name}</span>
                <Measure share={value / most} tone={tone} />
                <b>{bytes(value)}</b>
              </li>
            ))}
          </ul>
          <p class="soft">
            {data?.more === true ? "At least " : ""}
            {plural(messages, "number")}, {count(went)} sent and {count(came)} received. The lower
            two are computed, not measured here: published figures of {count(CLASSICAL)} and{" "}
            {count(NAIVE)} bytes for a session, one session for each number. This node keeps a
            session and derives the next from the last.
          </p>
        </>
      )}
    </Panel>
  );
}

function Inventory(): JSX.Element {
  const { data, problem, loading } = useLoaded(
    (signal) => request<readonly CryptoUse[]>("GET", "/api/share/inventory", { signal }),
    `${share.value?.enabled} ${connection.value === "lost"}`,
  );
  const list = data ?? [];
  const weak = list.filter(({ quantumSafe }) => !quantumSafe).length;
  return (
    <Panel
      title="Algorithms in use"
      note={
        list.length === 0
          ? undefined
          : weak === 0
            ? "all hold against a quantum computer"
            : `${weak} of ${list.length} would not hold against a quantum computer`
      }
      class="inventory"
    >
      <Problem text={problem} />
      {list.length === 0 ? (
        problem === null && <Empty>{loading ? "Asking the node…" : "None."}</Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys
        <section class="table-scroll" tabIndex={0} aria-label="Table of algorithms">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Algorithm</th>
                <th scope="col">Does</th>
                <th scope="col">Where</th>
                <th scope="col">Allowed until</th>
                <th scope="col">Quantum computer</th>
                <th scope="col" class="number">
                  Key is
                </th>
              </tr>
            </thead>
            <tbody>
              {list.map(({ algorithm, use, where, until, quantumSafe, ageDays }) => (
                <tr key={`${algorithm} ${use} ${where}`}>
                  <th scope="row">{algorithm}</th>
                  <td>{use}</td>
                  <td class="soft">{where}</td>
                  <td>{until}</td>
                  <td>
                    <span class={quantumSafe ? "tag good marked" : "tag marked"}>
                      <Icon name={quantumSafe ? "shield" : "info"} />
                      {quantumSafe ? "holds" : "breaks it"}
                    </span>
                  </td>
                  <td class="number">
                    {ageDays === null
                      ? "–"
                      : ageDays < 1
                        ? "new"
                        : `${plural(Math.floor(ageDays), "day")} old`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Panel>
  );
}
