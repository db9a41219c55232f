/** Budgets: how much may be learned of whom, how much of that is spent, and what the figure means. */

import type { PrivacyBudget } from "@symbion/core";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { percent, plural } from "../../format.ts";
import { Empty, Panel } from "../../parts/controls.tsx";
import { Icon } from "../../parts/icon.tsx";
import { href } from "../../router.ts";
import { share } from "./store.ts";
import {
  belief,
  chance,
  epsilonText,
  factorText,
  figure,
  isSimulated,
  strength,
  subjectName,
} from "./words.ts";

/** Budgets, what epsilon means, what is not protected. */
export function Budgets(): JSX.Element | null {
  const status = share.value;
  if (status === null) return null;
  return (
    <>
      <Panel
        title="Privacy budgets"
        note={
          status.budgets.length === 0
            ? undefined
            : "once a budget is spent, releases are refused until its window is over"
        }
        class="budgets"
      >
        {status.budgets.length === 0 ? (
          <Empty>
            {status.enabled
              ? "Nothing has been told with noise in this window, so nothing is spent."
              : "Nothing is told with noise: the configuration has no section “share”."}
          </Empty>
        ) : (
          <Purposes budgets={status.budgets} />
        )}
      </Panel>
      <div class="share-columns">
        <Meaning budgets={status.budgets} />
        <NotProtected />
      </div>
    </>
  );
}

function Purposes({ budgets }: { readonly budgets: readonly PrivacyBudget[] }): JSX.Element {
  const purposes = [...new Set(budgets.map(({ purpose }) => purpose))].toSorted();
  return (
    <div class="budget-purposes">
      {purposes.map((purpose) => (
        <section key={purpose} aria-label={`For ${purpose}`}>
          <h3>For {purpose}</h3>
          <ul class="budget-list">
            {budgets
              .filter((one) => one.purpose === purpose)
              .toSorted((a, b) => b.window.localeCompare(a.window) || share100(b) - share100(a))
              .map((budget) => (
                <Bar key={`${budget.subject} ${budget.window}`} budget={budget} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function share100({ spentEpsilon, totalEpsilon }: PrivacyBudget): number {
  return totalEpsilon > 0 ? Math.min(100, (100 * spentEpsilon) / totalEpsilon) : 100;
}

function Bar({ budget }: { readonly budget: PrivacyBudget }): JSX.Element {
  const { subject, window, spentEpsilon, totalEpsilon, unit, refused } = budget;
  const left = Math.max(0, totalEpsilon - spentEpsilon);
  const used = share100(budget);
  const full = refused > 0 || used >= 99.95;
  return (
    <li class={full ? "budget full" : used > 75 ? "budget near" : "budget"} data-subject={subject}>
      <p class="budget-head">
        <b>{subjectName(subject)}</b>
        {isSimulated(subject) && <span class="tag">simulated</span>}
        <span class="soft">{window}</span>
        <span class="budget-left">
          {full && left < 0.005 ? "spent" : `${epsilonText(left)} left`}
        </span>
      </p>
      <div class="budget-bar" role="img" aria-label={`${Math.round(used)} % of the budget spent`}>
        <span style={{ width: `${used}%` }} />
      </div>
      <p class="soft">
        {epsilonText(spentEpsilon)} of {figure(totalEpsilon)} spent on {unit}
        {refused > 0 && (
          <>
            {"; "}
            <a href={href("share", [], { state: "refused" })}>
              {plural(refused, "release")} kept back
            </a>
          </>
        )}
      </p>
    </li>
  );
}

/** Steps of the slider, epsilon on a logarithmic axis from 0.01 to 20. */
const STEPS = 100;
const LEAST = 0.01;
const MOST = 20;

const toEpsilon = (step: number): number => LEAST * (MOST / LEAST) ** (step / STEPS);
const toStep = (epsilon: number): number =>
  Math.round(
    (STEPS * Math.log(Math.min(MOST, Math.max(LEAST, epsilon)) / LEAST)) / Math.log(MOST / LEAST),
  );

const STRENGTH_TEXT = {
  strong: "a strong promise",
  fair: "a fair promise",
  weak: "a weak promise: who knows much already can be rather sure",
} as const;

/** What epsilon says, in a sentence and as a belief before and after. */
function Meaning({ budgets }: { readonly budgets: readonly PrivacyBudget[] }): JSX.Element {
  const fullest = budgets.toSorted((a, b) => b.spentEpsilon - a.spentEpsilon)[0];
  const [moved, setMoved] = useState<number | null>(null);
  // Until somebody moves it, the slider stands where the node is.
  const epsilon = moved !== null ? toEpsilon(moved) : (fullest?.spentEpsilon ?? 1);
  const unit = fullest?.unit ?? "one 15-minute slot of one camera";
  const delta = fullest?.delta ?? 1e-6;
  const after = belief(epsilon);
  const sure = after > 0.9995;
  return (
    <Panel
      title="What epsilon means"
      note={
        moved === null && fullest !== undefined
          ? `at what was spent on ${subjectName(fullest.subject)}`
          : undefined
      }
      class="meaning"
    >
      <p class="meaning-figure">
        <b>{epsilonText(epsilon)}</b>{" "}
        <span class="meaning-strength">{STRENGTH_TEXT[strength(epsilon)]}</span>
      </p>
      <p>
        Whatever somebody believed before about <b>{unit}</b>, everything that was told changes its
        odds by a factor of <b>{factorText(epsilon)}</b> at most (e to the epsilon).
      </p>
      <div class="beliefs" aria-hidden="true">
        <span>before</span>
        <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
          <rect class="belief-ground" width="100" height="10" />
          <rect class="belief before" width="50" height="10" />
        </svg>
        <span>50 %</span>
        <span>after</span>
        <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
          <rect class="belief-ground" width="100" height="10" />
          <rect
            class="belief-range"
            x={100 * (1 - after)}
            width={100 * (2 * after - 1)}
            height="10"
          />
          <rect class="belief-mid" x="49.700" width="0.600" height="10" />
        </svg>
        <span>
          {sure ? "nearly 0 to 100 %" : `${percent(1 - after)} to ${percent(after)}\u202f%`}
        </span>
      </div>
      <p class="soft">
        {sure
          ? "Who thought it as likely as not that something was there can be all but certain afterwards."
          : `Who thought it as likely as not that something was there is afterwards between ${percent(1 - after)}\u202f% and ${percent(after)}\u202f% sure.`}{" "}
        With a chance of {chance(delta)} (delta) more is told.
      </p>
      <label class="meaning-slider">
        <span>Try another epsilon</span>
        <input
          type="range"
          min="0"
          max={STEPS}
          value={moved ?? toStep(epsilon)}
          aria-valuetext={`epsilon ${figure(epsilon)}`}
          onInput={(event) => setMoved(Number(event.currentTarget.value))}
        />
      </label>
    </Panel>
  );
}

const NOT_PROTECTED: readonly (readonly [what: string, why: string])[] = [
  [
    "Notifications through your own channels",
    "they tell the alert as it is, without noise: you want to know it exactly",
  ],
  ["Files that you carry away", "clips, backups and this log hold what they say"],
  [
    "Requests for files and to models elsewhere",
    "the other side sees what was asked for, and from where",
  ],
  ["That, when and how much is sent", "anybody on the way sees times and sizes, not contents"],
  [
    "More than one unit",
    "one unit of privacy is hidden; what is so through many of them adds up, and shows",
  ],
  ["The next window", "every window has a budget of its own; what is learned in each adds up"],
];

function NotProtected(): JSX.Element {
  return (
    <Panel title="What this does not protect" class="not-protected">
      <ul>
        {NOT_PROTECTED.map(([what, why]) => (
          <li key={what}>
            <Icon name="info" />
            <span class="not-protected-what">
              <b>{what}</b>
              <small>{why}</small>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
