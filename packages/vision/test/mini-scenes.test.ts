import { describe, expect, test } from "vitest";
import {
  MINI_BLOCKS,
  MINI_FRAME_RATE,
  MINI_WINDOW,
  MINI_WORDINGS,
  nearestWording,
} from "../src/mini/index.ts";
import { covering, POLICIES } from "../src/planner/policy.ts";
import { AnswerBalance, buildBatch } from "../train/batch.ts";
import { everything, renderedClip, sampledTimes } from "../train/clip.ts";
import { drawSettings, encodedClip, hasEncoder, plansOf } from "../train/encode.ts";
import { drawRule, KEEP_ALL, KEEP_CHANGED, keptBlocks } from "../train/keep.ts";
import { PLAIN, questionsOf } from "../train/questions.ts";
import { Random } from "../train/random.ts";
import { createRenderer, shakes } from "../train/scene/render.ts";
import { drawScene } from "../train/scene/script.ts";
import type { Pose, Thing } from "../train/scene/types.ts";
import { deedOf, trackScene } from "../train/truth.ts";
import { TOKENS, VOCABULARY_SIZE, wordIds } from "../train/vocabulary.ts";

const TRAINED = { layouts: "trained", shapes: "trained" } as const;
const TIMES = sampledTimes(MINI_WINDOW);

function thing(at: (time: number) => Partial<Pose>, more: Partial<Thing> = {}): Thing {
  const pose = { x: 168, y: 150, size: 60, facing: 1, angle: 0, gait: 0 } as const;
  return {
    ...{
      kind: "person",
      colour: "red",
      rgb: [200, 30, 30],
      style: [0.5, 0.5, 0.5, 0.5],
      aspect: 0.4,
    },
    at: (time) => ({ ...pose, ...at(time) }),
    ...more,
  };
}

function answersTo(things: readonly Thing[]): Map<string, string> {
  const tracks = trackScene({ duration: 4, things, variant: TRAINED, seed: 0 }, TIMES);
  const questions = questionsOf(tracks, 0, MINI_WINDOW - 1, PLAIN);
  return new Map(questions.map(({ question, answer }) => [question, answer]));
}

describe("truth", () => {
  test("someone who comes in from the left and stops past the middle", () => {
    const answers = answersTo([thing((time) => ({ x: Math.min(250, -40 + 120 * time) }))]);
    expect(answers.get("what entered")).toBe("a red person");
    expect(answers.get("where did the person come from")).toBe("left");
    expect(answers.get("which way did the person go")).toBe("right");
    expect(answers.get("did anything cross the middle line")).toBe("yes");
    expect(answers.get("what happened")).toBe("a red person entered from the left");
    expect(answers.get("what left")).toBe("nothing");
    expect(answers.get("how many people are there")).toBe("one");
  });

  test("someone who stands still", () => {
    const answers = answersTo([thing(() => ({}))]);
    expect(answers.get("what happened")).toBe("nothing happened");
    expect(answers.get("did anything move")).toBe("no");
    expect(answers.get("where is the person")).toBe("middle");
    expect(answers.get("which way did the person go")).toBe("it stayed");
    expect(answers.get("is there a car")).toBe("no");
  });

  test("a bag that is put down", () => {
    const carrier = thing((time) => ({ x: 60 + 60 * time }));
    const bag = thing((time) => ({ x: time < 1.6 ? 70 + 60 * time : 166, size: 30 }), {
      ...{ kind: "bag", colour: "blue", aspect: 1, dropped: { time: 1.6, by: carrier } },
    });
    const answers = answersTo([carrier, bag]);
    expect(answers.get("was anything left behind")).toBe("yes a blue bag");
    expect(answers.get("what happened")).toBe("a blue bag was left behind");
    expect(answersTo([carrier]).get("was anything left behind")).toBe("no");
  });

  test("a fall, and one that is over before the window begins", () => {
    const falling = thing((time) => ({ angle: time < 1 ? 0 : time > 1.5 ? 1.5 : 0.7 }), {
      falls: [1, 1.5],
    });
    expect(answersTo([falling]).get("did anyone fall")).toBe("yes");
    const lying = thing(() => ({ angle: 1.5 }), { falls: [-2, -1] });
    expect(answersTo([lying]).has("did anyone fall")).toBe(false);
    expect(answersTo([lying]).get("is someone lying on the ground")).toBe("yes");
  });

  test("what is half in the picture is not asked about", () => {
    const half = thing(() => ({ x: 0 }));
    const [track] = trackScene({ duration: 4, things: [half], variant: TRAINED, seed: 0 }, TIMES);
    if (track === undefined) throw new Error("expected a track");
    expect(deedOf(track, 0, 7)).toMatchObject({ present: null, entered: null });
    expect(answersTo([half]).has("how many people are there")).toBe(false);
  });

  test("every answer of many scenes is made of the model's words, and every wording is its own nearest", () => {
    const random = new Random(8);
    for (let seed = 0; seed < 300; seed++) {
      const scene = drawScene(seed, 8, TRAINED);
      for (const { question, answer } of questionsOf(
        trackScene(scene, sampledTimes(16)),
        8,
        15,
        random,
      )) {
        expect(wordIds(`${question} ${answer}`)).not.toContain(3);
        expect(nearestWording(question)).toBe(question);
      }
    }
    expect(TOKENS.length).toBeLessThanOrEqual(VOCABULARY_SIZE);
    expect(Object.keys(MINI_WORDINGS)).toHaveLength(14);
  });
});

describe("clips", () => {
  test("follow from their seed, and differ with it", () => {
    const frame = (seed: number): Uint8Array =>
      createRenderer(drawScene(seed, 4, TRAINED)).frame(1);
    expect(frame(5)).toEqual(frame(5));
    expect(frame(5)).not.toEqual(frame(6));
  });

  test("change where the simulation says they do", () => {
    const differences: [number[], number[]] = [[], []];
    for (let seed = 0; seed < 12; seed++) {
      if (shakes(drawScene(seed, 2, TRAINED))) continue;
      const { frames, changed } = renderedClip(seed, 4, TRAINED);
      for (let block = 0; block < MINI_BLOCKS; block++) {
        const marked = changed[3]?.[block] === 1 ? 1 : 0;
        differences[marked].push(
          blockDifference(frames[2] as Uint8Array, frames[3] as Uint8Array, block),
        );
      }
    }
    const [unmarked, marked] = differences.map(
      (list) => list.reduce((sum, value) => sum + value, 0) / list.length,
    );
    expect(marked).toBeGreaterThan(2 * (unmarked as number));
  });

  test("go through a real encoder, and plans for the model show every block once a window", (context) => {
    if (!hasEncoder()) context.skip("needs ffmpeg with libx264");
    const frames = 12;
    const clip = encodedClip(1234, frames, TRAINED, drawSettings(new Random(1)));
    const raw = renderedClip(1234, frames, TRAINED);
    expect(clip.frames).toHaveLength(frames);
    const [decoded, drawn] = [clip.frames[3] as Uint8Array, raw.frames[3] as Uint8Array];
    expect(blockDifference(decoded, drawn, 10)).toBeLessThan(20);
    expect(clip.changed[0]).toEqual(everything());
    for (const policy of [POLICIES.codecsight, POLICIES.symbion]) {
      const plans = plansOf(clip.stream, frames, covering(policy, MINI_WINDOW, MINI_FRAME_RATE));
      for (let first = 0; first + MINI_WINDOW <= frames; first++) {
        const window = plans.slice(first, first + MINI_WINDOW);
        expect(new Set(window.flatMap(({ kept }) => [...kept])).size).toBe(MINI_BLOCKS);
      }
    }
  });
});

describe("what is kept", () => {
  const changed = Array.from({ length: 12 }, (_, frame) =>
    frame === 0
      ? everything()
      : new Uint8Array(MINI_BLOCKS).map((_, block) => Number(block === frame)),
  );

  test("all, or what changed and a whole frame each window", () => {
    for (const blocks of keptBlocks(changed, KEEP_ALL, new Random(1))) {
      expect(blocks).toHaveLength(MINI_BLOCKS);
    }
    const kept = keptBlocks(changed, KEEP_CHANGED, new Random(1));
    const whole = [...kept.keys()].filter((frame) => kept[frame]?.length === MINI_BLOCKS);
    for (const [frame, blocks] of kept.entries()) {
      if (!whole.includes(frame)) expect(blocks).toEqual([frame]);
    }
  });

  test("by any rule each window shows every block", () => {
    const random = new Random(2);
    for (let i = 0; i < 200; i++) {
      const kept = keptBlocks(changed, drawRule(random), random);
      for (let last = MINI_WINDOW - 1; last < kept.length; last++) {
        const seen = new Set(kept.slice(last - MINI_WINDOW + 1, last + 1).flat());
        expect(seen.size).toBe(MINI_BLOCKS);
      }
    }
  });
});

test("a batch leaves out the frames for which there is no room, and asks nothing about them", () => {
  const clip = renderedClip(3, 10, TRAINED);
  const kept = keptBlocks(clip.changed, KEEP_ALL, new Random(1));
  const shape = { sequences: 1, rows: 240, questions: 4, bins: 6 };
  const batch = buildBatch(shape, [{ clip, kept }], new Random(2), new AnswerBalance());
  expect(Math.max(...batch.rowFrames)).toBe(5);
  expect(Math.max(...batch.asked)).toBeLessThanOrEqual(5);
  expect(batch.sources.filter((source) => source >= 0)).toHaveLength(6 * MINI_BLOCKS);
});

function blockDifference(a: Uint8Array, b: Uint8Array, block: number): number {
  const x = (block % 7) * 48;
  const y = Math.floor(block / 7) * 48;
  let sum = 0;
  for (let row = 0; row < 48; row++) {
    for (let i = 0; i < 144; i++) {
      const at = 3 * ((y + row) * 336 + x) + i;
      sum += Math.abs((a[at] as number) - (b[at] as number));
    }
  }
  return sum / (48 * 144);
}
