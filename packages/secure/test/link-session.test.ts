/** Sessions as their users see them: messages, confirmations, exact bytes, limits, races, profiles. */

import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { describe, expect, it } from "vitest";
import {
  createIdentity,
  formatInvitation,
  LINK_MESSAGE_MOST,
  LinkError,
  type LinkSession,
  parseInvitation,
} from "../src/index.ts";
import { encodeFrame, FRAME } from "../src/link/frames.ts";
import { sessionKey } from "../src/link/ratchet.ts";
import {
  createLinkCaller,
  createLinkListener,
  type LinkMessageInfo,
  nativePrimitives,
  openLinkStore,
} from "../src/node/index.ts";
import { FaultyDisk } from "./support/faulty-disk.ts";
import { LinkPair } from "./support/link-pair.ts";
import { Wire } from "./support/wire.ts";

const primitives = nativePrimitives();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a session", () => {
  it("with a first message of 200 bytes takes at most 3,240 bytes, the same every time", async () => {
    const pair = await new LinkPair().start();
    const totals: number[] = [];
    for (let index = 0; index < 5; index++) {
      const session = await pair.caller.open(pair.peer);
      await session.send(new Uint8Array(200));
      await session.close();
      const { wireUp, wireDown, payloadUp, payloadDown } = session.bytes();
      expect([payloadUp, payloadDown]).toEqual([200, 0]);
      totals.push(wireUp + wireDown);
    }
    expect(new Set(totals).size).toBe(1);
    expect(totals[0]).toBeLessThanOrEqual(3240);
    await pair.stop();
  });

  it("takes 25 bytes beside a message up, and 24 down to confirm it", async () => {
    const pair = await new LinkPair().start();
    const session = await pair.caller.open(pair.peer);
    await session.send(new Uint8Array(200));
    const before = session.bytes();
    await session.send(new Uint8Array(200));
    const after = session.bytes();
    expect(after.wireUp - before.wireUp).toBe(225);
    expect(after.wireDown - before.wireDown).toBe(24);
    await pair.stop();
  });

  it("is counted alike on both sides, as the wire between them counts", async () => {
    const wire = await Wire.open();
    const ended: LinkSession[] = [];
    const pair = new LinkPair({ listener: { onSession: (session) => ended.push(session) } });
    await pair.startListener();
    await pair.startCaller();
    wire.to(pair.listener.port);
    pair.peer = (await pair.caller.enrol(wire.instead(await pair.listener.createInvitation()))).id;
    const session = await pair.caller.open(pair.peer);
    await session.send(new Uint8Array(1000));
    await session.close();
    await ended[0]?.closed;
    expect(ended[0]?.bytes()).toEqual(session.bytes());
    expect({ up: session.bytes().wireUp, down: session.bytes().wireDown }).toEqual(wire.last);
    expect(ended[0]?.id).toBe(session.id);
    expect(session.id).toMatch(/^[0-9a-f]{16}$/);
    await pair.stop();
    await wire.close();
  });

  it("shows neither peers nor keys: identities on the wire never repeat", async () => {
    const wire = await Wire.open();
    const pair = new LinkPair();
    await pair.startListener();
    await pair.startCaller();
    wire.to(pair.listener.port);
    pair.peer = (await pair.caller.enrol(wire.instead(await pair.listener.createInvitation()))).id;
    const hellos: string[] = [];
    for (let index = 0; index < 20; index++) {
      expect(await pair.exchange("same text")).toBeNull();
      hellos.push(Buffer.concat(wire.bytes.up).subarray(0, wire.helloBytes).toString("latin1"));
      const everything = Buffer.concat([...wire.bytes.up, ...wire.bytes.down]).toString("latin1");
      expect(everything).not.toContain("same text");
    }
    const seen = new Set<string>();
    for (const hello of hellos) {
      // The identity: 22 letters and digits (base64url), the only such run in a hello.
      const identity = /[A-Za-z0-9_-]{22,}/.exec(hello)?.[0] ?? "";
      expect(identity).not.toBe("");
      expect(seen.has(identity)).toBe(false);
      seen.add(identity);
    }
    await pair.stop();
    await wire.close();
  });

  it("confirms a message when the handler is done with it, not before", async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const infos: LinkMessageInfo[] = [];
    const pair = await new LinkPair({
      listener: {
        onMessage: async (_message, info) => {
          infos.push(info);
          await gate;
        },
      },
    }).start();
    const session = await pair.caller.open(pair.peer);
    let confirmed = 0;
    const sent = [1, 2, 3].map((byte) =>
      session.send(Uint8Array.of(byte)).then(() => {
        confirmed++;
      }),
    );
    await expect.poll(() => infos.length).toBe(1);
    await pause(30);
    expect(confirmed).toBe(0);
    release();
    await Promise.all(sent);
    expect(infos.map(({ id }) => id)).toEqual([0, 1, 2].map((at) => `${session.id}-c${at}`));
    await pair.stop();
  });

  it("carries messages of any length up to 1 MiB both ways, in order", async () => {
    const lengths = [0, 1, 127, 128, 16_383, 16_384, 70_000, LINK_MESSAGE_MOST];
    const up: Uint8Array[] = [];
    const down: Uint8Array[] = [];
    let session: LinkSession | undefined;
    const pair = await new LinkPair({
      listener: {
        onSession: (open) => {
          session = open;
        },
        onMessage: (message) => {
          up.push(message);
        },
      },
      caller: {
        onMessage: (message) => {
          down.push(message);
        },
      },
    }).start();
    const open = await pair.caller.open(pair.peer);
    const messages = lengths.map((length, index) => new Uint8Array(length).fill(index + 1));
    await Promise.all(messages.map((message) => open.send(message)));
    await Promise.all(messages.map((message) => session?.send(message)));
    expect(up.map(({ length }) => length)).toEqual(lengths);
    for (const [index, message] of messages.entries()) {
      expect(Buffer.compare(message, up[index] ?? new Uint8Array(0))).toBe(0);
    }
    expect(down.map(({ length }) => length)).toEqual(lengths);
    await expect(open.send(new Uint8Array(LINK_MESSAGE_MOST + 1))).rejects.toThrow(RangeError);
    expect(open.bytes().payloadDown).toBe(open.bytes().payloadUp);
    await pair.stop();
  });

  it("tells a message that is sent again by the id its sender chose", async () => {
    const ids: string[] = [];
    let fail = true;
    const pair = await new LinkPair({
      listener: {
        onMessage: (_message, { id }) => {
          ids.push(id);
          if (fail) throw new Error("disk full");
        },
      },
    }).start();
    const id = "00112233445566ff";
    const first = await pair.caller.open(pair.peer);
    await expect(first.send(new Uint8Array(5), { id })).rejects.toMatchObject({
      code: "unreachable",
    });
    await first.closed;
    fail = false;
    const second = await pair.caller.open(pair.peer);
    await second.send(new Uint8Array(5), { id });
    expect(ids).toEqual([id, id]);
    await expect(second.send(new Uint8Array(1), { id: "short" })).rejects.toThrow(RangeError);
    await pair.stop();
  });

  it("whose other side never confirms ends by time", async () => {
    const pair = await new LinkPair({
      listener: { onMessage: () => new Promise(() => undefined) },
      caller: { confirmMs: 100 },
    }).start();
    const session = await pair.caller.open(pair.peer);
    await expect(session.send(new Uint8Array(1))).rejects.toMatchObject({ code: "unreachable" });
    expect(await session.closed).toBeInstanceOf(LinkError);
    await expect(session.send(new Uint8Array(1))).rejects.toMatchObject({ code: "unreachable" });
    await pair.stopListener();
    await pair.stopCaller();
  });

  it("is replaced by its peer's next one; two calls at once both succeed, one stays", async () => {
    const pair = await new LinkPair().start();
    const [a, b] = await Promise.all([pair.caller.open(pair.peer), pair.caller.open(pair.peer)]);
    await b.send(Buffer.from("still open"));
    await a.closed;
    expect(pair.listener.sessions()).toHaveLength(1);
    expect(pair.log.filter(({ event }) => event === "superseded")).toHaveLength(1);
    expect(pair.reused()).toEqual([]);
    expect(await pair.exchange("and on")).toBeNull();
    await pair.stop();
  });

  it("to a peer that was removed is refused on either side, and its keys are gone", async () => {
    const pair = await new LinkPair().start();
    const id = pair.listenerStore.peers()[0]?.id ?? "";
    expect(await pair.listenerStore.remove(id)).toBe(true);
    expect(await pair.exchange("removed")).toMatchObject({ code: "unknown-key" });
    expect(await pair.callerStore.remove(pair.peer)).toBe(true);
    expect(await pair.callerStore.remove(pair.peer)).toBe(false);
    await expect(pair.caller.open(pair.peer)).rejects.toMatchObject({ code: "unknown-key" });
    await pair.stop();
  });

  it("counts sessions and remembers peers over restarts", async () => {
    const pair = await new LinkPair().start();
    for (let index = 0; index < 3; index++) expect(await pair.exchange("x")).toBeNull();
    await pair.stopListener();
    pair.listenerDisk.restore("none");
    await pair.startListener();
    expect(pair.listenerStore.peers()).toEqual([
      expect.objectContaining({
        fingerprint: pair.callerIdentity.public.fingerprint,
        role: "listener",
        sessions: 3,
        address: null,
      }),
    ]);
    expect(pair.callerStore.peers()).toEqual([
      expect.objectContaining({
        fingerprint: pair.listenerIdentity.public.fingerprint,
        role: "caller",
        sessions: 3,
        address: `127.0.0.1:${pair.listener.port}`,
      }),
    ]);
    expect(pair.listenerStore.identityOf(pair.listenerStore.peers()[0]?.id ?? "")).toEqual(
      pair.callerIdentity.public,
    );
    await pair.stop();
  });
});

describe("enrolment", () => {
  it("takes 13,760 bytes or less, of which 10,716 are two identities and two signatures", async () => {
    const wire = await Wire.open();
    const pair = new LinkPair();
    await pair.startListener();
    await pair.startCaller();
    wire.to(pair.listener.port);
    await pair.caller.enrol(wire.instead(await pair.listener.createInvitation()));
    await pause(20);
    expect(wire.last.up + wire.last.down).toBeLessThanOrEqual(13_760);
    await pair.stop();
    await wire.close();
  });

  it("works once per invitation, for one identity, until it expires", async () => {
    let now = 1e12;
    const pair = new LinkPair();
    await pair.startCaller();
    await pair.startListener();
    const other = createLinkCaller({
      identity: createIdentity(primitives),
      store: await openLinkStore("/other", pair.wrapping, {
        files: new FaultyDisk(),
        lock: () => () => undefined,
      }),
    });
    const invitation = await pair.listener.createInvitation();
    pair.peer = (await pair.caller.enrol(invitation)).id;
    await expect.poll(() => pair.log.filter(({ event }) => event === "enrolled").length).toBe(2);
    await expect(other.enrol(invitation)).rejects.toMatchObject({ code: "invitation" });
    await expect(pair.caller.enrol(invitation)).rejects.toMatchObject({ code: "invitation" });
    expect(await pair.exchange("fine")).toBeNull();

    const store = await openLinkStore("/clocked", pair.wrapping, {
      files: new FaultyDisk(),
      lock: () => () => undefined,
      clock: () => now,
      elapsed: () => 0,
    });
    const clocked = await createLinkListener({
      identity: createIdentity(primitives),
      store,
      onMessage: () => undefined,
    });
    const short = await clocked.createInvitation({ expiresInMs: 1000 });
    now += 1001;
    expect(store.now()).toBe(now);
    // Turned back, the clock brings nothing back to life.
    now -= 5000;
    const patient = createLinkCaller({
      identity: createIdentity(primitives),
      store: await openLinkStore("/patient", pair.wrapping, {
        files: new FaultyDisk(),
        lock: () => () => undefined,
        clock: () => 1e12,
      }),
    });
    await expect(patient.enrol(short)).rejects.toMatchObject({ code: "invitation" });
    await clocked.close();
    await store.close();
    await pair.stop();
  });

  it("refuses a listener that is not the one invited to, and a caller that was not invited", async () => {
    const pair = new LinkPair();
    await pair.startListener();
    await pair.startCaller();
    const invitation = await pair.listener.createInvitation();
    const forged = formatInvitation(primitives, {
      ...parseInvitation(primitives, invitation),
      fingerprint: createIdentity(primitives).public.fingerprint,
    });
    await expect(pair.caller.enrol(forged)).rejects.toMatchObject({ code: "wrong-identity" });
    const others = await pair.listener.createInvitation({
      expect: createIdentity(primitives).public.fingerprint,
    });
    await expect(pair.caller.enrol(others)).rejects.toMatchObject({ code: "wrong-identity" });
    const own = await pair.listener.createInvitation({
      expect: pair.callerIdentity.public.fingerprint,
    });
    pair.peer = (await pair.caller.enrol(own)).id;
    expect(await pair.exchange("invited")).toBeNull();
    await pair.stop();
  });

  it("with oneself, or reflected, is refused", async () => {
    const pair = new LinkPair();
    await pair.startListener();
    const self = createLinkCaller({
      identity: pair.listenerIdentity,
      store: await openLinkStore("/self", pair.wrapping, {
        files: new FaultyDisk(),
        lock: () => () => undefined,
      }),
    });
    await expect(self.enrol(await pair.listener.createInvitation())).rejects.toMatchObject({
      code: "wrong-identity",
    });
    await pair.startCaller();
    pair.peer = (await pair.caller.enrol(await pair.listener.createInvitation())).id;
    // The caller listens too; its own hello, sent back to it, opens nothing (RFC 9257's Selfie).
    const mirror = await createLinkListener({
      identity: pair.callerIdentity,
      store: pair.callerStore,
      onMessage: () => undefined,
      onLog: (event) => pair.log.push(event),
    });
    const record = pair.callerStore.peerEntry(pair.peer)?.record;
    if (record?.kind !== "to") throw new Error("not enrolled");
    const { psk, identity } = sessionKey(record.key);
    const error = await new Promise((resolve) => {
      const socket = connectTls({
        port: mirror.port,
        host: "127.0.0.1",
        pskCallback: () => ({ psk, identity }),
        minVersion: "TLSv1.3",
        ciphers: "TLS_CHACHA20_POLY1305_SHA256",
      });
      socket.on("error", (failure: NodeJS.ErrnoException) => resolve(failure.code));
    });
    expect(error).toBe("ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR");
    expect(pair.log.at(-1)).toMatchObject({ event: "refused", code: "unknown-key" });
    await mirror.close();
    await pair.stop();
  });

  it("in the middle of which somebody sits is refused, though they know the secret", async () => {
    const pair = new LinkPair();
    await pair.startListener();
    await pair.startCaller();
    const invitation = await pair.listener.createInvitation();
    const parsed = parseInvitation(primitives, invitation);
    // A listener with the same secret and another identity; it could pass everything on to the true one.
    const files = new FaultyDisk();
    const store = await openLinkStore("/thief", pair.wrapping, {
      files,
      lock: () => () => undefined,
    });
    const thief = await createLinkListener({
      identity: createIdentity(primitives),
      store,
      onMessage: () => undefined,
    });
    await store.add({
      kind: "invitation",
      profile: "hybrid",
      createdAt: 1,
      secret: parsed.secret,
      expiresAt: parsed.expiresAt,
      expect: null,
    });
    const by = formatInvitation(primitives, { ...parsed, port: thief.port });
    await expect(pair.caller.enrol(by)).rejects.toMatchObject({ code: "wrong-identity" });
    expect(pair.callerStore.peers()).toEqual([]);
    await thief.close();
    await store.close();
    await pair.stop();
  });

  it("anew keeps the peer's id, ends the old key, and survives both", async () => {
    const pair = await new LinkPair().start();
    expect(await pair.exchange("old")).toBeNull();
    const again = await pair.caller.enrol(await pair.listener.createInvitation());
    expect(again.id).toBe(pair.peer);
    expect(await pair.exchange("new")).toBeNull();
    expect(pair.listenerStore.peers()).toHaveLength(1);
    expect(pair.callerStore.peers()).toHaveLength(1);
    await pair.stop();
  });
});

describe("profiles", () => {
  it("cnsa takes ML-KEM-1024, and hybrid never meets it", async () => {
    const pair = await new LinkPair({ profile: "cnsa" }).start();
    const session = await pair.caller.open(pair.peer);
    expect(session.group).toBe("MLKEM1024");
    await session.send(new Uint8Array(200));
    expect(pair.listener.sessions()[0]?.group).toBe("MLKEM1024");
    const hybrid = createLinkCaller({ store: pair.callerStore, identity: pair.callerIdentity });
    await expect(hybrid.open(pair.peer)).rejects.toMatchObject({ code: "wrong-group" });
    await expect(hybrid.enrol(await pair.listener.createInvitation())).rejects.toMatchObject({
      code: "wrong-group",
    });
    await pair.stop();
  });

  it("legacy says so in the log of every session, and which key exchange it was", async () => {
    const pair = await new LinkPair({ profile: "legacy" }).start();
    for (let index = 0; index < 2; index++) expect(await pair.exchange("x")).toBeNull();
    const warnings = pair.log.filter(({ event }) => event === "legacy");
    expect(warnings).toHaveLength(4);
    expect(warnings[0]).toMatchObject({ level: "warn" });
    // A peer that has X25519 alone.
    const record = pair.callerStore.peerEntry(pair.peer)?.record;
    if (record?.kind !== "to") throw new Error("not enrolled");
    const { psk, identity } = sessionKey(record.key);
    const socket = connectTls({
      port: pair.listener.port,
      host: "127.0.0.1",
      pskCallback: () => ({ psk, identity }),
      checkServerIdentity: () => undefined,
      minVersion: "TLSv1.3",
      ecdhCurve: "X25519",
      ciphers: "TLS_CHACHA20_POLY1305_SHA256",
    });
    socket.on("error", () => undefined);
    socket.on("data", () => socket.write(encodeFrame(FRAME.open, Uint8Array.of(1))));
    await expect.poll(() => pair.listener.sessions().map(({ group }) => group)).toEqual(["X25519"]);
    socket.destroy();
    await pair.stop();
  });
});

describe("limits", () => {
  it("make a stranger wait after too many failures, and let it in again later", async () => {
    const pair = await new LinkPair({
      listener: { limits: { failures: 3, forgiveMs: 1500 } },
    }).start();
    const stranger = (): Promise<void> =>
      new Promise((resolve) => {
        const socket = connectTcp(pair.listener.port, "127.0.0.1", () =>
          socket.write("nonsense\n"),
        );
        socket.on("error", () => undefined);
        socket.on("data", () => undefined);
        socket.on("close", () => resolve());
      });
    for (let index = 0; index < 5; index++) await stranger();
    const codes = pair.log.filter(({ event }) => event === "refused").map(({ code }) => code);
    expect(codes.slice(3)).toEqual(["rate-limited", "rate-limited"]);
    expect(await pair.exchange("same address")).toMatchObject({ code: "unreachable" });
    await expect.poll(() => pair.exchange("forgiven")).toBeNull();
    await pair.stop();
  });

  it("bound connections that say nothing, in number and in time", async () => {
    const pair = await new LinkPair({
      listener: { limits: { halfOpenPerAddress: 4, handshakeMs: 1500 } },
    }).start();
    const closed: Promise<void>[] = [];
    for (let index = 0; index < 8; index++) {
      closed.push(
        new Promise((resolve) => {
          const socket = connectTcp(pair.listener.port, "127.0.0.1");
          socket.on("error", () => undefined);
          socket.on("close", () => resolve());
          socket.resume();
        }),
      );
    }
    await Promise.all(closed);
    const codes = pair.log.filter(({ event }) => event === "refused").map(({ code }) => code);
    expect(codes.filter((code) => code === "rate-limited")).toHaveLength(4);
    expect(codes.filter((code) => code === "unreachable")).toHaveLength(4);
    await pause(10);
    expect(await pair.exchange("after")).toBeNull();
    await pair.stop();
  });

  it("end a close that waits for a handler that never ends", async () => {
    const pair = await new LinkPair({
      listener: { onMessage: () => new Promise(() => undefined), confirmMs: 100 },
    }).start();
    const session = await pair.caller.open(pair.peer);
    const sent = expect(session.send(new Uint8Array(1))).rejects.toMatchObject({
      code: "unreachable",
    });
    await expect.poll(() => pair.listener.sessions().length).toBe(1);
    await pair.listener.close();
    await sent;
    await session.closed;
    await pair.stop();
  });

  it("leave no invitation to an address that nobody can call", async () => {
    const pair = new LinkPair({ listener: { host: "0.0.0.0" } });
    await pair.startListener();
    await expect(pair.listener.createInvitation()).rejects.toThrow(RangeError);
    for (const expiresInMs of [0, -1, 0.5, Number.NaN, 1e12]) {
      const options = { host: "node.example", expiresInMs };
      await expect(pair.listener.createInvitation(options)).rejects.toThrow(RangeError);
    }
    const text = await pair.listener.createInvitation({ host: "node.example" });
    expect(parseInvitation(primitives, text).host).toBe("node.example");
    await pair.startCaller();
    await pair.stop();
  });

  it("and options are known by name", async () => {
    const pair = await new LinkPair().start();
    const { callerStore: store } = pair;
    expect(() => createLinkCaller({ store, retries: 3 } as never)).toThrow(TypeError);
    expect(() => createLinkCaller({ store, profile: "none" as never })).toThrow(TypeError);
    await expect(
      createLinkListener({
        identity: pair.callerIdentity,
        store,
        onMessage: () => undefined,
        limits: { speed: 1 } as never,
      }),
    ).rejects.toThrow(TypeError);
    await pair.stop();
  });
});
