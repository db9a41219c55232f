/** Alerts, who is told of them, and what became of that. */

import { z } from "zod";
import { HttpError, json, listOf, type Route, route } from "../route.ts";
import {
  alert,
  alertPage,
  alertState,
  channelInfo,
  delivery,
  deliveryPage,
  done,
  id,
  ruleInfo,
  silence,
} from "../schemas.ts";
import { listQuery, names, pageQuery } from "./history.ts";

/** Most browsers that may want push messages. */
const MAX_SUBSCRIPTIONS = 64;

const byId = z.strictObject({ id });

const subscription = z.strictObject({
  endpoint: z.url().max(2000).describe("https; an admin may name any"),
  keys: z.strictObject({
    p256dh: z.string().regex(/^[A-Za-z0-9_-]{80,100}={0,2}$/),
    auth: z.string().regex(/^[A-Za-z0-9_-]{16,48}={0,2}$/),
  }),
  label: z.string().max(80).describe("what the person calls the device"),
});

/** Routes of alerting. */
export const alertRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/alerts",
    role: "viewer",
    tag: "alerts",
    summary: "Episodes by page, newest first",
    query: z.strictObject({
      ...pageQuery,
      rule: z.optional(names),
      state: z.array(alertState).max(3).optional().describe("repeatable; none: all"),
    }),
    answer: json(alertPage, "those that overlap the span"),
    handle: ({ query, server: { parts } }) =>
      parts.store.alerts({
        ...listQuery(query),
        ...(query.rule === undefined ? {} : { rules: query.rule }),
        ...(query.state === undefined ? {} : { states: query.state }),
      }),
  }),
  route({
    method: "get",
    path: "/api/alerts/rules",
    role: "viewer",
    tag: "alerts",
    summary: "Rules and whether they fire",
    answer: listOf(ruleInfo, "in the order of the configuration"),
    handle: ({ server: { parts } }) => parts.alerts.rules(),
  }),
  route({
    method: "get",
    path: "/api/alerts/silences",
    role: "viewer",
    tag: "alerts",
    summary: "Rules of which nobody is notified now",
    answer: listOf(silence, "those that have not ended"),
    handle: ({ server: { parts } }) => parts.alerts.silences(),
  }),
  route({
    method: "post",
    path: "/api/alerts/silences",
    role: "admin",
    tag: "alerts",
    summary: "Notify nobody of a rule for a while",
    body: z.strictObject({
      rule: z.string().min(1).max(200).nullable().describe("null: every rule"),
      minutes: z.number().min(1).max(525_600),
    }),
    answer: json(silence, "the silence"),
    errors: { 404: "no rule has that id" },
    handle: ({ body, server: { parts, now } }) => {
      const { rule, minutes } = body;
      if (rule !== null && !parts.alerts.rules().some((one) => one.id === rule)) {
        throw new HttpError(404, `body.rule: expected the id of a rule, got "${rule}"`);
      }
      return parts.alerts.silence(rule, now() + minutes * 60_000);
    },
  }),
  route({
    method: "delete",
    path: "/api/alerts/silences/{id}",
    role: "admin",
    tag: "alerts",
    summary: "End a silence",
    params: byId,
    answer: json(done, "it is over"),
    errors: { 404: "no silence has that id" },
    handle: async ({ params, server: { parts } }) => {
      if (await parts.alerts.unsilence(params.id)) return { ok: true as const };
      throw new HttpError(404, `expected the id of a silence, got "${params.id}"`);
    },
  }),
  route({
    method: "post",
    path: "/api/alerts/{id}/acknowledge",
    role: "admin",
    tag: "alerts",
    summary: "Say that an alert was seen",
    params: byId,
    answer: json(alert, "the alert"),
    errors: { 404: "no alert has that id" },
    handle: async ({ params, server: { parts } }) => {
      const found = await parts.alerts.acknowledge(params.id);
      if (found !== null) return found;
      throw new HttpError(404, `expected the id of an alert, got "${params.id}"`);
    },
  }),
  route({
    method: "get",
    path: "/api/channels",
    role: "viewer",
    tag: "alerts",
    summary: "Ways to tell people",
    answer: listOf(channelInfo, "in the order of the configuration"),
    handle: ({ server: { parts } }) => parts.alerts.channels(),
  }),
  route({
    method: "post",
    path: "/api/channels/{id}/test",
    role: "admin",
    tag: "alerts",
    summary: "Send a test message now",
    load: "heavy",
    atOnce: 4,
    params: byId,
    answer: json(delivery, "what became of it"),
    errors: { 404: "no channel has that id" },
    handle: async ({ params, server: { parts } }) => {
      const sent = await parts.alerts.test(params.id);
      if (sent !== null) return sent;
      throw new HttpError(404, `expected the id of a channel, got "${params.id}"`);
    },
  }),
  route({
    method: "get",
    path: "/api/deliveries",
    role: "viewer",
    tag: "alerts",
    summary: "Notifications by page, newest first",
    query: z.strictObject({
      channel: z.optional(names),
      before: pageQuery.before,
      limit: pageQuery.limit,
    }),
    answer: json(deliveryPage, "the log of deliveries"),
    handle: ({ query, server: { parts } }) =>
      parts.store.deliveries({
        ...listQuery(query),
        ...(query.channel === undefined ? {} : { channels: query.channel }),
      }),
  }),
  route({
    method: "get",
    path: "/api/push/key",
    role: "viewer",
    tag: "alerts",
    summary: "Public key for browsers that want push messages (VAPID)",
    answer: json(z.strictObject({ key: z.string() }), "base64url"),
    handle: async ({ server: { parts } }) => ({ key: await parts.alerts.pushKey() }),
  }),
  route({
    method: "post",
    path: "/api/push/subscriptions",
    role: "viewer",
    tag: "alerts",
    summary: "Send push messages to a browser",
    body: subscription,
    answer: json(done, "it will get them"),
    errors: { 409: `there are ${MAX_SUBSCRIPTIONS} already` },
    handle: async ({ body, who, server: { parts, now } }) => {
      // The node will send requests there: only an admin may point it at something that is no public push service.
      if (who.role !== "admin" && !body.endpoint.startsWith("https://")) {
        throw new HttpError(400, "body.endpoint: expected an https address, got another");
      }
      const known = await parts.store.pushSubscriptions();
      const isNew = known.every(({ endpoint }) => endpoint !== body.endpoint);
      if (isNew && known.length >= MAX_SUBSCRIPTIONS) {
        throw new HttpError(409, `expected at most ${MAX_SUBSCRIPTIONS} browsers, got one more`);
      }
      await parts.store.putPushSubscription({ ...body, createdAt: now() });
      return { ok: true as const };
    },
  }),
  route({
    method: "delete",
    path: "/api/push/subscriptions",
    role: "viewer",
    tag: "alerts",
    summary: "Send no more push messages to a browser",
    body: z.strictObject({ endpoint: z.string().min(1).max(2000) }),
    answer: json(done, "it gets no more, whether it got some or not"),
    handle: async ({ body, server: { parts } }) => {
      await parts.store.deletePushSubscription(body.endpoint);
      return { ok: true as const };
    },
  }),
];
