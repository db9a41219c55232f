/** Why the companion says no. */

/** Nothing can be answered now: there is no such section, the log cannot be written, or too much is asked at once. */
export class CompanionOff extends Error {
  override readonly name = "CompanionOff";
  /** Whether trying again soon may help. */
  readonly busy: boolean;

  constructor(message: string, busy = false) {
    super(message);
    this.busy = busy;
  }
}
