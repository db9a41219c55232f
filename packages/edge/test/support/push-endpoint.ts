import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  type ECDH,
  hkdfSync,
  randomBytes,
  verify,
} from "node:crypto";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { PushSubscriptionRecord } from "../../src/store/types.ts";
import { testTls } from "./tls.ts";

/** What a browser would hand to its service worker, with what the push service saw of it. */
export type Pushed = {
  readonly browser: string;
  readonly payload: unknown;
  readonly ttl: number;
  readonly urgency: string;
  readonly topic: string;
  /** Claims of the VAPID token, its signature checked. */
  readonly claims: { readonly aud: string; readonly exp: number; readonly sub: string };
  /** The sender's public key, base64url. */
  readonly sender: string;
};

/** A browser's side of a subscription (RFC 8291, 3.1): a key pair on P-256 and a secret. */
type Browser = { readonly keys: ECDH; readonly secret: Buffer };

/**
 * A push service and its browsers in one: a real HTTPS server that takes messages as RFC 8030 says, checks who sends
 * them (RFC 8292) and decrypts them as a browser would (RFC 8291 over RFC 8188). Written from the standards with
 * nothing but Node's own cryptography.
 */
export class PushEndpoint {
  readonly received: Pushed[] = [];
  /** Why requests were refused. */
  readonly refused: string[] = [];
  /** Decides what a browser's endpoint answers; 201 is success. */
  answer: (browser: string) => { readonly status: number; readonly retryAfter?: string } = () => ({
    status: 201,
  });
  readonly #browsers = new Map<string, Browser>();
  readonly #server: Server;
  #origin = "";

  constructor() {
    this.#server = createServer({ cert: testTls.cert, key: testTls.key }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const name = (request.url ?? "").split("/").at(-1) ?? "";
        const answer = this.answer(name);
        if (answer.status !== 201) {
          const after = answer.retryAfter;
          response.writeHead(answer.status, after === undefined ? {} : { "Retry-After": after });
          response.end("no");
          return;
        }
        try {
          const { headers, method } = request;
          if (method !== "POST") throw new Error(`method ${method}`);
          this.received.push(this.#accept(name, headers, Buffer.concat(chunks)));
          response.writeHead(201, { Location: `${this.#origin}/message/1` });
        } catch (error) {
          this.refused.push(String(error));
          response.writeHead(400);
        }
        response.end();
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.#origin = `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A new browser's subscription. */
  subscribe(name: string): PushSubscriptionRecord {
    const keys = createECDH("prime256v1");
    keys.generateKeys();
    const secret = randomBytes(16);
    this.#browsers.set(name, { keys, secret });
    return {
      endpoint: `${this.#origin}/push/${name}`,
      keys: { p256dh: keys.getPublicKey("base64url"), auth: secret.toString("base64url") },
      createdAt: 0,
      label: name,
    };
  }

  #accept(
    name: string,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    body: Buffer,
  ): Pushed {
    const header = (key: string): string => {
      const value = headers[key];
      if (typeof value !== "string") throw new Error(`no ${key} header`);
      return value;
    };
    const browser = this.#browsers.get(name);
    if (browser === undefined) throw new Error("no such subscription");
    if (header("content-encoding") !== "aes128gcm") throw new Error("content encoding");
    if (!/^\d+$/.test(header("ttl"))) throw new Error("TTL");
    const topic = header("topic");
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(topic)) throw new Error("topic");
    // RFC 8030, 7.2: a service need not take more than 4096 bytes.
    if (body.length > 4096) throw new Error("too long");
    return {
      browser: name,
      payload: JSON.parse(decrypt(body, browser).toString("utf8")),
      ttl: Number(header("ttl")),
      urgency: header("urgency"),
      topic,
      ...checkVapid(header("authorization"), this.#origin),
    };
  }
}

/** RFC 8292, 2 and 3: a JWT signed with ES256 by the key that comes with it. */
function checkVapid(authorization: string, origin: string): Pick<Pushed, "claims" | "sender"> {
  const [, token = "", sender = ""] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  const [head = "", claimed = "", signature = ""] = token.split(".");
  const point = Buffer.from(sender, "base64url");
  if (point.length !== 65 || point[0] !== 4) throw new Error("VAPID: key");
  const key = createPublicKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    },
  });
  const { alg } = JSON.parse(Buffer.from(head, "base64url").toString());
  const genuine = verify(
    "sha256",
    Buffer.from(`${head}.${claimed}`),
    { key, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  if (alg !== "ES256" || !genuine) throw new Error("VAPID: signature");
  const claims = JSON.parse(Buffer.from(claimed, "base64url").toString());
  const left = claims.exp - Date.now() / 1000;
  if (claims.aud !== origin) throw new Error(`VAPID: audience ${claims.aud}`);
  if (!(left > 0 && left <= 24 * 3600)) throw new Error("VAPID: expiry");
  if (!/^(mailto:|https:)/.test(claims.sub)) throw new Error("VAPID: subject");
  return { claims, sender };
}

/** RFC 8291, 3.4 and RFC 8188, 2: header (salt, record size, key), then one record. */
function decrypt(body: Buffer, browser: Browser): Buffer {
  const salt = body.subarray(0, 16);
  const recordSize = body.readUInt32BE(16);
  const keyLength = body.readUInt8(20);
  const senderKey = body.subarray(21, 21 + keyLength);
  const record = body.subarray(21 + keyLength);
  if (record.length > recordSize) throw new Error("more than one record");
  const shared = browser.keys.computeSecret(senderKey);
  const info = Buffer.concat([
    Buffer.from("WebPush: info\0"),
    browser.keys.getPublicKey(),
    senderKey,
  ]);
  const input = Buffer.from(hkdfSync("sha256", shared, browser.secret, info, 32));
  const key = hkdfSync("sha256", input, salt, "Content-Encoding: aes128gcm\0", 16);
  const nonce = hkdfSync("sha256", input, salt, "Content-Encoding: nonce\0", 12);
  const decipher = createDecipheriv("aes-128-gcm", Buffer.from(key), Buffer.from(nonce));
  decipher.setAuthTag(record.subarray(-16));
  const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  // The last record's padding: a delimiter of 2, then zeros.
  const end = plain.findLastIndex((byte) => byte !== 0);
  if (plain[end] !== 2) throw new Error("padding delimiter");
  return plain.subarray(0, end);
}

/**
 * Checks the decryption against the worked example of RFC 8291, section 5 and appendix A: a browser with the
 * example's keys gets the example's message.
 */
export function decryptExample(): string {
  const keys = createECDH("prime256v1");
  keys.setPrivateKey("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94", "base64url");
  const secret = Buffer.from("BTBZMqHH6r4Tts7J_aSIgg", "base64url");
  const body = Buffer.from(
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
    "base64url",
  );
  return decrypt(body, { keys, secret }).toString("utf8");
}
