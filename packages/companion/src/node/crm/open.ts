/** One door to all CRM systems, from plain options as a configuration file has them. */

import { expected } from "@symbion/core";
import { CRM_KINDS, type CrmConnector } from "../../crm/connector.ts";
import type { Reach } from "../../crm/exchange.ts";
import { openSample } from "../../crm/sample.ts";
import type { RtOptions } from "./rt.ts";
import type { SalesforceOptions } from "./salesforce-options.ts";

/** Which system, and how it is reached: plain data. */
export type CrmOptions =
  | SalesforceOptions
  | RtOptions
  | {
      /** Simulated cases in memory, for trying things out. */
      readonly kind: "sample";
    };

/**
 * Opens a connector. Nothing is sent before its first call; a system's code is loaded here, when it is wanted.
 *
 * @param reach How requests go out: the node gives its own `fetch` and asks its door in `beforeRequest`.
 * @throws UsageError for wrong options (never showing a token or password), and where jsforce is wanted and missing.
 */
export async function openCrm(options: CrmOptions, reach: Reach = {}): Promise<CrmConnector> {
  switch (options.kind) {
    case "salesforce": {
      const { openSalesforce } = await import("./salesforce.ts");
      return openSalesforce(options, reach);
    }
    case "rt": {
      const { openRequestTracker } = await import("./rt.ts");
      return openRequestTracker(options, reach);
    }
    case "sample": {
      const others = Object.keys(options).filter((name) => name !== "kind");
      if (others.length > 0) throw expected("only kind", others[0], "crm");
      return openSample();
    }
    default:
      throw expected(
        CRM_KINDS.join(", "),
        (options as { readonly kind?: unknown }).kind,
        "crm.kind",
      );
  }
}
