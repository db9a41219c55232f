// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what configurations hold
import { UsageError } from "@symbion/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { type Checked, checkConfig, parseConfig } from "../src/config/config.ts";
import { EXAMPLE_CONFIG } from "../src/config/example.ts";
import { nearestKey } from "../src/config/messages.ts";
import type { Secrets } from "../src/config/references.ts";
import { KNOWN_KEYS } from "../src/config/schema.ts";
import { readDuration, readSize, readTimeOfDay, writeDuration } from "../src/config/units.ts";

const secrets = (values: Record<string, string>): Secrets => ({
  values: new Map(Object.entries(values)),
  missing: null,
  problems: [],
});

const keys = [
  ...new Set(Object.values(KNOWN_KEYS).flat()),
  ...["url", "kind", "topic", "idd", "constructor", "__proto__"],
];

/** Lines as people write them, whole and broken. */
const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...EXAMPLE_CONFIG.split("\n")) },
  fc.constantFrom(
    "cameras:",
    "  - id: a",
    "    <<: *x",
    "  areas: &x [*x]",
    "? [a, b]",
    "server: { port: ${P} }",
    "alerts: {}",
    "- - - !!binary x",
    "%YAML 1.1",
    "---",
    "__proto__: { id: 1 }",
    "channels: [{ kind: constructor, id: toString }]",
    "    points: [[1, 2], [.nan, .inf]]",
    "\t",
    "a: |",
    "  ${",
  ),
  fc.string({ maxLength: 30 }),
);

test("any text is a configuration or one line of complaint", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 25 }), fc.boolean(), (lines, loose) => {
      const text = loose ? lines.join("\n") : lines.map((one) => one.trimEnd()).join("\n");
      const checked = checkConfig(text, "symbion.yaml", { environment: {}, secrets: secrets({}) });
      const problems = "broken" in checked ? [checked.broken] : checked.problems;
      for (const problem of problems) {
        expect(problem.text).toMatch(/^symbion\.yaml:\d+:\d+: [^\p{Cc}]+$/u);
      }
      if ("broken" in checked) {
        expect(() => parseConfig(text, "symbion.yaml", {})).toThrow(UsageError);
        return;
      }
      // What was found good is good, and stays what it is.
      const again = checkConfig(JSON.stringify(checked.good), "symbion.yaml", {
        environment: {},
        secrets: secrets({}),
      });
      if ("broken" in again) throw new Error(again.broken.text);
      const { problems: _, disabled: __, ...values } = checked.config;
      const { problems: ___, disabled: ____, ...same } = again.config;
      expect(same).toEqual(values);
    }),
    { numRuns: 600 },
  );
});

/** Values of all kinds under keys that mean something: nearly right configurations. */
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthSize: "medium" },
    fc.constantFrom<unknown>(
      ...[1, 0.5, -1, true, null, "", "a", "b", "zone", "line", "motion", "off", "5 s", "10 GB"],
      ...["x.mp4", "rtsp://u:p@h/1", "${X}", "${secret:s}", "webpush", "22:00", "me@example.org"],
      ...[
        [0.1, 0.2],
        [
          [0, 0],
          [1, 1],
          [0, 1],
        ],
      ],
    ),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys), tie("any"), { maxKeys: 5 }),
  ),
})).any;

const entry = (usual: Record<string, unknown>) =>
  fc
    .tuple(
      fc.constantFrom("a", "b", "c", 5),
      fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 2 }),
    )
    .map(([id, rest]) => ({ id, ...usual, ...rest }));

const nearlyRight = fc.record(
  {
    node: value,
    server: value,
    cameras: fc.oneof(
      { weight: 4, arbitrary: fc.array(entry({ file: "x.mp4" }), { maxLength: 4 }) },
      value,
    ),
    store: value,
    alerts: fc.oneof(
      { weight: 4, arbitrary: fc.array(entry({ when: "motion" }), { maxLength: 3 }) },
      value,
    ),
    channels: fc.oneof(
      { weight: 4, arbitrary: fc.array(entry({ kind: "webpush" }), { maxLength: 3 }) },
      value,
    ),
    plugins: value,
  },
  { requiredKeys: [] },
);

test("a nearly right configuration loses its wrong parts only", () => {
  let usable = 0;
  const read = (values: unknown, previous: Checked | null = null): Checked => {
    const checked = checkConfig(stringify(values), "symbion.yaml", {
      environment: { X: "7" },
      secrets: secrets({ s: "hunter2" }),
      previous,
    });
    if ("broken" in checked) throw new Error(checked.broken.text);
    return checked;
  };
  const bare = ({ config: { problems: _, disabled: __, ...values } }: Checked) => values;
  fc.assert(
    fc.property(nearlyRight, nearlyRight, (values, earlier) => {
      const checked = read(values);
      expect(JSON.stringify([checked.problems, checked.good])).not.toContain("hunter2");
      // Reading what was found good gives the same; so does reading it after itself.
      expect(bare(read(checked.good))).toEqual(bare(checked));
      if (checked.problems.length === 0) expect(bare(read(values, checked))).toEqual(bare(checked));
      usable += checked.config.cameras.length + checked.config.rules.length;
      // With an earlier state nothing gets lost that would be there without it.
      const ids = ({ config }: Checked) => config.cameras.map(({ id }) => id);
      const both = read(values, read(earlier));
      expect(ids(both)).toEqual(expect.arrayContaining(ids(checked)));
      expect(bare(read(both.good))).toEqual(bare(both));
    }),
    {
      numRuns: 200,
      examples: [
        [
          { alerts: 1, channels: [{ id: "b", kind: "webpush" }] },
          { alerts: [{ id: "a", when: "motion", notify: "b" }] },
        ],
        [
          { alerts: 1, cameras: ["a", "b"].map((id) => ({ id, file: "x.mp4" })) },
          {
            alerts: [{ id: "a", when: "motion", cameras: ["a", "b"] }],
            cameras: [{ id: "a", file: "x.mp4" }],
          },
        ],
      ],
    },
  );
  expect(usable).toBeGreaterThan(100);
});

test("a key of several lines is told on one", () => {
  const checked = checkConfig('? { a: [1, 2], b: c }\n: 1\n? "x\\n\\ty"\n: 2\n', "symbion.yaml");
  const problems = "broken" in checked ? [] : checked.problems.map(({ text }) => text);
  expect(problems).toHaveLength(2);
  for (const problem of problems) expect(problem).toMatch(/^symbion\.yaml:\d:\d: [^\p{Cc}]+$/u);
});

test("absurd texts are no danger", () => {
  const deep = `a: ${"[".repeat(5000)}`;
  const wide = `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghij"]
    .map((key, index) => `${key}: &${key} [${`*${"abcdefghij"[index]},`.repeat(9)}]`)
    .join("\n")}\n`;
  for (const text of [deep, "- ".repeat(20_000), wide, "x".repeat(2_000_000), "&a [*a]", "\0"]) {
    expect(checkConfig(text, "symbion.yaml")).toHaveProperty("broken");
  }
  const nested = (levels: number) => `x-a: ${"[".repeat(levels)}${"]".repeat(levels)}\n`;
  expect(checkConfig(nested(60), "symbion.yaml")).toHaveProperty("config");
  expect(checkConfig(nested(70), "symbion.yaml")).toMatchObject({
    broken: { text: "symbion.yaml:1:1: expected at most 64 levels of nesting, got more" },
  });
});

describe("units", () => {
  test("lengths of time", () => {
    const good: readonly (readonly [unknown, number])[] = [
      ["30 s", 30],
      ["5min", 300],
      ["1 h 30 min", 5400],
      ["1h30m", 5400],
      ["7 d", 604_800],
      ["1 y", 31_536_000],
      ["250 ms", 0.25],
      ["0.5 s", 0.5],
      [12, 12],
    ];
    for (const [text, seconds] of good) expect(readDuration(text), String(text)).toBe(seconds);
    for (const bad of [
      "",
      "5",
      "s",
      "5 x",
      "-5 s",
      "5 s 3",
      -1,
      Infinity,
      Number.NaN,
      null,
      [],
      "5 constructor",
    ]) {
      expect(readDuration(bad), String(bad)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (tenths) => {
        expect(readDuration(writeDuration(tenths / 10))).toBe(tenths / 10);
      }),
    );
  });

  test("sizes and times of day", () => {
    expect(["10 GB", "500 MB", "1 GiB", "1.5TB", 7].map(readSize)).toEqual([
      10e9, 500e6, 1_073_741_824, 1.5e12, 7,
    ]);
    expect(["", "GB", "10", "-1 GB", 0.5, "1 PB", null].map(readSize)).toEqual(
      Array(7).fill(undefined),
    );
    expect(["00:00", "7:05", "24:00"].map(readTimeOfDay)).toEqual([0, 425, 1440]);
    expect(["24:01", "7", "07:60", 420].map(readTimeOfDay)).toEqual(Array(4).fill(undefined));
  });
});

test("the nearest key is near", () => {
  const known = ["id", "name", "url", "file", "loop", "realtime"];
  expect(nearestKey("realtme", known)).toBe("realtime");
  expect(nearestKey("URL", known)).toBe("url");
  expect(nearestKey("adress", ["address"])).toBe("address");
  expect(nearestKey("flie", known)).toBe("file");
  expect(nearestKey("zzzzzz", known)).toBeNull();
  expect(nearestKey("xy", known)).toBeNull();
});
