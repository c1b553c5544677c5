import { describe, expect, it } from "vitest";
import type { HendersonError } from "../../../src/base/errors.ts";
import { buildDesign } from "../../../src/design/buildDesign.ts";
import type { Design } from "../../../src/design/design.ts";
import { encodeRows } from "../../../src/design/encodeRows.ts";
import type { DesignOptions } from "../../../src/design/options.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import type { Matrix } from "../../../src/linalg/matrix.ts";
import { errorOf } from "../base/errorOf.ts";
import { kinOf, meetings, meetingsOf } from "./kin.ts";
import { type Cell, tableOf } from "./tables.ts";

const cells: Record<string, readonly Cell[]> = {
  cow: [4, 5, 6, 7, 8, 9],
  dam: [1, 2, 2, 4, 5, 6],
  sex: ["M", "F", "F", "M", "M", "F"],
  hys1: [1, 1, 1, 2, 2, 2],
  hys2: [1, 2, 1, 2, 1, 2],
  x: [1, 2, 4, 8, 16, 32],
  w: [1, 2, 3, 4, 5, 6],
  y1: [4.5, 2.9, 3.9, 3.5, 5, 4],
  y2: [null, 5, 6.8, 6, 7.5, null],
};
const A = kinOf("A", [1, 2, 3, 4, 5, 6, 7, 8, 9]);

function design(
  formula: string,
  changed: Record<string, readonly Cell[]> = {},
  options: DesignOptions = {},
): Design {
  const table = tableOf({ ...cells, ...changed });
  return buildDesign(parseFormula(formula), table, { relationships: { A }, ...options });
}

/** Rows of a matrix as text. */
function rowsOf({ rows, columns, values }: Matrix): string[] {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => values[i + j * rows]).join(" "),
  );
}

const failure = (formula: string, changed: Record<string, readonly Cell[]> = {}): HendersonError =>
  errorOf(() => design(formula, changed));

describe("traits of one formula", () => {
  const both = design("mvbind(y1, y2) ~ 0 + sex + (1 | gr(cow, cov = A))");

  it("are stacked, and a trait has no record where its response is missing", () => {
    const { model, keptRows, dropped } = both;
    expect([...model.response]).toEqual([4.5, 2.9, 3.9, 3.5, 5, 4, 5, 6.8, 6, 7.5]);
    expect(model.traits!.names).toEqual(["y1", "y2"]);
    expect([...model.traits!.trait]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    expect([...model.traits!.unit]).toEqual([0, 1, 2, 3, 4, 5, 1, 2, 3, 4]);
    expect(model.traits!.unitCount).toBe(6);
    expect([...keptRows]).toEqual([0, 1, 2, 3, 4, 5, 1, 2, 3, 4]);
    expect(dropped).toBe(0);
    expect(both.droppedRecords).toEqual([
      { trait: "y1", count: 0 },
      { trait: "y2", count: 2 },
    ]);
    expect(both.responseName).toBe("y1, y2");
    expect(both.notes).toEqual([
      {
        code: "design/records-dropped",
        severity: "info",
        message: "The trait y2 has no record in 2 of 6 rows because of missing values (y2: 2).",
        subject: "y2",
      },
    ]);
  });

  it("have a block of fixed columns each", () => {
    expect(rowsOf(both.model.fixed.matrix)).toEqual([
      "0 1 0 0",
      "1 0 0 0",
      "1 0 0 0",
      "0 1 0 0",
      "0 1 0 0",
      "1 0 0 0",
      "0 0 1 0",
      "0 0 1 0",
      "0 0 0 1",
      "0 0 0 1",
    ]);
    expect([...both.model.traits!.fixedTrait]).toEqual([0, 0, 1, 1]);
    expect(both.coefficients.map(({ trait, name, term, column }) => [trait, name, term, column])).toEqual([
      ["y1", "sexF", 0, 0],
      ["y1", "sexM", 0, 1],
      ["y2", "sexF", 1, 2],
      ["y2", "sexM", 1, 3],
    ]);
    expect(both.fixedTerms.map(({ trait, text, coefficients }) => [trait, text, coefficients])).toEqual([
      ["y1", "sex", [0, 1]],
      ["y2", "sex", [2, 3]],
    ]);
  });

  it("keep X = basis * transform, with the cross-product of the basis", () => {
    const { matrix, basis, transform, crossproduct } = design("mvbind(y1, y2) ~ x + (1 | gr(cow, cov = A))")
      .model.fixed;
    const n = matrix.rows;
    const p = matrix.columns;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < p; j++) {
        let sum = 0;
        for (let k = 0; k < p; k++) sum += basis.values[i + k * n]! * transform.values[k + j * p]!;
        expect(sum).toBeCloseTo(matrix.values[i + j * n]!, 12);
      }
    }
    for (let a = 0; a < p; a++) {
      for (let b = 0; b < p; b++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += basis.values[i + a * n]! * basis.values[i + b * n]!;
        expect(crossproduct.values[a + b * p]).toBeCloseTo(sum, 12);
      }
    }
  });

  it("have their random effects in one term, trait outermost", () => {
    const [cow] = both.model.random;
    expect(cow).toMatchObject({
      component: "cow",
      group: "cow",
      coefficientNames: ["y1:(Intercept)", "y2:(Intercept)"],
      coefficientOrigin: [
        { group: "cow", name: "(Intercept)" },
        { group: "cow", name: "(Intercept)" },
      ],
      covariance: { name: "us", size: 2 },
    });
    expect([...cow!.coefficientTrait!]).toEqual([0, 1]);
    expect(cow!.levels).toBe(A.levels);
    expect(meetingsOf(cow!, 10)).toEqual([
      ...[4, 5, 6, 7, 8, 9].map((id) => `y1:(Intercept)@${id}`),
      ...[5, 6, 7, 8].map((id) => `y2:(Intercept)@${id}`),
    ]);
  });

  it("order coefficients by trait, then tied terms as they appear, then columns", () => {
    const { random } = design(
      "mvbind(y1, y2) ~ 1 + (x |p| gr(cow, cov = A)) + (1 |p| gr(dam, cov = A)) + (1 | hys1)",
    ).model;
    expect(random.map(({ component }) => component)).toEqual(["p", "hys1"]);
    expect(random[0]!.coefficientNames).toEqual(
      ["y1", "y2"].flatMap((trait) => [
        `${trait}:cow:(Intercept)`,
        `${trait}:cow:x`,
        `${trait}:dam:(Intercept)`,
      ]),
    );
    expect(meetingsOf(random[0]!, 10)[7]).toBe("y2:cow:(Intercept)@6 + 4 y2:cow:x@6 + y2:dam:(Intercept)@2");
  });

  it("correlate across traits what || leaves uncorrelated within a trait", () => {
    const { random } = design("mvbind(y1, y2) ~ 1 + (x || gr(cow, cov = A))").model;
    expect(random.map(({ component, coefficientNames }) => [component, coefficientNames])).toEqual([
      ["cow", ["y1:(Intercept)", "y2:(Intercept)"]],
      ["cow.y1:x", ["y1:x", "y2:x"]],
    ]);
  });

  it("take a structure over traits where each has one coefficient, and none over more", () => {
    expect(design("mvbind(y1, y2) ~ 1 + diag(1 | gr(cow, cov = A))").model.random[0]!.covariance.name).toBe(
      "diag",
    );
    expect(failure("mvbind(y1, y2) ~ 1 + cs(x | gr(cow, cov = A))").code).toBe("design/structure-traits");
  });

  it("lose a row when no trait is left, which is counted", () => {
    const { dropped, model, notes } = design("mvbind(y1, y2) ~ 1 + (1 | gr(cow, cov = A))", {
      y1: [null, 2.9, 3.9, 3.5, 5, 4],
    });
    expect(dropped).toBe(1);
    expect(model.traits!.unitCount).toBe(5);
    expect([...model.traits!.unit]).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3]);
    expect(notes.map(({ code }) => code)).toEqual([
      "design/records-dropped",
      "design/records-dropped",
      "design/rows-dropped",
    ]);
  });

  it("have precision weights of their rows", () => {
    const { weights } = design("mvbind(y1, y2) ~ 1 + (1 | gr(cow, cov = A))", {}, { weights: "w" }).model;
    expect([...weights!]).toEqual([1, 2, 3, 4, 5, 6, 2, 3, 4, 5]);
  });

  it("leave an aliased column out of the trait where it is aliased", () => {
    const { coefficients, model, recipe, notes } = design(
      "mvbind(y1, y2) ~ sex + x + (1 | gr(cow, cov = A))",
      {
        y2: [null, 5, 6.8, null, null, 7],
        sex: ["M", "F", "F", "M", "M", "M"],
        x: [1, 2, 2, 3, 4, 5],
      },
    );
    expect(coefficients.map(({ trait, name, column }) => [trait, name, column])).toEqual([
      ["y1", "(Intercept)", 0],
      ["y1", "sexM", 1],
      ["y1", "x", 2],
      ["y2", "(Intercept)", 3],
      ["y2", "sexM", 4],
      ["y2", "x", -1],
    ]);
    expect(model.fixed.names.length).toBe(5);
    expect(recipe.kept).toEqual([0, 1, 2, 3, 4]);
    expect(notes.find(({ code }) => code === "design/aliased")!.message).toContain(
      "of y2 cannot be estimated",
    );
  });

  it("with a factor that is constant in one of them are refused by name", () => {
    expect(failure("mvbind(y1, y2) ~ sex", { y2: [null, 5, 6.8, null, null, 7] })).toMatchObject({
      code: "design/one-level",
      message: "the factor sex has only the level 'F' in the records of the trait y2",
      hint: "write a formula for each trait, with ; between them, and leave sex out of that of y2",
    });
  });

  it("without any record are refused by name", () => {
    expect(failure("mvbind(y1, y2) ~ 1", { y2: [null, null, null, null, null, null] })).toMatchObject({
      code: "design/no-records",
      message: "the trait y2 has no record: every row has a missing value, y2 in 6 of 6",
    });
  });
});

describe("traits with formulas of their own", () => {
  const formula =
    "y1 ~ 0 + factor(hys1) + (1 |a| gr(cow, cov = A)); y2 ~ factor(hys2) + x + (1 |a| gr(cow, cov = A)) + (1 | hys1)";
  const own = design(formula);

  it("have their own fixed columns and missing values", () => {
    expect(own.coefficients.map(({ trait, name }) => `${trait} ${name}`)).toEqual([
      "y1 factor(hys1)1",
      "y1 factor(hys1)2",
      "y2 (Intercept)",
      "y2 factor(hys2)2",
      "y2 x",
    ]);
    const missingX = design(formula, { x: [1, null, 4, 8, 16, 32] }, { held: ["residual"] }).model;
    expect([...missingX.traits!.unit]).toEqual([0, 1, 2, 3, 4, 5, 2, 3, 4]);
  });

  it("share the terms tied by an id; others belong to one trait", () => {
    const [a, hys] = own.model.random;
    expect(a).toMatchObject({
      component: "a",
      group: "a",
      coefficientNames: ["y1:(Intercept)", "y2:(Intercept)"],
    });
    expect(hys).toMatchObject({ component: "hys1", coefficientNames: ["y2:(Intercept)"] });
    expect([...hys!.coefficientTrait!]).toEqual([1]);
    expect(meetingsOf(hys!, 10)).toEqual([
      ...["", "", "", "", "", ""],
      ...[1, 1, 2, 2].map((level) => `y2:(Intercept)@${level}`),
    ]);
  });

  it("with the same untied term have two components", () => {
    const { random } = design("y1 ~ 1 + (1 | hys1); y2 ~ 1 + (1 | hys1)").model;
    expect(random.map(({ component }) => component)).toEqual(["hys1", "hys1.y2:(Intercept)"]);
  });

  it("find options for factors in whichever trait has them", () => {
    const { coefficients } = design("y1 ~ 1; y2 ~ sex", {}, { reference: { sex: "M" } });
    expect(coefficients.map(({ name }) => name)).toEqual(["(Intercept)", "(Intercept)", "sexF"]);
  });

  it("with two formulas for one trait are refused", () => {
    expect(failure("y1 ~ 1; y1 ~ x").code).toBe("design/repeated-trait");
  });

  it("encode new rows by the recipe, all rows of a trait before the next", () => {
    const recipe = JSON.parse(JSON.stringify(own.recipe));
    const rows = encodeRows(recipe, tableOf({ hys1: [2, 1], hys2: [2, 1], x: [3, null], cow: [1, 9] }));
    expect(rows.rowCount).toBe(4);
    expect(rows.traits).toEqual(["y1", "y2"]);
    expect(rowsOf(rows.fixed)).toEqual(["0 1 0 0 0", "1 0 0 0 0", "0 0 1 1 3", "0 0 NaN NaN NaN"]);
    expect([...rows.missing]).toEqual([0, 0, 0, 1]);
    const [a] = own.model.random;
    expect(meetings(rows.random[0]!, a!.coefficientNames, a!.levels, 4)).toEqual([
      "y1:(Intercept)@1",
      "y1:(Intercept)@9",
      "y2:(Intercept)@1",
      "y2:(Intercept)@9",
    ]);
  });
});
