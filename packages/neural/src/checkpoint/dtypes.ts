/**
 * Element types of safetensors files and their conversion to float32. Checkpoints are little-endian, as is every
 * machine that JavaScript engines run on today.
 */

/** Element type by its name in a safetensors header. */
export type CheckpointType = keyof typeof BITS;

/** Bits of an element. */
const BITS = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  I64: 64,
  U64: 64,
  F64: 64,
  C64: 64,
} as const;

/** Whether this is the name of an element type. */
export function isCheckpointType(name: unknown): name is CheckpointType {
  return typeof name === "string" && Object.hasOwn(BITS, name);
}

/** Bits that an element takes in the file. */
export function bitsOf(type: CheckpointType): number {
  return BITS[type];
}

type Reader = (bytes: Uint8Array<ArrayBuffer>, into: Float32Array) => void;

const READERS: Partial<Record<CheckpointType, Reader>> = {
  F32: (bytes, into) => into.set(new Float32Array(bytes.buffer, bytes.byteOffset, into.length)),
  F64: (bytes, into) => into.set(new Float64Array(bytes.buffer, bytes.byteOffset, into.length)),
  F16: (bytes, into) => {
    const table = halves();
    const from = new Uint16Array(bytes.buffer, bytes.byteOffset, into.length);
    for (let i = 0; i < into.length; i++) into[i] = table[from[i]];
  },
  BF16: (bytes, into) => {
    const from = new Uint16Array(bytes.buffer, bytes.byteOffset, into.length);
    const bits = new Uint32Array(into.buffer, into.byteOffset, into.length);
    for (let i = 0; i < bits.length; i++) bits[i] = from[i] << 16;
  },
  F8_E4M3: (bytes, into) => look(eights("F8_E4M3"), bytes, into),
  F8_E5M2: (bytes, into) => look(eights("F8_E5M2"), bytes, into),
  I8: (bytes, into) => into.set(new Int8Array(bytes.buffer, bytes.byteOffset, into.length)),
  U8: (bytes, into) => into.set(bytes.subarray(0, into.length)),
  BOOL: (bytes, into) => {
    for (let i = 0; i < into.length; i++) into[i] = bytes[i] === 0 ? 0 : 1;
  },
  I16: (bytes, into) => into.set(new Int16Array(bytes.buffer, bytes.byteOffset, into.length)),
  U16: (bytes, into) => into.set(new Uint16Array(bytes.buffer, bytes.byteOffset, into.length)),
  I32: (bytes, into) => into.set(new Int32Array(bytes.buffer, bytes.byteOffset, into.length)),
  U32: (bytes, into) => into.set(new Uint32Array(bytes.buffer, bytes.byteOffset, into.length)),
  I64: (bytes, into) => {
    const from = new BigInt64Array(bytes.buffer, bytes.byteOffset, into.length);
    for (let i = 0; i < into.length; i++) into[i] = Number(from[i]);
  },
  U64: (bytes, into) => {
    const from = new BigUint64Array(bytes.buffer, bytes.byteOffset, into.length);
    for (let i = 0; i < into.length; i++) into[i] = Number(from[i]);
  },
};

/** Whether elements of this type can be turned into float32. */
export function isReadable(type: CheckpointType): boolean {
  return READERS[type] !== undefined;
}

/**
 * Elements as float32, rounded to nearest where they have more precision.
 *
 * @param bytes As many elements as `into` is long; at a multiple of 8 bytes in its buffer.
 * @param into Float32 elements, overwritten.
 * @throws {RangeError} for a type that is only recognised, see {@link isReadable}.
 */
export function toFloat32(
  type: CheckpointType,
  bytes: Uint8Array<ArrayBuffer>,
  into: Float32Array,
): void {
  const reader = READERS[type];
  if (reader === undefined)
    throw new RangeError(`expected a type with float32 values, got ${type}`);
  reader(bytes, into);
}

/** Float32 to the bits of float16, rounded to nearest, ties to even; too large becomes infinite. */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (word, i) => {
    const sign = (word >>> 16) & 0x8000;
    const magnitude = Math.abs(values[i]);
    if (Number.isNaN(magnitude)) return sign | 0x7e00;
    // 65520 lies half-way between the largest half and the next power of two.
    if (magnitude >= 65520) return sign | 0x7c00;
    // Below 2^-14 halves are multiples of 2^-24.
    if (magnitude < 2 ** -14) return sign | roundEven(magnitude * 2 ** 24);
    const rest = word & 0x7fffffff;
    const rounded = rest + 0xfff + ((rest >>> 13) & 1);
    return sign | ((rounded >>> 13) - (112 << 10));
  });
}

function roundEven(value: number): number {
  const low = Math.floor(value);
  const over = value - low;
  return over > 0.5 || (over === 0.5 && low % 2 === 1) ? low + 1 : low;
}

function look(table: Float32Array, bytes: Uint8Array, into: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = table[bytes[i]];
}

let halfTable: Float32Array | undefined;

/** Every float16 by its bits. */
function halves(): Float32Array {
  halfTable ??= Float32Array.from({ length: 65536 }, (_, bits) =>
    small(bits >>> 15, (bits >>> 10) & 31, bits & 1023, 10, 15, (bits & 0x7c00) === 0x7c00),
  );
  return halfTable;
}

const eightTables = new Map<string, Float32Array>();

/** Every 8-bit float by its bits: E4M3 has no infinity and one NaN, E5M2 is a shortened float16. */
function eights(type: "F8_E4M3" | "F8_E5M2"): Float32Array {
  const known = eightTables.get(type);
  if (known !== undefined) return known;
  const table = Float32Array.from({ length: 256 }, (_, bits) => {
    const sign = bits >>> 7;
    if (type === "F8_E5M2") {
      return small(sign, (bits >>> 2) & 31, bits & 3, 2, 15, (bits & 0x7c) === 0x7c);
    }
    return (bits & 0x7f) === 0x7f
      ? Number.NaN
      : small(sign, (bits >>> 3) & 15, bits & 7, 3, 7, false);
  });
  eightTables.set(type, table);
  return table;
}

function small(
  sign: number,
  exponent: number,
  fraction: number,
  fractionBits: number,
  bias: number,
  special: boolean,
): number {
  const one = 2 ** fractionBits;
  const magnitude = special
    ? fraction === 0
      ? Number.POSITIVE_INFINITY
      : Number.NaN
    : exponent === 0
      ? (fraction / one) * 2 ** (1 - bias)
      : (1 + fraction / one) * 2 ** (exponent - bias);
  return sign === 1 ? -magnitude : magnitude;
}
