/**
 * H264Parser: bytes in, one {@link FrameSignal} per frame out.
 *
 * Finds picture boundaries (clause 7.4.1.2.4), keeps parameter sets, drives slice parsing, reference marking and
 * output. Foreign bytes never throw: what cannot be read marks the frame `damaged` and is told through
 * `onDiagnostic`; parsing goes on at the next slice.
 */
import type { FrameSignal, SignalParser } from "../signal.ts";
import { BitReader } from "./bit-reader.ts";
import { DirectPredictor } from "./direct.ts";
import { DecodedPictureBuffer } from "./dpb.ts";
import { AnnexBSplitter, findStartCode, NalType, PayloadBuffer } from "./nal.ts";
import type { Pps, Sps } from "./parameter-sets.ts";
import { parsePps, parseSps } from "./parameter-sets.ts";
import type { Picture } from "./picture.ts";
import { BOTTOM, FRAME, REFS_PER_SLICE, TOP } from "./picture.ts";
import { SliceContext } from "./slice-context.ts";
import { readSliceData } from "./slice-data.ts";
import { parseSliceHeader, peekPpsId, SliceHeader, SliceType } from "./slice-header.ts";

/** Largest frame of any level (6.2), in macroblocks. */
const MAX_MACROBLOCKS = 139264;

/** Frames per second where neither the stream nor the caller says. */
const DEFAULT_FRAME_RATE = 25;

/** Lone fields in a row before they are taken for the stream's way of coding (FFmpeg does the same). */
const MAX_HIDDEN_FIELDS = 2;

/** Longest NAL unit accepted in a byte stream. */
const MAX_NAL_BYTES = 64 * 1024 * 1024;

/** Something the parser could not use, and why. */
export type Diagnostic = {
  /**
   * `unsupported`: a feature named in the message, its pictures are left out. `damaged`: bytes that make no
   * sense, or end early. `lost`: pictures or parameter sets that the stream refers to are not there.
   */
  readonly code: "unsupported" | "damaged" | "lost";
  /** What was expected, what came, and where. */
  readonly message: string;
};

/** Options of {@link H264Parser}. */
export type H264ParserOptions = {
  /** Receives each frame; its arrays are valid only during the call. */
  onFrame: (frame: FrameSignal) => void;
  /** Receives what could not be read. */
  onDiagnostic?: (diagnostic: Diagnostic) => void;
  /** `display` (default): presentation order. `decode`: as coded, without delay. */
  order?: "display" | "decode";
  /** Frames per second assumed for streams without timing; default: the stream's VUI, else 25. */
  frameRate?: number;
  /** Largest frame accepted in macroblocks, 1..139264 (default, level 6.2). Bounds memory. */
  maxMacroblocks?: number;
};

/** Running totals of a parser. */
export type ParserStats = {
  /** Frames handed out. */
  frames: number;
  /** Of these, marked damaged. */
  damagedFrames: number;
  /** Slices parsed. */
  slices: number;
  /** NAL units seen. */
  nalUnits: number;
  /** Bytes taken in. */
  bytes: number;
  /** Frames that frame_num says are missing. */
  lostFrames: number;
  /** Pictures left out because nothing before them could start decoding. */
  skippedPictures: number;
  /** Slices left out because they use a feature that is not read, see {@link H264Parser.unsupported}. */
  refusedSlices: number;
  /** Fields whose other half never came. */
  unpairedFields: number;
};

const OPTION_KEYS = ["onFrame", "onDiagnostic", "order", "frameRate", "maxMacroblocks"];

/** Parses one H.264 stream: the {@link SignalParser} for H.264. Not re-entrant: do not push from inside `onFrame`. */
export class H264Parser implements SignalParser {
  /** Running totals. */
  readonly stats: ParserStats = {
    frames: 0,
    damagedFrames: 0,
    slices: 0,
    nalUnits: 0,
    bytes: 0,
    lostFrames: 0,
    skippedPictures: 0,
    refusedSlices: 0,
    unpairedFields: 0,
  };

  readonly #onFrame: (frame: FrameSignal) => void;
  readonly #onDiagnostic: ((diagnostic: Diagnostic) => void) | null;
  readonly #decodeOrder: boolean;
  readonly #frameRate: number | null;
  readonly #maxMacroblocks: number;

  readonly #splitter: AnnexBSplitter;
  readonly #payload = new PayloadBuffer();
  readonly #reader = new BitReader();
  readonly #spsById = new Map<number, Sps>();
  readonly #ppsById = new Map<number, Pps>();
  /** Unsupported features already told of. */
  readonly #refused = new Set<string>();
  readonly #rawSets = new Map<string, Uint8Array>();
  readonly #slice = new SliceContext();
  readonly #direct = new DirectPredictor();
  /** Header of the picture being parsed. */
  readonly #opening = new SliceHeader();

  #lengthSize = 0;
  #dpb: DecodedPictureBuffer | null = null;
  #activeSps: Sps | null = null;
  #current: Picture | null = null;
  /** Whether #opening describes a field or frame that still takes slices. */
  #pictureOpen = false;
  #structure = FRAME;
  #started = false;
  #recoveryPoint = false;
  #unpairedInRow = 0;
  /** The picture decoding started at: what precedes it in display order refers to pictures never seen. */
  #entry: Picture | null = null;
  #timestamp: number | null = null;
  #unsupported: string | null = null;

  constructor(options: H264ParserOptions) {
    for (const key of Object.keys(options)) {
      if (!OPTION_KEYS.includes(key)) {
        throw new TypeError(
          `H264Parser option expected one of ${OPTION_KEYS.join(", ")}, got ${key}`,
        );
      }
    }
    if (typeof options.onFrame !== "function") {
      throw new TypeError(`H264Parser onFrame expected a function, got ${typeof options.onFrame}`);
    }
    const order = options.order ?? "display";
    if (order !== "display" && order !== "decode") {
      throw new TypeError(`H264Parser order expected "display" or "decode", got ${String(order)}`);
    }
    const rate = options.frameRate ?? null;
    if (rate !== null && !(rate > 0 && Number.isFinite(rate))) {
      throw new RangeError(`H264Parser frameRate expected a positive number, got ${rate}`);
    }
    const limit = options.maxMacroblocks ?? MAX_MACROBLOCKS;
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_MACROBLOCKS) {
      throw new RangeError(
        `H264Parser maxMacroblocks expected an integer 1..${MAX_MACROBLOCKS}, got ${limit}`,
      );
    }
    this.#onFrame = options.onFrame;
    this.#onDiagnostic = options.onDiagnostic ?? null;
    this.#decodeOrder = order === "decode";
    this.#frameRate = rate;
    this.#maxMacroblocks = limit;
    this.#splitter = new AnnexBSplitter(
      (data, start, end) => this.#unit(data, start, end),
      MAX_NAL_BYTES,
      (bytes) => this.#tell("damaged", `no start code within ${bytes} bytes`),
    );
  }

  /** The first feature met that this parser does not read, by name; null if there was none. */
  get unsupported(): string | null {
    return this.#unsupported;
  }

  /**
   * Takes an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1), as MP4 and Matroska carry it.
   * From then on {@link H264Parser.pushAccessUnit} expects length-prefixed NAL units.
   *
   * @returns whether the record could be read
   */
  configure(record: Uint8Array): boolean {
    if (record.length < 7 || record[0] !== 1) {
      this.#tell("damaged", `avcC expected version 1 and at least 7 bytes, got ${record.length}`);
      return false;
    }
    const lengthSize = (record[4] & 3) + 1;
    let at = 5;
    for (const mask of [31, 255]) {
      let count = (record[at++] ?? 0) & mask;
      for (; count > 0; count--) {
        if (at + 2 > record.length) {
          this.#tell("damaged", "avcC is cut short");
          return false;
        }
        const size = (record[at] << 8) | record[at + 1];
        at += 2;
        if (at + size > record.length) {
          this.#tell("damaged", "avcC is cut short");
          return false;
        }
        if (size > 0) {
          this.#unit(record, at, at + size);
        }
        at += size;
      }
    }
    this.#lengthSize = lengthSize;
    return true;
  }

  /** Takes the next bytes of an Annex B stream, in chunks of any size. */
  push(chunk: Uint8Array): void {
    this.stats.bytes += chunk.length;
    this.#splitter.push(chunk);
  }

  /**
   * Takes one access unit of a container: Annex B, or length-prefixed after {@link H264Parser.configure}.
   * The frame is complete when the call returns; with `order: "decode"` it has been handed out.
   *
   * @param timestamp presentation time in seconds
   */
  pushAccessUnit(data: Uint8Array, timestamp?: number): void {
    this.stats.bytes += data.length;
    this.#timestamp = timestamp !== undefined && Number.isFinite(timestamp) ? timestamp : null;
    if (this.#lengthSize > 0) {
      this.#lengthPrefixed(data);
    } else {
      let start = findStartCode(data, 0, data.length);
      while (start >= 0) {
        const next = findStartCode(data, start + 3, data.length);
        let end = next < 0 ? data.length : next;
        while (end > start + 3 && data[end - 1] === 0) {
          end--;
        }
        if (end > start + 3) {
          this.#unit(data, start + 3, end);
        }
        start = next;
      }
    }
    this.#closePicture();
  }

  #lengthPrefixed(data: Uint8Array): void {
    const size = this.#lengthSize;
    let at = 0;
    while (at + size <= data.length) {
      let length = 0;
      for (let i = 0; i < size; i++) {
        length = length * 256 + data[at + i];
      }
      at += size;
      if (length > data.length - at) {
        this.#tell("damaged", `NAL unit of ${length} bytes exceeds its sample of ${data.length}`);
        length = data.length - at;
      }
      if (length > 0) {
        this.#unit(data, at, at + length);
      }
      at += length;
    }
  }

  /** Ends the stream: hands out everything that is still waiting. The parser can then take a new stream. */
  end(): void {
    this.#splitter.end();
    this.#finishFrame();
    this.#dpb?.flush();
    this.#started = false;
    this.#entry = null;
    this.#timestamp = null;
  }

  #tell(code: Diagnostic["code"], message: string): void {
    if (code === "unsupported") {
      this.#unsupported ??= message;
    }
    this.#onDiagnostic?.({ code, message });
  }

  /** One NAL unit, `data[start]` being its header. */
  #unit(data: Uint8Array, start: number, end: number): void {
    this.stats.nalUnits++;
    const header = data[start];
    if ((header & 0x80) !== 0) {
      this.#tell("damaged", "forbidden_zero_bit is set");
      return;
    }
    const type = header & 31;
    switch (type) {
      case NalType.Slice:
      case NalType.IdrSlice:
        this.#payload.unpack(data, start + 1, end);
        this.#sliceUnit(type, (header >> 5) & 3);
        break;
      case NalType.PartitionA:
      case NalType.PartitionB:
      case NalType.PartitionC:
        this.stats.refusedSlices++;
        this.#refuse("data partitioning (Extended profile)");
        break;
      case NalType.Sei:
        this.#payload.unpack(data, start + 1, end);
        this.#closePicture();
        this.#sei();
        break;
      case NalType.Sps:
        this.#payload.unpack(data, start + 1, end);
        this.#closePicture();
        this.#sps(data.subarray(start, end));
        break;
      case NalType.Pps:
        this.#payload.unpack(data, start + 1, end);
        this.#closePicture();
        this.#pps(data.subarray(start, end));
        break;
      case NalType.AccessUnitDelimiter:
      case NalType.EndOfSequence:
        this.#closePicture();
        break;
      case NalType.EndOfStream:
        this.#finishFrame();
        break;
      case NalType.SubsetSps:
      case NalType.SliceExtension:
      case NalType.SliceExtensionDepth:
        this.#refuse("scalable or multiview layers (SVC, MVC) beside the base layer");
        break;
    }
  }

  /** Tells of an unsupported feature once. */
  #refuse(feature: string): void {
    if (!this.#refused.has(feature)) {
      this.#refused.add(feature);
      this.#tell("unsupported", feature);
    }
  }

  /** Looks for a recovery point (D.1.8) in an SEI unit. */
  #sei(): void {
    const { data, length } = this.#payload;
    let at = 0;
    while (at + 2 <= length) {
      let type = 0;
      while (at < length && data[at] === 255) {
        type += 255;
        at++;
      }
      type += data[at++];
      let size = 0;
      while (at < length && data[at] === 255) {
        size += 255;
        at++;
      }
      size += data[at++];
      if (type === 6) {
        this.#recoveryPoint = true;
      }
      at += size;
    }
  }

  /** Whether a parameter set is the one already held under its key. */
  #isKnown(key: string, unit: Uint8Array): boolean {
    const held = this.#rawSets.get(key);
    if (held !== undefined && held.length === unit.length && held.every((b, i) => b === unit[i])) {
      return true;
    }
    this.#rawSets.set(key, unit.slice());
    return false;
  }

  #sps(unit: Uint8Array): void {
    this.#reader.reset(this.#payload.data, this.#payload.length);
    const parsed = parseSps(this.#reader, this.#maxMacroblocks);
    if (!parsed.ok) {
      if (parsed.kind === "unsupported") {
        // Slices that refer to it must not be read with the set it replaces.
        this.#reader.position = 24;
        this.#spsById.delete(this.#reader.ue());
        this.#refuse(parsed.message);
      } else {
        this.#tell("damaged", parsed.message);
      }
      return;
    }
    const { id } = parsed.value;
    if (!this.#isKnown(`sps ${id}`, unit) || !this.#spsById.has(id)) {
      this.#spsById.set(id, parsed.value);
    }
  }

  #pps(unit: Uint8Array): void {
    this.#reader.reset(this.#payload.data, this.#payload.length);
    const id = this.#reader.ue();
    this.#reader.position = 0;
    const parsed = parsePps(this.#reader, this.#spsById);
    if (!parsed.ok) {
      if (parsed.kind === "unsupported") {
        this.#ppsById.delete(id);
        this.#refuse(parsed.message);
      } else {
        this.#tell("damaged", parsed.message);
      }
      return;
    }
    if (!this.#isKnown(`pps ${id}`, unit) || !this.#ppsById.has(id)) {
      this.#ppsById.set(id, parsed.value);
    }
  }

  #sliceUnit(nalType: number, nalRefIdc: number): void {
    const s = this.#slice;
    const reader = s.bits;
    reader.reset(this.#payload.data, this.#payload.length);
    const ppsId = peekPpsId(reader);
    const pps = this.#ppsById.get(ppsId);
    const sps = pps === undefined ? undefined : this.#spsById.get(pps.spsId);
    if (pps === undefined || sps === undefined) {
      if (this.#unsupported !== null) {
        this.stats.refusedSlices++;
      } else {
        this.#tell("lost", `slice refers to parameter set ${ppsId}, which has not been seen`);
      }
      return;
    }
    const h = s.header;
    const problem = parseSliceHeader(reader, nalType, nalRefIdc, sps, pps, h);
    if (problem !== null) {
      this.#damage(problem);
      return;
    }
    if (h.sliceType >= SliceType.SP) {
      this.stats.refusedSlices++;
      this.#refuse("SP and SI slices (Extended profile)");
      return;
    }
    if (h.redundantPicCnt > 0) {
      return; // the primary coded picture is there
    }
    if (!this.#pictureOpen || this.#startsPicture(h, sps)) {
      this.#closePicture();
      if (!this.#openPicture(h, sps)) {
        return;
      }
    }
    this.#parseSlice(sps, pps);
  }

  #damage(message: string): void {
    if (this.#current !== null) {
      this.#current.damaged = true;
    }
    this.#tell("damaged", message);
  }

  /** First slice of a new picture, clause 7.4.1.2.4. */
  #startsPicture(h: SliceHeader, sps: Sps): boolean {
    const o = this.#opening;
    return (
      sps !== this.#activeSps ||
      h.frameNum !== o.frameNum ||
      h.fieldPic !== o.fieldPic ||
      h.bottomField !== o.bottomField ||
      (h.nalRefIdc === 0) !== (o.nalRefIdc === 0) ||
      h.idr !== o.idr ||
      (h.idr && h.idrPicId !== o.idrPicId) ||
      h.picOrderCntLsb !== o.picOrderCntLsb ||
      h.deltaPicOrderCntBottom !== o.deltaPicOrderCntBottom ||
      h.deltaPicOrderCnt0 !== o.deltaPicOrderCnt0 ||
      h.deltaPicOrderCnt1 !== o.deltaPicOrderCnt1
    );
  }

  /** Begins a field or frame; false if decoding cannot start here. */
  #openPicture(h: SliceHeader, sps: Sps): boolean {
    const starting = !this.#started;
    if (starting) {
      if (!h.idr && h.sliceType !== SliceType.I && !this.#recoveryPoint) {
        this.stats.skippedPictures++;
        return false;
      }
      this.#started = true;
    }
    this.#recoveryPoint = false;
    const structure = h.fieldPic ? (h.bottomField ? BOTTOM : TOP) : FRAME;
    const second = this.#isSecondField(h, structure, sps);
    if (!second) {
      this.#finishFrame();
    }
    const dpb = this.#activate(sps);
    if (!second) {
      if (h.idr) {
        dpb.startIdr();
      } else {
        const missing = dpb.fillGap(h);
        if (missing > 0 && !starting) {
          this.stats.lostFrames += missing;
          this.#tell("lost", `${missing} reference frames missing before frame_num ${h.frameNum}`);
        }
      }
      const picture = dpb.take();
      dpb.decoding = picture;
      picture.idr = h.idr;
      picture.frameNum = h.frameNum;
      picture.type = h.sliceType === SliceType.B ? "B" : h.sliceType === SliceType.P ? "P" : "I";
      picture.structure = h.fieldPic ? "fields" : sps.mbAdaptiveFrameField ? "mbaff" : "frame";
      picture.width = sps.width;
      picture.height = sps.height;
      picture.timestamp = this.#timestamp ?? Number.NaN;
      if (starting) {
        this.#entry = picture;
      }
      this.#current = picture;
    }
    const picture = this.#current;
    if (picture === null) {
      return false;
    }
    picture.nalRefIdc = h.nalRefIdc;
    picture.coded |= structure;
    dpb.computePoc(picture, h);
    this.#opening.copyFrom(h);
    this.#structure = structure;
    this.#pictureOpen = true;
    this.#slice.openPicture(picture);
    return true;
  }

  /** Whether a field completes the frame whose first field came before it. */
  #isSecondField(h: SliceHeader, structure: number, sps: Sps): boolean {
    const first = this.#current;
    return (
      first !== null &&
      sps === this.#activeSps &&
      structure !== FRAME &&
      first.coded === FRAME - structure &&
      // The standard has only the first field be IDR; some encoders mark both.
      (!h.idr || (first.idr && h.idrPicId === this.#opening.idrPicId)) &&
      first.frameNum === h.frameNum &&
      (first.nalRefIdc === 0) === (h.nalRefIdc === 0)
    );
  }

  #activate(sps: Sps): DecodedPictureBuffer {
    if (this.#dpb === null || this.#activeSps !== sps) {
      this.#dpb?.flush();
      this.#dpb = new DecodedPictureBuffer(sps, this.#decodeOrder, (picture) =>
        this.#output(picture),
      );
      this.#activeSps = sps;
    }
    return this.#dpb;
  }

  #parseSlice(sps: Sps, pps: Pps): void {
    const picture = this.#current;
    const dpb = this.#dpb;
    if (picture === null || dpb === null) {
      return;
    }
    if (picture.sliceCount > 2 * picture.mbWidth * picture.mbHeight) {
      this.#damage("more slices than macroblocks");
      return;
    }
    const s = this.#slice;
    const h = s.header;
    this.stats.slices++;
    s.sps = sps;
    s.pps = pps;
    s.sliceNumber = picture.addSlice(h.sliceType);
    s.sliceType = h.sliceType;
    s.isB = h.sliceType === SliceType.B;
    s.mbaff = sps.mbAdaptiveFrameField && !h.fieldPic;
    s.fieldPicture = h.fieldPic ? 1 : 0;
    s.bottomField = h.bottomField ? 1 : 0;
    s.rowAbove = picture.mbWidth << s.fieldPicture;
    s.numRef0 = h.numRefIdxActive[0];
    s.numRef1 = h.numRefIdxActive[1];
    s.direct8x8Inference = sps.direct8x8Inference;
    s.transform8x8Mode = pps.transform8x8Mode;
    s.chroma = sps.chromaFormatIdc !== 0;
    s.qpBdOffset = 6 * (sps.bitDepthLuma - 8);
    s.openSlice(pps.entropyCodingMode);
    const pool = dpb.pool.pictures;
    s.lists.build(h, picture, this.#structure, dpb.pictures, dpb.maxFrameNum);
    s.usable0 = s.lists.usable(0, pool);
    s.usable1 = s.lists.usable(1, pool);
    // Direct prediction reads the first picture of list 1 unasked.
    s.missingReference = s.isB && (s.usable1 & 1) === 0;
    const base = s.sliceNumber * REFS_PER_SLICE;
    for (let list = 0; list < 2; list++) {
      for (let i = 0; i < s.lists.count[list]; i++) {
        const code = s.lists.get(list, i);
        if (code >= 0) {
          picture.refCode[base + 32 * list + i] = code;
          picture.refPoc[base + 32 * list + i] = pool[code >> 2].pocOf(code & 3);
        }
      }
    }
    if (s.isB) {
      this.#direct.startSlice(s, pool, this.#structure);
    }
    const fault = readSliceData(s, this.#direct);
    // Rows of the frame's grid: a field's are every other one, an MBAFF pair has two.
    const columns = picture.mbWidth;
    const firstRow = Math.floor(h.firstMb / columns) * (s.mbaff || h.fieldPic ? 2 : 1);
    s.closeSlice(firstRow * columns, s.mb + 2 * columns);
    if (s.missingReference) {
      picture.damaged = true;
      this.#tell("lost", `slice at macroblock ${h.firstMb} uses references that are not there`);
    }
    if (fault !== null) {
      this.#damage(`${fault.message} (macroblock ${fault.mb})`);
    }
  }

  /** The field or frame being parsed gets no more slices. */
  #closePicture(): void {
    const picture = this.#current;
    if (!this.#pictureOpen || picture === null || this.#dpb === null) {
      return;
    }
    this.#pictureOpen = false;
    this.#dpb.finish(picture, this.#opening, this.#structure);
    if (picture.coded === FRAME) {
      this.#finishFrame();
    }
  }

  /** The frame gets no more fields: on to output. */
  #finishFrame(): void {
    this.#closePicture();
    const picture = this.#current;
    if (picture === null || this.#dpb === null) {
      return;
    }
    this.#current = null;
    this.#dpb.decoding = null;
    if (picture.coded !== FRAME) {
      this.stats.unpairedFields++;
      // A lone field shows half a frame: kept as a reference, not handed out, unless the stream is made of them.
      if (this.#unpairedInRow++ < MAX_HIDDEN_FIELDS) {
        this.#dpb.hide();
        return;
      }
    } else {
      this.#unpairedInRow = 0;
    }
    this.#checkComplete(picture);
    this.#dpb.complete(picture);
  }

  /** Macroblocks that no slice brought make a frame damaged. */
  #checkComplete(picture: Picture): void {
    const { kind, mbWidth, mbHeight } = picture;
    if (picture.damaged || kind.indexOf(0) < 0) {
      return;
    }
    const step = picture.coded === FRAME ? 1 : 2;
    const firstRow = picture.coded === BOTTOM ? 1 : 0;
    for (let row = firstRow; row < mbHeight && !picture.damaged; row += step) {
      const start = row * mbWidth;
      const missing = kind.indexOf(0, start);
      if (missing >= 0 && missing < start + mbWidth) {
        this.#damage(`macroblock ${missing} is missing`);
        picture.damaged = true;
      }
    }
  }

  #output(picture: Picture): void {
    if (this.#entry !== null && this.#entry !== picture) {
      this.stats.skippedPictures++;
      return;
    }
    this.#entry = null;
    picture.index = this.stats.frames++;
    if (picture.damaged) {
      this.stats.damagedFrames++;
    }
    if (Number.isNaN(picture.timestamp)) {
      const rate = this.#frameRate ?? (this.#activeSps?.frameRate || DEFAULT_FRAME_RATE);
      picture.timestamp = picture.index / rate;
    }
    this.#onFrame(picture);
  }
}
