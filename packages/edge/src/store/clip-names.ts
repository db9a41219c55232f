/** Names of clips and of their files. */

/** What is added to a clip's name while it is written. */
export const PART = ".part";

/** What an earlier run left in a clip folder. */
export type Leftovers = {
  /** Ids of files that were being written. */
  readonly unfinished: readonly string[];
  /** Ids of finished files that the database does not know. */
  readonly unlisted: readonly string[];
};

/** Ids that are safe as names of files. */
export const CLIP_ID: RegExp = /^[\w-]{1,100}$/;
