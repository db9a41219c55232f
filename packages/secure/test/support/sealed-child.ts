/** A process that appends to the log in a folder until it is killed; prints the number of each record that is safe. */

import { bytes, openLog } from "./sealed.ts";

const log = await openLog(process.argv[2] ?? "", { checkpointRecords: 7, segmentBytes: 65_536 });
for (let at = 0; ; at++) {
  const index = await log.append(bytes(`child ${at}`), at % 5 === 0 ? `subject ${at % 3}` : null);
  process.stdout.write(`${index}\n`);
}
