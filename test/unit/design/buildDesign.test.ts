import { describe, expect, it } from "vitest";
import { buildDesign } from "../../../src/design/buildDesign.ts";
import type { Design } from "../../../src/design/design.ts";
import type { DesignOptions } from "../../../src/design/options.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import { numbers, tableOf } from "./tables.ts";

const small = tableOf({
  y: [1.5, 2, 3.25, 4, 5.5, 6, 7.25, 9, 1, 4, 2, 8],
  x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  f: ["b", "a", "c", "b", "a", "c", "b", "a", "c", "b", "a", "c"],
  g: [10, 10, 10, 9, 9, 9, 2, 2, 2, 30, 30, 30],
  z: [true, false, true, true, false, false, true, false, true, true, false, false],
});

function design(formula: string, options: DesignOptions = {}, table: typeof small = small): Design {
  return buildDesign(parseFormula(formula), table, options);
}

describe("buildDesign", () => {
  it("builds a random-slope model with levels in numeric order and shared codes", () => {
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
});
