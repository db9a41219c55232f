/**
 * Puts trained weights into the package: 8-bit blocks of 32, configuration, tokenizer.
 *
 *   node --conditions=source packages/vision/train/pack.ts WEIGHTS.safetensors [FOLDER]
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeCompact } from "@symbion/neural";
import { CONFIG_FILE } from "./model.ts";
import { LESSON_PREFIX } from "./network.ts";
import { tokenizerFile } from "./vocabulary.ts";
import { readWeights } from "./weights-file.ts";

const [from, folder = join(import.meta.dirname, "../mini")] = process.argv.slice(2);
if (from === undefined) throw new TypeError("expected a file of weights, got nothing");
const all = readWeights(from);
const kept = new Map([...all].filter(([name]) => !name.startsWith(LESSON_PREFIX)));
const bytes = encodeCompact(kept, { format: "pt", licence: "Apache-2.0" });
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "model.safetensors"), bytes);
writeFileSync(join(folder, "config.json"), `${JSON.stringify(CONFIG_FILE, null, 2)}\n`);
writeFileSync(join(folder, "tokenizer.json"), `${JSON.stringify(tokenizerFile(), null, 2)}\n`);
const weights = [...kept.values()].reduce((sum, { data }) => sum + data.length, 0);
console.log(`${weights} weights, ${bytes.length} bytes`);
