/** Bills of materials as CycloneDX 1.6: what is common to those of software and of cryptography. */

import { sha256 } from "@noble/hashes/sha2.js";
import { hex, utf8 } from "../sealed/bytes.ts";
import { canonicalJson, type Json, type JsonObject } from "../updates/canonical.ts";

/** A bill of materials, ready for `JSON.stringify`. */
export type CycloneDx = JsonObject & {
  readonly bomFormat: "CycloneDX";
  readonly specVersion: "1.6";
  /** `urn:uuid:` and a UUID that follows from the content: the same content has the same number. */
  readonly serialNumber: string;
};

/** The product that a bill is about. */
export type BomProduct = {
  /** Name of the package. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
};

/** Completes a bill: the serial number is a UUID (version 8) over SHA-256 of everything else. */
export function finishBom(
  product: BomProduct,
  components: readonly Json[],
  dependencies: readonly Json[],
): CycloneDx {
  const ref = npmPurl(product.name, product.version);
  const content = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX" as const,
    specVersion: "1.6" as const,
    version: 1,
    metadata: {
      lifecycles: [{ phase: "build" }],
      component: {
        type: "application",
        "bom-ref": ref,
        name: product.name,
        version: product.version,
        purl: ref,
      },
    },
    components,
    dependencies,
  };
  const digits = hex(sha256(utf8(canonicalJson(content))));
  const variant = "89ab"[Number.parseInt(digits[16], 16) % 4];
  const uuid = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join("-");
  return { ...content, serialNumber: `urn:uuid:${uuid}` };
}

/** Package URL of an npm package: `pkg:npm/%40scope/name@1.0.0`. */
export function npmPurl(name: string, version: string): string {
  const path = name.split("/").map(encodeURIComponent).join("/");
  return `pkg:npm/${path}@${encodeURIComponent(version)}`;
}
