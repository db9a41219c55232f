/** Prompts of text and images: what chat templates leave open is filled in, and all of it becomes embeddings. */

import type { PixelBlocks, Rows, SlotModel } from "../model/types.ts";
import type { RgbImage } from "../smolvlm/resize.ts";
import { GenerationError } from "./error.ts";
import type { TextTokenizer } from "./tokenizer.ts";

/** A piece of a prompt: text to be tokenised (special tokens in it count), token ids, or blocks of an image. */
export type PromptPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tokens"; readonly ids: ArrayLike<number> }
  | { readonly kind: "blocks"; readonly blocks: PixelBlocks };

/** A picture of a video and its time from the start, in seconds. */
export type VideoFrame = { readonly image: RgbImage; readonly seconds: number };

/** How a model family writes media into its prompts. */
export interface MediaLayout {
  /** What the chat template writes for an image; null where the model takes none. */
  readonly imagePlaceholder: string | null;
  /** What the chat template writes for a video; null where the model takes none. */
  readonly videoPlaceholder: string | null;
  /** What stands for an image. */
  image(image: RgbImage): readonly PromptPart[];
  /** What stands for a video. */
  video(frames: readonly VideoFrame[]): readonly PromptPart[];
}

/** The layout of models without media. */
export const TEXT_ONLY: MediaLayout = {
  imagePlaceholder: null,
  videoPlaceholder: null,
  image: () => [],
  video: () => [],
};

/**
 * Puts images and videos in the places that a rendered chat template left for them, in order.
 *
 * @throws {GenerationError} (`prompt`) where there are more or fewer of them than places.
 */
export function fillPrompt(
  text: string,
  layout: MediaLayout,
  images: readonly RgbImage[],
  videos: readonly (readonly VideoFrame[])[],
): PromptPart[] {
  const parts: PromptPart[] = [];
  let rest = text;
  const used = { images: 0, videos: 0 };
  for (;;) {
    const image = find(rest, layout.imagePlaceholder);
    const video = find(rest, layout.videoPlaceholder);
    const at = Math.min(image, video);
    if (at === Infinity) break;
    parts.push({ kind: "text", text: rest.slice(0, at) });
    if (at === image) {
      const given = images[used.images++];
      if (given !== undefined) parts.push(...layout.image(given));
      rest = rest.slice(at + (layout.imagePlaceholder?.length ?? 0));
    } else {
      const given = videos[used.videos++];
      if (given !== undefined) parts.push(...layout.video(given));
      rest = rest.slice(at + (layout.videoPlaceholder?.length ?? 0));
    }
  }
  parts.push({ kind: "text", text: rest });
  for (const [what, placed, given] of [
    ["images", used.images, images.length],
    ["videos", used.videos, videos.length],
  ] as const) {
    if (placed === given) continue;
    throw new GenerationError(
      "prompt",
      what,
      `expected as many as the prompt has places, ${placed}, got ${given}`,
    );
  }
  return parts;
}

/** A prompt that is ready for the model. */
export type EncodedPrompt = {
  /** Rows of all tokens, in order. */
  readonly rows: Rows;
  /** Ids of its text tokens. */
  readonly textIds: readonly number[];
};

/** Number of tokens that parts take, without computing anything. */
export function countPrompt(parts: readonly PromptPart[], tokenizer: TextTokenizer): number {
  return tokenise(parts, tokenizer).reduce(
    (sum, part) => sum + (Array.isArray(part) ? part.length : part.count),
    0,
  );
}

/** Embeds a prompt. @throws {GenerationError} (`prompt`) for one that is empty or has ids beyond the vocabulary. */
export async function encodePrompt(
  parts: readonly PromptPart[],
  model: SlotModel,
  tokenizer: TextTokenizer,
  signal?: AbortSignal,
): Promise<EncodedPrompt> {
  const pieces: Rows[] = [];
  const textIds: number[] = [];
  for (const part of tokenise(parts, tokenizer)) {
    signal?.throwIfAborted();
    if (!Array.isArray(part)) {
      pieces.push(await model.embedBlocks(part));
      continue;
    }
    const beyond = part.find((id) => !(Number.isInteger(id) && id >= 0 && id < model.vocabulary));
    if (beyond !== undefined) {
      throw new GenerationError(
        "prompt",
        "prompt",
        `expected token ids below ${model.vocabulary}, got ${beyond}: the tokenizer does not fit the model`,
      );
    }
    textIds.push(...part);
    pieces.push(await model.embedTokens(Int32Array.from(part)));
  }
  const count = pieces.reduce((sum, { count }) => sum + count, 0);
  if (count === 0)
    throw new GenerationError("prompt", "prompt", "expected at least one token, got none");
  const embeddings = new Float32Array(count * model.width);
  const ids = new Int32Array(count);
  let at = 0;
  for (const piece of pieces) {
    embeddings.set(piece.embeddings, at * model.width);
    ids.set(piece.ids, at);
    at += piece.count;
  }
  return { rows: { count, embeddings, ids }, textIds };
}

/** Neighbouring texts and ids as one list of ids, blocks in between. */
function tokenise(
  parts: readonly PromptPart[],
  tokenizer: TextTokenizer,
): (number[] | PixelBlocks)[] {
  const found: (number[] | PixelBlocks)[] = [];
  let text = "";
  const add = (ids: ArrayLike<number>): void => {
    const last = found.at(-1);
    const list = Array.isArray(last) ? last : [];
    if (list !== last) found.push(list);
    for (let i = 0; i < ids.length; i++) list.push(ids[i] as number);
  };
  const flush = (): void => {
    if (text !== "") add(tokenizer.encode(text));
    text = "";
  };
  for (const part of parts) {
    if (part.kind === "text") text += part.text;
    else {
      flush();
      if (part.kind === "tokens") add(part.ids);
      else found.push(part.blocks);
    }
  }
  flush();
  return found;
}

function find(text: string, placeholder: string | null): number {
  if (placeholder === null) return Infinity;
  const at = text.indexOf(placeholder);
  return at === -1 ? Infinity : at;
}
