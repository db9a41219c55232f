import type { Alert, Insight } from "@symbion/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Engine, type Transition } from "../src/alerts/engine.ts";
import { describeAlert } from "../src/alerts/words.ts";
import type { AlertRule } from "../src/config/types.ts";
import { insight, rule } from "./support/alert-parts.ts";
import { FakeTime } from "./support/fake-time.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** An answer of the engine, and when it came. */
type Entry = Transition & {
  readonly monotonic: number;
  readonly wall: number;
  readonly silencedUntil: number;
};

/** An engine in its own time, woken when it asks for it, with all that it has answered. */
class Bench {
  readonly time: FakeTime;
  engine: Engine;
  readonly log: Entry[] = [];
  rules: readonly AlertRule[];
  silencedUntil = 0;

  constructor(rules: readonly AlertRule[], time = new FakeTime()) {
    this.time = time;
    this.rules = rules;
    this.engine = newEngine();
    this.note(this.engine.configure(rules, time.moment));
  }

  note(transitions: readonly Transition[]): void {
    const { wall, monotonic } = this.time;
    const { silencedUntil } = this;
    for (const transition of transitions) {
      this.log.push({ ...transition, wall, monotonic, silencedUntil });
    }
  }

  take(next: Insight): void {
    this.note(this.engine.take(next, this.time.moment));
  }

  begin(id: string, changes: Partial<Insight> = {}): Insight {
    const made = insight(id, this.time.wall, changes);
    this.take(made);
    return made;
  }

  end(begun: Insight): void {
    this.take({ ...begun, to: this.time.wall });
  }

  /** Lets time pass as the manager would: the engine is woken exactly when it asked for it. */
  pass(ms: number): void {
    const end = this.time.monotonic + ms;
    for (;;) {
      const wake = this.engine.nextWake(this.time.moment);
      if (wake === null || wake > end) break;
      this.time.pass(Math.max(0, wake - this.time.monotonic));
      this.note(this.engine.tick(this.time.moment));
    }
    this.time.pass(end - this.time.monotonic);
  }

  /** As after a killed process: only what was written down is left. */
  restart(): void {
    const stored = this.stored();
    this.engine = newEngine();
    this.note(this.engine.configure(this.rules, this.time.moment));
    const firing = stored.filter(({ state }) => state !== "resolved");
    const ended = stored.filter(({ state }) => state === "resolved");
    this.note(this.engine.restore(firing, ended, this.time.moment));
  }

  stored(): Alert[] {
    return [...new Map(this.log.map(({ alert }) => [alert.id, alert])).values()];
  }

  told(event: "firing" | "resolved" = "firing"): number {
    return this.log.filter(({ tell }) => tell === event).length;
  }
}

function newEngine(): Engine {
  return new Engine((from, what) =>
    describeAlert(from, what, [{ id: "gate", name: "Front gate" }], "node"),
  );
}

describe("an episode", () => {
  test("fires once for a source that flaps, and is over when it has been quiet", () => {
    const bench = new Bench([rule()]);
    for (let i = 0; i < 50; i++) {
      const begun = bench.begin(`i${i}`);
      bench.pass(2 * SECOND);
      bench.end(begun);
      bench.pass(5 * SECOND);
    }
    expect(bench.told()).toBe(1);
    expect(bench.engine.firing()).toHaveLength(1);
    expect(bench.engine.firing()[0]).toMatchObject({ count: 50, insight: "i49" });
    bench.pass(5 * SECOND);
    expect(bench.engine.firing()).toHaveLength(0);
    const [alert] = bench.stored();
    expect(alert?.resolvedAt).toBe((alert?.from ?? 0) + 49 * 7 * SECOND + 12 * SECOND);
    expect(bench.stored()).toHaveLength(1);
  });

  test("says what happened in plain words", () => {
    const bench = new Bench([rule()]);
    bench.begin("i1", { area: "drive" });
    bench.begin("i2", { area: "line", kind: "motion", text: "Much\nmotion at the line." });
    const [zone, line] = bench.engine.firing();
    expect(zone).toMatchObject({
      title: "Front gate: motion in drive",
      text: "Front gate: motion in drive (rule Motion in the yard).",
      severity: "warning",
    });
    expect(line).toMatchObject({ text: "Much motion at the line." });
  });

  test("waits for its hold, over short gaps, and is forgotten after a long one", () => {
    const bench = new Bench([rule({ holdSeconds: 5, clearSeconds: 3 })]);
    const blip = bench.begin("blip");
    bench.pass(4 * SECOND);
    bench.end(blip);
    bench.pass(3 * SECOND);
    expect(bench.engine.nextWake(bench.time.moment)).toBeNull();
    const first = bench.begin("first");
    bench.pass(3 * SECOND);
    bench.end(first);
    bench.pass(2 * SECOND);
    const second = bench.begin("second");
    bench.pass(1999);
    expect(bench.log).toHaveLength(0);
    bench.pass(1);
    expect(bench.told()).toBe(1);
    expect(bench.engine.firing()[0]).toMatchObject({
      count: 2,
      from: first.from,
      firedAt: second.from + 2 * SECOND,
    });
  });

  test("counts the time before an insight was told, and an insight told with its end", () => {
    const bench = new Bench([rule({ holdSeconds: 30 })]);
    bench.take(insight("late", bench.time.wall - 20 * SECOND));
    bench.pass(10 * SECOND);
    expect(bench.told()).toBe(1);
    const other = new Bench([rule({ holdSeconds: 30 })]);
    const { wall } = other.time;
    other.take(insight("over", wall - 40 * SECOND, { to: wall - 5 * SECOND }));
    expect(other.told()).toBe(1);
    const short = new Bench([rule({ holdSeconds: 30 })]);
    short.take(insight("over", wall - 20 * SECOND, { to: wall - 5 * SECOND }));
    expect(short.told()).toBe(0);
  });

  test("fires at once for a moment, whatever the hold", () => {
    const bench = new Bench([rule({ holdSeconds: 60, kinds: ["line-crossing"] })]);
    const { wall } = bench.time;
    bench.take(insight("cross", wall, { to: wall, kind: "line-crossing", area: "door" }));
    expect(bench.told()).toBe(1);
    bench.pass(10 * SECOND);
    expect(bench.engine.firing()).toHaveLength(0);
  });

  test("belongs to one rule, source and area, and only strong insights of its kinds count", () => {
    const rules = [
      rule({ minScore: 0.5, areas: ["drive"] }),
      rule({ id: "all", cameras: ["gate", "shed"] }),
    ];
    const bench = new Bench(rules);
    bench.begin("a", { area: "drive", score: 0.4 });
    bench.begin("b", { source: "shed", area: "drive" });
    bench.begin("c", { source: "roof", area: "drive" });
    bench.begin("d", { kind: "scene-cut" });
    bench.begin("e", { area: null });
    const keys = bench.engine
      .firing()
      .map(({ rule: of, source, area }) => `${of} ${source} ${area}`);
    expect(keys.sort()).toEqual([
      "all gate drive",
      "all gate null",
      "all shed drive",
      "yard roof drive",
      "yard shed drive",
    ]);
    bench.begin("a", { area: "drive", score: 0.6 });
    expect(bench.engine.firing()).toHaveLength(6);
  });
});

describe("who is told", () => {
  test("the end, where the rule asks for it", () => {
    const bench = new Bench([rule({ notifyResolved: true })]);
    const begun = bench.begin("i");
    bench.pass(MINUTE);
    bench.end(begun);
    bench.pass(10 * SECOND);
    expect(bench.log.map(({ tell }) => tell)).toEqual(["firing", "resolved"]);
    expect(bench.log.at(-1)?.channels).toEqual(["hook"]);
  });

  test("nobody within the cool-down of a notified episode; later, if it still goes on", () => {
    const bench = new Bench([rule()]);
    bench.end(bench.begin("first"));
    bench.pass(10 * SECOND);
    bench.end(bench.begin("second"));
    expect(bench.engine.firing()[0]?.suppressed).toBe("cool-down");
    bench.pass(20 * SECOND);
    expect(bench.stored()[1]).toMatchObject({ state: "resolved", suppressed: "cool-down" });
    bench.begin("third");
    expect(bench.told()).toBe(1);
    bench.pass(40 * SECOND - 1);
    expect(bench.told()).toBe(1);
    bench.pass(1);
    expect(bench.told()).toBe(2);
    expect(bench.engine.firing()[0]?.suppressed).toBeNull();
    bench.pass(HOUR);
    expect(bench.told()).toBe(2);
  });

  test("nobody in quiet hours; at their end, if it still goes on and nobody has seen it", () => {
    const day = [0, 1, 2, 3, 4, 5, 6];
    const night = new Date(2026, 4, 4, 22, 30).getTime();
    const quiet = [{ from: 22 * 60, to: 6 * 60, days: day }];
    for (const seen of [false, true]) {
      const bench = new Bench([rule({ quiet })], new FakeTime(night));
      const begun = bench.begin("i");
      expect(bench.log).toMatchObject([{ tell: null, alert: { suppressed: "quiet-hours" } }]);
      const id = bench.engine.firing()[0]?.id ?? "";
      if (seen) expect(bench.engine.acknowledge(id, bench.time.moment)).not.toBeNull();
      bench.pass(7 * HOUR);
      bench.end(begun);
      bench.pass(5 * SECOND);
      bench.begin("j");
      expect(bench.told()).toBe(0);
      bench.pass(HOUR);
      expect(bench.told()).toBe(seen ? 0 : 1);
      expect(bench.stored()).toHaveLength(1);
    }
  });

  test("nobody while silenced; when a silence is lifted, if it still goes on", () => {
    const bench = new Bench([rule(), rule({ id: "other" })]);
    const until = bench.time.wall + HOUR;
    const silence = [{ id: "s", rule: "yard", until }];
    bench.note(bench.engine.silence(silence, bench.time.moment));
    bench.begin("i");
    expect(bench.log.map(({ alert, tell }) => [alert.rule, alert.suppressed, tell])).toEqual([
      ["yard", "silenced", null],
      ["other", null, "firing"],
    ]);
    bench.note(bench.engine.silence([], bench.time.moment));
    expect(bench.told()).toBe(2);
    bench.note(bench.engine.silence([{ id: "s", rule: null, until }], bench.time.moment));
    bench.begin("j", { source: "shed" });
    expect(bench.told()).toBe(2);
    bench.pass(HOUR);
    expect(bench.told()).toBe(4);
  });

  test("nobody, and nothing is suppressed, where a rule has no channels", () => {
    const bench = new Bench([rule({ notify: [] })]);
    bench.end(bench.begin("i"));
    bench.pass(11 * SECOND);
    bench.begin("j");
    expect(bench.told()).toBe(0);
    expect(bench.stored().map(({ suppressed }) => suppressed)).toEqual([null, null]);
  });
});

describe("changes", () => {
  test("rules that stay keep their episodes, rules that go end theirs without a word", () => {
    const yard = rule({ notifyResolved: true });
    const bench = new Bench([yard, rule({ id: "gone", notifyResolved: true })]);
    bench.begin("i");
    bench.rules = [{ ...yard, severity: "critical" }, rule({ id: "new" })];
    bench.note(bench.engine.configure(bench.rules, bench.time.moment));
    expect(bench.told()).toBe(3);
    expect(bench.told("resolved")).toBe(0);
    expect(bench.engine.firing().map((alert) => alert.rule)).toEqual(["yard", "new"]);
    expect(bench.stored().find((alert) => alert.rule === "gone")?.state).toBe("resolved");
    bench.note(bench.engine.configure([{ ...yard, cameras: ["shed"] }], bench.time.moment));
    bench.pass(10 * SECOND);
    expect(bench.engine.firing()).toHaveLength(0);
  });

  test("a restart keeps what fires and what cools down", () => {
    const bench = new Bench([rule()]);
    bench.end(bench.begin("i"));
    bench.pass(10 * SECOND);
    bench.begin("shed", { source: "shed" });
    bench.restart();
    bench.begin("after", { source: "shed" });
    bench.begin("again");
    expect(bench.told()).toBe(2);
    expect(bench.engine.firing()).toMatchObject([
      { source: "shed", count: 2 },
      { source: "gate", suppressed: "cool-down" },
    ]);
    bench.restart();
    bench.pass(30 * SECOND);
    expect(bench.engine.firing()).toHaveLength(0);
  });

  test("memory stays bounded when ends are never told", () => {
    const bench = new Bench([rule({ clearSeconds: 1 })]);
    for (let i = 0; i < 5000; i++) bench.begin(`i${i}`, { source: `s${i % 3}` });
    bench.pass(MINUTE);
    expect(bench.engine.firing()).toHaveLength(3);
    for (let i = 5000; i < 9200; i++) bench.begin(`i${i}`, { source: "s3" });
    bench.pass(MINUTE);
    expect(bench.engine.firing().map(({ source }) => source)).toEqual(["s3"]);
  });
});

/** Something that happens to an engine. */
type Step =
  | { readonly do: "begin" | "end"; readonly number: number; readonly score: number }
  | { readonly do: "moment"; readonly number: number }
  | { readonly do: "pass" | "jump"; readonly ms: number }
  | { readonly do: "silence" | "unsilence" | "restart" | "acknowledge" };

const QUIET = [{ from: 12 * 60 + 10, to: 12 * 60 + 20, days: [0, 1, 2, 3, 4, 5, 6] }];
const RULES = [
  rule({ holdSeconds: 3, cooldownSeconds: 120, notifyResolved: true, minScore: 0.3 }),
  rule({ id: "quick", clearSeconds: 4, cooldownSeconds: 30, quiet: QUIET }),
];
const NUMBERS = 12;

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom("begin" as const, "end" as const),
    number: fc.nat(NUMBERS - 1),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ do: fc.constant("moment" as const), number: fc.nat(NUMBERS - 1) }),
  fc.record({ do: fc.constant("pass" as const), ms: fc.nat(20 * SECOND) }),
  fc.record({ do: fc.constant("pass" as const), ms: fc.nat(5 * MINUTE) }),
  fc.record({
    do: fc.constantFrom("silence" as const, "unsilence" as const, "acknowledge" as const),
  }),
);
const rarely: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: step },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("jump" as const),
      ms: fc.integer({ min: -5 * HOUR, max: 5 * HOUR }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
);

/** Runs steps, each insight's number standing for a sequence of insights of one source and area. */
function run(steps: readonly Step[], repeat: (next: Insight) => number = () => 1): Bench {
  const bench = new Bench(RULES);
  const open = new Map<number, Insight>();
  let serial = 0;
  const take = (next: Insight): void => {
    for (let i = repeat(next); i > 0; i--) bench.take(next);
  };
  const make = (number: number, score: number): Insight =>
    insight(`i${serial++}`, bench.time.wall, {
      source: `s${number % 2}`,
      area: number % 3 === 0 ? null : `a${number % 3}`,
      score,
    });
  for (const what of steps) {
    const { moment } = bench.time;
    if (what.do === "begin") {
      const there = open.get(what.number);
      const next = there === undefined ? make(what.number, what.score) : { ...there };
      open.set(what.number, next);
      take(next);
    } else if (what.do === "end") {
      const there = open.get(what.number) ?? make(what.number, what.score);
      open.delete(what.number);
      take({ ...there, to: Math.max(there.from, bench.time.wall) });
    } else if (what.do === "moment") {
      const made = make(what.number, 1);
      take({ ...made, to: made.from });
    } else if (what.do === "pass") {
      bench.pass(what.ms);
    } else if (what.do === "jump") {
      bench.time.wall += what.ms;
    } else if (what.do === "restart") {
      bench.restart();
      open.clear();
    } else if (what.do === "acknowledge") {
      const [first] = bench.engine.firing();
      if (first !== undefined) {
        const seen = bench.engine.acknowledge(first.id, moment);
        if (seen !== null) bench.note([seen]);
      }
    } else {
      const until = moment.wall + 2 * MINUTE;
      const silences = what.do === "silence" ? [{ id: "s", rule: null, until }] : [];
      bench.silencedUntil = what.do === "silence" ? until : 0;
      bench.note(bench.engine.silence(silences, moment));
    }
  }
  for (const there of open.values()) take({ ...there, to: bench.time.wall });
  return bench;
}

function checkLaws(bench: Bench, coolsDown: boolean): void {
  const cooldown = new Map(RULES.map(({ id, cooldownSeconds }) => [id, cooldownSeconds * SECOND]));
  const lastEnd = new Map<string, number>();
  const seen = new Map<string, { state: Alert["state"]; fired: number; resolved: number }>();
  const firing = new Map<string, string>();
  for (const { alert, tell, monotonic } of bench.log) {
    const key = [alert.rule, alert.source, alert.area].join(" ");
    const known = seen.get(alert.id) ?? { state: "pending", fired: 0, resolved: 0 };
    seen.set(alert.id, known);
    // Forward only, and at most one at a time.
    expect(known.state).not.toBe("resolved");
    known.state = alert.state;
    if (alert.state === "firing") {
      expect(firing.get(key) ?? alert.id).toBe(alert.id);
      firing.set(key, alert.id);
    } else {
      firing.delete(key);
    }
    expect(alert.firedAt ?? 0).toBeGreaterThanOrEqual(alert.from);
    expect(alert.resolvedAt ?? alert.firedAt ?? 0).toBeGreaterThanOrEqual(alert.firedAt ?? 0);
    // Once per episode, the end only after the beginning, never within the cool-down.
    if (tell === "firing") {
      known.fired++;
      expect(alert.suppressed).toBeNull();
      const since = monotonic - (lastEnd.get(key) ?? Number.NEGATIVE_INFINITY);
      if (coolsDown) expect(since).toBeGreaterThanOrEqual(cooldown.get(alert.rule) ?? 0);
    }
    if (tell === "resolved") known.resolved++;
    expect(known.fired).toBeLessThanOrEqual(1);
    expect(known.resolved).toBeLessThanOrEqual(known.fired);
    if (alert.state === "resolved" && known.fired > 0) lastEnd.set(key, monotonic);
  }
}

describe("laws, for any sequence of insights", () => {
  test("one notification per episode, none within the cool-down, everything ends", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const bench = run(steps);
        bench.pass(10 * MINUTE);
        checkLaws(bench, true);
        expect(bench.engine.firing()).toEqual([]);
        expect(bench.engine.nextWake(bench.time.moment)).toBeNull();
        // A fired alert that was never told says why.
        for (const alert of bench.stored()) {
          const told = bench.log.some(({ alert: { id }, tell }) => id === alert.id && tell);
          expect(alert.suppressed === null).toBe(told);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("clocks that are set and nodes that restart break none of them", () => {
    fc.assert(
      fc.property(fc.array(rarely, { maxLength: 120 }), (steps) => {
        const bench = run(steps);
        bench.pass(10 * MINUTE);
        // A clock that is set while the node is off changes how long it seems to have been off.
        const blind =
          steps.some((what) => what.do === "restart") && steps.some((what) => what.do === "jump");
        checkLaws(bench, !blind);
        expect(bench.engine.firing()).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("nobody is told in quiet hours or while silenced", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const bench = run(steps);
        for (const { alert, tell, wall, silencedUntil } of bench.log) {
          if (tell === null) continue;
          expect(wall).toBeGreaterThanOrEqual(silencedUntil);
          if (alert.rule !== "quick") continue;
          const date = new Date(wall);
          const minute = date.getHours() * 60 + date.getMinutes();
          expect(minute < 12 * 60 + 10 || minute >= 12 * 60 + 20).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("what is told twice, or again after its end, changes nothing", () => {
    const bare = (bench: Bench): unknown =>
      bench.log.map(({ alert: { id: _, ...alert }, tell, monotonic }) => [alert, tell, monotonic]);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.nat(3), (steps, more) => {
        const once = run(steps);
        const often = run(steps, (next) => 1 + ((next.from + more) % 3));
        expect(bare(often)).toEqual(bare(once));
      }),
      { numRuns: 150 },
    );
  });

  test("an end before its beginning, and a beginning told again later, are the same insight", () => {
    const bench = new Bench([rule()]);
    const begun = insight("i", bench.time.wall - 5 * SECOND);
    bench.end(begun);
    bench.take(begun);
    bench.pass(10 * SECOND);
    bench.take(begun);
    bench.end(begun);
    expect(bench.stored()).toMatchObject([{ state: "resolved", count: 1 }]);
    expect(bench.engine.nextWake(bench.time.moment)).toBeNull();
  });
});
