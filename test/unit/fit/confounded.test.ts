import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { toTable } from "../../../src/table/fromObjects.ts";

const g = Array.from({ length: 60 }, (_, i) => `g${i % 6}`);
const h = Array.from({ length: 60 }, (_, i) => `h${Math.floor(i / 6) % 5}`);
const x = Array.from({ length: 60 }, (_, i) => Math.cos(i * 3.1));
const y = x.map((v, i) => Math.sin(i * 7.3) + (i % 6) + (1 + 0.3 * (i % 6)) * v);
const table = toTable({ y, x, g, h });

describe("a random effect in the span of the fixed effects", () => {
  it("is held at zero by REML and told", () => {
    const fit = fitFormula("y ~ g + x + (1 | g)", table);
    expect(fit.convergence.converged).toBe(true);
    expect(Array.from(fit.theta)).toEqual([0]);
    expect(fit.convergence.iterations).toBeLessThan(5);
    expect(fit.notes.map(({ code }) => code)).toEqual(["fit/confounded"]);
    const without = fitFormula("y ~ g + x", table);
    for (let i = 0; i < fit.beta.length; i++) expect(fit.beta[i]).toBeCloseTo(without.beta[i]!, 10);
  });

  it("leaves the other coefficients of its term their variance", () => {
    const fit = fitFormula("y ~ g + x + (x | g)", table);
    const slopes = fitFormula("y ~ g + x + (0 + x | g)", table);
    expect(fit.convergence.converged).toBe(true);
    expect(fit.logLik).toBeCloseTo(slopes.logLik, 8);
    expect(fit.theta[2]).toBeCloseTo(slopes.theta[0]!, 6);
    expect(fit.notes.map(({ code }) => code)).toEqual(["fit/confounded"]);
  });

  it("is found among crossed factors", () => {
    const fit = fitFormula("y ~ g + x + (1 | g) + (1 | h)", table);
    const without = fitFormula("y ~ g + x + (1 | h)", table);
    expect(fit.convergence.converged).toBe(true);
    expect(fit.logLik).toBeCloseTo(without.logLik, 8);
    expect(fit.notes.map(({ code }) => code)).toContain("fit/confounded");
  });

  it("is estimated at zero by ML, which sees all of the response", () => {
    const fit = fitFormula("y ~ g + x + (1 | g)", table, { method: "ML" });
    expect(fit.theta[0]).toBe(0);
    expect(fit.notes.map(({ code }) => code)).toEqual(["fit/boundary"]);
  });
});

describe("a linear model that fits exactly", () => {
  it("says that its standard errors mean nothing", () => {
    const { notes } = fitFormula("x ~ x", table);
    expect(notes.map(({ code }) => code)).toEqual(["fit/perfect-fit"]);
  });
});

describe("two random terms that are the same", () => {
  it.each([
    ["one written twice", "(1 | g) + (1 | g)", "(1 | g)"],
    ["two names of one grouping", "(1 | g) + (1 | same)", "(1 | g)"],
    ["a term within another", "(x | g) + (1 | g)", "(x | g)"],
  ])(
    "(%s) have the likelihood of one, and a note that their variances are one choice of many",
    (_what, two, one) => {
      const columns = { y, x, g, same: g.map((level) => level.toUpperCase()) };
      const both = fitFormula(`y ~ x + ${two}`, toTable(columns));
      const single = fitFormula(`y ~ x + ${one}`, toTable(columns));
      expect(both.convergence.converged).toBe(true);
      expect(both.logLik).toBeCloseTo(single.logLik, 8);
      expect(single.notes.map(({ code }) => code)).not.toContain("fit/flat");
      expect(both.notes.map(({ code }) => code)).toContain("fit/flat");
    },
  );
});
