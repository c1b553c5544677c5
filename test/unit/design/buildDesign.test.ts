import { describe, expect, it } from "vitest";
import { buildDesign } from "../../../src/design/buildDesign.ts";
import type { Design } from "../../../src/design/design.ts";
import type { DesignOptions } from "../../../src/design/options.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import type { Table } from "../../../src/table/table.ts";
import { errorOf, pointedAt } from "../base/errorOf.ts";
import { type Cell, numbers, tableOf } from "./tables.ts";

const cells: Record<string, Cell[]> = {
  y: [1.5, 2, 3.25, 4, 5.5, 6, 7.25, 9, 1, 4, 2, 8],
  x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  f: ["b", "a", "c", "b", "a", "c", "b", "a", "c", "b", "a", "c"],
  g: [10, 10, 10, 9, 9, 9, 2, 2, 2, 30, 30, 30],
  z: [true, false, true, true, false, false, true, false, true, true, false, false],
  w: [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2],
  id: Array.from({ length: 12 }, (_, i) => `r${i}`),
  one: Array.from({ length: 12 }, () => "only"),
};
const small = tableOf(cells);

function withCells(changes: Record<string, Cell[]>): Table {
  return tableOf({ ...cells, ...changes });
}

function replaced(name: string, at: number, value: Cell): Table {
  return withCells({ [name]: cells[name]!.map((cell, i) => (i === at ? value : cell)) });
}

function design(formula: string, options: DesignOptions = {}, table: Table = small): Design {
  return buildDesign(parseFormula(formula), table, options);
}

function failure(
  formula: string,
  options: DesignOptions = {},
  table: Table = small,
): Record<string, unknown> {
  const error = errorOf(() => design(formula, options, table));
  const { code, message, hint, span } = error;
  return { code, message, hint, pointed: span === undefined ? null : pointedAt(error) };
}

describe("random terms", () => {
  it("have levels in numeric order and share the codes of one grouping", () => {
    const { model, recipe } = design("y ~ x + (x | g) + (1 | g)");
    expect(model.fixed.names).toEqual(["(Intercept)", "x"]);
    expect(model.random.map((term) => term.component)).toEqual(["g", "g.(Intercept)"]);
    expect(model.random[0]!.levels).toEqual(["2", "9", "10", "30"]);
    expect(model.random[0]!.codes).toBe(model.random[1]!.codes);
    expect(Array.from(model.random[0]!.codes)).toEqual([2, 2, 2, 1, 1, 1, 0, 0, 0, 3, 3, 3]);
    expect(model.random[0]!.coefficientNames).toEqual(["(Intercept)", "x"]);
    expect(model.random[0]!.basis[0]).toBeNull();
    expect(Array.from(model.random[0]!.basis[1]!)).toEqual(Array.from(numbers(small, "x")));
    expect(JSON.parse(JSON.stringify(recipe))).toEqual(recipe);
  });

  it("of interactions are sorted by the first variable, then the second, and only occurring levels exist", () => {
    const { model } = design("y ~ 1 + (1 | g:z)");
    expect(model.random[0]!.group).toBe("g:z");
    expect(model.random[0]!.levels).toEqual([
      "2:FALSE",
      "2:TRUE",
      "9:FALSE",
      "9:TRUE",
      "10:FALSE",
      "10:TRUE",
      "30:FALSE",
      "30:TRUE",
    ]);
    const nested = design("y ~ 1 + (1 | f/z)");
    expect(nested.model.random.map((term) => term.component)).toEqual(["f", "f:z"]);
    expect(nested.model.random[1]!.levels).toEqual(["a:FALSE", "b:TRUE", "c:FALSE", "c:TRUE"]);
  });

  it("split by || into one component a coefficient, factors too", () => {
    const { model } = design("y ~ x + (x + f || g)");
    expect(model.random.map((term) => term.component)).toEqual(["g", "g.x", "g.fb", "g.fc"]);
    expect(model.random.map((term) => term.coefficientNames)).toEqual([
      ["(Intercept)"],
      ["x"],
      ["fb"],
      ["fc"],
    ]);
    expect(model.random.every((term) => term.covariance.size === 1)).toBe(true);
  });

  it("code factors left of the bar by marginality within the bar", () => {
    expect(design("y ~ 1 + (f | g)").model.random[0]!.coefficientNames).toEqual(["(Intercept)", "fb", "fc"]);
    expect(design("y ~ 1 + (0 + f | g)").model.random[0]!.coefficientNames).toEqual(["fa", "fb", "fc"]);
    expect(design("y ~ 1 + (0 + x:f | g)").model.random[0]!.coefficientNames).toEqual([
      "x:fa",
      "x:fb",
      "x:fc",
    ]);
  });

  it("with a structure have that structure", () => {
    const { model } = design("y ~ 1 + ar1(0 + f | g) + cs(1 + x | z)");
    expect(model.random.map((term) => [term.covariance.name, term.covariance.size])).toEqual([
      ["ar1", 3],
      ["cs", 2],
    ]);
  });

  it("with one level are refused", () => {
    expect(failure("y ~ x + (1 | one)")).toMatchObject({
      code: "design/one-group",
      message: "one has only the level 'only' in the rows used",
      pointed: "one",
    });
  });

  it("with one row a level are refused where an intercept is among their effects", () => {
    expect(failure("y ~ x + (1 | id)")).toMatchObject({ code: "design/groups-of-one", pointed: "(1 | id)" });
    expect(failure("y ~ x + (0 + f | id)")).toMatchObject({ code: "design/groups-of-one" });
    expect(design("y ~ 1 + (0 + x | id)").model.random[0]!.levels.length).toBe(12);
    expect(
      failure("y ~ x + (1 | id)", { weights: "w" }, withCells({ w: cells.w!.map(() => 2) })),
    ).toMatchObject({
      code: "design/groups-of-one",
    });
    expect(design("y ~ x + (1 | id)", { weights: "w" }).model.random[0]!.levels.length).toBe(12);
  });

  it("and responses that cannot be fitted yet say so", () => {
    expect(failure("cbind(y, x) ~ 1")).toMatchObject({ code: "design/not-yet", pointed: "cbind(y, x)" });
  });
});

describe("rows", () => {
  it("with a missing value in a column of the formula are left out and counted, others do not matter", () => {
    const table = withCells({
      y: cells.y!.map((value, i) => (i === 2 ? null : value)),
      x: cells.x!.map((value, i) => (i === 2 || i === 5 ? null : value)),
      f: cells.f!.map((value, i) => (i === 7 ? null : value)),
      w: cells.w!.map(() => null),
    });
    const result = design("y ~ x + f + (1 | g)", {}, table);
    expect(result.dropped).toBe(3);
    expect(Array.from(result.keptRows)).toEqual([0, 1, 3, 4, 6, 8, 9, 10, 11]);
    expect(result.model.response.length).toBe(9);
    expect(result.notes).toEqual([
      {
        code: "design/rows-dropped",
        severity: "info",
        message: "3 of 12 rows were left out because of missing values (y: 1, x: 2, f: 1).",
      },
    ]);
    expect(failure("y ~ x + f", { missing: "fail" }, table)).toMatchObject({
      code: "design/missing",
      message: "x has 2 missing values; the first incomplete row is 3",
    });
  });

  it("are all missing: the error names the column with most missing values", () => {
    const table = withCells({
      x: cells.x!.map(() => Number.NaN),
      y: cells.y!.map((value, i) => (i < 3 ? null : value)),
    });
    expect(failure("y ~ g + log(x)", {}, table)).toMatchObject({
      code: "design/all-missing",
      message: "every row has a missing value; log(x) has the most, 12 of 12",
    });
  });

  it("are chosen by a subset, and missing values count among those", () => {
    const table = replaced("x", 4, null);
    const result = design("y ~ x + (1 | g)", { subset: 'f != "b" & g > 2' }, table);
    expect(result.excludedBySubset).toBe(12 - 6);
    expect(result.dropped).toBe(1);
    expect(Array.from(result.keptRows)).toEqual([1, 2, 5, 10, 11]);
    expect(result.model.random[0]!.levels).toEqual(["9", "10", "30"]);
    expect(failure("y ~ x", { subset: "g > 100" })).toMatchObject({
      code: "design/no-rows",
      pointed: "g > 100",
    });
    expect(failure("y ~ x", { subset: "gg > 100" })).toMatchObject({
      code: "design/unknown-column",
      pointed: "gg",
    });
    expect(design("y ~ x", { subset: 'f %in% c("a", "c")' }).keptRows.length).toBe(8);
    expect(design("y ~ x", { subset: "!z" }).keptRows.length).toBe(6);
  });

  it("of a subset number errors as the table does", () => {
    const table = withCells({ x: cells.x!.map((value, i) => (i === 6 ? -Infinity : value)) });
    expect(failure("y ~ x", { subset: "g < 10" }, table)).toMatchObject({
      code: "design/not-finite",
      message: "x is minus infinity in row 7",
    });
  });

  it("of weight zero are left out with a note", () => {
    const table = withCells({ w: [0, 1, 2, 0, 1, 1, 1, 1, 1, 1, 1, 1] });
    const result = design("y ~ x + (1 | g)", { weights: "w" }, table);
    expect(result.model.response.length).toBe(10);
    expect(Array.from(result.model.weights!)).toEqual([1, 2, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(result.notes.map((note) => note.message)).toEqual(["2 rows of weight zero were left out."]);
    expect(result.dropped).toBe(0);
  });

  it("of a header-only table are an error", () => {
    expect(failure("y ~ x", {}, tableOf({ y: [], x: [] }))).toMatchObject({ code: "design/no-rows" });
  });
});

describe("values", () => {
  it("that are infinite are refused with column and first row", () => {
    expect(failure("y ~ x", {}, replaced("x", 3, Infinity))).toMatchObject({
      code: "design/not-finite",
      message: "x is infinite in row 4",
      pointed: "x",
    });
    expect(failure("y ~ x", {}, replaced("y", 3, -Infinity)).message).toBe("y is minus infinity in row 4");
    expect(failure("y ~ poly(x, 2)", {}, replaced("x", 3, Infinity)).message).toBe("x is infinite in row 4");
    expect(design("y ~ f", {}, replaced("x", 3, Infinity)).model.response.length).toBe(12);
  });

  it("that an expression makes undefined are an error, not a missing value", () => {
    const table = withCells({ x: [1, null, 0, -3, 5, 6, 7, 8, 9, 10, 11, 12] });
    expect(failure("y ~ log(x)", {}, table)).toMatchObject({
      code: "design/not-finite",
      message: "log(x) is minus infinity in row 3",
      pointed: "log(x)",
    });
    expect(failure("y ~ sqrt(x)", {}, table).message).toBe("sqrt(x) is not a number in row 4");
    expect(failure("log(x) ~ z", {}, table).message).toBe("log(x) is minus infinity in row 3");
  });

  it("of weights must not be negative or infinite", () => {
    expect(failure("y ~ x", { weights: "w" }, replaced("w", 5, -2))).toMatchObject({
      code: "design/weights",
      message: "the weight in row 6 is -2",
    });
    expect(failure("y ~ x", { weights: "1 / (x - 1)" })).toMatchObject({
      code: "design/not-finite",
      message: "1 / (x - 1) is infinite in row 1",
    });
    expect(Array.from(design("y ~ x", { weights: "1 / w" }).model.weights!.slice(0, 2))).toEqual([1, 0.5]);
    expect(design("y ~ x", { weights: "w" }, replaced("w", 5, null)).dropped).toBe(1);
  });

  it("of a response that is constant or text are errors", () => {
    expect(failure("y ~ x", {}, withCells({ y: cells.y!.map(() => 3) }))).toMatchObject({
      code: "design/constant-response",
      message: "the response y is 3 in every one of the 12 rows used",
    });
    expect(failure("f ~ x")).toMatchObject({ code: "design/text-response", pointed: "f" });
    expect(Array.from(design("z ~ x").model.response.slice(0, 3))).toEqual([1, 0, 1]);
  });

  it("of several offsets add up", () => {
    const { model, recipe } = design("y ~ f + offset(x) + offset(log(w))");
    expect(model.offset![3]).toBe(4 + Math.log(2));
    expect(recipe.offsets).toEqual(["x", "log(w)"]);
  });
});

describe("factors", () => {
  it("sort text by code point and take reference and contrasts from the options", () => {
    const table = withCells({
      f: ["ä", "Z", "a", "\u{1F600}", "\uFFFD", "a", "ä", "Z", "a", "\u{1F600}", "\uFFFD", "a"],
    });
    expect(design("y ~ 0 + f", {}, table).model.fixed.names).toEqual([
      "fZ",
      "fa",
      "fä",
      "f\uFFFD",
      "f\u{1F600}",
    ]);
    expect(design("y ~ f", { reference: { f: "c" } }).model.fixed.names).toEqual(["(Intercept)", "fa", "fb"]);
    expect(design("y ~ factor(g)", { reference: { g: "10" } }).model.fixed.names.slice(1)).toEqual([
      "factor(g)2",
      "factor(g)9",
      "factor(g)30",
    ]);
    expect(design("y ~ f", { contrasts: { f: "sum" } }).model.fixed.names).toEqual([
      "(Intercept)",
      "f1",
      "f2",
    ]);
    expect(design("y ~ g", { factors: ["g"] }).model.fixed.names).toEqual([
      "(Intercept)",
      "g9",
      "g10",
      "g30",
    ]);
  });

  it("that do not exist cannot have options", () => {
    expect(failure("y ~ f", { contrasts: { ff: "sum" } })).toMatchObject({
      code: "design/unknown-factor",
      hint: "did you mean 'f'?",
    });
    expect(failure("y ~ x", { reference: { x: "1" } })).toMatchObject({
      code: "design/unknown-factor",
      message: "x is numeric, so it cannot have a reference level",
    });
    expect(failure("y ~ f", { reference: { f: "d" } })).toMatchObject({ code: "design/unknown-level" });
    expect(failure("y ~ f", { contrasts: { f: "summ" } })).toMatchObject({ code: "design/unknown-contrast" });
    expect(failure('y ~ relevel(f, ref = "q")')).toMatchObject({
      code: "design/unknown-level",
      pointed: '"q"',
    });
  });

  it("with one level are refused", () => {
    expect(failure("y ~ x + one")).toMatchObject({ code: "design/one-level", pointed: "one" });
    expect(failure("y ~ f", { subset: 'f == "a"' })).toMatchObject({ code: "design/one-level" });
  });

  it("lose levels that no row used has, with a note", () => {
    const table = withCells({ y: cells.y!.map((value, i) => (cells.f![i] === "c" ? null : value)) });
    const result = design("y ~ f", {}, table);
    expect(result.model.fixed.names).toEqual(["(Intercept)", "fb"]);
    expect(result.notes.map((note) => note.code)).toEqual(["design/rows-dropped", "design/unused-levels"]);
    const listed = design('y ~ factor(f, levels = c("c", "q", "a", "b"))');
    expect(listed.notes[0]!.message).toContain("(q)");
  });
});

describe("aliased columns", () => {
  it("are named with the columns that span them", () => {
    const table = withCells({ x2: cells.x!.map((value) => 3 - 2 * (value as number)) });
    const result = design("y ~ x + x2 + f", {}, table);
    expect(result.model.fixed.names).toEqual(["(Intercept)", "x", "fb", "fc"]);
    expect(result.coefficients[2]).toEqual({
      name: "x2",
      term: 2,
      column: -1,
      aliasOf: [
        { name: "(Intercept)", weight: 3 },
        { name: "x", weight: -2 },
      ],
    });
    expect(result.notes[0]!.message).toBe(
      "One coefficient cannot be estimated because the columns are combinations of others: x2 (= 3 (Intercept) - 2 x).",
    );
    expect(result.fixedTerms.map((term) => [term.text, term.coefficients])).toEqual([
      ["(Intercept)", [0]],
      ["x", [1]],
      ["x2", [2]],
      ["f", [3, 4]],
    ]);
  });

  it("leave nothing when there are as many as rows", () => {
    expect(failure("y ~ id")).toMatchObject({ code: "design/too-many-coefficients" });
  });
});

describe("size", () => {
  it("that no memory holds is refused before it is allocated", () => {
    const n = 40000;
    const table = tableOf({
      y: Array.from({ length: n }, (_, i) => i % 7),
      id: Array.from({ length: n }, (_, i) => `animal ${i % 9000}`),
    });
    expect(failure("y ~ id", {}, table)).toMatchObject({
      code: "design/too-large",
      message: "the columns would need 3 GB: id alone has 8999 columns of 40000 rows",
    });
    expect(design("y ~ 1 + (1 | id)", {}, table).model.random[0]!.levels.length).toBe(9000);
    expect(design("y ~ 1", { subset: "id == id" }, table).keptRows.length).toBe(n);
  });
});

describe("names", () => {
  it("such as __proto__ are ordinary", () => {
    const table: Table = {
      rowCount: 12,
      columns: new Map(small.columns).set("__proto__", small.columns.get("f")!),
    };
    expect(design("y ~ `__proto__`", {}, table).model.fixed.names[1]).toMatch(/proto/);
  });

  it("that no column has are errors with the nearest one", () => {
    expect(failure("y ~ xx + (1 | g)", {}, small)).toMatchObject({
      code: "design/unknown-column",
      message: "the data have no column 'xx'",
      hint: "did you mean 'x'?",
      pointed: "xx",
    });
    expect(failure("y ~ f", { factors: ["gg"] })).toMatchObject({
      code: "design/unknown-column",
      hint: "did you mean 'g'?",
    });
    expect(failure("y ~ x + (1 | Gg)")).toMatchObject({ code: "design/unknown-column", pointed: "Gg" });
  });

  it("of text columns cannot enter arithmetic", () => {
    expect(failure("y ~ log(f)")).toMatchObject({
      code: "design/type",
      message: "f is text, but a number is needed here",
      pointed: "f",
    });
    expect(failure("y ~ poly(f, 2)")).toMatchObject({ code: "design/type" });
    expect(failure("y ~ x + (1 | poly(x, 2))")).toMatchObject({ code: "design/type" });
    expect(failure("y ~ poly(x, 12)")).toMatchObject({ code: "design/bad-argument", pointed: "poly(x, 12)" });
    expect(failure("y ~ ns(w, x)")).toMatchObject({ code: "design/bad-argument", pointed: "x" });
  });
});
