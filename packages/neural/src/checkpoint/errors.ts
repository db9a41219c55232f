/** What goes wrong with weights on disk. */

/**
 * A checkpoint, or a file that belongs to it, is not what it has to be, or could not be read, converted or stored. The
 * message names file and tensor, what was expected and what came.
 */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
}

/** Text of any thrown value, for a message. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
