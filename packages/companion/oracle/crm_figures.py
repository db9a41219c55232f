"""Golden values for test/crm-case-view.test.ts, from SciPy. Run: python crm_figures.py"""

import json

import numpy as np
from scipy import stats

values = [3.1, 4.7, 0.4, 9.9, 2.2, 5.0, 5.0, 7.3, 1.1, 6.8, 3.3, 8.6]
pairs = [(0.1, 2), (0.4, 3), (-0.5, 1), (0.9, 5), (0.2, 2), (0.0, 4), (-0.9, 1), (0.7, 4), (0.4, 5), (0.3, 3), (-0.1, 2), (0.8, 4)]


def share(hits, n):
    interval = stats.binomtest(hits, n).proportion_ci(method="wilson")
    return [hits / n, interval.low, interval.high]


def mean(rows):
    low, high = stats.t.interval(0.95, len(rows) - 1, loc=np.mean(rows), scale=stats.sem(rows))
    return [float(np.mean(rows)), low, high]


def median(rows):
    result = stats.quantile_test(rows, p=0.5).confidence_interval(0.95)
    rank = int(stats.binom.ppf(0.025, len(rows), 0.5))
    ordered = sorted(rows)
    assert result.low == ordered[rank - 1]
    return [float(np.median(rows)), ordered[rank - 1], ordered[len(rows) - rank]]


def spearman(rows):
    r = stats.spearmanr([x for x, _ in rows], [y for _, y in rows]).statistic
    half = 1.959963984540054 * np.sqrt((1 + r * r / 2) / (len(rows) - 3))
    return [r, np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half)]


many = [(i * 37 % 101) / 7 for i in range(61)]
print(
    json.dumps(
        {
            "share 3/20": share(3, 20),
            "share 0/7": share(0, 7),
            "share 50/50": share(50, 50),
            "mean": mean(values),
            "mean many": mean(many),
            "median": median(values),
            "median six": median(values[:6]),
            "median many": median(many),
            "median 1200": median([(i * 7919 % 1200) for i in range(1200)]),
            "spearman": spearman(pairs),
        },
        indent=1,
        default=float,
    )
)
