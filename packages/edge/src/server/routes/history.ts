/** What was: insights, readings and clips. */

import { join } from "node:path";
import { z } from "zod";
import type { ListQuery } from "../../store/types.ts";
import { sendFile } from "../files.ts";
import { HttpError, json, listOf, type Route, raw, route } from "../route.ts";
import { clip, clipPage, done, insightPage, readingSeries, timelineStrip } from "../schemas.ts";

/** Latest moment that JavaScript's dates know. */
const MAX_TIME = 8.64e15;
const DAY = 86_400_000;

const time: z.ZodType<number> = z.int().min(0).max(MAX_TIME).describe("milliseconds since 1970");
/** Repeatable names in a query. */
export const names: z.ZodType<readonly string[]> = z
  .array(z.string().min(1).max(200))
  .max(64)
  .readonly()
  .describe("repeatable; none: all");

/** Members of a query for a page of a list. */
export const pageQuery: {
  readonly source: z.ZodType<readonly string[] | undefined>;
  readonly from: z.ZodType<number | undefined>;
  readonly to: z.ZodType<number | undefined>;
  readonly before: z.ZodType<string | undefined>;
  readonly limit: z.ZodType<number | undefined>;
} = {
  source: z.optional(names),
  from: z.optional(time),
  to: z.optional(time),
  before: z.string().min(1).max(300).optional().describe("`next` of the page before"),
  limit: z.int().min(1).max(1000).optional().describe("default 100"),
};

type PageValues = {
  readonly source?: readonly string[] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
};

/** The store's form of a query. Throws `HttpError` (400) for a span that ends before it begins. */
export function listQuery({ source, from, to, before, limit }: PageValues): ListQuery {
  if (from !== undefined && to !== undefined && to < from) throw badSpan(from, to);
  return {
    ...(source === undefined ? {} : { sources: source }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(before === undefined ? {} : { before }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function badSpan(from: number, to: number): HttpError {
  return new HttpError(400, `query.to: expected a moment from ${from} on, got ${to}`);
}

const spanQuery = {
  source: z.optional(names),
  from: z.optional(time).describe("default: a day before `to`"),
  to: z.optional(time).describe("default: now"),
  points: z.int().min(1).max(2000).optional().describe("most buckets or points; default 240"),
};

type Span = { readonly from: number; readonly to: number; readonly points: number };

function span(
  query: { from?: number | undefined; to?: number | undefined; points?: number | undefined },
  now: number,
): Span {
  const to = query.to ?? Math.max(now, query.from ?? now);
  const from = query.from ?? Math.max(0, to - DAY);
  if (to < from) throw badSpan(from, to);
  return { from, to, points: query.points ?? 240 };
}

/** As other ids, but without dots: those belong to `.mp4`. */
const clipId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_:-]{0,127}$/);
const clipParams = z.strictObject({ id: clipId });

function missingClip(id: string): HttpError {
  return new HttpError(404, `expected the id of a clip, got "${id}"`);
}

/** Name under which a browser saves a clip: what it shows and when, in characters that every file system takes. */
function clipName(source: string, from: number): string {
  const when = new Date(Math.min(MAX_TIME, Math.max(-MAX_TIME, from))).toISOString();
  return `${source.replace(/[^A-Za-z0-9_-]/g, "_")}-${when.slice(0, 19).replace(/[:+]/g, "-")}.mp4`;
}

/** Routes that read the past. */
export const historyRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/insights",
    role: "viewer",
    tag: "history",
    summary: "Events by page, newest first",
    query: z.strictObject({
      ...pageQuery,
      kind: z.optional(names),
      area: z.optional(names),
    }),
    answer: json(insightPage, "those that overlap the span"),
    handle: ({ query, server: { parts } }) =>
      parts.store.insights({
        ...listQuery(query),
        ...(query.kind === undefined ? {} : { kinds: query.kind }),
        ...(query.area === undefined ? {} : { areas: query.area }),
      }),
  }),
  route({
    method: "get",
    path: "/api/timeline",
    role: "viewer",
    tag: "history",
    summary: "Events and clips per bucket of time, for each camera",
    query: z.strictObject(spanQuery),
    answer: listOf(timelineStrip, "one strip per camera"),
    handle: ({ query, server: { parts, now } }) =>
      parts.store.strip({
        ...span(query, now()),
        ...(query.source === undefined ? {} : { sources: query.source }),
      }),
  }),
  route({
    method: "get",
    path: "/api/readings",
    role: "viewer",
    tag: "history",
    summary: "Measured values, reduced to so many points",
    query: z.strictObject({ ...spanQuery, name: z.optional(names) }),
    answer: listOf(readingSeries, "one series per source and name"),
    handle: ({ query, server: { parts, now } }) =>
      parts.store.readings({
        ...span(query, now()),
        ...(query.source === undefined ? {} : { sources: query.source }),
        names: query.name ?? [],
      }),
  }),
  route({
    method: "get",
    path: "/api/clips",
    role: "viewer",
    tag: "history",
    summary: "Stored video by page, newest first",
    query: z.strictObject(pageQuery),
    answer: json(clipPage, "those that overlap the span"),
    handle: ({ query, server: { parts } }) => parts.store.clips(listQuery(query)),
  }),
  // Before `/api/clips/{id}`, whose pattern it fits, too.
  route({
    method: "get",
    path: "/api/clips/{id}.mp4",
    role: "viewer",
    tag: "history",
    summary: "A clip's video",
    description: "Byte ranges, `If-Range`, `If-None-Match` and HEAD work.",
    params: clipParams,
    query: z.strictObject({
      download: z.enum(["0", "1"]).optional().describe("1: to be saved, not shown"),
    }),
    answer: raw("video/mp4", "the file", {
      ETag: "changes with the file",
      "Accept-Ranges": "bytes",
    }),
    others: {
      206: raw("video/mp4", "the bytes of the `Range`", { "Content-Range": "which these are" }),
      304: raw("", "the file has not changed since the `If-None-Match` of the request"),
    },
    errors: {
      404: "no clip has that id, or its file is gone",
      412: "the file is not that of `If-Match`",
      416: "nothing of the `Range` is in the file",
    },
    handle: async ({ params, query, request, server: { parts } }) => {
      const found = await parts.store.clip(params.id);
      if (found === null || found.id !== params.id) throw missingClip(params.id);
      const file = await sendFile(request, {
        path: join(parts.store.clipFolder, `${params.id}.mp4`),
        type: "video/mp4",
        saveAs: query.download === "1" ? clipName(found.source, found.from) : null,
      });
      if (file === null) throw new HttpError(404, `clip ${params.id}: expected its file, got none`);
      return file;
    },
  }),
  route({
    method: "get",
    path: "/api/clips/{id}",
    role: "viewer",
    tag: "history",
    summary: "What a clip shows",
    params: clipParams,
    answer: json(clip, "the clip"),
    errors: { 404: "no clip has that id" },
    handle: async ({ params, server: { parts } }) => {
      const found = await parts.store.clip(params.id);
      if (found === null) throw missingClip(params.id);
      return found;
    },
  }),
  route({
    method: "delete",
    path: "/api/clips/{id}",
    role: "admin",
    tag: "history",
    summary: "Delete a clip and its file",
    params: clipParams,
    answer: json(done, "it is gone"),
    errors: { 404: "no clip has that id" },
    handle: async ({ params, server: { parts } }) => {
      if (!(await parts.store.deleteClip(params.id))) throw missingClip(params.id);
      return { ok: true as const };
    },
  }),
];
