import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { hostname, networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAssets } from "../src/server/assets.ts";
import { CONTENT_SECURITY_POLICY, foreign, hostName, ownNames } from "../src/server/security.ts";
import { UPLOAD_PREFIX } from "../src/server/upload.ts";
import { type Asked, ask, startServer, type TestServer } from "./support/http-server.ts";
import { type Document, find, objections } from "./support/openapi-check.ts";

let server: TestServer;
let document: Document;
let admin: Record<string, string>;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "symbion-page-"));
  await mkdir(join(folder, "page/assets"), { recursive: true });
  await writeFile(join(folder, "secret.txt"), "not for you");
  await writeFile(join(folder, "page/index.html"), "<!doctype html><title>t</title>");
  await writeFile(join(folder, "page/assets/app-1.js"), "export {};\n".repeat(100));
  await symlink(join(folder, "secret.txt"), join(folder, "page/link.txt"));
  server = await startServer({ assets: await readAssets(join(folder, "page")) });
  document = (await server.json("/api/openapi.json")) as Document;
  const made = await server.auth.createToken("tests", "admin");
  admin = { authorization: `Bearer ${made?.token}` };
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const status = async (path: string, asked?: Asked): Promise<number> =>
  (await server.ask(path, asked)).status;

describe("names", () => {
  test("only the node's own are answered", async () => {
    const { port } = server;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, "LOCALHOST", "[::1]:80"]) {
      expect(await status("/healthz", { headers: { host } }), host).toBe(200);
    }
    for (const host of [
      "attacker.example",
      "127.0.0.1.attacker.example",
      "localhost.attacker.example:80",
      "127.0.0.1@attacker.example",
      "127.0.0.1:80:80",
      "0.0.0.0",
      "192.0.2.1",
      "[::ffff:127.0.0.1]",
      "localhost/",
    ]) {
      expect([400, 421], host).toContain(await status("/healthz", { headers: { host } }));
    }
    expect(await status("/healthz", { headers: { host: "attacker.example" } })).toBe(421);
  });

  test("further ones can be given", () => {
    const names = ownNames("127.0.0.1", ["Camera.Example"]);
    expect(names.has("camera.example")).toBe(true);
    expect(names.has("0.0.0.0")).toBe(false);
    const open = ownNames("0.0.0.0");
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address } of own) expect(open.has(address), address).toBe(true);
    expect(open.has(hostname().toLowerCase())).toBe(true);
    expect(open.has("attacker.example")).toBe(false);
    expect(open.has("192.0.2.1")).toBe(false);
    expect(hostName("camera.example:8480")).toBe("camera.example");
    expect(hostName("[fe80::1]:80")).toBe("fe80::1");
    expect(hostName(undefined)).toBeNull();
  });
});

describe("other sites' pages", () => {
  test("cannot read, and cannot change", async () => {
    const change = { method: "POST", json: { name: "x", role: "viewer" }, headers: {} };
    const csrf = ((await server.json("/api/session")) as { csrf: string }).csrf;
    const own = { "x-symbion-csrf": csrf };
    const cases: [Record<string, string>, number, number][] = [
      [{}, 200, 200],
      [{ "sec-fetch-site": "same-origin" }, 200, 200],
      [{ "sec-fetch-site": "none" }, 200, 403],
      [{ "sec-fetch-site": "cross-site" }, 403, 403],
      [{ "sec-fetch-site": "same-site" }, 403, 403],
      [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }, 403, 403],
      [{ origin: `http://127.0.0.1:${server.port}` }, 200, 200],
      [{ origin: "http://127.0.0.1:1" }, 200, 403],
      [{ origin: "http://attacker.example" }, 200, 403],
      [{ origin: "null" }, 200, 403],
    ];
    for (const [headers, reading, changing] of cases) {
      const what = JSON.stringify(headers);
      expect(await status("/api/tokens", { headers }), what).toBe(reading);
      expect(
        await status("/api/tokens", { ...change, headers: { ...own, ...headers } }),
        what,
      ).toBe(changing);
    }
  });

  test("may link to the page, and to nothing of the interface", () => {
    const following = new Headers({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" });
    expect(foreign({ method: "GET", path: "/", headers: following })).toBeNull();
    expect(foreign({ method: "POST", path: "/", headers: following })).not.toBeNull();
    expect(foreign({ method: "GET", path: "/api/backup", headers: following })).not.toBeNull();
    expect(foreign({ method: "GET", path: "/metrics", headers: following })).not.toBeNull();
  });

  test("are not allowed by any header of an answer", async () => {
    for (const path of ["/", "/api/status", "/api/none", "/assets/app-1.js"]) {
      const { headers } = await server.ask(path, { headers: { origin: "http://a.example" } });
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
      expect(headers["content-security-policy"]).toBe(CONTENT_SECURITY_POLICY);
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["x-frame-options"]).toBe("DENY");
      expect(headers["referrer-policy"]).toBe("no-referrer");
      expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
    }
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/'unsafe|\*|http/);
  });
});

describe("the page's files", () => {
  test("are compressed and cached, and found under their own names only", async () => {
    const index = await server.ask("/");
    expect(index.headers["cache-control"]).toBe("no-cache");
    const etag = index.headers.etag ?? "";
    expect(await status("/", { headers: { "if-none-match": etag } })).toBe(304);
    const script = await server.ask("/assets/app-1.js", { headers: { "accept-encoding": "gzip" } });
    expect(script.headers["cache-control"]).toContain("immutable");
    expect(script.headers["content-encoding"]).toBe("gzip");
    for (const path of [
      "/../secret.txt",
      "/..%2fsecret.txt",
      "/%2e%2e/secret.txt",
      "/assets/..%2f..%2fsecret.txt",
      "/assets/%252e%252e/secret.txt",
      "/..\\secret.txt",
      "/link.txt",
      "//secret.txt",
      "/etc/passwd",
      "/index.html%00.js",
      "/__proto__",
      "/constructor",
    ]) {
      const answered = await server.ask(path);
      expect([400, 404], path).toContain(answered.status);
      expect(String(answered.body)).not.toContain("not for you");
    }
  });

  test("clips are those of the store, whatever the address says", async () => {
    for (const id of [
      "..%2fsecret",
      "%2e%2e",
      "a%2f..%2f..%2fsecret.txt",
      "a%00",
      "x".repeat(300),
    ]) {
      expect([400, 404], id).toContain(await status(`/api/clips/${id}.mp4`));
    }
  });
});

describe("requests that no browser sends", () => {
  const host = "Host: 127.0.0.1\r\n";
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["no Host", "GET /healthz HTTP/1.1\r\n\r\n", /^HTTP\/1\.1 4\d\d /],
    [
      "two Hosts",
      `GET /healthz HTTP/1.1\r\n${host}Host: attacker.example\r\n\r\n`,
      /^HTTP\/1\.1 4\d\d /,
    ],
    [
      "a length and chunks",
      `POST /api/login HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      "two lengths",
      `POST /api/login HTTP/1.1\r\n${host}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      "a chunked that is not quite",
      `POST /api/login HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 [45]\d\d /,
    ],
    [
      "a line of its own in a header",
      `GET /healthz HTTP/1.1\r\n${host}X: a\nY: b\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      "headers without end",
      `GET /healthz HTTP/1.1\r\n${host}X: ${"x".repeat(20_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431 /,
    ],
    [
      "another's address",
      `GET http://attacker.example/healthz HTTP/1.1\r\nHost: attacker.example\r\n\r\n`,
      /^HTTP\/1\.1 4\d\d /,
    ],
    [
      "a tunnel",
      `CONNECT attacker.example:443 HTTP/1.1\r\n${host}\r\n`,
      /^(?:HTTP\/1\.1 4\d\d |$)/,
    ],
    ["no HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", /^HTTP\/1\.1 400 /],
    ["TRACE", `TRACE /healthz HTTP/1.1\r\n${host}\r\n`, /^HTTP\/1\.1 (?:404|405) /],
  ];
  for (const [name, text, answer] of cases) {
    test(name, async () => {
      const got = await raw(text);
      expect(got).toMatch(answer);
      // One answer: nothing was taken for a second request.
      expect(got.match(/HTTP\/1\.1 /g)?.length ?? 0).toBeLessThanOrEqual(1);
    });
  }

  test("connections on which nothing comes do not keep others out", async () => {
    const idle = Array.from({ length: 200 }, () => {
      const socket = createConnection(server.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.write("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
      return socket;
    });
    expect(await status("/healthz")).toBe(200);
    for (const socket of idle) socket.destroy();
  });
});

describe("bodies", () => {
  test("that are too long are refused, also when they do not say how long they are", async () => {
    const headers = {
      ...admin,
      "content-type": "application/json",
      "transfer-encoding": "chunked",
    };
    const long = `"${"x".repeat(2 << 20)}"`;
    const answered = await ask(`${server.url}/api/probe`, {
      method: "POST",
      headers: { ...headers, "content-length": [] as unknown as string },
      body: long,
    });
    expect(answered.status).toBe(413);
  });

  test("may nest, but not without end", async () => {
    const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
    const send = (text: string): Promise<number> =>
      status("/api/rules/x", {
        method: "PUT",
        headers: { ...admin, "content-type": "application/json" },
        body: `{"version":"v1","rule":{"a":${text}}}`,
      });
    expect(await send(deep(20))).toBe(200);
    expect(await send(deep(400_000))).toBe(400);
    expect(await send('{"__proto__":{"polluted":true}}')).toBe(200);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("of uploads leave nothing behind", async () => {
    for (const [body, expected] of [
      [Buffer.alloc(1000), 200],
      [Buffer.alloc((4 << 20) + 1), 413],
      [Buffer.alloc(0), 400],
    ] as const) {
      const headers = { ...admin, "content-type": "application/gzip" };
      const path = "/api/restore?dry-run=1";
      expect(await status(path, { method: "POST", headers, body })).toBe(expected);
    }
    // One that breaks off.
    const socket = createConnection(server.port, "127.0.0.1");
    socket.write(
      `POST /api/restore HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${admin.authorization}\r\nContent-Length: 100000\r\n\r\nonly this`,
    );
    const left = (): string[] =>
      readdirSync(server.folder).filter((name) => name.startsWith(UPLOAD_PREFIX));
    await expect.poll(left).toHaveLength(1);
    socket.destroy();
    await expect.poll(left).toEqual([]);
    expect(server.log.join("\n")).not.toMatch(/server: /);
  });
});

test("what is expensive runs so often at once and no more", async () => {
  const holds = { doctor: Promise.withResolvers<void>(), support: Promise.withResolvers<void>() };
  const other = await startServer({
    parts: {
      doctor: async () => {
        await holds.doctor.promise;
        return [];
      },
      support: async () => ({
        name: "s.tar.gz",
        type: "application/gzip",
        body: new ReadableStream({
          async pull(controller) {
            controller.enqueue(new Uint8Array(10));
            await holds.support.promise;
            controller.close();
          },
        }),
      }),
    },
  });
  try {
    for (const what of ["doctor", "support"] as const) {
      const path = `/api/${what}`;
      const first = other.ask(path);
      const second = other.ask(path);
      expect((await Promise.race([first, second])).status).toBe(503);
      holds[what].resolve();
      const both = [(await first).status, (await second).status];
      expect(both.sort()).toEqual([200, 503]);
      expect((await other.ask(path)).status).toBe(200);
    }
  } finally {
    await other.close();
  }
});

test("a defect is logged, and not shown", async () => {
  const other = await startServer({
    parts: {
      plugins: () => {
        throw new Error("at /home/someone/secret");
      },
    },
  });
  try {
    const answered = await other.ask("/api/plugins");
    expect(answered.status).toBe(500);
    expect(String(answered.body)).not.toContain("secret");
    expect(other.log.join("\n")).toContain("at /home/someone/secret");
  } finally {
    await other.close();
  }
});

describe("anything at all", () => {
  const word = fc.oneof(
    fc.constantFrom(
      ..."api cameras gate stats stream clips insights alerts rules silences events config check probe tokens timeline readings".split(
        " ",
      ),
      "%00",
      "%",
      "%zz",
      "..",
      "",
      "c1.mp4",
      "metrics",
    ),
    fc.string({ maxLength: 12 }).map(encodeURIComponent),
    fc
      .string({ unit: "binary", maxLength: 6 })
      .map((text) => encodeURIComponent(text.toWellFormed())),
  );
  const path = fc.oneof(
    fc.array(word, { maxLength: 5 }).map((words) => `/${words.join("/")}`),
    fc.constantFrom(
      "/api/insights",
      "/api/timeline",
      "/api/readings",
      "/api/clips",
      "/api/alerts",
      "/api/deliveries",
      "/api/cameras",
      "/api/config",
      "/api/probe",
      "/api/tokens",
      "/api/login",
      "/api/alerts/silences",
      "/api/push/subscriptions",
      "/api/cameras/gate/areas",
      "/api/rules/x",
    ),
  );
  const value = fc.oneof(
    fc.nat().map(String),
    fc.constantFrom("", "0", "1e9", "NaN", "-1", "999999999999999999999", "1~a", "~", "gate"),
    fc.string({ maxLength: 10 }),
    fc.double().map(String),
  );
  const query = fc.oneof(
    fc.constant<[string, string][]>([]),
    fc.array(fc.tuple(fc.constantFrom("from", "to", "limit", "source"), value), { maxLength: 2 }),
    fc.array(
      fc.tuple(
        fc.constantFrom("before", "kind", "points", "name", "state", "x", "__proto__"),
        value,
      ),
      { maxLength: 3 },
    ),
  );
  const method = fc.constantFrom(
    "GET",
    "GET",
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "PURGE",
  );
  const body = fc.oneof(
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.string(),
    fc
      .record(
        {
          version: fc.constantFrom("v1", "v0", ""),
          text: fc.string(),
          camera: fc.object({ maxDepth: 2 }),
          areas: fc.array(fc.object({ maxDepth: 2 }), { maxLength: 3 }),
          rule: fc.oneof(fc.object(), fc.constant(null)),
          url: fc.string(),
          minutes: fc.double(),
          password: fc.string(),
          endpoint: fc.webUrl(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  );

  test("gets an answer that the document knows, and never a 500", async () => {
    const counts = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(path, query, method, body, async (where, pairs, verb, text) => {
        const url = pairs.length === 0 ? where : `${where}?${new URLSearchParams(pairs)}`;
        const answered = await server.ask(url, {
          method: verb,
          headers: { ...admin, "content-type": "application/json" },
          ...(verb === "GET" ? {} : { body: text }),
        });
        counts.set(answered.status, (counts.get(answered.status) ?? 0) + 1);
        expect(answered.status, `${verb} ${url} ${text}`).not.toBe(500);
        const found = find(document, verb, new URL(server.url + url).pathname);
        const known = [400, 404, 405].includes(answered.status) || found !== null;
        expect(known, `${verb} ${url}: ${answered.status}`).toBe(true);
        const outside = found === null || found.path === "/" || answered.status === 405;
        if (!outside) expect(objections(document, found, answered)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    // It has come past the door; draws give some 80 and 105.
    expect(counts.get(200) ?? 0).toBeGreaterThan(20);
    expect(counts.get(400) ?? 0).toBeGreaterThan(50);
  });
});

/** What comes back for bytes that no HTTP library would send. */
function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    let got = "";
    const socket = createConnection(server.port, "127.0.0.1", () => {
      socket.write(Buffer.from(text, "latin1"));
      socket.setTimeout(400, () => socket.destroy());
    });
    socket.on("data", (chunk) => {
      got += String(chunk);
    });
    socket.on("close", () => resolve(got));
    socket.on("error", () => resolve(got));
  });
}
