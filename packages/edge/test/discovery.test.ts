import { createServer, type Server } from "node:http";
import fc from "fast-check";
import makeMdns from "multicast-dns";
import { afterEach, describe, expect, test } from "vitest";
import { cleanText, isLocalAddress } from "../src/discovery/addresses.ts";
import { discover, makerOf, onvifStreams, suggestUrls } from "../src/discovery/index.ts";
import { Records } from "../src/discovery/mdns.ts";
import { parseProbeMatches } from "../src/discovery/ws-discovery.ts";
import { parseXml, textAt } from "../src/discovery/xml.ts";
import {
  ACCOUNT,
  type CameraBehaviour,
  probeMatches,
  startOnvifCamera,
  type TestCamera,
} from "./support/onvif-camera.ts";

/** Not 5353: what else this machine announces is none of the tests' business. */
const port = 40_000 + (process.pid % 20_000);

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function camera(behaviour?: CameraBehaviour): Promise<TestCamera> {
  const one = await startOnvifCamera(behaviour);
  closing.push(() => one.close());
  return one;
}

/** Discovery of these cameras alone; so short that a busy machine may need a second try: see `expect.poll`. */
const only = (...cameras: TestCamera[]) => ({
  interfaces: [],
  targets: cameras.map(({ udp }) => udp),
  timeoutMs: 400,
});

const streams = [
  "rtsp://127.0.0.1:554/Streaming/main?transportmode=unicast&profile=1",
  "rtsp://127.0.0.1:554/Streaming/sub?transportmode=unicast&profile=1",
  "rtsp://127.0.0.1:554/Streaming/main%265?transportmode=unicast&profile=1",
];

describe("ONVIF", () => {
  test("a camera that answers is asked for its streams: H.264 and large first", async () => {
    const one = await camera();
    await expect
      .poll(() => discover(only(one)))
      .toEqual([
        {
          name: "HIKVISION DS-2CD2042WD-I",
          address: "127.0.0.1",
          via: "onvif",
          detail: "HIKVISION DS-2CD2042WD-I",
          urls: streams,
          needsCredentials: false,
          xaddr: one.xaddr,
        },
      ]);
  });

  test("over multicast on an interface", async (context) => {
    const one = await camera({ multicast: true }).catch((error: Error) => error);
    if (one instanceof Error) {
      context.skip(`needs UDP port 3702 and multicast: ${one.message}`);
      return;
    }
    await expect
      .poll(() => discover({ interfaces: ["127.0.0.1"], timeoutMs: 600, mdnsPort: port }))
      .toMatchObject([{ urls: streams }]);
  });

  test("one that wants a password is listed with guesses, and with a password with its streams", async () => {
    const one = await camera({ auth: "token", clockAheadMs: -3_600_000 });
    await expect
      .poll(() => discover(only(one)))
      .toMatchObject([{ needsCredentials: true, urls: suggestUrls("127.0.0.1", "hikvision") }]);
    await expect
      .poll(() => discover({ ...only(one), credentials: ACCOUNT }))
      .toMatchObject([{ needsCredentials: false, urls: streams }]);
    expect(one.seen.join("\n")).not.toContain(ACCOUNT.password);
    expect(one.seen.join("\n")).not.toContain(Buffer.from(ACCOUNT.password).toString("base64"));
  });

  test.each(["token", "http-digest"] as const)("credentials: %s", async (auth) => {
    const one = await camera({ auth, clockAheadMs: 90_000 });
    const none = await onvifStreams(one.xaddr);
    expect(none).toMatchObject({ ok: false, unauthorized: true });
    one.calls.length = 0;
    const wrong = await onvifStreams(one.xaddr, { ...ACCOUNT, password: "guess" });
    expect(wrong).toMatchObject({ ok: false, unauthorized: true });
    // Once with the token, and once more where HTTP asks for a digest: no account is locked by that.
    const tries = one.calls.filter((call) => call !== "GetSystemDateAndTime");
    expect(tries.length).toBeLessThanOrEqual(2);
    const right = await onvifStreams(one.xaddr, ACCOUNT);
    expect(right).toMatchObject({ ok: true, maker: "HIKVISION" });
    expect(right.ok && right.streams.map(({ url }) => url)).toEqual(streams);
    expect(right.ok && right.streams[0]).toMatchObject({ width: 1920, height: 1080, fps: 25 });
    expect(one.seen.join("\n")).not.toContain(ACCOUNT.password);
  });

  test("strangers' answers: redirects, endless bodies, other protocols, silence", async () => {
    let reached = 0;
    const other: Server = createServer((_, response) => {
      reached++;
      response.end();
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    closing.push(() => other.close());
    const address = other.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const answers: CameraBehaviour["answer"][] = [
      (_, response) =>
        response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end("moved"),
      (_, response) => {
        response.writeHead(200);
        const more = (): boolean => !response.destroyed && response.write("x".repeat(65_536));
        response.on("drain", more);
        while (more());
      },
      (request) => request.socket.end("SSH-2.0-OpenSSH\r\n"),
      (_, response) => response.writeHead(200).end("<html><body>hello</body></html>"),
      (_, response) => response.writeHead(200).end(""),
    ];
    for (const answer of answers) {
      const one = await camera({ ...(answer === undefined ? {} : { answer }) });
      const told = await onvifStreams(one.xaddr, ACCOUNT);
      expect(told).toMatchObject({ ok: false, unauthorized: false });
      expect(JSON.stringify(told)).not.toContain("secret");
    }
    expect(reached).toBe(0);
    const silent = await camera({ answer: () => undefined });
    expect(await onvifStreams(silent.xaddr, null, { timeoutMs: 150 })).toMatchObject({ ok: false });
    await expect
      .poll(() => discover(only(silent)))
      .toMatchObject([{ via: "onvif", urls: suggestUrls("127.0.0.1", "hikvision") }]);
  });

  test("no address outside of the local network is asked", async () => {
    for (const address of [
      "http://198.51.100.1/onvif/device_service",
      "http://localhost/onvif",
      "http://camera.example/onvif",
      "http://[2001:db8::1]/",
      "ftp://127.0.0.1/",
      "file:///etc/passwd",
      "",
    ]) {
      expect(await onvifStreams(address)).toEqual({
        ok: false,
        unauthorized: false,
        reason: "expected an http address of the local network",
      });
    }
  });

  test("answers to another question, and rubbish, find nobody", async () => {
    const packets = [
      () => probeMatches("urn:uuid:another", "http://127.0.0.1/"),
      () => Buffer.alloc(60_000, "<a>"),
      () => Buffer.from([0xff, 0xfe, 0x00]),
      (id: string) => `<!DOCTYPE a [<!ENTITY b "c">]>${probeMatches(id, "http://127.0.0.1/&b;")}`,
    ];
    const cameras = await Promise.all(packets.map((packet) => camera({ packet })));
    expect(await discover(only(...cameras))).toEqual([]);
  });

  test("unknown options and times out of range are refused; an abort ends it", async () => {
    await expect(discover({ timeout: 1 } as object)).rejects.toThrow('got option "timeout"');
    await expect(discover({ timeoutMs: 1 })).rejects.toThrow("expected 200 to 60000, got 1");
    await expect(onvifStreams("10.0.0.1", null, { time: 1 } as object)).rejects.toThrow('"time"');
    const abort = new AbortController();
    const running = discover({ interfaces: [], timeoutMs: 60_000, signal: abort.signal });
    abort.abort();
    expect(await running).toEqual([]);
  });
});

describe("mDNS", () => {
  test("RTSP services with their paths, and web pages of cameras; other things stay out", async () => {
    const responder = makeMdns({ interface: "127.0.0.1", bind: "0.0.0.0", port });
    closing.push(() => new Promise<void>((resolve) => responder.destroy(resolve)));
    const failed = await new Promise<Error | null>((resolve) => {
      responder.on("ready", () => resolve(null));
      responder.on("error", resolve);
    });
    expect(failed).toBeNull();
    const records: Record<string, object[]> = {
      "PTR _rtsp._tcp.local": [
        { name: "_rtsp._tcp.local", type: "PTR", data: "Front door._rtsp._tcp.local" },
      ],
      "PTR _http._tcp.local": [
        { name: "_http._tcp.local", type: "PTR", data: "AXIS M3045-V._http._tcp.local" },
        { name: "_http._tcp.local", type: "PTR", data: "Laser Printer._http._tcp.local" },
      ],
      "SRV front door._rtsp._tcp.local": [
        {
          name: "Front door._rtsp._tcp.local",
          type: "SRV",
          data: { target: "Door.local", port: 8554 },
        },
      ],
      "TXT front door._rtsp._tcp.local": [
        {
          name: "Front door._rtsp._tcp.local",
          type: "TXT",
          data: ["path=/live/main", "model=Bell 2", "evil=\u202ex"],
        },
      ],
      "A door.local": [{ name: "door.local", type: "A", data: "192.168.7.5" }],
      "SRV axis m3045-v._http._tcp.local": [
        {
          name: "axis m3045-v._http._tcp.local",
          type: "SRV",
          data: { target: "axis-1.local", port: 80 },
        },
      ],
      // Not an address of the local network: what answered counts.
      "A axis-1.local": [{ name: "axis-1.local", type: "A", data: "8.8.8.8" }],
    };
    responder.on("query", (query: { questions: { name: string; type: string }[] }) => {
      for (const { name, type } of query.questions) {
        const answers = records[`${type} ${name.toLowerCase()}`];
        if (answers !== undefined) responder.respond({ answers } as never);
      }
    });
    const look = () => discover({ interfaces: ["127.0.0.1"], timeoutMs: 600, mdnsPort: port });
    await expect.poll(look).toEqual([
      {
        name: "AXIS M3045-V",
        address: "127.0.0.1",
        via: "mdns",
        urls: suggestUrls("127.0.0.1", "axis"),
        detail: "",
        xaddr: null,
        needsCredentials: false,
      },
      {
        name: "Front door",
        address: "192.168.7.5",
        via: "mdns",
        urls: ["rtsp://192.168.7.5:8554/live/main", ...suggestUrls("192.168.7.5", "generic")],
        detail: "Bell 2",
        xaddr: null,
        needsCredentials: false,
      },
    ]);
  });

  test("an interface that does not exist is left out", async () => {
    expect(
      await discover({ interfaces: ["192.0.2.77"], timeoutMs: 300, mdnsPort: port + 1 }),
    ).toEqual([]);
  });
});

describe("foreign packets never throw", () => {
  const pieces = fc.constantFrom(
    ...probeMatches("id", "http://192.168.1.2/onvif/device_service").split(/(?=<)/),
    "<!DOCTYPE a [",
    "&#0;",
    "&amp;",
    "&lt",
    "__proto__",
    "<constructor/>",
    "<![CDATA[",
    "]]>",
    "<a>".repeat(50),
    "%E0%A4%A",
  );

  test("WS-Discovery", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 300 }),
          fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join("")),
        ),
        (text) => {
          for (const match of parseProbeMatches(text, "id")) {
            expect(match.xaddrs.length).toBeLessThanOrEqual(32);
            expect(match.name.length).toBeLessThanOrEqual(80);
            expect(match.name).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          }
        },
      ),
      { numRuns: 2000 },
    );
    const whole = probeMatches("id", "http://192.168.1.2/onvif/device_service");
    expect(parseProbeMatches(whole, "id")).toHaveLength(1);
    for (let end = 0; end < whole.length; end += 7) parseProbeMatches(whole.slice(0, end), "id");
  });

  test("mDNS records of any shape", () => {
    const name = fc.constantFrom("_rtsp._tcp.local", "x._rtsp._tcp.local", "x.local", "__proto__");
    const record = fc.record({
      name: fc.oneof(name, fc.anything()),
      type: fc.oneof(fc.constantFrom("PTR", "SRV", "TXT", "A"), fc.anything()),
      data: fc.oneof(
        name,
        fc.record({ target: fc.oneof(name, fc.anything()), port: fc.anything() }),
        fc.array(fc.string({ unit: "binary" })),
        fc.anything(),
      ),
    });
    const packet = fc.oneof(
      fc.record({ answers: fc.array(record), additionals: fc.anything() }),
      fc.anything(),
    );
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 5 }), (packets) => {
        const records = new Records();
        for (const one of packets) records.add(one, "10.0.0.1");
        for (const { url } of records.devices()) {
          if (url !== null) expect(URL.canParse(url)).toBe(true);
        }
      }),
    );
  });

  test("the number of records and questions is bounded", () => {
    const records = new Records();
    let questions = 0;
    for (let packet = 0; packet < 50; packet++) {
      const answers = Array.from({ length: 200 }, (_, i) => ({
        name: "_rtsp._tcp.local",
        type: "PTR",
        data: `camera ${packet}-${i}._rtsp._tcp.local`,
      }));
      questions += records.add({ answers }, "10.0.0.1").length;
    }
    expect(records.devices()).toHaveLength(256);
    expect(questions).toBeLessThanOrEqual(256);
  });

  test("XML: no document types, no endless nesting, nothing too long", () => {
    expect(textAt(parseXml("<a>1 &lt; &#50;</a>"), "a")).toBe("1 < 2");
    expect(parseXml('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')).toBeNull();
    expect(parseXml(`<a>${"<b>".repeat(5000)}`)).toBeNull();
    expect(parseXml(`<a>${"x".repeat(300_000)}</a>`)).toBeNull();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    parseXml("<__proto__><polluted>1</polluted></__proto__>");
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("addresses and makers", () => {
  test.each([
    ["192.168.1.2", true],
    ["10.0.0.1", true],
    ["172.31.255.255", true],
    ["169.254.1.1", true],
    ["100.64.0.9", true],
    ["127.0.0.1", true],
    ["fe80::1%eth0", true],
    ["fd12::1", true],
    ["::1", true],
    ["172.32.0.1", false],
    ["8.8.8.8", false],
    ["::ffff:8.8.8.8", false],
    ["2001:db8::1", false],
    ["0.0.0.0", false],
    ["camera.local", false],
    ["", false],
  ])("%s is local: %s", (address, local) => expect(isLocalAddress(address)).toBe(local));

  test("the maker is read out of what devices call themselves", () => {
    expect(makerOf("HIKVISION DS-2CD2042WD-I")).toBe("hikvision");
    expect(makerOf("IPC-HFW4431S")).toBe("dahua");
    expect(makerOf("Amcrest IP8M-2496EB")).toBe("amcrest");
    expect(makerOf("AXIS M3045-V")).toBe("axis");
    expect(makerOf("TP-Link Tapo C320WS")).toBe("tapo");
    expect(makerOf("UVC G3 Flex")).toBe("unifi");
    expect(makerOf("galaxis 9")).toBe("generic");
  });

  test("addresses to try, best first", () => {
    expect(suggestUrls("192.168.1.2", "hikvision")[0]).toBe(
      "rtsp://192.168.1.2:554/Streaming/Channels/101",
    );
    expect(suggestUrls("192.168.1.2", "Reolink RLC-810A")[0]).toBe(
      "rtsp://192.168.1.2:554/h264Preview_01_main",
    );
    expect(suggestUrls("fd00::2", "constructor")[0]).toBe("rtsp://[fd00::2]:554/onvif1");
  });

  test("text of strangers is one short line", () => {
    expect(cleanText("a\u0000b\u202ec\n d")).toBe("a b c d");
    expect(cleanText("x".repeat(200))).toHaveLength(80);
  });
});
