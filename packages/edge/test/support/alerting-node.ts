/**
 * A process that runs alerting on a real store until it is killed. Arguments: data folder, webhook, broker, number of
 * the first source. Writes NDJSON: `{"ready":true}`, `{"accepted":N}` for each insight that alerting has taken. A line
 * on standard input ends it in order: everything that fires is told to be over, everything that waits is delivered.
 */

import { createAlerts } from "../../src/alerts/index.ts";
import { openStore } from "../../src/store/index.ts";
import { insight, rule } from "./alert-parts.ts";

const [folder = "", webhook = "", broker = "", first = "0"] = process.argv.slice(2);
const say = (what: object): void => {
  process.stdout.write(`${JSON.stringify(what)}\n`);
};
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const store = await openStore({
  folder,
  quotaBytes: 1e9,
  reserveBytes: 0,
  days: { readings: 1, insights: 1, alerts: 1, clips: 1 },
});
const alerts = await createAlerts({
  store,
  rules: [
    rule({
      notify: ["hook", "mqtt"],
      notifyResolved: true,
      clearSeconds: 0.05,
      cooldownSeconds: 3600,
    }),
  ],
  channels: [
    { id: "hook", kind: "webhook", url: webhook, secret: "a secret of ours", headers: {} },
    { id: "mqtt", kind: "mqtt", url: broker, topic: "crash", discovery: null },
  ],
  nodeName: "cellar",
  cameras: () => [],
  publicUrl: null,
  log: () => {},
});
say({ ready: true });

let finishing = false;
process.stdin.once("data", () => {
  finishing = true;
});

let serial = 0;
/** Motion at a source, begun and over, as a camera that has just been started tells it. */
async function motion(source: string): Promise<void> {
  const from = Date.now();
  const begun = insight(`${process.pid}-${serial++}`, from, { source });
  await alerts.take(begun);
  await alerts.take({ ...begun, to: Date.now() });
}

for (let number = Number(first); !finishing; number++) {
  await motion(`s${number}`);
  say({ accepted: number });
  await sleep(Math.random() * 30);
}
for (const { source } of alerts.firing()) await motion(source);
while (alerts.firing().length > 0 || alerts.backlog().messages > 0) await sleep(20);
await alerts.stop();
await store.close();
say({ done: true });
process.exit(0);
