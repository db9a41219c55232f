/** Machines: what they are like, what their kinds have learned, and values that programs push. */

import type { MachineSample } from "@symbion/core";
import { z } from "zod";
import {
  machineCurve,
  machineEnd,
  machineId,
  machineKind,
  machinePush,
  machinePushed,
  machineSource,
  machineStatus,
  modelVersion,
} from "../machine-schemas.ts";
import { HttpError, json, listOf, type Route, route } from "../route.ts";
import { done } from "../schemas.ts";

const params = z.strictObject({ id: machineId });
const noMachine = { 404: "no machine has that id" };
const noKind = { 404: "there is no kind of that id" };
const away = { 503: "the monitors are about to begin anew" };

/** Most points of a curve, and how many there are unless asked for. */
const MOST_POINTS = 2000;
const SOME_POINTS = 240;

function missingMachine(id: string): HttpError {
  return new HttpError(404, `expected the id of a machine, got "${id}"`);
}

function missingKind(id: string): HttpError {
  return new HttpError(404, `expected the id of a kind of machine, got "${id}"`);
}

/** What the monitors' thread does not answer now can be asked again. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "MonitorsAway") throw error;
    throw new HttpError(503, error.message, { "Retry-After": "1" });
  }
}

/** Routes of machines. */
export const machineRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/machines",
    role: "viewer",
    tag: "live",
    summary: "Every machine: health, remaining life with its interval, sensors",
    answer: listOf(machineStatus, "in the order of the configuration, then as they were met"),
    handle: ({ server: { parts } }) => parts.machines.list(),
  }),
  route({
    method: "get",
    path: "/api/machines/{id}",
    role: "viewer",
    tag: "live",
    summary: "One machine",
    params,
    answer: json(machineStatus, "the machine"),
    errors: noMachine,
    handle: ({ params: { id }, server: { parts } }) => {
      const status = parts.machines.status(id);
      if (status === null) throw missingMachine(id);
      return status;
    },
  }),
  route({
    method: "get",
    path: "/api/machines/{id}/curve",
    role: "viewer",
    tag: "history",
    summary: "A machine's health and forecasts over its life, thinned out for a plot",
    params,
    query: z.strictObject({
      points: z
        .int()
        .min(2)
        .max(MOST_POINTS)
        .optional()
        .describe(`at most; default ${SOME_POINTS}`),
    }),
    answer: json(machineCurve, "equally long lists, oldest first"),
    errors: { ...noMachine, ...away },
    handle: async ({ params: { id }, query: { points }, server: { parts } }) => {
      const curve = await answered(parts.machines.curve(id, points ?? SOME_POINTS));
      if (curve === null) throw missingMachine(id);
      return curve;
    },
  }),
  route({
    method: "post",
    path: "/api/machines/{id}/readings",
    role: "admin",
    tag: "live",
    summary: "Takes values of a machine's sensors",
    description:
      "Up to 5000 at once, of any sensors and moments. Values of sensors that the machine's kind does not have are refused " +
      "one by one. A machine that was never seen is taken in where the body names its kind.",
    // Machines push as often as pages ask.
    load: "light",
    params,
    body: machinePush,
    answer: json(machinePushed, "how many were taken, and why others were not"),
    errors: noMachine,
    handle: ({ params: { id }, body, server: { parts, now } }) => {
      const at = now();
      const samples = body.samples.map(
        (pushed): MachineSample => ({
          machine: id,
          sensor: pushed.sensor,
          at: pushed.at ?? at,
          value: pushed.value,
          unit: pushed.unit ?? null,
          quality: pushed.quality ?? (pushed.value === null ? "missing" : "good"),
          historical: pushed.historical ?? false,
        }),
      );
      const result = parts.machines.push(id, body.kind ?? null, samples);
      if (result === null) throw missingMachine(id);
      return result;
    },
  }),
  route({
    method: "post",
    path: "/api/machines/{id}/end",
    role: "admin",
    tag: "live",
    summary: "Says that a machine's life is over",
    description:
      "The label that learning waits for. A machine that goes on afterwards begins a new life.",
    params,
    body: machineEnd,
    answer: json(done, "it is noted"),
    errors: noMachine,
    handle: ({ params: { id }, body, server: { parts, now } }) => {
      if (!parts.machines.end(id, body.at ?? now(), body.how)) throw missingMachine(id);
      return { ok: true as const };
    },
  }),
  route({
    method: "get",
    path: "/api/machine-sources",
    role: "viewer",
    tag: "live",
    summary: "How the places that machines' values come from are doing",
    answer: listOf(machineSource, "in the order of the configuration"),
    handle: ({ server: { parts } }) => parts.machines.sources(),
  }),
  route({
    method: "get",
    path: "/api/kinds",
    role: "viewer",
    tag: "live",
    summary: "Every kind of machine: versions of its models and what they learned",
    answer: listOf(machineKind, "in the order of the configuration"),
    handle: ({ server: { parts } }) => parts.machines.kinds(),
  }),
  route({
    method: "get",
    path: "/api/kinds/{id}",
    role: "viewer",
    tag: "live",
    summary: "One kind of machine",
    params,
    answer: json(machineKind, "the kind"),
    errors: noKind,
    handle: ({ params: { id }, server: { parts } }) => {
      const kind = parts.machines.kind(id);
      if (kind === null) throw missingKind(id);
      return kind;
    },
  }),
  route({
    method: "post",
    path: "/api/kinds/{id}/rollback",
    role: "admin",
    tag: "live",
    summary: "Makes an earlier version of a kind's models answer again",
    params,
    body: z.strictObject({ version: z.string().min(1).max(200) }),
    answer: json(modelVersion, "the version that answers from now on"),
    errors: { 404: "there is no kind of that id, or it has no such version", ...away },
    handle: async ({ params: { id }, body, server: { parts } }) => {
      const version = await answered(parts.machines.rollback(id, body.version));
      if (version === null) {
        throw new HttpError(404, `expected a version of a kind, got "${body.version}" of "${id}"`);
      }
      return version;
    },
  }),
];
