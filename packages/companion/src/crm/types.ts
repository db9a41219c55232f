/** The words between the companion and any CRM system: cases, people, tasks, messages, and what happened to them. */

/** Where a case stands, whatever word the system has for it. */
export const CASE_STATES = ["open", "waiting", "closed"] as const;

/** One of {@link CASE_STATES}. */
export type CaseState = (typeof CASE_STATES)[number];

/** A matter that somebody brought up. */
export type CrmCase = {
  /** The system's id. */
  readonly id: string;
  /** What people call it; the id where the system has no number of its own. */
  readonly number: string;
  /** Id of the intent that created it; null where it was not created from here. */
  readonly intent: string | null;
  /** One line. */
  readonly subject: string;
  /** The first words, as plain text; empty where the system keeps them as a message only. */
  readonly description: string;
  /** The system's own word for its state. */
  readonly status: string;
  /** What that word means here. */
  readonly state: CaseState;
  /** The system's own word; null where it has none. */
  readonly priority: string | null;
  /** Who brought it up; null where unknown. */
  readonly contact: string | null;
  /** Whether it was handed up. */
  readonly escalated: boolean;
  /** Satisfaction that the customer stated, 1 (worst) to 5; null where nobody was asked or answered. */
  readonly satisfaction: number | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds since 1970; may have the system's resolution of a second. */
  readonly updatedAt: number;
  /** Milliseconds since 1970; null while it is open. */
  readonly closedAt: number | null;
  /** Changes whenever anything of it changes; the system's own mark, opaque. */
  readonly revision: string;
};

/** A person as the system knows them. */
export type CrmContact = {
  /** The system's id. */
  readonly id: string;
  /** Id of the intent that created it; null where it was not created from here. */
  readonly intent: string | null;
  /** Full name; may be empty. */
  readonly name: string;
  /** Address for mail; null where none is known. */
  readonly email: string | null;
  /** Number as the system writes it; null where none is known. */
  readonly phone: string | null;
  /** Milliseconds since 1970; null where the system does not say. */
  readonly updatedAt: number | null;
};

/** Something that somebody has to do for a case. */
export type CrmTask = {
  /** The system's id. */
  readonly id: string;
  /** Case it belongs to. */
  readonly caseId: string;
  /** Id of the intent that created it; null where it was not created from here. */
  readonly intent: string | null;
  /** One line. */
  readonly subject: string;
  /** The system's own word. */
  readonly status: string;
  /** Whether nothing is left to do. */
  readonly done: boolean;
  /** Day, `YYYY-MM-DD`; null where there is none. */
  readonly dueOn: string | null;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
};

/** Something that was said on a case. */
export type CrmMessage = {
  /** The system's id. */
  readonly id: string;
  /** Case it belongs to. */
  readonly caseId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `system`: nobody wrote it, a rule did. */
  readonly from: "customer" | "agent" | "system";
  /** Whether only people inside may read it. */
  readonly internal: boolean;
  /** Plain text, without the mark that intents carry. */
  readonly text: string;
  /** Name or address of who wrote it; null where unknown. */
  readonly author: string | null;
  /** Id of the intent that wrote it; null where it was not written from here. */
  readonly intent: string | null;
};

/** A change of a case's state or of its being handed up. */
export type CrmChange = {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What changed. */
  readonly what: "state" | "escalation";
  /** The system's word before; null where it does not say. */
  readonly from: string | null;
  /** The system's word after. */
  readonly to: string;
  /** Where the case stood before; null where the system does not say, or for an escalation. */
  readonly fromState: CaseState | null;
  /** Where the case stands afterwards; null for an escalation. */
  readonly toState: CaseState | null;
};

/** Something that happened since a cursor. */
export type CrmEvent = {
  /** Same for the same happening, however often it is told. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `deleted` only where the system's stream tells it. */
  readonly kind: "case-created" | "case-changed" | "message" | "deleted";
  /** Case that it happened to. */
  readonly caseId: string;
};

/** Events and where to go on. */
export type CrmEvents = {
  /** Oldest first. */
  readonly events: readonly CrmEvent[];
  /** Give it to the next call; opaque, plain text, at most 64 kB. */
  readonly cursor: string;
  /** Whether more is waiting already. */
  readonly more: boolean;
};

/** Which cases are wanted. */
export type CaseQuery = {
  /** Default: all states. */
  readonly states?: readonly CaseState[];
  /** Changed at or after, milliseconds since 1970. */
  readonly updatedSince?: number;
  /** Words that the subject has to contain, in any case of letters; at most 200 characters. */
  readonly subject?: string;
  /** Where to go on: {@link CrmPage.next} of the page before. */
  readonly after?: string;
  /** Cases a page, 1 to 200. Default 50. */
  readonly limit?: number;
};

/** Some of many records. */
export type CrmPage<T> = {
  /** In the system's order: most recently changed first. */
  readonly items: readonly T[];
  /** Where to go on; null at the end. */
  readonly next: string | null;
};

/** What a system can and cannot do; said, not guessed. */
export type CrmCapabilities = {
  /**
   * How a repeated create is kept from making a second record. `atomic`: the system itself refuses it by the
   * intent's id; `lookup`: the connector looks for the id first, which is sure as long as one queue writes and a
   * lost request does not arrive after the look.
   */
  readonly creates: "atomic" | "lookup";
  /** The same for comments. */
  readonly comments: "atomic" | "lookup";
  /**
   * What keeps a field edit from overwriting somebody else's. `revision`: the system compares an exact mark;
   * `second`: it compares times of one-second resolution, so the connector waits until the second of
   * the last change is over.
   */
  readonly edits: "revision" | "second";
  /** `stream`: told as it happens; `poll`: asked for. */
  readonly events: "stream" | "poll";
  /** Whether tasks can be read and created. */
  readonly tasks: boolean;
  /** Whether people can be created. */
  readonly contacts: boolean;
  /** Whether stated satisfaction has a place in the system. */
  readonly satisfaction: boolean;
};

/** What one write became. */
export type Applied = {
  /** Id of the record that was created or changed. */
  readonly id: string;
  /** `already`: it was there from an earlier try, or the record said so anyway; nothing was written. */
  readonly outcome: "applied" | "already";
};

/** Everything that is asked of the node's door before a byte leaves. */
export type OutgoingRequest = {
  /** Host and port that it goes to. */
  readonly host: string;
  /** In a few words, never the value itself: `create case`, `list cases`. */
  readonly what: string;
  /** Bytes of the body. */
  readonly bytes: number;
};

/**
 * Asked before every request. Rejecting keeps it from leaving: the call fails with a `CrmError` of kind `forbidden`
 * that has the rejection's message.
 */
export type BeforeRequest = (request: OutgoingRequest) => void | Promise<void>;
