/** The vocabulary as a tree of bytes, so that tokens with a common beginning are judged together. */

import type { TextTokenizer } from "./tokenizer.ts";

/**
 * Tokens by their bytes. Nodes are numbered in depth-first order, the root is 0: the children of a node begin behind
 * it, and the next sibling of a node is where its subtree ends.
 */
export class TokenTrie {
  /** Byte that leads to each node; 0 for the root. */
  readonly byte: Uint8Array;
  /** Number of the first node behind each node's subtree. */
  readonly end: Int32Array;
  /** First token that ends at each node, or -1. */
  readonly first: Int32Array;
  /** The next token of the same bytes, by token id, or -1. */
  readonly next: Int32Array;
  /** Bytes of the longest token. */
  readonly longest: number;
  /** Words of 32 bits that a mask of all tokens takes. */
  readonly words: number;
  /** Which bytes are tokens by themselves. [256] */
  readonly single: readonly boolean[];

  /** @param size Number of scores that the model gives: tokens from there on are left out. */
  constructor(tokenizer: TextTokenizer, size: number = tokenizer.size) {
    const tokens: { id: number; bytes: Uint8Array; key: string }[] = [];
    const single = new Array<boolean>(256).fill(false);
    for (let id = 0; id < Math.min(size, tokenizer.size); id++) {
      const bytes = tokenizer.bytes[id];
      if (bytes === undefined || bytes.length === 0) continue;
      // Strings of one character per byte sort as the bytes do, and far faster.
      tokens.push({ id, bytes, key: String.fromCharCode(...bytes) });
      if (bytes.length === 1) single[bytes[0] as number] = true;
    }
    // A vocabulary without single bytes could begin a character that no further token completes.
    const whole = single.slice(0x80, 0xc0).every(Boolean);
    const usable = whole ? tokens : tokens.filter(({ bytes }) => isWhole(bytes));
    usable.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id - b.id));
    let nodes = 1;
    let previous = new Uint8Array(0);
    let longest = 0;
    for (const { bytes } of usable) {
      nodes += bytes.length - common(previous, bytes);
      previous = bytes as Uint8Array<ArrayBuffer>;
      longest = Math.max(longest, bytes.length);
    }
    this.byte = new Uint8Array(nodes);
    this.end = new Int32Array(nodes);
    this.first = new Int32Array(nodes).fill(-1);
    this.next = new Int32Array(size).fill(-1);
    this.longest = longest;
    this.words = (size + 31) >> 5;
    this.single = single;
    const path: number[] = [0];
    let count = 1;
    previous = new Uint8Array(0);
    const close = (depth: number): void => {
      while (path.length > depth + 1) this.end[path.pop() as number] = count;
    };
    let last = -1;
    for (const { id, bytes } of usable) {
      const shared = common(previous, bytes);
      close(shared);
      for (let i = shared; i < bytes.length; i++) {
        this.byte[count] = bytes[i] as number;
        path.push(count++);
      }
      const node = path.at(-1) as number;
      if (this.first[node] === -1) this.first[node] = id;
      else this.next[last] = id;
      last = id;
      previous = bytes as Uint8Array<ArrayBuffer>;
    }
    close(0);
    this.end[0] = count;
  }

  /** The longest token that a text has from a place on, and its bytes; null where it has none. */
  longestAt(
    text: Uint8Array,
    from: number,
  ): { readonly token: number; readonly length: number } | null {
    let found: { readonly token: number; readonly length: number } | null = null;
    let node = 0;
    for (let at = from; at < text.length; at++) {
      const behind = this.end[node] as number;
      let child = node + 1;
      while (child < behind && this.byte[child] !== text[at]) child = this.end[child] as number;
      if (child >= behind) break;
      node = child;
      const token = this.first[node] as number;
      if (token !== -1) found = { token, length: at + 1 - from };
    }
    return found;
  }
}

const STRICT = new TextDecoder("utf-8", { fatal: true });

function isWhole(bytes: Uint8Array): boolean {
  try {
    STRICT.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function common(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let i = 0;
  while (i < most && a[i] === b[i]) i++;
  return i;
}
