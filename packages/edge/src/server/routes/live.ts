/** What is going on now: figures, pictures, signals and events. */

import type { LiveEvents } from "@symbion/core";
import { z } from "zod";
import { joinStreams } from "../join.ts";
import type { LiveConnection, LiveEvent } from "../live.ts";
import { machineKind, machineStatus } from "../machine-schemas.ts";
import { METRICS_TYPE } from "../metrics.ts";
import { HttpError, json, listOf, type Route, raw, route } from "../route.ts";
import {
  alert,
  cameraId,
  cameraState,
  cameraStatus,
  clip,
  delivery,
  insight,
  nodeStatus,
} from "../schemas.ts";
import { aggregate, release, shareStatus } from "../share-schemas.ts";
import { cameraWatch, watchFrame, watchWindow } from "../watch-schemas.ts";

const cameraParams = z.strictObject({ id: cameraId });
const noCamera = { 404: "no camera has that id, or it is disabled" };

/** Data of the events by name: every kind of LiveEvents, no more. */
const EVENTS: { readonly [Event in LiveEvent]: z.ZodType<LiveEvents[Event]> } = {
  status: nodeStatus,
  insight,
  alert,
  clip,
  delivery,
  camera: z.strictObject({ id: z.string(), state: cameraState }),
  watch: cameraWatch,
  plan: watchFrame,
  answers: watchWindow,
  machine: machineStatus,
  learning: machineKind,
  release,
  share: shareStatus,
  aggregate,
};

/** The error for an id that no camera has. */
export function missingCamera(id: string): HttpError {
  return new HttpError(404, `expected the id of a camera, got "${id}"`);
}

const RECORDS = { "Content-Type": "application/octet-stream", "Cache-Control": "no-store" };

/** Most cameras on one connection. */
const MAX_TOGETHER = 32;

/** The answer that carries a live connection; `ended` is called when it is over, whoever ended it. */
function open(
  request: Request,
  ended: () => void,
  connection: LiveConnection,
  headers: Readonly<Record<string, string>> = RECORDS,
): Response {
  connection.closed.then(ended);
  // A client that is gone shows as an aborted request, also while nothing is being sent.
  request.signal.addEventListener("abort", () => connection.close(), { once: true });
  return new Response(connection.stream, { headers });
}

const stats = (path: string, summary: string): Route =>
  route({
    method: "get",
    path,
    role: "viewer",
    tag: "live",
    summary,
    params: cameraParams,
    answer: json(cameraStatus, "the camera"),
    errors: { 404: "no camera has that id" },
    handle: ({ params: { id }, server: { parts } }) => {
      const camera = parts.cameras.statusOf(id);
      if (camera === null) throw missingCamera(id);
      return camera;
    },
  });

/** Routes that read the present. */
export const liveRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/metrics",
    role: "viewer",
    tag: "health",
    summary: "Figures for Prometheus",
    answer: raw("text/plain", "text format 0.0.4"),
    handle: async ({ server }) =>
      new Response(await server.metrics.text(), { headers: { "Content-Type": METRICS_TYPE } }),
  }),
  route({
    method: "get",
    path: "/api/status",
    role: "viewer",
    tag: "live",
    summary: "The whole node in one record",
    answer: json(nodeStatus, "the node"),
    handle: ({ server: { parts } }) => parts.status(),
  }),
  route({
    method: "get",
    path: "/api/cameras",
    role: "viewer",
    tag: "live",
    summary: "Every camera",
    answer: listOf(cameraStatus, "in the order of the configuration"),
    handle: ({ server: { parts } }) => parts.cameras.status(),
  }),
  stats("/api/cameras/{id}", "One camera"),
  stats("/api/cameras/{id}/stats", "One camera, under its former address"),
  route({
    method: "get",
    path: "/api/cameras/{id}/snapshot.jpg",
    role: "viewer",
    tag: "live",
    summary: "The last keyframe as a still picture",
    description: "Decoded on demand, at most every 400 ms, and counted as decoded.",
    params: cameraParams,
    answer: raw("image/jpeg", "the picture"),
    errors: { ...noCamera, 503: "no picture yet, or no ffmpeg on the node's machine" },
    handle: async ({ params: { id }, server: { parts } }) => {
      if (!parts.cameras.has(id)) throw missingCamera(id);
      if (parts.snapshots === null) {
        throw new HttpError(503, "still pictures: expected ffmpeg on this machine, found none");
      }
      const jpeg = await parts.snapshots.take(id);
      if (jpeg === null) {
        throw new HttpError(503, `camera ${id}: expected a picture, got none yet`, {
          "Retry-After": "1",
        });
      }
      return new Response(jpeg, {
        headers: { "Content-Type": "image/jpeg", "Cache-Control": "no-store" },
      });
    },
  }),
  route({
    method: "get",
    path: "/api/cameras/{id}/stream",
    role: "viewer",
    tag: "live",
    summary: "Coded pictures and signals as they come",
    description:
      "Records one after the other, little endian: 32-bit length of what follows, 16-bit length of the header, a JSON " +
      "header (StreamHeader of @symbion/core), a binary body. Begins at the last keyframe. A reader that is too slow " +
      "loses pictures up to the next keyframe, counted.",
    load: "stream",
    params: cameraParams,
    answer: raw("application/octet-stream", "records, until either side ends"),
    errors: { ...noCamera, 503: "too many live connections" },
    handle: ({ params: { id }, who, request, server: { parts, streams } }) => {
      if (!parts.cameras.has(id)) throw missingCamera(id);
      streams.admit(who, 1);
      if (request.method === "HEAD") return new Response(null, { headers: RECORDS });
      const subscription = parts.cameras.subscribe(id);
      if (subscription === null) throw missingCamera(id);
      return open(
        request,
        streams.add(who, "camera", 1, subscription.close.bind(subscription)),
        subscription,
      );
    },
  }),
  route({
    method: "get",
    path: "/api/streams",
    role: "viewer",
    tag: "live",
    summary: "Several cameras on one connection",
    description:
      "For many small pictures: browsers open six connections to a host. Records as on /api/cameras/{id}/stream; " +
      'before those of another camera comes a record {"kind":"camera","id":…}. Records of kind field have no body. ' +
      "Ends when one of the cameras does.",
    load: "stream",
    query: z.strictObject({
      camera: z.array(cameraId).min(1).max(MAX_TOGETHER).describe("repeatable"),
    }),
    answer: raw("application/octet-stream", "records, until either side ends"),
    errors: { ...noCamera, 503: "too many live connections" },
    handle: ({ query, who, request, server: { parts, streams } }) => {
      const ids = [...new Set(query.camera)];
      for (const id of ids) if (!parts.cameras.has(id)) throw missingCamera(id);
      streams.admit(who, ids.length);
      if (request.method === "HEAD") return new Response(null, { headers: RECORDS });
      const together = joinStreams(
        ids.flatMap((id) => {
          const subscription = parts.cameras.subscribe(id);
          return subscription === null ? [] : [{ id, subscription }];
        }),
      );
      return open(request, streams.add(who, "camera", ids.length, together.close), together);
    },
  }),
  route({
    method: "get",
    path: "/api/events",
    role: "viewer",
    tag: "live",
    summary: "What happens, as server-sent events",
    description:
      "Names: status (once a second), insight, alert, clip, delivery, camera, watch, plan, answers, machine, learning, " +
      "release, share, aggregate. A reader that comes back with Last-Event-ID is told the insights, alerts, clips and deliveries " +
      "that it missed, some of them twice. A reader that is too slow is disconnected and comes back.",
    load: "stream",
    answer: { ...raw("text/event-stream", "events, until either side ends"), events: EVENTS },
    errors: { 503: "too many live connections" },
    handle: ({ who, request, server: { parts, streams } }) => {
      streams.admit(who, 0);
      const headers = {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-store",
        // Proxies that gather answers would hold events back.
        "X-Accel-Buffering": "no",
      };
      if (request.method === "HEAD") return new Response(null, { headers });
      const connection = parts.live.open(request.headers.get("last-event-id"));
      return open(request, streams.add(who, "events", 0, connection.close), connection, headers);
    },
  }),
];
