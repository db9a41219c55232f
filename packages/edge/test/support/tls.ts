import { readFileSync } from "node:fs";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

const read = (name: string): string =>
  readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), "utf8");

/** A certificate for this machine's own name, and its key. */
export const testTls: { readonly cert: string; readonly key: string } = {
  cert: read("test-only.crt"),
  key: read("test-only.key"),
};

/** Makes this process trust the tests' certificate, as a machine trusts one that its owner has installed. */
export function trustTestTls(): void {
  setDefaultCACertificates([...getCACertificates("default"), testTls.cert]);
}
