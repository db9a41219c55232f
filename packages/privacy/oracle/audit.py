"""Golden values of the audit: SciPy's beta quantiles, Clopper-Pearson intervals and normal quantiles.

    python oracle/audit.py > test/golden/audit.json      (needs scipy; 1.17 made the file)
"""

import json
import sys

import scipy
from scipy.special import betaincinv, ndtri
from scipy.stats import beta, norm

shapes = [(1, 1), (1, 9), (2, 3), (5, 5), (3, 998), (40, 61), (500, 501), (999, 2), (5000, 95001), (400000, 600001)]
levels = [1e-9, 5e-5, 5e-4, 0.025, 0.5, 0.975, 0.9995, 1 - 1e-9]
counts = [(0, 10), (10, 10), (3, 10), (0, 20000), (1, 20000), (7, 20000), (10000, 20000), (19999, 20000), (123456, 1000000)]
json.dump(
    {
        "scipy": scipy.__version__,
        "quantiles": [[a, b, p, float(betaincinv(a, b, p))] for a, b in shapes for p in levels],
        "distribution": [
            [a, b, x, float(beta.cdf(x, a, b))]
            for a, b in shapes
            for x in [float(beta.ppf(q, a, b)) for q in (0.001, 0.2, 0.5, 0.9)]
        ],
        "intervals": [
            [
                k,
                n,
                c,
                float(beta.ppf((1 - c) / 2, k, n - k + 1)) if k > 0 else 0.0,
                float(beta.ppf((1 + c) / 2, k + 1, n - k)) if k < n else 1.0,
            ]
            for k, n in counts
            for c in (0.95, 0.999)
        ],
        "normal": [[z, float(norm.cdf(z))] for z in (-12, -8, -5, -3.3, -1.96, -0.5, 0, 1e-3, 0.7, 2.1, 2.5, 4, 6, 8)],
        "normalQuantiles": [
            [p, float(ndtri(p))] for p in (1e-30, 1e-12, 1e-5, 0.001, 0.02425, 0.3, 0.5, 0.6, 0.97, 0.9999, 1 - 1e-9)
        ],
    },
    sys.stdout,
)
