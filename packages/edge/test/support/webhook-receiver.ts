import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { WebhookBody } from "../../src/alerts/channels/webhook.ts";

/** Verifies a signature header the way the documentation tells receivers to. */
export function isGenuine(header: string, body: string, secret: string, now: number): boolean {
  const [, time = "", code = ""] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  const own = createHmac("sha256", secret).update(`${time}.${body}`).digest();
  if (Math.abs(now / 1000 - Number(time)) > 300) return false;
  return code !== "" && timingSafeEqual(own, Buffer.from(code, "hex"));
}

/** A request that came. */
export type Received = {
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  readonly text: string;
  readonly body: WebhookBody;
};

/** How to answer a request: a status with headers and a body, never, or without end. */
export type Answer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly text?: string }
  | "hang"
  | "cut"
  | "endless";

/** A real HTTP server that takes webhooks. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** Decides on each request, by how many came before. */
  answer: (count: number, request: Received) => Answer = () => ({ status: 204 });
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const received: Received = {
          headers: request.headers,
          path: request.url ?? "",
          text,
          body: JSON.parse(text),
        };
        const answer = this.answer(this.received.push(received) - 1, received);
        if (answer === "hang") return;
        if (answer === "endless") {
          const feed = setInterval(() => response.write("x".repeat(1000)), 1);
          response.on("close", () => clearInterval(feed));
          return;
        }
        if (answer === "cut") {
          request.socket.destroy();
          return;
        }
        response.writeHead(answer.status, answer.headers);
        response.end(answer.text);
      });
    });
  }

  /** Begins to listen, on the same port as before if there was one. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.url;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`;
  }

  /** Ids of what came, in order. */
  get ids(): string[] {
    return this.received.map(({ body }) => body.id);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) {
      await new Promise((resolve) => this.#server.close(resolve));
    }
  }
}
