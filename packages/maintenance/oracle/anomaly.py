"""Golden file of the detectors: scikit-learn's isolation forest and SciPy's chi-square over drawn rows.

    python oracle/anomaly.py > test/golden/anomaly.json      (needs scikit-learn and scipy; 1.9.1 and 1.17 made the file)
"""

import json
import sys

import numpy as np
import scipy.stats
import sklearn
from sklearn.covariance import EmpiricalCovariance
from sklearn.ensemble import IsolationForest
from sklearn.ensemble._iforest import _average_path_length

rng = np.random.default_rng(7)
mixing = rng.normal(size=(3, 6))
healthy = (rng.normal(size=(400, 3)) @ mixing + 0.4 * rng.normal(size=(400, 6))).astype(np.float32)
asked = (rng.normal(size=(60, 3)) @ mixing + 0.4 * rng.normal(size=(60, 6))).astype(np.float32)
asked[30:] += rng.normal(scale=2.5, size=(30, 6)).astype(np.float32)

small = IsolationForest(n_estimators=5, max_samples=64, random_state=3).fit(healthy)
trees = []
for tree in small.estimators_:
    t = tree.tree_
    trees.append(
        {
            "left": t.children_left.tolist(),
            "right": t.children_right.tolist(),
            "column": [int(f) if f >= 0 else -1 for f in t.feature],
            "threshold": [float(v) for v in t.threshold],
            "rows": t.n_node_samples.tolist(),
        }
    )
large = IsolationForest(n_estimators=500, max_samples=256, random_state=5).fit(healthy)
standard = (healthy - healthy.mean(0)) / healthy.std(0)
distance = EmpiricalCovariance(assume_centered=True).fit(standard.astype(np.float64))
values = [0.5, 2.0, 5.0, 9.0, 20.0, 40.0]
freedoms = [2, 4, 8, 14]
sizes = [1, 2, 3, 10, 64, 256, 1000]
round_ = lambda a: [[round(float(v), 6) for v in row] for row in a]
json.dump(
    {
        "sklearn": sklearn.__version__,
        "healthy": [[float(v) for v in row] for row in healthy],
        "asked": [[float(v) for v in row] for row in asked],
        "average": [[n, float(_average_path_length(np.array([n]))[0])] for n in sizes],
        "trees": trees,
        "treeScores": (-small.score_samples(asked)).tolist(),
        "forestScores": (-large.score_samples(asked)).tolist(),
        "mahalanobis": distance.mahalanobis((asked - healthy.mean(0)) / healthy.std(0)).tolist(),
        "deviates": [
            [v, f, float(scipy.stats.norm.isf(scipy.stats.chi2.sf(v, f)))] for v in values for f in freedoms
        ],
    },
    sys.stdout,
)
