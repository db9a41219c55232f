/**
 * Asks the operating system's keychain in a process of its own: the calls block, for ever where the service behind them
 * hangs, and only a process can be ended then. One line of JSON comes in, one goes out.
 */

import { text } from "node:stream/consumers";
import { Entry } from "@napi-rs/keyring";
import type { KeychainAnswer, KeychainQuestion } from "./keychain.ts";

function answer(question: KeychainQuestion): KeychainAnswer {
  try {
    // Never Linux' kernel keyring, which forgets at restart.
    const entry = new Entry(question.service, question.account, {
      linux: { store: "secret-service" },
    });
    switch (question.action) {
      case "get": {
        const secret = entry.getSecret();
        return { secret: secret === null ? null : Buffer.from(secret).toString("base64") };
      }
      case "set":
        entry.setSecret(Buffer.from(question.secret, "base64"));
        return { secret: null };
      case "delete":
        entry.deleteCredential();
        return { secret: null };
    }
  } catch (error) {
    return { error: error instanceof Error ? error.message : "no reason given" };
  }
}

const question = JSON.parse(await text(process.stdin)) as KeychainQuestion;
process.stdout.write(JSON.stringify(answer(question)));
