/** Pulls a model in a process of its own, and tells its parent when the first part of the weights is there. */

import { pullModel } from "@symbion/neural/node";

const [models = "", endpoint = "", id = ""] = process.argv.slice(2);
let told = false;
await pullModel(id, {
  models,
  hub: { endpoint, token: undefined, offline: false },
  onEvent: (event) => {
    if (told || event.type !== "progress" || event.fileBytes < 30_000) return;
    told = true;
    process.send?.("some");
  },
});
