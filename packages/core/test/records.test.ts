import fc from "fast-check";
import { expect, test } from "vitest";
import { packRecord, RecordReader } from "../src/index.ts";

test("records come back whole, however the stream is cut", () => {
  const record = fc.record({
    header: fc.record({
      kind: fc.string(),
      value: fc.double({ noNaN: true, noDefaultInfinity: true }),
    }),
    body: fc.uint8Array({ maxLength: 300 }),
  });
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 90 })),
      (records, cuts) => {
        const stream = Buffer.concat(records.map(({ header, body }) => packRecord(header, body)));
        const reader = new RecordReader<unknown>();
        const got: { header: unknown; body: number[] }[] = [];
        let at = 0;
        for (let turn = 0; at < stream.length; turn++) {
          const size = cuts[turn % Math.max(1, cuts.length)] ?? 7;
          for (const { header, body } of reader.push(
            new Uint8Array(stream.subarray(at, at + size)),
          )) {
            got.push({ header, body: [...body] });
          }
          at += size;
        }
        // JSON has no negative zero.
        const sent = records.map(({ header, body }) => ({
          header: { ...header, value: header.value + 0 },
          body: [...body],
        }));
        expect(got).toEqual(sent);
      },
    ),
  );
});

test("bytes that are no records are refused, not collected", () => {
  expect(() => new RecordReader().push(new Uint8Array(8).fill(255))).toThrow("expected a record");
  expect(() => packRecord({}, new Uint8Array(1 << 26))).toThrow("packRecord: expected a record");
});
