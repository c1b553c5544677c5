"""Where R 4.2.2 loses digits: the rows of distributionsTails.json whose value is not the true one to 1e-11, with the truth.

python3 test/reference/generate/distributionsDisputed.py > test/reference/data/distributionsDisputed.json   (mpmath 1.3.0)

Densities are closed forms and all of them are checked. Of the distribution functions those of beta and F are checked whose
logarithm is below -300, where R's log scale is known to fail. Quantiles are not judged here: the test asks whether they give their
probability back.
"""
import json
from mpmath import exp, inf, log, log1p, loggamma, mp, mpf, nstr, pi, quad

mp.dps = 50
number = lambda v: inf if v == "Inf" else -inf if v == "-Inf" else mpf(v)


def log_gamma_density(x, a, scale):
    z = x / scale
    return (a - 1) * log(z) - z - loggamma(a) - log(scale)


def log_beta_density(x, a, b):
    return (a - 1) * log(x) + (b - 1) * log1p(-x) - loggamma(a) - loggamma(b) + loggamma(a + b)


def log_f_density(x, m, n):
    if n == inf:
        return log_gamma_density(x * m, m / 2, 2) + log(m)
    a, b = m / 2, n / 2
    return a * log(m / n) + (a - 1) * log(x) - (a + b) * log1p(m * x / n) - loggamma(a) - loggamma(b) + loggamma(a + b)


def log_t_density(x, n):
    if n == inf:
        return -x * x / 2 - log(2 * pi) / 2
    return loggamma((n + 1) / 2) - loggamma(n / 2) - log(pi * n) / 2 - (n + 1) / 2 * log1p(x * x / n)


def log_ibeta(a, b, x, y):
    """log I_x(a, b) for x below the mean: quadrature of the tail along t = x exp(-s / rate)."""
    rate = a - (b - 1) * x / y
    inside = quad(lambda s: exp(-a * s / rate + (b - 1) * log1p(-x * (exp(-s / rate) - 1) / y)), [0, 1, 4, 12, 40, 120]) / rate
    return a * log(x) + (b - 1) * log(y) + log(inside) + loggamma(a + b) - loggamma(a) - loggamma(b)


def log_beta_tail(x, a, b, lower):
    y = 1 - x
    if lower:
        return log_ibeta(a, b, x, y) if x < a / (a + b) else None
    return log_ibeta(b, a, y, x) if x > a / (a + b) else None


def log_f_tail(f, m, n, lower):
    if n == inf:
        return None
    a, b = m / 2, n / 2
    odds = f * m / n
    x, y = odds / (1 + odds), 1 / (1 + odds)
    if lower:
        return log_ibeta(a, b, x, y) if x < a / (a + b) else None
    return log_ibeta(b, a, y, x) if x > a / (a + b) else None


log_density = {
    "normalDensity": lambda x: -x * x / 2 - log(2 * pi) / 2,
    "tDensity": log_t_density,
    "chiSquaredDensity": lambda x, n: log_gamma_density(x, n / 2, 2),
    "gammaDensity": log_gamma_density,
    "fDensity": log_f_density,
    "betaDensity": log_beta_density,
}
log_tail = {"betaCdf": log_beta_tail, "fCdf": log_f_tail}

rows = []
source = json.load(open("test/reference/data/distributionsTails.json"))
for name, args, lower, is_log, value in source["rows"]:
    args_mp = [number(a) for a in args]
    given = number(value)
    truth = None
    if name in log_density:
        truth = log_density[name](*args_mp)
    elif name in log_tail and is_log and given < -300:
        truth = log_tail[name](*args_mp, lower)
    if truth is None:
        continue
    if not is_log:
        truth = exp(truth)
        # below the normal range a double has no eleven digits
        if truth < mpf("1e-300") and given < mpf("1e-300"):
            continue
    # a logarithm near zero is as exact as the numbers it is the difference of
    slack = mpf("1e-15") if is_log else 0
    if abs(given - truth) > mpf("1e-11") * abs(truth) + slack:
        rows.append([name, args, lower, is_log, float(nstr(truth, 17)), value])

print(json.dumps({"source": {"package": "mpmath", "version": "1.3.0", "script": "test/reference/generate/distributionsDisputed.py"},
                  "columns": ["function", "arguments", "lower", "log", "truth", "value of R"], "rows": rows}).replace("], [", "],\n["))
