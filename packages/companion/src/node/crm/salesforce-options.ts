/** How a Salesforce org is reached, and where in it things are kept. */

import { expected, UsageError } from "@symbion/core";
import { baseUrl } from "../../crm/exchange.ts";

/** Options of the Salesforce connector. Tokens and secrets are never logged and never part of a message. */
export type SalesforceOptions = {
  /** Says which system it is. */
  readonly kind: "salesforce";
  /** The instance, `https://NAME.my.salesforce.com`; http only on the machine itself. */
  readonly url: string;
  /** A token of the org; or {@link SalesforceOptions.clientId} and its secret. */
  readonly accessToken?: string;
  /** Consumer key for the client-credentials flow. */
  readonly clientId?: string;
  /** Consumer secret for the client-credentials flow. */
  readonly clientSecret?: string;
  /** Where tokens are fetched. Default: {@link SalesforceOptions.url}. */
  readonly loginUrl?: string;
  /** Version of the API. Default `62.0`. */
  readonly version?: string;
  /**
   * A text field, unique and marked as external id, that exists on Case, Contact and Task and holds the intent's id.
   * Default `Symbion_Id__c`.
   */
  readonly externalIdField?: string;
  /**
   * An object with a unique field, such as `Symbion_Intent__c` and `Key__c`: each comment and its id are created in one
   * all-or-nothing request then, which makes comments `atomic`. Default: comments carry a mark that is looked for.
   */
  readonly ledger?: {
    /** The object's name. */
    readonly object: string;
    /** Its unique text field. */
    readonly field: string;
  };
  /** A number field of Case, 1 to 5, for stated satisfaction. Default: none, and satisfaction has no place. */
  readonly satisfactionField?: string;
  /** Words of `Status` that mean waiting for somebody. Default: those with "hold", "wait" or "pending" in them. */
  readonly waitingStatuses?: readonly string[];
  /**
   * Channel of the Streaming API that tells changes of cases: `/data/CaseChangeEvent`, or `/event/NAME__e` of the org's
   * own. Default: none, changes are asked for. The Pub/Sub API (gRPC) is not spoken.
   */
  readonly channel?: string;
  /** Field of such an event of the org's own that holds the case's id. Default `CaseId__c`. */
  readonly channelCaseField?: string;
};

/** The options with their defaults, checked. */
export type CheckedSalesforce = Required<
  Pick<SalesforceOptions, "url" | "loginUrl" | "version" | "externalIdField" | "channelCaseField">
> & {
  readonly accessToken: string | null;
  readonly client: { readonly id: string; readonly secret: string } | null;
  readonly ledger: { readonly object: string; readonly field: string } | null;
  readonly satisfactionField: string | null;
  readonly channel: string | null;
  readonly isWaiting: (status: string) => boolean;
};

const KNOWN = [
  "kind",
  "url",
  "accessToken",
  "clientId",
  "clientSecret",
  "loginUrl",
  "version",
  "externalIdField",
  "ledger",
  "satisfactionField",
  "waitingStatuses",
  "channel",
  "channelCaseField",
];

/** Checks options. Throws `UsageError`; it never shows a token or a secret. */
export function checkSalesforce(options: SalesforceOptions): CheckedSalesforce {
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name)) throw expected(`only ${KNOWN.join(", ")}`, name, "crm");
  }
  const url = address(options.url, "crm.url");
  const loginUrl = options.loginUrl === undefined ? url : address(options.loginUrl, "crm.loginUrl");
  const accessToken = secret(options.accessToken, "crm.accessToken");
  const id = secret(options.clientId, "crm.clientId");
  const key = secret(options.clientSecret, "crm.clientSecret");
  if ((id === null) !== (key === null)) {
    throw new UsageError("crm.clientId and crm.clientSecret: expected both or none, got one");
  }
  if (accessToken === null && id === null) {
    throw new UsageError("crm: expected accessToken, or clientId and clientSecret, got neither");
  }
  const version = options.version ?? "62.0";
  if (!/^\d\d\.0$/.test(version) || Number(version) < 46) {
    throw expected("a version of the API from 46.0 on", version, "crm.version");
  }
  const channel = options.channel ?? null;
  if (channel !== null && !/^\/(?:data|event)\/\w{1,80}$/.test(channel)) {
    throw expected("/data/NAMEChangeEvent or /event/NAME__e", channel, "crm.channel");
  }
  const { ledger, waitingStatuses } = options;
  const waiting = waitingStatuses === undefined ? null : new Set(waitingStatuses);
  return {
    url,
    loginUrl,
    version,
    accessToken,
    client: id === null || key === null ? null : { id, secret: key },
    externalIdField: field(options.externalIdField ?? "Symbion_Id__c", "crm.externalIdField"),
    ledger:
      ledger === undefined
        ? null
        : {
            object: field(ledger.object, "crm.ledger.object"),
            field: field(ledger.field, "crm.ledger.field"),
          },
    satisfactionField:
      options.satisfactionField === undefined
        ? null
        : field(options.satisfactionField, "crm.satisfactionField"),
    channel,
    channelCaseField: field(options.channelCaseField ?? "CaseId__c", "crm.channelCaseField"),
    isWaiting: (status) => waiting?.has(status) ?? /hold|wait|pending/i.test(status),
  };
}

/** An address to which credentials may be sent: https, or http to this machine. */
export function address(value: unknown, where: string): string {
  const url = baseUrl(value);
  if (url === null)
    throw expected("an http(s) address without credentials or query", "none", where);
  const { protocol, hostname } = new URL(url);
  const here = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  if (protocol !== "https:" && !here) {
    throw expected("https, or http to this machine: credentials go there", protocol, where);
  }
  return url;
}

/** A secret: one line of printable ASCII, or null. It is never shown. */
export function secret(value: unknown, where: string): string | null {
  if (value === undefined) return null;
  if (typeof value !== "string" || !/^[\x21-\x7e]{1,4096}$/.test(value)) {
    throw new UsageError(`${where}: expected one word of printable ASCII, got something else`);
  }
  return value;
}

function field(value: unknown, where: string): string {
  if (typeof value !== "string" || !/^[A-Za-z]\w{0,79}$/.test(value)) {
    throw expected("the name of a Salesforce field or object", value, where);
  }
  return value;
}
