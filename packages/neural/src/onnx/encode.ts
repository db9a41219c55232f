/** Graph to ONNX ModelProto (onnx.proto3, IR version 10). Field numbers are those of onnx/onnx.proto. */

import type { Graph } from "../graph/graph.ts";
import type { Attribute, DataType, GraphNode, Initializer, Value } from "../graph/types.ts";
import { ProtoWriter } from "./protobuf.ts";

const IR_VERSION = 10;
/** ONNX's own operator set; the newest one in which ONNX Runtime's CPU and WebGPU providers agree. */
export const OPSET = 21;

const TYPE: Readonly<Record<DataType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

/**
 * Bytes of a model, as ONNX Runtime loads them. Above 2 GB constants have to lie outside (`ExternalData`). An output
 * is written by the node that computes it where that is possible: a cache that goes in and out is not copied.
 */
export function encodeModel(graph: Graph): Uint8Array {
  const body = new ProtoWriter();
  const { names, nodes } = outputsWithoutCopies(graph);
  for (const node of nodes) body.message(1, nodeProto(node, names));
  body.string(2, "symbion");
  for (const initializer of graph.initializers) body.message(5, tensorProto(initializer));
  for (const input of graph.inputs) body.message(11, valueInfo(input.name, input));
  for (const [name, value] of graph.outputs) body.message(12, valueInfo(name, value));
  const model = new ProtoWriter().int(1, IR_VERSION).string(2, "symbion").message(7, body);
  const domains = new Set(["", ...graph.nodes.map(({ domain }) => domain)]);
  for (const domain of domains) {
    model.message(8, new ProtoWriter().string(1, domain).int(2, domain === "" ? OPSET : 1));
  }
  return model.finish();
}

/**
 * A graph's output is an Identity of a value. ONNX Runtime keeps that copy when the value is used elsewhere too, so
 * the value gets the output's name instead, unless it is an input, a constant or already another output.
 */
function outputsWithoutCopies(graph: Graph): {
  names: ReadonlyMap<string, string>;
  nodes: readonly GraphNode[];
} {
  const computed = new Set<string>();
  const outputs = new Set<string>();
  for (const { name } of graph.outputs.values()) outputs.add(name);
  for (const node of graph.nodes) {
    for (const { name } of node.outputs) if (!outputs.has(name)) computed.add(name);
  }
  const names = new Map<string, string>();
  const nodes = graph.nodes.filter(({ op, domain, inputs, outputs: [result] }) => {
    const value = inputs[0];
    if (op !== "Identity" || domain !== "" || !result || !outputs.has(result.name)) return true;
    if (!value || !computed.has(value.name) || names.has(value.name)) return true;
    names.set(value.name, result.name);
    return false;
  });
  return { names, nodes };
}

function nodeProto(node: GraphNode, names: ReadonlyMap<string, string>): ProtoWriter {
  const proto = new ProtoWriter();
  const nameOf = (value: Value): string => names.get(value.name) ?? value.name;
  for (const input of node.inputs) proto.string(1, input === null ? "" : nameOf(input));
  for (const output of node.outputs) proto.string(2, nameOf(output));
  const first = node.outputs[0];
  proto.string(3, `${node.op}:${first === undefined ? "" : nameOf(first)}`).string(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    proto.message(5, attributeProto(name, value));
  }
  return node.domain === "" ? proto : proto.string(7, node.domain);
}

function attributeProto(name: string, value: Attribute): ProtoWriter {
  const proto = new ProtoWriter().string(1, name);
  if (typeof value === "number") return proto.int(3, value).int(20, 2);
  if (typeof value === "string") return proto.string(4, value).int(20, 3);
  if ("float" in value) return proto.float(2, value.float).int(20, 1);
  if ("floats" in value) {
    for (const item of value.floats) proto.float(7, item);
    return proto.int(20, 6);
  }
  for (const item of value) proto.int(8, item);
  return proto.int(20, 7);
}

function valueInfo(name: string, value: Value): ProtoWriter {
  const shape = new ProtoWriter();
  for (const dim of value.shape) {
    const proto = new ProtoWriter();
    shape.message(1, typeof dim === "number" ? proto.int(1, dim) : proto.string(2, dim));
  }
  const tensor = new ProtoWriter().int(1, TYPE[value.type]).message(2, shape);
  return new ProtoWriter().string(1, name).message(2, new ProtoWriter().message(1, tensor));
}

function tensorProto({ value, data }: Initializer): ProtoWriter {
  const proto = new ProtoWriter();
  for (const dim of value.shape) proto.int(1, dim as number);
  proto.int(2, TYPE[value.type]).string(8, value.name);
  if (ArrayBuffer.isView(data)) {
    return proto.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  for (const [key, text] of [
    ["location", data.location],
    ["offset", String(data.offset)],
    ["length", String(data.length)],
  ] as const) {
    proto.message(13, new ProtoWriter().string(1, key).string(2, text));
  }
  return proto.int(14, 1);
}
