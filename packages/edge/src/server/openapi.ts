/** The OpenAPI 3.1 document of a table of routes. */

import { z } from "zod";
import type { Answer, Method, Route } from "./route.ts";
import { components } from "./schemas.ts";

type Json = Record<string, unknown>;

/** A schema's place in the document. */
type Ref = { readonly key: string; readonly schema: z.ZodType; readonly io: "input" | "output" };

/** Errors that the server's doors give, before a route is reached. */
const AT_THE_DOOR: Readonly<Record<number, string>> = {
  400: "something in the request is wrong or unknown",
  403: "the request comes from another site's page",
  421: "the Host header names no name of this node",
  429: "too many requests; Retry-After says when the next may come",
};

const SIGNED_IN: Readonly<Record<number, string>> = {
  401: "nobody is signed in",
  403: "the role does not suffice, the CSRF token is missing, or another site's page asks",
  503: "something that this needs cannot be used now, the store for instance",
};

const WITH_BODY: Readonly<Record<number, string>> = {
  408: "the body did not arrive in time",
  413: "the body is too long",
};

const TAGS: Readonly<Record<string, string>> = {
  live: "What is going on now",
  history: "What was",
  alerts: "Alerts, who is told of them, and what became of that",
  companion: "The layer after a model: questions, the log of its answers, evaluations",
  sharing: "What left, links to other nodes, and what may be learned by whom",
  configuration: "The configuration file and its entries",
  upkeep: "Checks, support, backup and restore",
  access: "Sessions, tokens and the password",
  health: "For monitors and programs",
  page: "The dashboard",
};

const INTRODUCTION = `Everything the dashboard does, it does here.

**Signing in.** On a node that listens on loopback and has no password, requests that come directly from its own machine
are admin. Otherwise: \`POST /api/login\` gives a session cookie to people, \`Authorization: Bearer sym_…\` is for programs.
Requests that came through a proxy always need one of the two.

**Changes** (everything but GET and HEAD) by a session or on loopback carry the \`csrf\` of \`GET /api/session\` in the
header \`X-Symbion-CSRF\`. Tokens need none.

**Errors** are JSON with one line that says what was expected, what came and where. Unknown names in a query or body are
errors. Times are milliseconds since 1970, UTC. HEAD works on every GET except backups and the like.`;

/** What is wrong in a request to any route, by status. */
export function errorsOf(route: Route): Record<number, string> {
  return {
    ...AT_THE_DOOR,
    ...(route.role === "public" ? {} : SIGNED_IN),
    ...(route.body === null ? {} : WITH_BODY),
    ...(route.body === null || route.body === "archive"
      ? {}
      : { 415: "the body is no application/json" }),
    ...(route.load === "heavy" ? { 503: "as many of these run as may run at once" } : {}),
    ...route.errors,
  };
}

/** The document. */
export function openApi(routes: readonly Route[], version: string): Json {
  const refs: Ref[] = [];
  const place = (key: string, schema: z.ZodType, io: "input" | "output"): Json => {
    refs.push({ key, schema, io });
    return { $ref: key };
  };
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    (paths[route.path] as Record<string, Json>)[route.method] = operation(route, place);
  }
  const found = schemasOf(refs);
  return {
    openapi: "3.1.1",
    info: {
      title: "Symbion node",
      version,
      description: INTRODUCTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: fill(paths, found.inline) as Json,
    components: {
      schemas: found.components,
      securitySchemes: {
        session: {
          type: "apiKey",
          in: "cookie",
          name: "symbion",
          description:
            "From /api/login. The cookie's name has a suffix that differs between nodes.",
        },
        token: { type: "http", scheme: "bearer", description: "An API token, sym_…" },
      },
    },
  };
}

function operation(
  route: Route,
  place: (key: string, schema: z.ZodType, io: "input" | "output") => Json,
): Json {
  const name = `${route.method} ${route.path}`;
  const parameter = (kind: "path" | "query", key: string, schema: z.ZodType): Json => ({
    name: key,
    in: kind,
    required: kind === "path" || !schema.safeParse(undefined).success,
    ...(schema.description === undefined ? {} : { description: schema.description }),
    schema: place(`${name} ${kind} ${key}`, schema, "input"),
  });
  const parameters = [
    ...Object.entries(route.params.shape).map(([key, schema]) =>
      parameter("path", key, schema as z.ZodType),
    ),
    ...Object.entries(route.query.shape).map(([key, schema]) =>
      parameter("query", key, schema as z.ZodType),
    ),
  ];
  const responses: Record<string, Json> = {};
  for (const [status, answer] of Object.entries(route.answers)) {
    responses[status] = response(answer, (what, schema) =>
      place(`${name} ${status} ${what}`, schema, "output"),
    );
  }
  for (const [status, description] of Object.entries(errorsOf(route))) {
    responses[status] ??= {
      description,
      content: { "application/json": { schema: { $ref: "#/components/schemas/ApiError" } } },
    };
  }
  return {
    operationId: operationId(route.method, route.path),
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === null ? {} : { description: route.description }),
    "x-symbion-role": route.role,
    security: route.role === "public" ? [] : [{ session: [] }, { token: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === null ? {} : { requestBody: requestBody(route, place) }),
    responses,
  };
}

function requestBody(
  route: Route,
  place: (key: string, schema: z.ZodType, io: "input" | "output") => Json,
): Json {
  if (route.body === "archive" || route.body === null) {
    return { required: true, content: { "application/octet-stream": {} } };
  }
  const schema = place(`${route.method} ${route.path} body`, route.body, "input");
  return { required: true, content: { "application/json": { schema } } };
}

function response(answer: Answer<unknown>, place: (what: string, schema: z.ZodType) => Json): Json {
  const headers = Object.entries(answer.headers).map(([name, description]) => [
    name,
    { description, schema: { type: "string" } },
  ]);
  // OpenAPI 3.1 has no words for the data of server-sent events.
  const events = Object.entries(answer.events ?? {}).map(([event, schema]) => [
    event,
    place(event, schema),
  ]);
  const body: Json = {
    ...(answer.schema === null ? {} : { schema: place("body", answer.schema) }),
    ...(events.length === 0 ? {} : { "x-symbion-events": Object.fromEntries(events) as Json }),
  };
  return {
    description: answer.description,
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) as Json }),
    ...(answer.type === "" ? {} : { content: { [answer.type]: body } }),
  };
}

/** `get /api/clips/{id}.mp4` as `getClipsByIdMp4`. */
function operationId(method: Method, path: string): string {
  const words = path
    .replace(/^\/(?:api\/)?/, "")
    .replace(/\{(\w+)\}/g, "by-$1")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return `${method}${name === "" ? "Page" : name}`;
}

/** JSON Schemas of everything that has a place, with references to the named ones. */
function schemasOf(refs: readonly Ref[]): { inline: Map<string, Json>; components: Json } {
  const inline = new Map<string, Json>();
  const named: Json = {};
  for (const io of ["input", "output"] as const) {
    const registry = z.registry<{ id: string }>();
    for (const [schema, { id }] of entriesOf(components)) registry.add(schema, { id });
    const own = new Map<string, string>();
    for (const { key, schema, io: wanted } of refs) {
      if (wanted !== io) continue;
      const known = components.get(schema)?.id;
      if (known !== undefined) {
        inline.set(key, { $ref: `#/components/schemas/${known}` });
      } else if (registry.get(schema) === undefined) {
        registry.add(schema, { id: `@${key}` });
        own.set(key, `@${key}`);
      } else own.set(key, registry.get(schema)?.id ?? "");
    }
    const { schemas } = z.toJSONSchema(registry, {
      io,
      uri: (id) => `#/components/schemas/${id}`,
      // Frozen results are no business of whoever reads the document.
      override: ({ jsonSchema }) => void delete jsonSchema.readOnly,
    });
    for (const [id, schema] of Object.entries(schemas)) {
      const { $schema: _, $id: __, ...rest } = schema as Json;
      if (!id.startsWith("@")) named[id] = rest;
      for (const [key, ownId] of own) if (ownId === id) inline.set(key, rest);
    }
  }
  return { inline, components: named };
}

/** Puts every inline schema into its place. */
function fill(value: unknown, inline: ReadonlyMap<string, Json>): unknown {
  if (Array.isArray(value)) return value.map((item) => fill(item, inline));
  if (typeof value !== "object" || value === null) return value;
  const { $ref } = value as Json;
  if (typeof $ref === "string" && inline.has($ref)) return inline.get($ref);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, fill(member, inline)]),
  );
}

function entriesOf(
  registry: z.core.$ZodRegistry<{ id: string }>,
): [schema: z.core.$ZodType, meta: { id: string }][] {
  return [...registry._idmap].map(([id, schema]) => [schema, { id }]);
}
