/** No silent downgrade: real TLS clients and servers that are not what they should be, each refused by name. */

import { randomBytes } from "node:crypto";
import { type AddressInfo, connect as connectTcp, createServer as createTcp } from "node:net";
import {
  type ConnectionOptions,
  connect as connectTls,
  createServer as createTls,
  type TLSSocket,
  type TlsOptions,
} from "node:tls";
import "reflect-metadata";
import { cryptoProvider, X509CertificateGenerator } from "@peculiar/x509";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeFrame, FRAME } from "../src/link/frames.ts";
import { sessionKey } from "../src/link/ratchet.ts";
import { LinkPair } from "./support/link-pair.ts";

const GOOD: ConnectionOptions = {
  minVersion: "TLSv1.3",
  maxVersion: "TLSv1.3",
  ecdhCurve: "X25519MLKEM768",
  ciphers: "TLS_CHACHA20_POLY1305_SHA256",
};

/** What the caller of a pair would use in its next session. */
function currentKey(pair: LinkPair): { psk: Uint8Array; identity: string } {
  const record = pair.callerStore.peerEntry(pair.peer)?.record;
  if (record?.kind !== "to") throw new Error("not enrolled");
  return sessionKey(record.key);
}

type Outcome = { readonly first: string; readonly error: string; readonly session: Buffer | null };

/** A client of ours, with the options of another one; resolves with the first bytes it got, or with its error. */
function visit(port: number, options: ConnectionOptions, keep = false): Promise<Outcome> {
  return new Promise((resolve) => {
    let session: Buffer | null = null;
    const socket = connectTls({
      host: "127.0.0.1",
      port,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...options,
    });
    socket.on("session", (ticket) => {
      session = ticket;
      if (keep) socket.destroy();
    });
    socket.on("data", (data) => {
      if (keep && session === null) return;
      resolve({ first: data.toString("hex"), error: "", session });
      socket.destroy();
    });
    socket.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ first: "", error: error.code ?? error.message, session }),
    );
    socket.on("close", () => resolve({ first: "", error: "closed", session }));
  });
}

describe("a listener refuses", () => {
  let pair: LinkPair;
  let used: { psk: Uint8Array; identity: string };
  beforeAll(async () => {
    pair = await new LinkPair({
      listener: { limits: { failures: 1e6, handshakeMs: 1500 } },
    }).start();
    used = currentKey(pair);
    expect(await pair.exchange("one")).toBeNull();
  });
  afterAll(() => pair.stop());

  const clients: readonly [string, string, () => ConnectionOptions][] = [
    [
      "TLS 1.2 with the right key",
      "protocol-version",
      () => ({
        minVersion: "TLSv1.2",
        maxVersion: "TLSv1.2",
        ciphers: "ECDHE-PSK-CHACHA20-POLY1305:PSK",
        ecdhCurve: "X25519",
        pskCallback: () => currentKey(pair),
      }),
    ],
    [
      "X25519 alone with the right key",
      "wrong-group",
      () => ({ ...GOOD, ecdhCurve: "X25519", pskCallback: () => currentKey(pair) }),
    ],
    [
      "P-256 alone with the right key",
      "wrong-group",
      () => ({ ...GOOD, ecdhCurve: "P-256", pskCallback: () => currentKey(pair) }),
    ],
    [
      "another hybrid with the right key",
      "wrong-group",
      () => ({ ...GOOD, ecdhCurve: "SecP256r1MLKEM768", pskCallback: () => currentKey(pair) }),
    ],
    [
      "pure ML-KEM with the right key",
      "wrong-group",
      () => ({ ...GOOD, ecdhCurve: "MLKEM1024", pskCallback: () => currentKey(pair) }),
    ],
    [
      "a suite with SHA-384 and the right key",
      "wrong-suite",
      () => ({
        ...GOOD,
        ciphers: "TLS_AES_256_GCM_SHA384",
        pskCallback: () => currentKey(pair),
      }),
    ],
    [
      "a key that nobody knows",
      "unknown-key",
      () => ({
        ...GOOD,
        pskCallback: () => ({
          psk: randomBytes(32),
          identity: randomBytes(16).toString("base64url"),
        }),
      }),
    ],
    [
      "the right name of a key without the key",
      "wrong-key",
      () => ({
        ...GOOD,
        pskCallback: () => ({ psk: randomBytes(32), identity: currentKey(pair).identity }),
      }),
    ],
    ["a key that was used before", "unknown-key", () => ({ ...GOOD, pskCallback: () => used })],
    ["no key", "not-pre-shared", () => ({ ...GOOD })],
    ["a browser's defaults", "not-pre-shared", () => ({})],
  ];
  for (const [what, code, options] of clients) {
    it(`${what} (${code})`, async () => {
      const from = pair.log.length;
      const outcome = await visit(pair.listener.port, options());
      expect(outcome.first).toBe("");
      await expect
        .poll(() => pair.log.slice(from).filter(({ event }) => event === "refused"))
        .toEqual([expect.objectContaining({ code, role: "listener" })]);
      expect(pair.log.slice(from).some(({ event }) => event === "opened")).toBe(false);
    });
  }

  it("a ticket of a session that was good (unknown-key)", async () => {
    const good = await visit(
      pair.listener.port,
      { ...GOOD, pskCallback: () => currentKey(pair) },
      true,
    );
    expect(good.session).not.toBeNull();
    const from = pair.log.length;
    const again = await visit(pair.listener.port, { ...GOOD, session: good.session ?? undefined });
    expect(again.first).toBe("");
    await expect
      .poll(() => pair.log.slice(from).map(({ code }) => code))
      .toContainEqual(expect.stringMatching(/^(unknown-key|not-pre-shared)$/));
    expect(await pair.exchange("after the ticket")).toBeNull();
  });

  it("somebody else's hello, sent again (nothing follows, nothing is spent)", async () => {
    const hello = await new Promise<Buffer>((resolve) => {
      const trap = createTcp((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", (data) => {
          resolve(data);
          socket.destroy();
          trap.close();
        });
      });
      trap.listen(0, "127.0.0.1", () => {
        const { port } = trap.address() as AddressInfo;
        void visit(port, { ...GOOD, pskCallback: () => currentKey(pair) });
      });
    });
    const written = pair.listenerDisk.operations;
    const answered = await new Promise<number>((resolve) => {
      const socket = connectTcp(pair.listener.port, "127.0.0.1", () => socket.write(hello));
      let bytes = 0;
      socket.on("data", (data) => {
        bytes += data.length;
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(bytes));
    });
    expect(answered).toBeGreaterThan(1000);
    expect(pair.listenerDisk.operations).toBe(written);
    expect(await pair.exchange("after the replay")).toBeNull();
  });

  it("bytes that are no TLS (protocol)", async () => {
    for (const bytes of [
      Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
      randomBytes(200),
      Buffer.from("16030100050100000100", "hex"),
      Buffer.alloc(20_000, 0x16),
    ]) {
      const from = pair.log.length;
      await new Promise<void>((resolve) => {
        const socket = connectTcp(pair.listener.port, "127.0.0.1", () => socket.write(bytes));
        socket.on("error", () => undefined);
        socket.on("data", () => undefined);
        socket.on("close", () => resolve());
      });
      await expect
        .poll(() => pair.log.slice(from).map(({ code }) => code))
        .toEqual([expect.stringMatching(/^(protocol|protocol-version|unreachable)$/)]);
    }
    expect(await pair.exchange("still there")).toBeNull();
  });

  it("the right key, then frames that are none (protocol)", async () => {
    const frames: readonly Uint8Array[] = [
      Uint8Array.of(99),
      Uint8Array.of(FRAME.message, 0xff, 0xff, 0xff, 0x7f),
      Uint8Array.of(FRAME.message, 0x80, 0x00),
      encodeFrame(FRAME.confirm),
      encodeFrame(FRAME.identity, new Uint8Array(10)),
      encodeFrame(FRAME.ready),
    ];
    for (const bytes of frames) {
      const from = pair.log.length;
      await new Promise<void>((resolve) => {
        const socket = connectTls({
          host: "127.0.0.1",
          port: pair.listener.port,
          ...GOOD,
          pskCallback: () => currentKey(pair),
          checkServerIdentity: () => undefined,
        });
        socket.on("data", () => socket.write(bytes));
        socket.on("error", () => undefined);
        socket.on("close", () => resolve());
      });
      await expect.poll(() => pair.log.slice(from).map(({ code }) => code)).toEqual(["protocol"]);
    }
    expect(await pair.exchange("still here")).toBeNull();
  });
});

describe("a caller refuses", () => {
  let pair: LinkPair;
  let certificate: { cert: string; key: string };
  beforeAll(async () => {
    pair = await new LinkPair({ caller: { connectMs: 1500 } }).start();
    cryptoProvider.set(crypto);
    const keys = (await crypto.subtle.generateKey("Ed25519", true, [
      "sign",
      "verify",
    ])) as CryptoKeyPair;
    const made = await X509CertificateGenerator.createSelfSigned({
      serialNumber: "01",
      name: "CN=127.0.0.1",
      notBefore: new Date(Date.now() - 86_400_000),
      notAfter: new Date(Date.now() + 86_400_000),
      signingAlgorithm: { name: "Ed25519" },
      keys,
    });
    const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
    certificate = {
      cert: made.toString("pem"),
      key: `-----BEGIN PRIVATE KEY-----\n${der.toString("base64")}\n-----END PRIVATE KEY-----\n`,
    };
    await pair.listener.close();
  });
  afterAll(async () => {
    await pair.caller.close();
    await pair.callerStore.close();
    await pair.listenerStore.close();
  });

  /** Answers in the listener's place; resolves with what the caller makes of it. */
  async function answer(
    options: TlsOptions,
    serve: (socket: TLSSocket) => void = (socket) => socket.write(encodeFrame(FRAME.ready)),
  ): Promise<unknown> {
    const server = createTls({ ...(GOOD as TlsOptions), ...options }, (socket) => {
      socket.on("error", () => undefined);
      socket.resume();
      serve(socket);
    });
    server.on("tlsClientError", () => undefined);
    await new Promise<void>((resolve) => server.listen(pair.listener.port, "127.0.0.1", resolve));
    const error = await pair.exchange("nobody should get this");
    await new Promise((resolve) => server.close(resolve));
    return error;
  }
  const knowing: TlsOptions = { pskCallback: () => Buffer.from(currentKey(pair).psk) };

  const servers: readonly [string, string, () => TlsOptions][] = [
    [
      "TLS 1.2",
      "protocol-version",
      () => ({ ...knowing, minVersion: "TLSv1.2", maxVersion: "TLSv1.2", ciphers: "PSK" }),
    ],
    ["X25519 alone", "wrong-group", () => ({ ...knowing, ecdhCurve: "X25519" })],
    ["another hybrid", "wrong-group", () => ({ ...knowing, ecdhCurve: "SecP256r1MLKEM768" })],
    [
      "suites with SHA-384 alone",
      "wrong-group",
      () => ({ ...knowing, ciphers: "TLS_AES_256_GCM_SHA384" }),
    ],
    ["a wrong key", "unknown-key", () => ({ pskCallback: () => randomBytes(32) })],
    ["a certificate instead of the key", "not-pre-shared", () => ({ ...certificate })],
    [
      "a certificate beside a key it does not know",
      "not-pre-shared",
      () => ({ ...certificate, pskCallback: () => null }),
    ],
  ];
  for (const [what, code, options] of servers) {
    it(`${what} (${code})`, async () => {
      expect(await answer(options())).toMatchObject({ name: "LinkError", code });
    });
  }

  it("frames that are none (protocol)", async () => {
    for (const bytes of [Uint8Array.of(77), encodeFrame(FRAME.message, new Uint8Array(3))]) {
      expect(await answer(knowing, (socket) => socket.write(bytes))).toMatchObject({
        code: "protocol",
      });
    }
  });

  it("silence, a closed door and an empty house (unreachable)", async () => {
    expect(await answer(knowing, () => undefined)).toMatchObject({ code: "unreachable" });
    expect(await answer(knowing, (socket) => socket.destroy())).toMatchObject({
      code: "unreachable",
    });
    expect(await pair.exchange("nobody there")).toMatchObject({ code: "unreachable" });
  });

  it("none of which spends the key: the listener and the caller still agree", async () => {
    await pair.startListener();
    expect(await pair.exchange("at last")).toBeNull();
    await pair.listener.close();
  });
});
