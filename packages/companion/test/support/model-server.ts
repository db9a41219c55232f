/** A server of OpenAI's interface that does what a test tells it, good or bad, over real connections. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server is asked. */
export type AskedRequest = {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: {
    readonly model?: string;
    readonly messages?: readonly { readonly role: string; readonly content: string }[];
    readonly stream?: boolean;
    readonly [field: string]: unknown;
  };
};

/** Answers a request as it likes; what it returns is streamed as an answer of these pieces. */
export type Script = (
  asked: AskedRequest,
  response: ServerResponse,
) => readonly string[] | string | Promise<readonly string[] | string | null> | null;

/** A running server. */
export type ModelServer = {
  /** Base address, with `/v1`. */
  readonly url: string;
  readonly host: string;
  /** What it was asked for chat completions so far. */
  readonly asked: AskedRequest[];
  /** Connections that clients broke off before the answer's end. */
  readonly broken: { count: number };
  /** What it does from now on. */
  script: Script;
  close(): Promise<void>;
};

/** A chunk of an answer as a server-sent event. */
export function chunk(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({
    ...{ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "scripted" },
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`;
}

/** Begins a stream of events. */
export function begin(response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
}

/** Starts a server on a free port of this machine. */
export async function startModelServer(script: Script): Promise<ModelServer> {
  const asked: AskedRequest[] = [];
  const broken = { count: 0 };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (part: Buffer) => chunks.push(part));
    request.on("end", () => void answer(request, Buffer.concat(chunks).toString(), response));
    response.on("close", () => {
      if (!response.writableFinished) broken.count++;
    });
  });
  const running: ModelServer = {
    url: "",
    host: "",
    asked,
    broken,
    script,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  async function answer(
    request: IncomingMessage,
    text: string,
    response: ServerResponse,
  ): Promise<void> {
    if (request.url?.endsWith("/models") === true) {
      const data = ["scripted", "another"].map((id) => ({ id, object: "model" }));
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ object: "list", data }));
      return;
    }
    const body = (text === "" ? {} : JSON.parse(text)) as AskedRequest["body"];
    const one = { path: request.url ?? "", headers: request.headers, body };
    asked.push(one);
    const said = await running.script(one, response);
    if (said === null) return;
    begin(response);
    response.write(chunk({ role: "assistant", content: "" }));
    for (const piece of typeof said === "string" ? [said] : said) {
      response.write(chunk({ content: piece }));
    }
    response.write(chunk({}, "stop"));
    response.end("data: [DONE]\n\n");
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(running, { url: `http://127.0.0.1:${port}/v1`, host: `127.0.0.1:${port}` });
}
