/** Random weights to start from. */

import { constantly, type Initialiser, normal } from "@symbion/neural";
import { CONFIG } from "./model.ts";

/**
 * Linear layers keep the variance of what they are given. Norms of queries and keys start so that scores, which are
 * not divided by anything, have a deviation of about 1; what a layer adds starts smaller than what it is added to.
 */
export function initialiser(name: string, shape: readonly number[]): Initialiser | undefined {
  if (/[qk]_norm\.weight$/.test(name)) return constantly((shape[0] ?? 1) ** -0.25);
  if (/post_\w+norm\.weight$/.test(name)) return constantly(0.4);
  if (/embed_tokens\.weight$/.test(name)) return normal(CONFIG.text.width ** -0.5);
  if (/embed_tokens_per_layer\.weight$/.test(name))
    return normal(CONFIG.text.perLayerWidth ** -0.5);
  if (/position_embedding_table$/.test(name)) return normal(0.3);
  if (shape.length === 2) return normal((shape[1] ?? 1) ** -0.5);
  return undefined;
}
