/**
 * What open invitations promise: the tier of whoever enrols with one. A listener does not say which invitation was
 * used, so all that are open at a time promise the same.
 */

import { join } from "node:path";
import { replaceFile, systemFiles } from "@symbion/secure/node";
import { z } from "zod";
import { ShareRefused } from "./errors.ts";

const FILE = "invitations.json";

const schema = z.array(z.strictObject({ tier: z.string().nullable(), expiresAt: z.number() }));

type Promised = z.infer<typeof schema>[number];

/** Promises of open invitations, kept on disk. */
export class Promises {
  readonly #path: string;
  #open: readonly Promised[];

  private constructor(path: string, open: readonly Promised[]) {
    this.#path = path;
    this.#open = open;
  }

  /** Reads what a folder holds; a file that is none promises nothing. */
  static async open(folder: string): Promise<Promises> {
    const path = join(folder, FILE);
    const bytes = await systemFiles.read(path);
    let value: unknown = [];
    try {
      if (bytes !== null) value = JSON.parse(Buffer.from(bytes).toString("utf8"));
    } catch {
      // Promises nothing.
    }
    const parsed = schema.safeParse(value);
    return new Promises(path, parsed.success ? parsed.data : []);
  }

  /** Throws {@link ShareRefused} where an open invitation promises another tier. */
  check(tier: string | null, now: number): void {
    const other = this.#open.find((one) => one.expiresAt > now && one.tier !== tier);
    if (other === undefined) return;
    const until = new Date(other.expiresAt).toISOString();
    throw new ShareRefused(
      `expected tier ${other.tier ?? "none"}, which an open invitation promises until ${until}, got ${tier ?? "none"}`,
    );
  }

  /** Adds one; it is on the disk when this resolves. */
  async add(tier: string | null, expiresAt: number, now: number): Promise<void> {
    await this.#write([...this.#open.filter((one) => one.expiresAt > now), { tier, expiresAt }]);
  }

  /** Takes one that somebody enrolled with; undefined where none is open. */
  async take(now: number): Promise<string | null | undefined> {
    const [first, ...rest] = this.#open.filter((one) => one.expiresAt > now);
    if (first === undefined) return undefined;
    await this.#write(rest);
    return first.tier;
  }

  async #write(open: readonly Promised[]): Promise<void> {
    this.#open = open;
    await replaceFile(systemFiles, this.#path, Buffer.from(`${JSON.stringify(open)}\n`));
  }
}
