/** A sink: appends every insight to a file, one JSON document per line. */

import { open } from "node:fs/promises";
import { definePlugin, isInsight, type SymbionPlugin } from "@symbion/edge/plugin";

type Options = {
  /** File to append to; made where there is none. */
  readonly file: string;
  /** Kinds to keep; default all. */
  readonly kinds?: readonly string[];
};

/** The plug-in. */
export const plugin: SymbionPlugin<Options> = definePlugin<Options>({
  name: "symbion-plugin-journal",
  apiVersion: 1,

  // Without a library for schemas, a function says what is wrong.
  checkOptions({ file, kinds, ...rest }) {
    const problems = Object.keys(rest).map((key) => `expected file and kinds, got "${key}"`);
    if (typeof file !== "string" || file === "") problems.push("file: expected a path");
    if (kinds !== undefined && !Array.isArray(kinds)) problems.push("kinds: expected a list");
    return problems;
  },

  async sink({ options: { file, kinds }, log }) {
    const journal = await open(file, "a");
    log(`writes to ${file}`);
    return {
      async take(record) {
        if (!isInsight(record) || kinds?.includes(record.kind) === false) return;
        await journal.appendFile(`${JSON.stringify(record)}\n`);
      },
      close: () => journal.close(),
    };
  },
});
