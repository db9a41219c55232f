/**
 * HTTP POST for webhooks and push services. Redirects are not followed (they would carry the message to an address
 * that nobody chose), answers are read up to a bound, and link-local addresses are refused: that is where cloud
 * machines serve their own credentials, and no receiver lives there.
 */

import { lookup as resolve } from "node:dns";
import { type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Bytes of an answer that are looked at. */
const MAX_ANSWER = 2048;

/** Longest wait that a receiver can ask for, in milliseconds. */
const MAX_RETRY_AFTER = 3_600_000;

const refused = new BlockList();
refused.addSubnet("169.254.0.0", 16, "ipv4");
refused.addSubnet("fe80::", 10, "ipv6");
refused.addAddress("fd00:ec2::254", "ipv6");

/** An answer: its status, the beginning of its body as text, and how long the receiver asks to wait, in ms. */
export type HttpAnswer = {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number | null;
};

/** Whether nothing is sent to this address (a literal IP address): link-local, where metadata services are. */
export function isRefusedAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && refused.check(address, family === 6 ? "ipv6" : "ipv4");
}

const lookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      callback(error, []);
      return;
    }
    const allowed = addresses.filter(({ address }) => !isRefusedAddress(address));
    const [first] = allowed;
    if (first === undefined) {
      const reason = Object.assign(new Error(`${hostname} is a link-local address`), {
        code: "EREFUSED",
      });
      callback(reason, []);
    } else if (options.all) {
      callback(null, allowed);
    } else {
      callback(null, first.address, first.family);
    }
  });
};

/**
 * Posts a body and resolves with the answer, whatever its status. Rejects where there is none: no such name, refused,
 * cut off, not a certificate that is trusted, aborted. A connection is used once: alerts are rare, and one that was
 * kept open may be dead when it matters.
 */
export function post(
  url: URL,
  headers: Readonly<Record<string, string | number>>,
  body: string | Uint8Array,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isRefusedAddress(host)) return Promise.reject(new Error(`${host} is a link-local address`));
  return new Promise((answered, failed) => {
    const options: RequestOptions = {
      method: "POST",
      agent: false,
      signal,
      lookup,
      headers: { ...headers, "Content-Length": Buffer.byteLength(body) },
    };
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const request = send(url, options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = (): void => {
        answered({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString("utf8").slice(0, MAX_ANSWER),
          retryAfterMs: retryAfter(response.headers["retry-after"], Date.now()),
        });
        request.destroy();
      };
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= MAX_ANSWER) finish();
      });
      response.on("end", finish);
      response.on("error", failed);
    });
    request.on("error", failed);
    request.end(body);
  });
}

/**
 * The wait that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or a date), in milliseconds from `now`, an
 * hour at most; null where there is none or it makes no sense.
 */
export function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? null : Math.min(MAX_RETRY_AFTER, Math.max(0, ms));
}
