/** What the thread of links and budgets and the rest of the node say to each other. */

import type { Peer, PrivacyBudget, Release, ReleasePrivacy } from "@symbion/core";
import type { ShareConfig } from "../config/share-types.ts";
import type { CryptoUse, Invited, SharePolicy } from "../server/share-schemas.ts";

/** A number to be told, with the private values that it is made of. */
export type TellJob = {
  /** Id of the release in the configuration. */
  readonly release: string;
  /** Camera, `alerts` or `machines`: whose budget it takes from. */
  readonly subject: string;
  /** Beginning and end of the slot, ms since 1970. */
  readonly slot: readonly [number, number];
  /** One value per contribution, not clipped yet; null: not known. */
  readonly values: readonly (number | null)[];
};

/** What became of a job for one peer. */
export type TellResult =
  | {
      readonly told: true;
      readonly peer: string;
      readonly tier: string;
      readonly value: number;
      readonly deviation: number;
      readonly privacy: ReleasePrivacy;
    }
  | {
      readonly told: false;
      readonly peer: string;
      readonly tier: string;
      readonly reason: string;
      /** What was asked for. */
      readonly privacy: ReleasePrivacy;
    };

/** Requests with one answer each. */
export type ShareRequests = {
  readonly tell: { readonly ask: TellJob; readonly answer: readonly TellResult[] };
  readonly invite: {
    readonly ask: { readonly tier: string | null; readonly holds: number };
    readonly answer: Invited;
  };
  readonly enrol: {
    readonly ask: { readonly invitation: string; readonly tier: string | null };
    readonly answer: Peer;
  };
  readonly forget: { readonly ask: { readonly peer: string }; readonly answer: boolean };
  readonly tier: {
    readonly ask: { readonly peer: string; readonly tier: string | null };
    readonly answer: Peer | null;
  };
  readonly policy: { readonly ask: null; readonly answer: SharePolicy };
  readonly inventory: { readonly ask: null; readonly answer: readonly CryptoUse[] };
  /** Sends a message; answers when the peer has confirmed it. */
  readonly send: {
    readonly ask: { readonly peer: string; readonly message: string };
    readonly answer: {
      readonly session: string;
      /** Bytes on the wire beyond the message since the message before, both ways. */
      readonly securityBytes: number;
    };
  };
};

/** Names of the requests. */
export type ShareRequest = keyof ShareRequests;

/** A request as it goes to the thread. */
export type AskMessage = {
  [K in ShareRequest]: {
    readonly type: "ask";
    readonly request: number;
    readonly what: K;
    readonly ask: ShareRequests[K]["ask"];
  };
}[ShareRequest];

/** To the thread. */
export type ToShare =
  | {
      readonly type: "configure";
      readonly config: ShareConfig;
      /** Folder for keys, budgets and the policy. */
      readonly folder: string;
      /** What to let others know this node by. */
      readonly name: string;
    }
  | AskMessage
  /** What became of a release, for the sealed log. */
  | { readonly type: "seal"; readonly release: Release }
  /** What came from a peer is safe here, or was thrown away: it may be confirmed. */
  | { readonly type: "taken"; readonly receipt: number; readonly taken: boolean }
  | { readonly type: "stop" };

/** What the thread tells of itself. */
export type ShareState = {
  readonly fingerprint: string;
  readonly keysIn: "keychain" | "file";
  readonly listening: string | null;
  readonly peers: readonly Peer[];
  readonly budgets: readonly PrivacyBudget[];
  /** Bytes of messages and on top of them, over all sessions, both ways. */
  readonly payloadBytes: number;
  readonly securityBytes: number;
  /** CPU time of the thread by part, milliseconds. */
  readonly privacyCpuMs: number;
  readonly linkCpuMs: number;
  readonly sealCpuMs: number;
};

/** From the thread. */
export type FromShare =
  | { readonly type: "state"; readonly state: ShareState }
  | { readonly type: "answer"; readonly request: number; readonly value: unknown }
  | {
      readonly type: "refused";
      readonly request: number;
      /** `refused`: by the link or the policy; `unreachable`: the peer is; `failed`: a defect. */
      readonly kind: "refused" | "unreachable" | "failed";
      readonly message: string;
    }
  | {
      readonly type: "received";
      readonly receipt: number;
      readonly peer: string;
      readonly session: string;
      readonly message: string;
    }
  /** A session to this peer is open: what waits for it can go. */
  | { readonly type: "connected"; readonly peer: string }
  | { readonly type: "log"; readonly text: string };
