/**
 * One SOAP 1.2 request to a device on the local network. Addresses outside of it are refused, redirects are not
 * followed, answers are bounded in size and time. Passwords leave only as digests: WS-UsernameToken (Web Services
 * Security UsernameToken Profile 1.0), and HTTP digest (RFC 7616) where the device asks for that.
 */

import { createHash, randomBytes } from "node:crypto";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isLocalAddress } from "./addresses.ts";
import { descend, escapeXml, MAX_XML, parseXml, textAt, type XmlElement } from "./xml.ts";

/** An account of a device. */
export type Credentials = { readonly user: string; readonly password: string };

/** What a request needs. */
export type SoapRequest = {
  /** Address of the service, `http://192.0.2.7/onvif/device_service`; the host is an IP address. */
  readonly url: string;
  /** Name of the operation with its namespace, for the `action` parameter. */
  readonly action: string;
  /** XML of the body, with its own namespaces. */
  readonly body: string;
  readonly credentials: Credentials | null;
  /** Milliseconds that the device's clock is ahead of ours: tokens with a wrong time are refused. */
  readonly clockOffsetMs: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
};

/** The body's element, or why there is none. `unauthorized`: the device wants (other) credentials. */
export type SoapAnswer =
  | { readonly ok: true; readonly body: XmlElement }
  | { readonly ok: false; readonly unauthorized: boolean; readonly reason: string };

/** Sends a request and reads its answer. Never rejects. */
export async function soapCall(request: SoapRequest): Promise<SoapAnswer> {
  const url = URL.parse(request.url);
  const host = url?.hostname.replace(/^\[|\]$/g, "") ?? "";
  if (url === null || !/^https?:$/.test(url.protocol) || !isLocalAddress(host)) {
    return fail("expected an http address of the local network");
  }
  // An account inside the address would be sent as it is.
  url.username = "";
  url.password = "";
  try {
    const first = await exchange(url, request, null);
    const challenge = first.status === 401 ? digestChallenge(first.challenges) : null;
    if (challenge === null || request.credentials === null) return read(first);
    return read(await exchange(url, request, authorization(challenge, url, request.credentials)));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return fail(code ?? (error instanceof Error ? error.message : String(error)));
  }
}

function fail(reason: string, unauthorized = false): SoapAnswer {
  return { ok: false, unauthorized, reason };
}

type Reply = {
  readonly status: number;
  readonly challenges: readonly string[];
  readonly text: string;
};

function read({ status, text }: Reply): SoapAnswer {
  if (status >= 300 && status < 400) return fail("it redirects elsewhere");
  const body = descend(parseXml(text), "Envelope", "Body");
  const fault = descend(body, "Fault");
  const words = `${textAt(fault, "Code", "Subcode", "Value")} ${textAt(fault, "Reason", "Text")}`;
  if (status === 401 || /NotAuthorized|not authori[sz]ed|FailedAuthentication/i.test(words)) {
    return fail("it wants a user name and password, or refuses these", true);
  }
  if (fault !== null) return fail(words.trim().slice(0, 200) || "it refuses the request");
  if (body === null) return fail(status === 200 ? "its answer is no SOAP" : `HTTP ${status}`);
  return { ok: true, body };
}

function exchange(url: URL, request: SoapRequest, authorize: string | null): Promise<Reply> {
  const body = Buffer.from(envelope(request));
  const signals = [AbortSignal.timeout(request.timeoutMs)];
  if (request.signal !== undefined) signals.push(request.signal);
  const options = {
    method: "POST",
    agent: false,
    signal: AbortSignal.any(signals),
    // A camera's certificate is its own, and no secret is in what is sent.
    rejectUnauthorized: false,
    headers: {
      "content-type": `application/soap+xml; charset=utf-8; action="${request.action}"`,
      "content-length": body.length,
      connection: "close",
      ...(authorize === null ? {} : { authorization: authorize }),
    },
  };
  const start = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = start(url, options, (response) => {
      collect(response).then(
        (text) =>
          resolve({
            status: response.statusCode ?? 0,
            challenges: response.headersDistinct["www-authenticate"] ?? [],
            text,
          }),
        reject,
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function collect(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_XML) throw new Error("its answer is too long");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function envelope({ body, credentials, clockOffsetMs }: SoapRequest): string {
  const header = credentials === null ? "" : usernameToken(credentials, clockOffsetMs);
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">' +
    `<s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

const WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";

/** `PasswordDigest` = Base64(SHA-1(nonce + created + password)). */
function usernameToken({ user, password }: Credentials, clockOffsetMs: number): string {
  const nonce = randomBytes(16);
  const created = new Date(Date.now() + clockOffsetMs).toISOString();
  const digest = createHash("sha1").update(nonce).update(created).update(password).digest("base64");
  const base64 = nonce.toString("base64");
  return [
    `<w:Security s:mustUnderstand="1" xmlns:w="${WSS}-wssecurity-secext-1.0.xsd"><w:UsernameToken>`,
    `<w:Username>${escapeXml(user)}</w:Username>`,
    `<w:Password Type="${WSS}-username-token-profile-1.0#PasswordDigest">${digest}</w:Password>`,
    `<w:Nonce EncodingType="${WSS}-soap-message-security-1.0#Base64Binary">${base64}</w:Nonce>`,
    `<u:Created xmlns:u="${WSS}-wssecurity-utility-1.0.xsd">${created}</u:Created>`,
    "</w:UsernameToken></w:Security>",
  ].join("");
}

type Challenge = {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: "MD5" | "SHA-256";
  readonly qop: boolean;
  readonly opaque: string | null;
};

/** The strongest digest challenge that we can answer, or null. */
function digestChallenge(headers: readonly string[]): Challenge | null {
  const all = headers.flatMap((header) => {
    if (!/^digest /i.test(header)) return [];
    const value = (key: string): string | null => {
      const found = new RegExp(`(?:^|[\\s,])${key}=(?:"([^"]*)"|([^\\s,]+))`, "i").exec(header);
      return found?.[1] ?? found?.[2] ?? null;
    };
    const algorithm = (value("algorithm") ?? "MD5").toUpperCase();
    const nonce = value("nonce");
    if (nonce === null || (algorithm !== "MD5" && algorithm !== "SHA-256")) return [];
    const qop = (value("qop") ?? "").split(",").some((one) => one.trim() === "auth");
    const challenge: Challenge = {
      realm: value("realm") ?? "",
      nonce,
      algorithm,
      qop,
      opaque: value("opaque"),
    };
    return [challenge];
  });
  return all.find(({ algorithm }) => algorithm === "SHA-256") ?? all[0] ?? null;
}

function authorization(challenge: Challenge, url: URL, { user, password }: Credentials): string {
  const { realm, nonce, algorithm, qop, opaque } = challenge;
  const name = algorithm === "MD5" ? "md5" : "sha256";
  const hash = (...parts: readonly string[]): string =>
    createHash(name).update(parts.join(":")).digest("hex");
  const uri = `${url.pathname}${url.search}`;
  const account = hash(user, realm, password);
  const wanted = hash("POST", uri);
  const cnonce = randomBytes(8).toString("hex");
  const response = qop
    ? hash(account, nonce, "00000001", cnonce, "auth", wanted)
    : hash(account, nonce, wanted);
  const quoted = user.replace(/[\\"]/g, "\\$&");
  const parts = [
    `username="${quoted}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
    ...(qop ? ["qop=auth", "nc=00000001", `cnonce="${cnonce}"`] : []),
    ...(opaque === null ? [] : [`opaque="${opaque}"`]),
  ];
  return `Digest ${parts.join(", ")}`;
}
