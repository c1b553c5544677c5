import { describe, expect, test } from "vitest";
import { diagnose } from "../../../src/checks/diagnosis/diagnose.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { referenceTable } from "./checksReference.ts";

describe("a fit on the boundary", () => {
  const table = referenceTable("Dyestuff2");
  const fit = fitFormula("Yield ~ 1 + (1 | Batch)", table);
  const { boundary, findings } = diagnose(fit);

  test("names what has no variance, and what a model without it changes", () => {
    const [report] = boundary;
    expect(report).toMatchObject({
      component: "Batch",
      direction: [{ coefficient: "(Intercept)", weight: 1 }],
    });
    expect(report!.score).toBeGreaterThan(0);
    const [without] = report!.simpler;
    const linear = fitFormula("Yield ~ 1", table);
    expect(without!.description).toBe("without the term of Batch");
    expect(without!.logLik).toBeCloseTo(-0.5 * linear.remlCriterion!, 8);
    expect(without!.AICchange).toBeCloseTo(-2, 8);
    expect(without!.p).toBe(1);
    expect(without!.nullDistribution).toBe("1/2 chi2(0) + 1/2 chi2(1)");
    expect(without!.fixed[0]!.after).toBeCloseTo(fit.beta[0]!, 8);
    expect(without!.fixed[0]!.seAfter).toBeCloseTo(without!.fixed[0]!.seBefore, 8);
    expect(findings[0]).toMatchObject({ topic: "boundary", title: "No variation between levels of Batch" });
    expect(findings[0]!.advice).toContain("without the term of Batch");
  });

  test("tells how large the standard deviation could still be", () => {
    const sd = boundary[0]!.largestSd!;
    // held there, -2 log L is higher by the 90 % point of chi2(1); 6 batches of 5
    const ratio = (sd / fit.sigma) ** 2;
    const y = Array.from(fit.model.response);
    const codes = fit.model.random[0]!.codes;
    const mean = y.reduce((a, b) => a + b, 0) / 30;
    const sums = new Array(6).fill(0);
    y.forEach((v, i) => {
      sums[codes[i]!] += v - mean;
    });
    const between = sums.reduce((a, b) => a + (b * b) / 5, 0);
    const total = y.reduce((a, b) => a + (b - mean) ** 2, 0);
    const criterion = (phi: number): number => {
      const r2 = total - between + between / (1 + 5 * phi);
      return 6 * Math.log(1 + 5 * phi) - Math.log(1 + 5 * phi) + 29 * Math.log(r2);
    };
    expect(criterion(ratio) - criterion(0)).toBeCloseTo(2.705543454095404, 6);
  });

  test("does without refits when asked", () => {
    expect(diagnose(fit, { refits: false }).boundary[0]!.simpler).toEqual([]);
  });
});

describe("a correlation of one", () => {
  const table = referenceTable("inferenceCells");
  const fit = fitFormula("u ~ x + (x | g)", table);

  test("is a combination of intercept and slope without variance, beside uncorrelated effects and intercepts alone", () => {
    expect(fit.convergence.boundary.length).toBe(1);
    const { boundary, findings, principalComponents } = diagnose(fit);
    expect(boundary[0]!.direction.map(({ coefficient }) => coefficient)).toEqual(["(Intercept)", "x"]);
    expect(boundary[0]!.simpler.map(({ description }) => description)).toEqual([
      "with uncorrelated effects in g",
      "without x in g",
    ]);
    const [uncorrelated, intercepts] = boundary[0]!.simpler;
    expect(uncorrelated!.logLik).toBeCloseTo(fitFormula("u ~ x + (x || g)", table).logLik, 6);
    expect(intercepts!.logLik).toBeCloseTo(fitFormula("u ~ x + (1 | g)", table).logLik, 6);
    expect(principalComponents[0]!.rank).toBe(1);
    expect(findings.find(({ topic }) => topic === "boundary")!.message).toContain("correlation of");
  });
});

describe("what the rows show", () => {
  const rows = Array.from({ length: 120 }, (_, i) => {
    const g = i % 12;
    const x = (i * 7) % 10;
    return {
      y: 10 + x + Math.sin(3 * g) + 0.5 * Math.cos(11 * i) + (i === 40 ? 9 : 0),
      x,
      almost: x + 1e-4 * Math.sin(i),
      g: `g${g}`,
      few: `f${i % 3}`,
    };
  });
  const table = toTable(rows);

  test("a wild row is found by its number", () => {
    const { residuals, findings } = diagnose(fitFormula("y ~ x + (1 | g)", table));
    expect(residuals!.outliers[0]).toMatchObject({ row: "41" });
    expect(findings.find(({ title }) => title === "A row far from its prediction")!.message).toContain(
      "Row 41".toLowerCase(),
    );
  });

  test("columns that say the same and groups with few levels are told", () => {
    const titles = diagnose(fitFormula("y ~ x + almost + (1 | g) + (1 | few)", table)).findings.map(
      ({ title }) => title,
    );
    expect(titles).toContain("Predictors that nearly say the same");
    expect(titles).toContain("Few levels of few");
  });

  test("a group that decides about a coefficient is a problem, and comes first", () => {
    const lever = rows.map((row, i) => ({
      ...row,
      z: row.g === "g3" ? 5 : 0.1 * Math.sin(i),
      y: row.y + (row.g === "g3" ? 3 * (i % 5) : 0),
    }));
    const { findings, influence } = diagnose(fitFormula("y ~ z + (1 | g)", toTable(lever)));
    const first = influence.find(({ left }) => left === "g")!.top[0]!;
    expect(first).toMatchObject({ label: "g3", coefficient: "z" });
    expect(Math.abs(first.moved)).toBeGreaterThan(0.5);
    expect(findings.some(({ topic, level }) => topic === "influence" && level !== "fine")).toBe(true);
  });

  test("a linear model is checked too", () => {
    const { findings, boundary } = diagnose(fitFormula("y ~ x", table));
    expect(boundary).toEqual([]);
    expect(findings.map(({ topic }) => topic)).toContain("residuals");
    expect(findings.map(({ topic }) => topic)).not.toContain("convergence");
  });

  test("a group far from what the others predict is found without fixed effects too", () => {
    const rows = Array.from({ length: 120 }, (_, i) => {
      const g = i % 60;
      return { g: `g${g}`, y: (g === 11 ? 9 : ((g * 17) % 13) / 6 - 1) + ((i * 7) % 5) / 10 - 0.2 };
    });
    const { influence } = diagnose(fitFormula("y ~ 0 + (1 | g)", toTable(rows)));
    expect(influence.map(({ left, top, unusual }) => [left, top, unusual.map(({ label }) => label)])).toEqual(
      [["g", [], ["g11"]]],
    );
  });

  test("no message prints what is no number", () => {
    for (const formula of [
      "y ~ x + (1 | g)",
      "y ~ 1 + (x | g)",
      "y ~ 0 + g + (1 | few)",
      "y ~ 0 + (1 | g)",
      "y ~ x + almost + (1 | g)",
    ]) {
      for (const { title, message, advice } of diagnose(fitFormula(formula, table)).findings) {
        expect(`${title} ${message} ${advice}`).not.toMatch(/NaN|undefined|Infinity/);
      }
    }
  });
});
