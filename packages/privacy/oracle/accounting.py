"""Golden values of the accountants, from the definitions at 40 digits (mpmath). Writes test/golden/accounting.json.

    python3 oracle/accounting.py

Nothing here shares a formula with src/accounting beyond the definition of delta, sup_S P(S) - e^epsilon Q(S): hockey sticks are sums
and integrals of max(0, p - e^epsilon q), compositions are convolved without a grid.
"""

import json
import os

import mpmath as mp

mp.mp.dps = 40


def phi(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def solve(delta_of, delta):
    low, high = mp.mpf(0), mp.mpf(1)
    while delta_of(high) > delta:
        high *= 2
    for _ in range(110):
        middle = (low + high) / 2
        if delta_of(middle) > delta:
            low = middle
        else:
            high = middle
    return high


def text(x):
    return mp.nstr(x, 20)


def gaussian(sigma, epsilon):
    s = mp.mpf(sigma)
    return phi(1 / (2 * s) - epsilon * s) - mp.e**epsilon * phi(-1 / (2 * s) - epsilon * s)


def sampled_gaussian(q, sigma, epsilon):
    """Both directions of one run, from the point where the densities cross."""
    q, s = mp.mpf(q), mp.mpf(sigma)
    inside = (mp.e**epsilon - 1 + q) / q
    x = s * s * mp.log(inside) + mp.mpf(1) / 2
    up = lambda center: 1 - phi((x - center) / s)
    removed = (1 - q) * up(0) + q * up(1) - mp.e**epsilon * up(0)
    inside = (mp.e**-epsilon - 1 + q) / q
    if inside <= 0:
        return removed
    x = s * s * mp.log(inside) + mp.mpf(1) / 2
    down = lambda center: phi((x - center) / s)
    added = down(0) - mp.e**epsilon * ((1 - q) * down(0) + q * down(1))
    return max(removed, added)


def lattice(pmf, shift, reach):
    return [(pmf(n - shift), pmf(n)) for n in range(-reach, reach + shift + 1)]


def hockey(pairs, epsilon):
    e = mp.e**epsilon
    return mp.fsum(max(0, p - e * q) for p, q in pairs)


def squared(pairs):
    """Two runs: products, gathered by their loss."""
    gathered = {}
    for p, q in pairs:
        for r, s in pairs:
            key = mp.nstr(mp.log(p * r / (q * s)), 25)
            a, b = gathered.get(key, (0, 0))
            gathered[key] = (a + p * r, b + q * s)
    return list(gathered.values())


def discrete_gaussian(sigma):
    s2 = 2 * mp.mpf(sigma) ** 2
    reach = int(mp.ceil(mp.mpf(sigma) * 16)) + 8
    z = mp.fsum(mp.e ** (-mp.mpf(n * n) / s2) for n in range(-reach, reach + 1))
    return (lambda n: mp.e ** (-mp.mpf(n * n) / s2) / z), reach


def discrete_laplace(t):
    a = mp.e ** (-1 / mp.mpf(t))
    return (lambda n: (1 - a) / (1 + a) * a ** abs(n)), int(mp.ceil(mp.mpf(t) * 45))


def laplace_twice(b, epsilon):
    """Two runs of Laplace: the outer one is integrated, the inner one is in closed form."""
    b, epsilon = mp.mpf(b), mp.mpf(epsilon)

    def once(e):
        if e >= 1 / b:
            return mp.mpf(0)
        if e <= -1 / b:
            return 1 - mp.e**e
        if e >= 0:
            return 1 - mp.e ** ((e - 1 / b) / 2)
        return 1 - mp.e**e + mp.e**e * (1 - mp.e ** ((-e - 1 / b) / 2))

    atoms = once(epsilon - 1 / b) / 2 + mp.e ** (-1 / b) / 2 * once(epsilon + 1 / b)
    edges = sorted({mp.mpf(0), mp.mpf(1), *[x for x in [(1 + b * (epsilon - d)) / 2 for d in (-1 / b, 0, 1 / b)] if 0 < x < 1]})
    inner = mp.quad(lambda x: mp.e ** (-(1 - x) / b) / (2 * b) * once(epsilon - (2 * x - 1) / b), edges)
    return atoms + inner


rows = []


def row(mechanism, scale, sensitivity, count, sampling, delta, delta_of, tight):
    rows.append(
        {
            **{"mechanism": mechanism, "scale": scale, "sensitivity": sensitivity, "count": count},
            **{"sampling": sampling, "delta": delta, "epsilon": text(solve(delta_of, mp.mpf(delta))), "tight": tight},
        }
    )


for sigma, sensitivity, count in [(0.5, 1, 1), (1, 1, 1), (4, 1, 1), (7, 3, 12), (100, 1, 5000)]:
    for delta in [1e-3, 1e-6, 1e-10]:
        one = mp.mpf(sigma) / sensitivity / mp.sqrt(count)
        row("gaussian", sigma, sensitivity, count, 1, delta, lambda e: gaussian(one, e), 1e-8)
for q, sigma in [(0.5, 1), (0.1, 2), (0.01, 0.7)]:
    for delta in [1e-3, 1e-6]:
        row("gaussian", sigma, 1, 1, q, delta, lambda e: sampled_gaussian(q, sigma, e), 1e-5)
for sigma, shift in [(0.7, 1), (3, 2)]:
    pmf, reach = discrete_gaussian(sigma)
    pairs = lattice(pmf, shift, reach)
    twice = squared(pairs)
    for delta in [1e-3, 1e-6]:
        row("discrete-gaussian", sigma, shift, 1, 1, delta, lambda e: hockey(pairs, e), 2e-4)
        row("discrete-gaussian", sigma, shift, 2, 1, delta, lambda e: hockey(twice, e), 4e-4)
for t, shift in [(1.5, 1), (4, 3)]:
    pmf, reach = discrete_laplace(t)
    pairs = lattice(pmf, shift, reach)
    for delta in [1e-3, 1e-6]:
        row("discrete-laplace", t, shift, 1, 1, delta, lambda e: hockey(pairs, e), 2e-4)
for b in [0.8, 5]:
    for delta in [1e-3, 1e-6]:
        row("laplace", b, 1, 2, 1, delta, lambda e: laplace_twice(b, e), 1e-5)

truth = lambda e: 1 / (1 + mp.e ** -mp.mpf(e))
for loss, count in [(0.5, 40), (2, 5)]:
    p = truth(loss)
    for delta in [1e-3, 1e-6]:
        row(
            *("randomised-response", 1 / loss, 1, count, 1, delta),
            lambda e: mp.fsum(
                mp.binomial(count, k) * max(0, p**k * (1 - p) ** (count - k) - mp.e**e * p ** (count - k) * (1 - p) ** k)
                for k in range(count + 1)
            ),
            2e-4,
        )

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../test/golden/accounting.json")
with open(path, "w", encoding="utf-8") as file:
    json.dump({"source": "oracle/accounting.py, mpmath " + mp.__version__, "rows": rows}, file, indent=1)
    file.write("\n")
