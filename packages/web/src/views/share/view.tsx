/** What left this device: the log, the budgets, whom it is linked with, and the price of it all. */

import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Empty, Problem } from "../../parts/controls.tsx";
import { PartNav } from "../../parts/part-nav.tsx";
import { route } from "../../router.ts";
import { Budgets } from "./budgets.tsx";
import { Left } from "./left.tsx";
import { Nodes } from "./nodes.tsx";
import { Price } from "./price.tsx";
import { Received } from "./received.tsx";
import { followShare, problem, share } from "./store.ts";
import { Trust } from "./trust.tsx";
import "../health/health.css";
import "../settings/settings.css";
import "./share.css";
import "./parts.css";

type Part = { readonly id: string; readonly title: string; readonly view: ComponentType };

const PARTS: readonly Part[] = [
  { id: "left", title: "What left", view: Left },
  { id: "budgets", title: "Budgets", view: Budgets },
  { id: "nodes", title: "Other nodes", view: Nodes },
  { id: "trust", title: "Trust", view: Trust },
  { id: "received", title: "Received", view: Received },
  { id: "price", title: "Price", view: Price },
];

/** The part of the address, with the way to the others. */
export function ShareView(): JSX.Element {
  useEffect(followShare, []);
  const part = PARTS.find(({ id }) => id === route.value.rest[0]) ?? PARTS[0];
  const Shown = part?.view;
  const known = share.value !== null;
  return (
    <div class="view share" aria-busy={!known}>
      <PartNav view="share" label="Sharing" parts={PARTS} current={part?.id ?? ""} />
      <Problem text={problem.value} />
      {known
        ? Shown !== undefined && <Shown />
        : problem.value === null && <Empty>Asking the node…</Empty>}
    </div>
  );
}
