/**
 * The state machine behind alerts: insights and the passing of time in, changes of alerts out. It does no input or
 * output and reads no clock; the manager writes down what it answers before anybody is told.
 *
 * An episode belongs to one rule, source and area:
 *
 *     (nothing) ── counts ──► pending ── went on for `holdSeconds` ──► firing ── quiet for `clearSeconds` ──► resolved
 *                               │ quiet for `clearSeconds`
 *                               ▼
 *                           (forgotten)
 *
 * - While pending, the time in which at least one insight goes on is added up; gaps shorter than `clearSeconds` pause
 *   it. A pending episode is no alert yet: it is kept in memory only. A moment (an insight without length, such as a
 *   crossed line) has nothing to wait for and fires at once, whatever the hold.
 * - An episode is notified once. Silence, quiet hours and the cool-down of the episode before put the notification
 *   off: it comes when they end, if something still goes on then and nobody has acknowledged the alert. An episode
 *   that ends before is never notified; `suppressed` says why.
 * - The end is told only of episodes whose beginning was, and not while silenced or in quiet hours.
 * - Lengths of time are measured by a clock that never jumps, quiet hours and silences by the calendar.
 */

import type { Alert, Insight, Silence, Suppression } from "@symbion/core";
import type { AlertRule } from "../config/types.ts";
import { newId } from "./ids.ts";
import { quietUntil } from "./quiet.ts";
import type { Words } from "./words.ts";

/** A moment on both clocks, in milliseconds: since 1970, and since any fixed moment of this process. */
export type Moment = { readonly wall: number; readonly monotonic: number };

/** An alert that has changed and has to be written down; what is told, and to which channels. */
export type Transition = {
  readonly alert: Alert;
  readonly tell: "firing" | "resolved" | null;
  readonly channels: readonly string[];
};

/** Insights remembered as going on, and ids remembered as over; the oldest are forgotten first. */
const MAX_OPEN = 4096;
const MAX_CLOSED = 4096;

/** After a restart, alerts that fired get at least so long to be heard of again, in milliseconds. */
const RESTART_GRACE = 30_000;

/** While the calendar decides, it is looked at this often: clocks get set. Milliseconds. */
const CALENDAR_INTERVAL = 60_000;

type Episode = {
  readonly key: string;
  alert: Alert;
  /** Whether its beginning has been told (or there is nobody to tell). */
  notified: boolean;
  /** What goes on. */
  readonly open: Map<string, Insight>;
  /** A moment belongs to it. */
  moment: boolean;
  /** Time that counted until `heldUntil`, in ms; since `activeSince` it goes on if something is open. */
  heldMs: number;
  heldUntil: number;
  activeSince: number;
  /** When something was last heard; counts when nothing is open. */
  quietSince: number;
  /** How long it has to be quiet at least, whatever the rule says, in ms. */
  graceMs: number;
  /** What the next transition has to carry: a change of the alert, and whether people are told. */
  changed: boolean;
  tell: boolean;
};

/** What keeps a notification back, and for how many milliseconds at least. */
type Hindrance = { readonly reason: Exclude<Suppression, null>; readonly ms: number };

/** See the file's head. Times of calls never go back: a moment before the last counts as the last. */
export class Engine {
  readonly #describe: (rule: AlertRule, insight: Insight) => Words;
  #rules = new Map<string, AlertRule>();
  #silences: readonly Silence[] = [];
  readonly #episodes = new Map<string, Episode>();
  /** When the last notified episode of a key ended, on the clock that never jumps. */
  readonly #notifiedEnd = new Map<string, { readonly rule: string; readonly at: number }>();
  readonly #open = new Map<string, Insight>();
  readonly #closed = new Set<string>();
  #latest = Number.NEGATIVE_INFINITY;

  /** `describe` gives an alert its words. Rules come with {@link Engine.configure}. */
  constructor(describe: (rule: AlertRule, insight: Insight) => Words) {
    this.#describe = describe;
  }

  /**
   * Takes up where an earlier process stopped. `firing`: alerts that were on; `ended`: alerts that are over and may
   * still cause a cool-down. To be called once, after the rules are known and before anything is taken. Nothing is
   * known of what goes on, so alerts end when nothing is heard of them for a while.
   */
  restore(firing: readonly Alert[], ended: readonly Alert[], moment: Moment): Transition[] {
    const at = this.#advance(moment);
    for (const alert of ended) {
      if (alert.resolvedAt === null || alert.firedAt === null || alert.suppressed !== null)
        continue;
      const key = keyOf(alert.rule, alert.source, alert.area);
      const end = at.monotonic - Math.max(0, at.wall - alert.resolvedAt);
      const latest = Math.max(end, this.#notifiedEnd.get(key)?.at ?? end);
      this.#notifiedEnd.set(key, { rule: alert.rule, at: latest });
    }
    const transitions: Transition[] = [];
    for (const alert of [...firing].sort((a, b) => (a.id < b.id ? 1 : -1))) {
      const key = keyOf(alert.rule, alert.source, alert.area);
      if (!this.#rules.has(alert.rule) || this.#episodes.has(key) || alert.state !== "firing") {
        transitions.push(untold(resolvedAlert(alert, at)));
        continue;
      }
      this.#episodes.set(key, {
        key,
        alert,
        notified: alert.suppressed === null,
        open: new Map(),
        moment: false,
        heldMs: 0,
        heldUntil: at.monotonic,
        activeSince: at.monotonic,
        quietSince: at.monotonic,
        graceMs: RESTART_GRACE,
        changed: false,
        tell: false,
      });
    }
    return transitions;
  }

  /** Takes the beginning, an update or the end of an insight; order and repetition do not matter. */
  take(insight: Insight, moment: Moment): Transition[] {
    const at = this.#advance(moment);
    const transitions = this.#settleAll(at);
    if (this.#closed.has(insight.id)) return transitions;
    if (insight.to === null) {
      this.#remember(insight, at);
    } else {
      this.#open.delete(insight.id);
      this.#closed.add(insight.id);
      if (this.#closed.size > MAX_CLOSED) {
        this.#closed.delete(this.#closed.values().next().value ?? "");
      }
    }
    for (const rule of this.#rules.values()) {
      if (!covers(rule, insight)) continue;
      if (insight.to === null) this.#begin(rule, insight, at);
      else this.#end(rule, insight, insight.to, at);
    }
    transitions.push(...this.#settleAll(at));
    return transitions;
  }

  /** Lets time pass: to be called at {@link Engine.nextWake}, harmless at any other time. */
  tick(moment: Moment): Transition[] {
    return this.#settleAll(this.#advance(moment));
  }

  /** When time alone changes something next, on the clock that never jumps; null: never. */
  nextWake(moment: Moment): number | null {
    const at = this.#advance(moment);
    let wake = Number.POSITIVE_INFINITY;
    for (const episode of this.#episodes.values()) {
      const rule = this.#rules.get(episode.alert.rule);
      if (rule === undefined) continue;
      if (episode.open.size === 0) {
        wake = Math.min(wake, episode.quietSince + clearMs(episode, rule));
      } else if (episode.alert.state === "pending") {
        wake = Math.min(wake, episode.activeSince + rule.holdSeconds * 1000 - episode.heldMs);
      } else if (!episode.notified && episode.alert.acknowledgedAt === null) {
        wake = Math.min(wake, at.monotonic + (this.#hindrance(episode, rule, at)?.ms ?? 0));
      }
    }
    return wake === Number.POSITIVE_INFINITY ? null : wake;
  }

  /** Other rules. Episodes of rules that stay go on, those of rules that are gone are over without a word. */
  configure(rules: readonly AlertRule[], moment: Moment): Transition[] {
    const at = this.#advance(moment);
    const transitions = this.#settleAll(at);
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]));
    for (const episode of [...this.#episodes.values()]) {
      const rule = this.#rules.get(episode.alert.rule);
      if (rule === undefined) {
        this.#episodes.delete(episode.key);
        if (episode.alert.state === "firing") {
          transitions.push(untold(resolvedAlert(episode.alert, at)));
        }
        continue;
      }
      for (const insight of [...episode.open.values()]) {
        if (!covers(rule, insight) || !strong(rule, insight)) this.#close(episode, insight, at);
      }
    }
    for (const rule of this.#rules.values()) {
      for (const insight of this.#open.values()) {
        if (covers(rule, insight)) this.#begin(rule, insight, at);
      }
    }
    transitions.push(...this.#settleAll(at));
    return transitions;
  }

  /** Other silences; one that was lifted may let a notification go. */
  silence(silences: readonly Silence[], moment: Moment): Transition[] {
    this.#silences = silences;
    return this.#settleAll(this.#advance(moment));
  }

  /** Marks an alert that fires as seen; null if none of that id does. A second time changes nothing. */
  acknowledge(id: string, moment: Moment): Transition | null {
    const at = this.#advance(moment);
    for (const episode of this.#episodes.values()) {
      if (episode.alert.id !== id || episode.alert.state !== "firing") continue;
      if (episode.alert.acknowledgedAt === null) {
        episode.alert = { ...episode.alert, acknowledgedAt: at.wall };
      }
      return untold(episode.alert);
    }
    return null;
  }

  /** Alerts that fire, oldest first. */
  firing(): Alert[] {
    return [...this.#episodes.values()]
      .map(({ alert }) => alert)
      .filter(({ state }) => state === "firing")
      .sort((a, b) => a.from - b.from);
  }

  #advance(moment: Moment): Moment {
    this.#latest = Math.max(this.#latest, moment.monotonic);
    return { wall: moment.wall, monotonic: this.#latest };
  }

  /** Keeps an insight that goes on, for rules that come later. One too many counts as over. */
  #remember(insight: Insight, at: Moment): void {
    this.#open.set(insight.id, insight);
    if (this.#open.size <= MAX_OPEN) return;
    const oldest = this.#open.values().next().value;
    if (oldest === undefined) return;
    this.#open.delete(oldest.id);
    for (const episode of this.#episodes.values()) this.#close(episode, oldest, at);
  }

  /** An insight that goes on, new or with news. */
  #begin(rule: AlertRule, insight: Insight, at: Moment): void {
    if (!strong(rule, insight)) return;
    const episode = this.#episode(rule, insight, at);
    if (episode.open.has(insight.id)) {
      episode.open.set(insight.id, insight);
      return;
    }
    if (episode.open.size === 0) {
      const began = at.monotonic - Math.max(0, at.wall - timeOr(insight.from, at.wall));
      episode.activeSince = Math.max(episode.heldUntil, began);
    }
    episode.open.set(insight.id, insight);
    this.#count(episode, insight);
  }

  /** The end of an insight; one whose beginning was not heard counts with its whole length. */
  #end(rule: AlertRule, insight: Insight, to: number, at: Moment): void {
    const known = this.#episodes.get(keyOf(rule.id, insight.source, insight.area));
    if (known?.open.has(insight.id)) {
      this.#close(known, insight, at);
      return;
    }
    if (!strong(rule, insight)) return;
    const episode = this.#episode(rule, insight, at);
    const length = Math.max(0, to - insight.from);
    if (length > 0) {
      const end = at.monotonic - Math.max(0, at.wall - to);
      const start = Math.max(end - length, episode.heldUntil);
      if (episode.open.size > 0) {
        episode.activeSince = Math.min(episode.activeSince, start);
      } else {
        episode.heldMs += Math.max(0, end - start);
        episode.heldUntil = Math.max(episode.heldUntil, end);
      }
    } else {
      episode.moment = true;
    }
    episode.quietSince = at.monotonic;
    this.#count(episode, insight);
    // Heard and over in one: what was put off may go now, because something has just happened.
    const { alert } = episode;
    if (alert.state === "firing" && !episode.notified && alert.acknowledgedAt === null) {
      this.#notify(episode, rule, at);
    }
  }

  #close(episode: Episode, insight: Insight, at: Moment): void {
    if (!episode.open.delete(insight.id) || episode.open.size > 0) return;
    episode.heldMs += at.monotonic - episode.activeSince;
    episode.heldUntil = at.monotonic;
    episode.quietSince = at.monotonic;
  }

  #count(episode: Episode, insight: Insight): void {
    episode.alert = {
      ...episode.alert,
      count: episode.alert.count + 1,
      insight: insight.id,
    };
    episode.graceMs = 0;
    episode.changed = true;
  }

  /** The episode that an insight belongs to; a new one where there is none. */
  #episode(rule: AlertRule, insight: Insight, at: Moment): Episode {
    const key = keyOf(rule.id, insight.source, insight.area);
    const there = this.#episodes.get(key);
    if (there !== undefined) return there;
    const from = Math.min(timeOr(insight.from, at.wall), at.wall);
    const episode: Episode = {
      key,
      alert: {
        id: newId(from),
        rule: rule.id,
        source: insight.source,
        area: insight.area,
        kind: insight.kind,
        severity: rule.severity,
        state: "pending",
        ...this.#describe(rule, insight),
        from,
        firedAt: null,
        resolvedAt: null,
        count: 0,
        insight: insight.id,
        suppressed: null,
        acknowledgedAt: null,
      },
      notified: false,
      open: new Map(),
      moment: false,
      heldMs: 0,
      heldUntil: Number.NEGATIVE_INFINITY,
      activeSince: at.monotonic,
      quietSince: at.monotonic,
      graceMs: 0,
      changed: false,
      tell: false,
    };
    this.#episodes.set(key, episode);
    return episode;
  }

  /** Lets every episode take the steps that are due, and collects what has changed. */
  #settleAll(at: Moment): Transition[] {
    const transitions: Transition[] = [];
    for (const episode of [...this.#episodes.values()]) {
      const rule = this.#rules.get(episode.alert.rule);
      if (rule !== undefined) transitions.push(...this.#settle(episode, rule, at));
    }
    for (const [key, end] of this.#notifiedEnd) {
      const cooldown = this.#rules.get(end.rule)?.cooldownSeconds ?? 0;
      if (at.monotonic - end.at >= cooldown * 1000) this.#notifiedEnd.delete(key);
    }
    return transitions;
  }

  #settle(episode: Episode, rule: AlertRule, at: Moment): Transition[] {
    const active = episode.open.size > 0;
    const quiet = !active && at.monotonic - episode.quietSince >= clearMs(episode, rule);
    if (episode.alert.state === "pending") {
      const held = episode.heldMs + (active ? at.monotonic - episode.activeSince : 0);
      if (!episode.moment && held < rule.holdSeconds * 1000) {
        if (quiet) this.#episodes.delete(episode.key);
        return [];
      }
      const firedAt = Math.max(at.wall, episode.alert.from);
      episode.alert = { ...episode.alert, state: "firing", firedAt };
      episode.changed = true;
      this.#notify(episode, rule, at);
    } else if (!episode.notified && active && episode.alert.acknowledgedAt === null) {
      this.#notify(episode, rule, at);
    }
    const transitions: Transition[] = [];
    if (episode.changed) {
      const told = episode.tell && rule.notify.length > 0;
      episode.changed = false;
      episode.tell = false;
      transitions.push({
        alert: episode.alert,
        tell: told ? "firing" : null,
        channels: told ? rule.notify : [],
      });
    }
    if (quiet) transitions.push(this.#resolve(episode, rule, at));
    return transitions;
  }

  /** Notes that people are told now, or why they are not. */
  #notify(episode: Episode, rule: AlertRule, at: Moment): void {
    const suppressed = this.#hindrance(episode, rule, at)?.reason ?? null;
    if (suppressed !== null && suppressed === episode.alert.suppressed) return;
    episode.notified = suppressed === null;
    episode.tell = episode.notified;
    episode.alert = { ...episode.alert, suppressed };
    episode.changed = true;
  }

  #resolve(episode: Episode, rule: AlertRule, at: Moment): Transition {
    this.#episodes.delete(episode.key);
    const alert = resolvedAlert(episode.alert, at);
    if (!episode.notified || rule.notify.length === 0) return untold(alert);
    this.#notifiedEnd.set(episode.key, { rule: rule.id, at: at.monotonic });
    const told =
      rule.notifyResolved &&
      this.#silencedUntil(rule, at) === null &&
      quietUntil(rule.quiet, at.wall) === null;
    return { alert, tell: told ? "resolved" : null, channels: told ? rule.notify : [] };
  }

  #hindrance(episode: Episode, rule: AlertRule, at: Moment): Hindrance | null {
    if (rule.notify.length === 0) return null;
    const calendar = (until: number): number => Math.min(until - at.wall, CALENDAR_INTERVAL);
    const silenced = this.#silencedUntil(rule, at);
    if (silenced !== null) return { reason: "silenced", ms: calendar(silenced) };
    const quiet = quietUntil(rule.quiet, at.wall);
    if (quiet !== null) return { reason: "quiet-hours", ms: calendar(quiet) };
    const end = this.#notifiedEnd.get(episode.key);
    const cool = end === undefined ? 0 : end.at + rule.cooldownSeconds * 1000 - at.monotonic;
    return cool > 0 ? { reason: "cool-down", ms: cool } : null;
  }

  #silencedUntil(rule: AlertRule, at: Moment): number | null {
    const until = Math.max(
      ...this.#silences
        .filter((silence) => silence.rule === null || silence.rule === rule.id)
        .map((silence) => silence.until),
    );
    return until > at.wall ? until : null;
  }
}

function keyOf(rule: string, source: string, area: string | null): string {
  return JSON.stringify([rule, source, area]);
}

function covers(rule: AlertRule, insight: Insight): boolean {
  const { kinds, cameras, areas } = rule;
  return (
    kinds.includes(insight.kind) &&
    (cameras.length === 0 || cameras.includes(insight.source)) &&
    (areas.length === 0 || (insight.area !== null && areas.includes(insight.area)))
  );
}

function strong(rule: AlertRule, insight: Insight): boolean {
  return insight.score >= rule.minScore;
}

function clearMs(episode: Episode, rule: AlertRule): number {
  return Math.max(rule.clearSeconds * 1000, episode.graceMs);
}

function timeOr(time: number, other: number): number {
  return Number.isFinite(time) ? time : other;
}

function resolvedAlert(alert: Alert, at: Moment): Alert {
  const resolvedAt = Math.max(at.wall, alert.firedAt ?? alert.from);
  return { ...alert, state: "resolved", resolvedAt };
}

function untold(alert: Alert): Transition {
  return { alert, tell: null, channels: [] };
}
