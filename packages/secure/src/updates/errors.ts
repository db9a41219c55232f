/** Why an update was refused; `UpdateError.code`. */
export const UPDATE_ERROR_CODES = [
  /** Bytes are no metadata in canonical form. */
  "malformed",
  /** Fewer valid signatures than the role demands. */
  "signatures",
  /** A version below one that was seen before. */
  "rollback",
  /** Metadata whose time is over: somebody holds newer ones back, or the publisher sleeps. */
  "expired",
  /** Metadata that do not belong together. */
  "mismatch",
  /** More bytes than were announced, or fewer. */
  "length",
  /** Other bytes than were announced. */
  "hash",
  /** A target that is not published. */
  "unknown-target",
  /** Nothing could be fetched. */
  "unavailable",
  /** The state on this device is damaged. */
  "state",
] as const;

/** One of {@link UPDATE_ERROR_CODES}. */
export type UpdateErrorCode = (typeof UPDATE_ERROR_CODES)[number];

/** An update that was refused; what was trusted before stays as it is. */
export class UpdateError extends Error {
  override readonly name = "UpdateError";
  /** What kind of refusal it is. */
  readonly code: UpdateErrorCode;

  constructor(code: UpdateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
