/** What the server lets in, whoever asks: only its own names in the Host header, and no other site's pages. */

import { hostname, networkInterfaces } from "node:os";

/** Everything the page needs comes from the node itself, so nothing else may be loaded or reached. */
export const CONTENT_SECURITY_POLICY: string = [
  "default-src 'none'",
  // WebAssembly is code of the page as well: models run in the browser with it.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Headers of every answer. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  // With the line above the page is isolated, and WebAssembly may use threads.
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Permissions-Policy": "camera=(self), microphone=(self), bluetooth=(self), geolocation=()",
};

/** The name in a Host header, without its port; null where it is malformed. */
export function hostName(header: string | undefined | null): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(header ?? "");
  return match?.[1]?.toLowerCase().replace(/^\[|\]$/g, "") ?? null;
}

/** Names that a node answers to. */
export type Names = {
  /** Whether a name, in lower case and without a port, is one of them. */
  has(name: string): boolean;
};

/** How long the machine's addresses are taken to stay the same, milliseconds. */
const ADDRESSES_HOLD = 5000;

/**
 * The names a node answers to. A page of another site whose name resolves to this machine (DNS rebinding) carries
 * that other name and is refused. Addresses that the machine gets later are known within seconds.
 *
 * @param host Address that the node listens on.
 * @param more Further names, of a proxy for instance.
 */
export function ownNames(host: string, more: readonly string[] = []): Names {
  const names = new Set(["localhost", "127.0.0.1", "::1", host.toLowerCase()]);
  for (const name of more) names.add(name.toLowerCase());
  if (isLoopbackHost(host)) return names;
  const machine = hostname().toLowerCase();
  names.add(machine);
  names.add(`${machine}.local`);
  let addresses = new Set<string>();
  let until = Number.NEGATIVE_INFINITY;
  return {
    has(name) {
      if (names.has(name)) return true;
      if (performance.now() >= until) {
        addresses = new Set(
          Object.values(networkInterfaces()).flatMap((list) =>
            (list ?? []).map(({ address }) => address.toLowerCase()),
          ),
        );
        until = performance.now() + ADDRESSES_HOLD;
      }
      return addresses.has(name);
    },
  };
}

/** Whether only this machine can reach a server that listens on `host`. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** Headers that proxies add, and clients of their own accord do not. */
const PROXY_HEADERS = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-forwarded-server",
  "x-original-forwarded-for",
  "x-real-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-envoy-external-address",
  "true-client-ip",
  "cf-connecting-ip",
  "fastly-client-ip",
  "fly-client-ip",
  "tailscale-user-login",
];

/**
 * Whether a request shows signs of a proxy: it then does not count as coming from this machine, whatever its
 * connection says. HTTP/1.0 is such a sign (nginx speaks it to what is behind it unless told otherwise, and adds no
 * header); browsers and command line tools have not spoken it for decades.
 */
export function isForwarded(headers: Headers, httpVersion: string): boolean {
  return httpVersion === "1.0" || PROXY_HEADERS.some((name) => headers.has(name));
}

/** What of a request {@link foreign} looks at. */
export type Origin = {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
};

/**
 * Why a request comes from another site's page, or null. Browsers say so in Sec-Fetch-Site (on HTTPS and localhost)
 * and, for changes, in Origin. Another site may link to the page, but to nothing of the interface. Another port of
 * this host is another site: it gets the same cookies.
 */
export function foreign({ method, path, headers }: Origin): string | null {
  const site = headers.get("sec-fetch-site");
  const reading = method === "GET" || method === "HEAD";
  if (site !== null) {
    if (site === "same-origin" || (reading && site === "none")) return null;
    const following = reading && headers.get("sec-fetch-mode") === "navigate";
    if (following && !path.startsWith("/api/") && path !== "/metrics") return null;
    return `Sec-Fetch-Site: expected a request from this node's own page, got "${site}"`;
  }
  const origin = headers.get("origin");
  if (reading || origin === null) return null;
  const host = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase();
  if (host !== undefined && host === headers.get("host")?.toLowerCase()) return null;
  return "Origin: expected this node's own page, got another";
}
