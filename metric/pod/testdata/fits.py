#!/usr/bin/env python3
"""Makes fits.json: hit/miss data with a50, a90 and a90/95, in 40 digits.

Python's own decimal numbers alone; nothing to install. The likelihood is that of
logit POD = b0 + b1 ln a. Newton's method finds its maximum; the bound is where the
likelihood, largest over the slope, has fallen by half of the 90 % quantile of
chi-squared with one degree of freedom.

    python3 metric/pod/testdata/fits.py > metric/pod/testdata/fits.json
"""
import json
import math
from decimal import Decimal as D, getcontext
import random

getcontext().prec = 40
QUANTILE = D("2.70554345409541462")  # chi2.ppf(0.9, 1): the square of the normal quantile of 0.95
NINE = D(9).ln()


def loglik(x, y, a, b):
    total = D(0)
    for xi, yi in zip(x, y):
        p = 1 / (1 + (-(a + b * xi)).exp())
        total += p.ln() if yi else (1 - p).ln()
    return total


def newton(x, y):
    a, b = D(0), D(0)
    for _ in range(60):
        ga = gb = haa = hab = hbb = D(0)
        for xi, yi in zip(x, y):
            p = 1 / (1 + (-(a + b * xi)).exp())
            w = p * (1 - p)
            ga += yi - p
            gb += (yi - p) * xi
            haa += w
            hab += w * xi
            hbb += w * xi * xi
        det = haa * hbb - hab * hab
        da, db = (hbb * ga - hab * gb) / det, (haa * gb - hab * ga) / det
        a, b = a + da, b + db
        if abs(da) + abs(db) < D("1e-30"):
            return a, b
    raise SystemExit("no convergence")


def profile(x, y, t):
    """Largest over the slope, which is above 0, by golden section: no derivative is shared with Newton's method."""
    f = lambda b: loglik(x, y, NINE - b * t, b)
    lo, hi = D(0), D(40)
    g = (D(5).sqrt() - 1) / 2
    c, d = hi - g * (hi - lo), lo + g * (hi - lo)
    fc, fd = f(c), f(d)
    for _ in range(70):
        if fc > fd:
            hi, d, fd = d, c, fc
            c = hi - g * (hi - lo)
            fc = f(c)
        else:
            lo, c, fc = c, d, fd
            d = lo + g * (hi - lo)
            fd = f(d)
    return max(fc, fd)


def case(name, sizes, hits):
    x = [D(str(s)).ln() for s in sizes]
    a, b = newton(x, hits)
    best = loglik(x, hits, a, b)
    t90 = (NINE - a) / b
    lo, hi = t90, t90 + D("0.1")
    while 2 * (best - profile(x, hits, hi)) < QUANTILE:
        lo, hi = hi, t90 + 2 * (hi - t90)
    for _ in range(40):
        mid = (lo + hi) / 2
        if 2 * (best - profile(x, hits, mid)) < QUANTILE:
            lo = mid
        else:
            hi = mid
    return {"name": name, "sizes": sizes, "hits": hits, "intercept": float(a), "slope": float(b),
            "a50": float((-a / b).exp()), "a90": float(t90.exp()), "a9095": float(((lo + hi) / 2).exp())}


def drawn(name, n, lo, hi, a50, slope, seed):
    r = random.Random(seed)
    sizes, hits = [], []
    for i in range(n):
        s = float("%.5g" % math.exp(math.log(lo) + (math.log(hi) - math.log(lo)) * (i + 0.5) / n))
        p = 1 / (1 + math.exp(-slope * math.log(s / a50)))
        sizes.append(s)
        hits.append(1 if r.random() < p else 0)
    return case(name, sizes, hits)


cases = [
    drawn("sixty, steep", 60, 0.2, 5, 1, 4, 1),
    drawn("sixty, shallow", 60, 0.2, 5, 1, 1.5, 2),
    drawn("forty in metres", 40, 0.0004, 0.01, 0.002, 3, 3),
    case("levels with ties", [1] * 12 + [2] * 12 + [4] * 12 + [8] * 12,
         [1] * 1 + [0] * 11 + [1] * 4 + [0] * 8 + [1] * 9 + [0] * 3 + [1] * 11 + [0] * 1),
]
print(json.dumps(cases, indent=1))
