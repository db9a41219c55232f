/** Salesforce's records as the words of the house. */

import { CrmError } from "../../crm/errors.ts";
import {
  type Foreign,
  idOf,
  objectOf,
  textOf,
  textOrNull,
  timeOf,
  timeOrNull,
} from "../../crm/foreign.ts";
import type { CaseValues } from "../../crm/intents.ts";
import type {
  CaseState,
  CrmCase,
  CrmChange,
  CrmContact,
  CrmMessage,
  CrmTask,
} from "../../crm/types.ts";
import { readMark } from "../../crm/words.ts";
import type { CheckedSalesforce } from "./salesforce-options.ts";

/** Fields of Case that are read. */
export function caseFields({ externalIdField, satisfactionField }: CheckedSalesforce): string[] {
  return [
    "Id",
    "CaseNumber",
    "Subject",
    "Description",
    "Status",
    "IsClosed",
    "IsEscalated",
    "Priority",
    "ContactId",
    "CreatedDate",
    "LastModifiedDate",
    "SystemModstamp",
    "ClosedDate",
    externalIdField,
    ...(satisfactionField === null ? [] : [satisfactionField]),
  ];
}

/** A Case. */
export function caseOf(row: Foreign, options: CheckedSalesforce): CrmCase {
  const status = textOf(row.Status);
  const id = idOf(row.Id, "Case.Id");
  return {
    id,
    number: textOrNull(row.CaseNumber) ?? id,
    intent: textOrNull(row[options.externalIdField]),
    subject: textOf(row.Subject),
    description: textOf(row.Description),
    status,
    state: row.IsClosed === true ? "closed" : options.isWaiting(status) ? "waiting" : "open",
    priority: textOrNull(row.Priority),
    contact: textOrNull(row.ContactId),
    escalated: row.IsEscalated === true,
    satisfaction: scoreOf(row, options),
    createdAt: timeOf(row.CreatedDate, "Case.CreatedDate"),
    updatedAt: timeOf(row.SystemModstamp, "Case.SystemModstamp"),
    closedAt: timeOrNull(row.ClosedDate),
    revision: textOf(row.SystemModstamp),
  };
}

/** The fields of a Case that can be edited. */
export function valuesOf(row: Foreign, options: CheckedSalesforce): CaseValues {
  return {
    subject: textOf(row.Subject),
    status: textOf(row.Status),
    priority: textOrNull(row.Priority),
    escalated: row.IsEscalated === true,
    satisfaction: scoreOf(row, options),
  };
}

/** Edited values as Salesforce's fields. */
export function fieldsOf(
  values: Partial<CaseValues>,
  { satisfactionField }: CheckedSalesforce,
): Record<string, string | number | boolean | null> {
  const fields: Record<string, string | number | boolean | null> = {};
  if (values.subject !== undefined) fields.Subject = values.subject;
  if (values.status !== undefined) fields.Status = values.status;
  if (values.priority !== undefined) fields.Priority = values.priority;
  if (values.escalated !== undefined) fields.IsEscalated = values.escalated;
  if (values.satisfaction !== undefined) {
    if (satisfactionField === null) {
      throw new CrmError(
        "rejected",
        "satisfaction has no field in this org (crm.satisfactionField)",
      );
    }
    fields[satisfactionField] = values.satisfaction;
  }
  return fields;
}

/** A Contact. */
export function contactOf(row: Foreign, { externalIdField }: CheckedSalesforce): CrmContact {
  return {
    id: idOf(row.Id, "Contact.Id"),
    intent: textOrNull(row[externalIdField]),
    name: textOf(row.Name),
    email: textOrNull(row.Email),
    phone: textOrNull(row.Phone),
    updatedAt: timeOrNull(row.SystemModstamp),
  };
}

/** A Task of a case. */
export function taskOf(
  row: Foreign,
  caseId: string,
  { externalIdField }: CheckedSalesforce,
): CrmTask {
  return {
    id: idOf(row.Id, "Task.Id"),
    caseId,
    intent: textOrNull(row[externalIdField]),
    subject: textOf(row.Subject),
    status: textOf(row.Status),
    done: row.IsClosed === true,
    dueOn: textOrNull(row.ActivityDate),
    updatedAt: timeOf(row.SystemModstamp, "Task.SystemModstamp"),
  };
}

/** A CaseComment. People of the org have the user type `Standard`; others came in by a portal. */
export function commentOf(row: Foreign, caseId: string): CrmMessage {
  const by =
    row.CreatedBy === null || row.CreatedBy === undefined
      ? {}
      : objectOf(row.CreatedBy, "CaseComment.CreatedBy");
  const type = textOrNull(by.UserType) ?? "Standard";
  const { text, intent } = readMark(textOf(row.CommentBody));
  return {
    id: idOf(row.Id, "CaseComment.Id"),
    caseId,
    at: timeOf(row.CreatedDate, "CaseComment.CreatedDate"),
    from: type === "Standard" ? "agent" : type === "AutomatedProcess" ? "system" : "customer",
    internal: row.IsPublished !== true,
    text,
    author: textOrNull(by.Name),
    intent,
  };
}

/** An EmailMessage. */
export function emailOf(row: Foreign, caseId: string): CrmMessage {
  const { text, intent } = readMark(textOf(row.TextBody));
  return {
    id: idOf(row.Id, "EmailMessage.Id"),
    caseId,
    at: timeOf(row.MessageDate, "EmailMessage.MessageDate"),
    from: row.Incoming === true ? "customer" : "agent",
    internal: false,
    text,
    author: textOrNull(row.FromAddress),
    intent,
  };
}

/** A row of CaseHistory; null where it is of another field. */
export function changeOf(row: Foreign, stateOf: (status: string) => CaseState): CrmChange | null {
  const at = timeOf(row.CreatedDate, "CaseHistory.CreatedDate");
  const from = textOrNull(row.OldValue);
  const to = typeof row.NewValue === "boolean" ? String(row.NewValue) : textOf(row.NewValue);
  if (row.Field === "Status") {
    return {
      at,
      what: "state",
      from,
      to,
      fromState: from === null ? null : stateOf(from),
      toState: stateOf(to),
    };
  }
  if (row.Field !== "IsEscalated") return null;
  return { at, what: "escalation", from, to, fromState: null, toState: null };
}

function scoreOf(row: Foreign, { satisfactionField }: CheckedSalesforce): number | null {
  const score = satisfactionField === null ? null : row[satisfactionField];
  return typeof score === "number" && score >= 1 && score <= 5 ? score : null;
}
