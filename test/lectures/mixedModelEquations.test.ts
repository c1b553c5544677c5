// Rows B1 to B5 of the lecture on the mixed model equations (AN S 562A) and A7: six piglets, two dams, known variances.
import { describe, expect, it } from "vitest";
import { buildDesign } from "../../src/design/buildDesign.ts";
import { parseFormula } from "../../src/formula/parseFormula.ts";
import { choleskyTrick, glsRoute, largestDifference } from "../../src/predict/equations/glsRoute.ts";
import { mixedModelEquations } from "../../src/predict/equations/mixedModelEquations.ts";
import { shrinkageTable } from "../../src/predict/equations/shrinkageTable.ts";
import { henderson } from "../cli/memoryTerminal.ts";
import { example, expectPrinted } from "./printed.ts";

const piglets = example("piglets.csv");
const { model } = buildDesign(parseFormula("weight ~ 0 + sex + (1 | dam)"), piglets, { factors: ["dam"] });
const known = { dam: 0.016, residual: 0.08 };
const equations = mixedModelEquations(model, known);
const gls = glsRoute(model, known);

function expectRows(
  matrix: { rows: number; columns: number; values: Float64Array },
  printed: readonly (readonly string[])[],
): void {
  printed.forEach((row, i) => {
    row.forEach((text, j) => {
      expectPrinted(matrix.values[i + j * matrix.rows]!, text, `entry ${i + 1},${j + 1}`);
    });
  });
  expect([matrix.rows, matrix.columns]).toEqual([printed.length, printed[0]!.length]);
}

describe("B1: the mixed model equations of six piglets", () => {
  it("have the printed coefficient matrix and right-hand side", () => {
    expect(equations.labels).toEqual(["sexF", "sexM", "dam474", "dam475"]);
    expect(equations.multiplier).toBe(0.08);
    expectRows(equations.coefficientMatrix, [
      ["1", "0", "1", "0"],
      ["0", "5", "2", "3"],
      ["1", "2", "8", "0"],
      ["0", "3", "0", "8"],
    ]);
    equations.rightHandSide.forEach((value, i) => {
      expect(value).toBeCloseTo([1.72, 7.34, 4.66, 4.4][i]!, 12);
    });
  });

  it("have the printed solution in both precisions", () => {
    ["1.719", "1.468", "0.001", "-0.001"].forEach((text, i) => {
      // the slide cuts 1.71949 to three places and rounds 5e-4 away from zero
      expect(Math.abs(equations.solution[i]! - Number(text))).toBeLessThan(1e-3);
    });
    ["1.7195", "1.4681", "0.0005", "-0.0005"].forEach((text, i) => {
      expectPrinted(equations.solution[i]!, text);
    });
  });
});

describe("B2: shrinkage over the variance ratio", () => {
  const printed = [
    "1e-04&1.7183&1.4683&0.0017&-0.0017&0.25&0.0033",
    "0.05&1.7184&1.4683&0.0016&-0.0016&0.25&0.0033",
    "0.1&1.7184&1.4683&0.0016&-0.0016&0.2501&0.0032",
    "0.3&1.7185&1.4683&0.0015&-0.0015&0.2502&0.003",
    "0.5&1.7186&1.4683&0.0014&-0.0014&0.2503&0.0028",
    "0.75&1.7187&1.4683&0.0013&-0.0013&0.2505&0.0025",
    "1&1.7188&1.4682&0.0012&-0.0012&0.2506&0.0024",
    "5&1.7195&1.4681&5e-04&-5e-04&0.2514&0.0011",
    "10&1.7197&1.4681&3e-04&-3e-04&0.2516&6e-04",
    "20&1.7198&1.468&2e-04&-2e-04&0.2518&4e-04",
  ].map((line) => line.split("&").map(Number));

  it("has every number of the printed table", () => {
    const table = shrinkageTable(
      model,
      printed.map(([lambda]) => lambda!),
      {
        differences: [
          ["sexF", "sexM"],
          ["dam474", "dam475"],
        ],
      },
    );
    expect(table.labels).toEqual(["sexF", "sexM", "dam474", "dam475", "sexF - sexM", "dam474 - dam475"]);
    table.rows.forEach(({ lambda, values }, r) => {
      expect(lambda).toBe(printed[r]![0]);
      values.forEach((value, j) => {
        expect(Math.abs(value - printed[r]![j + 1]!)).toBeLessThanOrEqual(0.5e-4 * (1 + 1e-9));
      });
    });
  });
});

describe("B3: generalized least squares gives the same", () => {
  it("has every printed matrix", () => {
    const near = (i: number, j: number): string => (i === j ? "10.94" : "-1.56");
    expectRows(
      gls.inverseV,
      Array.from({ length: 6 }, (_, i) =>
        Array.from({ length: 6 }, (__, j) => (Math.floor(i / 3) === Math.floor(j / 3) ? near(i, j) : "0")),
      ),
    );
    expectRows(gls.information, [
      ["10.9375", "-3.125"],
      ["-3.125", "42.1875"],
    ]);
    expectRows(gls.covariance, [
      ["0.0934", "0.0069"],
      ["0.0069", "0.0242"],
    ]);
    ["14.22", "56.56"].forEach((text, i) => {
      expectPrinted(gls.rightHandSide[i]!, text);
    });
    expectRows(
      gls.selection,
      [0, 1].map((dam) => Array.from({ length: 6 }, (_, r) => (Math.floor(r / 3) === dam ? "0.12" : "0"))),
    );
    ["1.7195", "1.4681"].forEach((text, i) => {
      expectPrinted(gls.beta[i]!, text);
    });
    ["0.0005", "-0.0005"].forEach((text, i) => {
      expectPrinted(gls.effects[i]!, text);
    });
  });

  it("equals the mixed model equations to rounding (A7)", () => {
    expect(largestDifference(equations.solution, [...gls.beta, ...gls.effects])).toBeLessThan(1e-13);
  });
});

describe("B4: the Cholesky trick", () => {
  it("gives the same effects from independent ones of variance one", () => {
    const trick = choleskyTrick(model, known);
    expect(trick.T.values[0]).toBeCloseTo(Math.sqrt(0.016), 15);
    expect(largestDifference(equations.solution, [...trick.beta, ...trick.effects])).toBeLessThan(1e-13);
  });
});

describe("B5: variances of the solutions", () => {
  it("are the blocks of the inverse: Var(b) = C_XX, PEV = C_ZZ, Var(u-hat) = G - C_ZZ", () => {
    const C = equations.inverse;
    expect(C.values[0]).toBeCloseTo(gls.covariance.values[0]!, 14);
    expect(C.values[1]).toBeCloseTo(gls.covariance.values[1]!, 14);
    expect(C.values[5]).toBeCloseTo(gls.covariance.values[3]!, 14);
    equations.predictions.forEach((effect, i) => {
      expect(effect.pev).toBe(C.values[(2 + i) * 5]);
      // Var(u-hat) = G Z' P Z G with P = V^-1 - V^-1 X (X'V^-1X)^-1 X'V^-1, another way to the same number
      expect(effect.varianceOfPrediction).toBeCloseTo(varianceByProjection(i), 14);
      expect(effect.reliability).toBeCloseTo(1 - effect.pev / 0.016, 14);
      expect(effect.accuracy! ** 2).toBeCloseTo(effect.reliability!, 14);
    });
  });
});

/** g_i' Z'PZ g_i for one dam: sums over the rows of the block of the dam */
function varianceByProjection(dam: number): number {
  const rows = [0, 1, 2].map((r) => 3 * dam + r);
  const X = model.fixed.matrix.values;
  const weighted = (r: number, j: number): number =>
    Array.from({ length: 6 }, (_, s) => gls.inverseV.values[r + 6 * s]! * X[s + 6 * j]!).reduce(
      (a, b) => a + b,
    );
  let total = 0;
  for (const r of rows) {
    for (const s of rows) {
      total += gls.inverseV.values[r + 6 * s]!;
      for (const j of [0, 1]) {
        for (const k of [0, 1]) total -= weighted(r, j) * gls.covariance.values[j + 2 * k]! * weighted(s, k);
      }
    }
  }
  return 0.016 ** 2 * total;
}

describe("the command line", () => {
  const piglets = ["weight ~ 0 + sex + (1 | dam)", "examples/piglets.csv"];
  const variances = ["--components", "dam=0.016,residual=0.08"];
  const json = async (...words: string[]) => {
    const { out, exitCode } = await henderson([...words, "--json"]);
    expect(exitCode).toBe(0);
    return JSON.parse(out);
  };

  it("shows the equations, the way through V and the Cholesky trick (A7, B1, B3, B4, B5)", async () => {
    const page = await json("equations", ...piglets, ...variances);
    const flat = (rows: number[][]): Float64Array =>
      Float64Array.from(rows[0]!.flatMap((_, j) => rows.map((row) => row[j]!)));
    expect(flat(page.equations.coefficientMatrix)).toEqual(equations.coefficientMatrix.values);
    expect(Float64Array.from(page.equations.rightHandSide)).toEqual(equations.rightHandSide);
    expect(Float64Array.from(page.equations.solution)).toEqual(equations.solution);
    expect(flat(page.equations.inverse)).toEqual(equations.inverse.values);
    expect(flat(page.gls.inverseV)).toEqual(gls.inverseV.values);
    expect(flat(page.gls.information)).toEqual(gls.information.values);
    expect(flat(page.gls.covariance)).toEqual(gls.covariance.values);
    expect(Float64Array.from(page.gls.effects)).toEqual(gls.effects);
    expect(page.gls.difference).toBeLessThan(1e-13);
    expect(page.cholesky.difference).toBeLessThan(1e-13);
    expect(page.equations.predictions[0].varianceOfPrediction).toBe(
      equations.predictions[0]!.varianceOfPrediction,
    );
  });

  it("shows the table of shrinkage (B2)", async () => {
    const { shrinkage } = await json("equations", ...piglets, "--lambda", "1e-4,5,20");
    ["1.7195", "1.4681", "0.0005", "-0.0005", "0.2514", "0.0011"].forEach((text, j) => {
      expectPrinted(shrinkage.rows[1].values[j], text, shrinkage.labels[j]);
    });
  });

  it("fits with known variances: BLUE, BLUP, their errors and reliabilities (B1, B5)", async () => {
    const fit = await json("fit", ...piglets, ...variances, "--ranef");
    const rows = [...fit.fixed, ...fit.ranef] as { estimate: number; se: number; reliability?: number }[];
    rows.forEach(({ estimate, se }, i) => {
      expect(estimate).toBeCloseTo(equations.solution[i]!, 13);
      expect(se ** 2).toBeCloseTo(equations.inverse.values[5 * i]!, 13);
    });
    expect(fit.ranef[0].reliability).toBeCloseTo(equations.predictions[0]!.reliability!, 12);
  });
});
