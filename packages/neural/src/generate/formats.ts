/** Formats of strings that can be written down as patterns. Days end with the 28th where the month is not known. */

const HEX = "[0-9a-f]";
const DATE = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])";
const TIME =
  "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,6})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";
const BYTE = "(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])";

/** Patterns by the name of the format. Their strings satisfy the format; not all strings that do are among them. */
export const FORMATS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    date: `^${DATE}$`,
    time: `^${TIME}$`,
    "date-time": `^${DATE}T${TIME}$`,
    uuid: `^${HEX}{8}-${HEX}{4}-[1-8]${HEX}{3}-[89ab]${HEX}{3}-${HEX}{12}$`,
    ipv4: `^${BYTE}(?:\\.${BYTE}){3}$`,
    email: "^[a-z0-9]+(?:[._-][a-z0-9]+){0,3}@[a-z0-9]+(?:[.-][a-z0-9]+){0,3}\\.[a-z]{2,6}$",
  }),
);
