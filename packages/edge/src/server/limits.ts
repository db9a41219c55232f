/**
 * How much anybody may ask for. Clients are told apart by their session or token, else by their address (an IPv6
 * network counts as one: its owner has 2^64 addresses).
 */

/** What a request costs the node, and so how often it may come. */
export type Load =
  /** Answers from memory or one query. */
  | "light"
  /** Writes to the store or the configuration. */
  | "change"
  /** Opens foreign connections, starts processes, or reads the whole store. */
  | "heavy"
  /** Tries a password. */
  | "login"
  /** Stays open. */
  | "stream";

type Limit = { readonly perSecond: number; readonly burst: number };

/** Limits of one client over the network. */
export const LIMITS: Readonly<Record<Load, Limit>> = {
  light: { perSecond: 50, burst: 400 },
  change: { perSecond: 5, burst: 50 },
  heavy: { perSecond: 0.1, burst: 6 },
  login: { perSecond: 1, burst: 10 },
  stream: { perSecond: 5, burst: 60 },
};

/** How many times more a client on this machine may ask for: it could take the CPU anyway. */
export const LOOPBACK_FACTOR = 50;

/** Limit of everything that an address asks for, signed in or not, before anything else is looked at. */
export const ADDRESS_LIMIT: Limit = { perSecond: 200, burst: 1000 };

/** Clients that are remembered. */
const MAX_CLIENTS = 4096;

/** Token buckets by client. */
export class Buckets {
  readonly #now: () => number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** @param now Milliseconds of any clock; one that jumps back refills nothing. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes a token. Returns 0, or the whole seconds (at least 1) until there is one. */
  take(client: string, { perSecond, burst }: Limit, factor = 1): number {
    const at = this.#now();
    const most = burst * factor;
    const bucket = this.#buckets.get(client) ?? { tokens: most, at };
    const passed = Math.max(0, at - bucket.at) / 1000;
    bucket.tokens = Math.min(most, bucket.tokens + passed * perSecond * factor);
    bucket.at = at;
    // Re-inserting keeps the map in order of use, so that the first key is the stalest.
    this.#buckets.delete(client);
    this.#buckets.set(client, bucket);
    if (this.#buckets.size > MAX_CLIENTS) {
      this.#buckets.delete(this.#buckets.keys().next().value as string);
    }
    if (bucket.tokens >= 1) {
      bucket.tokens--;
      return 0;
    }
    return Math.max(1, Math.ceil((1 - bucket.tokens) / (perSecond * factor)));
  }
}

/** Wrong passwords of one client that cost nothing. */
export const FREE_ATTEMPTS = 5;
/** Longest wait between two attempts of one client, seconds. */
export const LONGEST_WAIT = 900;
/** After so long without an attempt a client's failures are forgotten, milliseconds. */
const FORGET = 3_600_000;
/** Attempts of all clients over the network together. */
const ALL_ATTEMPTS: Limit = { perSecond: 0.5, burst: 60 };

/**
 * Slows down guessing: each wrong password of a client doubles its wait, and all clients of the network together have
 * a bound too, so that many addresses help little. Clients of this machine are outside of that bound: an attacker
 * cannot lock out whoever sits at the node.
 */
export class LoginThrottle {
  readonly #now: () => number;
  readonly #all: Buckets;
  readonly #failures = new Map<string, { count: number; at: number; until: number }>();

  /** @param now Milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#all = new Buckets(now);
  }

  /**
   * Begins an attempt, which counts as failed until {@link LoginThrottle.succeeded} (so that many at once gain
   * nothing). Returns 0, or the whole seconds to wait.
   */
  begin(client: string, loopback: boolean): number {
    const at = this.#now();
    let entry = this.#failures.get(client);
    if (entry !== undefined && at - entry.at > FORGET) entry = undefined;
    if (entry !== undefined && at < entry.until) return Math.ceil((entry.until - at) / 1000);
    if (!loopback) {
      const wait = this.#all.take("all", ALL_ATTEMPTS);
      if (wait > 0) return wait;
    }
    const count = (entry?.count ?? 0) + 1;
    const wait =
      count < FREE_ATTEMPTS ? 0 : Math.min(LONGEST_WAIT, 2 ** Math.min(20, count - FREE_ATTEMPTS));
    this.#failures.delete(client);
    this.#failures.set(client, { count, at, until: at + wait * 1000 });
    if (this.#failures.size > MAX_CLIENTS) {
      this.#failures.delete(this.#failures.keys().next().value as string);
    }
    return 0;
  }

  /** The attempt was right: the client's failures are forgotten. */
  succeeded(client: string): void {
    this.#failures.delete(client);
  }
}

/** Whether an address is this machine's loopback, IPv4 in IPv6 included. */
export function isLoopbackAddress(address: string): boolean {
  return /^(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i.test(address) || address === "::1";
}

/** What an address counts as: itself, or the first four groups of IPv6. */
export function clientOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  if (tail !== undefined) {
    groups.push(...Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => "0"));
  }
  return `${[...groups, ...rest].slice(0, 4).join(":")}::/64`;
}
