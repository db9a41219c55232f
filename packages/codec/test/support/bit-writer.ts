/** Writes bits, most significant first, and the codes of H.264 headers. */
export class BitWriter {
  #bits: number[] = [];

  /** Fixed length unsigned number, 0..32 bits. */
  u(length: number, value: number): this {
    for (let bit = length - 1; bit >= 0; bit--) this.#bits.push(Math.floor(value / 2 ** bit) % 2);
    return this;
  }

  /** Exp-Golomb code of an unsigned number, 0..2^32 - 2. */
  ue(value: number): this {
    const length = Math.floor(Math.log2(value + 1));
    return this.u(length, 0).u(length + 1, value + 1);
  }

  /** Exp-Golomb code of a signed number. */
  se(value: number): this {
    return this.ue(value > 0 ? 2 * value - 1 : -2 * value);
  }

  /** The bits, closed by rbsp_trailing_bits(). */
  payload(): Uint8Array {
    const bits = [...this.#bits, 1];
    while (bits.length % 8 !== 0) bits.push(0);
    const bytes = new Uint8Array(bits.length / 8);
    bits.forEach((bit, at) => {
      bytes[at >> 3]! |= bit << (7 - (at & 7));
    });
    return bytes;
  }
}

/** A NAL unit: header byte, and payload with emulation prevention. */
export function nalUnit(type: number, refIdc: number, payload: Uint8Array): Uint8Array {
  const bytes = [(refIdc << 5) | type];
  let zeros = 0;
  for (const byte of payload) {
    if (zeros >= 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    bytes.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from(bytes);
}

/** NAL units of an Annex B stream, without start codes. */
export function splitUnits(stream: Uint8Array): Uint8Array[] {
  const starts: number[] = [];
  for (let at = 0; at + 3 <= stream.length; at++) {
    if (stream[at] === 0 && stream[at + 1] === 0 && stream[at + 2] === 1) starts.push(at + 3);
  }
  return starts.map((start, n) => {
    let end = n + 1 < starts.length ? starts[n + 1]! - 3 : stream.length;
    while (end > start && stream[end - 1] === 0) end--;
    return stream.subarray(start, end);
  });
}

/** Joins NAL units to an Annex B stream with four-byte start codes. */
export function joinUnits(units: readonly Uint8Array[]): Uint8Array {
  const stream = new Uint8Array(units.reduce((sum, unit) => sum + unit.length + 4, 0));
  let at = 0;
  for (const unit of units) {
    stream[at + 3] = 1;
    stream.set(unit, at + 4);
    at += unit.length + 4;
  }
  return stream;
}

/** Joins NAL units to one container sample: each behind its length in four bytes. */
export function joinSample(units: readonly Uint8Array[]): Uint8Array {
  const sample = joinUnits(units);
  const view = new DataView(sample.buffer);
  let at = 0;
  for (const unit of units) {
    view.setUint32(at, unit.length);
    at += unit.length + 4;
  }
  return sample;
}

/** An AVCDecoderConfigurationRecord over the parameter sets among the units. */
export function configurationRecord(units: readonly Uint8Array[]): Uint8Array {
  const ofType = (type: number): Uint8Array[] => units.filter((unit) => (unit[0]! & 31) === type);
  const [sps, pps] = [ofType(7), ofType(8)];
  const bytes = [1, sps[0]![1], sps[0]![2], sps[0]![3], 0xff, 0xe0 | sps.length];
  const append = (unit: Uint8Array): void => {
    bytes.push(unit.length >> 8, unit.length & 255, ...unit);
  };
  for (const unit of sps) append(unit);
  bytes.push(pps.length);
  for (const unit of pps) append(unit);
  return Uint8Array.from(bytes);
}

/** Fields of a sequence parameter set that tests vary. */
export type SpsFields = {
  readonly profile?: number;
  readonly level?: number;
  readonly id?: number;
  readonly chromaFormat?: number;
  readonly bitDepth?: number;
  readonly log2MaxFrameNum?: number;
  readonly pocType?: number;
  readonly pocCycle?: number;
  readonly refFrames?: number;
  readonly widthInMbs?: number;
  readonly heightInMapUnits?: number;
  readonly frameMbsOnly?: boolean;
  readonly crop?: readonly [number, number, number, number] | undefined;
};

const highProfiles: readonly number[] = [100, 110, 122, 244, 44, 83, 86, 118, 128];

/** A sequence parameter set (NAL unit). */
export function spsUnit(fields: SpsFields): Uint8Array {
  const profile = fields.profile ?? 77;
  const bits = new BitWriter()
    .u(8, profile)
    .u(8, 0)
    .u(8, fields.level ?? 40)
    .ue(fields.id ?? 0);
  if (highProfiles.includes(profile)) {
    const depth = (fields.bitDepth ?? 8) - 8;
    bits.ue(fields.chromaFormat ?? 1);
    if (fields.chromaFormat === 3) bits.u(1, 0);
    bits.ue(depth).ue(depth).u(1, 0).u(1, 0);
  }
  bits.ue((fields.log2MaxFrameNum ?? 4) - 4).ue(fields.pocType ?? 0);
  if ((fields.pocType ?? 0) === 0) bits.ue(4);
  if (fields.pocType === 1) {
    const cycle = fields.pocCycle ?? 1;
    bits.u(1, 0).se(-1).se(1).ue(cycle);
    for (let n = 0; n < Math.min(cycle, 300); n++) bits.se(2);
  }
  bits.ue(fields.refFrames ?? 1).u(1, 0);
  bits.ue((fields.widthInMbs ?? 8) - 1).ue((fields.heightInMapUnits ?? 6) - 1);
  bits.u(1, fields.frameMbsOnly === false ? 0 : 1);
  if (fields.frameMbsOnly === false) bits.u(1, 1);
  bits.u(1, 1).u(1, fields.crop === undefined ? 0 : 1);
  for (const edge of fields.crop ?? []) bits.ue(edge);
  return nalUnit(7, 3, bits.u(1, 0).payload());
}

/** A picture parameter set (NAL unit) for CAVLC with one slice group, or with more of the interleaved kind. */
export function ppsUnit(fields: {
  sliceGroups?: number;
  cabac?: boolean;
  id?: number;
}): Uint8Array {
  const groups = fields.sliceGroups ?? 1;
  const bits = new BitWriter()
    .ue(fields.id ?? 0)
    .ue(0)
    .u(1, fields.cabac === true ? 1 : 0)
    .u(1, 0);
  bits.ue(groups - 1);
  if (groups > 1) bits.ue(0);
  for (let n = 0; groups > 1 && n < groups; n++) bits.ue(3);
  bits.ue(0).ue(0).u(1, 0).u(2, 0).se(0).se(0).se(0).u(3, 0b100);
  return nalUnit(8, 3, bits.payload());
}

type SliceFields = { firstMb?: number; type?: number; pps?: number; data?: Uint8Array };

/** An IDR slice of the {@link spsUnit}/{@link ppsUnit} defaults (NAL unit), with the given bytes as slice data. */
export function idrSliceUnit(fields: SliceFields): Uint8Array {
  const bits = sliceStart(fields).u(4, 0).ue(0).u(8, 0).u(2, 0);
  return nalUnit(5, 3, sliceEnd(bits, fields));
}

/** Such a slice of the picture behind an IDR picture. */
export function sliceUnit(fields: SliceFields): Uint8Array {
  const bits = sliceStart(fields).u(4, 1).u(8, 2);
  // P and SP: list size and order as the parameter set has them.
  if ((fields.type ?? 7) % 5 === 0 || (fields.type ?? 7) % 5 === 3) bits.u(2, 0);
  return nalUnit(1, 3, sliceEnd(bits.u(1, 0), fields));
}

function sliceStart(fields: SliceFields): BitWriter {
  return new BitWriter()
    .ue(fields.firstMb ?? 0)
    .ue(fields.type ?? 7)
    .ue(fields.pps ?? 0);
}

function sliceEnd(bits: BitWriter, fields: SliceFields): Uint8Array {
  bits.se(0).ue(1);
  for (const byte of fields.data ?? []) bits.u(8, byte);
  return bits.payload();
}
