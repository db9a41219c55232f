/** What left this node, who it is linked with, and what may be learned by whom. */

import { RELEASE_ROUTES, RELEASE_STATES } from "@symbion/core";
import { z } from "zod";
import { HttpError, json, listOf, type Route, raw, route } from "../route.ts";
import { done, id } from "../schemas.ts";
import {
  aggregatePage,
  cryptoUse,
  invited,
  peer,
  releasePage,
  sharePolicy,
  shareStatus,
  tierName,
} from "../share-schemas.ts";

const params = z.strictObject({ id });
const off = { 409: "sharing is off: the configuration has no share section" };
const noPeer = { 404: "no peer has that id" };

const limit = z.int().min(1).max(1000).optional().describe("default 100");
const before = z.string().max(200).optional().describe("next of the page before");

function missingPeer(peerId: string): HttpError {
  return new HttpError(404, `expected the id of a peer, got "${peerId}"`);
}

/** What the link says no to is an answer, not a defect. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === "ShareOff") throw new HttpError(409, error.message);
    if (error.name === "ShareRefused") throw new HttpError(422, error.message);
    if (error.name === "PeerUnreachable") throw new HttpError(503, error.message);
    throw error;
  }
}

/** Routes of sharing. */
export const shareRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/share",
    role: "viewer",
    tag: "sharing",
    summary: "Everything about sharing in one record: peers, budgets, price",
    answer: json(shareStatus, "as it is now"),
    handle: ({ server: { parts } }) => parts.share.status(),
  }),
  route({
    method: "get",
    path: "/api/releases",
    role: "viewer",
    tag: "sharing",
    summary: "What left this node, and what was kept from leaving, newest first",
    query: z.strictObject({
      before,
      limit,
      route: z.array(z.enum(RELEASE_ROUTES)).optional().describe("repeatable"),
      state: z.array(z.enum(RELEASE_STATES)).optional().describe("repeatable"),
      recipient: z.array(z.string().min(1).max(300)).max(64).optional().describe("repeatable"),
      from: z.number().optional(),
      to: z.number().optional(),
    }),
    answer: json(releasePage, "a page"),
    handle: async ({ query, server: { parts } }) => {
      const { items, next } = await parts.store.releases({
        routes: query.route ?? [],
        states: query.state ?? [],
        recipients: query.recipient ?? [],
        ...(query.before === undefined ? {} : { before: query.before }),
        ...(query.limit === undefined ? {} : { limit: query.limit }),
        ...(query.from === undefined ? {} : { from: query.from }),
        ...(query.to === undefined ? {} : { to: query.to }),
      });
      return { releases: items, next };
    },
  }),
  route({
    method: "get",
    path: "/api/releases/export",
    role: "admin",
    tag: "sharing",
    summary: "All releases as one file, oldest of the newest page last",
    description: "The file itself is a release: it is written down before its first byte goes.",
    load: "heavy",
    query: z.strictObject({ format: z.enum(["csv", "ndjson"]).describe("of the file") }),
    answer: raw("application/octet-stream", "text/csv or application/x-ndjson", {
      "Content-Disposition": "the name to save it under",
    }),
    handle: async ({ query, who, server: { parts } }) => {
      const file = await parts.share.exportLog(query.format, who.client);
      return new Response(file.body, {
        headers: {
          "Content-Type": "application/octet-stream",
          "Content-Disposition": `attachment; filename="${file.name}"`,
          "Cache-Control": "no-store",
        },
      });
    },
  }),
  route({
    method: "get",
    path: "/api/share/aggregates",
    role: "viewer",
    tag: "sharing",
    summary: "Numbers with noise that came from other nodes, newest first",
    query: z.strictObject({
      before,
      limit,
      peer: z.array(z.string().min(1).max(128)).max(64).optional().describe("repeatable"),
    }),
    answer: json(aggregatePage, "a page"),
    handle: async ({ query, server: { parts } }) => {
      const { items, next } = await parts.store.aggregates({
        peers: query.peer ?? [],
        ...(query.before === undefined ? {} : { before: query.before }),
        ...(query.limit === undefined ? {} : { limit: query.limit }),
      });
      return { aggregates: items, next };
    },
  }),
  route({
    method: "post",
    path: "/api/share/invitations",
    role: "admin",
    tag: "sharing",
    summary: "Make an invitation for another node",
    description: "It enrols one node, once, and is shown only now. This node has to listen.",
    body: z.strictObject({
      tier: tierName.optional().describe("tier of whoever enrols with it; default: none"),
      minutes: z.int().min(1).max(10_080).optional().describe("how long it holds; default 60"),
    }),
    answer: json(invited, "the invitation"),
    errors: { ...off, 422: "this node does not listen, or there is no such tier" },
    handle: ({ body, server: { parts } }) =>
      answered(parts.share.invite(body.tier ?? null, (body.minutes ?? 60) * 60_000)),
  }),
  route({
    method: "post",
    path: "/api/share/peers",
    role: "admin",
    tag: "sharing",
    summary: "Enrol with another node by its invitation",
    body: z.strictObject({
      invitation: z.string().min(1).max(4096),
      tier: tierName.optional().describe("tier of the other node; default: none"),
    }),
    answer: json(peer, "the other node"),
    errors: { ...off, 422: "the invitation, the other node or the tier was refused" },
    handle: ({ body, server: { parts } }) =>
      answered(parts.share.enrol(body.invitation, body.tier ?? null)),
  }),
  route({
    method: "delete",
    path: "/api/share/peers/{id}",
    role: "admin",
    tag: "sharing",
    summary: "Forget another node: its keys are destroyed, what waits for it is dropped",
    params,
    answer: json(done, "it is forgotten"),
    errors: { ...off, ...noPeer },
    handle: async ({ params: { id: peerId }, server: { parts } }) => {
      if (!(await answered(parts.share.forget(peerId)))) throw missingPeer(peerId);
      return { ok: true as const };
    },
  }),
  route({
    method: "put",
    path: "/api/share/peers/{id}/tier",
    role: "admin",
    tag: "sharing",
    summary: "Put another node into a tier, or into none",
    description: "The policy gets a new version, signed with this node's identity.",
    params,
    body: z.strictObject({ tier: tierName.nullable() }),
    answer: json(peer, "the other node"),
    errors: { ...off, ...noPeer, 422: "there is no such tier" },
    handle: async ({ params: { id: peerId }, body, server: { parts } }) => {
      const changed = await answered(parts.share.setTier(peerId, body.tier));
      if (changed === null) throw missingPeer(peerId);
      return changed;
    },
  }),
  route({
    method: "get",
    path: "/api/share/policy",
    role: "viewer",
    tag: "sharing",
    summary: "The signed policy of trust",
    answer: json(sharePolicy, "the policy in force"),
    errors: off,
    handle: ({ server: { parts } }) => answered(parts.share.policy()),
  }),
  route({
    method: "get",
    path: "/api/share/inventory",
    role: "viewer",
    tag: "sharing",
    summary: "Every algorithm in use: where, and until when it is allowed",
    answer: listOf(cryptoUse, "by use"),
    handle: ({ server: { parts } }) => answered(parts.share.inventory()),
  }),
];
