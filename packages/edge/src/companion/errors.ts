/** What goes wrong behind the layer, as OpenAI's interface words it. */

import { UpstreamError } from "@symbion/companion";
import { UsageError } from "@symbion/core";
import { asApiError, badRequest, ModelApiError } from "../models/errors.ts";

/** Status by what was wrong with the model's server. */
const STATUS: Readonly<Record<UpstreamError["kind"], number>> = {
  unreachable: 502,
  timeout: 504,
  refused: 502,
  broken: 502,
};
/** "Too many requests" is for the client to mend. */
const TOO_MANY = 429;

/** What anything that was thrown becomes. */
export function asCompanionError(error: unknown): ModelApiError {
  if (error instanceof UpstreamError) {
    const { kind, status, message } = error;
    if (status === TOO_MANY) {
      return new ModelApiError(status, message, {
        type: "rate_limit_error",
        code: "upstream_busy",
      });
    }
    return new ModelApiError(STATUS[kind], message, { code: `upstream_${kind}` });
  }
  if (error instanceof UsageError) return badRequest(null, error.message);
  return asApiError(error);
}
