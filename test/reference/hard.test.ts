// Where mixed-model programs go wrong: zero variances, scales, order, a shift of the response, starts that are no optimum.
import { describe, expect, it } from "vitest";
import { buildDesign } from "../../src/design/buildDesign.ts";
import { fit as fitFormula, prepareProblem } from "../../src/fit/fit.ts";
import type { FitResult } from "../../src/fit/result.ts";
import { parseFormula } from "../../src/formula/parseFormula.ts";
import type { NumericColumn, Table } from "../../src/table/table.ts";
import { takeRows } from "../../src/table/takeRows.ts";
import { referenceCases, referenceTable } from "./referenceCase.ts";

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.max(1e-300, Math.abs(b));

/** The table with one numeric column replaced by a function of itself. */
function withColumn(table: Table, name: string, map: (value: number) => number): Table {
  const columns = new Map(table.columns);
  const values = (columns.get(name) as NumericColumn).values.map(map);
  columns.set(name, { kind: "numeric", name, values });
  return { rowCount: table.rowCount, columns };
}

/** Rows in an order that has nothing to do with groups: multiplication by a unit modulo a prime above n. */
function shuffled(table: Table): Table {
  const n = table.rowCount;
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (((a + 1) * 7919) % 104729) - (((b + 1) * 7919) % 104729),
  );
  return takeRows(table, Int32Array.from(order));
}

function problemOf(formula: string, table: Table, method: "REML" | "ML"): ReturnType<typeof prepareProblem> {
  return prepareProblem(buildDesign(parseFormula(formula), table, {}).model, method);
}

const standardError = (fit: FitResult, j: number): number =>
  fit.sigma * Math.sqrt(fit.unscaledCovariance.values[j + j * fit.beta.length]!);

describe("a variance of exactly zero (Dyestuff2)", () => {
  const table = referenceTable("Dyestuff2.csv");

  it.each(["ML", "REML"] as const)("is reported as exactly zero by %s, converged, with a note", (method) => {
    const fit = fitFormula("Yield ~ 1 + (1 | Batch)", table, { method });
    expect(fit.theta[0]).toBe(0);
    expect(fit.covariances[0]!.values[0]).toBe(0);
    expect(fit.convergence.converged).toBe(true);
    expect(fit.convergence.boundary.length).toBe(1);
    expect(fit.convergence.boundary[0]!.score).toBeGreaterThan(0);
    expect(fit.notes.map(({ code }) => code)).toContain("fit/boundary");
    expect(Array.from(fit.modes[0]!)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("gives the likelihood of the linear model", () => {
    const mixed = fitFormula("Yield ~ 1 + (1 | Batch)", table, { method: "ML" });
    const linear = fitFormula("Yield ~ 1", table);
    expect(relative(mixed.logLik, linear.logLik)).toBeLessThan(1e-12);
    expect(relative(mixed.beta[0]!, linear.beta[0]!)).toBeLessThan(1e-12);
  });
});

describe("theta = 0", () => {
  it("is stationary in theta but not an optimum: the score in the variance is negative (Dyestuff)", () => {
    const problem = problemOf("Yield ~ 1 + (1 | Batch)", referenceTable("Dyestuff.csv"), "REML");
    const zero = Float64Array.of(0);
    expect(Math.abs(problem.evaluate(zero, 1).gradient[0]!)).toBeLessThan(1e-9);
    const [boundary] = problem.boundaryScores(zero);
    expect(boundary!.score).toBeLessThan(0);
    // one-sided difference quotient in the variance theta^2
    const at = (variance: number): number =>
      problem.evaluate(Float64Array.of(Math.sqrt(variance)), 0).objective;
    const h = 1e-5;
    const slope = (4 * at(h) - 3 * at(0) - at(2 * h)) / (2 * h);
    expect(relative(boundary!.score, slope)).toBeLessThan(1e-3);
  });

  it("as the start does not count as converged (Dyestuff, sleepstudy)", () => {
    const dyestuff = fitFormula("Yield ~ 1 + (1 | Batch)", referenceTable("Dyestuff.csv"), {
      start: Float64Array.of(0),
    });
    expect(relative(-2 * dyestuff.logLik, 319.6542768422539)).toBeLessThan(1e-10);
    const sleep = referenceTable("sleepstudy.csv");
    const slopes = fitFormula("Reaction ~ Days + (Days | Subject)", sleep, {
      start: Float64Array.of(0, 0, 0),
    });
    expect(relative(-2 * slopes.logLik, 1743.6282719584792)).toBeLessThan(1e-10);
    expect(slopes.convergence.converged).toBe(true);
  });
});

describe("theta = 0 of a structured term", () => {
  it.each([
    ["structured-cs-reml", 4],
    ["structured-homcs-reml", 2],
    ["structured-diag-reml", 3],
  ])("as the start does not count as converged (%s)", (name, parameters) => {
    const reference = referenceCases().find((found) => found.name === name)!;
    const table = referenceTable(reference.data);
    const fit = fitFormula(reference.formula, table, {
      ...reference.options,
      start: new Float64Array(parameters),
    });
    expect(fit.convergence.converged).toBe(true);
    expect(relative(-2 * fit.logLik, reference.objective)).toBeLessThan(1e-9);
  });
});

describe("a saddle point", () => {
  const table = referenceTable("Penicillin.csv");

  it("as the start is left (crossed variances of which one starts at zero)", () => {
    // with one variance at zero the gradient in it vanishes and the other can be at its optimum: a saddle
    const plateOnly = fitFormula("diameter ~ 1 + (1 | plate)", table);
    const start = Float64Array.of(plateOnly.theta[0]!, 0);
    const problem = problemOf("diameter ~ 1 + (1 | plate) + (1 | sample)", table, "REML");
    const { gradient } = problem.evaluate(start, 1);
    expect(Math.max(Math.abs(gradient[0]!), Math.abs(gradient[1]!))).toBeLessThan(1e-3);
    const fit = fitFormula("diameter ~ 1 + (1 | plate) + (1 | sample)", table, { start });
    expect(relative(-2 * fit.logLik, 330.86058899109)).toBeLessThan(1e-10);
    expect(fit.convergence.converged).toBe(true);
  });

  it("as the start is left (random slope with a zero pivot)", () => {
    const sleep = referenceTable("sleepstudy.csv");
    const intercepts = fitFormula("Reaction ~ Days + (1 | Subject)", sleep);
    const start = Float64Array.of(intercepts.theta[0]!, 0, 0);
    const fit = fitFormula("Reaction ~ Days + (Days | Subject)", sleep, { start });
    expect(relative(-2 * fit.logLik, 1743.6282719584792)).toBeLessThan(1e-10);
    expect(fit.convergence.converged).toBe(true);
  });
});

describe("the order of the rows", () => {
  it.each([
    ["sleepstudy.csv", "Reaction ~ Days + (Days | Subject)"],
    ["Penicillin.csv", "diameter ~ 1 + (1 | plate) + (1 | sample)"],
    ["Oats.csv", "yield ~ nitro * Variety + (1 | Block/Variety)"],
    ["instEval90.csv", "y ~ service + (1 | s) + (1 | d)"],
  ])("does not change the answer (%s)", (file, formula) => {
    const table = referenceTable(file);
    const first = fitFormula(formula, table);
    const second = fitFormula(formula, shuffled(table));
    expect(relative(first.logLik, second.logLik)).toBeLessThan(1e-11);
    first.beta.forEach((value, j) => {
      expect(Math.abs(value - second.beta[j]!) / standardError(first, j)).toBeLessThan(1e-6);
    });
    first.theta.forEach((value, a) => {
      expect(Math.abs(value - second.theta[a]!)).toBeLessThan(1e-6 * (1 + Math.abs(value)));
    });
  });
});

describe("the scale of a column", () => {
  const table = referenceTable("sleepstudy.csv");
  const formula = "Reaction ~ Days + (Days | Subject)";
  const plain = fitFormula(formula, table);

  it.each([1e-6, 1e-3, 1e4, 1e8])("times %s changes coefficients by it and nothing else", (factor) => {
    const scaled = fitFormula(
      formula,
      withColumn(table, "Days", (day) => day * factor),
    );
    expect(scaled.convergence.converged).toBe(true);
    expect(relative(scaled.beta[1]! * factor, plain.beta[1]!)).toBeLessThan(1e-8);
    expect(relative(standardError(scaled, 1) * factor, standardError(plain, 1))).toBeLessThan(1e-6);
    expect(relative(scaled.sigma, plain.sigma)).toBeLessThan(1e-6);
    expect(
      relative(scaled.covariances[0]!.values[3]! * factor ** 2, plain.covariances[0]!.values[3]!),
    ).toBeLessThan(1e-5);
    // REML depends on the coding of X: log |X'V^-1X| moves by 2 log(factor)
    expect(Math.abs(scaled.logLik + Math.log(factor) - plain.logLik)).toBeLessThan(1e-7);
  });

  it("of the response times 1e-8 or 1e8 scales everything with it", () => {
    for (const factor of [1e-8, 1e8]) {
      const scaled = fitFormula(
        formula,
        withColumn(table, "Reaction", (y) => y * factor),
      );
      expect(scaled.convergence.converged).toBe(true);
      expect(relative(scaled.sigma, plain.sigma * factor)).toBeLessThan(1e-6);
      expect(relative(scaled.beta[0]!, plain.beta[0]! * factor)).toBeLessThan(1e-8);
    }
  });

  it("moved far from zero (Days + 1e4: the correlation goes to -1) keeps the population slope", () => {
    // (Days | Subject) is invariant to the origin of Days: only the intercepts are told about another day
    const moved = fitFormula(
      formula,
      withColumn(table, "Days", (day) => day + 1e4),
    );
    expect(moved.convergence.converged).toBe(true);
    expect(Math.abs(moved.logLik - plain.logLik)).toBeLessThan(1e-5);
    expect(relative(moved.beta[1]!, plain.beta[1]!)).toBeLessThan(1e-6);
  });
});

describe("a response of 1e9 plus the data", () => {
  it.each([
    ["sleepstudy.csv", "Reaction", "Reaction ~ Days + (Days | Subject)"],
    ["Penicillin.csv", "diameter", "diameter ~ 1 + (1 | plate) + (1 | sample)"],
    ["Dyestuff.csv", "Yield", "Yield ~ 1 + (1 | Batch)"],
  ])("fits as well as the data alone (%s)", (file, response, formula) => {
    const table = referenceTable(file);
    const plain = fitFormula(formula, table);
    const shifted = fitFormula(
      formula,
      withColumn(table, response, (y) => y + 1e9),
    );
    expect(shifted.convergence.converged).toBe(true);
    // 1e9 + y keeps y to 1e-7 only: that is what may be lost, no more
    expect(Math.abs(shifted.logLik - plain.logLik)).toBeLessThan(1e-6);
    expect(relative(shifted.sigma, plain.sigma)).toBeLessThan(1e-6);
    expect(Math.abs(shifted.beta[0]! - 1e9 - plain.beta[0]!)).toBeLessThan(
      1e-6 * (1 + standardError(plain, 0)),
    );
    plain.modes[0]!.forEach((mode, i) => {
      expect(Math.abs(shifted.modes[0]![i]! - mode)).toBeLessThan(1e-5 * plain.sigma);
    });
  });
});

describe("equal models written differently", () => {
  it("(1 | a:b) is (1 | ab) with ab pasted together", () => {
    const table = referenceTable("Pastes.csv");
    const interaction = fitFormula("strength ~ 1 + (1 | batch) + (1 | batch:cask)", table);
    const pasted = fitFormula("strength ~ 1 + (1 | batch) + (1 | sample)", table);
    expect(relative(interaction.logLik, pasted.logLik)).toBeLessThan(1e-12);
  });

  it("the order of random terms does not matter", () => {
    const table = referenceTable("Penicillin.csv");
    const one = fitFormula("diameter ~ 1 + (1 | plate) + (1 | sample)", table);
    const other = fitFormula("diameter ~ 1 + (1 | sample) + (1 | plate)", table);
    expect(relative(one.logLik, other.logLik)).toBeLessThan(1e-12);
    expect(relative(one.theta[0]!, other.theta[1]!)).toBeLessThan(1e-6);
  });

  it("doubling every row is weight 2 for the fixed effects and their standard errors' ratio", () => {
    const table = referenceTable("sleepstudy.csv");
    const twice = takeRows(
      table,
      Int32Array.from({ length: 360 }, (_, i) => i % 180),
    );
    const two = withColumn(table, "w", () => 2);
    const doubled = fitFormula("Reaction ~ Days", twice, { method: "ML" });
    const weighted = fitFormula("Reaction ~ Days", two, { method: "ML", weights: "w" });
    expect(relative(doubled.beta[1]!, weighted.beta[1]!)).toBeLessThan(1e-12);
  });
});
