/** The keys of a JSON text as written: `JSON.parse` keeps the last of those that repeat and says nothing. */

/**
 * Keys of every object of a JSON text, in the order in which the objects end. The text has to be valid JSON: parse it
 * first.
 */
export function objectKeys(text: string): string[][] {
  const done: string[][] = [];
  // One entry per open bracket: the keys of an object, null for an array.
  const open: (string[] | null)[] = [];
  let expectKey = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = closingQuote(text, at);
        if (expectKey) {
          open.at(-1)?.push(JSON.parse(text.slice(at, end + 1)) as string);
          expectKey = false;
        }
        at = end;
        break;
      }
      case 0x7b:
        open.push([]);
        expectKey = true;
        break;
      case 0x5b:
        open.push(null);
        expectKey = false;
        break;
      case 0x7d:
      case 0x5d: {
        const keys = open.pop();
        if (keys) done.push(keys);
        expectKey = false;
        break;
      }
      case 0x2c:
        expectKey = Array.isArray(open.at(-1));
        break;
    }
  }
  return done;
}

function closingQuote(text: string, open: number): number {
  let at = open + 1;
  while (text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return at;
}
