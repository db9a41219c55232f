// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what configurations hold
import type { CameraArea } from "@symbion/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Checked, checkConfig } from "../src/config/config.ts";
import { TextEdit } from "../src/config/edit.ts";
import { applyEdit, type ConfigEdit, type Edited, newFile } from "../src/config/operations.ts";
import { NO_SECRETS, type Secrets } from "../src/config/references.ts";
import { sampleCameras } from "../src/config/samples.ts";
import type { CameraConfig, NodeConfig } from "../src/config/types.ts";

const SOME_SECRETS: Secrets = {
  values: new Map([["old", "0ld"]]),
  missing: null,
  problems: [],
};

const check = (text: string, secrets = SOME_SECRETS): Checked => {
  const checked = checkConfig(text, "s.yaml", { environment: { X: "x" }, secrets });
  if ("broken" in checked) throw new Error(`${checked.broken.text}\n${text}`);
  return checked;
};

const edit = (text: string, operation: ConfigEdit, secrets = SOME_SECRETS): Edited =>
  applyEdit(text, operation, {
    name: "s.yaml",
    config: check(text, secrets).config,
    secrets,
    secretsText: null,
  });

/** The text after an edit that has to succeed. */
const edited = (text: string, operation: ConfigEdit, secrets = SOME_SECRETS): string => {
  const result = edit(text, operation, secrets);
  if ("problem" in result) throw new Error(`${result.problem}\n${text}`);
  return result.text;
};

const zone = (id: string, more: Partial<CameraArea> = {}): CameraArea => ({
  id,
  name: id,
  kind: "zone",
  points: [
    [0, 0],
    [1, 0],
    [0.5, 1],
  ],
  dwellSeconds: null,
  direction: "both",
  ...more,
});

describe("a value of a text", () => {
  const cases: readonly (readonly [string, string, (text: TextEdit) => boolean, string])[] = [
    [
      "in a block, with a comment behind",
      "a: 1 # one\nb: 2\n",
      (text) => text.set([], "a", "x y"),
      "a: x y # one\nb: 2\n",
    ],
    [
      "in braces, with odd spaces",
      "a: {b:  1 ,c: 'two' }\n",
      (text) => text.set(["a"], "c", [1, "p, q"]),
      'a: {b:  1 ,c: [1, "p, q"] }\n',
    ],
    [
      "that was missing",
      "a:\nb:   # none\n",
      (text) => text.set([], "a", true) && text.set([], "b", "off"),
      "a: true\nb: off   # none\n",
    ],
    [
      "that was a block",
      "a:  # why\n  # more\n  - 1\n  - 2 # two\n\nb: 1\n",
      (text) => text.set([], "a", [3]),
      "a: [3]  # why\n  # more\n # two\n\nb: 1\n",
    ],
    [
      "that was a long text",
      "a: |\n  one\n  two\n# next\nb: >-\n  x\n",
      (text) => text.set([], "a", "one") && text.set([], "b", "two"),
      "a: one\n# next\nb: two\n",
    ],
    [
      "under a key that is new, in order",
      "- list\n".replace("- list\n", "a: { x: 1, z: 3 } # c\nm:\n    x: 1 # x\n    z: 3\n"),
      (text) =>
        text.set(["a"], "y", 2, ["x", "y", "z"]) && text.set(["m"], "y", 2, ["x", "y", "z"]),
      "a: { x: 1, y: 2, z: 3 } # c\nm:\n    x: 1 # x\n    y: 2\n    z: 3\n",
    ],
    [
      "at the end of a file without a line end",
      "a: 1",
      (text) => text.set([], "b", { c: 1, d: undefined }),
      "a: 1\nb: { c: 1 }\n",
    ],
    [
      "with line ends of another system",
      "a:\r\n  b: 1 # one\r\nc: 2\r\n",
      (text) => text.set(["a"], "d", 2) && text.append(["e"], { f: 1, g: [{ h: 1 }] }),
      "a:\r\n  b: 1 # one\r\n  d: 2\r\nc: 2\r\ne:\r\n  - f: 1\r\n    g:\r\n      - { h: 1 }\r\n",
    ],
    [
      "in a mapping that is not there",
      "a: 1\n",
      (text) => text.set(["b"], "c", 1),
      "a: 1\nb: { c: 1 }\n",
    ],
    [
      "taken out",
      "a:\n  b: 1 # one\n  # about c\n  c: 2\nd: { e: 1, f: 2, g: 3 }\n",
      (text) => text.remove(["a"], "b") && text.remove(["d"], "f") && text.remove(["d"], "g"),
      "a:\n  # about c\n  c: 2\nd: { e: 1 }\n",
    ],
    [
      "taken out behind a dash",
      "a:\n  - b: 1\n    c: 2\n  - b: 1 # one\n    c: 2\n",
      (text) => text.remove(["a", 0], "b") && text.remove(["a", 1], "b"),
      "a:\n  - c: 2\n  - \n    c: 2\n",
    ],
    [
      "added to a list without brackets",
      "a:\n- b: 1\n\n# end\n",
      (text) => text.append(["a"], { b: 2, c: [[0, 1]] }),
      "a:\n- b: 1\n- b: 2\n  c: [[0, 1]]\n\n# end\n",
    ],
    [
      "added to a list of lines in braces",
      "a:\n  - { b: 1 } # one\n",
      (text) => text.append(["a"], { b: 2 }),
      "a:\n  - { b: 1 } # one\n  - { b: 2 }\n",
    ],
    [
      "added to a list in brackets over several lines",
      "a: [\n  { b: 1 }, # one\n  { b: 2 } # two\n]\n",
      (text) => text.append(["a"], { b: 3 }),
      "a: [\n  { b: 1 }, # one\n  { b: 2 }, # two\n  { b: 3 }\n]\n",
    ],
    [
      "added to an empty list",
      "a: [] # none yet\nb:\n  # nothing\n",
      (text) => text.append(["a"], { c: 1 }) && text.append(["b"], { c: 1 }),
      "a: # none yet\n  - c: 1\nb:\n  - c: 1\n  # nothing\n",
    ],
    [
      "taken out of lists",
      "a:\n  - b: 1\n  # about two\n  - b: 2 # two\n    c: 3\nd: [1, 2, 3]\ne: [\n  1, # one\n  2 # two\n]\n",
      (text) => text.removeItem(["a"], 1) && text.removeItem(["d"], 2) && text.removeItem(["e"], 1),
      "a:\n  - b: 1\n  # about two\nd: [1, 2]\ne: [\n  1, # one\n   # two\n]\n",
    ],
    [
      "all taken out of a list",
      "a:\n  - 1\nb: 2\n",
      (text) => text.removeItem(["a"], 0),
      "a:\nb: 2\n",
    ],
    [
      "that needs quotes",
      "a: 1\n",
      (text) =>
        text.set([], "a", ["yes", "1:30", "22:00", "#", " x", "a: b", "", "é", "null", "-"]),
      'a: ["yes", "1:30", "22:00", "#", " x", "a: b", "", é, "null", "-"]\n',
    ],
  ];
  test.each(cases)("%s", (_, before, change, after) => {
    const text = new TextEdit(before);
    expect(change(text)).toBe(true);
    expect(text.text).toBe(after);
  });

  test("is left alone where the change would reach further", () => {
    const cases: readonly (readonly [string, (text: TextEdit) => boolean])[] = [
      ["a: &x { b: 1 }\nc: *x\n", (text) => text.set(["a"], "b", 2)],
      ["a: &x { b: 1 }\nc: *x\n", (text) => text.set(["c"], "b", 2)],
      ["a: [1]\nb: x\n", (text) => text.set(["b"], "c", 2)],
      ["a: [1]\nb: x\n", (text) => text.set(["a", 0], "c", 2)],
      ["a: &x 1\nc: *x\n", (text) => text.remove([], "a")],
      ["? a\n: 1\n", (text) => text.set([], "a", 2) && text.text !== "? a\n: 2\n"],
      ["a: [1]\n", (text) => text.removeItem(["a"], 3)],
      ["a: {\n", (text) => text.set([], "b", 2)],
      ["a: 1\n...\n", (text) => text.set([], "b", 2)],
    ];
    for (const [before, change] of cases) {
      const text = new TextEdit(before);
      expect(change(text), before).toBe(false);
      if (!before.startsWith("?")) expect(text.text).toBe(before);
    }
  });

  test("is read back, whatever it is", () => {
    const scalar = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.string({ maxLength: 12 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      fc.boolean(),
      fc.constantFrom(
        "~",
        "=",
        "<<",
        "0x1f",
        "1e3",
        ".5",
        "!a",
        "&a",
        "*a",
        "- a",
        "? a",
        "a #b",
        "@",
        "`",
        "%",
        "|",
        "---",
        "...",
        "a:",
        "[",
        "}",
        ",",
        "\u2028",
        "\u0085",
        "\ufeff",
        "'",
        '"',
      ),
    );
    const key = fc.constantFrom("on", "a", "b-c", "no", "X: y");
    const value = fc.oneof(
      scalar,
      fc.array(scalar, { maxLength: 3 }),
      fc.array(fc.dictionary(key, scalar, { maxKeys: 3 }), { maxLength: 3 }),
    );
    const texts = ["a: 1\n", "a: { b: 1 }\nl:\n- 1\n", "# only a comment", "{ a: 1, l: [ 2 ] }"];
    fc.assert(
      fc.property(fc.constantFrom(...texts), value, (before, wanted) => {
        const text = new TextEdit(before);
        const isPlain =
          JSON.stringify(wanted) === JSON.stringify(JSON.parse(JSON.stringify(wanted)));
        expect(text.set([], "a", wanted as never)).toBe(isPlain);
        expect((parse(text.text) as { a: unknown }).a).toEqual(wanted);
        expect(text.append(["l"], wanted as never)).toBe(true);
        expect((parse(text.text) as { l: unknown[] }).l.at(-1)).toEqual(wanted);
      }),
      { numRuns: 200 },
    );
  });
});

/** How a person writes the file. */
type Style = {
  readonly eol: string;
  readonly dash: string;
  readonly inFlow: boolean;
  readonly areas: "none" | "lines" | "block" | "brackets" | "tall";
  readonly nameFirst: boolean;
  readonly quotes: string;
  readonly gap: string;
};

const styles = fc.record<Style>({
  eol: fc.constantFrom("\n", "\r\n"),
  dash: fc.constantFrom("", "  ", "    "),
  inFlow: fc.boolean(),
  areas: fc.constantFrom("none", "lines", "block", "brackets", "tall"),
  nameFirst: fc.boolean(),
  quotes: fc.constantFrom("", "'", '"'),
  gap: fc.constantFrom("", "\n", "\n# between\n\n", "   # odd\n"),
});

/** Lines of a camera in a style, each with a comment of its own where YAML allows one. */
function written(id: string, style: Style, mark: string): string {
  const { dash, quotes: q, areas } = style;
  const c = (name: string): string => ` # ${mark}-${name}`;
  const name = `name: ${q}Cam ${id}${q}`;
  const list = ["p", "q", "r"].map(
    (area, index) => `{id: ${area},kind:  zone, points: [[0,0], [1, 0],[0.5,${index / 10}]] }`,
  );
  if (style.inFlow) {
    const inner =
      areas === "none" ? "" : `,\n${dash}    areas: [ ${list.join(`,\n${dash}      `)} ]`;
    return `${dash}- {id: ${id}, ${name}, ${c("a")}\n${dash}   file: 'x.mp4'${inner}  }${c("b")}\n`;
  }
  const pad = `${dash}  `;
  const first = style.nameFirst ? [name, `id: ${id}`] : [`id: ${id}`, name];
  const areaLines =
    areas === "none"
      ? ""
      : areas === "lines"
        ? `${pad}areas: ${c("list")}\n${list.map((area, n) => `${pad}  - ${area}${c(`a${n}`)}\n`).join("")}`
        : areas === "brackets"
          ? `${pad}areas: [${list.join(" , ")}]${c("list")}\n`
          : areas === "tall"
            ? `${pad}areas: [\n${list.map((area) => `${pad}   ${area}`).join(`,${c("t")}\n`)}\n${pad} ]\n`
            : `${pad}areas:\n${["p", "q", "r"]
                .map(
                  (area, n) =>
                    `${pad}- id: ${area}${c(`b${n}`)}\n${pad}  kind: zone\n${pad}  # ${mark}-p${n}\n${pad}  points:\n${pad}    - [0, 0]\n${pad}    - [1, 0]\n${pad}    - [0.5, ${n / 10}]\n`,
                )
                .join("")}`;
  return `${dash}- ${first[0]}${c("0")}\n${pad}# ${mark}-in\n${pad}${first[1]}\n${areaLines}${pad}file: x.mp4${c("1")}\n`;
}

const area = fc.record<CameraArea>({
  id: fc.constantFrom("p", "q", "r", "s", "t"),
  name: fc.constantFrom("p", "Two words", 'odd: ${X} # "name"', "é"),
  kind: fc.constant("zone"),
  points: fc.array(
    fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
      fc.integer({ min: 0, max: 100 }).map((value) => value / 100),
    ),
    { minLength: 3, maxLength: 5 },
  ),
  dwellSeconds: fc.constantFrom(null, 0.5, 30, 90, 3600),
  direction: fc.constant("both"),
});

const areas = fc.uniqueArray(area, { maxLength: 4, selector: ({ id }) => id });

const change = fc.record(
  {
    name: fc.constantFrom("New", "Cam a", "a: b", "it's", "x # y", "${X}", "a"),
    motion: fc.constantFrom(
      null,
      { sensitivity: "low" as const },
      { sensitivity: "normal" as const },
    ),
    record: fc.constantFrom(null, { before: 2 }, { kinds: ["motion", "acme:x"], after: 90 }),
    file: fc.constantFrom("x.mp4", "y.mp4", "$${.mp4"),
  },
  { requiredKeys: [] },
);

const operation = fc.oneof<fc.Arbitrary<ConfigEdit>[]>(
  fc.constantFrom("n1", "n2", "a").map((id) => ({
    kind: "add-camera",
    camera: { id, name: `New ${id}`, url: "rtsp://u@h/1" },
  })),
  fc.record({ kind: fc.constant("change-camera"), id: fc.constantFrom("a", "b", "n1"), change }),
  fc.record({ kind: fc.constant("remove-camera"), id: fc.constantFrom("b", "c", "n1") }),
  fc.record({ kind: fc.constant("set-areas"), id: fc.constantFrom("a", "b", "c"), areas }),
  fc.record({
    kind: fc.constant("set-rule"),
    id: fc.constantFrom("r", "s"),
    entry: fc.record(
      {
        when: fc.constantFrom<unknown>("motion", ["dwell", "motion"]),
        hold: fc.constantFrom<unknown>("5 s", 3),
        quiet: fc.constant([{ from: "22:00", to: "07:00" }]),
        "min-score": fc.constant(0.25),
      },
      { requiredKeys: ["when"] },
    ),
  }),
  fc.record({ kind: fc.constant("remove-rule"), id: fc.constantFrom("r", "camera-trouble") }),
  fc.record({
    kind: fc.constant("set-channel"),
    id: fc.constantFrom("c", "d"),
    entry: fc.record({
      kind: fc.constant("mqtt"),
      url: fc.constantFrom("mqtt://h", "mqtts://u@h"),
      topic: fc.constantFrom("t", "t/u"),
    }),
  }),
  fc.record({ kind: fc.constant("remove-channel"), id: fc.constant("c") }),
);

const comments = (text: string): string[] =>
  [...text.matchAll(/# ([a-c]-\w+)/g)].map(([, c]) => c ?? "");

/** What an edit has to come to: the same change made to the checked configuration. */
function model(config: NodeConfig, step: ConfigEdit): NodeConfig | null {
  const cameras = (map: (camera: CameraConfig) => CameraConfig | null, id: string) =>
    config.cameras.some((camera) => camera.id === id)
      ? {
          ...config,
          cameras: config.cameras.flatMap((camera) =>
            camera.id === id ? (map(camera) ?? []) : [camera],
          ),
        }
      : null;
  switch (step.kind) {
    case "remove-camera":
      return cameras(() => null, step.id);
    case "set-areas":
      return cameras((camera) => ({ ...camera, areas: step.areas }), step.id);
    case "change-camera":
      return cameras((camera) => {
        const { name, motion, record, file } = step.change;
        const standard = {
          kinds: check("cameras: [{ id: a, file: x }]").config.cameras[0]?.record,
        };
        return {
          ...camera,
          ...(name === undefined ? {} : { name }),
          ...(motion === undefined ? {} : { motion }),
          ...(file === undefined ? {} : { source: { file: `${process.cwd()}/${file}` } }),
          ...(record === undefined
            ? {}
            : {
                record:
                  record === null
                    ? null
                    : ({
                        ...(camera.record ?? standard.kinds),
                        ...record,
                      } as CameraConfig["record"]),
              }),
        };
      }, step.id);
    default:
      return config;
  }
}

describe("edits", () => {
  test("change what they are about and no other byte", () => {
    let saved = 0;
    fc.assert(
      fc.property(
        styles,
        styles,
        styles,
        fc.array(operation, { maxLength: 5 }),
        (a, b, c, steps) => {
          const { eol } = a;
          // All entries of one list have one indentation.
          const of = (style: Style): Style => ({ ...style, dash: a.dash });
          const parts = {
            a: written("a", of(a), "a"),
            b: written("b", of(b), "b"),
            c: written("c", of(c), "c"),
          };
          const head = `# head\nnode:   {name:  'N' } # n\n${a.gap}cameras:   # cams\n`;
          const tail = `server: # srv\n   host:    127.0.0.1\n# foot`;
          let text = (head + parts.a + b.gap + parts.b + c.gap + parts.c + tail).replaceAll(
            "\n",
            eol,
          );
          for (const step of steps) {
            const before = check(text);
            expect(before.problems).toEqual([]);
            const result = edit(text, step);
            const wanted = model(before.config, step);
            if ("problem" in result) {
              expect(result).toMatchObject({ missing: true });
              continue;
            }
            const after = checkConfig(result.text, "s.yaml", {
              secrets: SOME_SECRETS,
              environment: {},
            });
            if ("broken" in after) throw new Error(`${after.broken.text}\n${result.text}`);
            // An id that is there already, an area that a rule is for: refused by the file, not here.
            if (after.problems.length > 0) continue;
            saved++;
            if (/camera|areas/.test(step.kind) && step.kind !== "add-camera") {
              expect(after.config.cameras).toEqual(wanted?.cameras);
              expect(after.config.rules).toEqual(before.config.rules);
            } else if (step.kind !== "add-camera") {
              expect(after.config.cameras).toEqual(before.config.cameras);
            }
            // Everything else is there as it was, in the same order.
            const touched = "id" in step ? step.id : null;
            let at = 0;
            for (const [id, part] of Object.entries(parts)) {
              const chunk = part.replaceAll("\n", eol);
              if (id === touched && step.kind !== "set-rule") continue;
              if (!text.includes(chunk)) continue;
              expect(result.text.indexOf(chunk, at)).toBeGreaterThanOrEqual(at);
              at = result.text.indexOf(chunk, at) + chunk.length;
            }
            expect(result.text.startsWith(head.replaceAll("\n", eol))).toBe(true);
            expect(result.text).toContain(tail.replaceAll("\n", eol));
            expect(/(?<!\r)\n/.test(result.text)).toBe(eol === "\n");
            const gone = comments(text).filter(
              (comment) => !comments(result.text).includes(comment),
            );
            // A name that is the id needs no line, and goes with the comment on it.
            const cut = step.kind === "change-camera" && step.change.name === step.id;
            if ((step.kind === "change-camera" && !cut) || step.kind === "add-camera") {
              expect(gone).toEqual([]);
            }
            // Comments go only with what they stand at.
            const own = new RegExp(`^${touched ?? "-"}-`);
            expect(gone.filter((comment) => !own.test(comment))).toEqual([]);
            // The same edit again changes nothing.
            if (step.kind !== "add-camera" && !step.kind.startsWith("remove")) {
              expect(edited(result.text, step)).toBe(result.text);
            }
            text = result.text;
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(saved).toBeGreaterThan(40);
  });

  test("areas that are set are the areas that are read", () => {
    fc.assert(
      fc.property(styles, areas, areas, (style, first, second) => {
        const start = `cameras:\n${written("a", style, "a")}`;
        const once = edited(start, { kind: "set-areas", id: "a", areas: first });
        expect(check(once).config.cameras[0]?.areas).toEqual(first);
        const twice = edited(once, { kind: "set-areas", id: "a", areas: second });
        expect(check(twice).config.cameras[0]?.areas).toEqual(second);
      }),
      { numRuns: 60 },
    );
  });

  test("a moved corner touches its own line only", () => {
    const text = `cameras:
  - id: a # first
    file: x.mp4
    areas:
      - { id: p, name: Path,   kind: zone, points: [[0, 0], [1, 0], [0.5, 1]], dwell: 90 s } # drawn by hand
      - { id: q, kind: line, points: [[0, 0], [1, 1]] }
`;
    const list = check(text).config.cameras[0]?.areas ?? [];
    const moved = list.map((one) =>
      one.id === "p" ? { ...one, points: zone("p").points.toReversed() } : one,
    );
    expect(edited(text, { kind: "set-areas", id: "a", areas: moved })).toBe(
      text.replace("[[0, 0], [1, 0], [0.5, 1]]", "[[0.5, 1], [1, 0], [0, 0]]"),
    );
    expect(edited(text, { kind: "set-areas", id: "a", areas: list })).toBe(text);
  });

  test("an entry that only a reference names is left to the text", () => {
    const text = "x-c: &c { id: a, file: x }\ncameras:\n  - *c\n";
    const result = edit(text, { kind: "set-areas", id: "a", areas: [zone("z")] });
    expect(result).toMatchObject({ missing: false });
    expect("problem" in result && result.problem).toContain("change the text");
  });
});

describe("passwords", () => {
  const add = (url: string, separateSecrets = true, secrets = NO_SECRETS): Edited =>
    edit("", { kind: "add-camera", camera: { id: "gate", url }, separateSecrets }, secrets);
  const cases: readonly (readonly [string, string, string | null])[] = [
    ["rtsp://me:pw@h/1", "rtsp://me:${secret:gate-password}@h/1", "pw"],
    ["rtsp://me:a%40b@h/1", "rtsp://me:${secret:gate-password}@h/1", "a@b"],
    ["rtsp://me:p@ss@10.0.0.1/1", "rtsp://me:${secret:gate-password}@10.0.0.1/1", "p@ss"],
    [
      "rtsp://me:p@ss/w:0rd@10.0.0.1/1",
      "rtsp://me:${secret:gate-password}@10.0.0.1/1",
      "p@ss/w:0rd",
    ],
    ["rtsp://me:100%@h/1", "rtsp://me:${secret:gate-password}@h/1", "100%"],
    ["rtsp://me:pw@10.0.0.1/user@2x", "rtsp://me:${secret:gate-password}@10.0.0.1/user@2x", "pw"],
    ["rtsp://me:${CAM}@h/1", "rtsp://me:${CAM}@h/1", null],
    ["rtsp://me@h/1", "rtsp://me@h/1", null],
    ["rtsp://h:554/a@b", "rtsp://h:554/a@b", null],
  ];
  test.each(cases)("%s", (url, writtenUrl, secret) => {
    const result = add(url);
    if ("problem" in result) throw new Error(result.problem);
    expect(parse(result.text)).toEqual({ cameras: [{ id: "gate", url: writtenUrl }] });
    expect([...result.secrets.values()]).toEqual(secret === null ? [] : [secret]);
    if (secret === null) return expect(result.secretsText).toBeNull();
    expect(parse(result.secretsText ?? "")).toEqual({ "gate-password": secret });
    // What is read back is what was typed, encoded as an address needs it.
    const secrets = { ...NO_SECRETS, missing: null, values: result.secrets };
    const source = check(result.text, secrets).config.cameras[0]?.source;
    const host = writtenUrl.slice(writtenUrl.indexOf("@"));
    expect(source).toEqual({ url: `rtsp://me:${encodeURIComponent(secret)}${host}` });
  });

  test("stay where they are if that is wished, and get a name of their own if not", () => {
    expect(add("rtsp://me:pw@h/1", false)).toMatchObject({ secretsText: null });
    const taken = { ...NO_SECRETS, missing: null, values: new Map([["gate-password", "other"]]) };
    const result = add("rtsp://me:pw@h/1", true, taken);
    expect("text" in result && result.text).toContain("${secret:gate-password-2}");
    const same = { ...NO_SECRETS, missing: null, values: new Map([["gate-password", "pw"]]) };
    expect(add("rtsp://me:pw@h/1", true, same)).toMatchObject({ secretsText: null });
  });

  test("that come back masked stay as they are; a masked one for another host is refused", () => {
    const text = "cameras:\n  - { id: a, url: 'rtsp://me:${secret:old}@h.example/1' } # c\n";
    const change = (url: string): Edited =>
      edit(text, { kind: "change-camera", id: "a", change: { url } });
    expect(change("rtsp://***@h.example/1")).toMatchObject({ text });
    expect(change("rtsp://me:0ld@h.example/1")).toMatchObject({ text });
    expect(change("rtsp://me:${secret:old}@h.example/1")).toMatchObject({ text });
    expect(change("rtsp://***@elsewhere/1")).toMatchObject({
      problem: "s.yaml: a: expected an address with its user and password, got the masked one",
    });
    expect(change("rtsp://me:new@h.example/1")).toMatchObject({
      text: text.replace("${secret:old}", "${secret:a-password}").replaceAll("'", '"'),
    });
  });

  test("of channels go the same way", () => {
    const entry = { kind: "webhook", url: "https://u:pw@h.example/x", secret: "sign" };
    const result = edit("", { kind: "set-channel", id: "hook", entry });
    if ("problem" in result) throw new Error(result.problem);
    expect(parse(result.text)).toEqual({
      channels: [
        {
          id: "hook",
          kind: "webhook",
          url: "https://u:${secret:hook-password}@h.example/x",
          secret: "${secret:hook-secret}",
        },
      ],
    });
    const secrets = { ...NO_SECRETS, missing: null, values: result.secrets };
    expect(edited(result.text, { kind: "set-channel", id: "hook", entry }, secrets)).toBe(
      result.text,
    );
    const shown = { ...entry, url: "https://***@h.example/x" };
    expect(edited(result.text, { kind: "set-channel", id: "hook", entry: shown }, secrets)).toBe(
      result.text,
    );
  });
});

describe("the default rule", () => {
  const rule: ConfigEdit = { kind: "set-rule", id: "r", entry: { when: "motion" } };

  test("does not vanish when a first rule is added", () => {
    const text = edited("channels:\n  - { id: c, kind: webpush }\n", rule);
    const before = check("channels:\n  - { id: c, kind: webpush }\n").config.rules;
    expect(check(text).config.rules).toMatchObject([...before, { id: "r" }]);
  });

  test("can be changed and taken out", () => {
    const changed = edited("", {
      kind: "set-rule",
      id: "camera-trouble",
      entry: { when: "source-down", severity: "critical" },
    });
    expect(check(changed).config.rules).toMatchObject([
      { id: "camera-trouble", kinds: ["source-down"], severity: "critical", holdSeconds: 0 },
    ]);
    const none = edited("", { kind: "remove-rule", id: "camera-trouble" });
    expect(check(none).config.rules).toEqual([]);
    expect(none).toBe("alerts: []\n");
    expect(check(edited(none, rule)).config.rules.map(({ id }) => id)).toEqual(["r"]);
  });
});

test("a new file is good, and says how to have the samples back", () => {
  const withSamples = newFile(true);
  expect(check(withSamples).problems).toEqual([]);
  expect(check(withSamples).config.cameras).toEqual(sampleCameras());
  const own = edited(newFile(false), { kind: "add-camera", camera: { id: "a", file: "x.mp4" } });
  expect(check(own).config.cameras.map(({ id }) => id)).toEqual(["a"]);
  expect(own).toContain("sample: yard");
  expect(own).toContain("sample: plain");
});
