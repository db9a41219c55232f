/** `symbion openapi`: the HTTP interface as a document, for client generators and people. */

import { openApi } from "../server/openapi.ts";
import { ROUTES } from "../server/routes/index.ts";

/** Options of `symbion openapi`. */
export type OpenApiCommandOptions = { readonly json?: true };

/**
 * Prints the OpenAPI 3.1 document, the same as a node serves at `/api/openapi.json`; with `json` on one line.
 *
 * @param version Version of the node.
 */
export function openApiCommand(version: string, options: OpenApiCommandOptions): void {
  const document = openApi(ROUTES, version);
  const text = JSON.stringify(document, null, options.json === true ? undefined : 2);
  process.stdout.write(`${text}\n`);
}
