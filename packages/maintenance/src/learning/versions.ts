/**
 * Versions of a kind's models: who answers, who is measured beside it, who is kept for a rollback. The one with the least error
 * over the newest lives answers; a life counts for a version only if the version had not learned from it, or had it left out.
 */

import type { ModelVersion } from "@symbion/core";
import { lifeLeft, type Run } from "../fleet.ts";
import { type LifeError, rootMeanSquare } from "./errors.ts";
import { Forecaster } from "./forecaster.ts";
import { KindModel } from "./kind-model.ts";
import { RowWindow } from "./row-window.ts";
import type { LearnedVersion } from "./types.ts";

/** Newest lives that the sliding error is over. */
const WINDOW = 12;
/** Versions that are measured beside the one that answers, and states kept for a rollback. */
const CHALLENGERS = 2;
const KEPT = 6;
/** Versions that are told of. */
const TOLD = 50;

/** A version in operation. */
export type Version = {
  told: ModelVersion;
  /** Its bytes; null once they are given up. */
  state: Uint8Array | null;
  /** Its models while it answers or is measured. */
  model: KindModel | null;
  /** Errors over lives, oldest first; the number of the life in the kind's count. */
  errors: (LifeError & { readonly life: number })[];
};

/** What is saved of a version beside its bytes. */
export type VersionState = {
  readonly told: ModelVersion;
  readonly errors: readonly (LifeError & { readonly life: number })[];
};

/** The versions of one kind. */
export class Versions {
  /** Newest first. */
  #list: Version[] = [];

  /** Newest first. */
  get list(): readonly Version[] {
    return this.#list;
  }

  /** The version that answers, or null before the first. */
  get champion(): Version | null {
    return this.#list.find((version) => version.told.role === "champion") ?? null;
  }

  /** Puts a version beside the others. @param lifeOf Number of a life, by its place in the fleet that was learned from. */
  add(learned: LearnedVersion, lifeOf: (run: number) => number): Version {
    const model = KindModel.decode(learned.state);
    const taken = new Set(this.#list.map((version) => version.told.id));
    let id = learned.version.id;
    for (let k = 2; taken.has(id); k++) id = `${learned.version.id}-${k}`;
    const version: Version = {
      told: { ...learned.version, id, parent: this.champion?.told.id ?? null, role: "challenger" },
      state: learned.state,
      model,
      errors: model.parts.errors
        .map((error) => ({ ...error, life: lifeOf(error.run) }))
        .sort((a, b) => a.life - b.life),
    };
    this.#list.unshift(version);
    return version;
  }

  /** Makes the best version answer. Returns whether it is another one than before. */
  choose(): boolean {
    const before = this.champion;
    const active = this.#list.filter((version) => version.told.role !== "retired");
    const newest = Math.max(-1, ...active.flatMap((one) => one.errors.map((error) => error.life)));
    const ranked = active
      .map((version, age) => ({ version, age, error: sliding(version, newest) }))
      .sort((a, b) => rank(a) - rank(b) || a.age - b.age);
    ranked.forEach(({ version }, place) => {
      version.told = {
        ...version.told,
        role: place === 0 ? "champion" : place <= CHALLENGERS ? "challenger" : "retired",
      };
    });
    this.#tidy();
    return this.champion !== before;
  }

  /** Judges all versions that are measured by a life that has ended. */
  judge(life: Run, number: number): void {
    for (const version of this.#list) {
      if (version.model === null || version.model.parts.trees === null) continue;
      version.errors.push({ ...errorOver(version.model, life), life: number });
      if (version.errors.length > 400) version.errors.shift();
      version.told = { ...version.told, error: this.errorOf(version) };
    }
  }

  /** Error over the newest lives that it can be judged by. */
  errorOf(version: Version): number | null {
    return rootMeanSquare(version.errors.slice(-WINDOW));
  }

  /** A new version with the state of an earlier one, which answers alone until another is learned; null if it is gone. */
  rollback(id: string, at: number): Version | null {
    const old = this.#list.find((version) => version.told.id === id);
    if (old === undefined || old.state === null) return null;
    const fresh = `v${at.toString(36).padStart(9, "0")}`;
    const version = this.add(
      {
        version: {
          ...old.told,
          id: fresh,
          at,
          reason: "rollback",
          text: `answers again as ${id} did: ${old.told.text}`,
        },
        state: old.state,
      },
      () => -1,
    );
    version.errors = [...old.errors];
    for (const other of this.#list) {
      other.told = { ...other.told, role: other === version ? "champion" : "retired" };
    }
    this.#tidy();
    return version;
  }

  /** What is saved beside the states. */
  save(): VersionState[] {
    return this.#list.map(({ told, errors }) => ({ told, errors }));
  }

  /** Goes on where others were saved. @param stateOf Bytes of a version, or undefined. */
  restore(saved: readonly VersionState[], stateOf: (id: string) => Uint8Array | undefined): void {
    this.#list = saved.map(({ told, errors }) => {
      const state = stateOf(told.id) ?? null;
      return {
        told,
        state,
        model: told.role === "retired" || state === null ? null : KindModel.decode(state),
        errors: [...errors],
      };
    });
  }

  #tidy(): void {
    let kept = 0;
    for (const version of this.#list) {
      if (version.told.role === "retired") {
        version.model = null;
        if (++kept > KEPT) version.state = null;
      }
      version.model ??=
        version.told.role === "retired" || version.state === null
          ? null
          : KindModel.decode(version.state);
    }
    this.#list.splice(TOLD);
  }
}

type Ranked = { readonly version: Version; readonly error: number | null };

/** Versions that forecast come before those that do not; those without an error were made before there was one. */
function rank({ version, error }: Ranked): number {
  if (version.model?.parts.trees === null) return Number.MAX_VALUE;
  return error ?? Number.MAX_VALUE / 2;
}

/** Error over the lives among the kind's newest ones. */
function sliding(version: Version, newest: number): number | null {
  return rootMeanSquare(version.errors.filter((error) => error.life > newest - WINDOW));
}

/** Error of forecasts made row by row over a life. */
export function errorOver(model: KindModel, life: Run): LifeError {
  const truths = lifeLeft(life, model.parts.cap);
  const channels = life.values.length / Math.max(1, life.rows);
  const window = new RowWindow(channels, model.parts.spec);
  const forecaster = new Forecaster(model);
  let squares = 0;
  for (let i = 0; i < life.rows && truths !== null; i++) {
    window.push(life.values.subarray(i * channels, (i + 1) * channels));
    const { remaining } = forecaster.next(window, life.age[i]);
    squares += ((remaining ?? 0) - truths[i]) ** 2;
  }
  return { machine: life.machine, run: -1, squares, rows: life.rows };
}
