/** `symbion signals`: what a video's bitstream says about each frame, without decoding it. */

import { type FrameSignal, listVectors, MbKind, type VectorList } from "@symbion/codec";
import { MediaError, readSignals } from "@symbion/codec/containers";
import { openInput, VectorDigest } from "@symbion/codec/node";
import { LineWriter } from "./output.ts";

/** Options of `symbion signals`. */
export type SignalsCommandOptions = { readonly json?: true; readonly vectors?: true };

/** One frame's line: counts per macroblock kind, the mean quantiser, sums of residual levels and bits. */
type FrameLine = {
  readonly frame: number;
  readonly pts: number | null;
  readonly type: string;
  readonly mbWidth: number;
  readonly mbHeight: number;
  readonly intra: number;
  readonly skip: number;
  readonly vectors: number;
  readonly sha256: string;
  readonly qp: number | null;
  readonly residual: number;
  readonly bits: number;
  readonly damaged: boolean;
};

/**
 * Prints the signals of `source` and resolves with the exit code: 2 where pictures were left out because they use a
 * feature that is not read, which is named on stderr. Ctrl-C ends the reading and prints the totals.
 * Throws `MediaError` for anything that is no H.264 video; of a file that is cut short, what is there is printed
 * first, with the totals.
 */
export async function signalsCommand(
  source: string,
  options: SignalsCommandOptions,
): Promise<number> {
  const json = options.json === true || options.vectors === true;
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const video = await openInput(source, { signal: abort.signal });
  const out = new LineWriter(process.stdout);
  const digest = new VectorDigest();
  const list: VectorList = { count: 0, rows: new Int32Array(0) };
  let frames = 0;
  let vectors = 0;
  let damaged = 0;
  let failure: unknown;
  let code = 0;
  try {
    const totals = await readSignals(video, {
      onFrame(frame) {
        const { rows, count } = listVectors(frame, list);
        const line = frameLine(frame, count, digest.frame(rows, count));
        const heading = frames === 0 && !json ? out.line(HEADING) : undefined;
        frames++;
        vectors += count;
        if (line.damaged) damaged++;
        const text = json ? JSON.stringify(line) : tableRow(line);
        const wait = out.line(options.vectors ? withVectors(text, rows, count) : text);
        return wait ?? heading;
      },
    });
    if (totals.unsupported !== null) {
      process.stderr.write(`symbion: ${video.name}: left out: ${totals.unsupported}\n`);
      if (totals.refusedSlices > 0) code = 2;
    }
  } catch (error) {
    failure = error;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
    await video.close();
  }
  const interrupted = failure instanceof MediaError && failure.code === "aborted";
  const cutShort = failure instanceof MediaError && failure.code === "truncated";
  if (failure === undefined || interrupted || (cutShort && frames > 0)) {
    const sha256 = digest.total();
    await out.line(
      json
        ? JSON.stringify({ frames, vectors, sha256 })
        : `${frames} frames, ${vectors} vectors, ${damaged} damaged, sha256 ${sha256}`,
    );
  }
  await out.flush();
  if (failure !== undefined && !interrupted) throw failure;
  return code;
}

function frameLine(frame: FrameSignal, vectors: number, sha256: string): FrameLine {
  const { kind, qp, residual, bits } = frame;
  let intra = 0;
  let skip = 0;
  let present = 0;
  let qpSum = 0;
  let residualSum = 0;
  let bitSum = 0;
  for (let mb = 0; mb < kind.length; mb++) {
    const one = kind[mb] as number;
    if (one === MbKind.Missing) continue;
    if (one <= MbKind.IntraPcm) intra++;
    else if (one === MbKind.Skip) skip++;
    present++;
    qpSum += qp[mb] as number;
    residualSum += residual[mb] as number;
    bitSum += bits[mb] as number;
  }
  return {
    frame: frame.index,
    pts: Number.isFinite(frame.timestamp) ? Math.round(frame.timestamp * 1e6) / 1e6 : null,
    type: frame.type,
    mbWidth: frame.mbWidth,
    mbHeight: frame.mbHeight,
    intra,
    skip,
    vectors,
    sha256,
    qp: present === 0 ? null : Math.round((qpSum / present) * 1000) / 1000,
    residual: residualSum,
    bits: bitSum,
    damaged: frame.damaged,
  };
}

/** The line with `"mvs"` as its last member. */
function withVectors(line: string, rows: Int32Array, count: number): string {
  const vectors: string[] = new Array(count);
  for (let i = 0; i < count; i++) vectors[i] = `[${rows.subarray(7 * i, 7 * i + 7).join(",")}]`;
  return `${line.slice(0, -1)},"mvs":[${vectors.join(",")}]}`;
}

const COLUMNS: readonly (readonly [string, number, (line: FrameLine) => string])[] = [
  ["frame", 6, (line) => String(line.frame)],
  ["time s", 9, (line) => (line.pts === null ? "-" : line.pts.toFixed(3))],
  ["type", 4, (line) => line.type],
  ["blocks", 8, (line) => `${line.mbWidth}x${line.mbHeight}`],
  ["intra", 6, (line) => String(line.intra)],
  ["skip", 6, (line) => String(line.skip)],
  ["vectors", 7, (line) => String(line.vectors)],
  ["qp", 5, (line) => (line.qp === null ? "-" : line.qp.toFixed(1))],
  ["residual", 8, (line) => String(line.residual)],
  ["bits", 8, (line) => String(line.bits)],
  ["", 7, (line) => (line.damaged ? "damaged" : "")],
];

const HEADING = COLUMNS.map(([title, width]) => title.padStart(width))
  .join("  ")
  .trimEnd();

function tableRow(line: FrameLine): string {
  return COLUMNS.map(([, width, show]) => show(line).padStart(width))
    .join("  ")
    .trimEnd();
}
