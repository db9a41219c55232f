/** Addresses of cameras, with user and password apart: they are typed into fields of their own and never shown again. */

/** An address and who asks. Empty strings where there is nothing. */
export type Address = {
  readonly url: string;
  readonly user: string;
  readonly password: string;
};

/** Schemes that the node can fetch. */
const SCHEME = /^(rtsps?|rtmps?|https?|srt|udp|rtp):\/\//i;

/** `scheme://user:password@rest`; the password reaches to the last `@` of the authority. */
const CREDENTIALS = /^([a-z][a-z0-9+.-]*:\/\/)([^\s/?#]*)@(.*)$/i;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Takes an address apart; one that was pasted with its password in it loses it to the fields. */
export function takeApart(text: string): Address {
  const trimmed = text.trim();
  const match = CREDENTIALS.exec(trimmed);
  if (match === null) return { url: trimmed, user: "", password: "" };
  const [, scheme = "", who = "", rest = ""] = match;
  const colon = who.indexOf(":");
  const user = colon < 0 ? who : who.slice(0, colon);
  const password = colon < 0 ? "" : who.slice(colon + 1);
  return { url: scheme + rest, user: decode(user), password: decode(password) };
}

/** The address with its credentials, escaped, as the node takes it. */
export function putTogether({ url, user, password }: Address): string {
  if (user === "" && password === "") return url;
  const secret = password === "" ? "" : `:${encodeURIComponent(password)}`;
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)/i, `$1${encodeURIComponent(user)}${secret}@`);
}

/** What is wrong with an address, or null. A path of a file is right as well. */
export function addressProblem(url: string): string | null {
  if (url === "") return null;
  if (SCHEME.test(url) || isFile(url)) return null;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) {
    return "Expected rtsp://, rtsps://, rtmp://, http://, https://, srt://, udp:// or rtp://.";
  }
  return "Expected an address (rtsp://…) or the path of a file on the node (/videos/x.mp4).";
}

/** Whether it is a path on the node's machine. */
export function isFile(url: string): boolean {
  return /^(\.{0,2}\/|[A-Za-z]:\\)/.test(url);
}

/** A name to begin with: the last part of the host or file. */
export function suggestName(url: string): string {
  if (isFile(url)) {
    const file = url.split(/[\\/]/).at(-1) ?? "";
    const bare = file.replace(/\.[a-z0-9]+$/i, "").replaceAll(/[-_]+/g, " ");
    return bare.charAt(0).toUpperCase() + bare.slice(1);
  }
  const host = /^[a-z][a-z0-9+.-]*:\/\/(\[[^\]]+\]|[^\s/:?#]+)/i.exec(url)?.[1] ?? "";
  return host === "" ? "" : `Camera ${host}`;
}
