/**
 * WS-Discovery as ONVIF uses it (ONVIF Core Specification, 7.3): one question to everybody on the link, answers from
 * whoever transmits video. What comes back is a stranger's word and is checked before it is believed.
 */

import { randomUUID } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { cleanText, isLocalAddress, urlHost } from "./addresses.ts";
import { children, descend, parseXml, textAt } from "./xml.ts";

/** What a device says about itself in its answer. */
export type ProbeMatch = {
  /** Addresses of its device service, as it gives them. */
  readonly xaddrs: readonly string[];
  /** Name for people; may be empty. */
  readonly name: string;
  /** Model; may be empty. */
  readonly hardware: string;
  /** Maker, where a scope says so; may be empty. */
  readonly maker: string;
};

/** A match with the address that it came from. */
export type WsAnswer = ProbeMatch & {
  readonly address: string;
  /** Address of its device service, on the host that answered; null where it gives none. */
  readonly xaddr: string | null;
};

/** Options of {@link wsDiscover}. */
export type WsOptions = {
  /** Milliseconds to listen. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** IPv4 addresses of the interfaces to ask on. */
  readonly interfaces: readonly string[];
  /** Devices asked directly, for networks that multicast does not reach. */
  readonly targets: readonly { readonly address: string; readonly port: number }[];
  /** Told about each device once, when it answers. */
  readonly onAnswer: (answer: WsAnswer) => void;
};

const GROUP = "239.255.255.250";
const PORT = 3702;

/** When the question is asked again, ms: UDP loses packets, and cheap cameras sleep. */
const REPEATS: readonly number[] = [0, 300, 1000];

/** Most packets looked at in one run, and most devices told. */
const MAX_PACKETS = 4096;
const MAX_DEVICES = 256;

/** Most matches in one packet, and most scopes and addresses in one match. */
const MAX_ITEMS = 32;

/** Asks and listens; resolves when the time is over. Never rejects: an interface that cannot be used is left out. */
export async function wsDiscover(options: WsOptions): Promise<void> {
  const id = randomUUID();
  const question = Buffer.from(probeMessage(id));
  const told = new Set<string>();
  let packets = 0;
  const hear = (packet: Buffer, from: string): void => {
    if (packets++ >= MAX_PACKETS || !isLocalAddress(from)) return;
    const match = parseProbeMatches(packet.toString("utf8"), id)[0];
    if (match === undefined || told.has(from) || told.size >= MAX_DEVICES) return;
    told.add(from);
    options.onAnswer({ ...match, address: from, xaddr: serviceAddress(match.xaddrs, from) });
  };
  const sockets: Socket[] = [];
  const timers: NodeJS.Timeout[] = [];
  const ask = async (
    bind: string | undefined,
    targets: WsOptions["targets"],
    multicast: boolean,
  ): Promise<void> => {
    const socket = createSocket({ type: "udp4", reuseAddr: true });
    sockets.push(socket);
    socket.on("message", (packet, { address }) => hear(packet, address));
    const failed = new Promise<false>((resolve) => socket.on("error", () => resolve(false)));
    const bound = new Promise<true>((resolve) => socket.bind(0, bind, () => resolve(true)));
    if (!(await Promise.race([failed, bound]))) return;
    try {
      if (multicast && bind !== undefined) socket.setMulticastInterface(bind);
    } catch {
      return;
    }
    for (const delay of REPEATS) {
      timers.push(
        setTimeout(() => {
          for (const { address, port } of targets) {
            // A network that is down is no reason to stop: the callback takes the error.
            socket.send(question, port, address, () => undefined);
          }
        }, delay),
      );
    }
  };
  const group = [{ address: GROUP, port: PORT }];
  await Promise.all([
    ...options.interfaces.map((address) => ask(address, group, true)),
    ...(options.targets.length > 0 ? [ask(undefined, options.targets, false)] : []),
  ]);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, options.timeoutMs);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (options.signal.aborted) stop();
    else options.signal.addEventListener("abort", stop, { once: true });
  });
  for (const timer of timers) clearTimeout(timer);
  for (const socket of sockets) closeQuietly(socket);
}

/**
 * The video transmitters that an answer speaks of; empty for any other text. Answers to somebody else's question
 * (`RelatesTo` without `id`) are left out.
 */
export function parseProbeMatches(text: string, id?: string): ProbeMatch[] {
  const envelope = descend(parseXml(text), "Envelope");
  const relates = textAt(envelope, "Header", "RelatesTo");
  if (id !== undefined && relates !== "" && !relates.includes(id)) return [];
  const matches = children(descend(envelope, "Body", "ProbeMatches"), "ProbeMatch");
  return matches.slice(0, MAX_ITEMS).flatMap((match) => {
    const words = (name: string): string[] =>
      textAt(match, name).split(/\s+/).filter(Boolean).slice(0, MAX_ITEMS);
    const scopes = words("Scopes");
    const transmits = words("Types").some((type) => /(?:^|:)NetworkVideoTransmitter$/.test(type));
    if (!transmits && !scopes.some((scope) => scope.startsWith(SCOPE))) return [];
    return [
      {
        xaddrs: words("XAddrs"),
        name: scopeValue(scopes, "name"),
        hardware: scopeValue(scopes, "hardware"),
        maker: scopeValue(scopes, "manufacturer") || scopeValue(scopes, "mfr"),
      },
    ];
  });
}

const SCOPE = "onvif://www.onvif.org/";

function scopeValue(scopes: readonly string[], key: string): string {
  const prefix = `${SCOPE}${key}/`;
  const found = scopes.find((scope) => scope.toLowerCase().startsWith(prefix));
  if (found === undefined) return "";
  const raw = found.slice(prefix.length);
  try {
    return cleanText(decodeURIComponent(raw));
  } catch {
    return cleanText(raw);
  }
}

/**
 * The device service on the host that answered. Devices with several networks name them all, some name one that
 * nobody can reach; only port and path are taken from what they say.
 */
function serviceAddress(xaddrs: readonly string[], from: string): string | null {
  const urls = xaddrs.flatMap((text) => URL.parse(text) ?? []);
  const web = urls.filter(({ protocol }) => protocol === "http:" || protocol === "https:");
  const own = web.find(({ hostname }) => hostname === urlHost(from)) ?? web[0];
  if (own === undefined) return null;
  return `${own.protocol}//${urlHost(from)}${own.port === "" ? "" : `:${own.port}`}${own.pathname}`;
}

function closeQuietly(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // It never opened.
  }
}

function probeMessage(id: string): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"',
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"',
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"',
    ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>',
    "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>",
    `<a:MessageID>urn:uuid:${id}</a:MessageID>`,
    "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>",
    "</s:Header><s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>",
    "</s:Body></s:Envelope>",
  ].join("");
}
