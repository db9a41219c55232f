/**
 * One side of a link as a process of its own, to be killed. Arguments: side, folder, wrapping key and identity seed in
 * hexadecimal, port, invitation. The listener writes what it accepted to `received`, flushed before it confirms; the
 * caller writes what was confirmed to `confirmed`.
 */

import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createIdentity } from "../../src/index.ts";
import {
  createLinkCaller,
  createLinkListener,
  nativePrimitives,
  openLinkStore,
} from "../../src/node/index.ts";

const [side, folder = "", wrapping = "", seed = "", port = "0", invitation = ""] =
  process.argv.slice(2);
const primitives = nativePrimitives();
const identity = createIdentity(primitives, Uint8Array.from(Buffer.from(seed, "hex")));
const key = Uint8Array.from(Buffer.from(wrapping, "hex"));

function record(name: string, line: string): void {
  const file = openSync(join(folder, name), "a");
  writeSync(file, `${line}\n`);
  fsyncSync(file);
  closeSync(file);
}

const store = await openLinkStore(join(folder, String(side)), key);
if (side === "listener") {
  let named = "";
  const names = new Map<string, string>();
  const find = store.find.bind(store);
  store.find = (name) => {
    named = name;
    return find(name);
  };
  const listener = await createLinkListener({
    identity,
    store,
    port: Number(port),
    limits: { failures: 1e6 },
    onSession: (session) => names.set(session.id, named),
    onMessage: (message, { session }) => {
      record("received", `${names.get(session.id)} ${session.id} ${Buffer.from(message)}`);
    },
  });
  const text = store.peers().length === 0 ? await listener.createInvitation() : "";
  process.send?.({ port: listener.port, invitation: text });
} else {
  const caller = createLinkCaller({ identity, store, connectMs: 3000, confirmMs: 3000 });
  let peer = store.peers()[0]?.id;
  process.send?.({ ready: true });
  for (let serial = Date.now() * 1000; ; serial++) {
    try {
      peer ??= (await caller.enrol(invitation)).id;
      const session = await caller.open(peer);
      await session.send(Buffer.from(String(serial)));
      record("confirmed", String(serial));
      await session.close();
      process.send?.({ sessions: 1 });
    } catch (error) {
      process.send?.({ failed: (error as { code?: string }).code ?? String(error) });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
