/**
 * Where makers keep their cameras' streams. From the makers' public manuals and support pages; models differ, so
 * these are addresses to try, and a device's own answer (ONVIF) comes before them.
 */

import { cleanText, urlHost } from "./addresses.ts";

/** A maker whose stream paths are known; `generic` for every other. */
export type Maker =
  | "hikvision"
  | "dahua"
  | "amcrest"
  | "reolink"
  | "axis"
  | "tapo"
  | "unifi"
  | "generic";

/** How a maker is told by what its devices call themselves. First match counts. */
const SIGNS: readonly (readonly [RegExp, Maker])[] = [
  [/hikvision|hiwatch|\bDS-2[CD]/i, "hikvision"],
  [/amcrest/i, "amcrest"],
  [/dahua|\b(?:IPC|DH)-H/i, "dahua"],
  [/reolink|\bRLC-|\bE1 (?:Pro|Zoom)/i, "reolink"],
  [/\baxis\b/i, "axis"],
  [/tapo|tp-?link|\bVIGI\b/i, "tapo"],
  [/unifi|ubiquiti|\bUVC\b/i, "unifi"],
];

/** Port and path of the main stream first, then of the small one. */
const STREAMS: Readonly<Record<Maker, readonly string[]>> = {
  hikvision: [":554/Streaming/Channels/101", ":554/Streaming/Channels/102"],
  dahua: [":554/cam/realmonitor?channel=1&subtype=0", ":554/cam/realmonitor?channel=1&subtype=1"],
  amcrest: [":554/cam/realmonitor?channel=1&subtype=0", ":554/cam/realmonitor?channel=1&subtype=1"],
  // The main stream of newer models is H.265 on both paths; `h264Preview` is refused by some of them.
  reolink: [":554/h264Preview_01_main", ":554/Preview_01_main", ":554/h264Preview_01_sub"],
  axis: [":554/axis-media/media.amp?videocodec=h264", ":554/axis-media/media.amp"],
  tapo: [":554/stream1", ":554/stream2"],
  // A camera by itself; Protect makes an address with a key for each camera, to be copied from its settings.
  unifi: [":554/s0", ":554/s1"],
  generic: [":554/onvif1", ":554/stream1", ":554/live", ":554/h264", ":554/11"],
};

/** The maker that a device's name, hardware or description speaks of. */
export function makerOf(text: string): Maker {
  return SIGNS.find(([sign]) => sign.test(text))?.[1] ?? "generic";
}

/**
 * Addresses at which a camera's streams usually are, best first, without credentials.
 *
 * @param address IP address or host name.
 * @param maker A {@link Maker}, or any text that names one ("AXIS M3045-V").
 */
export function suggestUrls(address: string, maker: string): string[] {
  const host = urlHost(cleanText(address, 253));
  const known = Object.hasOwn(STREAMS, maker) ? (maker as Maker) : makerOf(maker);
  return STREAMS[known].map((stream) => `rtsp://${host}${stream}`);
}
