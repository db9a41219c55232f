/** Requests to servers elsewhere, through the node's door: written down before their first byte goes. */

import { UpstreamError } from "@symbion/companion";
import type { Door, Opened } from "../share/door.ts";
import type { Fetch } from "./open.ts";
import { isOnThisMachine } from "./place.ts";

/** Makes requests of a server; of one on this machine as they are, since nothing leaves then. */
export function fetchThrough(door: Pick<Door, "open">, place: string): Fetch {
  if (isOnThisMachine(place)) return (url, init) => fetch(url, init);
  const { host } = new URL(place);
  return async (url, init) => {
    const payloadBytes = typeof init.body === "string" ? Buffer.byteLength(init.body) : 0;
    const what = init.method === "POST" ? "a conversation" : "a question for its models";
    let opened: Opened;
    try {
      opened = await door.open({
        ...{ recipient: host, route: "model", what, purpose: "answered by a model", payloadBytes },
      });
    } catch (error) {
      const message = `${host}: the request could not be written down, so it did not leave`;
      throw new UpstreamError("refused", message, null, { cause: error });
    }
    try {
      const response = await fetch(url, init);
      await opened.end({ state: "sent", payloadBytes });
      return response;
    } catch (error) {
      await opened.end({ state: "failed", reason: "the server could not be reached" });
      throw error;
    }
  };
}
