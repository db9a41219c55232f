/** How often strangers may try. */

/** Limits of a listener. All may be left out. */
export type LinkLimits = {
  /** Connections at once that have not shown a key yet; 64. */
  readonly halfOpen?: number | undefined;
  /** The same from one address; 16. */
  readonly halfOpenPerAddress?: number | undefined;
  /** Failed attempts that an address has, before it has to wait; 20. */
  readonly failures?: number | undefined;
  /** After how long one of them is forgiven, ms; 6,000. */
  readonly forgiveMs?: number | undefined;
  /** How long a handshake may take, up to the first frame, ms; 10,000. */
  readonly handshakeMs?: number | undefined;
};

const NAMES: ReadonlySet<string> = new Set([
  "halfOpen",
  "halfOpenPerAddress",
  "failures",
  "forgiveMs",
  "handshakeMs",
]);

/** Addresses that are remembered at most; the longest quiet one is forgotten first. */
const ADDRESSES_MOST = 4096;

type Address = { failures: number; at: number; open: number };

/** Counts attempts by address. */
export class AttemptLimits {
  readonly #clock: () => number;
  readonly #halfOpen: number;
  readonly #perAddress: number;
  readonly #failures: number;
  readonly #forgiveMs: number;
  /** How long a handshake may take, ms. */
  readonly handshakeMs: number;
  readonly #addresses = new Map<string, Address>();
  #open = 0;
  #told = 0;
  #toldAt = 0;

  /** @param clock Monotonic, ms. */
  constructor(limits: LinkLimits, clock: () => number) {
    for (const [name, value] of Object.entries(limits)) {
      if (!NAMES.has(name)) throw new TypeError(`limits: unknown option ${name}`);
      if (value !== undefined && !(Number.isFinite(value) && value > 0)) {
        throw new RangeError(`limits: ${name} must be above zero, got ${value}`);
      }
    }
    this.#clock = clock;
    this.#halfOpen = limits.halfOpen ?? 64;
    this.#perAddress = limits.halfOpenPerAddress ?? 16;
    this.#failures = limits.failures ?? 20;
    this.#forgiveMs = limits.forgiveMs ?? 6000;
    this.handshakeMs = limits.handshakeMs ?? 10_000;
  }

  /** Whether an address may try now; `begin` if so, and `end` once its attempt is decided. */
  allows(address: string): boolean {
    const known = this.#look(address);
    return (
      this.#open < this.#halfOpen &&
      known.open < this.#perAddress &&
      known.failures < this.#failures
    );
  }

  /** Whether one more refusal may be written to the log: ten a second, that a flood does not fill a disk. */
  tells(): boolean {
    const now = this.#clock();
    if (now - this.#toldAt > 1000) {
      this.#toldAt = now;
      this.#told = 0;
    }
    return this.#told++ < 10;
  }

  /** An attempt begins. */
  begin(address: string): void {
    this.#open++;
    const known = this.#look(address);
    known.open++;
    // To the end of the line: the longest quiet one is forgotten first.
    this.#addresses.delete(address);
    this.#addresses.set(address, known);
  }

  /** An attempt is over. */
  end(address: string, failed: boolean): void {
    this.#open--;
    const known = this.#look(address);
    known.open = Math.max(0, known.open - 1);
    if (failed) known.failures++;
  }

  #look(address: string): Address {
    const now = this.#clock();
    let known = this.#addresses.get(address);
    if (known === undefined) {
      known = { failures: 0, at: now, open: 0 };
      for (const [old, { open }] of this.#addresses) {
        if (this.#addresses.size < ADDRESSES_MOST) break;
        if (open === 0) this.#addresses.delete(old);
      }
      this.#addresses.set(address, known);
    } else {
      const forgiven = Math.floor((now - known.at) / this.#forgiveMs);
      known.failures = Math.max(0, known.failures - forgiven);
      known.at = known.failures === 0 ? now : known.at + forgiven * this.#forgiveMs;
    }
    return known;
  }
}
