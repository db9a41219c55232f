/**
 * The part of CycloneDX's JSON schema 1.6 that our bills use, written down from
 * http://cyclonedx.org/schema/bom-1.6.schema.json: fields, which of them must be there, and their allowed values.
 */

type Check = (value: unknown, at: string) => string[];

const text: Check = (value, at) => (typeof value === "string" ? [] : [`${at}: no text`]);

const matching =
  (pattern: RegExp): Check =>
  (value, at) =>
    typeof value === "string" && pattern.test(value) ? [] : [`${at}: not ${pattern}`];

const oneOf =
  (...values: readonly unknown[]): Check =>
  (value, at) =>
    values.includes(value) ? [] : [`${at}: ${String(value)} is not allowed`];

const whole =
  (most: number): Check =>
  (value, at) =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most
      ? []
      : [`${at}: no whole number up to ${most}`];

const list =
  (item: Check): Check =>
  (value, at) =>
    Array.isArray(value) ? value.flatMap((one, n) => item(one, `${at}[${n}]`)) : [`${at}: no list`];

/** An object with these fields and no others; those that end in "?" may be left out. */
const object =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, at) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return [`${at}: no object`];
    const found = value as Readonly<Record<string, unknown>>;
    const known = Object.entries(fields).map(([name, check]) => {
      return { name: name.replace("?", ""), isOptional: name.endsWith("?"), check };
    });
    const unknown = Object.keys(found).filter((name) => !known.some((one) => one.name === name));
    return [
      ...unknown.map((name) => `${at}.${name}: not in the schema`),
      ...known.flatMap(({ name, isOptional, check }) => {
        if (found[name] !== undefined) return check(found[name], `${at}.${name}`);
        return isOptional ? [] : [`${at}.${name}: missing`];
      }),
    ];
  };

const either =
  (...checks: readonly Check[]): Check =>
  (value, at) =>
    checks.some((check) => check(value, at).length === 0) ? [] : [`${at}: of no allowed form`];

const algorithmProperties = object({
  primitive: oneOf(
    ...["drbg", "mac", "block-cipher", "stream-cipher", "signature", "hash", "pke", "xof", "kdf"],
    ...["key-agree", "kem", "ae", "combiner", "other", "unknown"],
  ),
  "parameterSetIdentifier?": text,
  "curve?": text,
  "executionEnvironment?": oneOf(
    ...["software-plain-ram", "software-encrypted-ram", "software-tee", "hardware", "other"],
  ),
  "implementationPlatform?": oneOf("generic", "x86_64", "armv8-a", "other", "unknown"),
  "certificationLevel?": list(oneOf("none", "other", "unknown")),
  "mode?": oneOf("cbc", "ecb", "ccm", "gcm", "cfb", "ofb", "ctr", "other", "unknown"),
  "cryptoFunctions?": list(
    oneOf(
      ...["generate", "keygen", "encrypt", "decrypt", "digest", "tag", "keyderive", "sign"],
      ...["verify", "encapsulate", "decapsulate", "other", "unknown"],
    ),
  ),
  "classicalSecurityLevel?": whole(10_000),
  "nistQuantumSecurityLevel?": whole(6),
});

const cryptoProperties = object({
  assetType: oneOf("algorithm", "certificate", "protocol", "related-crypto-material"),
  "algorithmProperties?": algorithmProperties,
  "protocolProperties?": object({
    "type?": oneOf("tls", "ssh", "ipsec", "ike", "sstp", "wpa", "other", "unknown"),
    "version?": text,
    "cryptoRefArray?": list(text),
  }),
  "oid?": matching(/^\d+(\.\d+)+$/),
});

const component = object({
  type: oneOf("application", "library", "cryptographic-asset"),
  "bom-ref?": matching(/./),
  "group?": text,
  name: text,
  "version?": text,
  "description?": text,
  "scope?": oneOf("required", "optional", "excluded"),
  "hashes?": list(
    object({
      alg: oneOf("SHA-1", "SHA-256", "SHA-384", "SHA-512"),
      content: matching(/^([a-f0-9]{32}|[a-f0-9]{40}|[a-f0-9]{64}|[a-f0-9]{96}|[a-f0-9]{128})$/),
    }),
  ),
  "licenses?": either(
    list(object({ license: either(object({ id: text }), object({ name: text })) })),
    list(object({ expression: text })),
  ),
  "purl?": matching(/^pkg:npm\//),
  "cryptoProperties?": cryptoProperties,
  "properties?": list(object({ name: text, "value?": text })),
});

const bill = object({
  "$schema?": oneOf("http://cyclonedx.org/schema/bom-1.6.schema.json"),
  bomFormat: oneOf("CycloneDX"),
  specVersion: oneOf("1.6"),
  "serialNumber?": matching(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  ),
  "version?": whole(1_000_000),
  "metadata?": object({
    "lifecycles?": list(object({ phase: oneOf("design", "pre-build", "build", "post-build") })),
    "component?": component,
  }),
  "components?": list(component),
  "dependencies?": list(object({ ref: matching(/./), "dependsOn?": list(matching(/./)) })),
});

/** What CycloneDX's schema, and its rule that references are unique and lead somewhere, say against a bill. */
export function objectionsToBom(bom: unknown): string[] {
  const problems = bill(bom, "bom");
  if (problems.length > 0) return problems;
  const { components, dependencies, metadata } = bom as {
    components: { "bom-ref": string }[];
    dependencies: { ref: string; dependsOn: string[] }[];
    metadata: { component: { "bom-ref": string } };
  };
  const refs = [metadata.component["bom-ref"], ...components.map((one) => one["bom-ref"])];
  const known = new Set(refs);
  if (known.size !== refs.length) problems.push("bom: a bom-ref is used twice");
  for (const { ref, dependsOn } of dependencies) {
    if (new Set(dependsOn).size !== dependsOn.length) problems.push(`${ref}: a dependency twice`);
    for (const one of [ref, ...dependsOn]) {
      if (!known.has(one)) problems.push(`${ref}: ${one} is not in the bill`);
    }
  }
  return problems;
}
