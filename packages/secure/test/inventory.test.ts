/** The inventory of algorithms against the sources of all packages, and the bills of materials against CycloneDX 1.6. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CycloneDx,
  cryptoBom,
  cryptoInventory,
  expiringCrypto,
  npmPurl,
  SecureError,
  softwareBom,
} from "../src/index.ts";
import { folderBom } from "../src/node/index.ts";
import { objectionsToBom } from "./support/cyclonedx.ts";
import { temporary } from "./support/folders.ts";

const root = resolve(import.meta.dirname, "../../..");

/** Spellings of algorithms, wherever they may come from; longer ones first. */
const NAMES = [
  ...["x25519mlkem768", "secp256r1mlkem768", "secp384r1mlkem1024"],
  ...[
    "ml-?kem-?(?:512|768|1024)",
    "ml-?dsa-?(?:44|65|87)",
    "slh-?dsa[a-z0-9-]*",
    "fn-?dsa",
    "falcon",
  ],
  ...["hqc", "ntru[a-z]*", "frodo[a-z0-9]*", "kyber[0-9]*", "dilithium[0-9]*", "sphincs"],
  ...[
    "x25519",
    "x448",
    "ed25519",
    "ed448",
    "x-?wing",
    "ecdsa",
    "ecdh",
    "es(?:256|384|512)",
    "eddsa",
  ],
  ...["prime256v1", "secp(?:256|384|521)[rk]1", "p-?(?:256|384|521)", "rsa(?:-[a-z0-9]+)*"],
  ...[
    "hmac-?sha-?(?:1|224|256|384|512)",
    "hkdf",
    "hpke",
    "pbkdf2",
    "scrypt",
    "bcrypt",
    "argon2(?:id|i|d)?",
  ],
  ...[
    "sha3[-_]?(?:224|256|384|512)",
    "shake-?(?:128|256)",
    "git-?sha1",
    "sha-?(?:1|224|256|384|512)",
  ],
  ...["md5", "md4", "ripemd-?160", "blake[23][a-z0-9]*", "siphash", "poly1305", "gmac", "cmac"],
  ...[
    "aes[-_]?(?:128|192|256)[-_]?[a-z]{3}",
    "(?:x?chacha20)[-_]?poly1305",
    "(?:3des|triple-?des)",
    "rc4",
  ],
  ...[
    "blowfish",
    "crc-?32c?",
    "fnv-?1a?",
    "xxh(?:ash)?[0-9]*",
    "murmur(?:hash[a-z0-9]*|[0-9]+)",
    "vapid",
  ],
  ...["createhmac", "randombytes", "getrandomvalues"],
];
const PATTERN = new RegExp(`(?<![a-z0-9])(?:${NAMES.join("|")})(?![a-z0-9])`, "gi");

/** Folders of sources of a package. */
function sourcesOf(name: string): string[] {
  const folder = join(root, "packages", name, "src");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => join(folder, path));
}

/** Sources whose words are no use: inventories, what the page says about links, learned weights in letters. */
const isProse = (path: string): boolean =>
  /[/\\](?:inventory|off-inventory)|web[/\\]src[/\\]views[/\\]share[/\\]|safety[/\\]table\.ts/.test(
    path,
  );

/** Camel case becomes words that a boundary divides. */
function words(text: string): string {
  return text.replace(/([a-z])(Sha|Hmac|Hkdf|Aes|MlKem|MlDsa)/g, "$1 $2").replace(/_/g, "-");
}

/** One spelling of all: `ML-KEM-768` and `ml_kem768` are `mlkem768`. */
function plain(spelling: string): string {
  return spelling.toLowerCase().replace(/[-_ ]/g, "");
}

type Known = { readonly algorithm: string; readonly packages: ReadonlySet<string> };

function knownNames(): ReadonlyMap<string, Known> {
  const { algorithms, notCryptographic } = cryptoInventory();
  const known = new Map<string, Known>();
  for (const { algorithm, aliases, places } of [...algorithms, ...notCryptographic]) {
    const packages = new Set(places.map((place) => place.package));
    for (const alias of [algorithm, ...aliases]) {
      known.set(plain(alias), { algorithm, packages });
    }
  }
  known.set("createhmac", known.get("hmac") as Known);
  return known;
}

/** Algorithms that the sources of a package name, with one file for each. */
function usedIn(name: string): ReadonlyMap<string, string> {
  const used = new Map<string, string>();
  for (const path of sourcesOf(name)) {
    if (isProse(path)) continue;
    for (const [found] of words(readFileSync(path, "utf8")).matchAll(PATTERN)) {
      used.set(plain(found), path);
    }
  }
  return used;
}

const packages = readdirSync(join(root, "packages"));

describe("the inventory", () => {
  it("lists every algorithm that the sources name, for the package that names it", () => {
    const known = knownNames();
    const missing: string[] = [];
    let found = 0;
    for (const name of packages) {
      for (const [spelling, path] of usedIn(name)) {
        found++;
        const use = known.get(spelling);
        if (use === undefined) missing.push(`${spelling}: not listed (${path})`);
        else if (!use.packages.has(name))
          missing.push(`${use.algorithm}: not for ${name} (${path})`);
      }
    }
    expect(missing).toEqual([]);
    expect(found).toBeGreaterThan(40);
  });

  it("finds an algorithm that is not listed", () => {
    const text = words(
      'import { x } from "y"; const a = "AES-192-CBC"; createHash("ripemd160"); withHmacSha512()',
    );
    const found = [...text.matchAll(PATTERN)].map(([one]) => one.toLowerCase());
    expect(found).toEqual(["aes-192-cbc", "ripemd160", "hmacsha512"]);
    for (const one of found) expect(knownNames().has(plain(one))).toBe(false);
  });

  it("lists nothing that no source names", () => {
    const { algorithms, notCryptographic } = cryptoInventory();
    const stale: string[] = [];
    for (const { algorithm, aliases, places } of [...algorithms, ...notCryptographic]) {
      for (const place of places) {
        if (!packages.includes(place.package)) {
          stale.push(`${algorithm}: package ${place.package} is not there`);
          continue;
        }
        if (place.through !== undefined) {
          const manifest = readFileSync(
            join(root, "packages", place.package, "package.json"),
            "utf8",
          );
          if (!manifest.includes(`"${place.through}"`))
            stale.push(`${algorithm}: no ${place.through}`);
          continue;
        }
        const spellings = [algorithm.toLowerCase(), ...aliases];
        const texts = sourcesOf(place.package).filter((path) => !isProse(path));
        const isNamed = texts.some((path) => {
          const text = readFileSync(path, "utf8").toLowerCase();
          return spellings.some((one) => text.includes(one));
        });
        if (!isNamed) stale.push(`${algorithm}: ${place.package} does not name it`);
      }
    }
    expect(stale).toEqual([]);
  });

  it("says of each what it is, who allows it, until when and by whose word", () => {
    const { algorithms, protocols } = cryptoInventory();
    const names = algorithms.map(({ algorithm }) => algorithm);
    expect(new Set(names).size).toBe(names.length);
    for (const use of algorithms) {
      expect(use.places.length, use.algorithm).toBeGreaterThan(0);
      expect(use.source).not.toBe("");
      if (use.quantum === "broken" || use.quantum === "weak" || use.quantum === "hybrid") {
        expect(use.allowedUntil, use.algorithm).toMatch(/^20\d\d-12-31$/);
        expect(use.replacedBy, use.algorithm).not.toBeNull();
        expect(use.quantumLevel).toBe(0);
      } else {
        expect(use.allowedUntil, use.algorithm).toBeNull();
        expect(use.quantumLevel).toBeGreaterThan(0);
      }
    }
    for (const { algorithms: used } of protocols) {
      for (const name of used) expect(names).toContain(name);
    }
    expect(JSON.parse(JSON.stringify(cryptoInventory()))).toEqual(cryptoInventory());
  });

  it("says what may no longer be used at a day, and soon", () => {
    const on = (day: string, within?: number): string[] =>
      expiringCrypto(Date.parse(day), within).map(({ algorithm }) => algorithm);
    expect(on("2026-11-23")).toEqual(["MD5"]);
    expect(on("2030-12-31")).toEqual(["MD5"]);
    expect(on("2031-01-01")).toEqual(["SHA-1", "MD5"]);
    expect(on("2031-06-01", 365)).toEqual(["X25519", "ECDH P-256", "SHA-1", "MD5"]);
    expect(on("2036-01-01")).toContain("Ed25519");
  });
});

describe("the bill of cryptography", () => {
  it("is CycloneDX 1.6, complete and always the same", () => {
    const product = { name: "symbion", version: "1.2.3" };
    const bom = cryptoBom(cryptoInventory(), product);
    expect(objectionsToBom(bom)).toEqual([]);
    expect(JSON.stringify(cryptoBom(cryptoInventory(), product))).toBe(JSON.stringify(bom));
    const { algorithms, protocols } = cryptoInventory();
    expect(bom.components).toHaveLength(algorithms.length + protocols.length);
    const other = cryptoBom(cryptoInventory(), { ...product, version: "1.2.4" });
    expect(other.serialNumber).not.toBe(bom.serialNumber);
  });
});

describe("the bill of software", () => {
  it("of this project is CycloneDX 1.6 and names every package with hash and licence", async () => {
    const bom = await folderBom(root);
    expect(objectionsToBom(bom)).toEqual([]);
    const components = bom.components as unknown as Component[];
    const byName = new Map(components.map((one) => [`${one.group ?? ""}/${one.name}`, one]));
    const age = byName.get("/age-encryption");
    expect(age?.licenses).toEqual([{ license: { id: "BSD-3-Clause" } }]);
    expect(age?.purl).toMatch(/^pkg:npm\/age-encryption@\d/);
    expect(byName.get("@noble/post-quantum")?.hashes?.[0]).toMatchObject({ alg: "SHA-512" });
    expect(byName.has("@symbion/secure")).toBe(true);
    expect(byName.has("/vitest")).toBe(false);
    for (const one of components) {
      if (one.group === "@symbion") continue;
      expect(one.hashes?.length, one.purl).toBeGreaterThan(0);
      if (one.licenses !== undefined) continue;
      // No licence in the bill: then the package states none.
      const path = join(root, "node_modules", one.group ?? "", one.name, "package.json");
      expect(Object.keys(JSON.parse(readFileSync(path, "utf8"))), path).not.toContain("license");
    }
    const edges = bom.dependencies as unknown as { ref: string; dependsOn: string[] }[];
    const secure = edges.find(({ ref }) => ref.startsWith("pkg:npm/%40symbion/secure@"));
    expect(secure?.dependsOn.some((ref) => ref.startsWith("pkg:npm/age-encryption@"))).toBe(true);
    expect(JSON.stringify(await folderBom(root))).toBe(JSON.stringify(bom));
    const withDev = await folderBom(root, { dev: true });
    expect(objectionsToBom(withDev)).toEqual([]);
    const dev = (withDev.components as unknown as Component[]).find(
      ({ name }) => name === "vitest",
    );
    expect(dev?.scope).toBe("excluded");
  });

  it("follows nested versions, links, aliases, and licences that are expressions or unknown", () => {
    const sha512 = Buffer.alloc(64, 1).toString("base64");
    const lock = {
      name: "product",
      version: "1.0.0",
      lockfileVersion: 3,
      packages: {
        "": { dependencies: { a: "1", own: "1" }, devDependencies: { d: "1" } },
        "node_modules/a": {
          version: "1.0.0",
          license: "(MIT OR Apache-2.0)",
          dependencies: { b: "1" },
        },
        "node_modules/a/node_modules/b": {
          version: "1.0.0",
          license: "Odd",
          integrity: `sha512-${sha512}`,
        },
        "node_modules/b": {
          version: "2.0.0",
          license: "MIT",
          optional: true,
          integrity: "sha512-AAAA",
        },
        "node_modules/alias": { name: "@x/real", version: "3.0.0" },
        "node_modules/d": { version: "1.0.0", dev: true },
        "node_modules/own": { resolved: "packages/own", link: true },
        "packages/own": {
          name: "own",
          version: "0.1.0",
          dependencies: { b: "2", alias: "1", none: "1" },
        },
      },
    };
    const bom = softwareBom(lock);
    expect(objectionsToBom(bom)).toEqual([]);
    const edges = Object.fromEntries(
      (bom.dependencies as unknown as { ref: string; dependsOn: string[] }[]).map((one) => [
        one.ref,
        one.dependsOn,
      ]),
    );
    expect(edges["pkg:npm/a@1.0.0"]).toEqual(["pkg:npm/b@1.0.0"]);
    expect(edges["pkg:npm/own@0.1.0"]).toEqual(["pkg:npm/%40x/real@3.0.0", "pkg:npm/b@2.0.0"]);
    expect(edges["pkg:npm/product@1.0.0"]).toEqual(["pkg:npm/a@1.0.0", "pkg:npm/own@0.1.0"]);
    const components = bom.components as unknown as Component[];
    const find = (purl: string): Component | undefined =>
      components.find((one) => one.purl === purl);
    expect(find("pkg:npm/a@1.0.0")?.licenses).toEqual([{ expression: "(MIT OR Apache-2.0)" }]);
    expect(find("pkg:npm/b@1.0.0")?.licenses).toEqual([{ license: { name: "Odd" } }]);
    expect(find("pkg:npm/b@1.0.0")?.hashes).toEqual([{ alg: "SHA-512", content: "01".repeat(64) }]);
    expect(find("pkg:npm/b@2.0.0")).toMatchObject({ scope: "optional" });
    expect(find("pkg:npm/b@2.0.0")?.hashes).toBeUndefined();
    expect(find("pkg:npm/d@1.0.0")).toBeUndefined();
    expect(npmPurl("@a/b", "1.0.0+c")).toBe("pkg:npm/%40a/b@1.0.0%2Bc");
  });

  it("takes licences from manifests, and refuses folders without a lockfile", async () => {
    const folder = temporary();
    await expect(folderBom(folder)).rejects.toThrow(SecureError);
    const lock = {
      lockfileVersion: 3,
      packages: { "": {}, "node_modules/a": { version: "1.0.0" } },
    };
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
    const { mkdirSync } = await import("node:fs");
    mkdirSync(join(folder, "node_modules/a"), { recursive: true });
    const manifest = { licenses: [{ type: "MIT" }, { type: "ISC" }] };
    writeFileSync(join(folder, "node_modules/a/package.json"), JSON.stringify(manifest));
    const [component] = (await folderBom(folder)).components as unknown as Component[];
    expect(component?.licenses).toEqual([{ expression: "MIT OR ISC" }]);
  });

  it("throws nothing but SecureError for foreign values", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.string(), (packages, entry, name) => {
        const shapes = [
          packages,
          { lockfileVersion: 3, packages },
          { lockfileVersion: 3, packages: { "": entry, [name]: entry, "node_modules/a": entry } },
          {
            lockfileVersion: 2,
            packages: { "node_modules/a": { version: name, integrity: name, dependencies: entry } },
          },
        ];
        for (const shape of shapes) {
          try {
            expect(objectionsToBom(softwareBom(shape) as CycloneDx)).toEqual([]);
          } catch (error) {
            if (!(error instanceof SecureError)) throw error;
          }
        }
      }),
      { examples: [[{}, {}, "__proto__!"]] },
    );
  });
});

type Component = {
  readonly group?: string;
  readonly name: string;
  readonly scope: string;
  readonly purl: string;
  readonly hashes?: readonly { alg: string; content: string }[];
  readonly licenses?: readonly object[];
};
