import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fit as fitFormula, fitModel } from "../../../src/fit/fit.ts";
import { anovaTable } from "../../../src/inference/anova.ts";
import { inferenceCatalogue } from "../../../src/inference/catalogue.ts";
import { coefficientTable } from "../../../src/inference/coefficients.ts";
import { waldIntervals } from "../../../src/inference/confint.ts";
import { dropOne, droppableEffects } from "../../../src/inference/dropOne.ts";
import { compareFits } from "../../../src/inference/likelihoodRatio.ts";
import { randomEffects } from "../../../src/inference/randomEffects.ts";
import { waldTest } from "../../../src/inference/waldTest.ts";
import { errorOf } from "../base/errorOf.ts";
import { reference, tableNamed } from "./reference.ts";

const cells = tableNamed("inferenceCells");
const sleep = tableNamed("sleepstudy");
const slopes = fitFormula("Reaction ~ Days + (Days | Subject)", sleep);

const near = (actual: number | null, expected: number, relative: number): void => {
  expect(actual).not.toBeNull();
  expect(Math.abs(actual! - expected)).toBeLessThanOrEqual(relative * Math.max(1e-3, Math.abs(expected)));
};

describe("compareFits", () => {
  for (const { data, formulas, REML, rows } of reference.comparisons) {
    it(`has lme4's table of ${formulas.length} fits of ${data}`, () => {
      const fits = formulas.map((formula) =>
        fitFormula(formula, tableNamed(data), { method: REML ? "REML" : "ML" }),
      );
      const refit = (of: (typeof fits)[number]) =>
        fitFormula(of.design!.formula.source, tableNamed(data), { method: "ML" });
      const table = compareFits(fits, { refit });
      expect(table.criterion).toBe("ML");
      expect(table.rows.map(({ npar }) => npar)).toEqual(rows.map(({ npar }) => npar));
      for (const [i, row] of rows.entries()) {
        const ours = table.rows[i]!;
        for (const key of ["AIC", "BIC", "logLik", "deviance"] as const) near(ours[key], row[key]!, 1e-8);
        if (row.chisq === null) expect([ours.chisq, ours.df, ours.p]).toEqual([null, null, null]);
        else {
          near(ours.chisq, row.chisq!, 1e-5);
          expect(ours.df).toBe(row.df);
          near(ours.p, row.p!, 1e-4);
        }
      }
      expect(table.notes.map(({ code }) => code)).toEqual([
        ...(REML ? ["inference/refitted"] : []),
        ...(table.rows.some((row) => row.pMixture !== null) ? ["inference/boundary-mixture"] : []),
      ]);
    });
  }

  it("compares REML fits as they are when they share their fixed effects", () => {
    const intercepts = fitFormula("Reaction ~ Days + (1 | Subject)", sleep);
    const table = compareFits([slopes, intercepts]);
    expect(table.criterion).toBe("REML");
    expect(table.rows.map(({ index }) => index)).toEqual([1, 0]);
    expect(table.rows[1]!.chisq).toBe(2 * (slopes.logLik - intercepts.logLik));
    // a slope beside an intercept: Stram and Lee's mixture
    expect(table.rows[1]!.nullDistribution?.parts).toEqual([
      { df: 1, weight: 0.5 },
      { df: 2, weight: 0.5 },
    ]);
    expect(table.notes.map(({ code }) => code)).toEqual(["inference/boundary-mixture"]);
  });

  it("refits a REML fit that is compared with a linear model", () => {
    const flat = fitFormula("Reaction ~ Days", sleep);
    const table = compareFits([flat, slopes], {
      refit: () => fitFormula("Reaction ~ Days + (Days | Subject)", sleep, { method: "ML" }),
    });
    expect(table.rows[0]!.logLik).toBe(flat.logLik);
    expect(table.rows[1]!.logLik).toBeGreaterThan(slopes.logLik - 20);
    expect(table.criterion).toBe("ML");
  });

  it("refuses one fit, other rows, another response, other weights, and REML without a way to refit", () => {
    const fewer = fitFormula("Reaction ~ Days", sleep, { subset: "Days > 1" });
    const linear = fitFormula("Reaction ~ Days", sleep);
    const logged = fitFormula("log(Reaction) ~ Days", sleep);
    const weighted = fitFormula("Reaction ~ Days", sleep, { weights: "Days + 1" });
    const other = fitFormula("Reaction ~ 1 + (Days | Subject)", sleep);
    expect(errorOf(() => compareFits([linear])).code).toBe("inference/one-fit");
    expect(errorOf(() => compareFits([linear, fewer])).message).toContain("180 observations");
    expect(errorOf(() => compareFits([linear, logged])).code).toBe("inference/different-data");
    expect(errorOf(() => compareFits([linear, weighted])).message).toContain("weights");
    expect(errorOf(() => compareFits([slopes, other])).code).toBe("inference/needs-refit");
  });
});

describe("dropOne", () => {
  it("has lme4's likelihood-ratio tests of the terms that can go", () => {
    const { formula, rows } = reference.drops;
    const whole = fitFormula(formula, cells);
    const without: Record<string, string> = { "a:b": "y ~ a + b + x + (1 | g)", x: "y ~ a * b + (1 | g)" };
    const table = dropOne(whole, (term) =>
      fitFormula(term === null ? formula : without[term]!, cells, { method: "ML" }),
    );
    expect(table.test).toBe("Chisq");
    expect(table.rows.length).toBe(rows.length);
    for (const row of rows) {
      const ours = table.rows.find(({ term }) => term === (row.term === "<none>" ? null : row.term))!;
      near(ours.AIC, row.AIC, 1e-8);
      if (row.LRT !== null) {
        expect(ours.df).toBe(row.npar);
        near(ours.statistic, row.LRT, 1e-5);
        near(ours.p, row.p!, 1e-4);
      }
    }
  });

  it("has R's F tests of the terms of a linear model", () => {
    const { formula, drop } = reference.linear.interaction!;
    const whole = fitFormula(formula, cells);
    const without: Record<string, string> = { "a:b": "y ~ a + b + x", x: "y ~ a * b" };
    const table = dropOne(whole, (term) => fitFormula(without[term!]!, cells));
    expect(table.test).toBe("F");
    for (const row of drop!) {
      const ours = table.rows.find(({ term }) => term === row.term)!;
      expect(ours.df).toBe(row.df);
      near(ours.sumSq, row.sumSq, 1e-9);
      near(ours.residualSumOfSquares, row.RSS, 1e-9);
      near(ours.statistic, row.F, 1e-9);
      near(ours.p, row.p, 1e-9);
    }
  });

  it("keeps margins: a term inside another cannot be dropped", () => {
    const effects = droppableEffects(fitFormula("y ~ a * b + x + x:z", cells));
    expect(effects.map(({ text }) => text)).toEqual(["a:b", "x:z"]);
  });
});

describe("randomEffects", () => {
  for (const expected of reference.randomEffects) {
    it(`has prediction error and conditional standard errors of ${expected.formula}`, () => {
      const fitted = fitFormula(expected.formula, tableNamed(expected.data));
      const errors = randomEffects(fitted);
      const conditional = randomEffects(fitted, { conditionalVariances: "conditional" });
      expect(errors.length).toBe(expected.estimate.length);
      expect(errors.filter((_, i) => i % expected.k === 0).map(({ level }) => level)).toEqual(
        expected.levels,
      );
      for (const [i, row] of errors.entries()) {
        near(row.estimate, expected.estimate[i]!, 1e-4);
        near(row.se, expected.predictionError[i]!, 1e-4);
        near(row.reliability, expected.reliability[i]!, 1e-3);
        near(conditional[i]!.se, expected.conditional[i]!, 1e-4);
        expect(conditional[i]!.reliability).toBe(row.reliability);
      }
    });
  }

  it("leaves reliability out where a variance is zero, and both where they are not asked for", () => {
    const zero = fitFormula("Yield ~ 1 + (1 | Batch)", tableNamed("Dyestuff2"));
    for (const row of randomEffects(zero))
      expect([row.estimate, row.se, row.reliability]).toEqual([0, 0, null]);
    for (const row of randomEffects(slopes, { conditionalVariances: "none" })) {
      expect([row.se, row.reliability]).toEqual([null, null]);
    }
  });

  it("is empty for a linear model", () => {
    expect(randomEffects(fitFormula("Reaction ~ Days", sleep))).toEqual([]);
  });
});

describe("waldTest", () => {
  it("of one coefficient is its t test squared", () => {
    const row = coefficientTable(slopes).rows[1]!;
    const test = waldTest(slopes, [[0, 1]]);
    near(test.F, row.statistic! ** 2, 1e-12);
    near(test.denDF, row.df!, 1e-12);
    near(test.p, row.p!, 1e-10);
    near(waldTest(slopes, [[0, 1]], [slopes.beta[1]!]).p, 1, 1e-12);
  });

  it("does not change when a row is repeated", () => {
    const once = waldTest(slopes, [[0, 1]]);
    const twice = waldTest(slopes, [
      [0, 1],
      [0, 2],
    ]);
    expect(twice.df).toBe(1);
    near(twice.F, once.F, 1e-10);
  });

  it("of all slopes of a linear model is its F statistic", () => {
    const linear = fitFormula("y ~ x + z", cells);
    const test = waldTest(linear, [
      [0, 1, 0],
      [0, 0, 1],
    ]);
    const rows = anovaTable(linear).rows;
    const residual = anovaTable(linear).residual!;
    near(test.F, (rows[0]!.sumSq! + rows[1]!.sumSq!) / 2 / residual.meanSq!, 1e-10);
    expect(test.denDF).toBe(residual.df);
  });

  it("refuses rows of another length and rows of zeros", () => {
    expect(errorOf(() => waldTest(slopes, [[1]])).hint).toContain("Days");
    expect(errorOf(() => waldTest(slopes, [[0, 1]], [1, 2])).code).toBe("inference/contrast-shape");
    expect(errorOf(() => waldTest(slopes, [[0, Number.NaN]])).message).not.toContain("NaN");
    expect(errorOf(() => waldTest(slopes, [[0, 0]])).code).toBe("inference/contrast-zero");
  });
});

describe("choices", () => {
  it("none gives a normal reference, residual n - p, and names of values say what to import", () => {
    const z = coefficientTable(slopes, { ddf: "none" });
    expect([z.statistic, z.rows[1]!.df]).toEqual(["z", null]);
    expect(coefficientTable(slopes, { ddf: "residual" }).rows[1]!.df).toBe(178);
    expect(anovaTable(slopes, { ddf: "none" }).rows[0]!.denDF).toBeNull();
    for (const ddf of ["kenward-roger", "between-within"] as const) {
      const error = errorOf(() => coefficientTable(slopes, { ddf }));
      expect(error.code).toBe("inference/ddf-not-loaded");
      expect(error.hint).toContain(ddf === "kenward-roger" ? "{ kenwardRoger }" : "{ betweenWithin }");
    }
  });

  it("an interval widens with its level and is that of the coefficient table", () => {
    const [wide] = waldIntervals(slopes, { level: 0.99 });
    const [usual] = waldIntervals(slopes);
    expect(wide!.lower!).toBeLessThan(usual!.lower!);
    expect([usual!.lower, usual!.upper]).toEqual(coefficientTable(slopes).rows[0]!.ci);
  });

  it("a level is a probability, and a percentage is recognized", () => {
    const error = errorOf(() => coefficientTable(slopes, { level: 95 }));
    expect([error.code, error.hint]).toEqual(["inference/level", "for 95 % write 0.95"]);
    expect(errorOf(() => coefficientTable(slopes, { level: Number.NaN })).message).not.toContain("NaN");
  });

  it("an aliased coefficient has no numbers", () => {
    const aliased = fitFormula("Reaction ~ Days + I(2 * Days) + (1 | Subject)", sleep);
    const row = coefficientTable(aliased).rows[2]!;
    expect(row).toEqual({
      name: "I(2 * Days)",
      estimate: null,
      se: null,
      df: null,
      statistic: null,
      p: null,
      ci: null,
      aliased: true,
    });
    const table = anovaTable(aliased);
    expect(table.rows[1]).toMatchObject({ term: "I(2 * Days)", numDF: 0, F: null, p: null });
    expect(table.notes.map(({ code }) => code)).toContain("inference/not-estimable");
  });

  it("a model without a formula has coefficients but no terms", () => {
    const bare = fitModel(slopes.model);
    expect(coefficientTable(bare).rows.map(({ name }) => name)).toEqual(["(Intercept)", "Days"]);
    expect(errorOf(() => anovaTable(bare)).code).toBe("inference/needs-formula");
    expect(errorOf(() => droppableEffects(bare)).code).toBe("inference/needs-formula");
  });

  it("the catalogue explains every code that the folder throws or notes, and no other", () => {
    const folder = new URL("../../../src/inference/", import.meta.url);
    const codes = new Set<string>();
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (file === "catalogue.ts" || !file.endsWith(".ts")) continue;
      const text = readFileSync(new URL(file, folder), "utf8");
      for (const [, code] of text.matchAll(/"(inference\/[a-z-]+)"/g)) codes.add(code!);
    }
    expect([...codes].sort()).toEqual(Object.keys(inferenceCatalogue).sort());
  });
});
