import { describe, expect, it } from "vitest";
import { betaCdf, betaDensity, betaQuantile } from "../../../src/distributions/beta.ts";
import { erf, erfc, erfcx } from "../../../src/distributions/errorFunctions.ts";
import { fDensity } from "../../../src/distributions/fDensity.ts";
import { fCdf, fQuantile } from "../../../src/distributions/fisherF.ts";
import {
  chiSquaredCdf,
  chiSquaredQuantile,
  gammaCdf,
  gammaQuantile,
} from "../../../src/distributions/gamma.ts";
import { gammaDensity } from "../../../src/distributions/gammaDensity.ts";
import { normalCdf, normalQuantile } from "../../../src/distributions/normal.ts";
import { tCdf, tQuantile } from "../../../src/distributions/studentT.ts";

const close = (actual: number, expected: number, relative = 1e-12): void => {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));
};
const upper = { lower: false } as const;
const logScale = { log: true } as const;

describe("quantiles", () => {
  const probabilities = [1e-280, 1e-60, 1e-9, 0.01, 0.3, 0.5, 0.7, 0.99];

  it("give their probability back in both tails, for small and huge degrees of freedom", () => {
    for (const df of [0.3, 1, 2.5, 40, 1e4, 1e8]) {
      for (const p of probabilities) {
        for (const lower of [true, false]) {
          const options = { lower };
          if (df >= 1 || p > 1e-60) close(tCdf(tQuantile(p, df, options), df, options), p, 1e-11);
          if (df >= 2.5 || p > 1e-60) {
            // the rounding of log x alone, about 20 ulp of x, moves p by this much
            const rounding = 4e-15 * Math.sqrt(df) * 30;
            close(chiSquaredCdf(chiSquaredQuantile(p, df, options), df, options), p, 1e-11 + rounding);
            close(fCdf(fQuantile(p, df, 7, options), df, 7, options), p, 1e-11);
          }
        }
      }
    }
  });

  it("reach probabilities that only a logarithm can hold", () => {
    for (const log of [-1e3, -1e5]) {
      close(normalCdf(normalQuantile(log, logScale), logScale), log);
      close(tCdf(tQuantile(log, 1e4, logScale), 1e4, logScale), log);
      close(
        gammaCdf(gammaQuantile(log, 30, 2, { log: true, lower: false }), 30, 2, { log: true, lower: false }),
        log,
      );
    }
  });

  it("are exact at the median of a symmetric distribution and keep relative accuracy beside it", () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(tQuantile(0.5, 3)).toBe(0);
    close(tQuantile(0.5 + 2 ** -40, 1), Math.tan(Math.PI * 2 ** -40));
    close(betaQuantile(0.5, 7, 7), 0.5);
  });

  it("are infinite at certainty and NaN outside [0, 1]", () => {
    expect(tQuantile(0, 4)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(0, upper)).toBe(Number.POSITIVE_INFINITY);
    expect(fQuantile(1, 2, 3)).toBe(Number.POSITIVE_INFINITY);
    expect(gammaQuantile(0, 2)).toBe(0);
    for (const quantile of [
      normalQuantile,
      (p: number) => tQuantile(p, 2),
      (p: number) => betaQuantile(p, 1, 1),
    ]) {
      expect(quantile(-0.1)).toBeNaN();
      expect(quantile(1.1)).toBeNaN();
    }
  });
});

describe("distribution functions", () => {
  it("t with one degree of freedom is Cauchy, with two it is algebraic", () => {
    for (const t of [1e-6, 0.3, 1, 50, 1e8]) {
      close(tCdf(t, 1, upper), Math.atan(1 / t) / Math.PI);
      const root = Math.sqrt(2 + t * t);
      close(tCdf(t, 2, upper), 1 / (root * (root + t)));
    }
  });

  it("t^2 is F on one degree of freedom, and F inverts when its degrees of freedom swap", () => {
    for (const df of [0.4, 3, 77, 1e6]) {
      for (const t of [0.01, 1, 5, 30]) {
        close(fCdf(t * t, 1, df, upper), 2 * tCdf(t, df, upper));
        close(fCdf(t, 3, df), fCdf(1 / t, df, 3, upper));
      }
    }
  });

  it("join where methods meet: the gamma at shape 50 and at the edges of the uniform expansion", () => {
    for (const ratio of [0.3, 0.302, 0.9, 1, 1.3, 2.35, 2.36, 3]) {
      const below = gammaCdf(50 * (1 - 1e-13) * ratio, 50 * (1 - 1e-13), 1, logScale);
      close(below, gammaCdf(50 * ratio, 50, 1, logScale), 1e-10);
    }
  });

  it("limits are reached at infinite degrees of freedom", () => {
    close(tCdf(-3, 1e15), normalCdf(-3));
    close(fCdf(2, 3, Number.POSITIVE_INFINITY, upper), chiSquaredCdf(6, 3, upper));
    expect(tCdf(Number.NEGATIVE_INFINITY, 5)).toBe(0);
    expect(fCdf(-1, 2, 2)).toBe(0);
    expect(chiSquaredCdf(0, 2, upper)).toBe(1);
  });

  it("of tiny shapes have an upper tail of the order of the shape, to full accuracy", () => {
    // Q(a, x) ~ a E1(x) and 1 - I_x(a, b) ~ a (-log x - digamma(b) - Euler's constant ...) as a falls; E1(0.5) by mpmath 1.3.0
    close(gammaCdf(0.5, 1e-13, 1, upper), 1e-13 * 0.5597735947761608, 2e-12);
    // Beta(a, 1): 1 - x^a
    for (const a of [1e-9, 1e-4, 0.05]) {
      for (const x of [1e-100, 1e-10, 0.3]) close(betaCdf(x, a, 1, upper), -Math.expm1(a * Math.log(x)));
    }
    for (const x of [0.2, 0.5, 0.9]) {
      close(betaCdf(x, 1e-7, 1e-7) + betaCdf(x, 1e-7, 1e-7, upper), 1, 1e-15);
      close(betaCdf(x, 1e-7, 3), betaCdf(1 - x, 3, 1e-7, upper), 1e-12);
    }
  });

  it("have densities that are exact where they are constant", () => {
    for (const x of [1e-300, 0.01, 0.3, 0.9]) expect(betaDensity(x, 1, 1, logScale)).toBe(0);
  });

  it("of F have their limits in the density too", () => {
    const infinite = Number.POSITIVE_INFINITY;
    close(fDensity(1.3, 4, infinite), fDensity(1.3, 4, 1e14), 1e-10);
    close(fDensity(1.3, infinite, 4), fDensity(1.3, 1e14, 4), 1e-10);
    expect(fDensity(-1, 4, infinite)).toBe(0);
    expect(fDensity(2, infinite, infinite)).toBe(0);
    expect(fCdf(Number.MAX_VALUE, 3, 0.01, { lower: false, log: true })).toBeCloseTo(-3.574, 2);
  });

  it("are NaN for impossible parameters", () => {
    expect(tCdf(1, 0)).toBeNaN();
    expect(fCdf(1, -1, 2)).toBeNaN();
    expect(gammaCdf(1, 0)).toBeNaN();
    expect(betaCdf(0.5, 1, Number.NaN)).toBeNaN();
  });

  it("densities are the slopes of their distribution functions", () => {
    const slope = (cdf: (x: number) => number, x: number): number => (cdf(x + 1e-5) - cdf(x - 1e-5)) / 2e-5;
    close(
      betaDensity(0.3, 2.5, 0.7),
      slope((x) => betaCdf(x, 2.5, 0.7), 0.3),
      1e-8,
    );
    close(
      gammaDensity(4, 2.5, 3),
      slope((x) => gammaCdf(x, 2.5, 3), 4),
      1e-8,
    );
    close(
      fDensity(1.4, 3, 8),
      slope((x) => fCdf(x, 3, 8), 1.4),
      1e-8,
    );
    expect(gammaDensity(0, 1, 2)).toBe(0.5);
    expect(betaDensity(0, 0.5, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(fDensity(0, 2, 5)).toBe(1);
  });
});

describe("error functions", () => {
  it("erf and erfc are complementary and odd about zero", () => {
    for (const x of [1e-9, 0.3, 0.89, 0.91, 2, 5]) {
      close(erf(x) + erfc(x), 1, 4e-16);
      expect(erf(-x)).toBe(-erf(x));
    }
  });

  it("erfcx has its asymptotic value far out and its known value at zero and one", () => {
    close(erfcx(1e10), 1 / (1e10 * Math.sqrt(Math.PI)), 1e-15);
    expect(erfcx(0)).toBeCloseTo(1, 15);
    // mpmath 1.3.0, exp(1) erfc(1)
    close(erfcx(1), 0.427583576155807, 1e-14);
  });
});
