import type { Moment } from "../../src/alerts/engine.ts";
import type { Timer } from "../../src/alerts/timer.ts";

/** Time that passes when a test says so; the calendar can jump while the other clock goes on. */
export class FakeTime {
  wall: number;
  monotonic = 1000;
  #next = 1;
  readonly #wakes = new Map<number, { readonly at: number; readonly callback: () => void }>();

  constructor(wall = Date.UTC(2026, 4, 4, 12)) {
    this.wall = wall;
  }

  readonly now = (): number => this.wall;

  readonly timer: Timer = {
    now: () => this.monotonic,
    after: (ms, callback) => {
      const number = this.#next++;
      this.#wakes.set(number, { at: this.monotonic + Math.max(0, ms), callback });
      return () => this.#wakes.delete(number);
    },
  };

  get moment(): Moment {
    return { wall: this.wall, monotonic: this.monotonic };
  }

  /** When the next wake-up is due, on the clock that never jumps; null if none is. */
  get nextWake(): number | null {
    const times = [...this.#wakes.values()].map(({ at }) => at);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Lets time pass on both clocks, wake-ups in their order. */
  pass(ms: number): void {
    const end = this.monotonic + ms;
    for (;;) {
      const [due] = [...this.#wakes]
        .filter(([, { at }]) => at <= end)
        .sort(([, a], [, b]) => a.at - b.at);
      if (due === undefined) break;
      this.#wakes.delete(due[0]);
      this.#to(Math.max(this.monotonic, due[1].at));
      due[1].callback();
    }
    this.#to(end);
  }

  #to(monotonic: number): void {
    this.wall += monotonic - this.monotonic;
    this.monotonic = monotonic;
  }
}
