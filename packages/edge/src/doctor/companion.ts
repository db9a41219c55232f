/** Checks of what the companion relies on: the model behind it, the model that rephrases, the CRM system. */

import type { DoctorCheck } from "@symbion/core";
import { isOnThisMachine } from "../companion/place.ts";
import type { CompanionConfig, CrmConfig, UpstreamConfig } from "../config/companion-types.ts";
import type { Door } from "../share/door.ts";
import { check } from "./machine.ts";
import { connectTo } from "./reach.ts";

/** Milliseconds for an answer. */
const PATIENCE = 10_000;

/**
 * Asks each server for the least that shows that it works, and says how long that took. A server elsewhere is asked
 * through the door; without one it is only connected to, and nothing is sent.
 */
export async function checkCompanionServers(
  { enabled, upstream, rephraseWith, crm }: CompanionConfig,
  door: Pick<Door, "open"> | null,
): Promise<DoctorCheck[]> {
  if (!enabled) return [];
  return await Promise.all([
    upstream === null
      ? check("companion model", "ok", "the sample model, simulated")
      : checkModel("companion model", upstream, door),
    ...(rephraseWith === null ? [] : [checkModel("companion rephraser", rephraseWith, door)]),
    ...(crm === null ? [] : [checkCrm(crm, door)]),
  ]);
}

async function checkModel(
  name: string,
  { url, model, apiKey }: UpstreamConfig,
  door: Pick<Door, "open"> | null,
): Promise<DoctorCheck> {
  if (door === null && !isOnThisMachine(url)) return await connects(name, url);
  const { upstreamModels } = await import("@symbion/companion");
  const { fetchThrough } = await import("../companion/leaving.ts");
  const { host } = new URL(url);
  return await timed(name, host, async () => {
    const models = await upstreamModels(
      {
        url,
        ...(apiKey === null ? {} : { apiKey }),
        ...(door === null ? {} : { fetch: fetchThrough(door, url) }),
      },
      AbortSignal.timeout(PATIENCE),
    );
    const lists = `${host} lists ${models.length} ${models.length === 1 ? "model" : "models"}`;
    if (model === null) {
      const [first] = models;
      return first === undefined
        ? ["failed", `${lists}, and the configuration names none`]
        : ["ok", `${lists}; ${first} is asked`];
    }
    return models.includes(model)
      ? ["ok", `${lists}, ${model} among them`]
      : ["warning", `${lists}, but not ${model}: it may refuse to answer`];
  });
}

async function checkCrm(crm: CrmConfig, door: Pick<Door, "open"> | null): Promise<DoctorCheck> {
  const name = "companion CRM";
  const { url } = crm;
  if (url === null) return check(name, "ok", "the sample's cases, simulated");
  if (door === null && !isOnThisMachine(url)) return await connects(name, url);
  const { Cases } = await import("../companion/cases.ts");
  const none = { open: () => Promise.reject(new Error("no door")) };
  const cases = new Cases(crm, { door: door ?? none, folder: "", log: () => {} });
  try {
    return await timed(name, new URL(url).host, async () => {
      const label = await cases.probe(AbortSignal.timeout(PATIENCE));
      return ["ok", `${label} lets this node in and lists cases`];
    });
  } finally {
    await cases.close();
  }
}

async function timed(
  name: string,
  host: string,
  work: () => Promise<readonly [DoctorCheck["state"], string]>,
): Promise<DoctorCheck> {
  const begun = performance.now();
  try {
    const [state, text] = await work();
    return check(name, state, `${text}, in ${Math.round(performance.now() - begun)} ms`);
  } catch (error) {
    const late = error instanceof Error && error.name === "TimeoutError";
    const why = late
      ? `${host}: no answer within ${PATIENCE / 1000} s`
      : error instanceof Error
        ? error.message
        : String(error);
    return check(name, "failed", why);
  }
}

async function connects(name: string, url: string): Promise<DoctorCheck> {
  const { hostname, port, protocol } = new URL(url);
  const at = Number(port) || (protocol === "https:" ? 443 : 80);
  const host = hostname.replace(/^\[|\]$/g, "");
  const problem = await connectTo(host, at);
  return problem === null
    ? check(name, "ok", `${host}:${at} accepts connections; nothing was asked of it`)
    : check(name, "failed", `${host}:${at}: ${problem}`);
}
