/** An ONVIF camera for tests: WS-Discovery over UDP, and the few operations of its SOAP services over HTTP. */

import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { parseXml, textAt } from "../../src/discovery/xml.ts";

/** How the camera behaves. */
export type CameraBehaviour = {
  /** What it wants before it tells its streams. Default nothing. */
  readonly auth?: "none" | "token" | "http-digest";
  /** How far its clock is ahead, ms. Default 0. */
  readonly clockAheadMs?: number;
  /** Whether it joins the multicast group on the loopback interface, at WS-Discovery's own port. Default false. */
  readonly multicast?: boolean;
  /** Answers every request like this instead. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Text that its UDP answer is made of instead. */
  readonly packet?: (messageId: string) => string | Buffer;
};

/** The camera's account. */
export const ACCOUNT = { user: "view<er", password: "s3cret & word" } as const;

/** A running camera. */
export type TestCamera = {
  readonly xaddr: string;
  /** Where to ask it by UDP. */
  readonly udp: { readonly address: string; readonly port: number };
  /** Operations that were called, in order. */
  readonly calls: string[];
  /** Bodies and authorization headers that came in. */
  readonly seen: string[];
  close(): Promise<void>;
};

/** Starts a camera on free ports of the loopback address. */
export async function startOnvifCamera(behaviour: CameraBehaviour = {}): Promise<TestCamera> {
  const calls: string[] = [];
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString("utf8");
      seen.push(body, request.headers.authorization ?? "");
      if (behaviour.answer !== undefined) behaviour.answer(request, response);
      else serve(request, body, response, behaviour, calls);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  // The host is one that nobody reaches: only port and path may be believed.
  const announced = `http://203.0.113.9:${address.port}/onvif/device_service`;

  const socket = createSocket({ type: "udp4", reuseAddr: true });
  await new Promise<void>((resolve) =>
    behaviour.multicast === true
      ? socket.bind(3702, "0.0.0.0", resolve)
      : socket.bind(0, "127.0.0.1", resolve),
  );
  if (behaviour.multicast === true) socket.addMembership("239.255.255.250", "127.0.0.1");
  socket.on("message", (packet, from) => {
    const id = textAt(parseXml(packet.toString("utf8")), "Envelope", "Header", "MessageID");
    if (id === "") return;
    const answer = behaviour.packet?.(id) ?? probeMatches(id, announced);
    socket.send(answer, from.port, from.address);
  });
  return {
    xaddr: `http://127.0.0.1:${address.port}/onvif/device_service`,
    udp: { address: "127.0.0.1", port: socket.address().port },
    calls,
    seen,
    close: async () => {
      socket.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What cameras of a well-known maker send. */
export function probeMatches(relatesTo: string, xaddr: string): string {
  const scopes = [
    "onvif://www.onvif.org/type/video_encoder",
    "onvif://www.onvif.org/hardware/DS-2CD2042WD-I",
    "onvif://www.onvif.org/name/HIKVISION%20DS-2CD2042WD-I",
    "onvif://www.onvif.org/location/",
  ].join(" ");
  return `<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:wsadis="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<env:Header><wsadis:RelatesTo>${relatesTo}</wsadis:RelatesTo></env:Header>
<env:Body><d:ProbeMatches><d:ProbeMatch>
<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>${scopes}</d:Scopes>
<d:XAddrs>${xaddr} http://[2001:db8::9]/onvif/device_service</d:XAddrs>
</d:ProbeMatch></d:ProbeMatches></env:Body></env:Envelope>`;
}

function envelope(body: string): string {
  return `<?xml version="1.0"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema"><SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`;
}

const FAULT = envelope(
  "<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode><SOAP-ENV:Value>ter:NotAuthorized</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text>Sender not Authorized</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>",
);

const NONCE = "b1946ac92492d2347c6235b4d2611184";

function serve(
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
  { auth = "none", clockAheadMs = 0 }: CameraBehaviour,
  calls: string[],
): void {
  const operation = /<s:Body><d:(\w+)/.exec(body)?.[1] ?? "";
  calls.push(operation);
  const open = operation === "GetSystemDateAndTime" || operation === "GetCapabilities";
  if (!open && auth === "token" && !tokenFits(body, Date.now() + clockAheadMs)) {
    response.writeHead(400, { "content-type": "application/soap+xml" }).end(FAULT);
    return;
  }
  if (!open && auth === "http-digest" && !digestFits(request)) {
    response
      .writeHead(401, {
        "www-authenticate": [
          'Basic realm="camera"',
          `Digest realm="camera", nonce="${NONCE}", algorithm=MD5, qop="auth,auth-int", opaque="x1"`,
        ],
      })
      .end();
    return;
  }
  const text = reply(
    operation,
    body,
    new Date(Date.now() + clockAheadMs),
    request.socket.localPort,
  );
  response.writeHead(text === "" ? 500 : 200, { "content-type": "application/soap+xml" });
  response.end(
    text === "" ? FAULT.replaceAll("NotAuthorized", "ActionNotSupported") : envelope(text),
  );
}

function tokenFits(body: string, now: number): boolean {
  const token = (name: string): string =>
    textAt(parseXml(body), "Envelope", "Header", "Security", "UsernameToken", name);
  const created = token("Created");
  const expected = createHash("sha1")
    .update(Buffer.from(token("Nonce"), "base64"))
    .update(created)
    .update(ACCOUNT.password)
    .digest("base64");
  const fresh = Math.abs(Date.parse(created) - now) < 5000;
  return fresh && token("Username") === ACCOUNT.user && token("Password") === expected;
}

function digestFits(request: IncomingMessage): boolean {
  const header = request.headers.authorization ?? "";
  const value = (key: string): string =>
    new RegExp(`[ ,]${key}="?([^",]+)"?`).exec(header)?.[1] ?? "";
  const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
  const account = md5(`${ACCOUNT.user}:camera:${ACCOUNT.password}`);
  const wanted = md5(`POST:${request.url}`);
  const expected = md5(
    `${account}:${NONCE}:${value("nc")}:${value("cnonce")}:${value("qop")}:${wanted}`,
  );
  return value("response") === expected && value("opaque") === "x1";
}

function reply(operation: string, body: string, now: Date, port: number | undefined): string {
  switch (operation) {
    case "GetSystemDateAndTime":
      return `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime>
<tt:Time><tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute><tt:Second>${now.getUTCSeconds()}</tt:Second></tt:Time>
<tt:Date><tt:Year>${now.getUTCFullYear()}</tt:Year><tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day></tt:Date>
</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`;
    case "GetDeviceInformation":
      return "<tds:GetDeviceInformationResponse><tds:Manufacturer>HIKVISION</tds:Manufacturer><tds:Model>DS-2CD2042WD-I</tds:Model></tds:GetDeviceInformationResponse>";
    case "GetCapabilities":
      return `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>http://203.0.113.9:${port}/onvif/Media</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>`;
    case "GetProfiles":
      return `<trt:GetProfilesResponse>${[
        ["main&amp;5", "H265", 2688, 1520],
        ["sub", "H264", 640, 360],
        ["main", "H264", 1920, 1080],
      ]
        .map(
          ([token, encoding, width, height]) =>
            `<trt:Profiles token="${token}"><tt:Name>${token}</tt:Name><tt:VideoEncoderConfiguration token="v"><tt:Encoding>${encoding}</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution><tt:RateControl><tt:FrameRateLimit>25</tt:FrameRateLimit></tt:RateControl></tt:VideoEncoderConfiguration></trt:Profiles>`,
        )
        .join("")}</trt:GetProfilesResponse>`;
    case "GetStreamUri": {
      const token = textAt(parseXml(body), "Envelope", "Body", "GetStreamUri", "ProfileToken");
      return `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>rtsp://admin:leak@10.9.9.9:554/Streaming/${encodeURIComponent(token)}?transportmode=unicast&amp;profile=1</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`;
    }
    default:
      return "";
  }
}
