/** Server-sent events, as far as models' servers use them: the data of each event, whatever pieces its bytes come in. */

/** Longest event that is read, in characters: no server has a reason for more. */
export const LONGEST_EVENT: number = 1 << 20;

/** What came is no stream of events: bytes that are no UTF-8, or an event without end. */
export class EventStreamError extends Error {
  override readonly name = "EventStreamError";
}

/**
 * The data of each event (several `data:` lines joined by line feeds), in order. Comments and other fields are left
 * out; lines end in LF, CRLF or CR. An event that the stream's end cuts off is given, too: some servers end so.
 *
 * @throws {EventStreamError} And whatever reading the chunks throws.
 */
export async function* eventData(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const lines = new Lines();
  let data: string[] = [];
  let length = 0;
  const take = (line: string): string | null => {
    if (line === "") {
      const event = data.length === 0 ? null : data.join("\n");
      data = [];
      length = 0;
      return event;
    }
    if (!line.startsWith("data")) return null;
    const rest = line.slice(4);
    if (rest !== "" && !rest.startsWith(":")) return null;
    const value = rest.startsWith(": ") ? rest.slice(2) : rest.slice(1);
    length += value.length;
    if (length > LONGEST_EVENT) throw tooLong();
    data.push(value);
    return null;
  };
  for await (const chunk of chunks) {
    for (const line of lines.push(decode(decoder, chunk))) {
      const event = take(line);
      if (event !== null) yield event;
    }
  }
  for (const line of [...lines.push(decode(decoder, null)), ...lines.rest(), ""]) {
    const event = take(line);
    if (event !== null) yield event;
  }
}

function decode(decoder: TextDecoder, chunk: Uint8Array | null): string {
  try {
    return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (error) {
    throw new EventStreamError("expected UTF-8, got other bytes", { cause: error });
  }
}

function tooLong(): EventStreamError {
  return new EventStreamError(`expected events of at most ${LONGEST_EVENT} characters, got more`);
}

/** Cuts text into lines; pieces of a line are joined once, so that many small pieces cost no more than a large one. */
class Lines {
  #pieces: string[] = [];
  #length = 0;
  #afterCr = false;

  push(text: string): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== 10 && code !== 13) {
        this.#afterCr = false;
        continue;
      }
      // The line feed of a CRLF ends no second line, even where a chunk ends between the two.
      if (code === 10 && this.#afterCr) {
        this.#afterCr = false;
        start = at + 1;
        continue;
      }
      this.#afterCr = code === 13;
      this.#keep(text.slice(start, at));
      lines.push(...this.rest());
      start = at + 1;
    }
    this.#keep(text.slice(start));
    return lines;
  }

  /** The line that has begun; takes it out. */
  rest(): [string] {
    const line = this.#pieces.join("");
    this.#pieces = [];
    this.#length = 0;
    return [line];
  }

  #keep(piece: string): void {
    if (piece === "") return;
    this.#length += piece.length;
    if (this.#length > LONGEST_EVENT) throw tooLong();
    this.#pieces.push(piece);
  }
}
