#!/usr/bin/python3
"""Motion vectors of an H.264 file, as FFmpeg exports them (Debian's python3-av; run with /usr/bin/python3).

    vectors.py FILE            one JSON line per output frame, and a last line with the total
    vectors.py --vectors FILE  also "mvs": each vector as [source, w, h, dst_x, dst_y, motion_x, motion_y]

Each line: {"frame", "type": "I|P|B", "vectors": count, "sha256"}. sha256 is over the lines
"source w h dst_x dst_y motion_x motion_y\\n" of the frame's vectors, sorted as text; source -1 is list 0, 1 is
list 1; sizes and places in luma samples, motion in quarter samples. Last line: {"frames", "vectors", "sha256" of
all frames' sha256 joined}.
"""
import hashlib
import json
import sys

import av


def main():
    path = [a for a in sys.argv[1:] if not a.startswith("--")][0]
    lines = []
    with av.open(path) as container:
        stream = container.streams.video[0]
        # strict: the reorder depth comes from the level where the stream does not tell it, not by trial.
        stream.codec_context.options = {"flags2": "+export_mvs", "strict": "1"}
        stream.codec_context.thread_count = 1
        for n, frame in enumerate(container.decode(stream)):
            data = frame.side_data.get("MOTION_VECTORS")
            names = ("source", "w", "h", "dst_x", "dst_y", "motion_x", "motion_y")
            rows = [] if data is None else [[int(v[name]) for name in names] for v in data.to_ndarray()]
            text = "".join(sorted(" ".join(map(str, row)) + "\n" for row in rows))
            line = {"frame": n, "type": str(frame.pict_type), "vectors": len(rows)}
            line["sha256"] = hashlib.sha256(text.encode()).hexdigest()
            lines.append(dict(line, mvs=rows) if "--vectors" in sys.argv else line)
    joined = "".join(line["sha256"] for line in lines)
    total = {"frames": len(lines), "vectors": sum(line["vectors"] for line in lines)}
    total["sha256"] = hashlib.sha256(joined.encode()).hexdigest()
    for line in lines + [total]:
        print(json.dumps(line, separators=(",", ":")))


main()
