/** Where everything that is understood comes together: it is stored, judged by the alert rules, told to pages and plug-ins. */

import type { Insight } from "@symbion/core";
import type { Alerts } from "../alerts/types.ts";
import type { PluginHost } from "../plugins/index.ts";
import type { LiveHub } from "../server/live.ts";
import type { Store } from "../store/types.ts";

/** What {@link InsightHub} passes insights to. */
export type InsightTargets = {
  readonly store: Pick<Store, "putInsight">;
  readonly alerts: Pick<Alerts, "take">;
  readonly live: Pick<LiveHub, "publish">;
  readonly plugins: Pick<PluginHost, "take">;
  /** One line for each thing the owner should know. */
  readonly log: (text: string) => void;
};

/** Passes insights on. None of the targets can keep the others from getting theirs. */
export class InsightHub {
  readonly #targets: InsightTargets;
  #complaint = "";

  constructor(targets: InsightTargets) {
    this.#targets = targets;
  }

  /**
   * Takes the beginning, an update or the end of an insight of the node. Resolves when it is stored and judged; never
   * rejects: what cannot be stored is logged once per reason, and still judged and told.
   */
  async take(insight: Insight): Promise<void> {
    this.#targets.plugins.take(insight);
    await this.takeFromPlugin(insight);
  }

  /** The same for one that a plug-in made: the other plug-ins have it already. */
  async takeFromPlugin(insight: Insight): Promise<void> {
    const { store, alerts, live } = this.#targets;
    const stored = store.putInsight(insight).then(
      () => {
        this.#complaint = "";
      },
      (error: unknown) => this.#complain("could not be stored", error),
    );
    // Told after it is stored: a page that was away reads from the store what it has missed.
    const told = stored.then(() => live.publish("insight", insight));
    const judged = alerts
      .take(insight)
      .catch((error: unknown) => this.#complain("could not become an alert", error));
    await Promise.all([told, judged]);
  }

  #complain(what: string, error: unknown): void {
    const text = `insights: ${what}: ${error instanceof Error ? error.message : String(error)}`;
    if (text !== this.#complaint) this.#targets.log(text);
    this.#complaint = text;
  }
}
