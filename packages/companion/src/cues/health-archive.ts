/** The XML text inside an Apple Health export, whether it comes as the archive or as the bare file. */

import { UsageError } from "@symbion/core";
import { Unzip, UnzipInflate, UnzipPassThrough } from "fflate";

/** Bytes that are handed on at once: a piece of a zip bomb grows a thousandfold, and is held while it is parsed. */
const PIECE = 16_384;

/**
 * Text of the export's XML, in pieces. In an archive it is the first XML file in the first folder that is not the clinical
 * document beside it; its name depends on the phone's language.
 *
 * @throws UsageError where the bytes are neither, or the archive is damaged or has no such file.
 */
export async function* xmlOfExport(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, void> {
  let archive: Archive | null = null;
  let begun = false;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const chunk of bytes) {
    for (let from = 0; from < chunk.length; from += PIECE) {
      const piece = chunk.subarray(from, from + PIECE);
      if (!begun) {
        begun = true;
        if (piece[0] === 0x50) archive = new Archive();
        else if (!looksLikeXml(piece)) throw notExport("something else");
      }
      if (archive === null) {
        yield decode(decoder, piece, true);
        continue;
      }
      for (const inflated of archive.push(piece)) yield decode(decoder, inflated, true);
    }
  }
  if (!begun) throw notExport("no bytes");
  if (archive !== null) {
    for (const inflated of archive.end()) yield decode(decoder, inflated, true);
    if (!archive.found) throw notExport("an archive without an export.xml");
  }
  yield decode(decoder, new Uint8Array(0), false);
}

function decode(decoder: TextDecoder, bytes: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch (error) {
    throw new UsageError("Apple Health export: expected UTF-8, got other bytes", { cause: error });
  }
}

function looksLikeXml(piece: Uint8Array): boolean {
  const marked = piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf;
  let at = marked ? 3 : 0;
  while (at < piece.length && piece[at] <= 0x20) at++;
  return piece[at] === 0x3c;
}

function notExport(got: string): UsageError {
  return new UsageError(`Apple Health export: expected export.zip or export.xml, got ${got}`);
}

class Archive {
  readonly #unzip: Unzip;
  #pieces: Uint8Array[] = [];
  #failure: Error | null = null;
  found = false;

  constructor() {
    this.#unzip = new Unzip((file) => {
      const name = file.name.split("/").at(-1) ?? "";
      if (this.found || !/\.xml$/i.test(name) || /_cda\.xml$/i.test(name)) return;
      this.found = true;
      file.ondata = (error, data) => {
        if (error !== null) this.#failure = error;
        else this.#pieces.push(data);
      };
      file.start();
    });
    this.#unzip.register(UnzipInflate);
    this.#unzip.register(UnzipPassThrough);
  }

  push(piece: Uint8Array): Uint8Array[] {
    return this.#feed(piece, false);
  }

  end(): Uint8Array[] {
    return this.#feed(new Uint8Array(0), true);
  }

  #feed(piece: Uint8Array, last: boolean): Uint8Array[] {
    try {
      // The library may keep what it is given, and the caller may reuse its buffer.
      this.#unzip.push(piece.slice(), last);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
    if (this.#failure !== null) {
      throw new UsageError(
        `Apple Health export: expected an undamaged archive, got ${this.#failure.message}`,
        { cause: this.#failure },
      );
    }
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }
}
