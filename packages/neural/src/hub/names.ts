/** Names that become folders: models' ids, revisions, files. All of them may come from strangers. */

import { HubError } from "./errors.ts";

const PART = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,95}$/;

/** A model and a revision of it. */
export type ModelName = {
  /** `owner/name`, or just a name. */
  readonly id: string;
  /** Branch, tag or commit; undefined where none is given. */
  readonly revision: string | undefined;
};

/** Splits `owner/name@revision`. @throws {HubError} when it is no such name. */
export function parseModelName(text: string): ModelName {
  const [id = "", ...rest] = text.split("@");
  const revision = rest.length === 0 ? undefined : rest.join("@");
  const parts = id.split("/");
  if (parts.length > 2 || !parts.every(isPart)) {
    throw new HubError(`expected a model's id (owner/name), got ${JSON.stringify(text)}`);
  }
  if (revision !== undefined && !isRevision(revision)) {
    throw new HubError(`${id}: expected a branch, tag or commit, got ${JSON.stringify(revision)}`);
  }
  return { id, revision };
}

function isPart(part: string): boolean {
  // The hub allows neither `--` nor `..`; the first keeps folders' names unique.
  return PART.test(part) && !part.includes("--") && !part.includes("..");
}

function isRevision(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}$/.test(text) && !/\.\.|\/\/|\/$/.test(text);
}

/** Whether this is the name of a commit. */
export function isCommit(text: unknown): text is string {
  return typeof text === "string" && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text);
}

/** Folder of a model, of one level. */
export function folderOf(id: string): string {
  return id.replace("/", "--");
}

/** Whether a file's path stays within its folder on every system. */
export function isSafePath(path: unknown): path is string {
  if (typeof path !== "string" || path.length === 0 || path.length > 512) return false;
  return path.split("/").every(
    (part) =>
      part !== "" &&
      !/^\.+$/.test(part) &&
      part.length <= 255 &&
      // Control characters, Windows' separators and drives, and its silent loss of final dots and spaces.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      !/[\u0000-\u001f\u007f\\:*?"<>|]|[. ]$/.test(part) &&
      !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(part),
  );
}
