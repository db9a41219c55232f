/** Keeping the node: its health, its data as an archive, and who may use it. */

import { z } from "zod";
import { MAX_TOKENS } from "../auth.ts";
import { sessionCookie } from "../cookies.ts";
import type { Download } from "../parts.ts";
import { MAX_PASSWORD, MIN_PASSWORD } from "../passwords.ts";
import { HttpError, json, listOf, type Route, raw, route } from "../route.ts";
import { doctorCheck, done, id, restoreReport, role, tokenInfo } from "../schemas.ts";
import { withUpload } from "../upload.ts";

const attachment = { "Content-Disposition": "the name to save it under" };

function send({ name, type, body }: Download): Response {
  return new Response(body, {
    headers: {
      "Content-Type": type,
      "Content-Disposition": `attachment; filename="${name.replace(/[^A-Za-z0-9._-]/g, "_")}"`,
      "Cache-Control": "no-store",
    },
  });
}

/** Routes of upkeep and access. */
export const nodeRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/doctor",
    role: "admin",
    tag: "upkeep",
    summary: "Checks of the machine and the node",
    load: "heavy",
    answer: listOf(doctorCheck, "one by one"),
    handle: ({ server: { parts } }) => parts.doctor(),
  }),
  route({
    method: "get",
    path: "/api/support",
    role: "admin",
    tag: "upkeep",
    summary: "Support bundle: versions, redacted configuration, log, figures",
    load: "heavy",
    answer: raw("application/gzip", "a tar archive", attachment),
    handle: async ({ server: { parts } }) => send(await parts.support()),
  }),
  route({
    method: "get",
    path: "/api/backup",
    role: "admin",
    tag: "upkeep",
    summary: "Configuration and store as one archive",
    load: "heavy",
    query: z.strictObject({
      clips: z.enum(["0", "1"]).optional().describe("1: with the clips' files; default 0"),
    }),
    answer: raw("application/gzip", "the archive", attachment),
    handle: async ({ query, server: { parts } }) =>
      send(await parts.backup.create({ clips: query.clips === "1" })),
  }),
  route({
    method: "post",
    path: "/api/restore",
    role: "admin",
    tag: "upkeep",
    summary: "Put an archive back",
    description: "The report says what it holds, and, of a real restore, when it takes effect.",
    load: "heavy",
    query: z.strictObject({
      "dry-run": z.enum(["0", "1"]).optional().describe("1: only look at it; default 0"),
    }),
    body: "archive",
    answer: json(restoreReport, "what would be done, was done, or why it was not"),
    errors: { 503: "no room for the archive, or another one is being restored" },
    handle: ({ query, request, server: { parts } }) =>
      withUpload(request, parts.backup.folder, parts.backup.maxBytes(), (file) =>
        parts.backup.restore(file, { dryRun: query["dry-run"] === "1" }),
      ),
  }),
  route({
    method: "get",
    path: "/api/tokens",
    role: "admin",
    tag: "access",
    summary: "Tokens of programs, without their secrets",
    answer: listOf(tokenInfo, "oldest first"),
    handle: ({ server: { parts } }) => parts.auth.tokens(),
  }),
  route({
    method: "post",
    path: "/api/tokens",
    role: "admin",
    tag: "access",
    summary: "Make a token",
    body: z.strictObject({ name: z.string().trim().min(1).max(80), role }),
    answer: json(
      z.strictObject({ token: z.string().describe("shown only now"), info: tokenInfo }),
      "the token",
    ),
    errors: { 409: `there are ${MAX_TOKENS} already` },
    handle: async ({ body, server: { parts } }) => {
      const made = await parts.auth.createToken(body.name, body.role);
      if (made !== null) return made;
      throw new HttpError(409, `expected at most ${MAX_TOKENS} tokens, got one more`);
    },
  }),
  route({
    method: "delete",
    path: "/api/tokens/{id}",
    role: "admin",
    tag: "access",
    summary: "End a token, its sessions and its live connections",
    params: z.strictObject({ id }),
    answer: json(done, "it is no longer valid"),
    errors: { 404: "no token has that id" },
    handle: async ({ params, server: { parts } }) => {
      if (await parts.auth.deleteToken(params.id)) return { ok: true as const };
      throw new HttpError(404, `expected the id of a token, got "${params.id}"`);
    },
  }),
  route({
    method: "put",
    path: "/api/password",
    role: "admin",
    tag: "access",
    summary: "Set the password",
    description:
      "Ends all other sessions that began with the old one. On a node that had none, everybody has to sign in from " +
      "now on; whoever set it is signed in by the answer.",
    load: "login",
    body: z.strictObject({ password: z.string().min(MIN_PASSWORD).max(MAX_PASSWORD) }),
    answer: json(done, "it is set"),
    handle: async ({ body, who, headers, request, server: { parts } }) => {
      const secret = await parts.auth.setPassword(body.password, who);
      if (secret !== null) {
        headers.append("Set-Cookie", sessionCookie(parts.auth.cookie, secret, request));
      }
      return { ok: true as const };
    },
  }),
];
