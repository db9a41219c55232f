/** The session's cookie: HttpOnly (no script reads it), SameSite=Strict (no foreign page sends it), for all paths. */

import { serialize } from "hono/utils/cookie";
import { SESSION_LIFETIME } from "./auth.ts";

const OPTIONS = { path: "/", httpOnly: true, sameSite: "Strict" } as const;

/** `Set-Cookie` for a session; only sent over TLS if the page that signs in came that way. */
export function sessionCookie(name: string, secret: string, request: Request): string {
  const secure = request.headers.get("origin")?.startsWith("https://") ?? false;
  return serialize(name, secret, { ...OPTIONS, secure, maxAge: SESSION_LIFETIME / 1000 });
}

/** `Set-Cookie` that removes it. */
export function clearedCookie(name: string): string {
  return serialize(name, "", { ...OPTIONS, maxAge: 0 });
}
