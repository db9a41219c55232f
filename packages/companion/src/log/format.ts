/**
 * Lines of the log. Each is JSON with its keys in one order and nothing between them, so that there is one way only to
 * write it; the last key is the SHA-256 over all that stands before it:
 *
 *     {"v":1,"seq":0,"at":1790000000000,"prev":"00…","key":"5f…","nonce":"…","data":"…","hash":"9c…"}
 *     {"v":1,"seq":1,"at":1790000000500,"prev":"9c…","erased":"5f…","hash":"71…"}
 *
 * A line says nothing of whom it is about: `key` is a fingerprint of a random key, `data` is encrypted with it, and where
 * the line stands (`v`, `seq`, `at`, `prev`, `key`) is authenticated along with it.
 */

import type { Json, LogDraft } from "./types.ts";

/** Version of the lines. */
export const VERSION = 1;
/** What the first line holds as `prev`. */
export const GENESIS: string = "0".repeat(64);
/** UTF-8 bytes that a body may have as JSON. */
export const MAX_BODY: number = 8 << 20;
/** UTF-16 units that a line may have: a body in Base64, and what stands around it. */
export const MAX_LINE: number = Math.ceil((MAX_BODY + 8192) / 3) * 4 + 1024;

const LINE_DOMAIN = "symbion-log-line/1\0";
const KEY_DOMAIN = "symbion-log-key/1\0";
const DATA_DOMAIN = "symbion-log-data/1\0";
const MAX_DEPTH = 64;
const TAIL = /^,"hash":"([0-9a-f]{64})"\}$/;
const TAIL_LENGTH = 75;
const PLACE =
  /^\{"v":1,"seq":(0|[1-9]\d{0,15}),"at":(-?(?:0|[1-9]\d{0,15})),"prev":"([0-9a-f]{64})",/;
const KEY = /^"key":"([0-9a-f]{32})","nonce":"([A-Za-z0-9+/]{16})","data":"$/;
const KEY_LENGTH = 76;
const ERASED = /^"erased":"([0-9a-f]{32})"$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** A line that was read. */
export type Line = {
  /** Place in the log, from 0. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Hash of the line before. */
  readonly prev: string;
  /** What it holds: an encrypted entry, or word that a key was destroyed. */
  readonly content:
    | { readonly key: string; readonly nonce: Uint8Array<ArrayBuffer>; readonly data: string }
    | { readonly erased: string };
  /** The hash that it claims. */
  readonly hash: string;
  /** The line up to its hash. */
  readonly signed: string;
};

/** UTF-8 of a text. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** Bytes of hexadecimal digits, which have to be pairs of `0-9a-f`. */
export function unhex(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length >> 1);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Base64 with padding. */
export function base64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let i = 0; i < bytes.length; i += 8190) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(i, i + 8190))));
  }
  return pieces.join("");
}

/** Bytes of Base64 with padding; null for other text, and for a second way of writing the same bytes. */
export function unbase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0 || !BASE64.test(text)) return null;
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  // Unused bits of the last digit have to be zero.
  const tail = bytes.subarray(Math.max(0, bytes.length - 3 + ((3 - (bytes.length % 3)) % 3)));
  return text.endsWith(base64(tail.length === 0 ? bytes : tail)) ? bytes : null;
}

async function sha256(domain: string, bytes: Uint8Array): Promise<Uint8Array> {
  const head = utf8(domain);
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

/** Hash of a line, from what stands before it. */
export async function lineHash(signed: string): Promise<string> {
  return hex(await sha256(LINE_DOMAIN, utf8(signed)));
}

/** Fingerprint of a key: 128 bits of its SHA-256. It stands in the lines, so no other key can be passed off as theirs. */
export async function keyId(key: Uint8Array): Promise<string> {
  return hex((await sha256(KEY_DOMAIN, key)).subarray(0, 16));
}

/** What stands at the front of every line, and is authenticated with what it holds. */
export function place(seq: number, at: number, prev: string): string {
  return `{"v":${VERSION},"seq":${seq},"at":${at},"prev":"${prev}",`;
}

/** Puts the hash behind what was signed. */
export function sealLine(signed: string, hash: string): string {
  return `${signed},"hash":"${hash}"}`;
}

/** Reads a line; the text of an objection where it is none. Its hash is not checked here. */
export function readLine(text: string): Line | string {
  if (text.length > MAX_LINE) return `a line of at most ${MAX_LINE} characters, got ${text.length}`;
  const tail = TAIL.exec(text.slice(-TAIL_LENGTH));
  const head = PLACE.exec(text.slice(0, 160));
  if (tail === null || head === null) return "a line of the log, got other text";
  const [front, seq, at, prev] = head;
  const signed = text.slice(0, -TAIL_LENGTH);
  const common = { seq: Number(seq), at: Number(at), prev, hash: tail[1], signed };
  if (!Number.isSafeInteger(common.seq) || !Number.isSafeInteger(common.at) || at === "-0") {
    return "whole numbers for seq and at, got others";
  }
  const rest = signed.slice(front.length);
  const erased = ERASED.exec(rest);
  if (erased !== null) return { ...common, content: { erased: erased[1] } };
  const key = KEY.exec(rest.slice(0, KEY_LENGTH));
  const nonce = key === null ? null : unbase64(key[2]);
  if (key === null || nonce === null || !rest.endsWith('"') || rest.length <= KEY_LENGTH) {
    return "a key, a nonce and data, or an erasure, got others";
  }
  return { ...common, content: { key: key[1], nonce, data: rest.slice(KEY_LENGTH, -1) } };
}

/** A person's key, 32 bytes, as WebCrypto has it: entries are sealed with AES-256-GCM. */
export function importKey(key: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", new Uint8Array(key), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
}

function associated(front: string, id: string): Uint8Array<ArrayBuffer> {
  return utf8(`${DATA_DOMAIN}${front}"key":"${id}"`);
}

/** The signed part of a line with an entry. */
export async function encryptEntry(
  front: string,
  id: string,
  key: CryptoKey,
  draft: LogDraft,
): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const { kind, subject, body } = draft;
  const plain = utf8(JSON.stringify({ kind, subject, body }));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: associated(front, id) },
    key,
    plain,
  );
  return `${front}"key":"${id}","nonce":"${base64(iv)}","data":"${base64(new Uint8Array(sealed))}"`;
}

/** What an entry says; null where its key does not open it or it says something else. */
export async function decryptEntry(line: Line, key: CryptoKey): Promise<LogDraft | null> {
  if (!("key" in line.content)) return null;
  const { key: id, nonce, data } = line.content;
  const bytes = unbase64(data);
  if (bytes === null) return null;
  try {
    const front = place(line.seq, line.at, line.prev);
    const plain = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: nonce, additionalData: associated(front, id) },
      key,
      bytes,
    );
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(plain));
    if (typeof value !== "object" || value === null) return null;
    const { kind, subject, body } = value as Partial<LogDraft>;
    if (typeof kind !== "string" || typeof subject !== "string" || body === undefined) return null;
    return { kind, subject, body };
  } catch {
    return null;
  }
}

/** What is wrong with a draft, as the end of "expected …"; null where it can be written. */
export function draftProblem(draft: LogDraft): string | null {
  const { kind, subject, body } = draft;
  if (typeof kind !== "string" || kind === "" || kind.length > 64) {
    return "a kind of 1 to 64 characters";
  }
  if (typeof subject !== "string" || subject === "" || subject.length > 512) {
    return "a subject of 1 to 512 characters";
  }
  const problem = jsonProblem(body, 0);
  if (problem !== null) return `a body of JSON, got ${problem}`;
  const length = utf8(JSON.stringify(body)).length;
  return length > MAX_BODY ? `a body of at most ${MAX_BODY} bytes, got ${length}` : null;
}

function jsonProblem(value: Json | undefined, depth: number): string | null {
  if (depth > MAX_DEPTH) return `more than ${MAX_DEPTH} levels`;
  if (value === null || typeof value === "boolean" || typeof value === "string") return null;
  if (typeof value === "number") return Number.isFinite(value) ? null : String(value);
  if (typeof value !== "object") return typeof value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    return "an object of a class";
  }
  for (const part of Array.isArray(value) ? value : Object.values(value)) {
    const problem = jsonProblem(part as Json | undefined, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}
