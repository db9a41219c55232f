/** What can go wrong between the companion and a CRM system. */

/**
 * What happened. `unreachable`: no connection; `timeout`: silent for too long; `busy`: the system asks to wait
 * (HTTP 429, 502, 503, a used-up request limit); `login`: credentials were refused, or a login page came instead of an
 * answer; `forbidden`: the account may not do this, or the node's own door did not let it out; `missing`: no such
 * record; `rejected`: the system says that the content is wrong; `conflict`: somebody else changed the record;
 * `broken`: what came is no answer of such a system; `full`: the queue is at its bound; `store`: the queue's file.
 */
export const CRM_ERROR_KINDS = [
  "unreachable",
  "timeout",
  "busy",
  "login",
  "forbidden",
  "missing",
  "rejected",
  "conflict",
  "broken",
  "full",
  "store",
] as const;

/** One of {@link CRM_ERROR_KINDS}. */
export type CrmErrorKind = (typeof CRM_ERROR_KINDS)[number];

/** More that is known of a failure. */
export type CrmErrorDetails = {
  /** HTTP status where there was an answer. */
  readonly status?: number;
  /**
   * Whether a write may have taken effect all the same: its answer was lost. A repetition has to look first.
   * Default false.
   */
  readonly mayHaveLanded?: boolean;
  /** Milliseconds that the system asks to wait. */
  readonly retryAfter?: number;
  /** What lies behind it. */
  readonly cause?: unknown;
};

/** A CRM system that could not be used as asked; never carries credentials. */
export class CrmError extends Error {
  override readonly name: string = "CrmError";
  /** What happened, for programs. */
  readonly kind: CrmErrorKind;
  /** HTTP status where there was an answer, else null. */
  readonly status: number | null;
  /** Whether a write may have taken effect all the same. */
  readonly mayHaveLanded: boolean;
  /** Milliseconds that the system asks to wait; null where it asks for nothing. */
  readonly retryAfter: number | null;

  constructor(kind: CrmErrorKind, message: string, details: CrmErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.status = details.status ?? null;
    this.mayHaveLanded = details.mayHaveLanded ?? false;
    this.retryAfter = details.retryAfter ?? null;
  }
}
