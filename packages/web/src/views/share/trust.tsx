/** Trust: the curve from inverse trust to budget with tiers and peers on it, and what recipients learn together. */

import type { Peer } from "@symbion/core";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { plural } from "../../format.ts";
import { Check, Empty, Panel } from "../../parts/controls.tsx";
import type { PolicyTier, SharePolicy } from "./answers.ts";
import { useWidth } from "./hooks.ts";
import { policy, share } from "./store.ts";
import { epsilonOf, epsilonText, factorText, fingerprintLines, recipientName } from "./words.ts";

/** Delta for which epsilons are told where no budget says one. */
const USUAL_DELTA = 1e-6;

/** Curve, tiers, collusion. */
export function Trust(): JSX.Element | null {
  const status = share.value;
  const signed = policy.value;
  if (status === null) return null;
  if (signed === null || signed.tiers.length === 0) {
    return (
      <Panel title="Trust">
        <Empty>
          {status.enabled
            ? "There are no tiers yet, so nothing is told to anybody. “share.policy” in the configuration names them."
            : "Sharing is off: the configuration has no section “share”, so nobody has to be trusted."}
        </Empty>
      </Panel>
    );
  }
  const delta = status.budgets[0]?.delta ?? USUAL_DELTA;
  return (
    <>
      <Panel title="Who is trusted how far" note={`policy version ${signed.version}`} class="trust">
        <p class="soft">
          Trust is a property of the recipient, fixed in a signed policy, and never computed from
          what was recorded. The less a tier is trusted, the more noise it gets: rho(T) ={" "}
          {signed.rhoMax} · ({signed.rhoMin} / {signed.rhoMax})<sup>T</sup> for inverse trust T,
          shown as epsilon at delta {delta}.
        </p>
        <Curve policy={signed} peers={status.peers} delta={delta} />
        <Tiers policy={signed} peers={status.peers} delta={delta} />
        <p class="soft trust-signed">
          Signed by <code>{fingerprintLines(signed.signedBy).join(" ")}</code>
          {signed.signedBy === status.fingerprint && ", this node"}.
        </p>
      </Panel>
      <Together policy={signed} delta={delta} />
    </>
  );
}

type Drawn = {
  readonly policy: SharePolicy;
  readonly peers: readonly Peer[];
  readonly delta: number;
};

const HEIGHT = 250;
const PAD = { left: 54, right: 18, top: 22, bottom: 40 };
/** Points of the curve. */
const POINTS = 60;

/** Up to six round values up to the top of an axis. */
function ticks(top: number): readonly number[] {
  const rough = top / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? top;
  return Array.from({ length: Math.floor(top / step) }, (_, index) =>
    Number(((index + 1) * step).toPrecision(3)),
  );
}

/** rho(T) = rhoMax (rhoMin / rhoMax)^T as epsilon at delta, each tier a point on it, its peers above. */
function Curve({ policy: signed, peers, delta }: Drawn): JSX.Element {
  const [box, width] = useWidth(640);
  const { rhoMax, rhoMin } = signed;
  const epsilon = (trust: number): number => epsilonOf(rhoMax * (rhoMin / rhoMax) ** trust, delta);
  const top = epsilon(0);
  const x = (trust: number): number => PAD.left + trust * (width - PAD.left - PAD.right);
  const y = (value: number): number =>
    HEIGHT - PAD.bottom - (value / top) * (HEIGHT - PAD.top - PAD.bottom);
  const line = Array.from({ length: POINTS + 1 }, (_, index) => {
    const trust = index / POINTS;
    return `${x(trust).toFixed(1)},${y(epsilon(trust)).toFixed(1)}`;
  });
  const ground = HEIGHT - PAD.bottom;
  return (
    <div
      ref={box}
      class="trust-curve"
      role="img"
      aria-label={`What one release may tell, by inverse trust: from ${epsilonText(top)} to ${epsilonText(epsilon(1))}; the table below has every tier`}
    >
      <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
        {ticks(top).map((value) => (
          <g key={value} class="trust-grid">
            <line x1={PAD.left} x2={width - PAD.right} y1={y(value)} y2={y(value)} />
            <text x={PAD.left - 8} y={y(value) + 4} text-anchor="end">
              {`ε\u202f${value}`}
            </text>
          </g>
        ))}
        <line class="trust-axis" x1={PAD.left} x2={width - PAD.right} y1={ground} y2={ground} />
        <path class="trust-area" d={`M${x(0)},${ground}L${line.join("L")}L${x(1)},${ground}Z`} />
        <path class="trust-line" d={`M${line.join("L")}`} />
        <text class="trust-end" x={PAD.left} y={HEIGHT - 6}>
          trusted fully
        </text>
        <text class="trust-end" x={width - PAD.right} y={HEIGHT - 6} text-anchor="end">
          least trusted
        </text>
        {signed.tiers.map((tier) => {
          const inside = peers.filter((peer) => peer.tier === tier.name);
          const at = { x: x(tier.inverseTrust), epsilon: epsilonOf(tier.rho, delta) };
          const anchor = at.x > width - 90 ? "end" : at.x < PAD.left + 30 ? "start" : "middle";
          return (
            <g key={tier.name} class={inside.length > 0 ? "trust-tier held" : "trust-tier"}>
              <line x1={at.x} x2={at.x} y1={y(at.epsilon)} y2={ground} />
              <circle cx={at.x} cy={y(at.epsilon)} r={inside.length > 0 ? 7 : 4.5} />
              {inside.length > 0 && (
                <text
                  class="trust-count"
                  x={at.x + (anchor === "end" ? -6 : 10)}
                  y={y(at.epsilon) - 10}
                  text-anchor={anchor === "end" ? "end" : "start"}
                >
                  {inside.length === 1
                    ? recipientName(inside[0]?.id ?? "")
                    : plural(inside.length, "node")}
                </text>
              )}
              <text x={at.x} y={ground + 17} text-anchor={anchor}>
                {tier.name}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function Tiers({ policy: signed, peers, delta }: Drawn): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys
    <section class="table-scroll" tabIndex={0} aria-label="Table of tiers">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Tier</th>
            <th scope="col" class="number">
              Inverse trust
            </th>
            <th scope="col" class="number">
              One release
            </th>
            <th scope="col" class="number">
              rho
            </th>
            <th scope="col" class="number">
              Odds change at most
            </th>
            <th scope="col">Nodes</th>
          </tr>
        </thead>
        <tbody>
          {signed.tiers
            .toSorted((a, b) => a.inverseTrust - b.inverseTrust)
            .map(({ name, inverseTrust, rho }) => {
              const inside = peers.filter(({ tier }) => tier === name);
              const epsilon = epsilonOf(rho, delta);
              return (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td class="number">{inverseTrust}</td>
                  <td class="number">{epsilonText(epsilon)}</td>
                  <td class="number">{Number(rho.toPrecision(3))}</td>
                  <td class="number">{factorText(epsilon)} ×</td>
                  <td>
                    {inside.length === 0
                      ? "none"
                      : inside.map(({ id }) => recipientName(id)).join(", ")}
                  </td>
                </tr>
              );
            })}
        </tbody>
      </table>
    </section>
  );
}

/** What tiers learn that put together what they were told: the best of them, not the sum. */
function Together(props: { readonly policy: SharePolicy; readonly delta: number }): JSX.Element {
  const { policy: signed, delta } = props;
  const tiers = signed.tiers.toSorted((a, b) => a.inverseTrust - b.inverseTrust);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const inside = tiers.filter(({ name }) => !left.has(name));
  const best = inside.reduce<PolicyTier | null>(
    (top, tier) => (top === null || tier.rho > top.rho ? tier : top),
    null,
  );
  const sum = inside.reduce((total, { rho }) => total + rho, 0);
  const most = epsilonOf(
    tiers.reduce((total, { rho }) => total + rho, 0),
    delta,
  );
  const here = best === null ? 0 : epsilonOf(best.rho, delta);
  const apart = epsilonOf(sum, delta);
  const toggle = (name: string, on: boolean): void => {
    const next = new Set(left);
    if (on) next.delete(name);
    else next.add(name);
    setLeft(next);
  };
  return (
    <Panel title="If tiers put their numbers together" class="together">
      <fieldset class="together-who">
        <legend class="soft">Who colludes</legend>
        {tiers.map(({ name }) => (
          <Check key={name} checked={!left.has(name)} onChange={(on) => toggle(name, on)}>
            {name}
          </Check>
        ))}
      </fieldset>
      {best === null ? (
        <Empty>Nobody: nothing is learned.</Empty>
      ) : (
        <>
          <ul class="compare">
            <li>
              <span>Here: noise of one tier is part of the next</span>
              <Measure share={here / most} tone="here" />
              <b>{epsilonText(here)}</b>
            </li>
            <li>
              <span>If each had noise of its own</span>
              <Measure share={apart / most} tone="other" />
              <b>{epsilonText(apart)}</b>
            </li>
          </ul>
          <p role="status">
            {inside.length === 1
              ? `Alone, ${best.name} learns ${epsilonText(here)} of one release, however often and under however many names it asks.`
              : `Together they learn what ${best.name} knows alone, ${epsilonText(here)} of one release. Asking again, or under more names, tells nothing more.`}
          </p>
        </>
      )}
    </Panel>
  );
}

/** A bar that a figure stands beside. */
export function Measure(props: {
  /** 0 to 1 of the longest. */
  readonly share: number;
  readonly tone: "here" | "other";
}): JSX.Element {
  return (
    <span class="measure" aria-hidden="true">
      <span class={props.tone} style={{ width: `${Math.max(0.6, 100 * props.share)}%` }} />
    </span>
  );
}
