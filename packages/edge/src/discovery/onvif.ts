/** Asking an ONVIF device for its streams (ONVIF Device and Media Service Specifications, version 1 of the media service). */

import { UsageError } from "@symbion/core";
import { cleanText, isLocalAddress, urlHost } from "./addresses.ts";
import { type Credentials, type SoapAnswer, soapCall } from "./soap.ts";
import { children, descend, escapeXml, textAt, type XmlElement } from "./xml.ts";

/** One stream of a device. */
export type OnvifStream = {
  /** Name of the profile. */
  readonly name: string;
  /** Address without credentials, on the host that was asked. */
  readonly url: string;
  /** What the device calls the encoding ("H264"); empty where it does not say. */
  readonly encoding: string;
  /** Size in pixels and frames per second as configured; 0 where the device does not say. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
};

/** What a device tells about itself. `unauthorized`: it wants (other) credentials. */
export type OnvifAnswer =
  | {
      readonly ok: true;
      readonly maker: string;
      readonly model: string;
      /** H.264 first, then by size: best first. */
      readonly streams: readonly OnvifStream[];
    }
  | { readonly ok: false; readonly unauthorized: boolean; readonly reason: string };

/** Options of {@link onvifStreams}. */
export type OnvifOptions = {
  /** Milliseconds per request. Default 3000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
};

const OPTIONS: readonly string[] = ["timeoutMs", "signal"];

const DEVICE = "http://www.onvif.org/ver10/device/wsdl";
const MEDIA = "http://www.onvif.org/ver10/media/wsdl";
const SCHEMA = "http://www.onvif.org/ver10/schema";

/** Most profiles whose address is asked for. */
const MAX_PROFILES = 8;

/**
 * Asks a device which streams it has. Never rejects for the device's sake. Throws `UsageError` for an unknown option.
 *
 * @param xaddr Address of the device service (`http://IP/onvif/device_service`), or just the IP address. Only
 *   addresses of the local network are asked; what the device says of other hosts is not followed.
 * @param credentials Account for it; many devices tell nothing without.
 */
export async function onvifStreams(
  xaddr: string,
  credentials: Credentials | null = null,
  options: OnvifOptions = {},
): Promise<OnvifAnswer> {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) {
      throw new UsageError(
        `onvifStreams: expected one of ${OPTIONS.join(", ")}, got option "${key}"`,
      );
    }
  }
  const url = isLocalAddress(xaddr)
    ? `http://${urlHost(xaddr)}/onvif/device_service`
    : (URL.parse(xaddr)?.href ?? "");
  return await new Device(url, credentials, options).streams();
}

class Device {
  readonly #url: string;
  readonly #credentials: Credentials | null;
  readonly #options: OnvifOptions;
  #clockOffsetMs = 0;

  constructor(url: string, credentials: Credentials | null, options: OnvifOptions) {
    this.#url = url;
    this.#credentials = credentials;
    this.#options = options;
  }

  async streams(): Promise<OnvifAnswer> {
    const clock = await this.#call(this.#url, DEVICE, "GetSystemDateAndTime", "", null);
    // Every device answers this, even to strangers: whoever does not is not there, or not ONVIF.
    if (!clock.ok && !clock.unauthorized) return clock;
    if (clock.ok) this.#clockOffsetMs = clockOffset(clock.body, Date.now());
    const about = await this.#call(this.#url, DEVICE, "GetDeviceInformation");
    // Cameras lock an account after a few wrong passwords: one is enough to know.
    if (!about.ok && about.unauthorized && this.#credentials !== null) return about;
    const info = about.ok ? descend(about.body, "GetDeviceInformationResponse") : null;
    const services = await this.#call(
      this.#url,
      DEVICE,
      "GetCapabilities",
      "<d:Category>Media</d:Category>",
    );
    if (!services.ok && services.unauthorized) return services;
    const media = this.#sameHost(
      services.ok
        ? textAt(services.body, "GetCapabilitiesResponse", "Capabilities", "Media", "XAddr")
        : "",
    );
    const list = await this.#call(media, MEDIA, "GetProfiles");
    if (!list.ok) return list;
    const profiles = children(descend(list.body, "GetProfilesResponse"), "Profiles");
    const streams: OnvifStream[] = [];
    for (const profile of profiles.slice(0, MAX_PROFILES)) {
      const stream = await this.#stream(media, profile);
      if (stream !== null && streams.every(({ url }) => url !== stream.url)) streams.push(stream);
    }
    return {
      ok: true,
      maker: cleanText(textAt(info, "Manufacturer")),
      model: cleanText(textAt(info, "Model")),
      streams: streams.sort(byUse),
    };
  }

  async #stream(media: string, profile: XmlElement): Promise<OnvifStream | null> {
    const token = profile["@token"];
    if (typeof token !== "string") return null;
    const answer = await this.#call(
      media,
      MEDIA,
      "GetStreamUri",
      `<d:StreamSetup><t:Stream xmlns:t="${SCHEMA}">RTP-Unicast</t:Stream>` +
        `<t:Transport xmlns:t="${SCHEMA}"><t:Protocol>RTSP</t:Protocol></t:Transport></d:StreamSetup>` +
        `<d:ProfileToken>${escapeXml(token)}</d:ProfileToken>`,
    );
    if (!answer.ok) return null;
    const url = this.#streamAddress(textAt(answer.body, "GetStreamUriResponse", "MediaUri", "Uri"));
    if (url === null) return null;
    const encoder = descend(profile, "VideoEncoderConfiguration");
    return {
      name: cleanText(textAt(profile, "Name")) || cleanText(token),
      url,
      encoding: cleanText(textAt(encoder, "Encoding"), 16),
      width: whole(textAt(encoder, "Resolution", "Width")),
      height: whole(textAt(encoder, "Resolution", "Height")),
      fps: whole(textAt(encoder, "RateControl", "FrameRateLimit")),
    };
  }

  #call(
    url: string,
    namespace: string,
    operation: string,
    inner = "",
    credentials: Credentials | null = this.#credentials,
  ): Promise<SoapAnswer> {
    return soapCall({
      url,
      action: `${namespace}/${operation}`,
      body: `<d:${operation} xmlns:d="${namespace}">${inner}</d:${operation}>`,
      credentials,
      clockOffsetMs: this.#clockOffsetMs,
      timeoutMs: this.#options.timeoutMs ?? 3000,
      signal: this.#options.signal,
    });
  }

  /** A service's address on the host that was asked; the device service where it gives none. */
  #sameHost(text: string): string {
    const given = URL.parse(text);
    const own = new URL(this.#url);
    if (given === null || !/^https?:$/.test(given.protocol)) return own.href;
    given.hostname = own.hostname;
    return given.href;
  }

  /** A stream's address: cameras behind a router name hosts that nobody reaches, some put credentials in. */
  #streamAddress(text: string): string | null {
    const found =
      /^(rtsps?|https?):\/\/(?:[^/?#\s]*@)?(?:\[[^\]]*\]|[^/?#\s:]*)(:\d{1,5})?([/?]\S*)?$/i.exec(
        text.trim(),
      );
    if (found === null || text.length > 1000) return null;
    const [, scheme = "", port = "", rest = ""] = found;
    return `${scheme.toLowerCase()}://${new URL(this.#url).hostname}${port}${rest}`;
  }
}

/** How far the device's clock is ahead, ms; 0 where it says nothing sensible. */
function clockOffset(body: XmlElement, now: number): number {
  const utc = descend(body, "GetSystemDateAndTimeResponse", "SystemDateAndTime", "UTCDateTime");
  const parts = ["Year", "Month", "Day"].map((name) => Number(textAt(utc, "Date", name)));
  const times = ["Hour", "Minute", "Second"].map((name) => Number(textAt(utc, "Time", name)));
  const [year = 0, month = 0, day = 0] = parts;
  const [hour = 0, minute = 0, second = 0] = times;
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  return utc === null || !Number.isFinite(at) || year < 1970 ? 0 : at - now;
}

function whole(text: string): number {
  const value = Math.round(Number(text));
  return Number.isFinite(value) && value >= 0 && value < 100_000 ? value : 0;
}

function byUse(a: OnvifStream, b: OnvifStream): number {
  const readable = (stream: OnvifStream): number => (/h\.?264/i.test(stream.encoding) ? 1 : 0);
  return readable(b) - readable(a) || b.width * b.height - a.width * a.height;
}
