/** Errors as OpenAI's interface words them. */

import { GenerationError } from "@symbion/neural";

/** What a client is told in the `type` field. */
export type ApiErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "rate_limit_error"
  | "server_error";

/** A request cannot be answered; becomes a JSON body with a status. */
export class ModelApiError extends Error {
  override readonly name = "ModelApiError";
  readonly status: number;
  readonly type: ApiErrorType;
  /** The field that is at fault, or null. */
  readonly param: string | null;
  /** For programs, e.g. `context_length_exceeded`; or null. */
  readonly code: string | null;

  constructor(
    status: number,
    message: string,
    more: {
      readonly type?: ApiErrorType;
      readonly param?: string | null;
      readonly code?: string | null;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.type = more.type ?? (status >= 500 ? "server_error" : "invalid_request_error");
    this.param = more.param ?? null;
    this.code = more.code ?? null;
  }
}

/** A request that is wrong. */
export function badRequest(param: string | null, message: string, code?: string): ModelApiError {
  return new ModelApiError(400, message, { param, code: code ?? null });
}

/** What anything that was thrown becomes. */
export function asApiError(error: unknown): ModelApiError {
  if (error instanceof ModelApiError) return error;
  if (error instanceof GenerationError) {
    switch (error.reason) {
      case "option":
        return badRequest(error.where, error.message);
      case "schema":
        return badRequest("response_format", error.message, "invalid_json_schema");
      case "context":
        return badRequest("messages", error.message, "context_length_exceeded");
      case "prompt":
        return badRequest("messages", error.message);
      case "vocabulary":
        return badRequest("response_format", error.message, "unsupported_by_model");
      case "model":
        return new ModelApiError(500, error.message);
    }
  }
  return new ModelApiError(500, "the server failed to answer; its log says why");
}

/** The body of an error. */
export function errorBody({ message, type, param, code }: ModelApiError): object {
  return { error: { message, type, param, code } };
}
