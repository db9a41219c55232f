/** Evaluations of a model, one at a time, beside what the node does otherwise. */

import type { CompanionLayer, EvaluationState, Upstream } from "@symbion/companion";

const NONE: EvaluationState = {
  ...{ running: false, layer: null, done: 0, total: 0, startedAt: null, finishedAt: null },
  ...{ problem: "", report: null, text: "" },
};

/** See the file's head. */
export class Evaluations {
  readonly #now: () => number;
  #state: EvaluationState = NONE;
  #running: AbortController | null = null;

  /** @param now Milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How it is doing. */
  state(): EvaluationState {
    return this.#state;
  }

  /**
   * Begins one; false where one runs.
   *
   * @param layer Asks through it; null: the model by itself.
   * @param ended Told when it has ended, with a report or without.
   */
  start(
    upstream: Upstream,
    layer: CompanionLayer | null,
    ended: (state: EvaluationState) => void,
  ): boolean {
    if (this.#running !== null) return false;
    const ending = new AbortController();
    this.#running = ending;
    // The report of the run before stays until there is another.
    this.#state = {
      ...this.#state,
      ...{ running: true, layer: layer !== null, done: 0, total: 0, problem: "" },
      ...{ startedAt: this.#now(), finishedAt: null },
    };
    void this.#run(upstream, layer, ending.signal)
      .then(
        () => "",
        (error: unknown) =>
          ending.signal.aborted
            ? "it was ended"
            : error instanceof Error
              ? error.message
              : String(error),
      )
      .then((problem) => {
        this.#running = null;
        this.#state = { ...this.#state, running: false, finishedAt: this.#now(), problem };
        ended(this.#state);
      });
    return true;
  }

  /** Ends it, if one runs. */
  stop(): void {
    this.#running?.abort();
  }

  async #run(upstream: Upstream, layer: CompanionLayer | null, signal: AbortSignal): Promise<void> {
    const { evaluateModel, formatReport, layerUpstream } = await import("@symbion/companion");
    const asked = layer === null ? upstream : layerUpstream(layer, upstream.id);
    for await (const { done, total, report } of evaluateModel(asked, { signal, now: this.#now })) {
      signal.throwIfAborted();
      this.#state = { ...this.#state, done, total };
      if (report !== null) this.#state = { ...this.#state, report, text: formatReport(report) };
      // Models that answer at once leave no gap for anybody else.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
