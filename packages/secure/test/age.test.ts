/** Export and import in the age format: by key, by passphrase, in both directions, and what is refused. */

import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { ageRecipient, exportAge, generateAgeKey, importAge, SecureError } from "../src/index.ts";
import { flipAny } from "./support/items.ts";
import { seeded } from "./support/memory-files.ts";

const key = await generateAgeKey();
const data = new Uint8Array(200_000).map((_, at) => at % 251);

/** A stream in pieces. */
function stream(bytes: Uint8Array, length = 30_000): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + length));
      at += length;
    },
  });
}

async function collect(source: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(
    await new Response(source as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
  );
}

describe("an export", () => {
  it("for hybrid recipients opens for each of them, here and with age's own library", async () => {
    const second = await generateAgeKey();
    expect(key.recipient).toMatch(/^age1pq1/);
    expect(key.identity).toMatch(/^AGE-SECRET-KEY-PQ-1/);
    expect(await ageRecipient(key.identity)).toBe(key.recipient);
    const recipients = [key.recipient, second.recipient];
    const file = await collect(await exportAge(stream(data), { recipients }));
    for (const { identity } of [key, second]) {
      const opened = await importAge(stream(file), { identities: [identity] });
      expect(await collect(opened)).toEqual(data);
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      expect(await decrypter.decrypt(file)).toEqual(data);
    }
  });

  it("adds 1,659 bytes to a small file for one recipient", async () => {
    const file = await collect(
      await exportAge(stream(new Uint8Array(256)), { recipients: [key.recipient] }),
    );
    expect(file.length).toBe(256 + 1659);
  });

  it("with a passphrase opens with it, here and with age's own library", async () => {
    const passphrase = "correct horse battery staple";
    const file = await collect(await exportAge(stream(data), { passphrase, workFactor: 10 }));
    expect(await collect(await importAge(stream(file), { passphrase }))).toEqual(data);
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase);
    expect(await decrypter.decrypt(file)).toEqual(data);
    await expect(importAge(stream(file), { passphrase: "correct horse battery" })).rejects.toThrow(
      SecureError,
    );
  });

  it("for classical recipients needs to be asked for", async () => {
    const old = await generateX25519Identity();
    const recipients = [await identityToRecipient(old)];
    await expect(exportAge(stream(data), { recipients })).rejects.toThrow(/legacy/);
    const file = await collect(await exportAge(stream(data), { recipients, legacy: true }));
    expect(await collect(await importAge(stream(file), { identities: [old] }))).toEqual(data);
  });

  it("is refused for malformed recipients, none at all, short passphrases and odd work", async () => {
    const refused = [
      { recipients: [] },
      { recipients: ["age1pq1nonsense"] },
      { recipients: [`${key.recipient.slice(0, -1)}${key.recipient.endsWith("q") ? "p" : "q"}`] },
      { recipients: ["someone"], legacy: true },
      { passphrase: "short" },
    ];
    for (const options of refused) {
      await expect(exportAge(stream(data), options)).rejects.toThrow(SecureError);
    }
    await expect(
      exportAge(stream(data), { passphrase: "correct horse battery staple", workFactor: 40 }),
    ).rejects.toThrow(RangeError);
    await expect(ageRecipient("AGE-SECRET-KEY-PQ-1NO")).rejects.toThrow(SecureError);
  });
});

describe("an import", () => {
  it("takes files of age's own library", async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(key.recipient);
    const file = await encrypter.encrypt(data);
    const opened = await importAge(stream(file), { identities: [key.identity] });
    expect(await collect(opened)).toEqual(data);
  });

  it("ends with SecureError for other keys, malformed keys, cut or changed files, and noise", async () => {
    const file = await collect(await exportAge(stream(data), { recipients: [key.recipient] }));
    const other = await generateAgeKey();
    const open = async (bytes: Uint8Array, identity = key.identity): Promise<Uint8Array> =>
      collect(await importAge(stream(bytes), { identities: [identity] }));
    await expect(open(file, other.identity)).rejects.toThrow(SecureError);
    await expect(open(file, "AGE-SECRET-KEY-PQ-1NONSENSE")).rejects.toThrow(SecureError);
    await expect(open(file.slice(0, -70_000))).rejects.toThrow(SecureError);
    await expect(open(file.slice(0, 500))).rejects.toThrow(SecureError);
    await expect(open(new Uint8Array(0))).rejects.toThrow(SecureError);
    const random = seeded(6);
    for (let round = 0; round < 25; round++) {
      const bad = file.slice();
      flipAny(bad, random);
      await expect(open(bad)).rejects.toThrow(SecureError);
    }
    for (let round = 0; round < 25; round++) {
      const noise = new Uint8Array(Math.floor(random() * 3000)).map(() => random() * 256);
      await expect(open(noise)).rejects.toThrow(SecureError);
    }
  });
});
