/**
 * Which tokens may come next, so that the text stays within a language. A state is what may still follow; the mask of
 * a state is put together from that of its head (say, the inside of a string), which many states share, and from the
 * few tokens that reach beyond the head.
 */

import { GenerationError } from "./error.ts";
import type { Expression } from "./expressions.ts";
import type { JsonGrammar } from "./schema.ts";
import type { TextTokenizer } from "./tokenizer.ts";
import type { TokenTrie } from "./trie.ts";

/** Masks that are kept: of heads, and of whole states. Each takes a bit per token. */
const HEADS_KEPT = 128;
const STATES_KEPT = 128;

/** Bytes of the longest end of a text that is looked for: walking one of more takes longer than a token. */
const LONGEST_ENDING = 8192;

/** Tokens that stay within a head, and the places in the trie where it may be left. */
type Walk = { readonly inside: Uint32Array; readonly exits: readonly number[] };

/** Masks of one grammar over one vocabulary; shared by all texts that are written with it. */
export class TokenMasks {
  /** The language that texts stay within. */
  readonly grammar: JsonGrammar;
  /** The vocabulary; a mask has a bit for each score of the model it was made for. */
  readonly trie: TokenTrie;
  /** Nodes of the trie that were looked at: the work done so far. */
  visited = 0;
  readonly #heads = new Map<Expression, Walk>();
  readonly #states = new Map<Expression, Uint32Array>();

  /** @throws {GenerationError} (`vocabulary`) where some printable ASCII character is no token by itself. */
  constructor(grammar: JsonGrammar, trie: TokenTrie) {
    this.grammar = grammar;
    this.trie = trie;
    for (let byte = 0x20; byte < 0x7f; byte++) {
      if (trie.single[byte] === true) continue;
      const character = JSON.stringify(String.fromCharCode(byte));
      throw new GenerationError(
        "vocabulary",
        "",
        `expected a vocabulary in which each printable ASCII character is a token, got one without ${character}`,
      );
    }
  }

  /** Tokens that may come in a state; the mask must not be changed. */
  allowed(state: Expression): Uint32Array {
    const same = this.#alike(state);
    const known = this.#states.get(same);
    if (known !== undefined) return known;
    const mask = new Uint32Array(this.trie.words);
    this.#add(same, mask);
    keep(this.#states, same, mask, STATES_KEPT);
    return mask;
  }

  /** Tokens that may come in a state and behind which `bytes` more are enough to end the text. */
  allowedWithin(state: Expression, bytes: number): Uint32Array {
    const mask = new Uint32Array(this.trie.words);
    this.#explore(state, 0, mask, { within: bytes });
    return mask;
  }

  /**
   * A shortest text from a state to the end, in tokens as long as there are; null where `most` are not enough, and where
   * it has more than 8 KiB.
   */
  ending(state: Expression, most: number): readonly number[] | null {
    const { expressions: make } = this.grammar;
    const bytes = make.shortest(state);
    if (bytes > LONGEST_ENDING || bytes > most * this.trie.longest) return null;
    const word = make.shortestWord(state);
    if (word === null) return null;
    const tokens: number[] = [];
    for (let at = 0; at < word.length; ) {
      const found = this.trie.longestAt(word, at);
      if (found === null || tokens.length === most) return null;
      tokens.push(found.token);
      at += found.length;
    }
    return tokens;
  }

  /** The state behind a token's bytes; none where the token may not come. */
  after(state: Expression, bytes: Uint8Array): Expression {
    let at = state;
    for (const byte of bytes) at = this.grammar.expressions.step(at, byte);
    return at;
  }

  #add(state: Expression, mask: Uint32Array): void {
    const { shape } = state;
    if (shape.kind === "choice") {
      for (const option of shape.of) this.#add(option, mask);
      return;
    }
    const [head, rest] = shape.kind === "sequence" ? [shape.head, shape.rest] : [state, null];
    const { inside, exits } = this.#walk(head);
    for (let i = 0; i < mask.length; i++) mask[i] = (mask[i] as number) | (inside[i] as number);
    if (rest === null) return;
    for (const node of exits) this.#explore(rest, node, mask, {});
    if (head.nullable) this.#add(rest, mask);
  }

  #walk(head: Expression): Walk {
    const known = this.#heads.get(head);
    if (known !== undefined) return known;
    const inside = new Uint32Array(this.trie.words);
    const exits: number[] = [];
    this.#explore(head, 0, inside, { exits });
    const walk = { inside, exits };
    keep(this.#heads, head, walk, HEADS_KEPT);
    return walk;
  }

  /** A state with the same mask. */
  #alike(state: Expression): Expression {
    const { expressions: make } = this.grammar;
    const { shape } = state;
    if (shape.kind === "choice") return make.choice(...shape.of.map((one) => this.#alike(one)));
    if (shape.kind !== "sequence") return this.#canonical(state);
    return make.sequence(this.#canonical(shape.head), shape.rest);
  }

  /**
   * The same language as far as one token can tell: counts beyond the longest token are as good as none, so that the
   * hundredth character of a string has the mask of the first.
   */
  #canonical(head: Expression): Expression {
    const { expressions: make } = this.grammar;
    const { longest } = this.trie;
    const { shape } = head;
    switch (shape.kind) {
      case "group":
        return make.group(this.#canonical(shape.of));
      case "sequence":
        return make.sequence(this.#canonical(shape.head), this.#canonical(shape.rest));
      case "choice":
        return make.choice(...shape.of.map((option) => this.#canonical(option)));
      case "repeat":
        if (shape.least <= longest && (shape.most <= longest || shape.most === Infinity))
          return head;
        return make.repeat(
          shape.of,
          Math.min(shape.least, longest + 1),
          shape.most > longest ? Infinity : shape.most,
        );
      default:
        return head;
    }
  }

  /** Follows all tokens below a node of the trie, as far as the state lets them, and marks those that end. */
  #explore(
    state: Expression,
    from: number,
    mask: Uint32Array,
    { exits, within }: { readonly exits?: number[]; readonly within?: number },
  ): void {
    const { expressions: make } = this.grammar;
    const { byte, end, first, next } = this.trie;
    const states: Expression[] = [state];
    const ends: number[] = [end[from] as number];
    let depth = 0;
    let node = from + 1;
    for (;;) {
      while (node >= (ends[depth] as number)) if (--depth < 0) return;
      this.visited++;
      const after = make.step(states[depth] as Expression, byte[node] as number);
      const behind = end[node] as number;
      if (after === make.none) {
        node = behind;
        continue;
      }
      if (within === undefined || make.shortest(after) <= within) {
        for (let id = first[node] as number; id !== -1; id = next[id] as number) {
          set(mask, id);
        }
      }
      if (node + 1 < behind) {
        if (exits !== undefined && after.nullable) exits.push(node);
        depth++;
        states[depth] = after;
        ends[depth] = behind;
      }
      node++;
    }
  }
}

/** The state of one text. */
export class Constraint {
  readonly #masks: TokenMasks;
  readonly #tokenizer: TextTokenizer;
  readonly #endIds: readonly number[];
  #state: Expression;

  /** @param endIds Tokens that end the text; allowed where the text is complete. */
  constructor(masks: TokenMasks, tokenizer: TextTokenizer, endIds: readonly number[]) {
    this.#masks = masks;
    this.#tokenizer = tokenizer;
    this.#endIds = endIds;
    this.#state = masks.grammar.start;
  }

  /** Whether the text is complete and nothing may follow. */
  get finished(): boolean {
    const { expressions: make } = this.#masks.grammar;
    return this.#state === make.empty;
  }

  /**
   * Tokens that may come, end tokens included where the text is complete. A fresh array.
   * @throws {GenerationError} (`vocabulary`) where no token can go on.
   */
  allowed(): Uint32Array {
    const mask = this.#withEnds(this.#masks.allowed(this.#state));
    if (mask.some((word) => word !== 0)) return mask;
    throw new GenerationError("vocabulary", "", "expected a token that goes on, got none that can");
  }

  /**
   * Those of the allowed tokens behind which `tokens` more of one byte can end the text, and the one that a shortest
   * end in long tokens begins with. Null where there are none.
   */
  allowedWithin(tokens: number): Uint32Array | null {
    const mask = this.#withEnds(this.#masks.allowedWithin(this.#state, tokens));
    const next = this.#masks.ending(this.#state, tokens + 1)?.[0];
    if (next !== undefined) set(mask, next);
    return mask.some((word) => word !== 0) ? mask : null;
  }

  /** Whether `tokens` more tokens can end the text behind a token. */
  endsWithin(token: number, tokens: number): boolean {
    if (this.#endIds.includes(token)) return true;
    const after = this.#after(token);
    // No token has less than a byte: that settles nearly all cases.
    if (this.#masks.grammar.expressions.shortest(after) <= tokens) return true;
    return this.#masks.ending(after, tokens) !== null;
  }

  /** Goes on behind a token. @throws {RangeError} for a token that was not allowed. */
  accept(token: number): void {
    if (this.#endIds.includes(token) && this.#state.nullable) return;
    const after = this.#after(token);
    if (after === this.#masks.grammar.expressions.none) {
      throw new RangeError(`expected an allowed token, got ${token}`);
    }
    this.#state = after;
  }

  #after(token: number): Expression {
    const bytes = this.#tokenizer.bytes[token] ?? NO_BYTES;
    const { expressions } = this.#masks.grammar;
    return bytes.length === 0 ? expressions.none : this.#masks.after(this.#state, bytes);
  }

  #withEnds(mask: Uint32Array): Uint32Array {
    const all = mask.slice();
    if (this.#state.nullable) {
      for (const id of this.#endIds) if (id >> 5 < all.length) set(all, id);
    }
    return all;
  }
}

const NO_BYTES = new Uint8Array(0);

function set(mask: Uint32Array, id: number): void {
  mask[id >> 5] = (mask[id >> 5] as number) | (1 << (id & 31));
}

/** Puts an entry at the end of a map that keeps the newest ones. */
function keep<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  if (map.size >= most) map.delete(map.keys().next().value as K);
  map.set(key, value);
}
