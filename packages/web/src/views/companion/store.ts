/** The companion as the page knows it: asked for when its view opens and when the node is back. */

import { effect, type Signal, signal, untracked } from "@preact/signals";
import type { CompanionStatus } from "@symbion/companion";
import { failureText, request } from "../../api/request.ts";
import { connection } from "../../state.ts";

/** What the layer stands in front of, and its log; null before the first answer. */
export const companion: Signal<CompanionStatus | null> = signal(null);

/** Why nothing is known, or null. */
export const problem: Signal<string | null> = signal(null);

/** Wait before the node is asked again, milliseconds. */
const RETRY = 3000;

/** Asks the node anew. */
export async function refreshCompanion(): Promise<boolean> {
  try {
    companion.value = await request<CompanionStatus>("GET", "/api/companion");
    problem.value = null;
    return true;
  } catch (error) {
    problem.value = failureText(error);
    return false;
  }
}

/** Asks, again where the node was away, until the returned function is called. */
export function followCompanion(): () => void {
  let retry: ReturnType<typeof setTimeout> | undefined;
  let gone = false;
  const keep = async (): Promise<void> => {
    clearTimeout(retry);
    if (!(await refreshCompanion()) && !gone) retry = setTimeout(() => void keep(), RETRY);
  };
  const stop = effect(() => {
    if (connection.value !== "lost") untracked(() => void keep());
  });
  return () => {
    gone = true;
    clearTimeout(retry);
    stop();
  };
}
