import { describe, expect, it } from "vitest";
import { isHendersonError } from "../../../src/base/errors.ts";
import { buildDesign } from "../../../src/design/buildDesign.ts";
import { encodeRows } from "../../../src/design/encodeRows.ts";
import type { Recipe } from "../../../src/design/recipe.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import { type Cell, tableOf } from "./tables.ts";

const cells: Record<string, Cell[]> = {
  y: [1.5, 2, 3.25, 4, 5.5, 6, 7.25, 9, 1, 4, 2, 8],
  x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  f: ["b", "a", "c", "b", "a", "c", "b", "a", "c", "b", "a", "c"],
  g: [10, 10, 10, 9, 9, 9, 2, 2, 2, 30, 30, 30],
  z: [true, false, true, true, false, false, true, false, true, true, false, false],
};
const training = tableOf(cells);

function recipeOf(formula: string, options: Parameters<typeof buildDesign>[2] = {}): Recipe {
  const { recipe } = buildDesign(parseFormula(formula), training, options);
  return JSON.parse(JSON.stringify(recipe)) as Recipe;
}

describe("encodeRows", () => {
  it.each([
    "y ~ poly(x, 2) * f + (ns(x, 2) | g) + (f || g:z)",
    "y ~ scale(x) + I(scale(x)^2) + legendre(x, 2) + (0 + f | z) + offset(log(x))",
    "y ~ 0 + f:x + bs(x, 4) + (x | z:f) + factor(g)",
    "y ~ f * z + f:z:x + (1 | g)",
  ])("gives the training rows back under %s", (formula) => {
    const design = buildDesign(parseFormula(formula), training, {});
    const encoded = encodeRows(JSON.parse(JSON.stringify(design.recipe)) as Recipe, training);
    expect(encoded.fixed).toEqual(design.model.fixed.matrix);
    expect(encoded.offset).toEqual(design.model.offset ?? null);
    expect(encoded.missing.every((value) => value === 0)).toBe(true);
    expect(encoded.notes).toEqual([]);
    design.model.random.forEach((term, t) => {
      expect(encoded.random[t]!.codes).toEqual(term.codes);
      expect(encoded.random[t]!.unknownLevels.size).toBe(0);
      expect(encoded.random[t]!.basis.map((column) => column && Array.from(column))).toEqual(
        term.basis.map((column) => column && Array.from(column)),
      );
    });
  });

  it("keeps training constants of a transform inside other calls", () => {
    const encoded = encodeRows(recipeOf("y ~ I(scale(x)^2)"), tableOf({ x: [6.5, 6.5 + Math.sqrt(13)] }));
    expect(encoded.fixed.values[2]).toBe(0);
    expect(encoded.fixed.values[3]).toBeCloseTo(1, 14);
  });

  it("does not need columns of the response, the weights or unused random terms", () => {
    const recipe = recipeOf("y ~ x + (1 | g)", { weights: "x" });
    const encoded = encodeRows(recipe, tableOf({ x: [1, 2] }), { random: false });
    expect(Array.from(encoded.fixed.values)).toEqual([1, 1, 1, 2]);
    expect(encoded.random).toEqual([]);
  });

  it("marks rows with a missing predictor and leaves the others", () => {
    const recipe = recipeOf("y ~ x * f + (1 | g)");
    const encoded = encodeRows(recipe, tableOf({ x: [1, null, 3], f: ["a", "b", null], g: [2, 9, null] }));
    expect(Array.from(encoded.missing)).toEqual([0, 1, 1]);
    expect(Array.from(encoded.fixed.values.filter((_, at) => at % 3 === 0))).toEqual([1, 1, 0, 0, 0, 0]);
    expect(encoded.fixed.values.filter((_, at) => at % 3 !== 0).every(Number.isNaN)).toBe(true);
    expect(Array.from(encoded.random[0]!.codes)).toEqual([0, 1, -1]);
    expect(encoded.random[0]!.unknownLevels.size).toBe(0);
  });

  it("reports unknown levels of groups with their counts", () => {
    const recipe = recipeOf("y ~ 1 + (1 | g) + (1 | f:z)");
    const encoded = encodeRows(
      recipe,
      tableOf({ g: [30, 7, 7, 2], f: ["a", "b", "q", "b"], z: [false, false, true, true] }),
    );
    expect(Array.from(encoded.random[0]!.codes)).toEqual([3, -1, -1, 0]);
    expect([...encoded.random[0]!.unknownLevels]).toEqual([["7", 2]]);
    expect(Array.from(encoded.random[1]!.codes)).toEqual([0, -1, -1, 1]);
    expect([...encoded.random[1]!.unknownLevels]).toEqual([
      ["b:FALSE", 1],
      ["q:TRUE", 1],
    ]);
  });

  it("refuses a level of a fixed factor that the fit did not see", () => {
    try {
      encodeRows(recipeOf("y ~ f"), tableOf({ f: ["a", "bb"] }));
      expect.unreachable();
    } catch (error) {
      if (!isHendersonError(error, "design/new-level")) throw error;
      expect(error.message).toBe("f is 'bb' in row 2, a level without a coefficient in the fit");
      expect(error.hint).toContain("did you mean 'b'");
    }
  });

  it("matches levels of a numeric factor by value, whatever other rows there are", () => {
    const encoded = encodeRows(recipeOf("y ~ factor(g)"), tableOf({ g: [30, 9] }));
    expect(Array.from(encoded.fixed.values)).toEqual([1, 1, 0, 1, 0, 0, 1, 0]);
    const listed = recipeOf('y ~ relevel(f, ref = "c")');
    expect(Array.from(encodeRows(listed, tableOf({ f: ["b"] })).fixed.values)).toEqual([1, 0, 1]);
  });

  it("notes values beyond the range of a spline", () => {
    const { notes } = encodeRows(recipeOf("y ~ bs(x, 4)"), tableOf({ x: [0, 5, 13] }));
    expect(notes.map((note) => note.message)).toEqual([
      "2 of 3 values in bs(x, 4) lie outside 1 to 12, the range of the training data.",
    ]);
  });

  it("refuses infinite and undefined values", () => {
    expect(() => encodeRows(recipeOf("y ~ x"), tableOf({ x: [1, Infinity] }))).toThrow(
      "x is infinite in row 2",
    );
    expect(() => encodeRows(recipeOf("y ~ log(x)"), tableOf({ x: [1, -1] }))).toThrow(
      "log(x) is not a number in row 2",
    );
  });
});
