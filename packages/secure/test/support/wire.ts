/** A wire between caller and listener that can be cut or held at a byte. */

import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { formatInvitation, parseInvitation } from "../../src/index.ts";
import { nativePrimitives } from "../../src/node/index.ts";

type Direction = "up" | "down";

export class Wire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  readonly #cut = { up: Number.POSITIVE_INFINITY, down: Number.POSITIVE_INFINITY };
  #hold: { after: number; kept: Buffer[]; target: Socket | null } | null = null;
  /** Bytes of the connection that came last. */
  last = { up: 0, down: 0 };
  /** What went up and down in the connection that came last. */
  bytes: { up: Buffer[]; down: Buffer[] } = { up: [], down: [] };

  private constructor() {
    this.#server = createServer({ allowHalfOpen: true }, (from) => this.#join(from));
  }

  static async open(): Promise<Wire> {
    const wire = new Wire();
    await new Promise<void>((resolve) => wire.#server.listen(0, "127.0.0.1", resolve));
    return wire;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  to(port: number): void {
    this.#port = port;
  }

  /** The same invitation, by way of this wire. */
  instead(invitation: string): string {
    const primitives = nativePrimitives();
    return formatInvitation(primitives, {
      ...parseInvitation(primitives, invitation),
      port: this.port,
    });
  }

  cutAfter(direction: Direction, bytes: number): void {
    this.#cut[direction] = bytes;
  }

  /** Bytes of the last connection's first record from the caller. */
  get helloBytes(): number {
    const all = Buffer.concat(this.bytes.up);
    return 5 + all.readUInt16BE(3);
  }

  /** Of the next connection, keeps what goes up after some bytes, until it is released. */
  holdNext(after: number): { release(): void } {
    const hold = { after, kept: [] as Buffer[], target: null as Socket | null };
    this.#hold = hold;
    return {
      release: () => {
        hold.after = Number.POSITIVE_INFINITY;
        for (const part of hold.kept) hold.target?.write(part);
      },
    };
  }

  #join(from: Socket): void {
    const hold = this.#hold;
    this.#hold = null;
    const to = connect({ port: this.#port, host: "127.0.0.1", allowHalfOpen: true });
    from.setNoDelay(true);
    to.setNoDelay(true);
    if (hold !== null) hold.target = to;
    const count = { up: 0, down: 0 };
    this.last = count;
    this.bytes = { up: [], down: [] };
    const { bytes } = this;
    const pass = (direction: Direction, source: Socket, target: Socket): void => {
      this.#sockets.add(source);
      source.on("error", () => undefined);
      source.on("data", (chunk: Buffer) => {
        const left = this.#cut[direction] - count[direction];
        let part = chunk.subarray(0, Math.max(0, left));
        count[direction] += part.length;
        bytes[direction].push(part);
        if (direction === "up" && hold !== null) {
          const over = Math.max(0, count.up - Math.max(hold.after, count.up - part.length));
          if (over > 0) hold.kept.push(part.subarray(part.length - over));
          part = part.subarray(0, part.length - over);
        }
        if (part.length > 0) target.write(part);
        if (left <= chunk.length && left !== Number.POSITIVE_INFINITY) {
          setImmediate(() => {
            from.destroy();
            to.destroy();
          });
        }
      });
      // Held connections stay open on the listener's side.
      const end = (): void => {
        if (hold === null || direction === "down") target.end();
      };
      source.on("end", end);
      source.on("close", () => {
        this.#sockets.delete(source);
        end();
      });
    };
    pass("up", from, to);
    pass("down", to, from);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
