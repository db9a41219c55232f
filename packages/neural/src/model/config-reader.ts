/** Fields of a foreign JSON object, checked one by one. */

import { ModelConfigError } from "./config-error.ts";

/** Reads fields of one object; every complaint names the field by its whole path. */
export class ConfigReader {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /** @throws {ModelConfigError} when `value` is not an object. */
  constructor(value: unknown, path: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new ModelConfigError(`${path}: expected an object, got ${kind(value)}`);
    }
    this.#fields = value as Record<string, unknown>;
    this.#path = path;
  }

  /** Whether the field is there and not null. */
  has(name: string): boolean {
    return this.#fields[name] !== undefined && this.#fields[name] !== null;
  }

  /** The field as it is. */
  raw(name: string): unknown {
    return this.#fields[name];
  }

  /** An object in a field. */
  object(name: string): ConfigReader {
    return new ConfigReader(this.#fields[name], this.#at(name));
  }

  /** A finite number of at least `least`; without a default the field must be there. */
  number(name: string, fallback?: number, least = 0): number {
    const value = this.has(name) ? this.#fields[name] : fallback;
    if (typeof value !== "number" || !Number.isFinite(value) || value < least) {
      throw new ModelConfigError(
        `${this.#at(name)}: expected a number of at least ${least}, got ${kind(value)}`,
      );
    }
    return value;
  }

  /** An integer of at least `least` and below 2^31. */
  integer(name: string, fallback?: number, least = 1): number {
    const value = this.number(name, fallback, least);
    if (!Number.isInteger(value) || value > 0x7fffffff) {
      throw new ModelConfigError(`${this.#at(name)}: expected an integer, got ${value}`);
    }
    return value;
  }

  /** A flag. */
  boolean(name: string, fallback: boolean): boolean {
    const value = this.has(name) ? this.#fields[name] : fallback;
    if (typeof value !== "boolean") {
      throw new ModelConfigError(`${this.#at(name)}: expected true or false, got ${kind(value)}`);
    }
    return value;
  }

  /** A string. */
  string(name: string, fallback?: string): string {
    const value = this.has(name) ? this.#fields[name] : fallback;
    if (typeof value !== "string") {
      throw new ModelConfigError(`${this.#at(name)}: expected a string, got ${kind(value)}`);
    }
    return value;
  }

  /** Checks that a field is one of the values that are known here; absent fields pass. */
  only(name: string, known: readonly (string | number | boolean)[]): void {
    if (this.has(name) && !known.includes(this.#fields[name] as string)) {
      throw new ModelConfigError(
        `${this.#at(name)}: expected ${known.join(" or ")}, got ${kind(this.#fields[name])}`,
      );
    }
  }

  /** A complaint about a field. */
  wrong(name: string, expected: string): ModelConfigError {
    return new ModelConfigError(
      `${this.#at(name)}: expected ${expected}, got ${kind(this.#fields[name])}`,
    );
  }

  #at(name: string): string {
    return `${this.#path}.${name}`;
  }
}

function kind(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
