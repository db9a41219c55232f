/** Sentences as vectors: the interface, and sentences that are read clause by clause. */

import { expected } from "@symbion/core";
import { SentenceWriter } from "./sentences.ts";
import type { WearStream } from "./wear-stream.ts";

/** Turns texts into vectors in which alike texts lie near each other. */
export interface TextEmbedder {
  /** What it is, for people. */
  readonly name: string;
  /** Numbers of a vector. */
  readonly width: number;
  /** Vectors of some texts, [texts, width]. */
  embed(texts: readonly string[]): Promise<Float32Array> | Float32Array;
}

/** Vectors of all clauses, from which those of sentences are made without asking the language model again. */
export class ClauseVectors {
  /** Numbers of a vector. */
  readonly width: number;
  /** [clauses, width]. */
  readonly vectors: Float32Array;
  readonly #writer: SentenceWriter;
  readonly #numbers: number[] = [];

  private constructor(writer: SentenceWriter, vectors: Float32Array) {
    this.#writer = writer;
    this.vectors = vectors;
    this.width = vectors.length / writer.clauses.length;
  }

  /** Has an embedder read each clause about some sensors once. @throws UsageError if it gives too few numbers. */
  static async read(embedder: TextEmbedder, sensors: readonly string[]): Promise<ClauseVectors> {
    const writer = new SentenceWriter(sensors);
    const vectors = await embedder.embed(writer.clauses);
    if (vectors.length !== writer.clauses.length * embedder.width) {
      throw expected(
        `${writer.clauses.length} vectors of ${embedder.width}`,
        `${vectors.length} numbers`,
        embedder.name,
      );
    }
    return new ClauseVectors(writer, vectors);
  }

  /** Of stored vectors. @throws UsageError if they don't fit the sensors. */
  static of(vectors: Float32Array, sensors: readonly string[]): ClauseVectors {
    const writer = new SentenceWriter(sensors);
    if (vectors.length === 0 || vectors.length % writer.clauses.length !== 0) {
      throw expected(`${writer.clauses.length} vectors`, `${vectors.length} numbers`, "clauses");
    }
    return new ClauseVectors(writer, vectors);
  }

  /** Writes the mean vector of the clauses about a stream's newest row. */
  write(stream: WearStream, regime: number, out: Float32Array, to: number): void {
    const numbers = this.#numbers;
    this.#writer.write(stream, regime, numbers);
    const { width, vectors } = this;
    out.fill(0, to, to + width);
    for (const number of numbers) {
      for (let i = 0; i < width; i++) out[to + i] += vectors[number * width + i] / numbers.length;
    }
  }
}
