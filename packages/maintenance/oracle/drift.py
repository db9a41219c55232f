"""Golden file of the drift detectors: river's ADWIN and Page-Hinkley over a stream that Python and TypeScript draw alike.

    python oracle/drift.py > test/golden/drift.json      (needs river; 0.26.1 made the file)
"""

import json
import math
import sys

import river
from river import drift


def stream(n=6000):
    """Numbers in multiples of 2^-20 from a linear congruential generator, with jumps and a slope."""
    state, out = 12345, []
    for i in range(n):
        state = (1103515245 * state + 12345) % 2**31
        noise = (state >> 11) / 2**20
        level = 0.0 if i < 1500 else 0.4 if i < 3000 else 0.1 if i < 4000 else 0.1 + (i - 4000) / 2500
        out.append(level + noise)
    return out


def adwin(values, **options):
    # The public class forgets the whole window after a change; the paper's algorithm, inside it, keeps the newer part.
    detector, found, widths = drift.ADWIN(**options)._helper, [], []
    for i, value in enumerate(values):
        if detector.update(value):
            found.append(i)
        if i % 500 == 499:
            width = detector.get_width()
            widths.append([width, detector.get_total() / width, detector.get_variance()])
    return {"options": options, "found": found, "widths": widths}


def page_hinkley(values, **options):
    detector, found = drift.PageHinkley(**options), []
    for i, value in enumerate(values):
        detector.update(value)
        if detector.drift_detected:
            found.append(i)
    return {"options": options, "found": found}


values = stream()
json.dump(
    {
        "river": river.__version__,
        "check": math.fsum(values),
        "adwin": [
            adwin(values),
            adwin(values, delta=0.3, clock=8, max_buckets=3, min_window_length=10, grace_period=40),
            adwin(values, delta=1e-6, clock=1),
        ],
        "pageHinkley": [
            page_hinkley(values, threshold=10),
            page_hinkley(values, threshold=20, delta=0.05, mode="up", alpha=0.999),
            page_hinkley(values, threshold=5, delta=0.02, mode="down", min_instances=100),
        ],
    },
    sys.stdout,
)
