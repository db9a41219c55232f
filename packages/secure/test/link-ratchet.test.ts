/** The key ladder, invitations and frames, without any network. */

import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createIdentity,
  formatInvitation,
  LINK_PROFILES,
  LinkError,
  parseInvitation,
  portablePrimitives,
} from "../src/index.ts";
import { encodeFrame, FRAME, FrameReader } from "../src/link/frames.ts";
import {
  base64url,
  firstKey,
  fromBase64url,
  invitationKey,
  type ListenerKeys,
  linkBinding,
  listenerAgreed,
  listenerConfirmed,
  nextKey,
  sessionKey,
} from "../src/link/ratchet.ts";
import { nativePrimitives } from "../src/node/index.ts";

const primitives = nativePrimitives();
const a = createIdentity(primitives).public;
const b = createIdentity(primitives).public;
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** HKDF with SHA-256 by the RFC's words, as an oracle. */
function hkdf(ikm: Uint8Array, salt: Uint8Array, info: string, length: number): Buffer {
  const prk = createHmac("sha256", salt).update(ikm).digest();
  let last = Buffer.alloc(0);
  let out = Buffer.alloc(0);
  for (let i = 1; out.length < length; i++) {
    last = createHmac("sha256", prk)
      .update(Buffer.concat([last, Buffer.from(info), Buffer.of(i)]))
      .digest();
    out = Buffer.concat([out, last]);
  }
  return out.subarray(0, length);
}

describe("keys", () => {
  it("are what RFC 5869 makes of them, natively and portably", () => {
    fc.assert(
      fc.property(bytes(80), bytes(32), bytes(32), (key, exported, binding) => {
        const { identity, psk } = sessionKey(key);
        expect(identity).toBe(Buffer.from(key.subarray(32, 48)).toString("base64url"));
        expect(psk).toEqual(key.slice(48));
        const root = key.subarray(0, 32);
        for (const engine of [primitives, portablePrimitives()]) {
          expect(Buffer.from(nextKey(engine, key, exported, binding))).toEqual(
            hkdf(
              Buffer.concat([root, exported]),
              binding,
              "symbion link 1 caller to listener next",
              80,
            ),
          );
          expect(Buffer.from(firstKey(engine, exported, binding))).toEqual(
            hkdf(exported, binding, "symbion link 1 caller to listener first", 80),
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  it("depend on everything they should: version, profile, who calls whom", () => {
    const key = primitives.random(80);
    const seen = new Set<string>();
    for (const profile of LINK_PROFILES) {
      for (const binding of [
        linkBinding(primitives, profile, a, b),
        linkBinding(primitives, profile, b, a),
      ]) {
        for (const derived of [
          nextKey(primitives, key, key.subarray(0, 32), binding),
          firstKey(primitives, key.subarray(0, 32), binding),
        ]) {
          seen.add(base64url(derived.subarray(0, 32)));
          seen.add(sessionKey(derived).identity);
          seen.add(base64url(sessionKey(derived).psk));
        }
      }
      seen.add(invitationKey(primitives, key.subarray(0, 20), profile).identity);
    }
    expect(seen.size).toBe(LINK_PROFILES.length * 13);
  });

  it("of the past do not lead to those that follow without each handshake's secret, nor back", () => {
    fc.assert(
      fc.property(fc.array(bytes(32), { minLength: 2, maxLength: 8 }), fc.nat(), (secrets, at) => {
        const binding = linkBinding(primitives, "hybrid", a, b);
        const chain = [primitives.random(80)];
        for (const secret of secrets) {
          chain.push(nextKey(primitives, chain.at(-1) ?? secret, secret, binding));
        }
        // A thief has one key and every secret but one: what follows the missing one stays closed.
        const stolen = at % secrets.length;
        let guess = chain[stolen] ?? binding;
        for (const [index, secret] of secrets.entries()) {
          if (index < stolen) continue;
          const used = index === stolen ? new Uint8Array(32) : secret;
          guess = nextKey(primitives, guess, used, binding);
          if (!secrets[stolen]?.every((byte) => byte === 0)) {
            expect(base64url(guess)).not.toBe(base64url(chain[index + 1] ?? binding));
          }
        }
        expect(new Set(chain.map(base64url)).size).toBe(chain.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the ladder", () => {
  type Event = "go on" | "hello" | "caller loses power" | "listener loses power" | "break";
  const event = fc.oneof(
    { weight: 12, arbitrary: fc.constant<Event>("go on") },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Event>(
        "hello",
        "caller loses power",
        "listener loses power",
        "break",
      ),
    },
  );

  it("always leaves the caller with a key that the listener takes, and ends keys that carried messages", () => {
    let carried = 0;
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let serial = 0;
        const fresh = (): Uint8Array => {
          serial++;
          return Uint8Array.of(serial >> 8, serial & 255);
        };
        let caller = fresh();
        let listener: ListenerKeys = { current: caller, next: null };
        const done = new Set<string>();
        let session: { base: Uint8Array; next: Uint8Array; at: 1 | 2 | 3 } | null = null;
        for (const event of events) {
          if (event === "hello" || (event === "go on" && session === null)) {
            session = { base: caller, next: fresh(), at: 1 };
          } else if (event !== "go on" || session === null) {
            session = null;
          } else if (session.at === 1) {
            const keys = listenerAgreed(listener, session.base, session.next);
            expect(keys, "the caller's key is always taken").not.toBeNull();
            if (keys !== null) listener = keys;
            session.at = 2;
          } else if (session.at === 2) {
            caller = session.next;
            session.at = 3;
          } else {
            const keys = listenerConfirmed(listener, session.next);
            expect(keys).not.toBeNull();
            if (keys !== null) listener = keys;
            const key = session.base.join();
            expect(done.has(key), "no key carries messages twice").toBe(false);
            done.add(key);
            carried++;
            expect(listenerAgreed(listener, session.base, fresh())).toBeNull();
            session = null;
          }
          const taken = [listener.current, listener.next].map((key) => key?.join());
          expect(taken).toContain(caller.join());
        }
      }),
      { numRuns: 1500 },
    );
    // Draws give some 860.
    expect(carried).toBeGreaterThan(500);
  });
});

describe("invitations", () => {
  const made = fc.record({
    host: fc.constantFrom("127.0.0.1", "node.example", "::1", "fe80::1", "x"),
    port: fc.integer({ min: 1, max: 65_535 }),
    profile: fc.constantFrom(...LINK_PROFILES),
    expiresAt: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    secret: bytes(20),
  });

  it("come back as they were written, from either engine", () => {
    fc.assert(
      fc.property(made, (fields) => {
        const invitation = { ...fields, fingerprint: a.fingerprint };
        const text = formatInvitation(primitives, invitation);
        expect(text).toMatch(/^symbion-link:\S+#[A-Za-z0-9_-]{70}$/);
        expect(parseInvitation(portablePrimitives(), ` ${text}\n`)).toEqual(invitation);
      }),
    );
  });

  it("with any one letter wrong are refused, and say nothing of their secret", () => {
    const text = formatInvitation(primitives, {
      host: "10.0.0.7",
      port: 4711,
      profile: "hybrid",
      fingerprint: a.fingerprint,
      expiresAt: 1_800_000_000_000,
      secret: primitives.random(20),
    });
    for (let at = 0; at < text.length; at++) {
      for (const letter of ["0", "A", ":", "#", "é", ""]) {
        if (text[at] === letter) continue;
        const wrong = text.slice(0, at) + letter + text.slice(at + 1);
        try {
          parseInvitation(primitives, wrong);
          expect.unreachable(`took ${letter} at ${at}`);
        } catch (error) {
          expect(error).toBeInstanceOf(LinkError);
          expect((error as LinkError).code).toBe("invitation");
          expect((error as LinkError).message).not.toContain(text.slice(-40));
        }
      }
    }
  });

  it("of any text whatsoever end in an error with a name", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => parseInvitation(primitives, `symbion-link:${text}`)).toThrow(LinkError);
      }),
    );
  });

  it("base64url takes its own spelling alone", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
        expect(base64url(data)).toBe(Buffer.from(data).toString("base64url"));
        expect(fromBase64url(base64url(data))).toEqual(Uint8Array.from(data));
      }),
    );
    for (const text of ["A", "AB", "AA=", "A A", "+/", "AAAAA"]) {
      expect(fromBase64url(text), text).toBeNull();
    }
  });
});

describe("frames", () => {
  const bare: readonly number[] = [FRAME.ready, FRAME.enrolled, FRAME.kept];

  it("come back whole however the stream is cut", () => {
    const frame = fc.record({
      kind: fc.constantFrom(...Object.values(FRAME)),
      body: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.integer({ min: 1, max: 50 }),
        (all, cut) => {
          const sent = all.map(({ kind, body }) => ({
            kind,
            body: bare.includes(kind) ? new Uint8Array(0) : body,
          }));
          const stream = Buffer.concat(sent.map(({ kind, body }) => encodeFrame(kind, body)));
          const reader = new FrameReader(300);
          const got: unknown[] = [];
          for (let at = 0; at < stream.length; at += cut) {
            reader.push(Uint8Array.from(stream.subarray(at, at + cut)));
            for (let next = reader.next(); next !== null; next = reader.next()) {
              got.push({ kind: next.kind, body: Uint8Array.from(next.body) });
            }
          }
          expect(got).toEqual(
            sent.map(({ kind, body }) => ({ kind, body: Uint8Array.from(body) })),
          );
          expect(reader.held).toBe(0);
        },
      ),
    );
  });

  it("of any bytes end in frames, in waiting, or in an error with a name", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        const reader = new FrameReader(64);
        reader.push(data);
        try {
          for (let next = reader.next(); next !== null; next = reader.next()) {
            expect(next.body.length).toBeLessThanOrEqual(64);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(LinkError);
          expect((error as LinkError).code).toBe("protocol");
        }
      }),
      { numRuns: 2000 },
    );
  });
});
