import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import type { FitResult } from "../../../src/fit/result.ts";
import { augment } from "../../../src/predict/augment.ts";
import { fittedValues } from "../../../src/predict/fittedValues.ts";
import { predict } from "../../../src/predict/predict.ts";
import { refit, refitByLikelihood } from "../../../src/predict/refit.ts";
import { refitWithout } from "../../../src/predict/refitWithout.ts";
import { residuals } from "../../../src/predict/residuals.ts";
import { variationExplained } from "../../../src/predict/variationExplained.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import type { NumericColumn } from "../../../src/table/table.ts";

type Numbers = Readonly<Record<string, number[]>>;

/** lme4 1.1-31 and lm, R 4.2.2: test/golden/generate/predictions.R */
const r = JSON.parse(readFileSync(new URL("../../golden/r/predictions.json", import.meta.url), "utf8")) as {
  sleep: Numbers;
  weighted: Numbers;
  linear: Numbers & { rSquared: number; adjusted: number; F: number };
};
const { table } = readDelimited(
  readFileSync(new URL("../../../examples/sleepstudy.csv", import.meta.url), "utf8"),
);
const newRows = toTable({ Days: [0, 4.5, 12, 3], Subject: [308, 372, 309, 999] });
const sleep = fitFormula("Reaction ~ Days + (Days | Subject)", table);
const weighted = fitFormula("Reaction ~ ns(Days, 3) + (1 | Subject)", table, { weights: "Days + 1" });
const linear = fitFormula("Reaction ~ poly(Days, 2) + log(Days + 1)", table);

/** lme4's theta is good to about 1e-5, so its fitted values to about 1e-4. */
function expectClose(ours: ArrayLike<number | null>, theirs: readonly number[], tolerance: number): void {
  expect(ours.length).toBe(theirs.length);
  theirs.forEach((value, i) => {
    expect(Math.abs(ours[i]! - value)).toBeLessThan(tolerance);
  });
}

describe("fitted values and residuals", () => {
  it("agree with lme4", () => {
    expectClose(fittedValues(sleep), r.sleep.fitted!, 1e-4);
    expectClose(fittedValues(sleep, "mean"), r.sleep.fixed!, 1e-9);
    expectClose(residuals(sleep, "scaled"), r.sleep.scaled!, 1e-5);
  });

  it("agree with lme4 for weighted fits", () => {
    expectClose(fittedValues(weighted), r.weighted.fitted!, 1e-4);
    expectClose(residuals(weighted), r.weighted.raw!, 1e-4);
    expectClose(residuals(weighted, "pearson"), r.weighted.pearson!, 1e-3);
  });

  it("agree with lm, and so do R-squared and the overall F", () => {
    expectClose(fittedValues(linear), r.linear.fitted!, 1e-9);
    const explained = variationExplained(linear)!;
    expect(explained.rSquared).toBeCloseTo(r.linear.rSquared, 12);
    expect(explained.adjustedRSquared).toBeCloseTo(r.linear.adjusted, 12);
    expect(explained.statistic).toBeCloseTo(r.linear.F, 9);
  });
});

describe("predict", () => {
  it("agrees with lme4 at population and group level, new levels as zero", () => {
    expectClose(predict(sleep, newRows).predictions, r.sleep.mean!, 1e-9);
    const options = { target: "group", newLevels: "zero" } as const;
    expectClose(predict(sleep, newRows, options).predictions, r.sleep.group!, 1e-4);
    expectClose(predict(weighted, newRows, options).predictions, r.weighted.group!, 1e-4);
  });

  it("uses the training basis of poly and log", () => {
    expectClose(predict(linear, newRows).predictions, r.linear.mean!, 1e-9);
  });

  it("gives the fitted values back on the training rows", () => {
    expectClose(predict(sleep, table, { target: "group" }).predictions, [...fittedValues(sleep)], 1e-10);
    expectClose(
      predict(weighted, table, { target: "group" }).predictions,
      [...fittedValues(weighted)],
      1e-10,
    );
  });

  it("names at most ten unknown levels", () => {
    const rows = toTable({ Days: Array(12).fill(1), Subject: Array.from({ length: 12 }, (_, i) => 900 + i) });
    expect(() => predict(sleep, rows, { target: "group" })).toThrowError(
      expect.objectContaining({
        code: "predict/new-levels",
        message: expect.stringMatching(/'909' and 2 more$/),
      }),
    );
  });

  it("gives null where a predictor, a group or the variable of a random slope is missing", () => {
    const crossed = fitFormula("y ~ 1 + (0 + treat | block)", toTable(twoWay()));
    const rows = toTable({ treat: ["a", "b", null, "a"], block: ["p", null, "q", "q"] });
    expect(predict(crossed, rows).predictions.every((x) => x !== null)).toBe(true);
    const values = predict(crossed, rows, { target: "group", newLevels: "zero" }).predictions;
    expect(values.map((x) => x === null)).toEqual([false, true, true, false]);
  });

  it("refuses a level of a fixed factor that has no coefficient, naming the nearest", () => {
    const model = fitFormula("y ~ treat", toTable(twoWay()));
    expect(() => predict(model, toTable({ treat: ["A"] }))).toThrowError(
      expect.objectContaining({ code: "design/new-level" }),
    );
  });

  it("predicts no rows from no rows", () => {
    const empty = { rowCount: 0, columns: new Map(newRows.columns) };
    for (const [name, column] of empty.columns) {
      if (column.kind === "numeric") empty.columns.set(name, { ...column, values: new Float64Array(0) });
    }
    expect(predict(sleep, empty).predictions).toEqual([]);
  });
});

describe("augment", () => {
  it("adds fitted values, residuals and population means to the data", () => {
    const { columns, rowCount } = augment(sleep, table);
    expect([...columns.keys()]).toEqual(["Reaction", "Days", "Subject", ".fitted", ".resid", ".fixed"]);
    expect(rowCount).toBe(180);
    const [fitted, resid, reaction] = [".fitted", ".resid", "Reaction"].map(
      (name) => (columns.get(name) as NumericColumn).values,
    );
    fitted!.forEach((value, i) => {
      expect(value + resid![i]!).toBeCloseTo(reaction![i]!, 10);
    });
  });

  it("refuses a table that is too short to be the one that was fitted", () => {
    expect(() => augment(sleep, newRows)).toThrowError(
      expect.objectContaining({ code: "predict/other-table" }),
    );
  });
});

describe("refit", () => {
  it("to the same response gives the same fit, to a scaled one scaled estimates", () => {
    const same = refit(sleep, sleep.model.response);
    expect(same.remlCriterion).toBe(sleep.remlCriterion);
    const double: FitResult = refit(
      sleep,
      sleep.model.response.map((y) => 2 * y),
    );
    expect(double.beta[1]).toBeCloseTo(2 * sleep.beta[1]!, 8);
    expect(double.sigma).toBeCloseTo(2 * sleep.sigma, 6);
  });

  it("refuses a response of another length and values that are not finite", () => {
    expect(() => refit(sleep, [1, 2])).toThrowError(
      expect.objectContaining({ code: "predict/response-length" }),
    );
    const broken = Float64Array.from(sleep.model.response);
    broken[7] = Number.NaN;
    expect(() => refit(sleep, broken)).toThrowError(/value 8 of the new response/);
  });

  it("by likelihood is the ML fit, and without a term is the fit of the smaller formula to the same rows", () => {
    expect(refitByLikelihood(sleep).logLik).toBeCloseTo(
      fitFormula("Reaction ~ Days + (Days | Subject)", table, { method: "ML" }).logLik,
      10,
    );
    const without = refitWithout(sleep, "Days", table, {});
    expect(without.logLik).toBeCloseTo(
      fitFormula("Reaction ~ 1 + (Days | Subject)", table, { method: "ML" }).logLik,
      10,
    );
    const holes = toTable({ y: [1, 2, 4, 3, 6, 5], x: [1, null, 3, 4, 5, 6], z: [2, 1, 2, 3, 1, 2] });
    const whole = fitFormula("y ~ x + z", holes);
    expect(refitWithout(whole, "x", holes, {}).nobs).toBe(5);
  });

  it("without a factor that has contrasts or a reference level is refitted as well", () => {
    const { y, treat, block } = twoWay();
    const data = toTable({ y, treat, block });
    const options = { contrasts: { treat: "sum" }, reference: { block: "q" } };
    const whole = fitFormula("y ~ treat + block", data, options);
    expect(refitWithout(whole, "treat", data, options).model.fixed.names[1]).toBe("blockp");
    expect(refitWithout(whole, "block", data, options).model.fixed.names).toEqual(["(Intercept)", "treat1"]);
  });

  it("without a term keeps the basis of the whole model where rows are missing, so that the models are nested", () => {
    const { y, treat } = twoWay();
    const x = y.map((_, i) => (i * 13) % 17);
    const z: (number | null)[] = y.map((_, i) => (i % 5 === 4 ? null : (i * 7) % 11));
    const data = toTable({ y, x, z, treat });
    // without a main effect of treat the span depends on where scale() puts zero
    const whole = fitFormula("y ~ scale(x):treat + z", data);
    const without = refitWithout(whole, "z", data, {});
    expect(without.nobs).toBe(whole.nobs);
    const column = (fit: FitResult): number[] =>
      Array.from(fit.model.fixed.matrix.values.slice(fit.nobs, 2 * fit.nobs));
    const at = whole.model.fixed.names.indexOf("scale(x):treata");
    const same = whole.model.fixed.matrix.values.slice(at * whole.nobs, (at + 1) * whole.nobs);
    expect(without.model.fixed.names[1]).toBe("scale(x):treata");
    expect(column(without)).toEqual(Array.from(same));
  });
});

function twoWay(): { y: number[]; treat: string[]; block: string[] } {
  const y: number[] = [];
  const treat: string[] = [];
  const block: string[] = [];
  for (let i = 0; i < 24; i++) {
    treat.push(i % 2 === 0 ? "a" : "b");
    block.push("pqrs"[i % 4]!);
    y.push(((i * 37) % 11) + (i % 4) * 3 + (i % 2));
  }
  return { y, treat, block };
}
