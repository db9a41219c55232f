/** The records of a small org: standard objects with the fields that are used, custom ids, change events. */

import { MalformedQuery, parseSoql, type Row, valueAt } from "./soql-rows.ts";

export type OrgRecord = Record<string, unknown> & { Id: string };

/** An error as the REST API words it. */
export class OrgError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

type ObjectKind = {
  readonly prefix: string;
  readonly fields: readonly string[];
  readonly required: readonly string[];
  /** Unique external ids. */
  readonly unique: readonly string[];
  readonly defaults: Row;
};

const SYSTEM = [
  "Id",
  "CreatedDate",
  "LastModifiedDate",
  "SystemModstamp",
  "CreatedBy",
  "CreatedById",
];

const KINDS: Readonly<Record<string, ObjectKind>> = {
  Case: {
    prefix: "500",
    fields: [
      "CaseNumber",
      "Subject",
      "Description",
      "Status",
      "IsClosed",
      "IsEscalated",
      "Priority",
      "ContactId",
      "ClosedDate",
      "Symbion_Id__c",
      "CSAT__c",
    ],
    required: [],
    unique: ["Symbion_Id__c"],
    defaults: { Status: "New", IsEscalated: false, Priority: "Medium" },
  },
  Contact: {
    prefix: "003",
    fields: ["Name", "FirstName", "LastName", "Email", "Phone", "Symbion_Id__c"],
    required: ["LastName"],
    unique: ["Symbion_Id__c"],
    defaults: {},
  },
  Task: {
    prefix: "00T",
    fields: ["Subject", "Status", "IsClosed", "ActivityDate", "WhatId", "Symbion_Id__c"],
    required: [],
    unique: ["Symbion_Id__c"],
    defaults: { Status: "Not Started", IsClosed: false },
  },
  CaseComment: {
    prefix: "00a",
    fields: ["ParentId", "CommentBody", "IsPublished"],
    required: ["ParentId"],
    unique: [],
    defaults: { IsPublished: false },
  },
  EmailMessage: {
    prefix: "02s",
    fields: ["ParentId", "TextBody", "Incoming", "FromAddress", "MessageDate"],
    required: [],
    unique: [],
    defaults: { Incoming: false },
  },
  CaseHistory: {
    prefix: "017",
    fields: ["CaseId", "Field", "OldValue", "NewValue"],
    required: ["CaseId"],
    unique: [],
    defaults: {},
  },
  CaseStatus: {
    prefix: "01J",
    fields: ["MasterLabel", "IsClosed"],
    required: [],
    unique: [],
    defaults: {},
  },
  Symbion_Intent__c: {
    prefix: "a00",
    fields: ["Key__c"],
    required: ["Key__c"],
    unique: ["Key__c"],
    defaults: {},
  },
};

/** Text fields and their longest values; a comment is counted in bytes. */
const LONGEST: Readonly<Record<string, number>> = { Subject: 255, Description: 32_000 };

export type Change = {
  readonly object: string;
  readonly type: "CREATE" | "UPDATE" | "DELETE";
  readonly id: string;
  readonly at: number;
};

export class Org {
  readonly #objects = new Map<string, Map<string, OrgRecord>>();
  readonly #now: () => number;
  #ids = 0;
  /** Told of each change of a record. */
  onChange: (change: Change) => void = () => {};

  constructor(now: () => number) {
    this.#now = now;
    for (const [label, closed] of [
      ["New", false],
      ["Working", false],
      ["On Hold", false],
      ["Closed", true],
    ] as const) {
      this.create("CaseStatus", { MasterLabel: label, IsClosed: closed });
    }
  }

  kind(object: string): ObjectKind {
    const kind = KINDS[object];
    if (kind === undefined)
      throw new OrgError(404, "NOT_FOUND", "The requested resource does not exist");
    return kind;
  }

  fields(object: string): string[] {
    return [...SYSTEM, ...this.kind(object).fields];
  }

  rows(object: string): OrgRecord[] {
    return [...(this.#objects.get(object)?.values() ?? [])];
  }

  get(object: string, id: string): OrgRecord {
    this.kind(object);
    const row = this.#objects.get(object)?.get(id);
    if (row === undefined)
      throw new OrgError(
        404,
        "NOT_FOUND",
        "Provided external ID field does not exist or is not accessible: the requested resource does not exist",
      );
    return row;
  }

  by(object: string, field: string, value: string): OrgRecord | null {
    if (field === "Id") return this.#objects.get(object)?.get(value) ?? null;
    if (!this.kind(object).unique.includes(field)) {
      throw new OrgError(
        404,
        "NOT_FOUND",
        "Provided external ID field does not exist or is not accessible",
      );
    }
    return this.rows(object).find((row) => row[field] === value) ?? null;
  }

  create(object: string, values: Row, by: Row = AGENT): OrgRecord {
    const kind = this.kind(object);
    this.#check(object, values, null);
    for (const field of kind.required) {
      if (values[field] === undefined || values[field] === null) {
        throw new OrgError(
          400,
          "REQUIRED_FIELD_MISSING",
          `Required fields are missing: [${field}]`,
        );
      }
    }
    const number = ++this.#ids;
    const id = `${kind.prefix}${number.toString(36).toUpperCase().padStart(12, "0")}AAA`;
    const at = stamp(this.#now());
    const row: OrgRecord = {
      Id: id,
      ...kind.defaults,
      CreatedDate: at,
      CreatedBy: by,
      CreatedById: "005000000000001AAA",
      ...(object === "EmailMessage" ? { MessageDate: at } : {}),
      ...values,
      LastModifiedDate: at,
      SystemModstamp: at,
    };
    if (object === "Case") row.CaseNumber = String(number).padStart(8, "0");
    this.#derive(object, row);
    const rows = this.#objects.get(object) ?? new Map<string, OrgRecord>();
    rows.set(id, row);
    this.#objects.set(object, rows);
    this.onChange({ object, type: "CREATE", id, at: Date.parse(at) });
    return row;
  }

  update(object: string, id: string, values: Row): OrgRecord {
    const row = this.get(object, id);
    this.#check(object, values, id);
    const at = stamp(this.#now());
    for (const field of ["Status", "IsEscalated"]) {
      if (object !== "Case" || values[field] === undefined || values[field] === row[field])
        continue;
      this.create("CaseHistory", {
        CaseId: id,
        Field: field,
        OldValue: row[field],
        NewValue: values[field],
      });
    }
    Object.assign(row, values, { LastModifiedDate: at, SystemModstamp: at });
    this.#derive(object, row);
    this.onChange({ object, type: "UPDATE", id, at: Date.parse(at) });
    return row;
  }

  delete(object: string, id: string): void {
    this.get(object, id);
    this.#objects.get(object)?.delete(id);
    this.onChange({ object, type: "DELETE", id, at: this.#now() });
  }

  query(soql: string): {
    readonly object: string;
    readonly fields: readonly string[];
    readonly rows: Row[];
  } {
    let query: ReturnType<typeof parseSoql>;
    try {
      query = parseSoql(soql);
    } catch (error) {
      if (error instanceof MalformedQuery)
        throw new OrgError(400, "MALFORMED_QUERY", error.message);
      throw error;
    }
    const kind = KINDS[query.object];
    if (kind === undefined) {
      throw new OrgError(400, "INVALID_TYPE", `sObject type '${query.object}' is not supported.`);
    }
    const known = this.fields(query.object);
    for (const field of query.fields) {
      if (!known.includes(field.split(".")[0] ?? "")) {
        throw new OrgError(
          400,
          "INVALID_FIELD",
          `No such column '${field}' on entity '${query.object}'.`,
        );
      }
    }
    const found = this.rows(query.object).filter(query.matches).sort(query.compare);
    const rows = found.slice(query.offset, query.offset + query.limit);
    return {
      object: query.object,
      fields: query.fields,
      rows: rows.map((row) => shape(row, query.object, query.fields)),
    };
  }

  /** All or nothing: what `work` did is taken back when it throws. */
  atomic<T>(work: () => T): T {
    const before = new Map(
      [...this.#objects].map(([name, rows]) => [
        name,
        new Map([...rows].map(([id, row]) => [id, { ...row }])),
      ]),
    );
    const told: Change[] = [];
    const tell = this.onChange;
    this.onChange = (change) => told.push(change);
    try {
      const result = work();
      for (const change of told) tell(change);
      return result;
    } catch (error) {
      this.#objects.clear();
      for (const [name, rows] of before) this.#objects.set(name, rows as Map<string, OrgRecord>);
      throw error;
    } finally {
      this.onChange = tell;
    }
  }

  #check(object: string, values: Row, id: string | null): void {
    const known = this.kind(object);
    for (const [field, value] of Object.entries(values)) {
      const system = ["CreatedDate", "MessageDate"].includes(field);
      if (!known.fields.includes(field) && !system) {
        throw new OrgError(
          400,
          "INVALID_FIELD",
          `No such column '${field}' on sobject of type ${object}`,
        );
      }
      const text = typeof value === "string" ? value : "";
      if (text.length > (LONGEST[field] ?? Number.POSITIVE_INFINITY)) {
        throw new OrgError(400, "STRING_TOO_LONG", `${field}: data value too large`);
      }
      if (field === "CommentBody" && Buffer.byteLength(text) > 4000) {
        throw new OrgError(400, "STRING_TOO_LONG", "Comment Body: data value too large");
      }
      if (known.unique.includes(field) && value !== null) {
        const other = this.rows(object).find((row) => row[field] === value && row.Id !== id);
        if (other !== undefined) {
          const message = `duplicate value found: ${field} duplicates value on record with id: ${other.Id}`;
          throw new OrgError(400, "DUPLICATE_VALUE", message);
        }
      }
    }
    for (const field of ["ParentId", "CaseId", "WhatId"]) {
      const parent = values[field];
      if (typeof parent === "string" && this.#objects.get("Case")?.has(parent) !== true) {
        throw new OrgError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
      }
    }
  }

  #derive(object: string, row: OrgRecord): void {
    if (object === "Case") {
      const closed = row.Status === "Closed";
      row.ClosedDate = closed ? (row.ClosedDate ?? row.SystemModstamp) : null;
      row.IsClosed = closed;
    }
    if (object === "Task") row.IsClosed = row.Status === "Completed";
    if (object === "Contact") row.Name = [row.FirstName, row.LastName].filter(Boolean).join(" ");
  }
}

export const AGENT: Row = { Name: "Ada Agent", UserType: "Standard" };
export const CUSTOMER: Row = { Name: "Carla Customer", UserType: "CspLitePortal" };

/** A time as Salesforce writes it: with an offset without a colon. */
export function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, -1)}+0000`;
}

export function attributes(object: string, id: string): Row {
  return { type: object, url: `/services/data/v62.0/sobjects/${object}/${id}` };
}

function shape(row: OrgRecord, object: string, fields: readonly string[]): Row {
  const out: Record<string, unknown> = { attributes: attributes(object, row.Id) };
  for (const field of fields) {
    const [head, tail] = field.split(".");
    if (tail === undefined) out[field] = valueAt(row, field);
    else {
      const inner = out[head ?? ""] as Row | undefined;
      out[head ?? ""] = { ...inner, attributes: { type: "Name" }, [tail]: valueAt(row, field) };
    }
  }
  return out;
}
