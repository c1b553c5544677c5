import { describe, expect, it } from "vitest";
import type { HendersonError } from "../../../src/base/errors.ts";
import { buildDesign } from "../../../src/design/buildDesign.ts";
import type { Design } from "../../../src/design/design.ts";
import { encodeRows } from "../../../src/design/encodeRows.ts";
import type { DesignOptions } from "../../../src/design/options.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import { errorOf, pointedAt } from "../base/errorOf.ts";
import { kinOf, meetings, meetingsOf } from "./kin.ts";
import { type Cell, tableOf } from "./tables.ts";

const cells: Record<string, readonly Cell[]> = {
  calf: [5, 6, 7, 8, 9, 10],
  dam: [2, 2, 6, 5, 6, 2],
  sire: ["a", "a", "b", "b", "c", "c"],
  x: [1, 2, 4, 8, 16, 32],
  pen: ["p", "q", "p", "q", "p", "q"],
  mate1: [6, 5, 8, 7, 10, 9],
  mate2: [7, 7, 9, null, null, 5],
  y: [35, 20, 25, 40, 42, 22],
};
const A = kinOf("A", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

function design(
  formula: string,
  changed: Record<string, readonly Cell[]> = {},
  options: DesignOptions = {},
): Design {
  return buildDesign(parseFormula(formula), tableOf({ ...cells, ...changed }), {
    relationships: { A },
    ...options,
  });
}

function failure(
  formula: string,
  changed: Record<string, readonly Cell[]> = {},
  options: DesignOptions = {},
): HendersonError & { pointed: string } {
  const error = errorOf(() => design(formula, changed, options));
  return Object.assign(error, { pointed: pointedAt(error) });
}

describe("a term with a known relationship", () => {
  it("has all levels of the relationship in its order, matched by text", () => {
    const [term] = design("y ~ 1 + (1 | gr(calf, cov = A))").model.random;
    expect(term).toMatchObject({ component: "calf", group: "calf", coefficientNames: ["(Intercept)"] });
    expect(term!.relationship).toBe(A);
    expect(term!.levels).toBe(A.levels);
    expect([...term!.codes]).toEqual([4, 5, 6, 7, 8, 9]);
    expect(term!.basis).toEqual([null]);
    expect(term!.incidence).toBeUndefined();
  });

  it("follows the order of the relationship whatever the order of the data", () => {
    const shuffled = kinOf("A", [10, "c", 9, "b", 8, "a", 7, 6, 5, 2]);
    const options = { relationships: { A: shuffled } };
    const [calf] = design("y ~ 1 + (1 | gr(calf, cov = A))", {}, options).model.random;
    expect(meetingsOf(calf!, 6)).toEqual([5, 6, 7, 8, 9, 10].map((id) => `(Intercept)@${id}`));
    const [sire] = design("y ~ 1 + (1 | gr(sire, cov = A))", {}, options).model.random;
    expect([...sire!.codes]).toEqual([5, 5, 3, 3, 1, 1]);
  });

  it("has slopes and structures like any other", () => {
    const { random } = design("y ~ 1 + (x | gr(dam, cov = A)) + diag(0 + pen | gr(calf, cov = A))").model;
    expect(random[0]!.coefficientNames).toEqual(["(Intercept)", "x"]);
    expect([...random[0]!.basis[1]!]).toEqual([1, 2, 4, 8, 16, 32]);
    expect(random[1]).toMatchObject({ coefficientNames: ["penp", "penq"], covariance: { name: "diag" } });
  });

  it("has Legendre coefficients for a random regression", () => {
    const [term] = design("y ~ 1 + (0 + legendre(x, 2, from = 0, to = 32) | gr(dam, cov = A))").model.random;
    expect(term!.coefficientNames).toEqual([0, 1, 2].map((j) => `legendre(x, 2, from = 0, to = 32)${j}`));
    const t = (2 * 8) / 32 - 1;
    expect(term!.basis.map((column) => column![3])).toEqual([
      Math.sqrt(1 / 2),
      expect.closeTo(Math.sqrt(3 / 2) * t, 15),
      expect.closeTo(Math.sqrt(5 / 2) * (1.5 * t * t - 0.5), 15),
    ]);
  });

  it("is set apart from an ordinary term on the same column by its name", () => {
    const names = (formula: string): string[] => design(formula).model.random.map((term) => term.component);
    expect(names("y ~ 1 + (1 | gr(dam, cov = A)) + (1 | dam)")).toEqual(["dam.A", "dam"]);
    expect(names("y ~ 1 + (1 | dam) + (1 | gr(dam, cov = A))")).toEqual(["dam", "dam.A"]);
    expect(names("y ~ 1 + (1 | gr(dam, cov = A)) + (0 + x | gr(dam, cov = A))")).toEqual(["dam", "dam.x"]);
    expect(names("y ~ 1 + (x || gr(dam, cov = A)) + (1 | dam)")).toEqual(["dam.A", "dam.A.x", "dam"]);
  });

  it("is set apart from one with another relationship on the same column", () => {
    const D = kinOf("D", A.levels);
    const { random } = design(
      "y ~ 1 + (1 | gr(calf, cov = A)) + (1 | gr(calf, cov = D))",
      {},
      {
        relationships: { A, D },
      },
    ).model;
    expect(random.map((term) => term.component)).toEqual(["calf.A", "calf.D"]);
    expect(random.map((term) => term.group)).toEqual(["calf", "calf"]);
  });

  it("never takes the name of the residual", () => {
    const { random } = design("y ~ 1 + (1 | residual)", { residual: ["a", "a", "b", "b", "c", "c"] }).model;
    expect(random[0]!.component).toBe("residual.(Intercept)");
  });

  it("keeps the ordinary levels of an ordinary term beside it", () => {
    const { random } = design("y ~ 1 + (1 | gr(dam, cov = A)) + (1 | dam)").model;
    expect(random[1]!.levels).toEqual(["2", "5", "6"]);
    expect(random[1]!.relationship).toBeUndefined();
  });

  it("may have one record a level, and levels of one column of one value", () => {
    expect(design("y ~ 1 + (1 | gr(calf, cov = A))").model.random.length).toBe(1);
    expect(design("y ~ 1 + (1 | gr(dam, cov = A))", { dam: [2, 2, 2, 2, 2, 2] }).model.random.length).toBe(1);
  });

  it("drops and counts records whose id is missing", () => {
    const { model, dropped, keptRows, notes } = design("y ~ 1 + (1 | gr(dam, cov = A))", {
      dam: [2, null, 6, 5, null, 2],
    });
    expect(dropped).toBe(2);
    expect([...keptRows]).toEqual([0, 2, 3, 5]);
    expect([...model.random[0]!.codes]).toEqual([1, 5, 4, 1]);
    expect(notes[0]!.message).toContain("dam: 2");
  });

  it("refuses ids that the relationship does not have, naming ten and the count", () => {
    expect(failure("y ~ 1 + (1 | gr(calf, cov = A))", { calf: [5, 6, 7, 8, 9, 99] })).toMatchObject({
      code: "design/unknown-ids",
      message: "the id '99' of calf is not in the relationship A",
      pointed: "gr(calf, cov = A)",
    });
    const many = Array.from({ length: 12 }, (_, i) => 100 + i);
    const wide = {
      ...Object.fromEntries(Object.entries(cells).map(([name, column]) => [name, [...column, ...column]])),
      calf: many,
    };
    expect(failure("y ~ 1 + (1 | gr(calf, cov = A))", wide).message).toBe(
      "12 ids of calf are not in the relationship A: '100', '101', '102', '103', '104', '105', '106', '107', '108', '109', ...",
    );
  });

  it("says what to do about a zero that stands for unknown", () => {
    const { hint } = failure("y ~ 1 + (1 | gr(dam, cov = A))", { dam: [2, 0, 6, 5, 0, 2] });
    expect(hint).toBe(
      "if '0' means unknown, declare it missing (--na 0) or leave the cell empty: the row is then left out",
    );
  });

  it("says how to read ids that are the same number but not the same text", () => {
    const padded = kinOf("A", ["0002", "0005", "0006"]);
    expect(failure("y ~ 1 + (1 | gr(dam, cov = A))", {}, { relationships: { A: padded } }).hint).toBe(
      "ids are compared as text, and the relationship has '0002': read the column as text (--text dam)",
    );
  });

  it("names the nearest relationship, or how to define one", () => {
    const unknown = failure("y ~ 1 + (1 | gr(dam, cov = Am))");
    expect(unknown).toMatchObject({
      code: "design/unknown-relationship",
      message: "no relationship is named 'Am'",
      hint: "did you mean 'A'?",
    });
    expect(failure("y ~ 1 + (1 | gr(dam, cov = G))", {}, { relationships: {} }).hint).toBe(
      "define it, as in --relationship G=pedigree:pedigree.csv",
    );
  });
});

describe("tied terms", () => {
  it("are one term whose coefficients meet levels of their own columns", () => {
    const { random } = design(
      "y ~ 1 + (1 |p| gr(calf, cov = A)) + (1 | pen) + (1 |p| gr(dam, cov = A)) + (1 | dam)",
    ).model;
    expect(random.map((term) => term.component)).toEqual(["p", "pen", "dam"]);
    const [p] = random;
    expect(p).toMatchObject({
      group: "p",
      coefficientNames: ["calf:(Intercept)", "dam:(Intercept)"],
      coefficientOrigin: [
        { group: "calf", name: "(Intercept)" },
        { group: "dam", name: "(Intercept)" },
      ],
      covariance: { name: "us", size: 2 },
    });
    expect(p!.relationship).toBe(A);
    expect(p!.codes.length).toBe(0);
    expect(p!.basis).toEqual([null, null]);
    expect(meetingsOf(p!, 6)).toEqual(
      [
        [5, 2],
        [6, 2],
        [7, 6],
        [8, 5],
        [9, 6],
        [10, 2],
      ].map(([calf, dam]) => `calf:(Intercept)@${calf} + dam:(Intercept)@${dam}`),
    );
  });

  it("have slopes, and direct effects tied to those of mates", () => {
    const [p] = design("y ~ 1 + (x |p| gr(calf, cov = A)) + (1 |p| mm(mate1, mate2, cov = A))").model.random;
    expect(p!.coefficientNames).toEqual(["calf:(Intercept)", "calf:x", "mate1+mate2:(Intercept)"]);
    expect(meetingsOf(p!, 6)[2]).toBe(
      "calf:(Intercept)@7 + 4 calf:x@7 + mate1+mate2:(Intercept)@8 + mate1+mate2:(Intercept)@9",
    );
  });

  it("without a relationship share the union of their levels", () => {
    const [p] = design("y ~ 1 + (1 |p| calf) + (1 |p| dam)").model.random;
    expect(p!.levels).toEqual(["2", "5", "6", "7", "8", "9", "10"]);
    expect(meetingsOf(p!, 6)[0]).toBe("calf:(Intercept)@5 + dam:(Intercept)@2");
  });

  it("on one column are codes and a basis, as any term", () => {
    const [p] = design("y ~ 1 + (1 |p| dam) + (0 + x |p| dam)").model.random;
    expect(p!.coefficientNames).toEqual(["dam:(Intercept)", "dam:x"]);
    expect(p!.incidence).toBeUndefined();
    expect([...p!.codes]).toEqual([0, 0, 2, 1, 2, 0]);
  });

  it("with different relationships or structures are refused", () => {
    const B = kinOf("B", A.levels);
    const two = { relationships: { A, B } };
    expect(failure("y ~ 1 + (1 |p| gr(calf, cov = A)) + (1 |p| gr(dam, cov = B))", {}, two)).toMatchObject({
      code: "design/tied",
      pointed: "(1 |p| gr(dam, cov = B))",
    });
    expect(failure("y ~ 1 + (1 |p| gr(calf, cov = A)) + (1 |p| dam)").hint).toContain("gr(column, cov = A)");
    expect(failure("y ~ 1 + (1 |p| gr(calf, cov = A)) + diag(1 |p| gr(dam, cov = A))").code).toBe(
      "design/tied",
    );
  });
});

describe("several levels a row", () => {
  it("have weight 1 each; missing members contribute nothing and drop no row", () => {
    const { model, dropped } = design("y ~ 1 + (1 | mm(mate1, mate2, cov = A))");
    const [term] = model.random;
    expect(dropped).toBe(0);
    expect(term).toMatchObject({
      component: "mate1+mate2",
      group: "mate1+mate2",
      coefficientNames: ["(Intercept)"],
    });
    expect(term!.levels).toBe(A.levels);
    expect(meetingsOf(term!, 6)).toEqual([
      "(Intercept)@6 + (Intercept)@7",
      "(Intercept)@5 + (Intercept)@7",
      "(Intercept)@8 + (Intercept)@9",
      "(Intercept)@7",
      "(Intercept)@10",
      "(Intercept)@9 + (Intercept)@5",
    ]);
  });

  it("average over the members that are there with scale = TRUE", () => {
    const [term] = design("y ~ 1 + (0 + x | mm(mate1, mate2, scale = TRUE))").model.random;
    expect(meetingsOf(term!, 6).slice(2, 4)).toEqual(["2 x@8 + 2 x@9", "8 x@7"]);
  });

  it("have the union of the columns' levels in order without a relationship", () => {
    expect(design("y ~ 1 + (1 | mm(mate1, mate2))").model.random[0]!.levels).toEqual([
      "5",
      "6",
      "7",
      "8",
      "9",
      "10",
    ]);
    const text = { mate1: ["b", "a", "d", "a", "c", "d"], mate2: ["c", "e", null, "b", "d", "a"] };
    expect(design("y ~ 1 + (1 | mm(mate1, mate2))", text).model.random[0]!.levels).toEqual([
      "a",
      "b",
      "c",
      "d",
      "e",
    ]);
  });

  it("still drop a row whose member is missing where the column is used elsewhere too", () => {
    expect(design("y ~ mate2 + (1 | mm(mate1, mate2))").dropped).toBe(2);
  });
});

describe("known variances", () => {
  it("let an effect of each row and as many coefficients as rows be", () => {
    expect(failure("y ~ 1 + (1 | calf)").code).toBe("design/groups-of-one");
    expect(design("y ~ 1 + (1 | calf)", {}, { held: ["residual"] }).model.random.length).toBe(1);
    expect(design("y ~ 1 + (1 | calf)", {}, { held: ["calf"] }).model.random.length).toBe(1);
    expect(failure("y ~ factor(calf) + (1 | pen)").code).toBe("design/too-many-coefficients");
    expect(design("y ~ factor(calf) + (1 | pen)", {}, { held: ["residual"] }).model.fixed.names.length).toBe(
      6,
    );
  });
});

describe("new rows under a recipe with relationships", () => {
  it("know every level of the relationship and count others", () => {
    const { recipe, model } = design(
      "y ~ 1 + (1 |p| gr(calf, cov = A)) + (1 |p| gr(dam, cov = A)) + (1 | mm(mate1, mate2, scale = TRUE)) + (x | gr(dam, cov = A))",
    );
    const table = tableOf({ calf: [1, 77], dam: [3, 77], mate1: [6, null], mate2: [10, 7], x: [3, 4] });
    const { random } = encodeRows(JSON.parse(JSON.stringify(recipe)), table);
    const said = random.map((term, t) =>
      meetings(term, model.random[t]!.coefficientNames, model.random[t]!.levels, 2),
    );
    expect(said).toEqual([
      ["calf:(Intercept)@1 + dam:(Intercept)@3", ""],
      ["0.5 (Intercept)@6 + 0.5 (Intercept)@10", "(Intercept)@7"],
      ["(Intercept)@3 + 3 x@3", ""],
    ]);
    expect(random.map(({ unknownLevels }) => [...unknownLevels])).toEqual([[["77", 2]], [], [["77", 1]]]);
  });

  it("give the training rows the incidence of the model", () => {
    const { recipe, model } = design(
      "y ~ 1 + (x |p| gr(calf, cov = A)) + (1 |p| mm(mate1, mate2, cov = A)) + (x || gr(dam, cov = A))",
    );
    const { random } = encodeRows(recipe, tableOf(cells));
    random.forEach((term, t) => {
      const trained = model.random[t]!;
      expect(meetings(term, trained.coefficientNames, trained.levels, 6)).toEqual(meetingsOf(trained, 6));
    });
  });
});

describe("terms with factors", () => {
  it("have a rank, and one coefficient for each level of a factor that stands alone", () => {
    const fa = design("y ~ 1 + fa(pen, 1 | gr(dam, cov = A))").model.random[0]!;
    expect(fa).toMatchObject({
      coefficientNames: ["penp", "penq"],
      covariance: { name: "fa", size: 2, rank: 1 },
    });
    const rr = design("y ~ 1 + rr(0 + pen | gr(dam, cov = A), 2)").model.random[0]!;
    expect(rr).toMatchObject({
      coefficientNames: ["penp", "penq"],
      covariance: { name: "rr", size: 2, rank: 2 },
    });
    expect(design("y ~ 1 + rr(x, 1 | gr(dam, cov = A))").model.random[0]!.coefficientNames).toEqual([
      "(Intercept)",
      "x",
    ]);
  });

  it("say where their number is wrong", () => {
    expect(failure("y ~ 1 + fa(0 + pen | gr(dam, cov = A))")).toMatchObject({
      code: "design/structure",
      hint: "write fa(0 + env, 2 | g)",
    });
    expect(failure("y ~ 1 + fa(0 + pen, 1.5 | gr(dam, cov = A))").pointed).toBe("1.5");
    expect(failure("y ~ 1 + fa(0 + pen, 3 | gr(dam, cov = A))")).toMatchObject({
      code: "design/structure",
      message: "fa(0 + pen, 3 | gr(dam, cov = A)) has 3 factors for 2 coefficients",
    });
    expect(failure("y ~ 1 + ar1(0 + pen, 2 | gr(dam, cov = A))").message).toBe(
      "ar1() takes no further arguments",
    );
  });

  it("with more parameters than a covariance has are noted", () => {
    const codes = (formula: string): string[] => design(formula).notes.map(({ code }) => code);
    expect(codes("y ~ 1 + fa(0 + pen, 1 | gr(dam, cov = A))")).toEqual(["design/many-factors"]);
    expect(codes("y ~ 1 + fa(0 + sire, 1 | gr(dam, cov = A))")).toEqual([]);
  });
});
