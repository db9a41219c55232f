/** `@symbion/privacy/node`: what needs files. */

export { LedgerError } from "../errors.ts";
export { openFileLedger } from "./file-ledger.ts";
