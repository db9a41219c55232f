/** One machine in operation: rows in, status out. */

import type {
  MachineCarrier,
  MachineForecast,
  MachineHealth,
  MachineSample,
  MachineSensor,
  MachineStatus,
} from "@symbion/core";
import { type FusedRow, type FuserState, RowFuser } from "../acquisition/row-fuser.ts";
import { ACT_FROM, advise, PLAN_FROM } from "../advisory/advise.ts";
import type { Run } from "../fleet.ts";
import { REFERENCE_FEATURES } from "../manipulation/features.ts";
import type { MissingForecast } from "../missing/missing-sensors.ts";
import type { Interval, JudgedLife } from "../prognosis/intervals.ts";
import { CurveLog } from "./curve-log.ts";
import { rootMeanSquare } from "./errors.ts";
import { Forecaster, type RowForecast } from "./forecaster.ts";
import { EXPLANATION_PORTIONS, type KindModel } from "./kind-model.ts";
import { LifeRows } from "./life-rows.ts";
import type { AnchorState } from "./regime-anchor.ts";
import { RowWindow } from "./row-window.ts";
import type { KindDeclaration } from "./types.ts";

/** Who answers for a kind, and how sure one can be. */
export type Answering = {
  /** Version that answers, or null before the first. */
  readonly champion: { readonly id: string; readonly model: KindModel } | null;
  /** Interval around a forecast; null before any can be told. */
  interval(forecast: number): Interval | null;
  /** Probability of failure within the horizon; null before any can be told. */
  failure(forecast: number): number | null;
  /** Lives that the champion's intervals stand on. */
  readonly lives: number;
};

/** Rows without any value after which a machine is silent, and those after which its age stands still. */
const SILENT_ROWS = 5;
const STANDSTILL_ROWS = 120;
/** Rows between the beginnings of two explanations. */
const EXPLAIN_EVERY = 32;
/** Carriers that are told. */
const CARRIERS = 5;
/** Share of the sensors without which nothing is forecast from values. */
const LEAST_LIVING = 0.5;
/** Share of what nobody knows anything by from which on a forecast is none. */
const NO_BETTER = 0.9;
/** Rows that a count-down is believed for, as a share of the forecast that it began with. */
const COUNT_DOWN_SHARE = 0.5;
/** Forecasts of a life that are kept until it is judged. */
const MOST_JUDGED = 2048;

/** Everything of a machine that is plain data; arrays are kept beside it. */
export type RecordState = {
  readonly id: string;
  readonly age: number;
  readonly at: number | null;
  readonly silentRows: number;
  readonly failed: boolean;
  readonly lifeEnd: number | null;
  readonly trusted: { readonly remaining: number; readonly age: number } | null;
  readonly anchor: AnchorState | null;
  readonly regime: number | null;
  readonly health: MachineHealth | null;
  readonly forecast: MachineForecast | null;
  readonly explainedAt: number;
  readonly portion: number;
  readonly carriers: readonly MachineCarrier[];
  readonly windowRows: number;
  readonly judgedStep: number;
  readonly judgedRows: number;
  readonly sensors: readonly MachineSensor[];
  readonly fuser: FuserState;
};

/** Arrays of a machine's state. */
export type RecordArrays = {
  readonly window: Float32Array;
  readonly life: Run;
  readonly curve: Float64Array;
  readonly judged: Float64Array;
  readonly explained: Float32Array;
  readonly effects: Float64Array;
};

/** A machine as it runs. */
export class MachineRecord {
  readonly id: string;
  readonly #kind: KindDeclaration;
  readonly #fuser: RowFuser;
  readonly #window: RowWindow;
  readonly #life: LifeRows;
  readonly #curve = new CurveLog();
  #forecaster: Forecaster | null = null;
  #age = 0;
  #at: number | null = null;
  #silentRows = 0;
  #failed = false;
  /** Age at which the last life ended, while its curve is still shown. */
  #lifeEnd: number | null = null;
  /** Newest forecast that was made from values, and its age: where a count-down begins. */
  #trusted: { remaining: number; age: number } | null = null;
  #regime: number | null = null;
  #health: MachineHealth | null = null;
  #forecast: MachineForecast | null = null;
  /** Row at which the explanation in progress began, -1 before the first, and its next portion. */
  #explainedAt = -1;
  #portion = EXPLANATION_PORTIONS;
  /** Features that are being explained, and what was found so far. */
  #explained: Float32Array = new Float32Array(0);
  #effects: Float64Array = new Float64Array(0);
  #carriers: MachineCarrier[] = [];
  #sensors: MachineSensor[];
  /** [age, forecast, low, high] of rows that wait for their truth, every `step`-th. */
  #judged: number[] = [];
  #judgedStep = 1;
  #judgedRows = 0;
  #changed = true;

  constructor(id: string, kind: KindDeclaration) {
    this.id = id;
    this.#kind = kind;
    this.#fuser = new RowFuser(kind.sensors, { rowMs: kind.rowMs });
    this.#window = new RowWindow(kind.sensors.length, REFERENCE_FEATURES);
    this.#life = new LifeRows(kind.sensors.length);
    this.#sensors = kind.sensors.map((sensor) => ({
      name: sensor.name,
      unit: sensor.unit,
      role: sensor.role,
      value: null,
      state: "missing" as const,
      since: 0,
    }));
  }

  /** Rows of the life that runs. */
  get rows(): number {
    return this.#window.rows;
  }

  /** Whether a life runs that can be learned from without labels. */
  get running(): boolean {
    return !this.#failed && this.#window.rows > 0;
  }

  /** Takes a value. */
  take(sample: MachineSample): void {
    this.#fuser.take(sample);
  }

  /** Closes rows that are over. Returns whether the status has changed, and forgets that it has. */
  advance(now: number, answering: Answering): boolean {
    for (const row of this.#fuser.advance(now)) this.#row(row, answering);
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  /** Another version answers from now on. */
  switchTo(answering: Answering): void {
    this.#forecaster =
      answering.champion === null ? null : new Forecaster(answering.champion.model);
    // What was begun with other features is of no use.
    this.#explainedAt = -1;
    this.#portion = EXPLANATION_PORTIONS;
    if (this.running) this.#judgeNewest(answering, this.#at ?? 0, true);
    this.#forecaster?.follow(this.run());
    this.#changed = true;
  }

  /**
   * Ends the life that runs.
   *
   * @returns Its rows with what was forecast, or null if there were none.
   */
  end(how: "failed" | "serviced"): { life: Run; judged: JudgedLife } | null {
    if (this.#window.rows === 0) return null;
    const failed = how === "failed";
    const life = this.#life.run(this.id, failed ? 0 : null);
    const end = this.#age;
    const count = this.#judged.length / 4;
    const column = (k: number): Float64Array =>
      Float64Array.from({ length: count }, (_, i) => this.#judged[4 * i + k]);
    const judged: JudgedLife = {
      forecasts: column(1),
      truths: column(0).map((age) => end - age),
      lows: column(2),
      highs: column(3),
    };
    this.#failed = failed;
    this.#lifeEnd = failed ? end : null;
    this.#newLife();
    this.#changed = true;
    return { life, judged };
  }

  /** The past as a plot; the life that runs, or the one that has just ended. */
  curve(points: number): ReturnType<CurveLog["curve"]> {
    return this.#curve.curve(this.id, points, this.#lifeEnd);
  }

  /** Rows of the life that runs, as a run without label. */
  run(): Run {
    return this.#life.run(this.id, null);
  }

  /** Status for people and pages. */
  status(simulated = false): MachineStatus {
    const state = this.#state();
    return {
      id: this.id,
      name: this.id,
      kind: this.#kind.id,
      simulated,
      state,
      at: this.#at,
      age: this.#age,
      lifeUnit: this.#kind.lifeUnit,
      regime: this.#regime,
      health: this.#health,
      forecast: this.#forecast,
      sensors: this.#sensors,
      advice: advise({
        state,
        health: this.#health,
        forecast: this.#forecast,
        sensors: this.#sensors,
        lifeUnit: this.#kind.lifeUnit,
      }),
    };
  }

  /** Everything, for {@link MachineRecord.restore}. */
  save(): { plain: RecordState; arrays: RecordArrays } {
    const { rows, values } = this.#window.save();
    return {
      plain: {
        id: this.id,
        age: this.#age,
        at: this.#at,
        silentRows: this.#silentRows,
        failed: this.#failed,
        lifeEnd: this.#lifeEnd,
        trusted: this.#trusted,
        anchor: this.#forecaster?.save() ?? null,
        regime: this.#regime,
        health: this.#health,
        forecast: this.#forecast,
        explainedAt: this.#explainedAt,
        portion: this.#portion,
        carriers: this.#carriers,
        windowRows: rows,
        judgedStep: this.#judgedStep,
        judgedRows: this.#judgedRows,
        sensors: this.#sensors,
        fuser: this.#fuser.save(),
      },
      arrays: {
        window: values,
        life: this.#life.run(this.id, null),
        curve: this.#curve.save(),
        judged: Float64Array.from(this.#judged),
        explained: this.#explained,
        effects: this.#effects,
      },
    };
  }

  /** Goes on where another was saved. */
  restore(plain: RecordState, arrays: RecordArrays, answering: Answering): void {
    this.#age = plain.age;
    this.#at = plain.at;
    this.#silentRows = plain.silentRows;
    this.#failed = plain.failed;
    this.#lifeEnd = plain.lifeEnd;
    this.#trusted = plain.trusted;
    this.#regime = plain.regime;
    this.#health = plain.health;
    this.#forecast = plain.forecast;
    this.#carriers = [...plain.carriers];
    this.#explainedAt = plain.explainedAt;
    this.#portion = plain.portion;
    this.#explained = arrays.explained;
    this.#effects = arrays.effects;
    this.#judgedStep = plain.judgedStep;
    this.#judgedRows = plain.judgedRows;
    this.#sensors = [...plain.sensors];
    this.#fuser.restore(plain.fuser);
    this.#window.restore({ rows: plain.windowRows, values: arrays.window });
    this.#life.restore(arrays.life);
    this.#curve.restore(arrays.curve);
    this.#judged = [...arrays.judged];
    this.#forecaster =
      answering.champion === null ? null : new Forecaster(answering.champion.model);
    this.#forecaster?.restore(plain.anchor);
    this.#forecaster?.follow(arrays.life);
  }

  #newLife(): void {
    this.#window.reset();
    this.#life.reset();
    this.#forecaster?.reset();
    this.#trusted = null;
    this.#explainedAt = -1;
    this.#portion = EXPLANATION_PORTIONS;
    this.#carriers = [];
    this.#judged = [];
    this.#judgedStep = 1;
    this.#judgedRows = 0;
  }

  #state(): MachineStatus["state"] {
    if (this.#failed) return "failed";
    if (this.#at === null) return "waiting";
    return this.#silentRows >= SILENT_ROWS ? "silent" : "live";
  }

  #row(row: FusedRow, answering: Answering): void {
    if (row.historical) {
      this.#past(row);
      return;
    }
    this.#silentRows = row.heard > 0 ? 0 : this.#silentRows + 1;
    // Nothing is known of a machine that says nothing for long, nor whether it runs at all.
    if (this.#silentRows > STANDSTILL_ROWS) return;
    if (this.#failed) {
      if (row.heard === 0) return;
      this.#failed = false;
    }
    if (this.#window.rows === 0) {
      this.#curve.reset();
      this.#lifeEnd = null;
      this.#age = 0;
    }
    this.#age += this.#kind.lifePerRow;
    this.#at = row.at;
    this.#window.push(row.values);
    const thinned = this.#life.push(this.#age, row.values, row.states);
    this.#sensors = this.#sensorsOf(row);
    this.#judgeNewest(answering, row.at, false);
    // After a restart there are no other rows to go through than those that are kept.
    if (thinned) this.#forecaster?.follow(this.run());
    this.#changed = true;
  }

  /** Values that were stored and came later fill gaps of the life that is learned from. */
  #past(row: FusedRow): void {
    if (this.#failed) return;
    if (this.#at === null || row.at > this.#at) {
      if (this.#window.rows === 0) this.#age = 0;
      this.#age += this.#kind.lifePerRow;
      this.#at = row.at;
      this.#window.push(row.values);
      this.#life.push(this.#age, row.values, row.states);
    }
  }

  #sensorsOf(row: FusedRow): MachineSensor[] {
    return this.#fuser.records().map((record, s) => ({
      name: record.name,
      unit: this.#kind.sensors[s].unit,
      role: this.#kind.sensors[s].role,
      value: record.value,
      state: record.state,
      since: record.since ?? row.at,
    }));
  }

  /** Forecast and health of the newest row. `again`: by another version, which is not judged by it. */
  #judgeNewest(answering: Answering, at: number, again: boolean): void {
    const { champion } = answering;
    if (champion !== null && this.#forecaster?.model !== champion.model) {
      this.#forecaster = new Forecaster(champion.model);
      this.#forecaster.follow(this.run());
    }
    const row = this.#forecaster?.next(this.#window, this.#age) ?? null;
    this.#regime = row?.regime ?? null;
    this.#forecast = this.#forecastOf(row, answering, at);
    this.#health = this.#healthOf(row);
    if (again) return;
    const { remaining, low, high } = this.#forecast;
    this.#curve.push({
      age: this.#age,
      at,
      remaining: remaining ?? Number.NaN,
      low: low ?? Number.NaN,
      high: high ?? Number.NaN,
      health: this.#health?.index ?? Number.NaN,
    });
    if (remaining !== null && low !== null) this.#remember(remaining, low, high);
  }

  #remember(remaining: number, low: number, high: number | null): void {
    if (this.#judgedRows++ % this.#judgedStep !== 0) return;
    if (this.#judged.length === 4 * MOST_JUDGED) {
      this.#judged = this.#judged.filter((_, i) => Math.floor(i / 4) % 2 === 0);
      this.#judgedStep *= 2;
    }
    this.#judged.push(this.#age, remaining, low, high ?? Number.POSITIVE_INFINITY);
  }

  #forecastOf(row: RowForecast | null, answering: Answering, at: number): MachineForecast {
    const { champion } = answering;
    const cap = this.#kind.cap;
    const unknown = (reason: string): MachineForecast => ({
      at,
      age: this.#age,
      remaining: null,
      low: null,
      high: null,
      most: cap,
      failure: null,
      path: "trees",
      reason,
      carriers: [],
      model: champion?.id ?? "",
    });
    if (champion === null || row === null) return unknown("nothing has been learned yet");
    if (row.remaining === null) {
      return unknown("no machine of this kind has failed yet, so nobody knows how long one lasts");
    }
    const sensors = champion.model.parts.normaliser.sensors;
    const silent = sensors.filter((name) => !this.#living(name));
    const silence =
      silent.length === 0 ? null : `${silent.length} of ${sensors.length} sensors give no values`;
    const without = silent.length === 0 ? null : (this.#forecaster?.withoutSilent() ?? null);
    if (without !== null)
      return this.#withoutSilent(without, champion.model, answering, unknown, silence ?? "");
    if (sensors.length - silent.length < LEAST_LIVING * sensors.length) {
      return this.#countDown(answering, at, silence ?? "") ?? unknown(silence ?? "");
    }
    if (row.unseen && row.regime === null) return unknown("operating condition never seen");
    if (row.strangeness > 1) return unknown("unlike every machine that was learned from");
    const interval = answering.interval(row.remaining);
    if (interval === null) {
      return unknown(
        `only ${answering.lives === 1 ? "1 life has" : `${answering.lives} lives have`} ended so far: too few to know how wrong a forecast is`,
      );
    }
    this.#trusted = { remaining: row.remaining, age: this.#age };
    this.#explain(champion.model, row, answering);
    const probability = answering.failure(row.remaining);
    return {
      ...unknown(""),
      remaining: row.remaining,
      low: interval.low,
      high: interval.high >= cap ? null : interval.high,
      failure: probability === null ? null : { within: this.#kind.horizon, probability },
      reason: row.unseen
        ? "operating condition not seen before: what is usual in it is being learned"
        : silence,
      carriers: this.#carriers,
    };
  }

  /** The way of forecasting with the least validated error for the sensors that are there, with an interval as much wider. */
  #withoutSilent(
    { estimate, path, expectedError }: MissingForecast,
    model: KindModel,
    answering: Answering,
    unknown: (reason: string) => MachineForecast,
    silence: string,
  ): MachineForecast {
    const { spread, cap, missing, errors } = model.parts;
    const before = answering.interval(estimate);
    const usual = rootMeanSquare(errors);
    if (before === null || usual === null || missing === null) return unknown(silence);
    if (!(expectedError < NO_BETTER * spread)) {
      return unknown(`${silence}: a forecast would be no better than a guess`);
    }
    if (path !== "count-down") this.#trusted = { remaining: estimate, age: this.#age };
    else if (!this.#countable()) return unknown(silence);
    const complete = missing.selection.expectedError(
      { path, share: 1, error: usual },
      estimate,
      cap,
    );
    const wider = Math.max(1, expectedError / complete);
    const high = estimate + wider * (before.high - estimate);
    const probability = answering.failure(estimate);
    return {
      ...unknown(silence),
      remaining: estimate,
      low: Math.max(0, estimate - wider * (estimate - before.low)),
      high: high >= cap ? null : high,
      failure: probability === null ? null : { within: this.#kind.horizon, probability },
      path,
      carriers: this.#carriers,
    };
  }

  /** What is left of the last forecast that was made from values; null where it is too old. */
  #countDown(answering: Answering, at: number, silence: string): MachineForecast | null {
    if (this.#trusted === null || !this.#countable()) return null;
    const passed = this.#age - this.#trusted.age;
    const before = answering.interval(this.#trusted.remaining);
    if (before === null) return null;
    const remaining = Math.max(0, this.#trusted.remaining - passed);
    const cap = this.#kind.cap;
    const probability = answering.failure(remaining);
    return {
      at,
      age: this.#age,
      remaining,
      low: Math.max(0, before.low - passed),
      high: before.high >= cap ? null : before.high,
      most: cap,
      failure: probability === null ? null : { within: this.#kind.horizon, probability },
      path: "count-down",
      reason: `${silence}: counted down since they fell silent`,
      carriers: [],
      model: answering.champion?.id ?? "",
    };
  }

  /** Whether the newest forecast that was made from values is new enough to count down from. */
  #countable(): boolean {
    if (this.#trusted === null) return false;
    const passed = this.#age - this.#trusted.age;
    return passed <= COUNT_DOWN_SHARE * this.#trusted.remaining;
  }

  #living(name: string): boolean {
    const s = this.#kind.sensors.findIndex((sensor) => sensor.name === name);
    return this.#sensors[s]?.state === "good";
  }

  /**
   * Explanations cost more than forecasts: a machine is explained anew now and then, a portion with each row, and from the
   * start when it turns ill. What is told are the exact values of the row with which the explanation began.
   */
  #explain(model: KindModel, row: RowForecast, answering: Answering): void {
    const before = this.#forecast?.failure?.probability ?? 0;
    const now = answering.failure(row.remaining ?? 0) ?? 0;
    const turned =
      (before < PLAN_FROM && now >= PLAN_FROM) || (before < ACT_FROM && now >= ACT_FROM);
    const due = this.#explainedAt < 0 || this.#window.rows - this.#explainedAt >= EXPLAIN_EVERY;
    if (turned || due) {
      this.#explainedAt = this.#window.rows;
      this.#portion = 0;
      this.#explained = row.features.slice();
      this.#effects = new Float64Array(row.features.length);
    }
    if (this.#portion >= EXPLANATION_PORTIONS) return;
    model.explain(this.#explained, this.#portion++, this.#effects);
    if (this.#portion === EXPLANATION_PORTIONS) {
      this.#carriers = model.carriers(this.#effects).slice(0, CARRIERS);
    }
  }

  #healthOf(row: RowForecast | null): MachineHealth {
    const model = this.#forecaster?.model ?? null;
    const anomaly = row === null ? null : (model?.parts.usual?.ratio(row.features) ?? null);
    const forecast = this.#forecast;
    const remaining = forecast?.remaining ?? null;
    const probability = forecast?.failure?.probability ?? 0;
    let state: MachineHealth["state"] = "healthy";
    if (anomaly === null && remaining === null) state = "unknown";
    else if (row?.unseen === true && row.regime === null) state = "unknown";
    else if (probability >= ACT_FROM || (remaining === null && (anomaly ?? 0) > 2)) state = "ill";
    else if (probability >= PLAN_FROM || (anomaly ?? 0) > 1) state = "watch";
    const index =
      state === "unknown"
        ? null
        : remaining !== null
          ? remaining / this.#kind.cap
          : Math.max(0, Math.min(1, 1.25 - 0.5 * (anomaly ?? 0)));
    return {
      state,
      index,
      anomaly,
      carriers:
        row !== null && anomaly !== null && anomaly > 1
          ? (model?.parts.usual?.carriers(row.features).slice(0, CARRIERS) ?? [])
          : [],
    };
  }
}
