import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BoundedQueue, expected, maskCredentials, systemClock, UsageError } from "../src/index.ts";

async function drain<T>(queue: BoundedQueue<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of queue) items.push(item);
  return items;
}

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

describe("BoundedQueue", () => {
  it("rejects a capacity that is no whole number from 1", () => {
    for (const capacity of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => new BoundedQueue(capacity)).toThrow(UsageError);
    }
  });

  it("keeps the newest items in order and counts each lost one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer()),
        fc.integer({ min: 1, max: 20 }),
        async (items, capacity) => {
          const queue = new BoundedQueue<number>(capacity);
          for (const item of items) expect(queue.push(item)).toBe(true);
          expect(queue.size).toBe(Math.min(items.length, capacity));
          queue.close();
          const kept = await drain(queue);
          expect(kept).toEqual(items.slice(-capacity));
          expect(kept.length + queue.dropped).toBe(items.length);
        },
      ),
    );
  });

  it("wakes a waiting consumer", async () => {
    const queue = new BoundedQueue<number>(4);
    const all = drain(queue);
    for (let i = 0; i < 3; i++) {
      await Promise.resolve();
      queue.push(i);
    }
    queue.close();
    expect(await all).toEqual([0, 1, 2]);
    expect(queue.dropped).toBe(0);
  });

  it("delivers what waits before it fails", async () => {
    const queue = new BoundedQueue<number>(4);
    queue.push(1);
    queue.close(new Error("camera gone"));
    const seen: number[] = [];
    const consume = async (): Promise<void> => {
      for await (const item of queue) seen.push(item);
    };
    await expect(consume()).rejects.toThrow("camera gone");
    expect(seen).toEqual([1]);
  });

  it("takes nothing after its end, nor a second consumer", async () => {
    const queue = new BoundedQueue<number>(4);
    queue.push(1);
    queue.push(2);
    for await (const item of queue) if (item === 1) break;
    expect(queue.push(3)).toBe(false);
    expect(queue.size).toBe(0);
    await expect(drain(queue)).rejects.toThrow("one consumer");
  });
});

describe("systemClock", () => {
  it("tells wall-clock time and never goes back", () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
    const start = systemClock.elapsed();
    expect(systemClock.elapsed()).toBeGreaterThanOrEqual(start);
  });
});
