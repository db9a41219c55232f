/** The configuration: the file itself, its entries one by one, and finding out what to write into it. */

import { type ConfigOutcome, expected, type ProbeResult } from "@symbion/core";
import { z } from "zod";
import type { EditResult, EntryEdit, ProbeTarget } from "../parts.ts";
import { HttpError, json, listOf, type Method, type Route, route } from "../route.ts";
import {
  cameraArea,
  cameraEdit,
  cameraId,
  configDocument,
  configOutcome,
  foundDevice,
  pluginReport,
  probeResult,
} from "../schemas.ts";

const version = z
  .string()
  .min(1)
  .max(200)
  .describe("of the ConfigDocument that the edit was made from");
const text = z.string().max(900_000);
const entry = z
  .record(z.string(), z.unknown())
  .describe("as in the file, with its id or without; checked like the file");
const camera = z.strictObject({ id: cameraId });
const named = z.strictObject({ id: cameraId });

const motion = z.strictObject({ sensitivity: z.enum(["low", "normal", "high"]) });
const seconds = z.number().min(0).max(3600).optional();
const record = z.strictObject({
  kinds: z.array(z.string().min(1).max(200)).max(64).readonly().optional(),
  before: seconds,
  after: seconds,
});

const OUTDATED = { 409: "the file has changed since that version" };
const saved = json(configOutcome, "saved, or the problems because of which it was not");

/** What an edit came to. Throws `HttpError`: 404, 409. */
function settle(result: EditResult, what: string): ConfigOutcome {
  if (result === "outdated") {
    throw new HttpError(409, "body.version: expected that of the file as it is, got an older one");
  }
  if (result === "missing") throw new HttpError(404, `expected the id of ${what}, got another`);
  return result;
}

/** A route that changes one entry. */
function edit<B extends z.ZodObject>(spec: {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly what: string;
  readonly body: B;
  readonly make: (id: string, body: z.output<B>) => EntryEdit;
}): Route {
  return route({
    method: spec.method,
    path: spec.path,
    role: "admin",
    tag: "configuration",
    summary: spec.summary,
    params: named,
    body: spec.body.extend({ version }),
    answer: saved,
    errors: { ...OUTDATED, 404: `no entry has that id (${spec.what})` },
    handle: async ({ params, body, server: { parts } }) => {
      const { version: from, ...rest } = body as { version: string };
      const change = spec.make(params.id, rest as z.output<B>);
      return settle(await parts.config.edit(from, change), spec.what);
    },
  });
}

/** Adding or replacing, and removing, an entry of a kind that is checked by the configuration. */
function entries(kind: "rule" | "channel", what: string): Route[] {
  return [
    edit({
      method: "put",
      path: `/api/${kind}s/{id}`,
      summary: `Add or replace ${what}`,
      what,
      body: z.strictObject({ [kind]: entry }),
      make: (id, body) => {
        const { id: own = id, ...rest } =
          (body as Record<string, Record<string, unknown>>)[kind] ?? {};
        if (own === id) return { kind: `set-${kind}`, id, entry: rest };
        throw new HttpError(
          400,
          expected(`the id of the address, ${id}`, own, `body.${kind}.id`).message,
        );
      },
    }),
    edit({
      method: "delete",
      path: `/api/${kind}s/{id}`,
      summary: `Remove ${what}`,
      what,
      body: z.strictObject({}),
      make: (id) => ({ kind: `remove-${kind}`, id }),
    }),
  ];
}

/** Routes of the configuration. */
export const configRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/config",
    role: "admin",
    tag: "configuration",
    summary: "The configuration file as it is",
    answer: json(configDocument, "text, version and problems"),
    handle: ({ server: { parts } }) => parts.config.document(),
  }),
  route({
    method: "put",
    path: "/api/config",
    role: "admin",
    tag: "configuration",
    summary: "Replace the whole file",
    body: z.strictObject({
      version,
      text,
      force: z.boolean().optional().describe("save it although it has problems"),
    }),
    answer: saved,
    errors: OUTDATED,
    handle: async ({ body, server: { parts } }) =>
      settle(await parts.config.replace(body.version, body.text, body.force ?? false), "an entry"),
  }),
  route({
    method: "get",
    path: "/api/config/schema",
    role: "viewer",
    tag: "configuration",
    summary: "JSON Schema of the file",
    answer: json(z.looseObject({}), "for editors"),
    handle: ({ server: { parts } }) => parts.config.schema() as Record<string, unknown>,
  }),
  route({
    method: "post",
    path: "/api/config/check",
    role: "admin",
    tag: "configuration",
    summary: "What would be wrong with a text",
    body: z.strictObject({ text }),
    answer: json(z.strictObject({ problems: z.array(z.string()).readonly() }), "none: it is right"),
    handle: async ({ body, server: { parts } }) => ({
      problems: await parts.config.check(body.text),
    }),
  }),
  route({
    method: "post",
    path: "/api/cameras",
    role: "admin",
    tag: "configuration",
    summary: "Add a camera",
    body: z.strictObject({ version, camera: cameraEdit }),
    answer: saved,
    errors: OUTDATED,
    handle: async ({ body, server: { parts } }) =>
      settle(
        await parts.config.edit(body.version, { kind: "add-camera", camera: body.camera }),
        "a camera",
      ),
  }),
  edit({
    method: "patch",
    path: "/api/cameras/{id}",
    summary: "Change a camera",
    what: "a camera",
    body: z.strictObject({
      name: z.string().min(1).max(80).optional(),
      url: z.string().min(1).max(2000).optional(),
      file: z.string().min(1).max(2000).optional(),
      motion: motion.nullable().optional().describe("null: signals only"),
      record: record.nullable().optional().describe("null: no clips"),
    }),
    make: (id, change) => ({ kind: "change-camera", id, change }),
  }),
  edit({
    method: "delete",
    path: "/api/cameras/{id}",
    summary: "Remove a camera",
    what: "a camera",
    body: z.strictObject({}),
    make: (id) => ({ kind: "remove-camera", id }),
  }),
  route({
    method: "put",
    path: "/api/cameras/{id}/areas",
    role: "admin",
    tag: "configuration",
    summary: "Replace the zones and lines of a camera",
    params: camera,
    body: z.strictObject({ version, areas: z.array(cameraArea).max(64).readonly() }),
    answer: saved,
    errors: { ...OUTDATED, 404: "no camera has that id" },
    handle: async ({ params, body, server: { parts } }) =>
      settle(
        await parts.config.edit(body.version, {
          kind: "set-areas",
          id: params.id,
          areas: body.areas,
        }),
        "a camera",
      ),
  }),
  route({
    method: "get",
    path: "/api/rules",
    role: "admin",
    tag: "configuration",
    summary: "Alert rules as they are in the file",
    answer: json(
      z.strictObject({ version, rules: z.array(z.looseObject({ id: z.string() })).readonly() }),
      "what can be sent back to /api/rules/{id}",
    ),
    handle: ({ server: { parts } }) => parts.config.rules(),
  }),
  ...entries("rule", "an alert rule"),
  ...entries("channel", "a channel"),
  route<ProbeResult, z.ZodObject, z.ZodObject, z.ZodType<ProbeTarget>>({
    method: "post",
    path: "/api/probe",
    role: "admin",
    tag: "configuration",
    summary: "What an address or file would show",
    load: "heavy",
    atOnce: 4,
    body: z.union([
      z.strictObject({ url: z.string().min(1).max(2000) }),
      z.strictObject({ file: z.string().min(1).max(2000) }),
    ]),
    answer: json(probeResult, "codec, size and a picture, or why not"),
    handle: ({ body, server: { parts } }) => parts.probe(body),
  }),
  route({
    method: "post",
    path: "/api/discover",
    role: "admin",
    tag: "configuration",
    summary: "Look for cameras on the network (ONVIF, mDNS)",
    load: "heavy",
    body: z.strictObject({}),
    answer: listOf(foundDevice, "what answered within some seconds"),
    handle: async ({ server: { parts } }) =>
      (await parts.discover()).map(({ name, address, via, urls, detail }) => ({
        name,
        address,
        via,
        urls,
        detail,
      })),
  }),
  route({
    method: "get",
    path: "/api/plugins",
    role: "viewer",
    tag: "configuration",
    summary: "Plug-ins and how they are doing",
    answer: listOf(pluginReport, "in the order of the configuration"),
    handle: ({ server: { parts } }) => parts.plugins(),
  }),
];
