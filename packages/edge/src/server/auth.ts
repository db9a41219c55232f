/**
 * Who may do what. A node that listens on loopback lets everybody on the machine in until a password is set; on any
 * other address there always is one. People sign in with the password, or with a token, and get a session; programs
 * send a token with each request.
 *
 * Only what arrives on the loopback listener directly counts as this machine. A request that says it came through a
 * proxy did not, or a reverse proxy beside the node would make the whole world its admin. On any other listener,
 * loopback clients sign in like all others, for the same reason.
 */

import { createHmac } from "node:crypto";
import type { Role, Session, TokenInfo } from "@symbion/core";
import { z } from "zod";
import { sortableId } from "../ids.ts";
import type { Store } from "../store/types.ts";
import { clientOf, isLoopbackAddress, LoginThrottle } from "./limits.ts";
import {
  digest,
  generatePassword,
  hashPassword,
  isPassword,
  type PasswordHash,
  randomSecret,
  sameDigest,
} from "./passwords.ts";

/** A session ends so long after it was last used, milliseconds. */
export const SESSION_LIFETIME: number = 30 * 86_400_000;

/** First characters of every API token, so that one can be found in a leaked text. */
export const TOKEN_PREFIX = "sym_";

/** Most tokens; each is compared with what a request carries. */
export const MAX_TOKENS = 64;

const MAX_SESSIONS = 256;
/** The time of last use is written down at most so often, milliseconds: an SD card does not like more. */
const USE_INTERVAL = 3_600_000;

/** What a request says about who sends it. */
export type Credentials = {
  /** `Authorization` header. */
  readonly authorization: string | undefined;
  /** Value of the node's cookie. */
  readonly cookie: string | undefined;
  /** Address at the other end of the connection; empty where unknown. */
  readonly address: string;
  /** Whether the request shows signs of a proxy. */
  readonly forwarded: boolean;
};

/** Who sends a request. */
export type Identity = Session & {
  /** What the limits count for: the session, the token, or the address. */
  readonly client: string;
  /** Address, or network, that it comes from. */
  readonly address: string;
  /** Whether the client is on this machine, whatever it may do. */
  readonly local: boolean;
  /** Digest of the session's secret, or null without a session. */
  readonly session: string | null;
  /** Id of the token, or null. */
  readonly token: string | null;
  /** Why nobody is signed in, for the answer; null where somebody is. */
  readonly problem: string | null;
  /** Whether the cookie is to be sent again, so that the browser keeps it longer. */
  readonly renew: boolean;
};

/** What became of an attempt to sign in. */
export type LoginResult =
  | { readonly ok: true; readonly secret: string; readonly session: Session }
  /** `waitSeconds` above 0: too many attempts, this one was not looked at. */
  | { readonly ok: false; readonly waitSeconds: number };

/** Options of {@link Auth.open}. */
export type AuthOptions = {
  readonly store: Pick<Store, "state" | "putState">;
  /** Whether the node listens on a loopback address only. */
  readonly loopback: boolean;
  /** What could not be read or stored. */
  readonly log: (text: string) => void;
  /** Gets a generated password, once: to be shown to whoever starts the node, and not to be kept anywhere. */
  readonly announce: (password: string) => void;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
};

const storedHash: z.ZodType<PasswordHash> = z.strictObject({
  cost: z
    .int()
    .min(2)
    .max(2 ** 20),
  blockSize: z.int().min(1).max(32),
  parallelization: z.int().min(1).max(16),
  salt: z.string(),
  hash: z.string(),
});

const storedSession = z.strictObject({
  digest: z.string(),
  role: z.enum(["viewer", "admin"]),
  via: z.enum(["password", "token"]),
  token: z.string().nullable(),
  usedAt: z.number(),
});
type StoredSession = z.infer<typeof storedSession>;

const storedToken = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: z.enum(["viewer", "admin"]),
  digest: z.string(),
  createdAt: z.number(),
  usedAt: z.number().nullable(),
});
type StoredToken = z.infer<typeof storedToken>;

const storedState = z.strictObject({
  version: z.literal(1),
  /** Makes the cookie's name and the CSRF token of loopback this node's own. */
  secret: z.string(),
  password: storedHash.nullable(),
  sessions: z.array(storedSession),
  tokens: z.array(storedToken),
});
type StoredState = z.infer<typeof storedState>;

/** Sessions, tokens and the password of a node. */
export class Auth {
  readonly #store: AuthOptions["store"];
  readonly #log: (text: string) => void;
  readonly #now: () => number;
  readonly #loopback: boolean;
  readonly #secret: string;
  readonly #throttle: LoginThrottle;
  readonly #sessions = new Map<string, StoredSession>();
  readonly #tokens = new Map<string, StoredToken>();
  readonly #ended = new Set<(client: string) => void>();
  #password: PasswordHash | null;
  #saving: Promise<void> = Promise.resolve();
  #saveWaits = false;

  /** Name of the node's cookie; differs between nodes, since browsers send cookies to every port of a host. */
  readonly cookie: string;

  private constructor(options: AuthOptions, state: StoredState) {
    this.#store = options.store;
    this.#log = options.log;
    this.#now = options.now ?? Date.now;
    this.#loopback = options.loopback;
    this.#throttle = new LoginThrottle(this.#now);
    this.#secret = state.secret;
    this.#password = state.password;
    for (const session of state.sessions) this.#sessions.set(session.digest, session);
    for (const token of state.tokens) this.#tokens.set(token.id, token);
    this.cookie = `symbion-${this.#derive(state.secret, "cookie").slice(0, 8)}`;
  }

  /**
   * Reads what is stored. Draws a password and announces it where one is needed and none is set; also where the stored
   * state cannot be read, since that may have held one.
   */
  static async open(options: AuthOptions): Promise<Auth> {
    const stored = await options.store.state("auth");
    const parsed = storedState.safeParse(stored);
    const unreadable = stored !== null && !parsed.success;
    if (unreadable) options.log("auth: the stored password, sessions and tokens cannot be read");
    const auth = new Auth(
      options,
      parsed.success
        ? parsed.data
        : { version: 1, secret: randomSecret(), password: null, sessions: [], tokens: [] },
    );
    if (auth.#password === null && (!options.loopback || unreadable)) {
      const password = generatePassword();
      auth.#password = await hashPassword(password);
      options.announce(password);
    }
    if (!parsed.success || auth.#password !== parsed.data.password) {
      await auth
        .#save()
        .catch(() => options.log("auth: could not be stored; the next start begins anew"));
    }
    return auth;
  }

  /** Whether everybody who is directly on this machine is admin. */
  get open(): boolean {
    return this.#loopback && this.#password === null;
  }

  /** Whether there is a password to sign in with. */
  get hasPassword(): boolean {
    return this.#password !== null;
  }

  /** Calls back with the {@link Identity.client} of each session or token that ends before its time. */
  onEnded(listener: (client: string) => void): void {
    this.#ended.add(listener);
  }

  /** Who sends a request. A wrong token is nobody, even where everybody is let in. */
  identify({ authorization, cookie, address, forwarded }: Credentials): Identity {
    const local = isLoopbackAddress(address) && !forwarded;
    const from = clientOf(address);
    const nobody = {
      role: null,
      via: null,
      csrf: null,
      client: from,
      address: from,
      local,
      session: null,
      token: null,
      renew: false,
    } as const;
    if (authorization !== undefined) return this.#bearer(authorization, nobody);
    const session = cookie === undefined ? null : this.#session(cookie);
    if (session !== null && cookie !== undefined) {
      const renew = this.#used(session);
      return {
        role: session.role,
        via: session.via,
        csrf: this.#derive(cookie, "csrf"),
        client: `session:${session.digest}`,
        address: from,
        local,
        session: session.digest,
        token: session.token,
        problem: null,
        renew,
      };
    }
    if (this.open && local) {
      const csrf = this.#derive(this.#secret, "csrf");
      return { ...nobody, role: "admin", via: "loopback", csrf, problem: null };
    }
    return { ...nobody, problem: this.#whyNobody(cookie !== undefined) };
  }

  /** Signs in with the password or a token. */
  async login(secret: string, identity: Identity): Promise<LoginResult> {
    const { address } = identity;
    const waitSeconds = this.#throttle.begin(address, identity.local);
    if (waitSeconds > 0) return { ok: false, waitSeconds };
    const token = this.#token(secret);
    const right =
      token !== null || (this.#password !== null && (await isPassword(secret, this.#password)));
    if (!right) return { ok: false, waitSeconds: 0 };
    this.#throttle.succeeded(address);
    return {
      ok: true,
      ...(await this.#begin(
        token === null
          ? { role: "admin", via: "password", token: null }
          : { role: token.role, via: "token", token: token.id },
      )),
    };
  }

  /** Ends the session of a request, if it has one. */
  async logout(identity: Identity): Promise<void> {
    if (identity.session !== null) await this.#end([identity.session]);
  }

  /**
   * Sets the password and ends all other sessions that began with the old one. Where the caller was let in without,
   * it gets a session, so as not to lock itself out; null otherwise.
   */
  async setPassword(password: string, identity: Identity | null): Promise<string | null> {
    const before = this.#password;
    this.#password = await hashPassword(password);
    try {
      await this.#save();
    } catch (error) {
      this.#password = before;
      throw error;
    }
    const others = [...this.#sessions.values()].filter(
      (session) => session.via === "password" && session.digest !== identity?.session,
    );
    await this.#end(others.map((session) => session.digest));
    if (identity?.via !== "loopback") return null;
    this.#tell(identity.client);
    return (await this.#begin({ role: "admin", via: "password", token: null })).secret;
  }

  /** Removes the password: on loopback everybody is let in again, elsewhere the next start draws a new one. */
  async removePassword(): Promise<void> {
    this.#password = null;
    await this.#save();
  }

  /** Every token, oldest first, without the secrets. */
  tokens(): TokenInfo[] {
    return [...this.#tokens.values()].map(tokenInfo);
  }

  /** Makes a token; null where there are {@link MAX_TOKENS}. Its secret is not stored and cannot be shown again. */
  async createToken(
    name: string,
    role: Role,
  ): Promise<{ readonly token: string; readonly info: TokenInfo } | null> {
    if (this.#tokens.size >= MAX_TOKENS) return null;
    const token = `${TOKEN_PREFIX}${randomSecret()}`;
    const createdAt = this.#now();
    const stored: StoredToken = {
      id: sortableId(createdAt),
      name,
      role,
      digest: digest(token),
      createdAt,
      usedAt: null,
    };
    this.#tokens.set(stored.id, stored);
    try {
      await this.#save();
    } catch (error) {
      this.#tokens.delete(stored.id);
      throw error;
    }
    return { token, info: tokenInfo(stored) };
  }

  /** Ends a token and the sessions that began with it; false if there is none of that id. */
  async deleteToken(id: string): Promise<boolean> {
    if (!this.#tokens.delete(id)) return false;
    this.#tell(`token:${id}`);
    const sessions = [...this.#sessions.values()].filter((session) => session.token === id);
    await this.#end(sessions.map((session) => session.digest));
    return true;
  }

  #bearer(authorization: string, nobody: Omit<Identity, "problem">): Identity {
    const secret = /^Bearer +([\x21-\x7e]{1,512}) *$/i.exec(authorization)?.[1];
    const token = secret === undefined ? null : this.#token(secret);
    if (token === null) {
      return { ...nobody, problem: "Authorization: expected Bearer and a token of this node" };
    }
    this.#used(token);
    return {
      ...nobody,
      role: token.role,
      via: "token",
      client: `token:${token.id}`,
      token: token.id,
      problem: null,
    };
  }

  /** The token of a secret. Every one is compared, in constant time, so that the time says nothing. */
  #token(secret: string): StoredToken | null {
    if (!secret.startsWith(TOKEN_PREFIX)) return null;
    const wanted = digest(secret);
    let found: StoredToken | null = null;
    for (const token of this.#tokens.values()) {
      if (sameDigest(token.digest, wanted)) found = token;
    }
    return found;
  }

  #session(secret: string): StoredSession | null {
    const session = this.#sessions.get(digest(secret));
    if (session === undefined) return null;
    if (this.#now() - session.usedAt <= SESSION_LIFETIME) return session;
    this.#sessions.delete(session.digest);
    return null;
  }

  #whyNobody(hadCookie: boolean): string {
    if (hadCookie) return "expected a session that has not ended; sign in again";
    if (!this.open) return "expected somebody who is signed in: the password, or a token";
    return (
      "expected a request from this machine, got one through a proxy or from elsewhere; " +
      "set a password first (symbion password)"
    );
  }

  async #begin(
    who: Pick<StoredSession, "role" | "via" | "token">,
  ): Promise<{ secret: string; session: Session }> {
    const secret = randomSecret();
    const now = this.#now();
    for (const session of [...this.#sessions.values()]) {
      if (now - session.usedAt > SESSION_LIFETIME) this.#sessions.delete(session.digest);
    }
    const session: StoredSession = { ...who, digest: digest(secret), usedAt: now };
    this.#sessions.set(session.digest, session);
    const stalest = [...this.#sessions.values()].sort((a, b) => a.usedAt - b.usedAt);
    const tooMany = stalest.slice(0, Math.max(0, stalest.length - MAX_SESSIONS));
    // Whoever comes to mend a full disk has to be let in: a session that cannot be stored still counts until a restart.
    await this.#end(tooMany.map((one) => one.digest)).catch(() =>
      this.#log("auth: a session could not be stored and ends with the node"),
    );
    const csrf = this.#derive(secret, "csrf");
    return { secret, session: { role: who.role, via: who.via, csrf } };
  }

  async #end(sessions: readonly string[]): Promise<void> {
    for (const session of sessions) {
      this.#sessions.delete(session);
      this.#tell(`session:${session}`);
    }
    await this.#save();
  }

  #tell(client: string): void {
    for (const listener of this.#ended) listener(client);
  }

  /** Notes the use of a session or token; true where that was long enough after the last one to be written. */
  #used(entry: { usedAt: number | null }): boolean {
    const now = this.#now();
    if (entry.usedAt !== null && now - entry.usedAt < USE_INTERVAL) return false;
    entry.usedAt = now;
    this.#save().catch(() => this.#log("auth: the use of a session could not be stored"));
    return true;
  }

  /** Writes the state; calls that come while one is being written share the next. */
  #save(): Promise<void> {
    if (this.#saveWaits) return this.#saving;
    this.#saveWaits = true;
    const write = async (): Promise<void> => {
      this.#saveWaits = false;
      await this.#store.putState("auth", {
        version: 1,
        secret: this.#secret,
        password: this.#password,
        sessions: [...this.#sessions.values()],
        tokens: [...this.#tokens.values()],
      } satisfies StoredState);
    };
    this.#saving = this.#saving.then(write, write);
    return this.#saving;
  }

  #derive(key: string, what: string): string {
    return createHmac("sha256", key).update(what).digest("base64url");
  }
}

function tokenInfo({ id, name, role, createdAt, usedAt }: StoredToken): TokenInfo {
  return { id, name, role, createdAt, usedAt };
}
