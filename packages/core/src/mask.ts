/** Keeping passwords out of logs, messages and pages. */

/**
 * `scheme://user:password@`, up to the last `@` of the word: a password may hold an unescaped `@` or `/`,
 * which makes no valid URL, but people write it. A port number after the colon is no password.
 */
const password = /([a-z][a-z0-9+.-]{0,19}:\/\/)[^\s/?#@:[]*:(?!\d{1,5}(?:[/?#\s]|$))\S*@/gi;

/** `scheme://token@`. */
const userOnly = /([a-z][a-z0-9+.-]{0,19}:\/\/)[^\s/?#:]*@/gi;

/** Query parameters whose name says that the value is secret. */
const secretParameter =
  /([?&;](?:[a-z_-]*(?:password|passwd|pwd|secret|token|signature)|pass|auth|key|api_?key|sig)=)[^&;#\s]*/gi;

/**
 * Replaces user names, passwords and secret query parameters of every URL inside a text by `***`.
 * Takes any text (a log line, an error message); a text without such a URL comes back unchanged.
 * When in doubt it hides too much rather than too little.
 */
export function maskCredentials(text: string): string {
  return text
    .replace(password, "$1***@")
    .replace(userOnly, "$1***@")
    .replace(secretParameter, "$1***");
}
