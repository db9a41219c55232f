import { describe, expect, test } from "vitest";
import { ProtoWriter } from "../src/onnx/protobuf.ts";

const hex = (writer: ProtoWriter): string => Buffer.from(writer.finish()).toString("hex");

// Vectors of the Protocol Buffers documentation ("Encoding"), or by its rules.
describe("the wire format", () => {
  test.each<[string, ProtoWriter, string]>([
    ["an integer", new ProtoWriter().int(1, 150), "089601"],
    ["a string", new ProtoWriter().string(2, "testing"), "120774657374696e67"],
    ["a message", new ProtoWriter().message(3, new ProtoWriter().int(1, 150)), "1a03089601"],
    ["letters beyond ASCII", new ProtoWriter().string(1, "µ"), "0a02c2b5"],
    ["zero", new ProtoWriter().int(1, 0), "0800"],
    ["a field above 15", new ProtoWriter().int(16, 1), "800101"],
    ["minus one", new ProtoWriter().int(1, -1), "08ffffffffffffffffff01"],
    ["minus two as bigint", new ProtoWriter().int(1, -2n), "08feffffffffffffffff01"],
    ["the least integer", new ProtoWriter().int(1, -(2n ** 63n)), "0880808080808080808001"],
    ["2^53 - 1", new ProtoWriter().int(1, Number.MAX_SAFE_INTEGER), "08ffffffffffffff0f"],
    ["2^62", new ProtoWriter().int(1, 2 ** 62), "08808080808080808040"],
    ["a float", new ProtoWriter().float(2, 1), "150000803f"],
    ["no bytes", new ProtoWriter().bytes(4, new Uint8Array()), "2200"],
  ])("%s", (_what, writer, expected) => {
    expect(hex(writer)).toBe(expected);
    expect(writer.size).toBe(expected.length / 2);
  });

  test("messages within messages, and fields after them", () => {
    const inner = new ProtoWriter().string(1, "a").message(2, new ProtoWriter().int(1, 300));
    const outer = new ProtoWriter().int(1, 1).message(2, inner).int(3, 2);
    expect(hex(outer)).toBe("08011208" + "0a0161" + "120308ac02" + "1802");
  });

  test("large bytes are taken as they are when the message is finished", () => {
    const bytes = new Uint8Array(300).fill(1);
    const writer = new ProtoWriter().bytes(1, bytes);
    bytes.fill(2);
    expect(hex(writer)).toBe(`0aac02${"02".repeat(300)}`);
  });

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY])("%d is no integer", (value) => {
    expect(() => new ProtoWriter().int(1, value)).toThrow(RangeError);
  });
});
