import { describe, expect, it } from "vitest";
import { buildDesign } from "../../../src/design/buildDesign.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import { spansConstant } from "../../../src/model/spansConstant.ts";
import { toTable } from "../../../src/table/fromObjects.ts";

const table = toTable(
  Array.from({ length: 12 }, (_, i) => ({
    y: (i * 7) % 5,
    x: i - 3,
    weight: 1 + (i % 4),
    one: 2,
    f: "abc"[i % 3]!,
  })),
);

describe("a constant", () => {
  it.each([
    ["y ~ x", true],
    ["y ~ 0 + f", true],
    ["y ~ 0 + x + f", true],
    ["y ~ 0 + one", true],
    ["y ~ 0 + x", false],
    ["y ~ 0 + x + I(x^2)", false],
  ])("in the span of the columns of %s: %s", (formula, spans) => {
    const { model } = buildDesign(parseFormula(formula), table);
    expect(spansConstant(model)).toBe(spans);
    const weighted = buildDesign(parseFormula(formula), table, { weights: "weight" });
    expect(spansConstant(weighted.model)).toBe(spans);
  });
});
