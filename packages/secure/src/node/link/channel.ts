/** One TLS connection of a link, cut into frames, with its bytes counted. */

import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { LinkError } from "../../errors.ts";
import {
  encodeFrame,
  FRAME,
  type Frame,
  FrameReader,
  LINK_MESSAGE_MOST,
  MESSAGE_ID_LENGTH,
} from "../../link/frames.ts";
import type { LinkRole } from "../../link/types.ts";
import { deadline, takeBack } from "./deadlines.ts";
import { callerError, codeByte, listenerError, refusal } from "./tls.ts";

/** Most bytes that wait for their handler before the socket is not read any more. */
const QUEUE_MOST = 4 * 1024 * 1024;
/** How long the other side may take to answer a close, ms. */
const CLOSE_MS = 2000;

/** Most bytes of a frame's body in a session. */
export const SESSION_BODY_MOST: number = LINK_MESSAGE_MOST + MESSAGE_ID_LENGTH;
/** Most bytes of a frame's body in an enrolment. */
export const ENROLMENT_BODY_MOST = 4096;

/** A connection after its handshake. */
export class Channel {
  readonly #socket: TLSSocket;
  readonly #raw: Socket;
  readonly #role: LinkRole;
  readonly #reader: FrameReader;
  readonly #frames: Frame[] = [];
  #queued = 0;
  #take: ((frame: Frame) => void) | null = null;
  #waiting: { resolve(frame: Frame): void; reject(error: LinkError): void } | null = null;
  #error: LinkError | null = null;
  #ended = false;
  /** Resolves once the connection is gone: with the error that ended it, or null after a clean end. */
  readonly gone: Promise<LinkError | null>;

  /** @param raw The TCP socket under `socket`: its counts are the bytes on the wire. */
  constructor(socket: TLSSocket, raw: Socket, role: LinkRole, most: number) {
    this.#socket = socket;
    this.#raw = raw;
    this.#role = role;
    this.#reader = new FrameReader(most);
    socket.on("data", (chunk: Buffer) => {
      // Plain bytes: a Buffer's slices are views, and some readers rely on copies.
      this.#reader.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
      this.#cut();
    });
    socket.on("error", (error) => {
      this.#error ??= role === "caller" ? callerError(error) : listenerError(error);
    });
    socket.on("end", () => {
      this.#ended = true;
      if (!socket.writableEnded) socket.end();
    });
    this.gone = new Promise((resolve) => {
      socket.on("close", () => {
        if (!this.#ended) this.#error ??= new LinkError("unreachable", "the connection broke");
        this.#waiting?.reject(
          this.#error ?? new LinkError("unreachable", "the other side closed the connection"),
        );
        this.#waiting = null;
        resolve(this.#error);
      });
    });
  }

  #cut(): void {
    try {
      for (let frame = this.#reader.next(); frame !== null; frame = this.#reader.next()) {
        if (frame.kind === FRAME.refuse) throw refusal(frame.body);
        this.#give(frame);
        if (this.#socket.destroyed) return;
      }
    } catch (error) {
      const named =
        error instanceof LinkError ? error : new LinkError("protocol", "a frame could not be read");
      this.fail(named);
    }
  }

  #give(frame: Frame): void {
    if (this.#take !== null) {
      this.#take(frame);
    } else if (this.#waiting !== null) {
      const { resolve } = this.#waiting;
      this.#waiting = null;
      resolve(frame);
    } else {
      this.#frames.push(frame);
      this.hold(frame.body.length + 1);
    }
  }

  /** Counts bytes that wait for a handler; the socket is not read while they are too many. */
  hold(bytes: number): void {
    this.#queued += bytes;
    if (this.#queued > QUEUE_MOST) this.#socket.pause();
  }

  /** Takes back what {@link hold} counted. */
  unhold(bytes: number): void {
    this.#queued -= bytes;
    if (this.#queued <= QUEUE_MOST && this.#socket.isPaused()) this.#socket.resume();
  }

  /**
   * The next frame, for exchanges in turns.
   * @throws LinkError The connection ended, the other side refused, or the frame is none of `kinds` (`protocol`).
   */
  async read(...kinds: readonly number[]): Promise<Frame> {
    let frame = this.#frames.shift();
    if (frame !== undefined) {
      this.unhold(frame.body.length + 1);
    } else {
      if (this.#socket.destroyed || this.#ended) {
        throw this.#error ?? new LinkError("unreachable", "the other side closed the connection");
      }
      frame = await new Promise<Frame>((resolve, reject) => {
        this.#waiting = { resolve, reject };
      });
    }
    if (!kinds.includes(frame.kind)) {
      const error = new LinkError(
        "protocol",
        `a frame of kind ${kinds.join(" or ")} expected, got ${frame.kind}`,
      );
      this.fail(error);
      throw error;
    }
    return frame;
  }

  /** From now on every frame goes to `take`, those that wait first. */
  stream(take: (frame: Frame) => void): void {
    this.#take = take;
    for (const frame of this.#frames.splice(0)) {
      this.unhold(frame.body.length + 1);
      take(frame);
    }
  }

  /** Writes bytes as one piece. */
  write(bytes: Uint8Array): void {
    if (!this.#socket.destroyed && !this.#socket.writableEnded) this.#socket.write(bytes);
  }

  /** Ends the connection with an error, and tells the other side why where that helps it. */
  fail(error: LinkError): void {
    if (this.#socket.destroyed) return;
    const first = this.#error === null;
    this.#error ??= error;
    if (first && error.code !== "unreachable" && !this.#socket.writableEnded) {
      this.#socket.end(encodeFrame(FRAME.refuse, codeByte(error.code)));
      // The refusal leaves first; then nothing more is read.
      deadline(CLOSE_MS, () => this.#socket.destroy());
      this.#waiting?.reject(error);
      this.#waiting = null;
      this.#socket.once("finish", () => this.#socket.destroy());
      return;
    }
    this.#socket.destroy();
  }

  /** Ends the connection cleanly; resolves when it is gone. */
  async end(): Promise<void> {
    this.#ended = true;
    if (!this.#socket.writableEnded) this.#socket.end();
    const limit = deadline(CLOSE_MS, () => this.#socket.destroy());
    await this.gone;
    takeBack(limit);
  }

  /** Bytes on the wire so far, from the caller up and from the listener down. */
  wire(): { readonly up: number; readonly down: number } {
    const { bytesRead, bytesWritten } = this.#raw;
    return this.#role === "caller"
      ? { up: bytesWritten, down: bytesRead }
      : { up: bytesRead, down: bytesWritten };
  }
}
