"""Golden values for the features: the recipe in pandas, over invented lives with gaps. Needs numpy and pandas.

    python3 packages/maintenance/oracle/features.py > packages/maintenance/test/golden/features.json
"""

import json

import numpy as np
import pandas as pd

WINDOWS = (3, 5, 12)
BASELINE = 4
SENSORS = ["walk", "level", "steps", "dead", "late"]


def lives():
    draw = np.random.default_rng(5)
    frames = []
    for unit, rows in ((1, 40), (2, 25), (3, 1)):
        frame = pd.DataFrame({"unit": unit, "cycle": np.arange(1, rows + 1)})
        frame["walk"] = np.cumsum(draw.normal(size=rows))
        frame["level"] = 9046 + draw.normal(size=rows) * 0.25
        frame["steps"] = np.repeat(draw.integers(0, 4, rows), 9)[:rows]
        frame["dead"] = np.nan
        frame["late"] = np.where(np.arange(rows) < 6, np.nan, draw.normal(size=rows))
        for sensor in ("walk", "level"):
            frame.loc[draw.random(rows) < 0.3, sensor] = np.nan
        frames.append(frame)
    table = pd.concat(frames, ignore_index=True)
    table[SENSORS] = table[SENSORS].astype(np.float32)
    return table


def features(table):
    group = table.groupby("unit", sort=False)
    out = {"age": table.cycle.to_numpy(np.float32)}
    base = group[SENSORS]
    for window in WINDOWS:
        mean = base.rolling(window, min_periods=1).mean().reset_index(level=0, drop=True).loc[table.index]
        for sensor in SENSORS:
            out[f"{sensor}.mean{window}"] = mean[sensor].to_numpy(np.float32)
    deviation = base.rolling(WINDOWS[-1], min_periods=2).std().reset_index(level=0, drop=True).loc[table.index]
    for sensor in SENSORS:
        out[f"{sensor}.sd{WINDOWS[-1]}"] = deviation[sensor].to_numpy(np.float32)
    row = group.cumcount().to_numpy()
    early = table[SENSORS].where(pd.Series(row < BASELINE, index=table.index), np.nan)
    first = early.groupby(table.unit, sort=False).expanding(min_periods=1).mean()
    first = first.reset_index(level=0, drop=True).loc[table.index].groupby(table.unit, sort=False).ffill()
    for sensor in SENSORS:
        drift = out[f"{sensor}.mean{WINDOWS[0]}"] - first[sensor].to_numpy()
        out[f"{sensor}.drift"] = drift.astype(np.float32)
    for sensor in SENSORS:
        out[f"{sensor}.trend"] = out[f"{sensor}.mean{WINDOWS[0]}"] - out[f"{sensor}.mean{WINDOWS[-1]}"]
    return out


def listed(values):
    return [None if np.isnan(value) else float(value) for value in values]


table = lives()
document = {
    "windows": WINDOWS,
    "baseline": BASELINE,
    "units": [int(unit) for unit in table.unit],
    "ages": [int(cycle) for cycle in table.cycle],
    "sensors": {sensor: listed(table[sensor]) for sensor in SENSORS},
    "features": {name: listed(values) for name, values in features(table).items()},
}
print(json.dumps(document))
