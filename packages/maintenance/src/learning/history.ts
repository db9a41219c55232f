/**
 * The lives that a kind has seen, in bounded memory: what new versions replay, so that they do not forget. When there is no
 * room, a life goes of which there are most like it, by the settings that the machine was operated with: rare conditions stay.
 */

import type { Channel, Run } from "../fleet.ts";

/** Most lives kept. */
export const MOST_LIVES = 300;
/** Steps into which the range of a setting is divided to compare lives. */
const STEPS = 8;

/** Lives that have ended. */
export class History {
  readonly #settings: readonly number[];
  readonly #channels: number;
  readonly #most: number;
  #lives: Run[] = [];

  /**
   * @param channels Columns of all lives.
   * @param most Most lives kept.
   */
  constructor(channels: readonly Channel[], most: number = MOST_LIVES) {
    this.#channels = channels.length;
    this.#settings = channels.flatMap((channel, c) => (channel.role === "setting" ? [c] : []));
    this.#most = most;
  }

  /** Lives, oldest first. */
  get lives(): readonly Run[] {
    return this.#lives;
  }

  /** Takes a life over. Returns the place of the one that had to go, or null. */
  add(life: Run): number | null {
    this.#lives.push(life);
    return this.#lives.length > this.#most ? this.#forgetOne() : null;
  }

  #forgetOne(): number {
    const signatures = this.#signatures();
    const counts = new Map<string, number>();
    for (const signature of signatures) counts.set(signature, (counts.get(signature) ?? 0) + 1);
    const most = Math.max(...counts.values());
    // The oldest of the most common kind.
    const place = signatures.findIndex((signature) => counts.get(signature) === most);
    this.#lives.splice(place, 1);
    return place;
  }

  /** How each life was operated: the steps of its settings that it was in. */
  #signatures(): string[] {
    const bounds = this.#settings.map((c) => {
      let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const life of this.#lives) {
        for (let i = c; i < life.values.length; i += this.#channels) {
          if (life.values[i] < least) least = life.values[i];
          if (life.values[i] > most) most = life.values[i];
        }
      }
      return { least, width: Math.max(most - least, 1e-9) };
    });
    return this.#lives.map((life) =>
      this.#settings
        .map((c, k) => {
          const steps = new Set<number>();
          for (let i = c; i < life.values.length; i += this.#channels) {
            const value = life.values[i];
            if (!Number.isNaN(value)) {
              steps.add(Math.floor(((value - bounds[k].least) / bounds[k].width) * (STEPS - 1e-9)));
            }
          }
          return [...steps].sort((a, b) => a - b).join(",");
        })
        .join(";"),
    );
  }
}
