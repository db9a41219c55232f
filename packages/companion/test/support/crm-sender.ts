/** A program that sends a queue: started by a test, killed by it. Arguments: queue file, org's address. */

import { CrmQueue } from "../../src/crm/queue.ts";
import { openFileQueue } from "../../src/node/crm/file-queue-store.ts";
import { openCrm } from "../../src/node/crm/open.ts";

const [path = "", url = ""] = process.argv.slice(2);
const crm = await openCrm({ kind: "salesforce", url, accessToken: "good-token" });
const queue = await CrmQueue.open(await openFileQueue(path), crm, { parallel: 2, firstWait: 1 });
const result = await queue.sync();
await queue.close();
process.stdout.write(JSON.stringify(result));
