import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expected, maskCredentials, UsageError } from "../src/index.ts";

describe("expected", () => {
  it("says where, what was expected and what came", () => {
    const error = expected("a port from 1 to 65535", "http", "--port");
    expect(error).toBeInstanceOf(UsageError);
    expect(error.name).toBe("UsageError");
    expect(error.message).toBe('--port: expected a port from 1 to 65535, got "http"');
  });

  it("keeps the cause", () => {
    const cause = new Error("ENOENT");
    expect(expected("a file", "x.mp4", "FILE", { cause }).cause).toBe(cause);
  });

  it("is one short line for any value", () => {
    const cyclic: { self?: object } = {};
    cyclic.self = cyclic;
    for (const special of [undefined, Number.NaN, 1n, Symbol("s"), () => 0, cyclic]) {
      expect(expected("x", special, "y").message).toMatch(/^y: expected x, got .+$/);
    }
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const { message } = expected("x", value, "y");
        expect(message).not.toContain("\n");
        expect(message.length).toBeLessThanOrEqual("y: expected x, got ".length + 80);
      }),
    );
  });
});

describe("maskCredentials", () => {
  it.each([
    ["rtsp://admin:secret@10.0.0.5:554/live", "rtsp://***@10.0.0.5:554/live"],
    ["cannot open rtsp://u:p@ss@cam/1: refused", "cannot open rtsp://***@cam/1: refused"],
    ["rtsp://u:pa/ss#1@cam/1", "rtsp://***@cam/1"],
    ["rtsp://u:p@cam/a@b", "rtsp://***@b"],
    ["rtsp://u:p@[::1]:554/a", "rtsp://***@[::1]:554/a"],
    ["http://token@host/", "http://***@host/"],
    ["http://cam/v?user=a&pwd=b;x=1&key=k#t", "http://cam/v?user=a&pwd=***;x=1&key=***#t"],
    ["https://h/?access_token=abc", "https://h/?access_token=***"],
    ["rtsp://a:b@h1/ then rtsp://c:d@h2/", "rtsp://***@h1/ then rtsp://***@h2/"],
  ])("hides %s", (text, masked) => {
    expect(maskCredentials(text)).toBe(masked);
  });

  it.each([
    "rtsp://10.0.0.5:554/live",
    "http://host:8080/sprite@2x.png",
    "http://[::1]:8080/a@b",
    "mail me@example.org",
    "C:\\videos\\a.mp4",
    "",
  ])("leaves %s alone", (text) => {
    expect(maskCredentials(text)).toBe(text);
  });

  it("never lets a password through, and is idempotent", () => {
    const printable = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
    const password = fc
      .string({ unit: fc.constantFrom(...printable), minLength: 8, maxLength: 20 })
      .filter((text) => !/^[0-9/?#]/.test(text));
    fc.assert(
      fc.property(fc.constantFrom("", "/", "/live/1?x=2"), password, (path, secret) => {
        const masked = maskCredentials(`open rtsp://admin:${secret}@camera.local${path} failed`);
        expect(masked).not.toContain(secret);
        expect(masked).toContain("rtsp://***@");
        expect(maskCredentials(masked)).toBe(masked);
      }),
    );
  });
});
