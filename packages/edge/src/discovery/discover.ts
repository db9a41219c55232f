/** Cameras on the local network: ONVIF and mDNS together, each device once. */

import { type FoundDevice, UsageError } from "@symbion/core";
import { interfaceAddresses } from "./addresses.ts";
import { makerOf, suggestUrls } from "./makers.ts";
import { mdnsDiscover } from "./mdns.ts";
import { type OnvifAnswer, onvifStreams } from "./onvif.ts";
import type { Credentials } from "./soap.ts";
import { type WsAnswer, wsDiscover } from "./ws-discovery.ts";

/** A device with what is needed to ask it again. */
export type DiscoveredDevice = FoundDevice & {
  /** Its ONVIF device service, for {@link onvifStreams}; null where it has told none. */
  readonly xaddr: string | null;
  /** Whether it wants a user name and password before it tells its streams: `urls` are guesses then. */
  readonly needsCredentials: boolean;
};

/** Options of {@link discover}. */
export type DiscoverOptions = {
  /** Milliseconds that all of it takes, 200 to 60 000. Default 4000. */
  readonly timeoutMs?: number;
  /** Ends it early, with what was found so far. */
  readonly signal?: AbortSignal;
  /** Account tried on every ONVIF device; leaves this machine only as a digest. */
  readonly credentials?: Credentials;
  /** IPv4 addresses of the interfaces to ask on. Default: all but loopback. */
  readonly interfaces?: readonly string[];
  /** ONVIF devices that are asked directly, for networks that multicast does not reach. */
  readonly targets?: readonly { readonly address: string; readonly port: number }[];
  /** UDP port of mDNS. Default 5353. */
  readonly mdnsPort?: number;
};

const OPTIONS: readonly string[] = [
  "timeoutMs",
  "signal",
  "credentials",
  "interfaces",
  "targets",
  "mdnsPort",
];

/** Most devices, and most addresses of one, that are told. */
const MAX_DEVICES = 256;
const MAX_URLS = 12;

/** Most interfaces that are asked on: machines with containers have many. */
const MAX_INTERFACES = 16;

/** Devices that are asked for their streams at the same time. */
const MAX_QUERIES = 16;

/**
 * Looks for cameras. Sends one multicast question per interface and protocol, and asks devices that answer for their
 * streams; nothing outside the local network is contacted. Never rejects for the network's sake. Throws `UsageError`
 * for an unknown option or a time out of range.
 */
export async function discover(options: DiscoverOptions = {}): Promise<DiscoveredDevice[]> {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) {
      throw new UsageError(`discover: expected one of ${OPTIONS.join(", ")}, got option "${key}"`);
    }
  }
  const { timeoutMs = 4000, credentials = null, targets = [], mdnsPort = 5353 } = options;
  if (!(timeoutMs >= 200 && timeoutMs <= 60_000)) {
    throw new UsageError(`discover: timeoutMs: expected 200 to 60000, got ${timeoutMs}`);
  }
  const interfaces = (options.interfaces ?? interfaceAddresses()).slice(0, MAX_INTERFACES);
  const over = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? over : AbortSignal.any([over, options.signal]);
  const devices = new Map<string, DiscoveredDevice>();
  const queries = new Set<Promise<void>>();
  const ask = (answer: WsAnswer): void => {
    devices.set(answer.address, describe(answer, null));
    if (answer.xaddr === null || queries.size >= MAX_QUERIES) return;
    const query = onvifStreams(answer.xaddr, credentials, { timeoutMs, signal }).then((told) => {
      devices.set(answer.address, describe(answer, told));
      queries.delete(query);
    });
    queries.add(query);
  };
  const listen = { timeoutMs, signal, interfaces };
  const [announced] = await Promise.all([
    mdnsDiscover({ ...listen, port: mdnsPort }),
    wsDiscover({ ...listen, targets, onAnswer: ask }),
  ]);
  // Aborted with everything else: each ends now, with what it knows.
  await Promise.all(queries);
  for (const { name, address, url, detail } of announced) {
    const known = devices.get(address);
    const stream = url === null ? [] : [url];
    if (known !== undefined) {
      // What ONVIF says is surer than an announcement, an announcement surer than a guess.
      const urls = known.needsCredentials ? [...stream, ...known.urls] : [...known.urls, ...stream];
      devices.set(address, { ...known, urls: unique(urls), detail: known.detail || detail });
      continue;
    }
    const guesses = suggestUrls(address, makerOf(`${detail} ${name}`));
    devices.set(address, {
      name,
      address,
      via: "mdns",
      urls: unique([...stream, ...guesses]),
      detail,
      xaddr: null,
      needsCredentials: false,
    });
  }
  return [...devices.values()].slice(0, MAX_DEVICES).sort(byAddress);
}

function describe(answer: WsAnswer, told: OnvifAnswer | null): DiscoveredDevice {
  const { address, xaddr } = answer;
  const maker = (told?.ok ? told.maker : "") || answer.maker;
  const model = (told?.ok ? told.model : "") || answer.hardware;
  const detail = model.toLowerCase().startsWith(maker.toLowerCase()) ? model : `${maker} ${model}`;
  const streams = told?.ok ? told.streams.map(({ url }) => url) : [];
  const guesses = suggestUrls(address, makerOf(`${maker} ${model} ${answer.name}`));
  return {
    name: answer.name || detail.trim() || address,
    address,
    via: "onvif",
    urls: unique(streams.length > 0 ? streams : guesses),
    detail: detail.trim(),
    xaddr,
    needsCredentials: told !== null && !told.ok && told.unauthorized,
  };
}

function unique(urls: readonly string[]): string[] {
  return [...new Set(urls)].slice(0, MAX_URLS);
}

/** By the numbers of the address: 192.168.1.9 before 192.168.1.10. */
function byAddress(a: FoundDevice, b: FoundDevice): number {
  return a.address.localeCompare(b.address, "en", { numeric: true });
}
