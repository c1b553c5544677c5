"""Generating vectors of rank-1 lattice rules by fast component-by-component construction, for src/distributions/latticeRules.ts.

python3 test/reference/generate/latticeRules.py   (numpy)

Prime numbers of points; the criterion is the worst-case error in the unanchored Sobolev space of mixed smoothness one with
product weights 0.8^j (Nuyens and Cools 2006, Math. Comp. 75, 903-920), found for all candidates at once by an FFT over the
multiplicative group.
"""
import numpy as np


def generator(n):
    order = n - 1
    factors = [p for p in range(2, int(order**0.5) + 2) if order % p == 0]
    factors += [order // p for p in factors]
    return next(g for g in range(2, n) if all(pow(g, order // p, n) != 1 for p in set(factors) if 1 < p))


def rule(n, dimensions):
    g = generator(n)
    powers = np.empty(n - 1, dtype=np.int64)
    powers[0] = 1
    for i in range(1, n - 1):
        powers[i] = powers[i - 1] * g % n
    kernel = lambda x: x * x - x + 1 / 6
    # omega[i] belongs to k z = g^i; points k in the order g^-i make the sum over k a circular convolution
    omega = kernel(powers / n)
    spectrum = np.fft.rfft(omega)
    product = np.ones(n - 1)
    chosen = []
    for j in range(1, dimensions + 1):
        if j == 1:
            best = 0
        else:
            # error(z = g^i) = sum_m product[m] omega[i - m], point k = g^-m
            errors = np.fft.irfft(spectrum * np.fft.rfft(product), n - 1)
            errors[0] = np.inf if j == 2 else errors[0]
            best = int(np.argmin(errors))
        z = int(powers[best])
        chosen.append(min(z, n - z))
        product *= 1 + 6 * 0.8**j * omega[(best - np.arange(n - 1)) % (n - 1)]
    return chosen


for n in (1021, 4093, 16381, 65521, 262139):
    print(n, rule(n, 100))
