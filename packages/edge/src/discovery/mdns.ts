/**
 * Devices that announce themselves by multicast DNS (RFC 6762, 6763): RTSP and ONVIF services, and web pages of
 * devices whose names say camera. Only asks, never announces.
 */

import makeMdns from "multicast-dns";
import { cleanText, isLocalAddress, urlHost } from "./addresses.ts";
import { makerOf } from "./makers.ts";

/** A device as its records describe it. */
export type MdnsDevice = {
  readonly name: string;
  readonly address: string;
  /** Address of its stream, where its records give one. */
  readonly url: string | null;
  readonly detail: string;
};

/** Options of {@link mdnsDiscover}. */
export type MdnsOptions = {
  /** Milliseconds to listen. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** IPv4 addresses of the interfaces to ask on. */
  readonly interfaces: readonly string[];
  /** 5353, but for tests. */
  readonly port: number;
};

const SERVICES: readonly string[] = ["_rtsp._tcp.local", "_onvif._tcp.local", "_http._tcp.local"];

/** Names of web services that are probably a camera's. */
const CAMERA = /camera|\bcam\b|ip-?cam|\bipc\b|onvif|nvr|vivotek|foscam|wisenet|uniview/i;

/** When the question is asked again, ms. */
const REPEATS: readonly number[] = [0, 500, 1500];

/** Most packets, instances, and records of a kind that are remembered. */
const MAX_PACKETS = 4096;
const MAX_RECORDS = 256;

/** Asks and listens until the time is over; devices in the order of their names. Never rejects. */
export async function mdnsDiscover(options: MdnsOptions): Promise<MdnsDevice[]> {
  const records = new Records();
  const timers: NodeJS.Timeout[] = [];
  const clients = options.interfaces.map((address) => {
    // Bound to all addresses: a socket bound to one hears no multicast on Linux.
    const client = makeMdns({ interface: address, bind: "0.0.0.0", port: options.port });
    // The port may be taken, or the interface gone: then nobody is found there.
    client.on("error", () => undefined);
    client.on("warning", () => undefined);
    let packets = 0;
    client.on("response", (packet: unknown, from: { readonly address: string }) => {
      if (packets++ >= MAX_PACKETS || !isLocalAddress(from.address)) return;
      const questions = records.add(packet, from.address);
      if (questions.length > 0) client.query(questions);
    });
    client.on("ready", () => {
      for (const delay of REPEATS) {
        timers.push(
          setTimeout(() => client.query(SERVICES.map((name) => ({ name, type: "PTR" }))), delay),
        );
      }
    });
    return client;
  });
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
  await Promise.all(clients.map((client) => new Promise<void>((done) => client.destroy(done))));
  return records.devices();
}

/** A question for more about what was announced. */
type Question = { readonly name: string; readonly type: "SRV" | "TXT" | "A" };

type Instance = { readonly service: string; readonly from: string };

/** What the network has said so far: records by lower-case name. Foreign data throughout. */
export class Records {
  readonly #instances = new Map<string, Instance & { readonly label: string }>();
  readonly #targets = new Map<string, { readonly host: string; readonly port: number }>();
  readonly #texts = new Map<string, ReadonlyMap<string, string>>();
  readonly #addresses = new Map<string, string>();
  readonly #asked = new Set<string>();

  /** Takes a decoded answer; returns what is still to be asked. Anything malformed is left out. */
  add(packet: unknown, from: string): Question[] {
    if (!isRecord(packet)) return [];
    const all = [packet.answers, packet.additionals].flatMap((list: unknown) =>
      Array.isArray(list) ? (list as unknown[]) : [],
    );
    for (const record of all.slice(0, MAX_RECORDS)) {
      if (isRecord(record)) this.#take(record, from);
    }
    return this.#missing();
  }

  /** Everything that is a camera, as far as the records say. */
  devices(): MdnsDevice[] {
    const found: MdnsDevice[] = [];
    for (const [key, { label, service, from }] of this.#instances) {
      const target = this.#targets.get(key);
      const text = this.#texts.get(key) ?? new Map<string, string>();
      const words = [label, ...text.values(), target?.host ?? ""].join(" ");
      const web = service.startsWith("_http.");
      if (web && !CAMERA.test(words) && makerOf(words) === "generic") continue;
      const address = this.#addresses.get(target?.host.toLowerCase() ?? "") ?? from;
      const path = text.get("path") ?? "";
      const stream = service.startsWith("_rtsp.") && target !== undefined;
      found.push({
        name: cleanText(label) || address,
        address,
        url: stream ? streamUrl(address, target.port, path) : null,
        detail: ["manufacturer", "vendor", "model", "md", "ty", "product"]
          .map((name) => cleanText(text.get(name) ?? "", 40))
          .filter(Boolean)
          .join(" "),
      });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #take(record: Readonly<Record<string, unknown>>, from: string): void {
    const { name, type, data } = record;
    if (typeof name !== "string") return;
    const key = name.toLowerCase();
    if (type === "PTR" && typeof data === "string" && SERVICES.includes(key)) {
      const label = data.slice(0, Math.max(0, data.length - key.length - 1));
      put(this.#instances, data.toLowerCase(), { label, service: key, from });
    } else if (type === "SRV" && isRecord(data)) {
      const { target, port } = data;
      if (typeof target !== "string" || typeof port !== "number") return;
      if (Number.isInteger(port) && port > 0 && port < 65536) {
        put(this.#targets, key, { host: target, port });
      }
    } else if (type === "TXT") {
      put(this.#texts, key, textEntries(data));
    } else if (type === "A" && typeof data === "string" && isLocalAddress(data)) {
      put(this.#addresses, key, data);
    }
  }

  #missing(): Question[] {
    const questions: Question[] = [];
    const ask = (name: string, type: Question["type"], known: boolean): void => {
      const key = `${type} ${name}`;
      if (known || this.#asked.has(key) || this.#asked.size >= MAX_RECORDS) return;
      this.#asked.add(key);
      questions.push({ name, type });
    };
    for (const key of this.#instances.keys()) {
      ask(key, "SRV", this.#targets.has(key));
      ask(key, "TXT", this.#texts.has(key));
      const host = this.#targets.get(key)?.host.toLowerCase();
      if (host !== undefined) ask(host, "A", this.#addresses.has(host));
    }
    return questions;
  }
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size < MAX_RECORDS || map.has(key)) map.set(key, value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `key=value` strings of a TXT record (RFC 6763, 6.3). */
function textEntries(data: unknown): Map<string, string> {
  const entries = new Map<string, string>();
  for (const item of (Array.isArray(data) ? data : [data]) as unknown[]) {
    const text = Buffer.isBuffer(item) ? item.toString("utf8") : item;
    if (typeof text !== "string") continue;
    const at = text.indexOf("=");
    if (at > 0 && entries.size < 32)
      entries.set(text.slice(0, at).toLowerCase(), text.slice(at + 1));
  }
  return entries;
}

function streamUrl(address: string, port: number, path: string): string {
  const clean = /^\/?[\w./?=&%~+,;:-]{0,500}$/.test(path) ? path.replace(/^\//, "") : "";
  return `rtsp://${urlHost(address)}:${port}/${clean}`;
}
