/** A hub on a local port, with its store of large files on another one, and the faults that a test asks for. */

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A model on the hub. */
export type ServedModel = {
  readonly files: Readonly<Record<string, Buffer>>;
  /** Paths that are kept as large files; default: `.safetensors`. */
  readonly large?: (path: string) => boolean;
  /** Metadata of the model card. */
  readonly cardData?: unknown;
  /** Wanted as a bearer token. */
  readonly token?: string;
  readonly gated?: boolean;
};

/** What the server does wrong, by part. */
export type Faults = {
  /** Answers to give before it works: status and headers, by what the path contains. */
  failures: { readonly path: string; readonly status: number; readonly headers?: object }[];
  /** Break the connection after so many bytes of the body, that many times. */
  cut: { readonly path: string; readonly after: number; times: number } | null;
  /** Send nothing more after so many bytes, that many times. */
  stall: { readonly path: string; readonly after: number; times: number } | null;
  /** Send the body in pieces of so many bytes with a pause in between. */
  drip: { readonly bytes: number; readonly ms: number } | null;
  /** Answer requests for a part with all of it. */
  noRanges: boolean;
  /** Answer them with another part. */
  wrongRange: boolean;
  /** Change a byte of what is sent, that many times. */
  corrupt: { readonly path: string; times: number } | null;
  /** Send more than the file has. */
  longer: boolean;
  /** Leave sizes and checksums out of the list of files. */
  bareList: boolean;
  /** What to answer instead of the list of files. */
  list: string | null;
  /** Send those who ask for a file here. */
  redirect: string | null;
};

export type Asked = {
  readonly host: "hub" | "store";
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
};

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const gitSha1 = (bytes: Buffer): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

export class HubServer {
  readonly models = new Map<string, ServedModel>();
  readonly asked: Asked[] = [];
  faults: Faults = sound();
  readonly #hub: Server;
  readonly #store: Server;

  private constructor() {
    this.#hub = createServer((request, response) => void this.#answer(request, response));
    this.#store = createServer((request, response) => void this.#large(request, response));
  }

  static async start(): Promise<HubServer> {
    const server = new HubServer();
    for (const part of [server.#hub, server.#store]) {
      await new Promise<void>((resolve) => part.listen(0, "127.0.0.1", resolve));
    }
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#hub.address() as AddressInfo).port}`;
  }

  /** Address of the store: another host to a browser and to this client. */
  get store(): string {
    return `http://127.0.0.1:${(this.#store.address() as AddressInfo).port}`;
  }

  /** Commit of a model as it is now. */
  commit(id: string): string {
    const files = this.models.get(id)?.files ?? {};
    const text = Object.entries(files).map(([path, bytes]) => `${path} ${sha256(bytes)}`);
    return createHash("sha1").update(text.join("\n")).digest("hex");
  }

  /** Forgets faults and requests. */
  reset(): void {
    this.faults = sound();
    this.asked.length = 0;
  }

  async stop(): Promise<void> {
    for (const part of [this.#hub, this.#store]) {
      part.closeAllConnections();
      await new Promise((resolve) => part.close(resolve));
    }
  }

  #note(host: Asked["host"], { method = "", url = "", headers }: IncomingMessage): void {
    const { range, authorization } = headers;
    this.asked.push({ host, method, path: url, range, authorization });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#note("hub", request);
    if (this.#fail(request, response)) return;
    const url = new URL(request.url ?? "/", this.endpoint);
    const list = /^\/api\/models\/(.+)\/revision\/([^/]+)$/.exec(url.pathname);
    const file = /^\/(.+)\/resolve\/([0-9a-f]{40})\/(.+)$/.exec(url.pathname);
    const id = list?.[1] ?? file?.[1] ?? "";
    const model = this.models.get(id);
    const deny = (status: number, code: string): void => {
      response
        .writeHead(status, { "x-error-code": code, "x-error-message": `${code} ${id}` })
        .end();
    };
    if (model === undefined) return deny(401, "RepoNotFound");
    const bearer = /^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1];
    if (model.token !== undefined && bearer !== model.token) {
      return model.gated ? deny(bearer === undefined ? 401 : 403, "GatedRepo") : deny(401, "");
    }
    if (list !== null) return this.#list(id, model, decodeURIComponent(list[2] ?? ""), response);
    const path = decodeURIComponent(file?.[3] ?? "");
    const bytes = model.files[path];
    if (bytes === undefined || file?.[2] !== this.commit(id)) return deny(404, "EntryNotFound");
    const commit = { "x-repo-commit": this.commit(id) };
    if (this.faults.redirect !== null) {
      response.writeHead(302, { ...commit, location: this.faults.redirect }).end();
    } else if (isLarge(model, path)) {
      const headers = {
        ...commit,
        "x-linked-size": String(bytes.length),
        "x-linked-etag": `"${sha256(bytes)}"`,
        location: `${this.store}/${id}/${path}?signature=s3cret`,
      };
      response.writeHead(302, headers).end();
    } else {
      await this.#send(request, response, path, bytes, { ...commit, etag: `"${gitSha1(bytes)}"` });
    }
  }

  async #large(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#note("store", request);
    if (this.#fail(request, response)) return;
    const path = decodeURIComponent(new URL(request.url ?? "/", this.store).pathname).slice(1);
    for (const [id, { files }] of this.models) {
      const bytes = path.startsWith(`${id}/`) ? files[path.slice(id.length + 1)] : undefined;
      if (bytes === undefined) continue;
      return await this.#send(request, response, path, bytes, { etag: '"store"' });
    }
    response.writeHead(404).end();
  }

  #fail(request: IncomingMessage, response: ServerResponse): boolean {
    const at = this.faults.failures.findIndex(({ path }) => (request.url ?? "").includes(path));
    const [failure] = at < 0 ? [] : this.faults.failures.splice(at, 1);
    if (failure === undefined) return false;
    response.writeHead(failure.status, failure.headers as Record<string, string>).end();
    return true;
  }

  #list(id: string, model: ServedModel, revision: string, response: ServerResponse): void {
    const sha = this.commit(id);
    if (revision !== "main" && revision !== sha && revision !== "v1") {
      response.writeHead(404, { "x-error-code": "RevisionNotFound" }).end();
      return;
    }
    const siblings = Object.entries(model.files).map(([rfilename, bytes]) => {
      if (this.faults.bareList) return { rfilename };
      const size = bytes.length;
      const lfs = isLarge(model, rfilename)
        ? { sha256: sha256(bytes), size, pointerSize: 134 }
        : null;
      const blobId = lfs === null ? gitSha1(bytes) : "0".repeat(40);
      return { rfilename, size, blobId, ...(lfs === null ? {} : { lfs }) };
    });
    const { cardData } = model;
    const body = this.faults.list ?? JSON.stringify({ id, sha, siblings, cardData });
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  }

  async #send(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    whole: Buffer,
    headers: Record<string, string>,
  ): Promise<void> {
    const { faults } = this;
    const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
    let from = wanted === null || faults.noRanges ? 0 : Number(wanted[1]);
    const partial = from > 0;
    if (partial && faults.wrongRange) from = Math.floor(from / 2);
    let body = Buffer.from(whole.subarray(from));
    if (faults.longer) body = Buffer.concat([body, Buffer.from("and more")]);
    if (
      faults.corrupt !== null &&
      path.endsWith(faults.corrupt.path) &&
      faults.corrupt.times-- > 0
    ) {
      body[body.length - 1] = (body[body.length - 1] ?? 0) ^ 1;
    }
    const range = { "content-range": `bytes ${from}-${whole.length - 1}/${whole.length}` };
    response.writeHead(partial ? 206 : 200, {
      ...headers,
      ...(partial ? range : {}),
      "content-length": String(body.length),
    });
    if (request.method === "HEAD") return void response.end();
    const stop = [faults.cut, faults.stall].find((fault) => fault && path.endsWith(fault.path));
    if (stop && stop.times-- > 0) {
      const end = Math.max(0, stop.after - from);
      response.write(body.subarray(0, end), () => {
        // What was sent has to leave before the connection breaks.
        if (stop === faults.cut) setTimeout(() => response.destroy(), 50);
      });
      return;
    }
    if (faults.drip === null) return void response.end(body);
    for (let at = 0; at < body.length && !response.destroyed; at += faults.drip.bytes) {
      response.write(body.subarray(at, at + faults.drip.bytes));
      await new Promise((resolve) => setTimeout(resolve, faults.drip?.ms));
    }
    response.end();
  }
}

function isLarge({ large }: ServedModel, path: string): boolean {
  return large === undefined ? path.endsWith(".safetensors") : large(path);
}

function sound(): Faults {
  return {
    failures: [],
    cut: null,
    stall: null,
    drip: null,
    noRanges: false,
    wrongRange: false,
    corrupt: null,
    longer: false,
    bareList: false,
    list: null,
    redirect: null,
  };
}
