/**
 * Standing questions over one stream: sampled pictures go in, answers per window come out. The video is encoded once;
 * each question is a branch behind the newest picture, and all questions are computed together.
 */

import { expected, type WatchAnswer, type WatchStages } from "@symbion/core";
import type { Rows, SlotModel } from "@symbion/neural";
import { type BranchTokens, type Computed, StreamMemory } from "../memory/memory.ts";
import {
  checkRefresh,
  type Drift,
  REFRESH,
  RefreshGate,
  type RefreshMode,
  type RefreshPolicy,
} from "../memory/refresh.ts";
import type { Grid } from "../planner/grid.ts";
import { type PromptLayout, placePicture } from "./layout.ts";
import { likeliest, Writing } from "./sampling.ts";
import type { FullReason, Question, Sample, Shown, WindowAnswer } from "./types.ts";

/** What a {@link Watcher} is told once; questions and policy may change while it runs. */
export type WatcherOptions = {
  /** Not shared while a call runs: calls of one model must not overlap. */
  readonly model: SlotModel;
  /** The order of tokens that the model was trained on. */
  readonly layout: PromptLayout;
  /** What is asked of every window. */
  readonly questions: readonly Question[];
  /** Name of the policy that made the plans, for the record. */
  readonly policy: string;
  /** Pictures of a window, 1 to the layout's. Default: the layout's. */
  readonly window?: number | undefined;
  /** Pictures between two windows, 1 to those of a window. Default: the layout's. */
  readonly stride?: number | undefined;
  /** How reuse is bounded. Default {@link REFRESH}. */
  readonly refresh?: RefreshPolicy | undefined;
  /** Confidence below which an answer counts as not known, 0 to 1. Default 0.5. */
  readonly floor?: number | undefined;
  /** Milliseconds; default `performance.now`. */
  readonly now?: (() => number) | undefined;
};

const KEYS = [
  "model",
  "layout",
  "questions",
  "policy",
  "window",
  "stride",
  "refresh",
  "floor",
  "now",
];

/** The number under which the tokens before the first picture are remembered. */
const PREFIX = -1;

type Seen = {
  readonly number: number;
  readonly timestamp: number;
  readonly whole: boolean;
  readonly kept: Int32Array;
  readonly around: { readonly before: Int32Array; readonly after: Int32Array };
};

type Due = {
  readonly question: Question;
  /** The question's tokens, and behind them those of its last answer, which is tried first. */
  readonly rows: Rows;
  readonly draft: readonly number[];
};

/** What has added up since the last window. */
type Sums = {
  pictures: number;
  kept: number;
  total: number;
  flops: number;
  parse: number;
  plan: number;
  pixels: number;
  encode: number;
  refresh: number;
  answer: number;
};

/** Watches one stream. Calls must not overlap; free it with {@link Watcher.dispose}. */
export class Watcher {
  readonly #model: SlotModel;
  readonly #layout: PromptLayout;
  readonly #window: number;
  readonly #stride: number;
  readonly #refresh: RefreshPolicy;
  readonly #gate: RefreshGate;
  readonly #floor: number;
  readonly #now: () => number;
  readonly #memory: StreamMemory;
  readonly #askedAt = new Map<string, number>();
  /** Last answers, by question: standing questions are mostly answered as before. */
  readonly #drafts = new Map<string, readonly number[]>();
  /** Embeddings of the tokens around pictures and of questions, by their ids. */
  readonly #embedded = new Map<string, Rows>();
  #policy: string;
  #questions: readonly Question[];
  #seen: Seen[] = [];
  #grid: Grid = { columns: 0, rows: 0 };
  #number = 0;
  #next: number;
  #windows = 0;
  #begun = false;
  #sums: Sums = noSums();

  /** @throws {UsageError} for options that cannot be used. */
  constructor(options: WatcherOptions) {
    for (const key of Object.keys(options)) {
      if (!KEYS.includes(key)) throw expected(`options among ${KEYS.join(", ")}`, key, "Watcher");
    }
    const { model, layout } = options;
    this.#model = model;
    this.#layout = layout;
    this.#policy = options.policy;
    this.#questions = checkQuestions(options.questions);
    this.#window = whole(options.window ?? layout.pictures, layout.pictures, "window");
    this.#stride = whole(
      options.stride ?? Math.min(layout.stride, this.#window),
      this.#window,
      "stride",
    );
    this.#refresh = checkRefresh(options.refresh ?? REFRESH);
    this.#gate = new RefreshGate(this.#refresh);
    this.#floor = options.floor ?? 0.5;
    this.#now = options.now ?? (() => performance.now());
    this.#next = layout.prefix.length;
    this.#memory = new StreamMemory(model);
  }

  /** The questions from now on. */
  set questions(questions: readonly Question[]) {
    this.#questions = checkQuestions(questions);
  }

  /** What is asked of every window now. */
  get questions(): readonly Question[] {
    return this.#questions;
  }

  /** Name of the policy that makes the plans from now on, for the record. */
  set policy(name: string) {
    this.#policy = name;
  }

  /** Name of the policy for the record, as it is now. */
  get policy(): string {
    return this.#policy;
  }

  /** Pictures of a window. */
  get window(): number {
    return this.#window;
  }

  /** Bytes of keys and values. */
  get bytes(): number {
    return this.#memory.bytes;
  }

  /** Takes a sampled picture. Returns a window's answers where one is complete and a question is due. */
  async push(sample: Sample): Promise<WindowAnswer | null> {
    await this.#remember(sample);
    const full = this.#seen.length >= this.#window;
    if (!full || (this.#windows > 0 && this.#sums.pictures < this.#stride)) return null;
    return await this.#answer(sample, false);
  }

  /** Ends the stream: answers about what came since the last window, or null if nothing did. */
  async end(): Promise<WindowAnswer | null> {
    const last = this.#seen.at(-1);
    if (this.#sums.pictures === 0 || last === undefined) return null;
    const readAt = this.#now();
    return await this.#answer({ readAt }, true);
  }

  /** Frees the cache; the model stays. */
  dispose(): void {
    this.#memory.dispose();
  }

  async #remember(sample: Sample): Promise<void> {
    const { plan, pixels } = sample;
    const sums = this.#sums;
    const began = this.#now();
    if (!this.#begun) await this.#begin();
    this.#grid = plan.grid;
    const around = this.#layout.around(plan.timestamp);
    // Blocks of a picture that could not be decoded were never shown.
    const kept = pixels === null ? new Int32Array(0) : plan.kept;
    if (pixels !== null && pixels.count !== kept.length) {
      throw new RangeError(`expected ${kept.length} blocks of pixels, got ${pixels.count}`);
    }
    const rows = [await this.#embed(around.before)];
    if (pixels !== null && pixels.count > 0) {
      rows.push(await this.#model.embedBlocks(pixels));
      sums.flops += this.#model.cost.vision(pixels.count);
    }
    rows.push(await this.#embed(around.after));
    const { positions, next } = placePicture(this.#layout, this.#next, around, plan.grid, kept);
    this.#next = next;
    const number = this.#number++;
    this.#memory.add({
      picture: number,
      rows: concat(rows, this.#model.width),
      positions,
      whole: plan.whole !== "none",
    });
    const all = plan.grid.columns * plan.grid.rows;
    const { timestamp } = plan;
    this.#seen.push({ number, timestamp, whole: kept.length === all, kept, around });
    this.#seen.splice(0, Math.max(0, this.#seen.length - this.#window));
    sums.pictures++;
    sums.kept += kept.length;
    sums.total += all;
    sums.parse += sample.parseMs;
    sums.plan += sample.planMs;
    sums.pixels += sample.pixelsMs;
    sums.encode += this.#now() - began;
  }

  /** Puts the tokens before the first picture into memory, where they stay. */
  async #begin(): Promise<void> {
    this.#begun = true;
    const { prefix } = this.#layout;
    if (prefix.length === 0) return;
    const rows = await this.#embed(prefix);
    const positions = Int32Array.from(prefix, (_, at) => at);
    this.#memory.add({ picture: PREFIX, rows, positions, whole: true });
  }

  async #answer(
    sample: { readonly readAt: number },
    partial: boolean,
  ): Promise<WindowAnswer | null> {
    const sums = this.#sums;
    const first = this.#seen[0] as Seen;
    const last = this.#seen.at(-1) as Seen;
    this.#memory.forgetBefore(first.number);
    const due = await this.#due(last.timestamp);
    const rebased = this.#rebase();
    const began = this.#now();
    const branches = due.map(({ rows, draft }, at): BranchTokens => {
      const positions = Int32Array.from({ length: rows.count }, (_, token) => this.#next + token);
      return { branch: at + 1, rows, positions, scored: 1 + draft.length };
    });
    const tokens = branches.reduce((sum, { rows }) => sum + rows.count, 0);
    this.#memory.reserve(tokens + branches.length * this.#layout.answerTokens);
    let computed = await this.#compute(this.#gate.mode, branches);
    let refreshed = computed.refreshed;
    let full: FullReason = rebased ? "position" : this.#tooFar(computed.drift);
    const { drift } = computed;
    if (full !== null && !rebased && computed.reused > 0) {
      this.#memory.endBranches();
      computed = await this.#compute("all", branches);
      refreshed += computed.refreshed;
    }
    const refreshMs = this.#now() - began;
    let writings = await this.#write(due, branches, computed);
    if (due.length > 0 && full === null && computed.reused > 0 && this.#gate.due()) {
      this.#memory.endBranches();
      const again = await this.#compute("all", branches);
      const exact = await this.#write(due, branches, again);
      this.#gate.compared(
        writings.list.map((writing, at) => sameIds(writing.ids, exact.list[at]?.ids ?? [])),
      );
      refreshed += again.refreshed;
      computed = again;
      full = "gate";
      writings = { ...exact, firstAt: writings.firstAt };
    }
    this.#memory.endBranches();
    sums.refresh += refreshMs;
    sums.answer += this.#now() - began - refreshMs;
    // Windows in which nothing is asked are part of the next one that is.
    if (due.length === 0) {
      this.#windows++;
      sums.pictures = 0;
      return null;
    }
    due.forEach(({ question }, at) => {
      this.#askedAt.set(question.id, last.timestamp);
      // A long answer is worth trying as far as it fits; where it goes another way, it is gone on with there.
      this.#drafts.set(question.id, writings.list[at]?.ids ?? []);
    });
    const answers = due.map(({ question }, at): WatchAnswer => {
      const { ids, confidence } = writings.list[at] as Writing;
      return {
        question: question.id,
        ask: question.ask,
        text: this.#layout.text(ids),
        known: confidence >= this.#floor,
        confidence,
      };
    });
    const answer: WindowAnswer = {
      index: this.#windows++,
      from: first.timestamp,
      to: last.timestamp,
      partial,
      policy: this.#policy,
      answers,
      shown: this.#seen.filter(({ kept }) => kept.length > 0).map(shown),
      grid: this.#grid,
      pictures: sums.pictures,
      blocksKept: sums.kept,
      blocksTotal: sums.total,
      tokensRefreshed: refreshed,
      tokensReused: computed.reused,
      flops: sums.flops,
      fullFlops: this.#fullCost(due, writings.tokens),
      firstTokenMs: Math.max(0, writings.firstAt - sample.readAt),
      stages: stagesOf(sums),
      refresh: { mode: this.#gate.mode, full, drift, agreement: this.#gate.agreement },
    };
    this.#sums = noSums();
    return answer;
  }

  async #compute(mode: RefreshMode, branches: readonly BranchTokens[]): Promise<Computed> {
    const probes = mode === "all" ? 0 : this.#refresh.probes;
    const computed = await this.#memory.compute(mode, probes, branches);
    this.#sums.flops += computed.flops;
    return computed;
  }

  #tooFar(drift: Drift): FullReason {
    const { mostDrift, mostWindows } = this.#refresh;
    if (drift.probes > mostDrift) return "drift";
    return drift.windows >= mostWindows ? "windows" : null;
  }

  /** Begins positions anew where they have become large. */
  #rebase(): boolean {
    const layout = this.#layout;
    if (this.#next < layout.mostPosition) return false;
    this.#next = layout.prefix.length;
    const positions = new Map<number, Int32Array>();
    positions.set(
      PREFIX,
      Int32Array.from(layout.prefix, (_, at) => at),
    );
    for (const { number, around, kept } of this.#seen) {
      const placed = placePicture(layout, this.#next, around, this.#grid, kept);
      positions.set(number, placed.positions);
      this.#next = placed.next;
    }
    this.#memory.rebase((picture) => positions.get(picture) ?? new Int32Array(0));
    return true;
  }

  async #due(now: number): Promise<Due[]> {
    const due: Due[] = [];
    for (const question of this.#questions) {
      const asked = this.#askedAt.get(question.id);
      const recent = asked !== undefined && asked <= now && now - asked < question.every;
      if (recent) continue;
      const ids = this.#layout.question(question.ask);
      const draft = this.#drafts.get(question.id) ?? [];
      due.push({ question, rows: await this.#embed(Int32Array.of(...ids, ...draft)), draft });
    }
    return due;
  }

  /**
   * Writes the answers of all branches, a token of each at a time, the likeliest ones. What was said last time has been
   * computed along with the question: as far as it is what would be said now, it is taken over, which changes nothing
   * but the time.
   */
  async #write(
    due: readonly Due[],
    branches: readonly BranchTokens[],
    computed: Computed,
  ): Promise<{ list: Writing[]; firstAt: number; tokens: number }> {
    const model = this.#model;
    const { answerTokens } = this.#layout;
    const list = branches.map(() => new Writing(model.endIds, answerTokens));
    let row = 0;
    list.forEach((writing, at) => {
      const draft = due[at]?.draft ?? [];
      let taken = 0;
      for (; taken <= draft.length && !writing.done; taken++) {
        const choice = likeliest(computed.logits, model.vocabulary, row + taken);
        writing.push(choice);
        if (choice.id !== draft[taken]) break;
      }
      row += 1 + draft.length;
      this.#memory.cutBranch(at + 1, Math.max(0, draft.length - taken));
    });
    const firstAt = this.#now();
    while (true) {
      const open = list.flatMap((writing, at) => (writing.done ? [] : [{ writing, at }]));
      if (open.length === 0) break;
      const ids = Int32Array.from(open, ({ writing }) => writing.ids.at(-1) ?? 0);
      const rows = await model.embedTokens(ids);
      const { logits, flops } = await this.#memory.extend(
        open.map(({ writing, at }, one): BranchTokens => {
          const { rows: asked, draft } = due[at] as Due;
          const position = this.#next + asked.count - draft.length + writing.ids.length - 1;
          return {
            branch: at + 1,
            rows: slice(rows, one, model.width),
            positions: Int32Array.of(position),
          };
        }),
      );
      this.#sums.flops += flops;
      open.forEach(({ writing }, one) => {
        writing.push(likeliest(logits, model.vocabulary, one));
      });
    }
    // Every token but one that ends an answer for its length has to be computed for the one after it.
    const tokens = list.reduce((sum, { ids }) => sum + Math.min(ids.length, answerTokens - 1), 0);
    return { list, firstAt, tokens };
  }

  /** Operations of this window with every block of every picture encoded and computed, nothing reused. */
  #fullCost(due: readonly Due[], answerTokens: number): number {
    const { cost } = this.#model;
    const blocks = this.#grid.columns * this.#grid.rows;
    let pictures = this.#layout.prefix.length;
    for (const { around } of this.#seen) {
      pictures += around.before.length + blocks + around.after.length;
    }
    let sum = this.#seen.length * cost.vision(blocks);
    sum += cost.lower(pictures, (pictures + 1) / 2);
    for (const { rows, draft } of due) {
      const asked = rows.count - draft.length;
      sum += cost.lower(asked, pictures + (asked + 1) / 2);
      sum += cost.upper(1, pictures + asked);
    }
    const per = cost.lower(1, pictures) + cost.upper(1, pictures);
    return sum + answerTokens * per;
  }

  async #embed(ids: Int32Array): Promise<Rows> {
    const key = ids.join();
    const known = this.#embedded.get(key);
    if (known !== undefined) return known;
    const rows: Rows =
      ids.length === 0
        ? { count: 0, embeddings: new Float32Array(0), ids }
        : await this.#model.embedTokens(ids);
    // Texts with the time of day would otherwise gather for ever.
    if (this.#embedded.size >= MOST_EMBEDDED) this.#embedded.clear();
    this.#embedded.set(key, rows);
    return rows;
  }
}

/** Embeddings of short texts that are kept. */
const MOST_EMBEDDED = 256;

function checkQuestions(questions: readonly Question[]): readonly Question[] {
  const ids = new Set<string>();
  for (const { id, ask, every } of questions) {
    if (ids.has(id)) throw expected("an id of its own for each question", id, "questions");
    ids.add(id);
    if (ask.trim() === "") throw expected("a question", ask, `questions.${id}.ask`);
    if (!(every >= 0)) throw expected("seconds from 0 on", every, `questions.${id}.every`);
  }
  return questions;
}

function whole(value: number, most: number, where: string): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw expected(`1 to ${most} pictures`, value, where);
}

function noSums(): Sums {
  return {
    ...{ pictures: 0, kept: 0, total: 0, flops: 0 },
    ...{ parse: 0, plan: 0, pixels: 0, encode: 0, refresh: 0, answer: 0 },
  };
}

function stagesOf({ parse, plan, pixels, encode, refresh, answer }: Sums): WatchStages {
  return { parse, plan, pixels, encode, refresh, answer };
}

function shown({ timestamp, whole: all, kept }: Seen): Shown {
  return { timestamp, whole: all, blocks: all ? [] : [...kept] };
}

function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, at) => id === b[at]);
}

function slice(rows: Rows, row: number, width: number): Rows {
  return {
    count: 1,
    embeddings: rows.embeddings.subarray(row * width, (row + 1) * width),
    ids: rows.ids.subarray(row, row + 1),
  };
}

function concat(parts: readonly Rows[], width: number): Rows {
  const count = parts.reduce((sum, rows) => sum + rows.count, 0);
  const embeddings = new Float32Array(count * width);
  const ids = new Int32Array(count);
  let at = 0;
  for (const rows of parts) {
    embeddings.set(rows.embeddings, at * width);
    ids.set(rows.ids, at);
    at += rows.count;
  }
  return { count, embeddings, ids };
}
