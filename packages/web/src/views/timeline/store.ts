/** What the timeline shows and how it comes by it. One instance per visit of the view. */

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type {
  Clip,
  ClipPage,
  Insight,
  InsightPage,
  TimelineInsight,
  TimelineStrip,
} from "@symbion/core";
import { onLive } from "../../api/live.ts";
import { failureText, query, request } from "../../api/request.ts";
import { cameras } from "../../state.ts";
import { mergeInsight } from "../live/view.tsx";
import { notBeyond, pan, reveal, type Span, zoom } from "./span.ts";

/** Events that are fetched at once. */
const PAGE = 200;

/** Most events in the list: the strips show all of them anyway. */
const MOST = 20_000;

/** Buckets of the activity strips. */
const BUCKETS = 600;

/** Wait after the last change of the span before it is asked for, milliseconds. */
const SETTLE = 180;

/** How often the strips are fetched anew while they follow the present, milliseconds. */
const REFRESH = 15_000;

/** Which events are shown; empty strings: all. */
export type Filter = { readonly source: string; readonly kind: string; readonly area: string };

/** What plays: a clip and where in it, or why nothing does. */
export type Playing =
  | { readonly state: "nothing" }
  | { readonly state: "searching"; readonly source: string; readonly at: number }
  | { readonly state: "clip"; readonly clip: Clip; readonly at: number; readonly seek: number }
  | { readonly state: "none"; readonly source: string; readonly at: number }
  | { readonly state: "failed"; readonly message: string };

/** The timeline's state. */
export class Timeline {
  readonly span: Signal<Span>;
  readonly filter: Signal<Filter>;
  /** Whether the span's end is the present. */
  readonly follows: Signal<boolean> = signal(true);
  /** Where the playhead stands; null: nowhere yet. */
  readonly playhead: Signal<number | null> = signal(null);
  /** Camera whose row the playhead belongs to. */
  readonly row: Signal<string> = signal("");
  readonly selected: Signal<string | null> = signal(null);
  readonly playing: Signal<Playing> = signal({ state: "nothing" });
  readonly events: Signal<readonly TimelineInsight[]> = signal([]);
  readonly strips: Signal<readonly TimelineStrip[]> = signal([]);
  /** Whether there are older events in the span than those in the list. */
  readonly hasMore: ReadonlySignal<boolean>;
  readonly loading: Signal<boolean> = signal(false);
  readonly problem: Signal<string | null> = signal(null);
  readonly #next: Signal<string | null> = signal(null);
  #clips: Clip[] = [];
  #seeks = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #clipTimer: ReturnType<typeof setTimeout> | undefined;
  #asking = new AbortController();
  readonly #stops: (() => void)[] = [];

  constructor(span: Span, filter: Filter) {
    this.span = signal(span);
    this.filter = signal(filter);
    this.row.value = filter.source;
    this.hasMore = computed(() => this.#next.value !== null);
  }

  /** Begins to fetch and to listen, until {@link Timeline.stop}. */
  start(): void {
    this.#fetch();
    this.#stops.push(onLive("insight", (insight) => this.#take(insight)));
    this.#stops.push(onLive("clip", (clip) => this.#takeClip(clip)));
    const follow = setInterval(() => this.#advance(), 1000);
    const refresh = setInterval(() => {
      if (this.follows.value && !document.hidden) void this.#fetchStrips(this.#asking.signal);
    }, REFRESH);
    this.#stops.push(() => clearInterval(follow));
    this.#stops.push(() => clearInterval(refresh));
  }

  /** Ends everything. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#asking.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#clipTimer);
  }

  /** Shows another part of time. */
  show(span: Span): void {
    const now = Date.now();
    const next = notBeyond(span, now);
    batch(() => {
      this.span.value = next;
      this.follows.value = next.to >= now - (next.to - next.from) * 0.005;
    });
    this.#settle();
  }

  /** Shows the last so many milliseconds and follows the present. */
  showLast(length: number): void {
    const now = Date.now();
    batch(() => {
      this.span.value = { from: now - length, to: now };
      this.follows.value = true;
    });
    this.#settle();
  }

  /** Zooms to the playhead where it is in sight; else around the present or the middle. */
  zoomBy(factor: number): void {
    const span = this.span.value;
    const at = this.playhead.value;
    const inSight = at !== null && at >= span.from && at <= span.to;
    if (inSight) {
      const { from, to } = zoom(span, factor, at);
      this.show(pan({ from, to }, at - (from + to) / 2));
      return;
    }
    const around = this.follows.value ? span.to : (span.from + span.to) / 2;
    this.show(zoom(span, factor, around));
  }

  /** Changes what is filtered. */
  setFilter(change: Partial<Filter>): void {
    this.filter.value = { ...this.filter.value, ...change };
    if (change.source !== undefined && change.source !== "") this.row.value = change.source;
    this.#settle();
  }

  /** Puts the playhead somewhere and plays what was recorded there. */
  scrub(at: number, source: string = this.row.value): void {
    const row = source !== "" ? source : (cameras.value[0]?.id ?? "");
    batch(() => {
      this.playhead.value = Math.min(at, Date.now());
      this.row.value = row;
      this.selected.value = null;
    });
    this.#seek(row, at);
  }

  /** The video says how far it is, and which wish it serves: an older one must not move the playhead back. */
  played(at: number, seek: number): void {
    if (seek === this.#seeks) this.playhead.value = at;
  }

  /** Chooses an event: shows it, puts the playhead at its beginning, plays its clip. */
  select(insight: TimelineInsight): void {
    batch(() => {
      this.selected.value = insight.id;
      this.playhead.value = insight.from;
      this.row.value = insight.source;
      const span = reveal(this.span.value, insight.from);
      if (span !== this.span.value) this.show(span);
    });
    this.#seek(insight.source, insight.from, insight.clip);
  }

  /** The next newer (1) or older (-1) event than the chosen one, or than the playhead. */
  async step(way: 1 | -1): Promise<void> {
    const list = this.events.value;
    const at = list.findIndex(({ id }) => id === this.selected.value);
    if (at >= 0) {
      // Newest first: newer ones stand before.
      const next = list[at - way];
      if (next !== undefined) this.select(next);
      else if (way === -1 && this.hasMore.value) {
        await this.more();
        const older = this.events.value[at + 1];
        if (older !== undefined) this.select(older);
      }
      return;
    }
    const head = this.playhead.value ?? this.span.value.to;
    const next =
      way === 1 ? list.findLast(({ from }) => from > head) : list.find(({ from }) => from < head);
    if (next !== undefined) this.select(next);
  }

  /** Older events of the span. */
  async more(): Promise<void> {
    const before = this.#next.value;
    if (before === null || this.loading.value) return;
    await this.#fetchEvents(this.#asking.signal, before);
  }

  /** Forgets a clip that was deleted. */
  forget(clip: Clip): void {
    this.#clips = this.#clips.filter(({ id }) => id !== clip.id);
    this.events.value = this.events.value.map((one) =>
      one.clip === clip.id ? { ...one, clip: null } : one,
    );
    this.playing.value = { state: "none", source: clip.source, at: clip.from };
    void this.#fetchStrips(this.#asking.signal);
  }

  #advance(): void {
    if (!this.follows.value || document.hidden) return;
    const { from, to } = this.span.value;
    this.span.value = pan({ from, to }, Date.now() - to);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fetch(), SETTLE);
  }

  #fetch(): void {
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    void this.#fetchStrips(signal);
    void this.#fetchEvents(signal, null);
  }

  async #fetchStrips(signal: AbortSignal): Promise<void> {
    const { from, to } = this.span.value;
    const span = { from: Math.floor(from), to: Math.ceil(to), points: BUCKETS };
    const path = `/api/timeline${query({ ...span, source: this.filter.value.source })}`;
    try {
      this.strips.value = await request<TimelineStrip[]>("GET", path, { signal });
    } catch {
      // The list tells what is wrong; the strips stay as they were.
    }
  }

  async #fetchEvents(signal: AbortSignal, before: string | null): Promise<void> {
    const { from, to } = this.span.value;
    const span = { from: Math.floor(from), to: this.follows.value ? null : Math.ceil(to) };
    const path = `/api/insights${query({ ...span, ...this.filter.value, before, limit: PAGE })}`;
    this.loading.value = true;
    try {
      const page = await request<InsightPage>("GET", path, { signal });
      batch(() => {
        const items = this.#withClips(page.items);
        const list = before === null ? items : [...this.events.value, ...items];
        this.events.value = list.slice(0, MOST);
        this.#next.value = list.length >= MOST ? null : page.next;
        this.problem.value = null;
      });
    } catch (error) {
      if (!signal.aborted) this.problem.value = failureText(error);
    } finally {
      if (!signal.aborted) this.loading.value = false;
    }
  }

  #take(insight: Insight): void {
    const { source, kind, area } = this.filter.value;
    const known = this.events.value.find(({ id }) => id === insight.id);
    const fits =
      (source === "" || insight.source === source) &&
      (kind === "" || insight.kind === kind) &&
      (area === "" || insight.area === area);
    if (!fits || (known === undefined && !this.follows.value)) return;
    const next: TimelineInsight = { ...insight, clip: known?.clip ?? null };
    this.events.value = mergeInsight(this.events.value, next, MOST);
  }

  /** Events with the clips that this page knows of: an answer may be older than the news. */
  #withClips(events: readonly TimelineInsight[]): readonly TimelineInsight[] {
    const clips = new Map(this.#clips.flatMap((clip) => clip.insights.map((id) => [id, clip.id])));
    const isNews = (event: TimelineInsight): boolean => event.clip === null && clips.has(event.id);
    if (!events.some(isNews)) return events;
    return events.map((event) =>
      isNews(event) ? { ...event, clip: clips.get(event.id) ?? null } : event,
    );
  }

  /** A clip is complete: its events can be played from now on. */
  #takeClip(clip: Clip): void {
    this.#clips.push(clip);
    this.events.value = this.#withClips(this.events.value);
    const playing = this.playing.value;
    if (playing.state !== "none" || playing.source !== clip.source) return;
    if (playing.at >= clip.from && playing.at <= clip.to) this.#seek(clip.source, playing.at);
  }

  /** Finds the clip of a moment; asks the node where this page does not know it yet. */
  #seek(source: string, at: number, id: string | null = null): void {
    clearTimeout(this.#clipTimer);
    const seek = ++this.#seeks;
    const known = this.#clips.find(
      (clip) => clip.id === id || (clip.source === source && clip.from <= at && at <= clip.to),
    );
    if (known !== undefined) {
      this.playing.value = { state: "clip", clip: known, at, seek };
      return;
    }
    const current = this.playing.value;
    // What plays stays on the screen until it is known what comes next.
    if (current.state !== "clip") this.playing.value = { state: "searching", source, at };
    this.#clipTimer = setTimeout(() => void this.#find(source, at, id, seek), 60);
  }

  async #find(source: string, at: number, id: string | null, seek: number): Promise<void> {
    try {
      let clip: Clip | undefined;
      if (id !== null) {
        clip = await request<Clip>("GET", `/api/clips/${encodeURIComponent(id)}`);
      } else {
        const moment = Math.round(at);
        const path = `/api/clips${query({ source, from: moment, to: moment, limit: 1 })}`;
        clip = (await request<ClipPage>("GET", path)).items[0];
      }
      if (seek !== this.#seeks) return;
      if (clip === undefined) this.playing.value = { state: "none", source, at };
      else {
        this.#clips.push(clip);
        const inside = Math.min(clip.to, Math.max(clip.from, at));
        this.playing.value = { state: "clip", clip, at: inside, seek };
      }
    } catch (error) {
      if (seek === this.#seeks)
        this.playing.value = { state: "failed", message: failureText(error) };
    }
  }
}
