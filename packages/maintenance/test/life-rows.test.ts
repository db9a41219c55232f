import { describe, expect, it } from "vitest";
import type { Channel, Run } from "../src/fleet.ts";
import { CurveLog } from "../src/learning/curve-log.ts";
import { History } from "../src/learning/history.ts";
import { LifeRows, MOST_LIFE_ROWS } from "../src/learning/life-rows.ts";
import { item } from "./support/wearing.ts";

const channels: Channel[] = [
  { name: "speed", unit: "", role: "setting", least: null, most: null },
  { name: "heat", unit: "", role: "sensor", least: null, most: null },
];

function life(machine: string, speed: number, rows = 20): Run {
  return {
    machine,
    rows,
    age: Float64Array.from({ length: rows }, (_, i) => i + 1),
    values: Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? speed : i)),
    states: new Uint8Array(2 * rows),
    remaining: 0,
  };
}

describe("rows of a life", () => {
  it("are kept whole while they are few, and come back after a save", () => {
    const rows = new LifeRows(2);
    for (let i = 0; i < 500; i++) rows.push(i + 1, Float32Array.of(i, -i), Uint8Array.of(0, i % 5));
    const run = rows.run("m", 0);
    expect(run.rows).toBe(500);
    expect([run.values[998], run.values[999], run.states[999]]).toEqual([499, -499, 4]);
    const again = new LifeRows(2);
    again.restore(run);
    expect(again.run("m", 0)).toEqual(run);
  });

  it("are bounded, dense at the end, with the beginning kept", () => {
    const rows = new LifeRows(1);
    const total = 50_000;
    for (let i = 1; i <= total; i++) rows.push(i, Float32Array.of(i), Uint8Array.of(0));
    const { age, values } = rows.run("m", 0);
    expect(age.length).toBeLessThanOrEqual(MOST_LIFE_ROWS);
    expect(age.length).toBeGreaterThan(MOST_LIFE_ROWS / 2);
    expect([...age.subarray(0, 32)]).toEqual(Array.from({ length: 32 }, (_, i) => i + 1));
    expect([...age.subarray(-200)]).toEqual(Array.from({ length: 200 }, (_, i) => total - 199 + i));
    for (let i = 1; i < age.length; i++) expect(age[i]).toBeGreaterThan(item(age, i - 1));
    expect(Array.from(values)).toEqual([...age]);
  });
});

describe("the history of lives", () => {
  it("gives up lives of which there are most like them, oldest first", () => {
    const history = new History(channels, 10);
    history.add(life("rare", 9));
    const gone: (number | null)[] = [];
    for (let k = 0; k < 30; k++) gone.push(history.add(life(`common${k}`, 1)));
    expect(history.lives).toHaveLength(10);
    expect(history.lives[0]?.machine).toBe("rare");
    expect(history.lives.at(-1)?.machine).toBe("common29");
    expect(history.lives[1]?.machine).toBe("common21");
    expect(gone.slice(0, 9)).toEqual(Array(9).fill(null));
    expect(gone[9]).toBe(1);
  });
});

describe("a curve", () => {
  const point = (age: number) => ({
    ...{ age, at: age * 10, remaining: 100 - age, low: Number.NaN, high: 120, health: 0.5 },
  });

  it("keeps first and newest points in bounded memory", () => {
    const log = new CurveLog();
    for (let age = 1; age <= 10_000; age++) log.push(point(age));
    expect(log.points.length).toBeLessThanOrEqual(1025);
    const curve = log.curve("m", 50, null);
    expect(curve.age).toHaveLength(50);
    expect([curve.age[0], curve.age[49]]).toEqual([1, 10_000]);
    expect(curve.low.every((low) => low === null)).toBe(true);
    expect(curve.truth).toBeNull();
    expect(log.curve("m", 50, 10_000).truth?.[0]).toBe(9999);
  });

  it.each([0, 1, 7, 1024, 1025, 3000])("goes on after a save at %i points", (count) => {
    const log = new CurveLog();
    for (let age = 1; age <= count; age++) log.push(point(age));
    const again = new CurveLog();
    again.restore(log.save());
    for (let age = count + 1; age < count + 100; age++) {
      log.push(point(age));
      again.push(point(age));
      expect(again.points).toEqual(log.points);
    }
    expect(again.save()).toEqual(log.save());
  });
});
