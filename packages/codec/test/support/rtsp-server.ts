/** A camera for tests: an RTSP server (RFC 2326) that sends H.264 over interleaved RTP (RFC 6184) to each client. */

import { createServer, type Server, type Socket } from "node:net";

/** What the camera sends: Annex B NAL units without start codes, grouped by access unit. */
export type CameraStream = {
  readonly accessUnits: readonly (readonly Uint8Array[])[];
  /** Frames per second; also the pace at which they are sent. */
  readonly frameRate: number;
  /** Sequence and picture parameter set, announced in the session description. */
  readonly parameterSets: readonly Uint8Array[];
};

const MTU = 1200;

/** Starts the server on a free port of the loopback address. */
export async function startRtspServer(
  stream: CameraStream,
): Promise<{ url: string; clients: () => number; close: () => void }> {
  const sockets: Set<Socket> = new Set();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        answer(socket, text.slice(0, end), stream);
        text = text.slice(end + 4);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `rtsp://viewer:secret-word@127.0.0.1:${address.port}/stream`,
    clients: () => sockets.size,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function answer(socket: Socket, request: string, stream: CameraStream): void {
  const sequence = /CSeq: *(\d+)/i.exec(request)?.[1] ?? "0";
  const [method, url] = request.split(" ");
  const reply = (headers: string[], body = ""): void => {
    const lines = ["RTSP/1.0 200 OK", `CSeq: ${sequence}`, ...headers];
    if (body !== "") lines.push(`Content-Length: ${body.length}`);
    socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
  };
  switch (method) {
    case "OPTIONS":
      reply(["Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"]);
      break;
    case "DESCRIBE": {
      const sets = stream.parameterSets.map((set) => Buffer.from(set).toString("base64")).join(",");
      const sdp = [
        "v=0",
        "o=- 0 0 IN IP4 127.0.0.1",
        "s=camera",
        "t=0 0",
        "m=video 0 RTP/AVP 96",
        "a=rtpmap:96 H264/90000",
        `a=fmtp:96 packetization-mode=1;sprop-parameter-sets=${sets}`,
        "a=control:track1",
        "",
      ].join("\r\n");
      reply(["Content-Type: application/sdp", `Content-Base: ${url}/`], sdp);
      break;
    }
    case "SETUP":
      reply(["Session: 1", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"]);
      break;
    case "PLAY":
      reply(["Session: 1"]);
      void play(socket, stream);
      break;
    default:
      reply(["Session: 1"]);
  }
}

async function play(socket: Socket, stream: CameraStream): Promise<void> {
  let sequence = 0;
  const send = (payload: Uint8Array, time: number, marker: boolean): void => {
    const header = Buffer.alloc(16);
    header[0] = 0x24;
    header.writeUInt16BE(12 + payload.length, 2);
    header[4] = 0x80;
    header[5] = 96 | (marker ? 0x80 : 0);
    header.writeUInt16BE(sequence++ & 0xffff, 6);
    header.writeUInt32BE(time >>> 0, 8);
    header.writeUInt32BE(1, 12);
    socket.write(header);
    socket.write(payload);
  };
  for (const [index, unit] of stream.accessUnits.entries()) {
    if (socket.destroyed) return;
    const time = Math.round((index * 90000) / stream.frameRate);
    for (const [n, nal] of unit.entries()) {
      const last = n === unit.length - 1;
      const head = nal[0] ?? 0;
      if (nal.length <= MTU) send(nal, time, last);
      else {
        for (let at = 1; at < nal.length; at += MTU) {
          const ends = at + MTU >= nal.length;
          const marks = (at === 1 ? 0x80 : 0) | (ends ? 0x40 : 0) | (head & 0x1f);
          const piece = Buffer.from(nal.subarray(at, at + MTU));
          send(
            Buffer.concat([Buffer.from([(head & 0xe0) | 28, marks]), piece]),
            time,
            last && ends,
          );
        }
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 / stream.frameRate));
  }
  socket.end();
}
