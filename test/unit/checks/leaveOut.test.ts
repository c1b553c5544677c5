import { describe, expect, test } from "vitest";
import { compareByCrossValidation, crossValidation } from "../../../src/checks/crossValidation.ts";
import { influence } from "../../../src/checks/influence.ts";
import { leaveGroupOut } from "../../../src/checks/leaveGroupOut.ts";
import { leaveOneOut, rowDeletionOf } from "../../../src/checks/leaveOneOut.ts";
import { equationsEngine } from "../../../src/engines/equations/equations.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { predict } from "../../../src/predict/predict.ts";
import { residuals } from "../../../src/predict/residuals.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { takeRows } from "../../../src/table/takeRows.ts";
import { checksCases, fitCase, referenceTable } from "./checksReference.ts";

/** lme4 stops at the minimum to about 1e-7 of theta. */
const BESIDE_LME4 = 2e-5;

describe.each(checksCases)("%s", (_, reference) => {
  const { fit } = fitCase(reference);

  test("the leverage of the conditional fit is lme4's hatvalues", () => {
    const { conditionalLeverage } = rowDeletionOf(fit, "leverage");
    conditionalLeverage.forEach((h, i) => {
      expect(Math.abs(h - reference.hat[i]!)).toBeLessThan(BESIDE_LME4);
    });
  });

  test("Cook's distance from leverage and conditional residuals is lme4's", () => {
    const { conditionalLeverage } = rowDeletionOf(fit, "leverage");
    const pearson = residuals(fit, "scaled");
    conditionalLeverage.forEach((h, i) => {
      const cook = (pearson[i]! / (1 - h)) ** 2 * (h / fit.beta.length);
      expect(Math.abs(cook - reference.cooks[i]!)).toBeLessThan(1e-4 * (1 + reference.cooks[i]!));
    });
  });
});

describe("leaving rows out of a fit", () => {
  const table = referenceTable("sleepstudy");
  const fit = fitFormula("Reaction ~ Days + (Days | Subject)", table);

  const matrixRow = (i: number): number[] => [
    fit.covariances[0]!.values[i]!,
    fit.covariances[0]!.values[i + 2]!,
  ];

  test("equals a refit with the variances held, on real rows", () => {
    const { predictions, standardErrors } = leaveOneOut(fit);
    for (const row of [0, 57, 179]) {
      const others = Int32Array.from({ length: 180 }, (_, i) => i).filter((i) => i !== row);
      const again = fitFormula("Reaction ~ Days + (Days | Subject)", takeRows(table, others), {
        components: { Subject: [matrixRow(0), matrixRow(1)], residual: fit.sigma ** 2 },
        engines: [equationsEngine],
      });
      const [wanted] = predict(again, takeRows(table, Int32Array.of(row)), { target: "group" }).predictions;
      expect(Math.abs(predictions[row]! - wanted!)).toBeLessThan(1e-9 * fit.sigma);
      expect(standardErrors[row]).toBeGreaterThan(fit.sigma);
    }
  });

  test("a whole subject left out is predicted with the population line and its own variance", () => {
    const { residuals, standardErrors, sizes, undetermined } = leaveGroupOut(fit, "Subject");
    expect([...sizes]).toEqual(new Array(18).fill(10));
    expect(undetermined).toEqual([]);
    const rmse = Math.sqrt(residuals.reduce((sum, e) => sum + e * e, 0) / 180);
    expect(rmse).toBeGreaterThan(crossValidation(fit).rmse);
    const [[intercept]] = [fit.covariances[0]!.values];
    expect(standardErrors[0]).toBeGreaterThan(Math.sqrt(intercept! + fit.sigma ** 2));
  });

  test("any column makes groups, and rows without a value stay", () => {
    const days = leaveGroupOut(fit, "Days", { table });
    expect(days.levels).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(() => leaveGroupOut(fit, "Days")).toThrow(/not a grouping factor/);
    expect(() => leaveGroupOut(fit, "Dayz", { table })).toThrow(/no group or column 'Dayz'/);
  });

  test("progress is told once a group and can stop the work", () => {
    const seen: number[] = [];
    expect(() => leaveGroupOut(fit, "Subject", { onProgress: (done) => seen.push(done) < 3 })).toThrow(
      /stopped after 3 of 18/,
    );
    expect(seen).toEqual([1, 2, 3]);
  });

  test("the model with slopes predicts better than the one without", () => {
    const intercepts = fitFormula("Reaction ~ Days + (1 | Subject)", table);
    const { rows, compared } = compareByCrossValidation([intercepts, fit]);
    expect(compared).toBe(180);
    expect(rows.map(({ index }) => index)).toEqual([1, 0]);
    expect(rows[1]!.difference).toBeLessThan(-10);
    expect(rows[1]!.differenceSe).toBeGreaterThan(0);
    expect(rows[0]!.elpd - rows[1]!.elpd).toBeCloseTo(-rows[1]!.difference, 8);
  });
});

describe("a coefficient that rests on few rows", () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({
    y: Math.sin(7 * i) + (i % 8) + (i === 11 ? 5 : 0),
    x: (i * 37) % 17,
    once: i === 11 ? "b" : "a",
    site: i < 10 ? "s1" : i < 20 ? "s2" : i < 30 ? "s3" : "s4",
    g: `g${i % 8}`,
  }));
  const table = toTable(rows);

  test("a row that a level stands on alone has no prediction, and is named", () => {
    const fit = fitFormula("y ~ x + once + (1 | g)", table);
    const { predictions, undetermined, notes } = leaveOneOut(fit);
    expect([...undetermined]).toEqual([11]);
    expect(predictions[11]).toBeNaN();
    expect(notes[0]!.message).toContain("row 12 cannot be predicted");
    const { predicted, undetermined: count } = crossValidation(fit);
    expect([predicted, count]).toEqual([39, 1]);
  });

  test("its influence on the other coefficients is none, and its own coefficient is lost", () => {
    const fit = fitFormula("y ~ x + once + (1 | g)", table);
    const { changes, cooksDistance, lost, covarianceRatio } = influence(fit);
    expect(lost).toEqual(new Map([["12", ["onceb"]]]));
    expect(changes[11 * 3 + 2]).toBeNaN();
    // the fit goes through that row, so that nothing else depends on its response
    expect(Math.abs(changes[11 * 3]!)).toBeLessThan(1e-10);
    expect(Math.abs(changes[11 * 3 + 1]!)).toBeLessThan(1e-10);
    expect(cooksDistance[11]).toBeLessThan(1e-18);
    expect(covarianceRatio[11]).toBeCloseTo(1, 8);
  });

  test("groups that are levels of a fixed effect cannot be predicted", () => {
    const fit = fitFormula("y ~ 0 + site + x + (1 | g)", table);
    const { undetermined, predictions, notes, logDensities } = leaveGroupOut(fit, "site", { table });
    expect(undetermined).toEqual(["s1", "s2", "s3", "s4"]);
    expect(predictions.every(Number.isNaN)).toBe(true);
    expect(logDensities.every(Number.isNaN)).toBe(true);
    expect(notes[0]!.message).toContain("no level of site can be predicted");
    const { lost, changes } = influence(fit, { group: "site", table });
    expect(lost.get("s3")).toEqual(["sites3"]);
    expect(changes[2 * 5 + 2]).toBeNaN();
    expect(Number.isFinite(changes[2 * 5 + 4]!)).toBe(true);
  });

  test("leaving a group out moves the other coefficients as a fit without it does", () => {
    const fit = fitFormula("y ~ 0 + site + x + (1 | g)", table);
    const { changes } = influence(fit, { group: "site", table });
    const rest = takeRows(
      table,
      Int32Array.from({ length: 40 }, (_, i) => i).filter((i) => i < 20 || i >= 30),
    );
    const theta = fit.theta[0]!;
    const again = fitFormula("y ~ 0 + site + x + (1 | g)", rest, { start: [theta], maxIterations: 0 });
    expect(again.theta[0]).toBe(theta);
    const expected = [0, 1, 3, 4].map((j, k) => fit.beta[j]! - again.beta[k]!);
    [0, 1, 3, 4].forEach((j, k) => {
      expect(changes[2 * 5 + j]).toBeCloseTo(expected[k]!, 9);
    });
  });
});
