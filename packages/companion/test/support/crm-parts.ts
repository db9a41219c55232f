/** A small org with a clock that tests set, and connectors to it. */

import type { CrmConnector } from "../../src/crm/connector.ts";
import type { Reach } from "../../src/crm/exchange.ts";
import type { CreateCase, CrmIntent } from "../../src/crm/intents.ts";
import { openCrm } from "../../src/node/crm/open.ts";
import type { SalesforceOptions } from "../../src/node/crm/salesforce-options.ts";
import { SalesforcePeer } from "./salesforce-peer.ts";

export type Clock = { at: number };

export type OrgPart = {
  readonly peer: SalesforcePeer;
  /** The org's clock; each of its requests takes 10 ms of it. */
  readonly clock: Clock;
  /** A connector that waits on the org's clock. */
  readonly open: (options?: Partial<SalesforceOptions>, reach?: Reach) => Promise<CrmConnector>;
};

export async function startOrg(): Promise<OrgPart> {
  const clock = { at: Date.UTC(2026, 10, 23, 9, 0, 0) };
  const peer = await SalesforcePeer.start(() => {
    clock.at += 10;
    return clock.at;
  });
  return {
    peer,
    clock,
    open: (options = {}, reach = {}) =>
      openCrm(
        {
          kind: "salesforce",
          url: peer.url,
          satisfactionField: "CSAT__c",
          ...(options.clientId === undefined ? { accessToken: "good-token" } : {}),
          ...options,
        },
        {
          sleep: async (ms) => {
            clock.at += ms;
          },
          random: () => 0.5,
          timeout: 5000,
          ...reach,
        },
      ),
  };
}

/** An id for an intent that is the same in each run. */
export function idOf(name: string, number = 0): string {
  return `intent-${name}-${String(number).padStart(4, "0")}`;
}

export function createCase(id: string, subject = "A case"): CreateCase {
  return { kind: "create-case", id, subject, description: "It broke." };
}

export function request(
  intent: CrmIntent,
  caseId: string | null = null,
  more: Partial<Parameters<CrmConnector["apply"]>[0]> = {},
): Parameters<CrmConnector["apply"]>[0] {
  return { intent, caseId, contactId: null, mayHaveLanded: false, onConflict: "ask", ...more };
}
