/** Files that people carry away: a release each, written down before the first byte goes. */

import type { Download } from "../server/parts.ts";
import type { Door } from "./door.ts";

/**
 * A file on its way out. Its bytes are counted; a reader that leaves early makes it `failed`, for nobody knows what the
 * reader kept.
 *
 * @param what In a few words.
 * @param make Makes the file, after it was written down that it leaves.
 */
export async function carryAway(
  door: Pick<Door, "open">,
  what: string,
  make: () => Download,
  client = "a person",
): Promise<Download> {
  const opened = await door.open({
    ...{ recipient: client, route: "export", what, purpose: "carried away by a person" },
    payloadBytes: 0,
  });
  let bytes = 0;
  const file = make();
  const reader = file.body.getReader();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            await opened.end({ state: "sent", payloadBytes: bytes });
            controller.close();
            return;
          }
          bytes += value.length;
          controller.enqueue(value);
        } catch (error) {
          await opened.end({ state: "failed", reason: "it broke off", payloadBytes: bytes });
          controller.error(error);
        }
      },
      async cancel(reason) {
        await reader.cancel(reason);
        await opened.end({ state: "failed", reason: "it was broken off", payloadBytes: bytes });
      },
    },
    { highWaterMark: 0 },
  );
  return { ...file, body };
}
