/** Alerts, deliveries, clips and the small tables: one row each, the record itself as JSON beside what is searched. */

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Alert, Clip, Delivery, Page, Silence } from "@symbion/core";
import { CLIP_ID, type Leftovers, PART } from "./clip-names.ts";
import { parseLimit } from "./cursor.ts";
import { type Database, num, numOrNull } from "./database.ts";
import { StoreError } from "./errors.ts";
import { among, type Condition, isCondition, pageOf } from "./paging.ts";
import type { AlertQuery, ListQuery, PushSubscriptionRecord } from "./types.ts";

/** Which deliveries. */
export type DeliveryQuery = ListQuery & { readonly channels?: readonly string[] };

/** The tables whose rows are records in JSON. Writing methods are to be called inside a transaction. */
export class Lists {
  readonly #db: Database;
  readonly #clipFolder: string;

  constructor(db: Database, clipFolder: string) {
    this.#db = db;
    this.#clipFolder = clipFolder;
  }

  putAlert(alert: Alert, deliveries: readonly Delivery[]): void {
    const { id, rule, source, kind, area, state, from, resolvedAt } = alert;
    this.#db.run(
      `INSERT OR REPLACE INTO alerts (id, rule, source, kind, area, state, begins, ends, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, rule, source, kind, area, state, from, resolvedAt, JSON.stringify(alert)],
    );
    for (const delivery of deliveries) this.#insertDelivery("IGNORE", delivery);
  }

  putDelivery(delivery: Delivery): void {
    this.#insertDelivery("REPLACE", delivery);
  }

  #insertDelivery(conflict: "IGNORE" | "REPLACE", delivery: Delivery): void {
    const { id, alert, channel, event, state, createdAt, nextAt } = delivery;
    this.#db.run(
      `INSERT OR ${conflict} INTO deliveries (id, alert, channel, event, state, begins, next, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, alert, channel, event, state, createdAt, nextAt, JSON.stringify(delivery)],
    );
  }

  putClip(clip: Clip): void {
    const { id, source, from, to, bytes, insights } = clip;
    if (!CLIP_ID.test(id)) {
      throw new StoreError("invalid", `clip: expected an id that can name a file, got "${id}"`);
    }
    this.#db.run(
      "INSERT OR REPLACE INTO clips (id, source, begins, ends, bytes, body) VALUES (?, ?, ?, ?, ?, ?)",
      ...[id, source, from, to, bytes, JSON.stringify(clip)],
    );
    this.#db.run("DELETE FROM clip_insights WHERE clip = ?", id);
    for (const insight of new Set(insights)) {
      this.#db.run("INSERT INTO clip_insights (insight, clip) VALUES (?, ?)", insight, id);
    }
    this.#db.run(
      `INSERT INTO meta (key, value) VALUES ('longest-clip', ?)
       ON CONFLICT DO UPDATE SET value = max(CAST(value AS REAL), CAST(excluded.value AS REAL))`,
      String(to - from),
    );
  }

  /** Deletes the file, then the row: a clip whose deletion broke off is not found again by its file. */
  deleteClip(id: string): boolean {
    if (this.#db.get("SELECT 1 FROM clips WHERE id = ?", id) === undefined) return false;
    rmSync(join(this.#clipFolder, `${id}.mp4`), { force: true });
    return this.forgetClip(id);
  }

  /** Deletes a clip's row only. */
  forgetClip(id: string): boolean {
    this.#db.run("DELETE FROM clip_insights WHERE clip = ?", id);
    return this.#db.run("DELETE FROM clips WHERE id = ?", id) > 0;
  }

  alerts(query: AlertQuery): Page<Alert> {
    return this.#page<Alert>("alerts", query, [
      among("source", query.sources),
      among("kind", query.kinds),
      among("area", query.areas),
      among("rule", query.rules),
      among("state", query.states),
      query.from === undefined
        ? null
        : { sql: "(ends IS NULL OR ends >= ?)", values: [query.from] },
    ]);
  }

  alert(id: string): Alert | null {
    return this.#one<Alert>("SELECT body FROM alerts WHERE id = ?", id);
  }

  clips(query: ListQuery): Page<Clip> {
    const ofInsights = [among("kind", query.kinds), among("area", query.areas)].filter(isCondition);
    return this.#page<Clip>("clips", query, [
      among("source", query.sources),
      query.from === undefined ? null : { sql: "ends >= ?", values: [query.from] },
      ofInsights.length === 0
        ? null
        : {
            sql: `EXISTS (SELECT 1 FROM clip_insights
                JOIN insights ON insights.id = clip_insights.insight
                JOIN streams ON streams.id = insights.stream
                WHERE clip_insights.clip = clips.id
                  AND ${ofInsights.map(({ sql }) => `streams.${sql}`).join(" AND ")})`,
            values: ofInsights.flatMap(({ values }) => values),
          },
    ]);
  }

  clip(id: string): Clip | null {
    return this.#one<Clip>("SELECT body FROM clips WHERE id = ?", id);
  }

  deliveries(query: DeliveryQuery): Page<Delivery> {
    const ofAlert = [
      among("source", query.sources),
      among("kind", query.kinds),
      among("area", query.areas),
    ].filter(isCondition);
    return this.#page<Delivery>("deliveries", query, [
      among("channel", query.channels),
      query.from === undefined ? null : { sql: "begins >= ?", values: [query.from] },
      ofAlert.length === 0
        ? null
        : {
            sql: `EXISTS (SELECT 1 FROM alerts WHERE alerts.id = deliveries.alert
                AND ${ofAlert.map(({ sql }) => `alerts.${sql}`).join(" AND ")})`,
            values: ofAlert.flatMap(({ values }) => values),
          },
    ]);
  }

  dueDeliveries(now: number, limit: number): Delivery[] {
    return this.#db
      .all(
        `SELECT body FROM deliveries WHERE state = 'waiting' AND (next IS NULL OR next <= ?)
         ORDER BY begins, id LIMIT ?`,
        now,
        parseLimit(limit),
      )
      .map(({ body }) => JSON.parse(String(body)) as Delivery);
  }

  backlog(): { readonly messages: number; readonly oldestAt: number | null } {
    const row = this.#db.get(
      "SELECT count(*) AS messages, min(begins) AS oldest FROM deliveries WHERE state = 'waiting'",
    );
    return { messages: num(row?.messages), oldestAt: numOrNull(row?.oldest) };
  }

  silences(): Silence[] {
    return this.#bodies<Silence>("SELECT body FROM silences ORDER BY id");
  }

  putSilence(silence: Silence): void {
    this.#db.run(
      "INSERT OR REPLACE INTO silences (id, body) VALUES (?, ?)",
      silence.id,
      JSON.stringify(silence),
    );
  }

  deleteSilence(id: string): boolean {
    return this.#db.run("DELETE FROM silences WHERE id = ?", id) > 0;
  }

  pushSubscriptions(): PushSubscriptionRecord[] {
    return this.#bodies<PushSubscriptionRecord>("SELECT body FROM subscriptions ORDER BY endpoint");
  }

  putPushSubscription(subscription: PushSubscriptionRecord): void {
    this.#db.run(
      "INSERT OR REPLACE INTO subscriptions (endpoint, body) VALUES (?, ?)",
      subscription.endpoint,
      JSON.stringify(subscription),
    );
  }

  deletePushSubscription(endpoint: string): boolean {
    return this.#db.run("DELETE FROM subscriptions WHERE endpoint = ?", endpoint) > 0;
  }

  state(key: string): unknown {
    return this.#one<unknown>("SELECT body FROM state WHERE key = ?", key);
  }

  putState(key: string, value: unknown): void {
    this.#db.run(
      "INSERT OR REPLACE INTO state (key, body) VALUES (?, ?)",
      key,
      JSON.stringify(value ?? null),
    );
  }

  /** Bytes of the clips that are complete. */
  clipBytes(): number {
    return num(this.#db.get("SELECT sum(bytes) AS bytes FROM clips")?.bytes);
  }

  /** Holds the table against the folder: ids of rows without a file, and of files that need a row. */
  compareClipFiles(): { readonly lost: readonly string[] } & Leftovers {
    const rows = new Set(this.#db.all("SELECT id FROM clips").map(({ id }) => String(id)));
    let names: string[];
    try {
      names = readdirSync(this.#clipFolder);
    } catch {
      // A folder that cannot be read says nothing about its files.
      return { lost: [], unfinished: [], unlisted: [] };
    }
    const withSuffix = (suffix: string): string[] =>
      names.flatMap((name) => (name.endsWith(suffix) ? [name.slice(0, -suffix.length)] : []));
    const files = withSuffix(".mp4");
    const present = new Set(files);
    return {
      lost: [...rows].filter((id) => !present.has(id)),
      unfinished: withSuffix(`.mp4${PART}`),
      unlisted: files.filter((id) => !rows.has(id)),
    };
  }

  #page<T>(
    table: "alerts" | "clips" | "deliveries",
    query: ListQuery,
    conditions: readonly (Condition | null)[],
  ): Page<T> {
    return pageOf<T>(this.#db, table, query, conditions);
  }

  #one<T>(sql: string, key: string): T | null {
    const row = this.#db.get(sql, key);
    return row === undefined ? null : (JSON.parse(String(row.body)) as T);
  }

  #bodies<T>(sql: string): T[] {
    return this.#db.all(sql).map(({ body }) => JSON.parse(String(body)) as T);
  }
}
