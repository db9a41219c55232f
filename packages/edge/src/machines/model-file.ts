/**
 * Models of a kind of machine in one file, as `symbion machines train` writes it: the text `SYMODL01`, the length of a
 * description in JSON, the description, the models. Files are read as foreign: what is none is an error, never a crash.
 */

import { open, readFile, rename } from "node:fs/promises";
import { UsageError } from "@symbion/core";
import { KindModel } from "@symbion/maintenance";
import { z } from "zod";
import { reasonOf } from "./monitors.ts";

const MAGIC = "SYMODL01";
/** Longest description, bytes. */
const MOST_DESCRIPTION = 16 << 20;

/** What a file says of its models. */
export type ModelDescription = {
  /** What lives are counted in. */
  readonly lifeUnit: string;
  /** Longest life that is told apart, in the life unit. */
  readonly cap: number;
  /** Horizon of the probability of failure, in the life unit. */
  readonly horizon: number;
  /** Channels, in the order of the table that was learned from. */
  readonly channels: readonly {
    readonly name: string;
    readonly unit: string;
    readonly role: "sensor" | "setting";
    readonly least: number | null;
    readonly most: number | null;
  }[];
  /** Columns that named machines, ages and failures; null: there was none. */
  readonly columns: {
    readonly machine: string | null;
    readonly age: string | null;
    readonly event: string | null;
  };
  /** What it was learned from. */
  readonly learned: {
    /** Name of the file. */
    readonly from: string;
    readonly machines: number;
    /** Lives that ended. */
    readonly lives: number;
    readonly rows: number;
    /** When, ms since 1970. */
    readonly at: number;
  };
  /** Root mean square error over machines that were left out, in the life unit; null: not known. */
  readonly error: number | null;
};

const description: z.ZodType<ModelDescription> = z.strictObject({
  lifeUnit: z.string(),
  cap: z.number().positive(),
  horizon: z.number().positive(),
  channels: z
    .array(
      z.strictObject({
        name: z.string(),
        unit: z.string(),
        role: z.enum(["sensor", "setting"]),
        least: z.number().nullable(),
        most: z.number().nullable(),
      }),
    )
    .readonly(),
  columns: z.strictObject({
    machine: z.string().nullable(),
    age: z.string().nullable(),
    event: z.string().nullable(),
  }),
  learned: z.strictObject({
    from: z.string(),
    machines: z.number(),
    lives: z.number(),
    rows: z.number(),
    at: z.number(),
  }),
  error: z.number().nullable(),
});

/** Writes models so that the file is whole or not there at all. Throws `UsageError` where it cannot be written. */
export async function writeModelFile(
  path: string,
  described: ModelDescription,
  model: KindModel,
): Promise<number> {
  const text = Buffer.from(JSON.stringify(described));
  const head = Buffer.alloc(MAGIC.length + 4);
  head.write(MAGIC, "latin1");
  head.writeUInt32LE(text.length, MAGIC.length);
  const bytes = Buffer.concat([head, text, model.encode()]);
  const beside = `${path}.new`;
  try {
    const file = await open(beside, "w");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path}: expected a file that can be written, got ${code}`, {
      cause: error,
    });
  }
  return bytes.length;
}

/** Reads models. Throws `UsageError` for a file that is none of ours, or damaged. */
export async function readModelFile(
  path: string,
): Promise<{ readonly described: ModelDescription; readonly model: KindModel }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path}: expected a file of models, got ${code}`, { cause: error });
  }
  const from = MAGIC.length + 4;
  const length = bytes.length < from ? 0 : bytes.readUInt32LE(MAGIC.length);
  if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC || length > MOST_DESCRIPTION) {
    throw new UsageError(`${path}: expected a file of models (${MAGIC}), got another one`);
  }
  try {
    const described = description.parse(JSON.parse(bytes.toString("utf8", from, from + length)));
    const model = KindModel.decode(new Uint8Array(bytes.subarray(from + length)));
    return { described, model };
  } catch (error) {
    throw new UsageError(`${path}: expected whole models, got: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
