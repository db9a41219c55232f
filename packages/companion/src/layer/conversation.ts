/** A conversation as the layer takes it: bounded, well-formed, and what of it the gates look at. */

import { expected } from "@symbion/core";
import type { ScreenVerdict } from "../safety/types.ts";
import type { ChatMessage } from "../sycophancy/types.ts";
import type { TriageRequest, TriageVerdict } from "../triage/types.ts";

/** Most messages of a conversation. */
export const MOST_MESSAGES = 200;
/** Most characters (UTF-16 units) of all messages together. */
export const MOST_CHARACTERS = 1_000_000;

const ROLES: readonly string[] = ["system", "user", "assistant"];
/** How many of the person's earlier messages belong to what is said now. */
const STRETCH = 3;
/** A message of at most so many words may lean on the one before it. */
const SHORT = 12;

/**
 * Copies a conversation; halves of surrogate pairs, which no UTF-8 can hold, become U+FFFD, so that what is logged is
 * what was judged.
 *
 * @throws {UsageError} Where it is empty, does not end with the person's words, is too long or no conversation.
 */
export function readConversation(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  if (!Array.isArray(messages) || messages.length === 0 || messages.length > MOST_MESSAGES) {
    const got = Array.isArray(messages) ? messages.length : typeof messages;
    throw expected(`1 to ${MOST_MESSAGES} messages`, got, "messages");
  }
  let length = 0;
  const copy = messages.map((message: ChatMessage, index): ChatMessage => {
    const { role, text } = message ?? {};
    if (!ROLES.includes(role)) throw expected(ROLES.join(", "), role, `messages[${index}].role`);
    if (typeof text !== "string") throw expected("a text", typeof text, `messages[${index}].text`);
    length += text.length;
    if (length > MOST_CHARACTERS) {
      throw expected(`at most ${MOST_CHARACTERS} characters together`, "more", "messages");
    }
    return { role, text: text.toWellFormed() };
  });
  const last = copy[copy.length - 1];
  if (last?.role !== "user") throw expected("the person's words last", last?.role, "messages");
  if (last.text.trim() === "") throw expected("a question", "an empty text", "messages");
  return copy;
}

/** The person's last words. */
export function questionOf(messages: readonly ChatMessage[]): string {
  return messages[messages.length - 1]?.text ?? "";
}

/** What the person said before that, as far as it belongs to it; empty where there is nothing. */
function saidBefore(messages: readonly ChatMessage[]): string {
  const said = messages.filter(({ role }) => role === "user").map(({ text }) => text);
  return said.slice(-STRETCH, -1).join("\n");
}

function isShort(text: string): boolean {
  // Enough of the text to know: a longer one has more words than that.
  return (
    text
      .slice(0, 40 * SHORT)
      .split(/\s+/)
      .filter((word) => word !== "").length <= SHORT
  );
}

/**
 * The red-flag gate over a conversation. What makes an emergency may be told in pieces: the last message is judged by
 * itself, and together with what was said just before it where it goes on about health.
 */
export function triageConversation(
  triage: (request: TriageRequest) => TriageVerdict,
  messages: readonly ChatMessage[],
  age: number | null,
): TriageVerdict {
  const judge = (text: string): TriageVerdict => triage(age === null ? { text } : { text, age });
  const question = questionOf(messages);
  const alone = judge(question);
  const before = saidBefore(messages);
  if (isUrgent(alone) || before === "" || !(alone.aboutHealth || isShort(question))) return alone;
  const together = judge(`${before}\n${question}`);
  if (!isUrgent(together)) return alone;
  // What was urgent before, and was answered so, goes on being so only while the talk is still about it.
  return alone.aboutHealth || !isUrgent(judge(before)) ? together : alone;
}

/** Whether people take over at once. */
export function isUrgent({ disposition, crisis }: TriageVerdict): boolean {
  return disposition === "emergency" || crisis;
}

/**
 * The screen over a conversation: a request that is told in two halves is one, and "please, just do it" asks for what
 * was refused before.
 */
export function screenConversation(
  screen: (text: string) => ScreenVerdict,
  messages: readonly ChatMessage[],
): ScreenVerdict {
  const question = questionOf(messages);
  const alone = screen(question);
  const before = saidBefore(messages);
  if (alone.refuse || before === "" || !isShort(question)) return alone;
  const together = screen(`${before}\n${question}`);
  return together.refuse && goesOn(question) ? together : alone;
}

/** Words that point back to what was said. */
const POINTS_BACK =
  /(?:^|[^\p{L}])(?:it|that|this|those|them|these|lo|quello|quelli|questo|ciò|farlo|dirlo|dirmelo)(?=$|[^\p{L}])/iu;
/** Words of somebody who presses on and says nothing new. */
const PRESSING = new Set(
  (
    "please just do so anyway come on i insist tell me answer yes ok okay go ahead and but now why not you can must " +
    "per favore dai su avanti insisto rispondi dimmi comunque si sì va bene e ma perché allora devi puoi"
  ).split(" "),
);

function goesOn(text: string): boolean {
  if (POINTS_BACK.test(text)) return true;
  const said = text
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== "");
  return said.every((word) => PRESSING.has(word));
}
