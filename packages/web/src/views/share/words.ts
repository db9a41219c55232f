/** Sharing in words: what left, what epsilon says, what a figure of energy means. */

import type { PeerState, Release, ReleaseRoute, ReleaseState } from "@symbion/core";
import { cameras } from "../../state.ts";

/** How something left, as the end of "to yard-2 …". */
export const ROUTE_TEXT: Readonly<Record<ReleaseRoute, string>> = {
  link: "over a link",
  alert: "as a notification",
  model: "to a model elsewhere",
  crm: "to a CRM system",
  fetch: "as a request for a file",
  export: "in a file that was carried away",
};

/** How something left, as a choice in a list. */
export const ROUTE_NAME: Readonly<Record<ReleaseRoute, string>> = {
  link: "Links to nodes",
  alert: "Notifications",
  model: "Models elsewhere",
  crm: "CRM systems",
  fetch: "Requests for files",
  export: "Files carried away",
};

/** What became of a release: a word and the tone of its tag. */
export const STATE_TEXT: Readonly<Record<ReleaseState, readonly [word: string, tone: string]>> = {
  pending: ["waiting", "tag"],
  sent: ["sent", "tag plain"],
  refused: ["kept back", "tag good"],
  failed: ["not confirmed", "tag bad"],
};

/** The same as a choice in a list. */
export const STATE_NAME: Readonly<Record<ReleaseState, string>> = {
  sent: "Sent",
  refused: "Kept back",
  pending: "Waiting",
  failed: "Not confirmed",
};

/** State of the link to another node. */
export const PEER_TEXT: Readonly<Record<PeerState, string>> = {
  waiting: "Nothing to send",
  connected: "Connected",
  unreachable: "Not reachable",
  refused: "Refused",
};

/** Digits that fit the size: "0.43", "5.2", "181". */
export function figure(value: number): string {
  if (value === 0) return "0";
  if (value >= 99.5) return Math.round(value).toString();
  if (value >= 0.995) return value.toFixed(1);
  if (value >= 0.01) return value.toFixed(2);
  return value.toPrecision(1);
}

/** Privacy in epsilon, "ε 0.43". */
export function epsilonText(epsilon: number): string {
  return `ε\u202f${figure(epsilon)}`;
}

/** A small chance in words: 1e-6 is "1 in 1 000 000". */
export function chance(delta: number): string {
  if (delta <= 0) return "none";
  const one = Math.round(1 / delta);
  return `1 in ${one.toString().replace(/\B(?=(\d{3})+$)/g, "\u202f")}`;
}

/** By how much odds may change at most: e to the epsilon. */
export function oddsFactor(epsilon: number): number {
  return Math.exp(epsilon);
}

/** The factor as people read it; beyond a million no longer a figure that says anything. */
export function factorText(epsilon: number): string {
  const factor = oddsFactor(epsilon);
  if (factor >= 1e6) return "more than a million";
  if (factor >= 1000) return `${Math.round(factor / 1000)}\u202f000`;
  return factor >= 10 ? Math.round(factor).toString() : factor.toFixed(2);
}

/** What somebody believes at most who believed 50 % before; 0 to 1. */
export function belief(epsilon: number): number {
  return 1 / (1 + Math.exp(-epsilon));
}

/** How strong a promise is, in a word. */
export function strength(epsilon: number): "strong" | "fair" | "weak" {
  return epsilon <= 1 ? "strong" : epsilon <= 4 ? "fair" : "weak";
}

/**
 * Epsilon of a zero-concentrated budget at delta (Canonne, Kamath, Steinke 2020, proposition 12):
 * the smallest over alpha > 1 of `alpha rho + log(1 / (alpha delta)) / (alpha - 1) + log(1 - 1 / alpha)`. Every alpha
 * gives a bound that holds, so a search that is not exact errs on the safe side.
 */
export function epsilonOf(rho: number, delta: number): number {
  if (rho <= 0) return 0;
  const at = (logOver: number): number => {
    const over = Math.exp(logOver);
    const alpha = 1 + over;
    return alpha * rho - (Math.log(delta) + Math.log(alpha)) / over + Math.log(over / alpha);
  };
  // Alpha - 1 on a logarithmic axis, where the bound has one valley.
  let low = Math.log(1e-6);
  let high = Math.log(1e9);
  for (let step = 0; step < 120; step++) {
    const a = low + (high - low) / 3;
    const b = high - (high - low) / 3;
    if (at(a) < at(b)) high = b;
    else low = a;
  }
  return Math.max(0, at((low + high) / 2));
}

/** Whether a key exchange holds against a quantum computer: whether ML-KEM is part of it. */
export function isQuantumSafe(group: string): boolean {
  return /ML-?KEM/i.test(group);
}

/** A fingerprint in two lines that people can compare, groups kept. */
export function fingerprintLines(fingerprint: string): readonly string[] {
  const groups = fingerprint.split(/[-:\s]+/);
  if (groups.length < 4) return [fingerprint];
  const half = Math.ceil(groups.length / 2);
  return [groups.slice(0, half).join(" "), groups.slice(half).join(" ")];
}

/** Letters and digits alone: how something was typed makes no difference. */
export function bareFingerprint(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** At most three digits, without zeros that say nothing. */
function short(value: number): string {
  return Number(figure(value)).toString();
}

/** Energy: "12 µJ", "3.4 mJ", "1.2 J". */
export function joules(value: number): string {
  if (value === 0) return "0\u202fJ";
  if (value < 1e-3) return `${short(value * 1e6)}\u202fµJ`;
  if (value < 1) return `${short(value * 1e3)}\u202fmJ`;
  return value < 1000 ? `${short(value)}\u202fJ` : `${short(value / 1000)}\u202fkJ`;
}

/** Time of a processor: "0.8 ms", "3.1 s". */
export function cpuTime(ms: number): string {
  return ms < 1000 ? `${short(ms)}\u202fms` : `${short(ms / 1000)}\u202fs`;
}

/** Name of whom something is about: a camera's name, else the id itself. */
export function subjectName(subject: string): string {
  return cameras.value.find(({ id }) => id === subject)?.name ?? subject;
}

/** Name of a node or another recipient; ids that are drawn from a key are cut to what people can tell apart. */
export function recipientName(id: string): string {
  return /^[0-9a-f]{16,}$/.test(id) ? `node ${id.slice(0, 8)}` : id;
}

/** Whether what something is about is drawn by a program. */
export function isSimulated(subject: string | null): boolean {
  return cameras.value.some(({ id, simulated }) => id === subject && simulated);
}

/** Bytes of a release with its security, where that is known. */
export function wireBytes({ payloadBytes, securityBytes }: Release): number {
  return payloadBytes + (securityBytes ?? 0);
}
