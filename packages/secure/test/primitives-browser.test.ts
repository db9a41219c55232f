import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltPage, openBuiltPage } from "../../../test/support/built-page.ts";
import { inChromium, noChromium } from "../../../test/support/chromium.ts";
import { createIdentity, hpkeSuite, verifyIdentity } from "../src/index.ts";
import { nativePrimitives } from "../src/node/index.ts";
import { type Tally, total, VECTOR_FILES } from "./support/official-vectors.ts";
import { vectorFolder, vectorsAbsent } from "./support/shared-vectors.ts";

/** As strict as a page can be that needs neither WebAssembly nor anything from elsewhere. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'";

const here = fileURLToPath(new URL(".", import.meta.url));

const PAGE = `
import { createIdentity, hpkeSuite, portablePrimitives, verifyIdentity } from "@symbion/secure";
import { VECTOR_FILES } from ${JSON.stringify(join(here, "support/official-vectors.ts"))};
import { portableEngine } from ${JSON.stringify(join(here, "support/portable-engine.ts"))};

const primitives = portablePrimitives();
const identity = createIdentity(primitives);
const keys = primitives.kem("X-Wing").generate();
const suite = hpkeSuite(primitives, { kem: "X-Wing", aead: "AES-256-GCM" });

window.check = async (path, every) => {
  const file = await (await fetch("/" + path)).json();
  return VECTOR_FILES.find((one) => one.path === path).run(file, portableEngine, every);
};
window.keys = () => [Array.from(keys.publicKey), Array.from(identity.public.mlDsa65), Array.from(identity.public.ed25519)];
window.sign = (message) => Array.from(identity.sign("test", Uint8Array.from(message)));
window.open = (sealed) => new TextDecoder().decode(suite.open(keys.secretKey, Uint8Array.from(sealed)));
window.seal = (publicKey, text) => Array.from(suite.seal(Uint8Array.from(publicKey), new TextEncoder().encode(text)));
window.ready = true;
`;

describe.skipIf(noChromium !== null)(inChromium("in a real browser"), () => {
  let built: BuiltPage;
  let page: Page;

  beforeAll(async () => {
    built = await openBuiltPage({
      sources: { "page.js": PAGE },
      policy: POLICY,
      serve(path) {
        const file = join(vectorFolder, path);
        return existsSync(file) ? readFileSync(file) : undefined;
      },
    });
    ({ page } = built);
  });

  afterAll(() => built?.close());

  test("official vectors pass: all, but every fifth where ML-DSA signs", async (context) => {
    if (vectorsAbsent !== null) context.skip(vectorsAbsent);
    const tallies: Tally[] = [];
    for (const { path } of VECTOR_FILES) {
      const every = /mldsa_.*_sign/.test(path) ? 5 : 1;
      const tally = await page.evaluate<Tally>(`window.check(${JSON.stringify(path)}, ${every})`);
      expect(tally.loaded, path).toBeGreaterThan(0);
      expect(tally.failures, path).toEqual([]);
      tallies.push(tally);
    }
    const all = total(tallies);
    expect(all.failed).toBe(0);
    expect(all.loaded).toBe(4290);
  });

  test("a page and a node open and verify what the other sealed and signed", async () => {
    const native = nativePrimitives();
    const [publicKey = [], mlDsa65 = [], ed25519 = []] =
      await page.evaluate<number[][]>("window.keys()");
    const suite = hpkeSuite(native, { kem: "X-Wing", aead: "AES-256-GCM" });
    const sealed = suite.seal(Uint8Array.from(publicKey), new TextEncoder().encode("to a page"));
    expect(await page.evaluate<string>(`window.open(${JSON.stringify([...sealed])})`)).toBe(
      "to a page",
    );
    const mine = native.kem("X-Wing").generate();
    const back = await page.evaluate<number[]>(
      `window.seal(${JSON.stringify([...mine.publicKey])}, "to a node")`,
    );
    const opened = suite.open(mine.secretKey, Uint8Array.from(back));
    expect(new TextDecoder().decode(opened)).toBe("to a node");
    const signature = await page.evaluate<number[]>("window.sign([1, 2, 3])");
    const theirs = {
      ...createIdentity(native).public,
      mlDsa65: Uint8Array.from(mlDsa65),
      ed25519: Uint8Array.from(ed25519),
    };
    const message = Uint8Array.of(1, 2, 3);
    const bytes = Uint8Array.from(signature);
    expect(verifyIdentity(native, theirs, "test", message, bytes)).toBe(true);
    expect(verifyIdentity(native, theirs, "other", message, bytes)).toBe(false);
  });
});
