/** Merkle trees against published roots, and the laws of their proofs for every size up to 40. */

import { describe, expect, it } from "vitest";
import { MerkleTree, verifyConsistency, verifyInclusion } from "../src/index.ts";
import { hex } from "../src/sealed/bytes.ts";
import { leafHash, MerklePeaks } from "../src/sealed/merkle.ts";
import { flip, item } from "./support/items.ts";
import { primitives } from "./support/sealed.ts";

const hash = (data: Uint8Array): Uint8Array => primitives.sha256(data);

/** Leaves and roots of the reference implementation of certificate transparency. */
const LEAVES = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

function treeOf(size: number): { tree: MerkleTree; leaves: Uint8Array[] } {
  const tree = new MerkleTree(hash);
  const leaves = Array.from({ length: size }, (_, at) => leafHash(hash, new Uint8Array([at])));
  for (const leaf of leaves) tree.append(leaf);
  return { tree, leaves };
}

describe("published roots", () => {
  it("fit trees and their right edges", () => {
    const tree = new MerkleTree(hash);
    const peaks = new MerklePeaks(hash);
    expect(hex(tree.root())).toBe(ROOTS[0]);
    expect(hex(peaks.root())).toBe(ROOTS[0]);
    for (const [at, leaf] of LEAVES.entries()) {
      const hashed = leafHash(hash, Uint8Array.from(Buffer.from(leaf, "hex")));
      tree.append(hashed);
      peaks.append(hashed);
      expect(hex(tree.root())).toBe(ROOTS[at + 1]);
      expect(hex(peaks.root())).toBe(ROOTS[at + 1]);
    }
    for (const [size, root] of ROOTS.entries()) expect(hex(tree.root(size))).toBe(root);
  });

  it("fit the published inclusion proof of leaf 5 in 8", () => {
    const { tree } = published();
    expect(tree.inclusion(5, 8).map(hex)).toEqual([
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
    expect(tree.consistency(6, 8).map(hex)).toEqual([
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
  });
});

function published(): { tree: MerkleTree } {
  const tree = new MerkleTree(hash);
  for (const leaf of LEAVES) tree.append(leafHash(hash, Uint8Array.from(Buffer.from(leaf, "hex"))));
  return { tree };
}

describe("proofs", () => {
  it("of every leaf in every tree hold, and only there", () => {
    const { tree, leaves } = treeOf(40);
    for (let size = 1; size <= 40; size++) {
      const root = tree.root(size);
      for (let index = 0; index < size; index++) {
        const path = tree.inclusion(index, size);
        expect(verifyInclusion(hash, item(leaves, index), index, size, path, root)).toBe(true);
        const other = (index + 1) % size;
        if (other !== index) {
          expect(verifyInclusion(hash, item(leaves, index), other, size, path, root)).toBe(false);
          expect(verifyInclusion(hash, item(leaves, other), index, size, path, root)).toBe(false);
        }
        expect(verifyInclusion(hash, item(leaves, index), index, size, [...path, root], root)).toBe(
          false,
        );
        if (path.length > 0) {
          const short = path.slice(1);
          expect(verifyInclusion(hash, item(leaves, index), index, size, short, root)).toBe(false);
        }
      }
    }
  });

  it("of growth hold between every pair of sizes, and not with another root", () => {
    const { tree } = treeOf(40);
    const wrong = hash(new Uint8Array(1));
    for (let to = 0; to <= 40; to++) {
      for (let from = 0; from <= to; from++) {
        const path = tree.consistency(from, to);
        const [a, b] = [tree.root(from), tree.root(to)];
        expect(verifyConsistency(hash, from, a, to, b, path)).toBe(true);
        expect(verifyConsistency(hash, from, wrong, to, b, path)).toBe(false);
        if (from > 0) expect(verifyConsistency(hash, from, a, to, wrong, path)).toBe(false);
        if (path.length > 0) {
          expect(verifyConsistency(hash, from, a, to, b, path.slice(1))).toBe(false);
          const flipped = path.map((one) => one.slice());
          flip(item(flipped, -1), 0, 1);
          expect(verifyConsistency(hash, from, a, to, b, flipped)).toBe(false);
        }
      }
    }
  });

  it("are refused for numbers that are none", () => {
    const { tree, leaves } = treeOf(4);
    const root = tree.root();
    for (const index of [-1, 1.5, Number.NaN, 4]) {
      expect(verifyInclusion(hash, item(leaves, 0), index, 4, tree.inclusion(0), root)).toBe(false);
    }
    expect(() => tree.inclusion(4)).toThrow(RangeError);
    expect(() => tree.consistency(5)).toThrow(RangeError);
    expect(() => new MerklePeaks(hash, 3, [root])).toThrow(RangeError);
  });
});
