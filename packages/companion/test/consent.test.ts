import { UsageError } from "@symbion/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConsentKernel, type ConsentOptions } from "../src/consent/kernel.ts";
import { consentNotice, NOTICE_VERSION } from "../src/consent/notices.ts";
import { LONGEST_GRANTS } from "../src/consent/state.ts";
import { memoryConsentStorage, pageConsentStorage } from "../src/consent/storage.ts";
import { PURPOSES, SENSORS } from "../src/consent/types.ts";
import { ConsentError } from "../src/errors.ts";

const NOON = 1_800_000_000_000;
const GRANT = { sensor: "heart", purpose: "show", forMs: 60_000, notice: NOTICE_VERSION } as const;

/** A clock that is set by hand, and timers that run when it is. */
class Hands {
  now = NOON;
  real = 0;
  timers = new Map<number, { due: number; call: () => void }>();
  #next = 1;

  clock = (): number => this.now;

  monotonic = (): number => this.real;

  timer = (ms: number, call: () => void): (() => void) => {
    const id = this.#next++;
    this.timers.set(id, { due: this.now + ms, call });
    return () => this.timers.delete(id);
  };

  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      let first: [number, { due: number; call: () => void }] | null = null;
      for (const entry of this.timers) {
        if (entry[1].due <= until && (first === null || entry[1].due < first[1].due)) first = entry;
      }
      if (first === null) break;
      this.timers.delete(first[0]);
      this.real += Math.max(0, first[1].due - this.now);
      this.now = Math.max(this.now, first[1].due);
      first[1].call();
    }
    this.real += until - this.now;
    this.now = until;
  }
}

/** A sensor that gives a sample when it is told to. */
class Sensor implements AsyncIterable<number> {
  closed = 0;
  begun = 0;
  #waiting: ((result: IteratorResult<number>) => void)[] = [];

  [Symbol.asyncIterator](): AsyncIterator<number> {
    this.begun++;
    return {
      next: () => new Promise((resolve) => this.#waiting.push(resolve)),
      return: async () => {
        this.closed++;
        return { done: true, value: undefined };
      },
    };
  }

  give(value: number): void {
    this.#waiting.shift()?.({ done: false, value });
  }
}

function made(options: Partial<ConsentOptions> = {}): { kernel: ConsentKernel; hands: Hands } {
  const hands = new Hands();
  const kernel = new ConsentKernel({
    setting: "private",
    clock: hands.clock,
    monotonic: hands.monotonic,
    timer: hands.timer,
    ...options,
  });
  return { kernel, hands };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

describe("a grant", () => {
  test("is needed for every sensor and purpose: off by default", () => {
    const { kernel } = made();
    for (const sensor of SENSORS) {
      for (const purpose of PURPOSES) {
        expect(kernel.permits(sensor, purpose)).toBe(false);
        expect(() => kernel.gate(sensor, purpose, new Sensor())).toThrow(ConsentError);
      }
    }
    kernel.grant(GRANT);
    expect(kernel.permits("heart", "show")).toBe(true);
    expect(kernel.permits("heart", "soften")).toBe(false);
    expect(kernel.permits("skin", "show")).toBe(false);
  });

  test("is bounded, names the notice that was read, and ends by itself", () => {
    const { kernel, hands } = made();
    const longest = LONGEST_GRANTS.heart;
    for (const forMs of [0, -1, longest + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => kernel.grant({ ...GRANT, forMs })).toThrow(UsageError);
    }
    expect(() => kernel.grant({ ...GRANT, notice: "2020-01.1" })).toThrow(UsageError);
    kernel.grant({ ...GRANT, forMs: longest });
    hands.pass(longest - 1);
    expect(kernel.permits("heart", "show")).toBe(true);
    hands.pass(1);
    expect(kernel.permits("heart", "show")).toBe(false);
  });

  test("is not lengthened by a clock that is set back, then or at the next visit", () => {
    const storage = memoryConsentStorage();
    const { kernel, hands } = made({ storage });
    kernel.grant(GRANT);
    hands.now += 30_000;
    expect(kernel.permits("heart", "show")).toBe(true);
    hands.now -= 3_600_000;
    expect(kernel.permits("heart", "show")).toBe(true);
    hands.now += 29_999;
    expect(kernel.permits("heart", "show")).toBe(true);
    hands.now += 1;
    expect(kernel.permits("heart", "show")).toBe(false);
    kernel.grant(GRANT);
    const visit = (clock: number): ConsentKernel =>
      new ConsentKernel({
        setting: "private",
        storage: memoryConsentStorage(storage.read()),
        clock: () => clock,
        monotonic: () => 0,
      });
    expect(visit(hands.now + 59_999).grants()).toHaveLength(1);
    expect(visit(hands.now + 60_000).grants()).toEqual([]);
    // Set back between visits: how much of the grant is used up cannot be known.
    expect(visit(hands.now - 1).grants()).toEqual([]);
  });

  test("survives a reload, and only as the kernel wrote it", () => {
    const storage = memoryConsentStorage();
    const { kernel, hands } = made({ storage });
    kernel.grant(GRANT);
    const text = storage.read() ?? "";
    const again = (edited: string): boolean =>
      new ConsentKernel({
        setting: "private",
        storage: memoryConsentStorage(edited),
        clock: hands.clock,
      }).permits("heart", "show");
    expect(again(text)).toBe(true);
    expect(again(text.replace(NOTICE_VERSION, "2020-01.1"))).toBe(false);
    expect(again(text.replace(String(NOON + 60_000), "1e15"))).toBe(false);
    expect(again(text.replace(`"from":${NOON}`, `"from":${NOON + 1}`))).toBe(false);
    expect(again(text.slice(1))).toBe(false);
    expect(again("null")).toBe(false);
    expect(again('{"version":1,"grants":{}}')).toBe(false);
  });

  test("needs a storage that can be written; a withdrawal holds without one, and says so", () => {
    let full = true;
    let held: string | null = null;
    const storage = {
      read: () => held,
      write: (text: string | null) => {
        if (full) throw new Error("full");
        held = text;
      },
    };
    const { kernel } = made({ storage });
    expect(() => kernel.grant(GRANT)).toThrow(ConsentError);
    expect(kernel.permits("heart", "show")).toBe(false);
    full = false;
    kernel.grant(GRANT);
    full = true;
    expect(() => kernel.revoke("heart")).toThrow(ConsentError);
    expect(kernel.permits("heart", "show")).toBe(false);
  });
});

describe("a gated stream", () => {
  test("passes samples, ends at once when the grant is withdrawn, and shuts its source", async () => {
    const { kernel } = made();
    kernel.grant(GRANT);
    const sensor = new Sensor();
    let stopped = 0;
    const stream = kernel.gate("heart", "show", sensor, { onStop: () => stopped++ });
    expect(sensor.begun).toBe(0);
    const first = stream.next();
    sensor.give(1);
    expect(await first).toEqual({ done: false, value: 1 });
    const second = stream.next();
    kernel.revoke("heart");
    sensor.give(2);
    expect(await second).toEqual({ done: true, value: undefined });
    await settle();
    expect([sensor.closed, stopped]).toEqual([1, 1]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test("is shut at its expiry though the source is silent, and the light goes out", async () => {
    const { kernel, hands } = made();
    kernel.grant(GRANT);
    const sensor = new Sensor();
    const stream = kernel.gate("heart", "show", sensor);
    const lights: string[] = [];
    kernel.watch((live) => lights.push(live.map((one) => `${one.sensor} ${one.state}`).join()));
    const waiting = stream.next();
    hands.pass(60_000);
    expect(await waiting).toEqual({ done: true, value: undefined });
    await settle();
    expect(sensor.closed).toBe(1);
    expect(lights).toEqual(["heart live", "heart closing", ""]);
    expect(kernel.live()).toEqual([]);
  });

  test("keeps its light on while a source does not shut", async () => {
    const { kernel } = made();
    kernel.grant(GRANT);
    const stuck: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => new Promise(() => {}),
      }),
    };
    const stream = kernel.gate("heart", "show", stuck);
    void stream.next();
    kernel.revoke("heart", "show");
    await settle();
    expect(kernel.live().map((one) => one.state)).toEqual(["closing"]);
  });

  test("is not read when the light's watcher withdraws the grant in the same moment", async () => {
    const { kernel } = made();
    kernel.grant(GRANT);
    let reads = 0;
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          reads++;
          return { done: false, value: 1 };
        },
      }),
    };
    kernel.watch(() => kernel.revoke("heart"));
    expect((await kernel.gate("heart", "show", source).next()).done).toBe(true);
    expect(reads).toBe(0);
  });

  test("hands on a source's failure and its end", async () => {
    const { kernel } = made();
    kernel.grant(GRANT);
    async function* failing(): AsyncGenerator<number, void, void> {
      yield 1;
      throw new Error("strap lost");
    }
    const seen: number[] = [];
    await expect(async () => {
      for await (const value of kernel.gate("heart", "show", failing())) seen.push(value);
    }).rejects.toThrow("strap lost");
    expect(seen).toEqual([1]);
    async function* short(): AsyncGenerator<number, void, void> {
      yield 2;
    }
    for await (const value of kernel.gate("heart", "show", short())) seen.push(value);
    expect(seen).toEqual([1, 2]);
    await settle();
    expect(kernel.live()).toEqual([]);
  });

  test("no sample passes without a live grant, under any interleaving", async () => {
    const none = fc.constant(0);
    const does = (name: string, weight: number, ms: fc.Arbitrary<number> = none) => ({
      weight,
      arbitrary: fc.record({ do: fc.constant(name), ms }),
    });
    const action = fc.oneof(
      does("grant", 4, fc.integer({ min: 1, max: 100 })),
      does("revoke", 1),
      does("other", 1),
      does("delete", 1),
      does("gate", 4),
      does("give", 8),
      does("tick", 4, fc.integer({ min: 0, max: 40 })),
      does("jump", 1, fc.integer({ min: -100, max: 100 })),
      does("wait", 2),
    );
    let passed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 20, maxLength: 80, size: "max" }),
        async (actions) => {
          const { kernel, hands } = made();
          // The law, kept apart from the kernel: the latest real moment up to which a grant can reach.
          let real = 0;
          let until = Number.NEGATIVE_INFINITY;
          let sample = 0;
          const givenAt = new Map<number, boolean>();
          const sensors: Sensor[] = [];
          const passing: Promise<void>[] = [];
          for (const { do: what, ms } of actions) {
            if (what === "grant") {
              kernel.grant({ ...GRANT, forMs: ms });
              until = real + ms;
            } else if (what === "revoke") {
              kernel.revoke("heart", "show");
              until = Number.NEGATIVE_INFINITY;
            } else if (what === "other") kernel.grant({ ...GRANT, purpose: "soften" });
            else if (what === "delete") {
              until = Number.NEGATIVE_INFINITY;
              await kernel.deleteAll();
            } else if (what === "gate") {
              const sensor = new Sensor();
              try {
                const stream = kernel.gate("heart", "show", sensor);
                expect(real).toBeLessThan(until);
                sensors.push(sensor);
                passing.push(
                  (async () => {
                    for await (const value of stream) {
                      passed++;
                      expect(givenAt.get(value)).toBe(true);
                    }
                  })(),
                );
              } catch (error) {
                if (!(error instanceof ConsentError)) throw error;
              }
            } else if (what === "give") {
              for (const sensor of sensors) {
                sample++;
                givenAt.set(sample, real < until);
                sensor.give(sample);
              }
              await settle();
            } else if (what === "tick") {
              real += ms;
              hands.real += ms;
              hands.now += ms;
            } else if (what === "jump") {
              // A clock set forward shows time that never passed: it may end a grant early, never late.
              hands.now += ms;
            } else await settle();
          }
          kernel.close();
          await Promise.all(passing);
        },
      ),
      { numRuns: 400, seed: 7 },
    );
    expect(passed).toBeGreaterThan(100);
  });
});

describe("at a workplace and in education", () => {
  test("nothing can be granted, sensed or recorded, and what was granted before is gone", () => {
    for (const setting of ["workplace", "education"] as const) {
      const storage = memoryConsentStorage();
      const before = made({ storage });
      before.kernel.grant(GRANT);
      const text = storage.read() ?? "";
      const { kernel } = made({ storage, setting });
      const locked = storage.read() ?? "";
      expect(kernel.setting).toBe(setting);
      for (const sensor of SENSORS) {
        for (const purpose of PURPOSES) {
          expect(() => kernel.grant({ ...GRANT, sensor, purpose, forMs: 1000 })).toThrow(
            ConsentError,
          );
          expect(() => kernel.gate(sensor, purpose, new Sensor())).toThrow(ConsentError);
          expect(() =>
            kernel.record({ sensors: [sensor], purpose, kind: "arousal", value: null }),
          ).toThrow(ConsentError);
        }
      }
      // Put back by hand, with and without the lock: the configuration decides.
      for (const edited of [text, text.replace('"locked":null', `"locked":"private"`)]) {
        storage.write(edited);
        expect(kernel.permits("heart", "show")).toBe(false);
        expect(kernel.grants()).toEqual([]);
        expect(made({ storage, setting }).kernel.permits("heart", "show")).toBe(false);
      }
      // The same storage, told that it is private now: the lock stays, also after everything was deleted.
      storage.write(locked);
      const later = made({ storage });
      expect(later.kernel.setting).toBe(setting);
      expect(() => later.kernel.grant(GRANT)).toThrow(ConsentError);
    }
  });

  test("the lock outlives delete-all and reaches kernels that are open already", async () => {
    const storage = memoryConsentStorage();
    const home = made({ storage });
    home.kernel.grant(GRANT);
    const sensor = new Sensor();
    const stream = home.kernel.gate("heart", "show", sensor);
    const waiting = stream.next();
    const { kernel } = made({ storage, setting: "workplace" });
    sensor.give(1);
    expect((await waiting).done).toBe(true);
    expect(home.kernel.setting).toBe("workplace");
    await kernel.deleteAll();
    expect(made({ storage }).kernel.setting).toBe("workplace");
  });

  test("the setting has to be one, and cannot be assigned", () => {
    for (const setting of ["", "home", undefined, null, "Workplace"]) {
      expect(() => new ConsentKernel({ setting: setting as never })).toThrow(UsageError);
    }
    const { kernel } = made({ setting: "workplace" });
    expect(() => Object.assign(kernel, { setting: "private" })).toThrow(TypeError);
    expect(() => new ConsentKernel({ setting: "workplace", allow: true } as never)).toThrow(
      UsageError,
    );
  });
});

describe("inferences", () => {
  test("are listed, deletable one by one, and need a grant for each sensor", () => {
    const { kernel } = made();
    kernel.grant(GRANT);
    const draft = { sensors: ["heart"], purpose: "show", kind: "arousal", value: 1 } as const;
    const one = kernel.record(draft);
    const two = kernel.record(draft);
    expect(kernel.inferences().map(({ id }) => id)).toEqual([one.id, two.id]);
    expect(() => kernel.record({ ...draft, sensors: ["heart", "skin"] })).toThrow(ConsentError);
    expect(() => kernel.record({ ...draft, sensors: [] })).toThrow(UsageError);
    expect(kernel.forget(one.id)).toBe(true);
    expect(kernel.forget(one.id)).toBe(false);
    expect(kernel.inferences().map(({ id }) => id)).toEqual([two.id]);
  });

  test("are never written to the storage", () => {
    const storage = memoryConsentStorage();
    const { kernel } = made({ storage });
    kernel.grant(GRANT);
    kernel.record({ sensors: ["heart"], purpose: "show", kind: "secret kind", value: "secret" });
    kernel.revoke("skin");
    expect(storage.read()).not.toContain("secret");
  });

  test("delete-all ends streams, deletes grants and inferences, and calls every eraser", async () => {
    const { kernel } = made();
    kernel.grant(GRANT);
    const sensor = new Sensor();
    const waiting = kernel.gate("heart", "show", sensor).next();
    kernel.record({ sensors: ["heart"], purpose: "show", kind: "arousal", value: 1 });
    const called: string[] = [];
    kernel.onErase(() => {
      called.push("one");
      throw new Error("disk");
    });
    kernel.onErase(async () => {
      called.push("two");
    });
    kernel.onErase(() => void called.push("gone"))();
    await expect(kernel.deleteAll()).rejects.toThrow(/disk/);
    expect(called).toEqual(["one", "two"]);
    expect((await waiting).done).toBe(true);
    expect([kernel.grants(), kernel.inferences()]).toEqual([[], []]);
  });
});

describe("other tabs and notices", () => {
  test("a withdrawal in one tab ends the stream in another", async () => {
    const map = new Map<string, string>();
    const area = {
      getItem: (key: string) => map.get(key) ?? null,
      setItem: (key: string, value: string) => void map.set(key, value),
      removeItem: (key: string) => void map.delete(key),
    };
    const one = made({ storage: pageConsentStorage(area) });
    one.kernel.grant(GRANT);
    const two = made({ storage: pageConsentStorage(area) });
    const sensor = new Sensor();
    const waiting = two.kernel.gate("heart", "show", sensor).next();
    one.kernel.revoke("heart");
    sensor.give(1);
    expect((await waiting).done).toBe(true);
  });

  test("notices say in both languages what is computed, where it stays, how to stop and what it is not", () => {
    for (const sensor of SENSORS) {
      const english = consentNotice(sensor, "en").paragraphs.join(" ");
      const italian = consentNotice(sensor, "it").paragraphs.join(" ");
      for (const word of [
        /Article 50\(3\)/,
        /on this device/,
        /stop/,
        /no diagnosis/,
        /workplace/,
      ]) {
        expect(english).toMatch(word);
      }
      for (const word of [
        /articolo 50, paragrafo 3/,
        /su questo dispositivo/,
        /fermare/,
        /Non fa diagnosi/,
        /luogo di lavoro/,
      ]) {
        expect(italian).toMatch(word);
      }
    }
  });

  test("words do not change without a new version", async () => {
    const words = SENSORS.flatMap((sensor) => [
      consentNotice(sensor, "en"),
      consentNotice(sensor, "it"),
    ]);
    const digest = await crypto.subtle.digest(
      "SHA-256",
      new TextEncoder().encode(JSON.stringify(words)),
    );
    const short = Buffer.from(digest).toString("hex").slice(0, 16);
    expect([NOTICE_VERSION, short]).toEqual(["2026-11.1", "e5bd18eb7e8df005"]);
  });
});
