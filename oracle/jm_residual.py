#!/usr/bin/python3
"""Residual levels of an H.264 file, summed per macroblock from the trace of the JM reference decoder.

    JM_LDECOD=.../ldecod.exe jm_residual.py FILE [FRAMES]    one JSON line per frame, in decoding order
    ... jm_residual.py --lists FILE                          also "list": the sum of every macroblock

Each line: {"frame", "residual", "bits", "sha256"}. A macroblock's sum is that of |level| over everything coded for
it: luma, Intra16x16 DC, chroma DC and AC, as in the bitstream (before scaling); 0 for I_PCM. "residual" is the
frame's total, "sha256" is over the macroblocks' sums in decimal, joined by commas, in raster order (field pictures
and field macroblocks: rows alternate top, bottom). "bits" is the length of slice_data() without its trailing bits,
summed over the slices; null for CABAC, where the trace counts symbols.
JM (version 19.0, TRACE=1, its default) is built from its own sources: see README.md.
"""
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

MACROBLOCK = re.compile(r"^\*+ POC: -?\d+ .* MB: (\d+) Slice: (\d+)")
SLICE_HEADER = re.compile(r"^@\d+\s+(SH|SPS|PPS): ")
FIELD = re.compile(r"^@\d+\s+(.*?)\s+[01]*\s*\(\s*(-?\d+)\)\s*$")
BITS = re.compile(r"^@\d+\s+(.*?)\s*([01]+) \(\s*-?\d+\)\s*$")
COUNT = re.compile(r"# c & tr\.1s .*#c=(\d+) #t1=(\d+)")
LEVEL = re.compile(r" lev \(\d+,\d+\) k=\d+ vlc=(\d+)\s*([01]+) \(")
CABAC_LEVEL = re.compile(r"^@\d+\s+(?:[^@]*?(?:sng|DC|AC|Chroma|luma)[^@]*?)\s+(-?\d+)\s+(-?\d+)\s*$")


def cavlc_level(suffix_length, bits, bump):
    """|level| of a level_prefix and level_suffix (clause 9.2.2.1)."""
    prefix = len(bits) - len(bits.lstrip("0"))
    suffix = int(bits[prefix + 1 :] or "0", 2)
    code = (min(15, prefix) << suffix_length) + suffix
    if prefix >= 15 and suffix_length == 0:
        code += 15
    if prefix >= 16:
        code += (1 << (prefix - 3)) - 4096
    return (code + (2 if bump else 0) + 2) >> 1


class Frames:
    """Collects macroblock sums, and pairs fields to frames."""

    def __init__(self):
        self.done = []
        self.key = None

    def slice(self, header):
        """Starts the slice's picture, unless the slice goes on with one or is of a frame's second field."""
        key = (header["field_pic_flag"], header["bottom_field_flag"], header["frame_num"])
        if header["first_mb_in_slice"] != 0:
            return
        current = self.done[-1] if self.done else None
        if (
            self.key is not None
            and key[0] == self.key[0] == 1
            and key[1] != self.key[1]
            and key[2] == self.key[2]
            and not current["paired"]
        ):
            current["paired"] = True
        else:
            size = header["width"] * header["height"]
            self.done.append({"sums": [0] * size, "bits": 0, "paired": False, "cabac": header["cabac"]})
        self.key = key


def place(address, header):
    """Raster index of a macroblock address."""
    width = header["width"]
    if header["field_pic_flag"]:
        y = 2 * (address // width) + header["bottom_field_flag"]
        return y * width + address % width
    if header["mbaff"]:
        pair = address // 2
        return (2 * (pair // width) + address % 2) * width + pair % width
    return address


def read_header_line(line, sps, pps, headers):
    match = FIELD.match(line)
    if not match:
        return
    name, value = match.group(1), int(match.group(2))
    if name == "SPS: profile_idc":
        sps.clear()
    if name.startswith("SPS: "):
        sps[name[5:]] = value
    elif name.startswith("PPS: "):
        pps[name[5:]] = value
    elif name == "SH: first_mb_in_slice":
        frame_only = sps.get("frame_mbs_only_flag", 1)
        headers.append(
            {
                "first_mb_in_slice": value,
                "field_pic_flag": 0,
                "bottom_field_flag": 0,
                "mbaff": sps.get("mb_adaptive_frame_field_flag", 0),
                "cabac": pps["entropy_coding_mode_flag"],
                "width": sps["pic_width_in_mbs_minus1"] + 1,
                "height": (sps["pic_height_in_map_units_minus1"] + 1) * (2 - frame_only),
            }
        )
    elif name.startswith("SH: "):
        headers[-1][name[4:]] = value


def read_trace(lines):
    frames = Frames()
    # JM reads the header of the next picture's first slice before it decodes a picture: headers queue up.
    headers, sps, pps = [], {}, {}
    header, number, in_data = None, None, False
    at, address, first = 0, 0, False
    for line in lines:
        match = MACROBLOCK.match(line)
        if match:
            if not in_data or match.group(2) != number or int(match.group(1)) <= address:
                header, number, in_data = headers.pop(0), match.group(2), True
                frames.slice(header)
            address = int(match.group(1))
            at = place(address, header)
            continue
        if line.startswith("Annex B NALU") or SLICE_HEADER.match(line):
            in_data = False
        if not in_data:
            read_header_line(line, sps, pps, headers)
            continue
        frame = frames.done[-1]
        if header["cabac"]:
            match = CABAC_LEVEL.match(line)
            if match:
                frame["sums"][at] += abs(int(match.group(1)))
            continue
        match = BITS.match(line)
        if match and "of coded bottom mb" not in line:
            frame["bits"] += len(match.group(2))
        match = COUNT.search(line)
        if match:
            ones = int(match.group(2))
            frame["sums"][at] += ones
            first = ones < 3
            continue
        match = LEVEL.search(line)
        if match:
            frame["sums"][at] += cavlc_level(int(match.group(1)), match.group(2), first)
            first = False
    return frames.done


def main():
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    decoder = os.environ["JM_LDECOD"]
    with tempfile.TemporaryDirectory() as folder:
        command = [decoder, "-p", "InputFile=" + os.path.abspath(arguments[0]), "-p", "OutputFile=out.yuv"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(os.path.join(folder, "trace_dec.txt"), errors="replace") as trace:
            frames = read_trace(trace)
    limit = int(arguments[1]) if len(arguments) > 1 else len(frames)
    for n, frame in enumerate(frames[:limit]):
        text = ",".join(map(str, frame["sums"]))
        line = {
            "frame": n,
            "residual": sum(frame["sums"]),
            "bits": None if frame["cabac"] else frame["bits"],
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }
        if "--lists" in sys.argv:
            line["list"] = frame["sums"]
        print(json.dumps(line, separators=(",", ":")))


main()
