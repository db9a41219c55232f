/**
 * Reading XML that a device on the network has sent: small, without document types, entities of its own or deep
 * nesting, and never an exception. Namespace prefixes are dropped: devices choose them as they like.
 */

import { XMLParser } from "fast-xml-parser";

/** An element: attributes begin with `@`, text is `#text`, repeated children are arrays. */
export type XmlElement = { readonly [name: string]: unknown };

/** Longest document that is read, characters. */
export const MAX_XML: number = 256 << 10;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  maxNestedTags: 40,
  // Numbered characters (&#38;) are read only with these.
  htmlEntities: true,
});

/** The document as an element that holds its root, or null where it is too long, not XML or defines entities. */
export function parseXml(text: string): XmlElement | null {
  if (text.length > MAX_XML || /<!(?:DOCTYPE|ENTITY)/i.test(text)) return null;
  try {
    const parsed: unknown = parser.parse(text);
    return isElement(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** Children of that name, in order; an element that holds only text comes as `{"#text": …}`. */
export function children(element: XmlElement | null, name: string): XmlElement[] {
  if (element === null || !Object.hasOwn(element, name)) return [];
  const value = element[name];
  return (Array.isArray(value) ? value : [value]).flatMap((one: unknown) => {
    if (isElement(one)) return [one];
    return typeof one === "string" ? [{ "#text": one }] : [];
  });
}

/** The first element along a path of names, or null. */
export function descend(element: XmlElement | null, ...path: readonly string[]): XmlElement | null {
  let at = element;
  for (const name of path) at = children(at, name)[0] ?? null;
  return at;
}

/** Text of the first element along a path, or "". */
export function textAt(element: XmlElement | null, ...path: readonly string[]): string {
  const text = descend(element, ...path)?.["#text"];
  return typeof text === "string" ? text : "";
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text as it may stand inside an element or attribute. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
}

function isElement(value: unknown): value is XmlElement {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
