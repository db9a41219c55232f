/** An open session: messages that are confirmed once the other side is safe with them. */

import { KeyStoreError, LinkError } from "../../errors.ts";
import {
  encodeFrame,
  FRAME,
  type Frame,
  LINK_MESSAGE_MOST,
  MESSAGE_ID_LENGTH,
} from "../../link/frames.ts";
import type { LinkBytes, LinkProfile, LinkRole, LinkSession } from "../../link/types.ts";
import type { Channel } from "./channel.ts";
import { type Deadline, deadline, takeBack } from "./deadlines.ts";

/** What is known of a message beside itself. */
export type LinkMessageInfo = {
  /** Id of the peer that sent it. */
  readonly peer: string;
  /** Session it came in. */
  readonly session: LinkSession;
  /**
   * Of the message: 16 hexadecimal digits where the sender chose them; else session, side and position. A message whose
   * confirmation was lost comes again under the id that its sender chose: drop ids that were seen.
   */
  readonly id: string;
};

/**
 * Takes a message. It is confirmed to the sender when this returns or its promise resolves: be safe with the message
 * (written and flushed) by then. Messages come one at a time, in order; do not wait in it for a `send` of the same
 * session. When it throws, the session ends and the message stays unconfirmed.
 */
export type MessageHandler = (message: Uint8Array, info: LinkMessageInfo) => void | Promise<void>;

/** What a session is made of. */
export type SessionParts = {
  readonly channel: Channel;
  readonly id: string;
  readonly peer: string;
  readonly role: LinkRole;
  readonly profile: LinkProfile;
  readonly group: string;
  readonly onMessage: MessageHandler;
  /** How long the other side may take to confirm a message, ms. */
  readonly confirmMs: number;
};

type Sent = { readonly length: number; resolve(): void; reject(error: Error): void };
type Arrived = { readonly message: Uint8Array; readonly id: string };

/** `LinkSession` over a channel. */
export class OpenSession implements LinkSession {
  /** See {@link LinkSession.id}. */
  readonly id: string;
  /** See {@link LinkSession.peer}. */
  readonly peer: string;
  /** See {@link LinkSession.role}. */
  readonly role: LinkRole;
  /** See {@link LinkSession.profile}. */
  readonly profile: LinkProfile;
  /** See {@link LinkSession.group}. */
  readonly group: string;
  /** See {@link LinkSession.closed}. */
  readonly closed: Promise<Error | null>;
  readonly #channel: Channel;
  readonly #parts: SessionParts;
  readonly #sent: Sent[] = [];
  readonly #arrived: Arrived[] = [];
  #handling = false;
  #safe = 0;
  #received = 0;
  #payloadOut = 0;
  #payloadIn = 0;
  #said = false;
  #closing = false;
  #over = false;
  #failure: Error | null = null;
  #limit: Deadline | null = null;
  #idle: (() => void)[] = [];

  constructor(parts: SessionParts) {
    this.id = parts.id;
    this.peer = parts.peer;
    this.role = parts.role;
    this.profile = parts.profile;
    this.group = parts.group;
    this.#parts = parts;
    this.#channel = parts.channel;
    this.closed = parts.channel.gone.then((error) => this.#end(error));
  }

  /** Begins to take frames, those that came already first. */
  start(first?: Frame): void {
    if (first !== undefined) this.#frame(first);
    this.#channel.stream((frame) => this.#frame(frame));
  }

  /** Whether a frame was sent yet. */
  get said(): boolean {
    return this.#said;
  }

  /**
   * Sends one message; resolves when the other side is safe with it.
   * @param message At most 1 MiB.
   * @param options `id`: 16 hexadecimal digits; give a message that is sent again the id it had.
   * @throws LinkError `unreachable`: not confirmed; it may have arrived. RangeError: too long.
   */
  send(message: Uint8Array, options: { readonly id?: string | undefined } = {}): Promise<void> {
    if (!(message instanceof Uint8Array) || message.length > LINK_MESSAGE_MOST) {
      return Promise.reject(
        new RangeError(`a message of at most ${LINK_MESSAGE_MOST} bytes expected`),
      );
    }
    const { id } = options;
    if (id !== undefined && !/^[0-9a-f]{16}$/.test(id)) {
      return Promise.reject(new RangeError("16 hexadecimal digits expected as a message's id"));
    }
    if (this.#over || this.#closing) {
      return Promise.reject(new LinkError("unreachable", "the session has ended"));
    }
    return new Promise((resolve, reject) => {
      this.#sent.push({ length: message.length, resolve, reject });
      this.#watch();
      this.#payloadOut += message.length;
      this.#write(
        id === undefined
          ? encodeFrame(FRAME.message, message)
          : encodeFrame(FRAME.namedMessage, Buffer.from(id, "hex"), message),
      );
    });
  }

  /** The caller's first frame where it has nothing to say, or where the profile wants the key exchange told. */
  greet(body: Uint8Array): void {
    this.#write(encodeFrame(FRAME.open, body));
  }

  /** See {@link LinkSession.bytes}. */
  bytes(): LinkBytes {
    const { up, down } = this.#channel.wire();
    const calls = this.role === "caller";
    return {
      payloadUp: calls ? this.#payloadOut : this.#payloadIn,
      payloadDown: calls ? this.#payloadIn : this.#payloadOut,
      wireUp: up,
      wireDown: down,
    };
  }

  /** Waits for messages under way in both directions, then ends the session. */
  async close(): Promise<void> {
    if (!this.#closing && !this.#over) {
      this.#closing = true;
      const limit = deadline(this.#parts.confirmMs, () => {
        this.fail(new LinkError("unreachable", "messages under way did not end in time"));
      });
      while (!this.#over && (this.#sent.length > 0 || this.#handling)) {
        await new Promise<void>((resolve) => this.#idle.push(resolve));
      }
      takeBack(limit);
      this.#confirm();
      if (!this.#over) await this.#channel.end();
    }
    await this.closed;
  }

  /** Ends the session at once. */
  fail(error: LinkError): void {
    this.#channel.fail(error);
  }

  #write(bytes: Uint8Array): void {
    this.#said = true;
    this.#channel.write(bytes);
  }

  #watch(): void {
    if (this.#limit !== null || this.#sent.length === 0) return;
    this.#limit = deadline(this.#parts.confirmMs, () => {
      this.fail(
        new LinkError("unreachable", `a message was not confirmed in ${this.#parts.confirmMs} ms`),
      );
    });
  }

  #frame(frame: Frame): void {
    const { kind, body } = frame;
    if (kind === FRAME.message || kind === FRAME.namedMessage) {
      const named = kind === FRAME.namedMessage;
      const head = named ? MESSAGE_ID_LENGTH : 0;
      const length = body.length - head;
      if (length < 0 || length > LINK_MESSAGE_MOST) {
        this.fail(new LinkError("protocol", "a message with its id expected, got other lengths"));
        return;
      }
      const position = this.#received++;
      const side = this.role === "caller" ? "l" : "c";
      const id = named
        ? Buffer.from(body.subarray(0, head)).toString("hex")
        : `${this.id}-${side}${position}`;
      this.#payloadIn += length;
      this.#arrived.push({ message: body.slice(head), id });
      this.#channel.hold(length + 64);
      if (!this.#handling) void this.#handle();
    } else if (kind === FRAME.confirm) {
      this.#confirmed(body);
    } else if (kind !== FRAME.open || this.role === "caller" || this.#received > 0) {
      this.fail(new LinkError("protocol", `a frame of kind ${kind} has no place in a session`));
    }
  }

  #confirmed(body: Uint8Array): void {
    let count = 1;
    if (body.length === 4) count = new DataView(body.buffer, body.byteOffset).getUint32(0);
    if ((body.length !== 0 && body.length !== 4) || count < 1 || count > this.#sent.length) {
      this.fail(new LinkError("protocol", "a confirmation of messages that were sent expected"));
      return;
    }
    if (this.#limit !== null) takeBack(this.#limit);
    this.#limit = null;
    for (const sent of this.#sent.splice(0, count)) sent.resolve();
    this.#watch();
    this.#rest();
  }

  async #handle(): Promise<void> {
    this.#handling = true;
    for (let next = this.#arrived.shift(); next !== undefined; next = this.#arrived.shift()) {
      if (this.#over) break;
      try {
        await this.#parts.onMessage(next.message, { peer: this.peer, session: this, id: next.id });
      } catch (error) {
        this.#failure = error instanceof Error ? error : new Error("a message was not taken");
        this.fail(new LinkError("unreachable", "a message could not be taken"));
        break;
      }
      this.#channel.unhold(next.message.length + 64);
      this.#safe++;
      // One confirmation for all that were quick; what waits for a slow one behind it is not held up.
      if (this.#safe === 1 && this.#arrived.length > 0) setImmediate(() => this.#confirm());
    }
    this.#handling = false;
    this.#confirm();
    this.#rest();
  }

  #confirm(): void {
    const count = this.#safe;
    if (count === 0) return;
    this.#safe = 0;
    if (count === 1) {
      this.#write(encodeFrame(FRAME.confirm));
      return;
    }
    const body = new Uint8Array(4);
    new DataView(body.buffer).setUint32(0, count);
    this.#write(encodeFrame(FRAME.confirm, body));
  }

  #rest(): void {
    if (this.#sent.length > 0 || this.#handling) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #end(error: LinkError | null): Error | null {
    this.#over = true;
    if (this.#limit !== null) takeBack(this.#limit);
    this.#limit = null;
    for (const sent of this.#sent.splice(0)) {
      const why = error?.message ?? "the other side closed the session";
      sent.reject(
        new LinkError(error?.code ?? "unreachable", `a message was not confirmed: ${why}`),
      );
    }
    for (const resolve of this.#idle.splice(0)) resolve();
    return this.#failure ?? error;
  }
}

/** An error as one of a link: a store's stays what it is. */
export function asLinkError(error: unknown): LinkError | KeyStoreError {
  if (error instanceof LinkError || error instanceof KeyStoreError) return error;
  return new LinkError("protocol", "the other side's bytes could not be used");
}
