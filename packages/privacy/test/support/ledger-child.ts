/**
 * Charges a ledger for ever and tells of each granted charge, until it is killed: by its parent, or by itself before operation
 * number `step` on the disk.
 */

import { writeSync } from "node:fs";
import { type Disk, machineDisk } from "../../src/node/disk.ts";
import { openLedgerOn } from "../../src/node/file-ledger.ts";

const [path = "", from = "0", step = "0"] = process.argv.slice(2);
let steps = 0;
const mortal = new Proxy(machineDisk, {
  get: (disk, name: keyof Disk) => {
    const operation = disk[name] as (...given: unknown[]) => unknown;
    return (...given: unknown[]) => {
      if (++steps === Number(step)) process.kill(process.pid, "SIGKILL");
      return operation(...given);
    };
  },
});
const policy = { rules: [{ purpose: "p", subject: null, rho: 1000 }] };
const ledger = openLedgerOn(mortal, path, policy, 300);
writeSync(1, "open\n");
for (let i = Number(from); ; i++) {
  const key = { subject: "s", purpose: "p", window: "w" };
  const memo = { all: Math.floor(Math.random() * 1e9) };
  const decision = ledger.commit({ key, statistic: `n${i}`, rho: 0.5, memo });
  if (!decision.granted) break;
  writeSync(1, `${i} ${memo.all}\n`);
}
