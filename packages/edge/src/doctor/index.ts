/** Looking after a node: checks, and what to send to somebody who helps. */

export { type SupportInput, supportBundle } from "./bundle.ts";
export { type DoctorOptions, type LoadedConfig, loadForDoctor, runDoctor } from "./doctor.ts";
export { type RedactOptions, Redactor } from "./redact.ts";
