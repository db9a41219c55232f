/** Fetching media that requests name, without letting them reach into the server's own network. */

import { type LookupAddress, lookup } from "node:dns";
import { type ClientRequest, get as getHttp, type IncomingMessage } from "node:http";
import { get as getHttps } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { badRequest, ModelApiError } from "./errors.ts";

/** Redirects that are followed. */
const MOST_REDIRECTS = 3;
/** Milliseconds for the whole answer. */
const PATIENCE = 20_000;

/** Networks that are not the public internet (IANA's special-purpose registries). */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const) {
  PRIVATE.addSubnet(network, bits, "ipv4");
}
/** The only global unicast addresses of IPv6 are in 2000::/3; of those, some are not what they seem. */
const GLOBAL = new BlockList();
GLOBAL.addSubnet("2000::", 3, "ipv6");
const TUNNELS = new BlockList();
for (const [network, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  TUNNELS.addSubnet(network, bits, "ipv6");
}

/** Whether an address belongs to a host of the public internet. */
export function isPublic(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) return !PRIVATE.check(address, "ipv4");
  return kind === 6 && GLOBAL.check(address, "ipv6") && !TUNNELS.check(address, "ipv6");
}

/**
 * Bytes at an address. The name is resolved once, and the connection goes to the address that was checked.
 * @throws {ModelApiError} 400 for hosts that are not public, too many bytes or redirects, and other failures.
 */
export async function fetchPublic(
  url: string,
  param: string,
  most: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  let at = url;
  try {
    for (let i = 0; i <= MOST_REDIRECTS; i++) {
      const answer = await request(new URL(at), patience);
      const { statusCode = 0, headers } = answer;
      if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
        answer.destroy();
        at = new URL(headers.location, at).href;
        if (!/^https?:/i.test(at))
          throw badRequest(param, `${param}: expected an http(s) redirect, got another`);
        continue;
      }
      if (statusCode !== 200) {
        answer.destroy();
        throw badRequest(
          param,
          `${param}: expected status 200 from the address, got ${statusCode}`,
        );
      }
      return await readAll(answer, param, most);
    }
  } catch (error) {
    if (error instanceof ModelApiError || signal.aborted) throw error;
    if (error instanceof NotPublicError) {
      throw badRequest(param, `${param}: expected an address of a public host, got another`);
    }
    const why = patience.aborted
      ? "no answer in time"
      : error instanceof Error
        ? error.message
        : "";
    throw badRequest(
      param,
      `${param}: expected an address that can be fetched, got a failure: ${why}`,
    );
  }
  throw badRequest(param, `${param}: expected at most ${MOST_REDIRECTS} redirects, got more`);
}

function request(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !isPublic(host)) return Promise.reject(new NotPublicError());
  return new Promise((resolve, reject) => {
    const get = url.protocol === "https:" ? getHttps : getHttp;
    const asked: ClientRequest = get(
      url,
      { lookup: guardedLookup, signal, headers: { accept: "image/*,video/*" } },
      resolve,
    );
    asked.once("error", reject);
  });
}

/** Name resolution that fails where any of a name's addresses is not public. */
const guardedLookup: LookupFunction = (name, options, callback) => {
  lookup(name, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses ?? [];
    if (error !== null) callback(error, "", 0);
    else if (first === undefined || !addresses.every(({ address }) => isPublic(address))) {
      callback(new NotPublicError(), "", 0);
    } else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

class NotPublicError extends Error {
  override readonly name = "NotPublicError";
}

async function readAll(answer: IncomingMessage, param: string, most: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most) {
      answer.destroy();
      throw badRequest(param, `${param}: expected at most ${most} bytes, got more`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
