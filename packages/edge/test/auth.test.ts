import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Session } from "@symbion/core";
import { afterEach, describe, expect, test } from "vitest";
import { Auth, MAX_TOKENS, SESSION_LIFETIME } from "../src/server/auth.ts";
import { Buckets, clientOf, FREE_ATTEMPTS, LIMITS, LoginThrottle } from "../src/server/limits.ts";
import { generatePassword, hashPassword, isPassword } from "../src/server/passwords.ts";
import { ROUTES } from "../src/server/routes/index.ts";
import {
  type Answered,
  type Asked,
  type ServerOptions,
  startServer,
  type TestServer,
} from "./support/http-server.ts";
import { type Document, find, objections } from "./support/openapi-check.ts";

/** Of nodes that have one from the start. */
const password = "a password for tests";

const running: TestServer[] = [];
const folders: string[] = [];

async function start(options: ServerOptions = {}): Promise<TestServer> {
  const server = await startServer(options);
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "symbion-auth-"));
  folders.push(folder);
  return folder;
}

async function stop(server: TestServer): Promise<void> {
  running.splice(running.indexOf(server), 1);
  await server.close();
}

/** The cookie that an answer sets, `name=value`. */
function cookieOf({ headers }: Answered): string {
  return (headers["set-cookie"]?.[0] ?? "").replace(/;.*$/, "");
}

async function login(server: TestServer, password: string): Promise<Record<string, string>> {
  const answered = await server.ask("/api/login", { method: "POST", json: { password } });
  expect(answered.status, String(answered.body)).toBe(200);
  const { csrf } = JSON.parse(String(answered.body)) as Session;
  return { cookie: cookieOf(answered), "x-symbion-csrf": csrf ?? "" };
}

async function token(server: TestServer, role: "viewer" | "admin"): Promise<string> {
  const made = await server.auth.createToken(`a ${role}`, role);
  if (made === null) throw new Error("no token");
  return made.token;
}

const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });

describe("who may do what", () => {
  test("every route, for everybody", async () => {
    let now = Date.now();
    const server = await start({ loopback: false, password, now: () => now });
    const expired = await login(server, password);
    now += SESSION_LIFETIME + 1;
    const ended = await token(server, "admin");
    for (const { id } of server.auth.tokens()) await server.auth.deleteToken(id);
    const viewer = await token(server, "viewer");
    const admin = await token(server, "admin");
    const visitors: Record<string, { headers: Record<string, string>; rank: number }> = {
      nobody: { headers: {}, rank: 0 },
      "a wrong token": { headers: bearer(`sym_${"x".repeat(43)}`), rank: 0 },
      "another scheme": { headers: { authorization: "Basic YWRtaW46YWRtaW4=" }, rank: 0 },
      "a token that was ended": { headers: bearer(ended), rank: 0 },
      "an expired session": { headers: expired, rank: 0 },
      "a made-up session": { headers: { cookie: `${server.auth.cookie}=nonsense` }, rank: 0 },
      "a viewer's token": { headers: bearer(viewer), rank: 1 },
      "a viewer's session": { headers: await login(server, viewer), rank: 1 },
      "an admin's token": { headers: bearer(admin), rank: 2 },
      "an admin's session": { headers: await login(server, password), rank: 2 },
    };
    const needs = { public: 0, viewer: 1, admin: 2 };
    const document = (await server.json("/api/openapi.json")) as Document;
    let checks = 0;
    for (const route of ROUTES) {
      // These end what the next one needs.
      if (route.path === "/api/logout") continue;
      for (const [who, { headers, rank }] of Object.entries(visitors)) {
        const path = route.path.replaceAll("{id}", "nothing-has-this-id");
        const method = route.method.toUpperCase();
        const answered = await server.ask(path, { method, headers });
        const { status } = answered;
        const found = find(document, method, path);
        expect(found === null ? ["no route"] : objections(document, found, answered)).toEqual([]);
        const need = needs[route.role];
        const where = `${route.method} ${route.path} by ${who}`;
        if (rank >= need) expect([401, 403], where).not.toContain(status);
        else expect(status, where).toBe(rank === 0 ? 401 : 403);
        checks++;
      }
    }
    expect(checks).toBe((ROUTES.length - 1) * 10);
  });

  test("changes need the CSRF token, those of programs do not", async () => {
    const server = await start({ loopback: false, password });
    const { cookie = "", ...right } = await login(server, password);
    const program = bearer(await token(server, "admin"));
    const other = await login(server, password);
    for (const route of ROUTES) {
      if (route.method === "get" || route.role === "public") continue;
      const path = route.path.replaceAll("{id}", "nothing-has-this-id");
      const send = async (headers: Record<string, string>): Promise<number> =>
        (await server.ask(path, { method: route.method.toUpperCase(), headers })).status;
      const where = `${route.method} ${route.path}`;
      expect(await send({ cookie }), where).toBe(403);
      expect(await send({ cookie, "x-symbion-csrf": "" }), where).toBe(403);
      expect(await send({ cookie, "x-symbion-csrf": other["x-symbion-csrf"] ?? "" }), where).toBe(
        403,
      );
      expect(await send({ cookie, ...right }), where).not.toBe(403);
      expect(await send(program), where).not.toBe(403);
    }
  });

  test("on loopback everybody who is really there is admin, until there is a password", async () => {
    const server = await start();
    expect(server.announced).toEqual([]);
    const session = (await server.json("/api/session")) as Session;
    expect(session).toMatchObject({ role: "admin", via: "loopback" });
    expect((await server.ask("/api/tokens")).status).toBe(200);
    const change = { method: "POST", json: { name: "x", role: "viewer" } };
    expect((await server.ask("/api/tokens", change)).status).toBe(403);
    const headers = { "x-symbion-csrf": session.csrf ?? "" };
    expect((await server.ask("/api/tokens", { ...change, headers })).status).toBe(200);

    const set = await server.ask("/api/password", {
      method: "PUT",
      headers,
      json: { password: "correct horse" },
    });
    expect(set.status).toBe(200);
    expect((await server.ask("/api/tokens")).status).toBe(401);
    expect(await server.json("/api/session")).toEqual({ role: null, via: null, csrf: null });
    // Whoever set it is not locked out.
    expect((await server.ask("/api/tokens", { headers: { cookie: cookieOf(set) } })).status).toBe(
      200,
    );
    expect((await server.ask("/api/tokens", { headers })).status).toBe(401);
    await login(server, "correct horse");
  });

  test("what came through a proxy is not this machine", async () => {
    const server = await start();
    for (const name of ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "CF-Connecting-IP"]) {
      const headers = { [name]: "127.0.0.1" };
      const answered = await server.ask("/api/status", { headers });
      expect(answered.status, name).toBe(401);
      expect(String(answered.body)).toContain("through a proxy");
      const session = (await server.json("/api/session", { headers })) as Session;
      expect(session.role).toBeNull();
    }
    // nginx in front of a node speaks HTTP/1.0 and adds nothing, unless told otherwise.
    const old = await raw(server, "GET /api/status HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
    expect(old).toMatch(/^HTTP\/1\.1 401 /);
    // With a token it does not matter where a request comes from.
    const headers = { ...bearer(await token(server, "viewer")), "X-Forwarded-For": "192.0.2.1" };
    expect((await server.ask("/api/status", { headers })).status).toBe(200);
  });

  test("a wrong token is nobody, even where everybody is let in", async () => {
    const server = await start();
    expect((await server.ask("/api/status", { headers: bearer("sym_wrong") })).status).toBe(401);
    expect((await server.ask("/api/status")).status).toBe(200);
  });
});

describe("passwords", () => {
  test("off loopback one is drawn once, told once, and only its hash is stored", async () => {
    const folder = makeFolder();
    const first = await start({ folder, loopback: false });
    const [password = ""] = first.announced;
    expect(password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    expect((await first.ask("/api/status")).status).toBe(401);
    const headers = await login(first, password);
    expect(JSON.stringify(await first.store.state("auth"))).not.toContain(password);
    expect(first.log.join("\n")).not.toContain(password);
    await stop(first);

    const second = await start({ folder, loopback: false });
    expect(second.announced).toEqual([]);
    expect((await second.ask("/api/tokens", { headers })).status).toBe(200);
    await login(second, password);
  });

  test("stored state that cannot be read lets nobody in", async () => {
    const folder = makeFolder();
    const first = await start({ folder });
    await first.store.putState("auth", { version: 1, secret: 7 });
    await stop(first);
    const second = await start({ folder });
    expect(second.announced).toHaveLength(1);
    expect((await second.ask("/api/status")).status).toBe(401);
    await login(second, second.announced[0] ?? "");
  });

  test("hashes differ, verify, and do not care how an accent was typed", async () => {
    const one = await hashPassword("caf\u00e9 au lait");
    const two = await hashPassword("caf\u00e9 au lait");
    expect(one.hash).not.toBe(two.hash);
    expect(await isPassword("cafe\u0301 au lait", one)).toBe(true);
    expect(await isPassword("cafe au lait", one)).toBe(false);
    expect(new Set(Array.from({ length: 100 }, generatePassword)).size).toBe(100);
  });

  test("a new password ends the sessions of the old one, and not those of tokens", async () => {
    const server = await start({ loopback: false, password });
    const mine = await login(server, password);
    const other = await login(server, password);
    const program = await login(server, await token(server, "viewer"));
    const short = { method: "PUT", headers: mine, json: { password: "short" } };
    const refused = await server.ask("/api/password", short);
    expect(refused.status).toBe(400);
    expect(String(refused.body)).not.toContain("short\\");
    const change = { ...short, json: { password: "long enough" } };
    expect((await server.ask("/api/password", change)).status).toBe(200);
    expect((await server.ask("/api/status", { headers: mine })).status).toBe(200);
    expect((await server.ask("/api/status", { headers: other })).status).toBe(401);
    expect((await server.ask("/api/status", { headers: program })).status).toBe(200);
    const again = await server.ask("/api/login", { method: "POST", json: { password } });
    expect(again.status).toBe(401);
    await login(server, "long enough");
  });

  test("a password that cannot be stored does not hold", async () => {
    const server = await start();
    const failing = await Auth.open({
      store: {
        state: (key) => server.store.state(key),
        putState: () => Promise.reject(new Error("the disk is full")),
      },
      loopback: true,
      log: () => {},
      announce: () => {},
    });
    await expect(failing.setPassword("long enough", null)).rejects.toThrow("full");
    expect(failing.open).toBe(true);
  });
});

describe("sessions", () => {
  test("the cookie is out of reach for scripts and other sites, and the node's own", async () => {
    const one = await start({ loopback: false, password });
    const two = await start({ loopback: false, password });
    const sign = (server: TestServer, headers = {}): Promise<Answered> =>
      server.ask("/api/login", {
        method: "POST",
        headers,
        json: { password },
      });
    const answered = await sign(one);
    const cookie = answered.headers["set-cookie"]?.[0] ?? "";
    for (const part of ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"]) {
      expect(cookie).toContain(part);
    }
    expect(cookie).not.toContain("Secure");
    expect(cookieOf(answered).split("=")[0]).not.toBe(cookieOf(await sign(two)).split("=")[0]);
    const secret = cookieOf(answered).split("=")[1] ?? "";
    expect(secret.length).toBeGreaterThanOrEqual(43);
    expect(JSON.stringify(await one.store.state("auth"))).not.toContain(secret);
    const host = `127.0.0.1:${one.port}`;
    const secure = await sign(one, { origin: `https://${host}` });
    expect(secure.headers["set-cookie"]?.[0]).toContain("Secure");
  });

  test("one that is used goes on, one that is not ends", async () => {
    let now = Date.now();
    const server = await start({ loopback: false, password, now: () => now });
    const headers = await login(server, password);
    for (let day = 0; day < 60; day += 20) {
      now += 20 * 86_400_000;
      const answered = await server.ask("/api/status", { headers });
      expect(answered.status).toBe(200);
      // The browser is told to keep it as long again.
      expect(cookieOf(answered)).toBe(headers.cookie);
      const soon = await server.ask("/api/status", { headers });
      expect(soon.headers["set-cookie"]).toBeUndefined();
    }
    now += SESSION_LIFETIME + 1;
    const answered = await server.ask("/api/status", { headers });
    expect(answered.status).toBe(401);
    expect(String(answered.body)).toContain("sign in again");
  });

  test("signing out ends it, also after a restart", async () => {
    const folder = makeFolder();
    const first = await start({ folder, loopback: false, password });
    const headers = await login(first, password);
    const out = await first.ask("/api/logout", { method: "POST", headers });
    expect(out.status).toBe(200);
    expect(out.headers["set-cookie"]?.[0]).toContain("Max-Age=0");
    expect((await first.ask("/api/status", { headers })).status).toBe(401);
    await stop(first);
    const second = await start({ folder, loopback: false });
    expect((await second.ask("/api/status", { headers })).status).toBe(401);
  });

  test("there are not more and more of them", async () => {
    const server = await start({ loopback: false, password });
    const secret = await token(server, "viewer");
    const first = await login(server, secret);
    for (let i = 0; i < 300; i++) {
      await server.auth.login(secret, server.auth.identify(unknown));
    }
    const state = (await server.store.state("auth")) as { sessions: unknown[] };
    expect(state.sessions.length).toBe(256);
    expect((await server.ask("/api/status", { headers: first })).status).toBe(401);
  });

  test("ending a token ends its sessions and what they watch", async () => {
    const server = await start({ loopback: false, password });
    const made = await server.auth.createToken("phone", "viewer");
    if (made === null) throw new Error("no token");
    const session = await login(server, made.token);
    const watching = [bearer(made.token), session].map((headers) => listen(server, headers));
    await expect.poll(() => server.live.readers).toBe(2);
    expect(await server.auth.deleteToken(made.info.id)).toBe(true);
    await Promise.all(watching);
    expect(server.live.readers).toBe(0);
    expect((await server.ask("/api/status", { headers: session })).status).toBe(401);
  });
});

describe("tokens", () => {
  test("are shown once, stored as digests, and told when they were used", async () => {
    const server = await start();
    const made = await server.auth.createToken("Prometheus", "viewer");
    expect(made?.token).toMatch(/^sym_[A-Za-z0-9_-]{43}$/);
    const secret = made?.token ?? "";
    expect(JSON.stringify(await server.store.state("auth"))).not.toContain(secret.slice(4));
    expect(await server.json("/api/tokens")).toEqual([made?.info]);
    expect((await server.ask("/metrics", { headers: bearer(secret) })).status).toBe(200);
    expect(server.auth.tokens()[0]?.usedAt).toBeGreaterThan(0);
    expect((await server.ask("/api/backup", { headers: bearer(secret) })).status).toBe(403);
  });

  test("exist when they are stored, also when several are made at once", async () => {
    const server = await start();
    let full = false;
    const auth = await Auth.open({
      store: {
        state: (key) => server.store.state(key),
        putState: async (key, value) => {
          await server.store.putState(key, value);
          if (full) throw new Error("the disk is full");
        },
      },
      loopback: true,
      log: () => {},
      announce: () => {},
    });
    const make = (count: number): Promise<PromiseSettledResult<unknown>[]> =>
      Promise.allSettled(
        Array.from({ length: count }, (_, i) => auth.createToken(`${i}`, "viewer")),
      );
    expect((await make(3)).map(({ status }) => status)).toEqual(Array(3).fill("fulfilled"));
    full = true;
    expect((await make(3)).map(({ status }) => status)).toEqual(Array(3).fill("rejected"));
    expect(auth.tokens()).toHaveLength(3);
  });

  test("there are at most so many", async () => {
    const server = await start();
    for (let i = 0; i < MAX_TOKENS; i++) await token(server, "viewer");
    const { csrf } = (await server.json("/api/session")) as Session;
    const answered = await server.ask("/api/tokens", {
      method: "POST",
      headers: { "x-symbion-csrf": csrf ?? "" },
      json: { name: "one more", role: "viewer" },
    });
    expect(answered.status).toBe(409);
  });
});

describe("guessing", () => {
  test("becomes slower with every wrong password, and right ones wait as well", async () => {
    let now = Date.now();
    const server = await start({ loopback: false, password, now: () => now });
    const attempt = (text: string): Promise<Answered> =>
      server.ask("/api/login", { method: "POST", json: { password: text } });
    for (let i = 0; i < FREE_ATTEMPTS; i++) expect((await attempt("wrong")).status).toBe(401);
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      const answered = await attempt(password);
      expect(answered.status).toBe(429);
      waits.push(Number(answered.headers["retry-after"]));
      now += Number(answered.headers["retry-after"]) * 1000;
      expect((await attempt("wrong")).status).toBe(401);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32]);
    now += 64_000;
    expect((await attempt(password)).status).toBe(200);
    expect((await attempt("wrong")).status).toBe(401);
    expect((await attempt("wrong")).status).toBe(401);
  });

  test("many at once are no way around", async () => {
    const server = await start({ loopback: false, password });
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        server.ask("/api/login", { method: "POST", json: { password: "wrong" } }),
      ),
    );
    const looked = answers.filter(({ status }) => status === 401);
    expect(looked).toHaveLength(FREE_ATTEMPTS);
  });

  test("from many addresses is bounded together, and locks nobody out who sits at the node", () => {
    let now = 0;
    const throttle = new LoginThrottle(() => now);
    let looked = 0;
    for (let i = 0; i < 10_000; i++) if (throttle.begin(`192.0.2.${i}`, false) === 0) looked++;
    expect(looked).toBe(60);
    expect(throttle.begin("127.0.0.1", true)).toBe(0);
    now += 2000;
    expect(throttle.begin("198.51.100.1", false)).toBe(0);
    expect(throttle.begin("198.51.100.2", false)).toBe(2);
    // The longest wait is bounded, and what is long ago is forgotten.
    let wait = 0;
    for (let i = 0; i < 40; i++) {
      wait = throttle.begin("127.0.0.1", true);
      now += wait * 1000;
    }
    for (let i = 0; i < 40 && wait < 900; i++) {
      wait = throttle.begin("127.0.0.1", true);
      now += wait * 1000;
    }
    expect(wait).toBe(900);
    now += 3_600_001;
    expect(throttle.begin("127.0.0.1", true)).toBe(0);
  });
});

describe("limits", () => {
  test("fill up with time, whoever's clock it is", () => {
    let now = 1000;
    const buckets = new Buckets(() => now);
    const limit = { perSecond: 10, burst: 5 };
    const pass = (): number => buckets.take("a", limit);
    expect(Array.from({ length: 6 }, pass)).toEqual([0, 0, 0, 0, 0, 1]);
    expect(buckets.take("b", limit)).toBe(0);
    now += 200;
    expect([pass(), pass(), pass()]).toEqual([0, 0, 1]);
    // A clock that jumps back gives nothing away and takes nothing for good.
    now -= 1_000_000;
    expect(pass()).toBe(1);
    now += 100;
    expect(pass()).toBe(0);
    // Slow ones say how long to wait.
    expect(Array.from({ length: 7 }, () => buckets.take("c", LIMITS.heavy)).at(-1)).toBe(10);
  });

  test("count an IPv6 network as one client", () => {
    expect(clientOf("2001:db8:1:2:3:4:5:6")).toBe(clientOf("2001:db8:1:2::1"));
    expect(clientOf("2001:db8:1:2::1")).not.toBe(clientOf("2001:db8:1:3::1"));
    expect(clientOf("fe80::1%eth0")).toBe(clientOf("fe80::2"));
    expect(clientOf("::ffff:192.0.2.1")).toBe("192.0.2.1");
    expect(clientOf("192.0.2.1")).not.toBe(clientOf("192.0.2.2"));
    expect(clientOf("")).toBe("");
  });

  test("hold for everybody by role and cost, and are generous on this machine", async () => {
    let now = Date.now();
    const server = await start({ now: () => now });
    const far = {
      headers: { ...bearer(await token(server, "viewer")), "x-forwarded-for": "192.0.2.1" },
    } satisfies Asked;
    const statuses = async (count: number, path: string, asked: Asked): Promise<Set<number>> => {
      const found = new Set<number>();
      for (let i = 0; i < count; i++) found.add((await server.ask(path, asked)).status);
      return found;
    };
    expect(await statuses(LIMITS.light.burst, "/api/cameras", far)).toEqual(new Set([200]));
    const refused = await server.ask("/api/cameras", far);
    expect(refused.status).toBe(429);
    expect(refused.headers["retry-after"]).toBe("1");
    // Another client from the same address, and another kind of request, are not affected.
    const other = { ...bearer(await token(server, "viewer")), "x-forwarded-for": "192.0.2.1" };
    expect((await server.ask("/api/cameras", { headers: other })).status).toBe(200);
    now += 100;
    expect(await statuses(5, "/api/cameras", far)).toEqual(new Set([200]));
    expect((await server.ask("/api/cameras", far)).status).toBe(429);
    expect(await statuses(LIMITS.light.burst * 2, "/api/cameras", {})).toEqual(new Set([200]));

    const admin = {
      headers: { ...bearer(await token(server, "admin")), "x-forwarded-for": "192.0.2.1" },
    };
    expect(await statuses(LIMITS.heavy.burst, "/api/doctor", admin)).toEqual(new Set([200]));
    expect((await server.ask("/api/doctor", admin)).status).toBe(429);
    expect((await server.ask("/api/tokens", admin)).status).toBe(200);
    expect(await statuses(LIMITS.heavy.burst * 3, "/api/doctor", {})).toEqual(new Set([200]));
  });
});

describe("from the command line", () => {
  const cli = fileURLToPath(new URL("../bin/symbion.js", import.meta.url));
  const symbion = async (
    folder: string,
    args: readonly string[],
    input = "",
  ): Promise<{ code: number; out: string; err: string }> => {
    const child = spawn(process.execPath, [cli, ...args], { cwd: folder });
    child.stdin.end(input);
    const text = async (stream: Readable): Promise<string> =>
      String(Buffer.concat(await stream.toArray()));
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit") as Promise<[number]>,
    ]);
    return { code, out, err };
  };

  test("a password and tokens can be set while the node is stopped, and not while it runs", async () => {
    const folder = makeFolder();
    expect(await symbion(folder, ["password"], "from the pipe\n")).toMatchObject({ code: 0 });
    const short = await symbion(folder, ["password"], "short\n");
    expect(short.code).toBe(2);
    expect(short.err).toBe("symbion: password: expected 8 to 256 characters, got 5\n");
    const made = await symbion(folder, ["token", "add", "Prometheus", "--json"]);
    const { token, info } = JSON.parse(made.out) as { token: string; info: { id: string } };
    const [data = ""] = readdirSync(folder);
    const server = await start({ folder: join(folder, data), loopback: true });
    expect((await server.ask("/api/status")).status).toBe(401);
    await login(server, "from the pipe");
    expect(server.auth.tokens()).toEqual([info]);
    expect((await server.ask("/metrics", { headers: bearer(token) })).status).toBe(200);
    const busy = await symbion(folder, ["token", "list"]);
    expect(busy.code).toBe(2);
    expect(busy.err).toMatch(/^symbion: .*\n$/);
  });

  test("the document is the one that a node serves", async () => {
    const printed = await symbion(makeFolder(), ["openapi", "--json"]);
    expect(printed.code).toBe(0);
    const server = await start();
    const served = (await server.json("/api/openapi.json")) as { info: { version: string } };
    const document = JSON.parse(printed.out) as { info: { version: string } };
    served.info.version = document.info.version;
    expect(document).toEqual(served);
  });
});

/** A client that nothing is known of. */
const unknown = {
  authorization: undefined,
  cookie: undefined,
  address: "127.0.0.1",
  forwarded: false,
};

/** Listens to events until the server ends it. */
function listen(server: TestServer, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${server.url}/api/events`, { headers, agent: false }, (response) => {
      response.resume();
      response.on("end", resolve);
      response.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** What comes back for bytes that no HTTP library would send. */
function raw(server: TestServer, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = "";
    const socket = createConnection(server.port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk) => {
      got += String(chunk);
    });
    socket.on("close", () => resolve(got));
    socket.on("error", reject);
    socket.setTimeout(5000, () => socket.destroy());
  });
}
