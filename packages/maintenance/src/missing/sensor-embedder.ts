/** The embedded default: means of learned vectors of word pieces, trained on sentences about sensors. */

import type { TextEmbedder } from "./embedder.ts";
import { BUCKETS, pieces } from "./hashed-words.ts";
import { SENSOR_VECTOR_SCALE, SENSOR_VECTOR_WIDTH, SENSOR_VECTORS } from "./sensor-vectors.ts";

/** Reads texts about sensors. Made by `train/sensor-embedder.ts`, which says of what. */
export class SensorEmbedder implements TextEmbedder {
  /** The same for all of its kind. */
  readonly name = "sensor sentences";
  /** 24 for the embedded vectors. */
  readonly width: number;
  readonly #vectors: Float32Array;

  /** @param vectors [BUCKETS, width]; default: the embedded ones. */
  constructor(vectors: Float32Array = embedded()) {
    this.#vectors = vectors;
    this.width = vectors.length / BUCKETS;
  }

  /** Mean vectors of the texts' pieces; 0 for texts without any. */
  embed(texts: readonly string[]): Float32Array {
    const { width } = this;
    const out = new Float32Array(texts.length * width);
    texts.forEach((text, t) => {
      const found = pieces(text);
      for (const piece of found) {
        for (let i = 0; i < width; i++) {
          out[t * width + i] += this.#vectors[piece * width + i] / found.length;
        }
      }
    });
    return out;
  }
}

function embedded(): Float32Array {
  const bytes = atob(SENSOR_VECTORS);
  const vectors = new Float32Array(BUCKETS * SENSOR_VECTOR_WIDTH);
  for (let i = 0; i < vectors.length; i++) {
    // Signed bytes.
    vectors[i] = (((bytes.charCodeAt(i) + 128) & 255) - 128) * SENSOR_VECTOR_SCALE;
  }
  return vectors;
}
