/** Two nodes with their key stores, on disks whose power can be cut. */

import { createIdentity, type Identity, LinkError, type LinkProfile } from "../../src/index.ts";
import {
  createLinkCaller,
  createLinkListener,
  type LinkCaller,
  type LinkCallerOptions,
  type LinkListener,
  type LinkListenerOptions,
  type LinkLogEvent,
  type LinkStore,
  nativePrimitives,
  type OpenSession,
  openLinkStore,
} from "../../src/node/index.ts";
import { FaultyDisk } from "./faulty-disk.ts";

const primitives = nativePrimitives();

/** A message that the listener accepted, with the pre-shared key's identity its session began with. */
export type Accepted = { readonly text: string; readonly session: string; readonly key: string };

export class LinkPair {
  readonly callerDisk: FaultyDisk;
  readonly listenerDisk: FaultyDisk;
  readonly callerIdentity: Identity = createIdentity(primitives);
  readonly listenerIdentity: Identity = createIdentity(primitives);
  readonly wrapping: Uint8Array = primitives.random(32);
  readonly accepted: Accepted[] = [];
  readonly log: LinkLogEvent[] = [];
  readonly keys = new Map<string, string>();
  readonly profile: LinkProfile;
  callerStore!: LinkStore;
  listenerStore!: LinkStore;
  caller!: LinkCaller;
  listener!: LinkListener;
  peer = "";
  #port = 0;
  #session: OpenSession | null = null;
  readonly listenerOptions: Partial<LinkListenerOptions>;
  readonly callerOptions: Partial<LinkCallerOptions>;

  constructor(
    options: {
      readonly profile?: LinkProfile;
      readonly lies?: boolean;
      readonly listener?: Partial<LinkListenerOptions>;
      readonly caller?: Partial<LinkCallerOptions>;
    } = {},
  ) {
    this.profile = options.profile ?? "hybrid";
    this.callerDisk = new FaultyDisk(options.lies === undefined ? {} : { lies: options.lies });
    this.listenerDisk = new FaultyDisk(options.lies === undefined ? {} : { lies: options.lies });
    this.listenerOptions = options.listener ?? {};
    this.callerOptions = options.caller ?? {};
  }

  async startListener(): Promise<void> {
    const files = this.listenerDisk;
    this.listenerStore = await openLinkStore("/listener", this.wrapping, {
      files,
      lock: () => () => undefined,
    });
    const { listenerStore } = this;
    const find = listenerStore.find.bind(listenerStore);
    let last = "";
    listenerStore.find = (identity) => {
      last = identity;
      return find(identity);
    };
    this.listener = await createLinkListener({
      identity: this.listenerIdentity,
      store: listenerStore,
      profile: this.profile,
      port: this.#port,
      onSession: (session) => this.keys.set(session.id, last),
      onMessage: (message, { session }) => {
        this.accepted.push({
          text: Buffer.from(message).toString(),
          session: session.id,
          key: this.keys.get(session.id) ?? "none",
        });
      },
      onLog: (event) => this.log.push(event),
      limits: { failures: 1e6 },
      ...this.listenerOptions,
    });
    this.#port = this.listener.port;
  }

  async startCaller(): Promise<void> {
    this.callerStore = await openLinkStore("/caller", this.wrapping, {
      files: this.callerDisk,
      lock: () => () => undefined,
    });
    this.caller = createLinkCaller({
      identity: this.callerIdentity,
      store: this.callerStore,
      profile: this.profile,
      onLog: (event) => this.log.push(event),
      connectMs: 5000,
      confirmMs: 5000,
      ...this.callerOptions,
    });
  }

  /** Starts both sides and enrols. */
  async start(): Promise<this> {
    await this.startListener();
    await this.startCaller();
    this.peer = (await this.caller.enrol(await this.listener.createInvitation())).id;
    return this;
  }

  async stopListener(): Promise<void> {
    this.listenerDisk.cutNow();
    const sessions = this.listener.sessions();
    for (const session of sessions) session.fail(new LinkError("unreachable", "power lost"));
    await this.listener.close();
    await this.listenerStore.close();
  }

  async stopCaller(): Promise<void> {
    this.callerDisk.cutNow();
    this.#session?.fail(new LinkError("unreachable", "power lost"));
    await this.callerStore.close();
  }

  /** One session with one message; resolves with what went wrong, or null. */
  async exchange(text: string): Promise<Error | null> {
    try {
      const session = await this.caller.open(this.peer);
      this.#session = session;
      try {
        await session.send(Buffer.from(text));
      } finally {
        await Promise.race([session.close(), session.closed]);
      }
      return null;
    } catch (error) {
      return error as Error;
    }
  }

  async stop(): Promise<void> {
    await this.caller.close();
    await this.listener.close();
    await this.callerStore.close();
    await this.listenerStore.close();
  }

  /** Pre-shared keys under which messages of more than one session were accepted. */
  reused(): string[] {
    const sessions = new Map<string, Set<string>>();
    for (const { key, session } of this.accepted) {
      sessions.set(key, (sessions.get(key) ?? new Set()).add(session));
    }
    return [...sessions].filter(([, of]) => of.size > 1).map(([key]) => key);
  }
}
