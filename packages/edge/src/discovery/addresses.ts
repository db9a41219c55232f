/** Which addresses count as the local network, and what of a stranger's text may be shown. */

import { BlockList, isIP } from "node:net";
import { networkInterfaces } from "node:os";

const LOCAL = new BlockList();
for (const [network, prefix] of [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  LOCAL.addSubnet(network, prefix, "ipv4");
}
LOCAL.addAddress("::1", "ipv6");
LOCAL.addSubnet("fc00::", 7, "ipv6");
LOCAL.addSubnet("fe80::", 10, "ipv6");

/**
 * Whether a text is an IP address of this machine, a private network, a link or a provider-independent overlay
 * (RFC 1918, 4193, 3927, 4291, 6598). Names are not: whoever answers for a name can change his mind.
 */
export function isLocalAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, "");
  const family = isIP(bare);
  return family !== 0 && LOCAL.check(bare, family === 6 ? "ipv6" : "ipv4");
}

/** IPv4 addresses of the network interfaces, loopback left out. */
export function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? [])
      .filter(({ family, internal }) => family === "IPv4" && !internal)
      .map(({ address }) => address),
  );
}

/** An address as it stands in a URL. */
export function urlHost(address: string): string {
  return isIP(address) === 6 ? `[${address}]` : address;
}

/** Text of a stranger as one line: no control or direction characters, at most `length` characters. */
export function cleanText(text: string, length = 80): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, length)
    .trim();
}
