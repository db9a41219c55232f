/**
 * Sessions measured: bytes and CPU of both sides for connecting, proving who one is, sending 200 bytes, having them
 * confirmed and closing. The session ladder of `@symbion/secure` stands beside classical mutual TLS, mutual TLS with
 * ML-DSA-65 certificates, and a bare external pre-shared key that never changes. All of them run in this process, in
 * turns; CPU time is that of all threads, bytes are those that the sockets count.
 */

import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ConnectionOptions,
  connect as connectTls,
  createSecureContext,
  createServer as createTlsServer,
  type SecureContextOptions,
  type TlsOptions,
} from "node:tls";
import { createIdentity, formatInvitation, parseInvitation } from "@symbion/secure";
import {
  createLinkCaller,
  createLinkListener,
  type DurableFiles,
  type LinkCaller,
  nativePrimitives,
  openLinkStore,
} from "@symbion/secure/node";
import { atMost, median, plain } from "../../../../bench/rows.ts";
import type { BenchOptions, BenchRow } from "../../src/cli/bench.ts";
import { makeCredentials } from "./certificates.ts";

const MESSAGE = 200;
const RECORD = 22;
const HYBRID = "X25519MLKEM768";

/** Something that opens a session, sends a message and closes; gives the bytes on the wire. */
type Contender = {
  readonly name: string;
  session(): Promise<number>;
  stop(): Promise<void>;
};

/** Rows of the part `sessions`. */
export async function* sessionsRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const folder = mkdtempSync(join(tmpdir(), "symbion-bench-link-"));
  const contenders: Contender[] = [];
  try {
    options.note("making certificates");
    const classical = await mutualTls("mTLS P-256, X25519", "P-256", "X25519");
    const naive = await mutualTls("mTLS ML-DSA-65, hybrid", "ML-DSA-65", HYBRID);
    const bare = await bareKey();
    const ladder = await makeLadder("session ladder", folder, undefined);
    const memory = await makeLadder("session ladder, no disk", folder, inMemory());
    contenders.push(classical, naive, bare, ladder, memory);

    const bytes = new Map<Contender, number>();
    for (const contender of contenders) bytes.set(contender, await contender.session());
    const of = (contender: Contender): number => bytes.get(contender) ?? 0;
    yield {
      ...atMost("session, 200-byte message included: wire bytes", of(ladder), "B", 3400),
      peer: of(naive),
      ratio: of(naive) / of(ladder),
    };
    for (const contender of [classical, naive, bare]) {
      yield plain(`  the same by ${contender.name}`, of(contender), "B");
    }

    const times = await measure(contenders, options);
    const time = (contender: Contender): number => times.get(contender) ?? 0;
    yield {
      ...atMost("session: CPU of both sides, three flushed writes included", time(ladder), "ms", 1),
      peer: time(classical),
      ratio: time(classical) / time(ladder),
    };
    yield plain("  the same without a disk under the key stores", time(memory), "ms");
    for (const contender of [classical, naive, bare]) {
      yield plain(`  the same by ${contender.name}`, time(contender), "ms");
    }

    yield* dayRows(ladder.caller, ladder.peer, of(classical), of(naive));
    yield* enrolmentRows(folder);
  } finally {
    for (const contender of contenders) await contender.stop();
    rmSync(folder, { recursive: true });
  }
}

/** A day of a message a minute, a session an hour: 1,440 messages over 24 real sessions. */
async function* dayRows(
  caller: LinkCaller,
  peer: string,
  classical: number,
  naive: number,
): AsyncGenerator<BenchRow, void, void> {
  let wire = 0;
  let messages = 0;
  for (let hour = 0; hour < 24; hour++) {
    const session = await caller.open(peer);
    for (let minute = 0; minute < 60; minute++) {
      await session.send(new Uint8Array(MESSAGE));
      messages++;
    }
    await session.close();
    const { wireUp, wireDown } = session.bytes();
    wire += wireUp + wireDown;
  }
  // A message is 200 bytes, its TLS record and three bytes of frame; its confirmation 24 bytes.
  const sessions = wire - messages * (MESSAGE + RECORD + 3 + RECORD + 2);
  const reconnect = classical - MESSAGE - RECORD;
  yield {
    ...atMost(
      "minute messages, hourly sessions: security bytes a message",
      sessions / messages,
      "B",
      60,
    ),
    peer: reconnect,
    ratio: reconnect / (sessions / messages),
  };
  yield plain(
    "  with every frame, record and confirmation beside the 200 bytes",
    wire / messages - MESSAGE,
    "B",
  );
  yield plain("  mTLS P-256 with X25519, a connection each", reconnect, "B");
  yield plain("  mTLS ML-DSA-65 hybrid, a connection each", naive - MESSAGE - RECORD, "B");
}

/** Enrolment: bytes by the sockets of a relay between the two. */
async function* enrolmentRows(folder: string): AsyncGenerator<BenchRow, void, void> {
  const primitives = nativePrimitives();
  const relay = await openRelay();
  const store = await openLinkStore(join(folder, "enrol-listener"), randomBytes(32));
  const callerStore = await openLinkStore(join(folder, "enrol-caller"), randomBytes(32));
  const listener = await createLinkListener({
    identity: createIdentity(primitives),
    store,
    onMessage: () => undefined,
  });
  relay.to(listener.port);
  const caller = createLinkCaller({ identity: createIdentity(primitives), store: callerStore });
  const times: number[] = [];
  for (let round = 0; round < 9; round++) {
    const text = await listener.createInvitation();
    const invitation = parseInvitation(primitives, text);
    const begun = process.cpuUsage();
    await caller.enrol(formatInvitation(primitives, { ...invitation, port: relay.port }));
    const { user, system } = process.cpuUsage(begun);
    times.push((user + system) / 1000);
  }
  await relay.idle();
  yield atMost(
    "enrolment, two identities and two dual signatures: wire bytes",
    relay.bytes(),
    "B",
    11_000,
  );
  yield plain("enrolment: CPU of both sides and the relay", median(times), "ms");
  await listener.close();
  await store.close();
  await callerStore.close();
  await relay.close();
}

/** Median CPU of a session in ms, all contenders in turns. */
async function measure(
  contenders: readonly Contender[],
  options: BenchOptions,
): Promise<Map<Contender, number>> {
  const rounds = options.quick ? 3 : 9;
  const sessions = options.quick ? 60 : 150;
  const taken = new Map<Contender, number[]>();
  for (let round = -1; round < rounds; round++) {
    options.note(round < 0 ? "warming up" : `round ${round + 1} of ${rounds}`);
    for (const contender of contenders) {
      const begun = process.cpuUsage();
      for (let index = 0; index < sessions; index++) await contender.session();
      const { user, system } = process.cpuUsage(begun);
      if (round < 0) taken.set(contender, []);
      else taken.get(contender)?.push((user + system) / 1000 / sessions);
    }
  }
  return new Map([...taken].map(([contender, times]) => [contender, median(times)]));
}

type Ladder = Contender & { readonly caller: LinkCaller; readonly peer: string };

async function makeLadder(
  name: string,
  folder: string,
  files: DurableFiles | undefined,
): Promise<Ladder> {
  const primitives = nativePrimitives();
  const options = files === undefined ? {} : { files, lock: () => () => undefined };
  const at = (side: string): string => join(folder, `${name.replaceAll(/\W+/g, "-")}-${side}`);
  const store = await openLinkStore(at("listener"), randomBytes(32), options);
  const callerStore = await openLinkStore(at("caller"), randomBytes(32), options);
  const listener = await createLinkListener({
    identity: createIdentity(primitives),
    store,
    onMessage: () => undefined,
  });
  const caller = createLinkCaller({ identity: createIdentity(primitives), store: callerStore });
  const peer = (await caller.enrol(await listener.createInvitation())).id;
  return {
    name,
    caller,
    peer,
    async session() {
      const session = await caller.open(peer);
      await session.send(new Uint8Array(MESSAGE));
      await session.close();
      const { wireUp, wireDown } = session.bytes();
      return wireUp + wireDown;
    },
    async stop() {
      await caller.close();
      await listener.close();
      await store.close();
      await callerStore.close();
    },
  };
}

async function mutualTls(
  name: string,
  kind: "P-256" | "ML-DSA-65",
  ecdhCurve: string,
): Promise<Contender> {
  const { ca, server, client } = await makeCredentials(kind);
  const common: SecureContextOptions = { ecdhCurve, minVersion: "TLSv1.3", ca };
  return overTls(
    name,
    { ...common, ...server, requestCert: true, rejectUnauthorized: true },
    { secureContext: createSecureContext({ ...common, ...client }), servername: "localhost" },
  );
}

async function bareKey(): Promise<Contender> {
  const psk = randomBytes(32);
  const common: SecureContextOptions = {
    ecdhCurve: HYBRID,
    minVersion: "TLSv1.3",
    ciphers: "TLS_CHACHA20_POLY1305_SHA256",
  };
  return overTls(
    "external key that never rolls, hybrid",
    { ...common, pskCallback: () => psk },
    {
      secureContext: createSecureContext(common),
      pskCallback: () => ({ psk, identity: "0123456789abcdefghijkl" }),
      checkServerIdentity: () => new Error("no certificate expected"),
    },
  );
}

/** A server that answers a message with one byte, and a client that sends one. */
async function overTls(
  name: string,
  serverOptions: TlsOptions,
  clientOptions: ConnectionOptions,
): Promise<Contender> {
  const server = createTlsServer({ ...serverOptions, noDelay: true }, (socket) => {
    let got = 0;
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      got += data.length;
      if (got === MESSAGE) socket.write("k");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    name,
    session: () =>
      new Promise((resolve, reject) => {
        const raw = connectTcp({ port, host: "127.0.0.1", noDelay: true });
        const socket = connectTls({ ...clientOptions, socket: raw });
        socket.on("secureConnect", () => socket.write(new Uint8Array(MESSAGE)));
        socket.on("data", () => socket.end());
        socket.on("error", reject);
        socket.on("close", () => resolve(raw.bytesRead + raw.bytesWritten));
      }),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Files that are not there once the process ends. */
function inMemory(): DurableFiles {
  const all = new Map<string, Uint8Array>();
  const open: DurableFiles["open"] = (path) =>
    Promise.resolve({
      write(bytes, at) {
        const old = all.get(path) ?? new Uint8Array(0);
        const grown = old.length >= at + bytes.length ? old : new Uint8Array(at + bytes.length);
        if (grown !== old) grown.set(old);
        grown.set(bytes, at);
        all.set(path, grown);
        return Promise.resolve();
      },
      sync: () => Promise.resolve(),
      truncate: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
  return {
    makeFolder: () => Promise.resolve(),
    list: () => Promise.resolve([...all.keys()]),
    read: (path) => Promise.resolve(all.get(path)?.slice() ?? null),
    create: open,
    open,
    rename(from, to) {
      all.set(to, all.get(from) ?? new Uint8Array(0));
      all.delete(from);
      return Promise.resolve();
    },
    remove: (path) => Promise.resolve(void all.delete(path)),
    syncFolder: () => Promise.resolve(),
  };
}

type Relay = {
  readonly port: number;
  to(port: number): void;
  bytes(): number;
  idle(): Promise<void>;
  close(): Promise<void>;
};

/** Passes connections on and counts their bytes. */
async function openRelay(): Promise<Relay> {
  let target = 0;
  let last: Socket | undefined;
  let away: Promise<unknown> = Promise.resolve();
  const server = createServer({ allowHalfOpen: true }, (from) => {
    const to = connectTcp({ port: target, host: "127.0.0.1", allowHalfOpen: true });
    from.on("error", () => to.destroy());
    to.on("error", () => from.destroy());
    from.pipe(to);
    to.pipe(from);
    last = from;
    away = new Promise((resolve) => from.on("close", resolve));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    to(port) {
      target = port;
    },
    bytes: () => (last === undefined ? 0 : last.bytesRead + last.bytesWritten),
    idle: async () => {
      await away;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
