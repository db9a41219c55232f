/** What can go wrong in the companion that is not the caller's bad use (`UsageError` of `@symbion/core`). */

/** A model's server that could not be used; never carries credentials. */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  /**
   * `unreachable`: no connection; `timeout`: silent for too long; `refused`: it answered with an error;
   * `broken`: what it sent is no answer, or stopped in the middle of one.
   */
  readonly kind: "unreachable" | "timeout" | "refused" | "broken";
  /** The server's HTTP status where it answered with an error, else null. */
  readonly status: number | null;

  constructor(
    kind: UpstreamError["kind"],
    message: string,
    status: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.kind = kind;
    this.status = status;
  }
}

/** A sample or an inference without a live grant, or one that the place's setting forbids. Nothing was read. */
export class ConsentError extends Error {
  override readonly name = "ConsentError";
}

/** An accountability log that cannot be used: damaged beyond a torn last line, in use elsewhere, or not writable. */
export class LogError extends Error {
  override readonly name = "LogError";
}
