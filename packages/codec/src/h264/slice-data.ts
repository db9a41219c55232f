/** slice_data(), clause 7.3.4: walks the macroblocks of one slice. */
import { MbKind } from "../signal.ts";
import type { DirectPredictor } from "./direct.ts";
import { readMacroblock, skipMacroblock } from "./macroblock.ts";
import type { SliceContext } from "./slice-context.ts";
import { SliceType } from "./slice-header.ts";
import { readFieldFlag, readSkipFlag } from "./syntax-cabac.ts";

/** What is wrong with a slice that could not be read to its end. */
export type SliceFault = { mb: number; message: string };

/**
 * Reads all macroblocks of the slice whose header `s.header` holds; the reader stands at slice_data().
 *
 * @returns null, or where and why reading stopped; macroblocks before that point are kept
 */
export function readSliceData(s: SliceContext, direct: DirectPredictor): SliceFault | null {
  const total = s.mbWidth * (s.mbHeight >> s.fieldPicture);
  const first = s.header.firstMb * (s.mbaff ? 2 : 1);
  if (first >= total) {
    return { mb: first, message: `first_mb_in_slice expected below ${total}, got ${first}` };
  }
  s.qp = s.header.sliceQp;
  s.lastQpDelta = 0;
  s.failed = false;
  s.fieldMb = s.fieldPicture;
  if (s.useCabac) {
    const byte = (s.bits.position + 7) >>> 3;
    s.cabac.start(s.bits.data, byte, s.bits.end >>> 3);
    s.cabac.initStates(
      s.sliceType === SliceType.I ? 0 : 1 + s.header.cabacInitIdc,
      s.header.sliceQp,
    );
    return s.mbaff ? cabacMbaff(s, direct, first, total) : cabacPlain(s, direct, first, total);
  }
  return cavlc(s, direct, first, total);
}

function fault(s: SliceContext, what: string): SliceFault {
  return { mb: s.mb, message: what };
}

/** Frame or field pictures in CABAC. */
function cabacPlain(
  s: SliceContext,
  direct: DirectPredictor,
  first: number,
  total: number,
): SliceFault | null {
  const cabac = s.cabac;
  const width = s.mbWidth;
  const inter = s.sliceType !== SliceType.I;
  let mbX = first % width;
  let row = (first - mbX) / width;
  let position = cabac.position - 9;
  for (let address = first; address < total; address++) {
    s.locate(mbX, s.fieldPicture === 1 ? 2 * row + s.bottomField : row);
    if (inter && readSkipFlag(s)) {
      skipMacroblock(s, direct);
    } else {
      readMacroblock(s, direct);
      if (s.failed) {
        return giveUp(s, "macroblock syntax is out of range");
      }
    }
    const done = cabac.terminate();
    const after = cabac.position;
    s.bitsOut[s.mb] = after - position;
    position = after;
    if (done) {
      return null;
    }
    if (cabac.overrun) {
      return giveUp(s, "slice data ends early");
    }
    mbX++;
    if (mbX === width) {
      mbX = 0;
      row++;
    }
  }
  return fault(s, "slice data goes on behind the last macroblock");
}

/** The macroblock just read made no sense: it is not part of the picture. */
function giveUp(s: SliceContext, message: string): SliceFault {
  s.wipeMacroblock();
  s.sliceOf[s.mb] = -1;
  return fault(s, message);
}

/** Field decoding mode of a pair that does not say: as its left, else its upper neighbour, else frame. */
function inferFieldMode(s: SliceContext, mbX: number, mbY: number): number {
  const pair = (mbY & ~1) * s.mbWidth + mbX;
  if (mbX > 0 && s.sliceOf[pair - 1] === s.sliceNumber) {
    return s.field[pair - 1];
  }
  const above = pair - 2 * s.mbWidth;
  if (above >= 0 && s.sliceOf[above] === s.sliceNumber) {
    return s.field[above];
  }
  return 0;
}

/** MBAFF frames in CABAC. */
function cabacMbaff(
  s: SliceContext,
  direct: DirectPredictor,
  first: number,
  total: number,
): SliceFault | null {
  const cabac = s.cabac;
  const width = s.mbWidth;
  const inter = s.sliceType !== SliceType.I;
  let position = cabac.position - 9;
  let topSkipped = false;
  let bottomSkipped = false;
  for (let address = first; address < total; address++) {
    const pair = address >> 1;
    const mbX = pair % width;
    const bottom = address & 1;
    const mbY = 2 * ((pair - mbX) / width) + bottom;
    let skipped = false;
    if (bottom === 0) {
      s.fieldMb = inferFieldMode(s, mbX, mbY);
    }
    s.locateMbaff(mbX, mbY);
    if (inter) {
      skipped = bottom === 1 && topSkipped ? bottomSkipped : readSkipFlag(s);
    }
    if (skipped) {
      if (bottom === 0) {
        // The pair's mode comes with the first macroblock that is not skipped: look at the lower one first.
        const mb = s.mb;
        if (s.kind[mb] !== MbKind.Missing) {
          s.wipeMacroblock();
        }
        s.kind[mb] = MbKind.Skip;
        s.sliceOf[mb] = s.sliceNumber;
        s.field[mb] = s.fieldMb;
        s.field[mb + width] = s.fieldMb;
        s.locateMbaff(mbX, mbY + 1);
        bottomSkipped = readSkipFlag(s);
        if (!bottomSkipped) {
          s.fieldMb = readFieldFlag(s);
        }
        s.kind[mb] = MbKind.Missing;
        s.locateMbaff(mbX, mbY);
        s.field[mb + width] = s.fieldMb;
      }
      skipMacroblock(s, direct);
    } else {
      if (bottom === 0) {
        s.fieldMb = readFieldFlag(s);
        s.locateMbaff(mbX, mbY);
        s.field[s.mb + width] = s.fieldMb;
      }
      readMacroblock(s, direct);
      if (s.failed) {
        return giveUp(s, "macroblock syntax is out of range");
      }
    }
    // end_of_slice_flag follows the lower macroblock of a pair only.
    const done = bottom === 1 && cabac.terminate();
    const after = cabac.position;
    s.bitsOut[s.mb] = after - position;
    position = after;
    topSkipped = bottom === 0 && skipped;
    if (done) {
      return null;
    }
    if (cabac.overrun) {
      return giveUp(s, "slice data ends early");
    }
  }
  return fault(s, "slice data goes on behind the last macroblock");
}

/** All picture kinds in CAVLC. */
function cavlc(
  s: SliceContext,
  direct: DirectPredictor,
  first: number,
  total: number,
): SliceFault | null {
  const bits = s.bits;
  const width = s.mbWidth;
  const inter = s.sliceType !== SliceType.I;
  let topSkipped = false;
  let position = bits.position;
  let address = first;
  while (address < total) {
    let run = 0;
    if (inter) {
      run = bits.ue();
      if (run > total - address) {
        locateCavlc(s, address, width);
        return fault(s, `mb_skip_run expected at most ${total - address}, got ${run}`);
      }
      for (let i = 0; i < run; i++, address++) {
        const last = i === run - 1;
        if (s.mbaff && (address & 1) === 0) {
          const pair = address >> 1;
          const mbX = pair % width;
          const mbY = 2 * ((pair - mbX) / width);
          // Skipped above a coded macroblock: the pair's mode is the next bit.
          s.fieldMb = last && bits.moreRbspData() ? bits.peek(1) : inferFieldMode(s, mbX, mbY);
        }
        locateCavlc(s, address, width);
        skipMacroblock(s, direct);
        if (i === 0) {
          s.bitsOut[s.mb] = bits.position - position;
          position = bits.position;
        }
        topSkipped = (address & 1) === 0;
      }
      if (bits.overrun) {
        return giveUp(s, "slice data ends early");
      }
      if (!bits.moreRbspData()) {
        return null;
      }
      if (address >= total) {
        break;
      }
    }
    if (s.mbaff && ((address & 1) === 0 || (topSkipped && run > 0))) {
      s.fieldMb = bits.u(1);
    }
    locateCavlc(s, address, width);
    if (s.mbaff && (address & 1) === 0) {
      s.field[s.mb + width] = s.fieldMb;
    }
    readMacroblock(s, direct);
    if (s.failed || bits.overrun) {
      return giveUp(s, s.failed ? "macroblock syntax is out of range" : "slice data ends early");
    }
    s.bitsOut[s.mb] = bits.position - position;
    position = bits.position;
    topSkipped = false;
    address++;
    if (!bits.moreRbspData()) {
      return null;
    }
  }
  // Some encoders leave bits behind the last macroblock; all macroblocks are there, so nothing is lost.
  return null;
}

function locateCavlc(s: SliceContext, address: number, width: number): void {
  if (s.mbaff) {
    const pair = address >> 1;
    const mbX = pair % width;
    s.locateMbaff(mbX, 2 * ((pair - mbX) / width) + (address & 1));
    return;
  }
  const mbX = address % width;
  const row = (address - mbX) / width;
  s.locate(mbX, s.fieldPicture === 1 ? 2 * row + s.bottomField : row);
}
