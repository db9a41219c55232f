import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Aedes } from "aedes";
import { testTls } from "./tls.ts";

/** A message that clients have published. */
export type Published = {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  readonly qos: number;
};

/** A real MQTT broker (3.1.1) on a port that it keeps over restarts; each start begins with an empty memory. */
export class MqttBroker {
  readonly published: Published[] = [];
  /** What the broker has, as somebody sees who connects now. */
  readonly retained = new Map<string, string>();
  /** User and password that clients have to give; null: none. */
  credentials: { readonly user: string; readonly password: string } | null = null;
  /** Whether publications to this topic are never acknowledged. */
  ignores: (topic: string) => boolean = () => false;
  /** Told about each message as it arrives. */
  onPublish: (message: Published) => void = () => {};
  /** Clients that connected. */
  connections = 0;
  #port = 0;
  #broker: Aedes | null = null;
  #server: Server | null = null;
  readonly #sockets = new Set<Socket>();
  readonly #secure: boolean;

  constructor(secure = false) {
    this.#secure = secure;
  }

  get url(): string {
    const { credentials } = this;
    const who = credentials === null ? "" : `${credentials.user}:${credentials.password}@`;
    return `${this.#secure ? "mqtts" : "mqtt"}://${who}127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const broker = await Aedes.createBroker({
      authenticate: (_client, user, password, done) => {
        const wanted = this.credentials;
        const welcome =
          wanted === null || (user === wanted.user && password?.toString() === wanted.password);
        if (welcome) this.connections++;
        if (welcome) done(null, true);
        else done(Object.assign(new Error("who are you"), { returnCode: 4 }), null);
      },
      authorizePublish: (_client, packet, done) => {
        if (this.ignores(packet.topic)) return;
        done(null);
      },
    });
    broker.on("publish", (packet, client) => {
      const { topic, retain, qos } = packet;
      if (topic.startsWith("$SYS")) return;
      const payload = packet.payload.toString();
      if (retain && payload === "") this.retained.delete(topic);
      else if (retain) this.retained.set(topic, payload);
      if (client === null) return;
      const message = { topic, payload, retain, qos };
      this.published.push(message);
      this.onPublish(message);
    });
    const accept = (socket: Socket): void => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
      broker.handle(socket);
    };
    const server = this.#secure ? createTlsServer(testTls, accept) : createServer(accept);
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.#port = address.port;
    this.#broker = broker;
    this.#server = server;
  }

  /** Publishes as some other client would. */
  publish(topic: string, payload: string, retain = false): Promise<void> {
    const packet = { cmd: "publish", topic, payload, retain, qos: 1, dup: false } as const;
    return new Promise((resolve, reject) => {
      this.#broker?.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** What arrived at topics that begin so, in order. */
  at(prefix: string): Published[] {
    return this.published.filter(({ topic }) => topic.startsWith(prefix));
  }

  /** Cuts every connection, as a network that fails does. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    const [broker, server] = [this.#broker, this.#server];
    this.#broker = null;
    this.#server = null;
    this.retained.clear();
    if (broker === null || server === null) return;
    const closed = new Promise((resolve) => server.close(resolve));
    this.cut();
    await closed;
    await new Promise<void>((resolve) => broker.close(() => resolve()));
  }
}
