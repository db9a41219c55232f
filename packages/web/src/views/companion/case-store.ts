/** Writes to the CRM system as the page knows them: asked for while something waits, and after each wish. */

import { type Signal, signal } from "@preact/signals";
import type { CaseWrite, CaseWrites } from "@symbion/companion";
import { request } from "../../api/request.ts";

/** The queue of writes; null before the first answer. */
export const caseWrites: Signal<CaseWrites | null> = signal(null);

/** How often the node is asked while something waits, milliseconds. */
const SOON = 1500;
/** How often otherwise: other people and commands write as well. */
const LATER = 15_000;

let followed = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Asks the node anew; the next time it is asked depends on what there is to wait for. */
export async function refreshWrites(): Promise<void> {
  clearTimeout(timer);
  try {
    caseWrites.value = await request<CaseWrites>("GET", "/api/companion/writes");
  } finally {
    clearTimeout(timer);
    const wait = (caseWrites.value?.waiting ?? 0) > 0 ? SOON : LATER;
    if (followed) timer = setTimeout(() => void refreshWrites().catch(() => undefined), wait);
  }
}

/** Asks again and again until the returned function is called; an answer that does not come is waited for. */
export function followWrites(): () => void {
  followed = true;
  void refreshWrites().catch(() => undefined);
  return () => {
    followed = false;
    clearTimeout(timer);
  };
}

/** Puts an answer or a comment in; the same id again puts nothing in. */
export async function say(
  caseId: string,
  id: string,
  text: string,
  internal: boolean,
): Promise<void> {
  const path = `/api/companion/cases/${encodeURIComponent(caseId)}/messages`;
  await request("POST", path, { body: { id, text, internal } });
  await settle();
}

/** Puts a change of the status in, from what was seen. */
export async function setStatus(
  caseId: string,
  id: string,
  seen: string,
  status: string,
): Promise<void> {
  const path = `/api/companion/cases/${encodeURIComponent(caseId)}`;
  await request("PATCH", path, { body: { id, base: { status: seen }, changes: { status } } });
  await settle();
}

/** What a person wishes of a write. */
export type Wish = "mine" | "theirs" | "retry" | "drop";

/** Tells the node what a person decided. */
export async function wish({ id }: CaseWrite, what: Wish): Promise<void> {
  const path = `/api/companion/writes/${encodeURIComponent(id)}`;
  if (what === "drop") await request("DELETE", path);
  else if (what === "retry") await request("POST", `${path}/retry`);
  else await request("POST", `${path}/decision`, { body: { decision: what } });
  await settle();
}

/** A system that can be reached has taken it by then: the page need not flicker. */
const SETTLING = 400;

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLING));
  await refreshWrites();
}
