/** RTSP cameras that do not simply send: one that wants a password, and servers that answer otherwise or not at all. */

import { connect, createServer, type Socket } from "node:net";

/** A running server. */
export type TestServer = { readonly port: number; close(): void };

/** Starts a TCP server on a free port of the loopback address. */
export async function startTcp(onSocket: (socket: Socket) => void): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Lets only those through to the camera at `port` who know the account (HTTP Basic, RFC 7617) and the path. */
export function startGuardedRtsp(
  port: number,
  account: { readonly user: string; readonly password: string },
  path: string,
): Promise<TestServer> {
  const expected = Buffer.from(`${account.user}:${account.password}`).toString("base64");
  return startTcp((socket) => {
    let text = "";
    const onData = (chunk: Buffer): void => {
      text += chunk.toString("latin1");
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        const request = text.slice(0, end + 4);
        text = text.slice(end + 4);
        const sequence = /CSeq: *(\d+)/i.exec(request)?.[1] ?? "0";
        const refuse = (status: string, ...headers: string[]): void => {
          socket.write(
            [`RTSP/1.0 ${status}`, `CSeq: ${sequence}`, ...headers, "", ""].join("\r\n"),
          );
        };
        if (request.startsWith("OPTIONS")) refuse("200 OK", "Public: OPTIONS, DESCRIBE");
        else if (!request.includes(`Authorization: Basic ${expected}`)) {
          refuse("401 Unauthorized", 'WWW-Authenticate: Basic realm="camera"');
        } else if (!new RegExp(`^DESCRIBE \\S+${path} `).test(request)) {
          refuse("404 Stream Not Found");
        } else {
          socket.off("data", onData);
          const camera = connect(port, "127.0.0.1");
          camera.on("error", () => socket.destroy());
          camera.on("close", () => socket.destroy());
          socket.on("close", () => camera.destroy());
          camera.write(request);
          socket.pipe(camera);
          camera.pipe(socket);
          return;
        }
      }
    };
    socket.on("data", onData);
  });
}
