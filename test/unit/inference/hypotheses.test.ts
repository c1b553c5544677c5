// What the hypotheses of a table must not depend on, and what they must agree with.
import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import type { FitOptions } from "../../../src/fit/options.ts";
import { type AnovaRow, anovaTable } from "../../../src/inference/anova.ts";
import { coefficientTable } from "../../../src/inference/coefficients.ts";
import { satterthwaiteDegreesOfFreedom, varianceInformation } from "../../../src/inference/satterthwaite.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { tableNamed } from "./reference.ts";

const cells = tableNamed("inferenceCells");
const typeIII = (formula: string, options: FitOptions = {}, data = cells): readonly AnovaRow[] =>
  anovaTable(fitFormula(formula, data, options), { type: "III" }).rows;

function expectSameTests(actual: readonly AnovaRow[], expected: readonly AnovaRow[], relative = 1e-7): void {
  expect(actual.map(({ term, numDF }) => [term, numDF])).toEqual(
    expected.map(({ term, numDF }) => [term, numDF]),
  );
  for (const [i, row] of expected.entries()) {
    expect(Math.abs(actual[i]!.F! / row.F! - 1), row.term).toBeLessThan(relative);
    if (row.denDF !== null) expect(Math.abs(actual[i]!.denDF! / row.denDF - 1), row.term).toBeLessThan(1e-5);
  }
}

describe("type III", () => {
  const plain = typeIII("y ~ a * b + x + a:x + (1 | g)");

  it("does not depend on the contrasts of the factors", () => {
    for (const contrasts of [{ a: "sum" }, { a: "helmert", b: "poly" }, { b: "sum" }] as const) {
      expectSameTests(typeIII("y ~ a * b + x + a:x + (1 | g)", { contrasts }), plain);
    }
  });

  it("has the same F with another reference level or another order of terms", () => {
    const moved = typeIII("y ~ a * b + x + a:x + (1 | g)", { reference: { a: "a3", b: "b2" } });
    const reordered = typeIII("y ~ x + b + a + b:a + x:a + (1 | g)");
    for (const row of plain) {
      const parts = row.term.split(":").sort().join(":");
      const there = reordered.find(({ term }) => term.split(":").sort().join(":") === parts)!;
      expect(Math.abs(there.F! / row.F! - 1), row.term).toBeLessThan(1e-7);
    }
    for (const [i, row] of plain.entries()) expect(Math.abs(moved[i]!.F! / row.F! - 1)).toBeLessThan(1e-7);
  });

  it("does not depend on the unit of a covariate where its interaction is not in the way", () => {
    const scaled = typeIII("y ~ a * b + I(1e6 * x) + (1 | g)");
    const unit = typeIII("y ~ a * b + x + (1 | g)");
    for (const [i, row] of unit.entries()) expect(Math.abs(scaled[i]!.F! / row.F! - 1)).toBeLessThan(1e-7);
  });

  it("of a in a + a:b is that in a * b: equal means over the levels of b (SAS)", () => {
    const nested = typeIII("y ~ a + a:b")[0]!;
    const crossed = typeIII("y ~ a * b")[0]!;
    expect(nested.numDF).toBe(2);
    expect(Math.abs(nested.F! / crossed.F! - 1)).toBeLessThan(1e-10);
  });

  it("of a in 0 + a + b asks for equal levels, of a in 0 + a for zero means", () => {
    const additive = typeIII("y ~ a + b");
    expectSameTests(typeIII("y ~ 0 + a + b"), additive, 1e-9);
    expect(typeIII("y ~ 0 + a")[0]!.numDF).toBe(3);
  });

  it("counts a logical column as a factor of two levels", () => {
    const y = Array.from({ length: 24 }, (_, i) => Math.sin(i * 1.7) + (i % 3));
    const flag = y.map((_, i) => i % 5 < 2);
    const group = y.map((_, i) => ["p", "q", "r"][(i * 7) % 3]!);
    const asLogical = typeIII("y ~ flag * group", {}, toTable({ y, flag, group }));
    const asText = typeIII(
      "y ~ flag * group",
      {},
      toTable({ y, flag: flag.map((x) => (x ? "yes" : "no")), group }),
    );
    expectSameTests(asLogical, asText, 1e-9);
  });

  it("agrees with types I and II in balanced data", () => {
    const balanced = fitFormula("angle ~ recipe * factor(temp) + (1 | recipe:replicate)", tableNamed("cake"));
    const three = anovaTable(balanced, { type: "III" }).rows;
    expectSameTests(anovaTable(balanced, { type: "I" }).rows, three);
    expectSameTests(anovaTable(balanced, { type: "II" }).rows, three);
  });
});

describe("missing cells", () => {
  it("leave the degrees of freedom that the data have, and a note", () => {
    const table = anovaTable(fitFormula("y ~ a * b", cells, { subset: "!(a == 'a2' & b == 'b3')" }), {
      type: "III",
    });
    expect(table.rows.map(({ numDF }) => numDF)).toEqual([2, 3, 5]);
  });

  it("that leave no comparison of a factor make it untestable, not wrong", () => {
    // a is told apart from b nowhere: a1 with b1 and b2, a2 with b3 and b4
    const a = ["1", "1", "1", "1", "2", "2", "2", "2"];
    const b = ["1", "1", "2", "2", "3", "3", "4", "4"];
    const y = [1, 2, 4, 3, 7, 5, 6, 9];
    const table = anovaTable(fitFormula("y ~ a + b", toTable({ a, b, y }, { text: ["a", "b"] })), {
      type: "III",
    });
    const [first, second] = table.rows;
    expect(first).toMatchObject({ term: "a", numDF: 0, F: null, p: null });
    expect(second!.numDF).toBe(2);
    expect(table.notes.map(({ subject }) => subject)).toContain("a");
  });
});

describe("satterthwaite", () => {
  it("is n - p when only sigma is estimated", () => {
    const information = varianceInformation({
      hessian: { rows: 0, columns: 0, values: new Float64Array(0) },
      residualGradient: new Float64Array(0),
      covarianceDerivatives: [],
      unscaledCovariance: { rows: 1, columns: 1, values: Float64Array.of(0.3) },
      sigma: 2.5,
      divisor: 17,
    });
    expect(satterthwaiteDegreesOfFreedom(Float64Array.of(1), information)).toBeCloseTo(17, 12);
  });

  it("does not change with the unit of the response", () => {
    const inGrams = fitFormula("I(1000 * y) ~ a * b + (1 | g)", cells);
    const inKilograms = fitFormula("y ~ a * b + (1 | g)", cells);
    expectSameTests(anovaTable(inGrams).rows, anovaTable(inKilograms).rows, 1e-6);
  });

  it("is n - p where the groups have no variance of their own", () => {
    const flat = fitFormula("Yield ~ 1 + (1 | Batch)", tableNamed("Dyestuff2"));
    expect(flat.theta[0]).toBe(0);
    expect(coefficientTable(flat).rows[0]!.df).toBeCloseTo(29, 8);
  });
});
