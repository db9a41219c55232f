/**
 * The one error of everything around the parser: opening, reading and remuxing foreign media. Damaged H.264 bits
 * are no error (the frame says `damaged`); what ends up here is a source that cannot be read as video at all.
 */

/** Why a source could not be read. */
export type MediaErrorCode =
  /** No bytes. */
  | "empty"
  /** Bytes that are no video this library or ffmpeg knows. */
  | "not-video"
  /** A container without a video track. */
  | "no-video-track"
  /** Video in a codec, profile or feature that is not read yet; {@link MediaError.codec} names it. */
  | "unsupported"
  /** The container's structure is broken. */
  | "damaged"
  /** The bytes end before the container says they do. */
  | "truncated"
  /** Missing file, directory, permission, network. */
  | "unreachable"
  /** ffmpeg is needed and not installed. */
  | "no-ffmpeg"
  /** The runtime lacks what is needed (WebCodecs, an encoder). */
  | "no-runtime-support"
  /** The caller aborted. */
  | "aborted";

/** A source that cannot be read: `message` says what was expected, what came and where. */
export class MediaError extends Error {
  override readonly name: string = "MediaError";
  /** Machine-readable reason. */
  readonly code: MediaErrorCode;
  /** The codec or feature found instead of H.264, when `code` is `"unsupported"`. */
  readonly codec: string | undefined;

  /** @param where - the source's name as shown to the user; credentials already masked */
  constructor(
    code: MediaErrorCode,
    where: string,
    what: string,
    options: { codec?: string; cause?: unknown } = {},
  ) {
    super(`${where}: ${what}`, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.codec = options.codec;
  }
}

/** The error for a video in another codec, e.g. `HEVC (hvc1): not yet; Symbion reads H.264`. */
export function unsupportedCodec(where: string, codec: string): MediaError {
  return new MediaError("unsupported", where, `${codec}: not yet; Symbion reads H.264`, { codec });
}

/** Any thrown value as a {@link MediaError}; one that already is passes unchanged. */
export function toMediaError(where: string, error: unknown): MediaError {
  if (error instanceof MediaError) return error;
  if (error instanceof Error && error.name === "AbortError") {
    return new MediaError("aborted", where, "aborted", { cause: error });
  }
  const text = error instanceof Error ? error.message : String(error);
  return new MediaError("damaged", where, `cannot be read: ${text}`, { cause: error });
}

/** Throws `TypeError` naming the first key of `options` that is not in `known`. */
export function rejectUnknownKeys(
  what: string,
  options: Record<string, unknown>,
  known: readonly string[],
): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new TypeError(`${what}: unknown option "${key}"; known: ${known.join(", ")}`);
    }
  }
}
