"""The studentized range in 25 digits and more, for test/unit/distributions/studentizedRange.test.ts.

python3 test/reference/generate/studentizedRange.py > test/reference/data/studentizedRange.json   (mpmath 1.3.0; minutes)

W is the range of k normal variables, nu S^2 is chi-squared, Q = W / S. Not the formulas under test, so that a mistake would not
be shared. Up to 60 df the density of W meets the distribution function of S: P(Q > q) = int f(w) P(S < w / q) dw, and
P(Q <= q) the same with P(S > w / q). Above, and for df = Infinity, P(W > w) is one minus Hartley's integral with as many digits
as the subtraction costs. Every sum is taken twice, on grids shifted by half a step, and must agree to 1e-16.
"""
import json
from mpmath import erfc, exp, gammainc, log, loggamma, mp, mpf, nstr, pi, sqrt


def Phi(x):
    return erfc(-x / sqrt(mpf(2))) / 2


def trapezoid(term, step, start):
    """Sum over the line on two grids; returns the mean and checks that they agree."""
    sums = []
    for shift in (mpf(0), step / 2):
        total, largest = mpf(0), mpf(0)
        for direction in (1, -1):
            j = 0 if direction == 1 else 1
            previous = mpf(0)
            while True:
                value = term(start + shift + direction * j * step)
                total += value
                largest = max(largest, abs(value))
                if abs(value) < largest * mpf(10) ** (-mp.dps) and abs(value) <= previous:
                    break
                previous = abs(value)
                j += 1
        sums.append(total * step)
    return (sums[0] + sums[1]) / 2, abs(sums[0] - sums[1])


def range_density(w, k):
    half = w / 2
    inside = lambda c: (erfc((c - half) / sqrt(mpf(2))) - erfc((c + half) / sqrt(mpf(2)))) / 2
    step = mpf("0.3") / sqrt(1 + (k - 2) * (mpf(1) if w < 3 else mpf("0.15")) / 2)
    total, j = inside(mpf(0)) ** (k - 2) / 2, 1
    while True:
        c = j * step
        value = exp(-c * c) * inside(c) ** (k - 2)
        total += value
        if value < total * mpf(10) ** -22:
            break
        j += 1
    return k * (k - 1) * exp(-half * half) / pi * total * step


densities = {}


def by_density(q, k, nu, lower):
    a = mpf(nu) / 2
    step = mpf(1) / 20 if k < 50 else mpf(1) / 48

    def term(v):
        key = (k, v)
        if key not in densities:
            w = exp(v)
            densities[key] = range_density(w, k) * w
        s = exp(2 * v) / q**2 * a
        tail = gammainc(a, s, mp.inf, regularized=True) if lower else gammainc(a, 0, s, regularized=True)
        return densities[key] * tail

    # a grid of multiples of the step, so that densities serve every q and nu
    guess = mpf(q) if lower else mpf(4)
    return trapezoid(term, step, step * int(log(min(guess, mpf(4))) / step))


def hartley(w, k):
    step = mpf("0.25") / sqrt(1 + mpf(7) / 10 * log(k)) * (mpf(30) / mp.dps)
    step = min(step, mpf(2) / 5 / sqrt(mpf(k)) * (mpf(30) / mp.dps))
    value, error = trapezoid(lambda z: exp(-z * z / 2) * (Phi(z) - Phi(z - w)) ** (k - 1), step, w / 2 if w < 4 else mpf(2))
    return k * value / sqrt(2 * pi), error


def by_hartley(q, k, nu, lower):
    q = mpf(q)
    if nu == float("inf"):
        value, error = hartley(q, k)
        return (value, error) if lower else (1 - value, error)
    a = mpf(nu) / 2

    def term(u):
        density = exp(a * (1 + 2 * u - exp(2 * u)))
        w = hartley(q * exp(u), k)[0]
        return density * (w if lower else 1 - w)

    start = mpf(0) if lower else -log(1 + q * q / 2 / nu) / 2
    value, error = trapezoid(term, mpf("0.42") / sqrt(mpf(nu) + k), start)
    scale = 2 * exp(a * log(a) - a - loggamma(a))
    return value * scale, error * scale


rows = []


def add(q, k, nu, lower):
    small = nu <= 60
    # log Gamma of half of 1e10 costs eleven digits
    mp.dps = 25 if small else 32
    if not small and not lower:
        # digits that one minus Hartley's integral loses
        mp.dps = 32 + int(float(q) ** 2 / 4 / 2.302585)
    value, error = (by_density if small else by_hartley)(q, k, nu, lower)
    if not error < value * mpf(10) ** -16:
        raise SystemExit(f"not converged: {q} {k} {nu} {lower} {nstr(error / value, 3)}")
    # the other tail has the digits
    if value > 0.99:
        return
    rows.append([q, k, "Inf" if nu == float("inf") else nu, lower, float(nstr(log(value), 20)), float(nstr(value, 20))])


for k in (3, 4, 7, 20, 100, 200):
    for nu in (1, 2.5, 8.7, 20, 60):
        for q in (0.3, 1, 3.5, 5, 12):
            add(q, k, nu, True)
            add(q, k, nu, False)
        for q in (60, 1e3, 1e9):
            add(q, k, nu, False)
        add(0.01, k, nu, True)
for k in (3, 10, 200):
    for nu in (1000, 1e5, 1e10, float("inf")):
        for q in (0.5, 2, 4, 7):
            add(q, k, nu, True)
        for q in (2, 4, 7, 16):
            add(q, k, nu, False)

print(json.dumps({"source": {"package": "mpmath", "version": "1.3.0", "script": "test/reference/generate/studentizedRange.py"},
                  "columns": ["q", "groups", "df", "lower", "log probability", "probability"], "rows": rows}, indent=None).replace("], [", "],\n["))
