"""Tail probabilities in 50-digit arithmetic where R itself loses digits, for test/unit/distributions.

python3 test/reference/generate/distributionsHard.py > test/reference/data/distributionsHard.json   (mpmath 1.3.0)
"""
import json
from mpmath import exp, log, loggamma, log1p, mp, mpf, nstr, quad

mp.dps = 40


def log_ibeta(a, b, x, y):
    """log I_x(a, b) for x below the mean: quadrature of the tail along t = x exp(-s / rate)."""
    rate = a - (b - 1) * x / y
    inside = quad(lambda s: exp(-a * s / rate + (b - 1) * log1p(-x * (exp(-s / rate) - 1) / y)), [0, 1, 4, 12, 40, 120]) / rate
    return a * log(x) + (b - 1) * log(y) + log(inside) + loggamma(a + b) - loggamma(a) - loggamma(b)


rows = []


def add(name, args, value, lower=True, is_log=False):
    rows.append([name, args, lower, is_log, float(nstr(value, 17))])


for a, b, q in [(30, 1e5, 0.01), (30, 1e5, 0.3), (30, 1e5, 0.5), (2, 1e5, 0.01), (1e5, 1000, 0.999)]:
    add("betaCdf", [q, a, b], log_ibeta(mpf(b), mpf(a), 1 - mpf(q), mpf(q)), False, True)
for a, b, q in [(1e5, 30, 0.9), (1e5, 30, 0.5), (2000, 3000, 0.1)]:
    add("betaCdf", [q, a, b], log_ibeta(mpf(a), mpf(b), mpf(q), 1 - mpf(q)), True, True)
for f, d1, d2 in [(400, 3.4, 1e6), (400, 12, 1e6), (400, 3.4, 1e9), (400, 12, 1e9), (mpf(1.01), 1e6, 1e6)]:
    d1, d2 = mpf(d1), mpf(d2)
    x = d1 * f / (d2 + d1 * f)
    value = log_ibeta(d2 / 2, d1 / 2, d2 / (d2 + d1 * f), x)
    add("fCdf", [float(f), float(d1), float(d2)], value, False, True)
for t, df in [(1e100, 0.1), (1e200, 0.5), (2e60, 5), (37, 1e9), (100, 1e6)]:
    d = mpf(df)
    below = d / (d + mpf(t) ** 2)
    add("tCdf", [-t, df], log_ibeta(d / 2, mpf("0.5"), below, 1 - below) - log(2), True, True)
for x, a in [(2000, 3), (1e4, 77), (2.01e6, 2e6), (1.2e9, 1e9)]:
    a, x = mpf(a), mpf(x)
    rate = 1 - (a - 1) / x
    inside = quad(lambda s: exp(-s / rate + (a - 1) * log1p(s / rate / x)), [0, 1, 4, 12, 40, 120]) / rate
    add("gammaCdf", [float(x), float(a), 1], (a - 1) * log(x) - x + log(inside) - loggamma(a), False, True)

print(json.dumps({"source": {"package": "mpmath", "version": "1.3.0", "script": "test/reference/generate/distributionsHard.py"},
                  "columns": ["function", "arguments", "lower", "log", "value"], "rows": rows}, indent=0))
