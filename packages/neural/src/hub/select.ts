/** Which files of a model are pulled, and what its licence is. */

import { HubError } from "./errors.ts";

/** Architectures (`model_type` of config.json) that can be run. */
export const SUPPORTED: readonly string[] = ["gemma4", "gemma4_text", "smolvlm"];

/** What is pulled unless told otherwise: weights in safetensors, configuration, tokenizer, licence. */
const WANTED: readonly RegExp[] = [
  /^model(?:-\d+-of-\d+)?\.safetensors$/,
  /^model\.safetensors\.index\.json$/,
  /^(?:generation_|(?:video_)?preprocessor_|processor_)?config\.json$/,
  /^(?:tokenizer|tokenizer_config|special_tokens_map|added_tokens|chat_template)\.json$/,
  /^chat_template\.jinja$/,
  /^(?:README|LICEN[CS]E|NOTICE|USE_POLICY)[\w.-]*$/i,
];

/** Which files to pull; patterns as in a shell, where `*` stands for `/` as well. */
export type Selection = {
  /** Files to pull instead of those that are needed to run the model. */
  readonly include?: readonly string[] | undefined;
  /** Files to leave out. */
  readonly exclude?: readonly string[] | undefined;
};

/**
 * Files to pull, in the order given.
 * @throws {HubError} when there is nothing to pull, or by default no weights that can be read.
 */
export function selectFiles<File extends { readonly path: string }>(
  id: string,
  files: readonly File[],
  { include = [], exclude = [] }: Selection,
): File[] {
  const wanted = include.length === 0 ? WANTED : include.map(globPattern);
  const unwanted = exclude.map(globPattern);
  const chosen = files.filter(
    ({ path }) =>
      wanted.some((pattern) => pattern.test(path)) &&
      !unwanted.some((pattern) => pattern.test(path)),
  );
  const among = `among ${files.length} files${files.length === 0 ? "" : `: ${sample(files)}`}`;
  if (chosen.length === 0) {
    throw new HubError(`${id}: expected at least one file to pull, got none ${among}`);
  }
  if (include.length === 0 && !chosen.some(({ path }) => path.endsWith(".safetensors"))) {
    throw new HubError(`${id}: expected weights in model.safetensors, got none ${among}`);
  }
  return chosen;
}

function sample(files: readonly { readonly path: string }[]): string {
  const shown = files.slice(0, 8).map(({ path }) => JSON.stringify(path).slice(1, -1));
  return shown.join(", ") + (files.length > shown.length ? ", ..." : "");
}

/** A shell pattern: `*` any text, `?` one character, `[...]` one of them. A folder's name stands for all in it. */
export function globPattern(glob: string): RegExp {
  let source = "";
  for (let at = 0; at < glob.length; at++) {
    const letter = glob[at] as string;
    const close = letter === "[" ? glob.indexOf("]", at + 2) : -1;
    if (letter === "*") source += ".*";
    else if (letter === "?") source += ".";
    else if (close > 0) {
      const inner = glob
        .slice(at + 1, close)
        .replace(/^!/, "^")
        .replace(/[\\[\]&~|]/g, "\\$&");
      source += `[${inner}]`;
      at = close;
    } else source += letter.replace(/[\\^$.|+()[\]{}/]/g, "\\$&");
  }
  if (glob.endsWith("/")) source += ".*";
  try {
    return new RegExp(`^${source}$`, "su");
  } catch (error) {
    throw new HubError(`expected a pattern like *.json, got ${JSON.stringify(glob)}`, {
      cause: error,
    });
  }
}

/** A model's licence, as its makers give it. */
export type Licence = {
  /** Short name, e.g. `apache-2.0`; `unknown` where nothing says. */
  readonly id: string;
  /** Full name of a licence of its own. */
  readonly name?: string | undefined;
  /** Where its text is. */
  readonly link?: string | undefined;
};

/** Licence in a model card's metadata, or undefined. */
export function licenceOfCard(card: unknown): Licence | undefined {
  if (typeof card !== "object" || card === null) return undefined;
  const { license, license_name, license_link } = card as Record<string, unknown>;
  const id = (Array.isArray(license) ? license : [license])
    .filter((item) => typeof item === "string")
    .join(", ");
  if (id === "") return undefined;
  return {
    id: clean(id),
    ...(typeof license_name === "string" ? { name: clean(license_name) } : {}),
    ...(typeof license_link === "string" ? { link: clean(license_link) } : {}),
  };
}

/** Licence in the front matter of a README, or undefined. */
export function licenceOfReadme(text: string): Licence | undefined {
  const [, matter] = /^\ufeff?---\r?\n([\s\S]*?)\r?\n---/.exec(text) ?? [];
  if (matter === undefined) return undefined;
  const value = (key: string): string | undefined => {
    const [, found] = new RegExp(`^${key}:[ \\t]*(.*)$`, "m").exec(matter) ?? [];
    const bare = found?.trim().replace(/^(["'])(.*)\1$/, "$2");
    if (bare) return bare;
    // A list below the key.
    const [, first] = new RegExp(`^${key}:[ \\t]*\\r?\\n[ \\t]*- *(.*)$`, "m").exec(matter) ?? [];
    return first?.trim();
  };
  return licenceOfCard({
    license: value("license"),
    license_name: value("license_name"),
    license_link: value("license_link"),
  });
}

/** Licence as the first line of its text says, or undefined. */
export function licenceOfText(text: string): Licence | undefined {
  const line = text.split("\n").find((candidate) => candidate.trim() !== "");
  return line === undefined ? undefined : { id: clean(line) };
}

/** Foreign text for a terminal: one line, no control characters, not long. */
function clean(text: string): string {
  return text
    .replace(/[^\P{C} ]/gu, " ")
    .trim()
    .slice(0, 100);
}
