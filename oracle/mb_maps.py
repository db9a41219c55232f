#!/usr/bin/python3
"""Macroblock kinds and quantisers of an H.264 file, as FFmpeg prints them (-debug mb_type+qp).

    mb_maps.py FILE [FRAMES]     one JSON line per output frame, at most FRAMES of them
    mb_maps.py --maps FILE ...   also the maps themselves: "kindMap", "qpMap"

Each line: {"frame", "intra", "pcm", "skip", "direct", "inter", "field", "qp", "kinds", "qps"}: counts of macroblocks,
the sum of QP_Y, and sha256 of two texts over the frame's macroblocks in raster order:
  kinds  three characters each. First: i intra 4x4 or 8x8, I intra 16x16, P I_PCM, S P_Skip or B_Skip,
         D B_Direct_16x16, > list 0 only, < list 1 only, X both lists or split in 8x8 (FFmpeg keeps no lists for
         those in B slices). Second, the split of coded motion: blank 16x16, - 16x8, | 8x16, + 8x8; blank for all
         that is intra, skipped or direct. Third: = field macroblock.
  qps    QP_Y in decimal, joined by commas; 0 for I_PCM, which FFmpeg does not keep.
Counts: intra = i + I + P, skip = S, direct = D, inter = the rest.
"""
import hashlib
import json
import re
import subprocess
import sys

LINE = re.compile(r"^\[h264 @ (0x[0-9a-f]+)\] (.*)$")
FORMAT = re.compile(r"Format \w+?(9|10|12|14)?(?:le|be)? chosen by get_format")
MACROBLOCK = re.compile(r"([ \d]\d)([PiIAdDS><X])([-+| ?])([= ])")


def debug_maps(path):
    """Frames as lists of rows of text, in output order, and the bit depth."""
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "repeat+debug", "-debug", "mb_type+qp"]
    command += ["-threads", "1", "-strict", "1", "-i", path, "-map", "0:v:0", "-vsync", "passthrough", "-f", "null", "-"]
    text = subprocess.run(command, stderr=subprocess.PIPE, check=True).stderr.decode("latin-1")
    contexts, depth, last = {}, 8, None
    for line in text.replace("\r", "\n").split("\n"):
        match = LINE.match(line)
        if not match:
            continue
        context, rest = match.groups()
        found = FORMAT.match(rest)
        if found:
            depth = int(found.group(1) or 8)
        if rest.startswith("New frame, type:"):
            contexts.setdefault(context, []).append([])
            last = context
        elif context in contexts and MACROBLOCK.match(rest):
            contexts[context][-1].append(rest)
    # The opener decodes a few frames to probe the stream; the decoder proper prints last.
    return contexts.get(last, []), depth


def summary(n, rows, depth):
    kinds, qps = [], []
    for row in rows:
        found = MACROBLOCK.findall(row)
        if sum(len("".join(parts)) for parts in found) != len(row):
            raise SystemExit("cannot read the map row %r" % row)
        for qp, kind, split, field in found:
            coded = kind in "><X"
            if coded and split == "?":
                raise SystemExit("unknown split in %r" % row)
            kind = "S" if kind == "d" else "X" if coded and split == "+" else kind
            kinds.append(kind + (split if coded else " ") + field)
            qps.append(0 if kind == "P" else int(qp) - 6 * (depth - 8))
    first = [k[0] for k in kinds]
    kind_text, qp_text = "".join(kinds), ",".join(map(str, qps))
    line = {
        "frame": n,
        "intra": sum(k in "iIP" for k in first),
        "pcm": first.count("P"),
        "skip": first.count("S"),
        "direct": first.count("D"),
        "inter": sum(k in "><X" for k in first),
        "field": sum(k[2] == "=" for k in kinds),
        "qp": sum(qps),
        "kinds": hashlib.sha256(kind_text.encode()).hexdigest(),
        "qps": hashlib.sha256(qp_text.encode()).hexdigest(),
    }
    return line, kind_text, qp_text


def main():
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    frames, depth = debug_maps(arguments[0])
    limit = int(arguments[1]) if len(arguments) > 1 else len(frames)
    for n, rows in enumerate(frames[:limit]):
        line, kind_text, qp_text = summary(n, rows, depth)
        if "--maps" in sys.argv:
            line["kindMap"], line["qpMap"] = kind_text, qp_text
        print(json.dumps(line, separators=(",", ":")))


main()
