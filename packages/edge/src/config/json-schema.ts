/** The JSON Schema of `symbion.yaml`, for editors and for whoever writes the file with a program. */

import { z } from "zod";
import { fileSchema } from "./schema.ts";

/**
 * JSON Schema (draft 7, which YAML language servers know best) with a description for every key. It is made of the
 * objects that check the file, so it accepts what the node accepts, except for what JSON Schema cannot say: that ids
 * are unique, that references name something, and that a key goes with another one's value.
 */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(fileSchema, { io: "input", target: "draft-7" }) as Record<string, unknown>;
}
