/** Certificates for the peers that the session ladder is measured beside: an authority, a server and a client. */

import "reflect-metadata";
import {
  BasicConstraintsExtension,
  cryptoProvider,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate and its private key. */
export type Credential = { readonly cert: string; readonly key: string };

/** Everything that mutual TLS needs. */
export type Credentials = {
  readonly ca: string;
  readonly server: Credential;
  readonly client: Credential;
};

const DAY = 86_400_000;

/** An authority and two certificates of it, made now. */
export async function makeCredentials(kind: "P-256" | "ML-DSA-65"): Promise<Credentials> {
  cryptoProvider.set(crypto);
  const algorithm = kind === "P-256" ? { name: "ECDSA", namedCurve: "P-256" } : { name: kind };
  const signingAlgorithm = kind === "P-256" ? { name: "ECDSA", hash: "SHA-256" } : { name: kind };
  const generate = (): Promise<CryptoKeyPair> =>
    crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as Promise<CryptoKeyPair>;
  const period = {
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + DAY),
    signingAlgorithm,
  };
  const rootKeys = await generate();
  const root = await X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "CN=authority",
    ...period,
    keys: rootKeys,
    extensions: [new BasicConstraintsExtension(true, 1, true)],
  });
  const issue = async (name: string, serialNumber: string): Promise<Credential> => {
    const keys = await generate();
    const made = await X509CertificateGenerator.create({
      serialNumber,
      subject: `CN=${name}`,
      issuer: root.subject,
      ...period,
      publicKey: keys.publicKey,
      signingKey: rootKeys.privateKey,
      extensions: [new SubjectAlternativeNameExtension([{ type: "dns", value: "localhost" }])],
    });
    const der = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
    const body = Buffer.from(der).toString("base64").replaceAll(/.{64}/g, "$&\n").trim();
    return {
      cert: made.toString("pem"),
      key: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`,
    };
  };
  return {
    ca: root.toString("pem"),
    server: await issue("server", "02"),
    client: await issue("client", "03"),
  };
}
