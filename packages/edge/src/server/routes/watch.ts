/** Standing questions: how they are doing, what they came to, and the policy they are asked with. */

import { z } from "zod";
import { json, listOf, type Route, route } from "../route.ts";
import { cameraId } from "../schemas.ts";
import { cameraWatch, watchEdit, watchWindow } from "../watch-schemas.ts";
import { missingCamera } from "./live.ts";

const params = z.strictObject({ id: cameraId });
const noCamera = { 404: "no camera has that id, or it is disabled" };

/** Most windows of one answer, and how many there are without a limit. */
const MOST = 200;
const SOME = 20;

/** Routes of standing questions. */
export const watchRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/cameras/{id}/answers",
    role: "viewer",
    tag: "live",
    summary: "What a camera's standing questions came to of late",
    description:
      "Windows of video, newest first, each with an answer per question, the pictures and blocks the model was shown, " +
      "and what that cost beside a full run. Kept in memory only; changes of an answer are insights of kind answer.",
    params,
    query: z.strictObject({
      limit: z.int().min(1).max(MOST).optional().describe(`at most; default ${SOME}`),
    }),
    answer: listOf(watchWindow, "newest first"),
    errors: noCamera,
    handle: ({ params: { id }, query: { limit }, server: { parts } }) => {
      const windows = parts.watch.recent(id, limit ?? SOME);
      if (windows === null) throw missingCamera(id);
      return windows;
    },
  }),
  route({
    method: "get",
    path: "/api/cameras/{id}/watch",
    role: "viewer",
    tag: "live",
    summary: "How a camera's standing questions are doing",
    params,
    answer: json(cameraWatch, "state, policy, questions and sums"),
    errors: noCamera,
    handle: ({ params: { id }, server: { parts } }) => {
      const watch = parts.watch.status(id);
      if (watch === null) throw missingCamera(id);
      return watch;
    },
  }),
  route({
    method: "put",
    path: "/api/cameras/{id}/watch",
    role: "admin",
    tag: "live",
    summary: "Changes the policy of a camera's standing questions while it runs",
    description:
      "Holds until the node ends; the configuration stays as it is. What is left out stays. A policy without a " +
      "threshold comes with its own.",
    params,
    body: watchEdit,
    answer: json(cameraWatch, "what holds from now on"),
    errors: noCamera,
    handle: ({ params: { id }, body, server: { parts } }) => {
      const watch = parts.watch.change(id, body);
      if (watch === null) throw missingCamera(id);
      return watch;
    },
  }),
];
