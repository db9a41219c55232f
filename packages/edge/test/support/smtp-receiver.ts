import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { testTls } from "./tls.ts";

/** A mail that was accepted. */
export type Mail = {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers by lower-case name, unfolded. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Whether it came over TLS, and who was logged in. */
  readonly secure: boolean;
  readonly user: string | null;
};

/** A refusal: an SMTP status and its text. */
export type Refusal = { readonly code: number; readonly text: string };

/** A real SMTP server. */
export class SmtpReceiver {
  readonly mails: Mail[] = [];
  /** Passwords that clients have sent. */
  readonly passwords: string[] = [];
  /** Refuses recipients, or the mail itself; null: takes it. */
  refuse: (stage: "rcpt" | "data", count: number) => Refusal | null = () => null;
  #stages = 0;
  readonly #server: SMTPServer;

  constructor(options: SMTPServerOptions & { readonly password?: string } = {}) {
    const { password, ...rest } = options;
    this.#server = new SMTPServer({
      authOptional: password === undefined,
      disableReverseLookup: true,
      logger: false,
      cert: testTls.cert,
      key: testTls.key,
      onAuth: (auth, _session, done) => {
        this.passwords.push(auth.password ?? "");
        if (auth.password === password) done(null, { user: auth.username });
        else done(Object.assign(new Error(`no: ${auth.password}`), { responseCode: 535 }));
      },
      onRcptTo: (_address, _session, done) => done(this.#refusal("rcpt")),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const refusal = this.#refusal("data");
          if (refusal !== null) {
            done(refusal);
            return;
          }
          const text = Buffer.concat(chunks).toString("utf8").replaceAll("\r\n", "\n");
          const split = text.indexOf("\n\n");
          const { mailFrom, rcptTo } = session.envelope;
          this.mails.push({
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            headers: parseHeaders(text.slice(0, split)),
            body: text.slice(split + 2),
            secure: session.secure,
            user: typeof session.user === "string" ? session.user : null,
          });
          done(null);
        });
      },
      ...rest,
    });
    this.#server.on("error", () => {});
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "0.0.0.0", resolve));
    return (this.#server.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }

  #refusal(stage: "rcpt" | "data"): Error | null {
    const refusal = this.refuse(stage, this.#stages++);
    return refusal && Object.assign(new Error(refusal.text), { responseCode: refusal.code });
  }
}

function parseHeaders(text: string): Map<string, string> {
  const lines = text.replace(/\n[ \t]+/g, " ").split("\n");
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
