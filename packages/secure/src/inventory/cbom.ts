/** The inventory of algorithms as a cryptography bill of materials (CycloneDX 1.6). */

import type { Json, JsonObject } from "../updates/canonical.ts";
import { type BomProduct, type CycloneDx, finishBom, npmPurl } from "./cyclonedx.ts";
import type { CryptoInventory, CryptoPlace, CryptoPrimitive } from "./types.ts";

/** What is done with a primitive, in CycloneDX's words. */
const FUNCTIONS: Readonly<Record<CryptoPrimitive, readonly string[]>> = {
  ae: ["encrypt", "decrypt"],
  combiner: ["keygen", "encapsulate", "decapsulate"],
  drbg: ["generate"],
  hash: ["digest"],
  kdf: ["keyderive"],
  kem: ["keygen", "encapsulate", "decapsulate"],
  "key-agree": ["keygen", "keyderive"],
  mac: ["tag"],
  pke: ["encrypt", "decrypt"],
  signature: ["keygen", "sign", "verify"],
  xof: ["digest"],
  other: ["other"],
};

/** A cryptography bill of materials; the same inventory yields the same bytes. */
export function cryptoBom(inventory: CryptoInventory, product: BomProduct): CycloneDx {
  const components: JsonObject[] = inventory.algorithms.map((use) => ({
    type: "cryptographic-asset",
    "bom-ref": algorithmRef(use.algorithm),
    name: use.algorithm,
    description: use.parameters,
    cryptoProperties: {
      assetType: "algorithm",
      algorithmProperties: {
        primitive: use.primitive,
        parameterSetIdentifier: use.parameters,
        executionEnvironment: "software-plain-ram",
        implementationPlatform: "generic",
        certificationLevel: ["none"],
        ...(use.algorithm.endsWith("-GCM") ? { mode: "gcm" } : {}),
        cryptoFunctions: FUNCTIONS[use.primitive],
        ...(use.classicalBits === null ? {} : { classicalSecurityLevel: use.classicalBits }),
        nistQuantumSecurityLevel: use.quantumLevel,
      },
      ...(use.oid === null ? {} : { oid: use.oid }),
    },
    properties: [
      property("standard", use.standard),
      property("implementation", use.implementation),
      property("quantum", use.quantum),
      ...use.places.map(placeProperty),
      ...Object.entries(use.status).flatMap(([who, says]) =>
        says === null ? [] : [property(`status:${who}`, says)],
      ),
      property("allowed-until", use.allowedUntil ?? "no day set"),
      property("allowed-until-source", use.source),
      ...(use.replacedBy === null ? [] : [property("replaced-by", use.replacedBy)]),
    ],
  }));
  const protocols: JsonObject[] = inventory.protocols.map((use) => ({
    type: "cryptographic-asset",
    "bom-ref": protocolRef(use.protocol, use.version),
    name: `${use.protocol} ${use.version}`,
    description: use.note,
    cryptoProperties: {
      assetType: "protocol",
      protocolProperties: {
        type: use.protocol === "TLS" ? "tls" : "other",
        version: use.version,
        cryptoRefArray: use.algorithms.map(algorithmRef),
      },
    },
    properties: [property("quantum", use.quantum), ...use.places.map(placeProperty)],
  }));
  const all = [...components, ...protocols];
  const used = {
    ref: npmPurl(product.name, product.version),
    dependsOn: all.map((component) => component["bom-ref"]),
  };
  return finishBom(product, all, [used]);
}

function algorithmRef(name: string): string {
  return `crypto/algorithm/${name.replaceAll(" ", "-")}`;
}

function protocolRef(name: string, version: string): string {
  return `crypto/protocol/${name}/${version.replaceAll(" ", "-")}`;
}

function property(name: string, value: string): Json {
  return { name: `symbion:${name}`, value };
}

function placeProperty(place: CryptoPlace): Json {
  const through = place.through === undefined ? "" : ` (through ${place.through})`;
  return property("used", `${place.package}: ${place.purpose}${through}`);
}
