import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/design/evaluate.ts";
import type { Scope } from "../../../src/design/scope.ts";
import type { Vector } from "../../../src/design/vector.ts";
import { parseExpression } from "../../../src/formula/parseExpression.ts";
import { errorOf } from "../base/errorOf.ts";
import { type Cell, tableOf } from "./tables.ts";

/** R 4.2, base; see test/reference/generate/expressions.R */
const reference = JSON.parse(
  readFileSync(new URL("../../reference/data/expressions.json", import.meta.url), "utf8"),
) as { data: Record<string, Cell[]>; cases: { expression: string; values: (number | null)[] }[] };

const table = tableOf(reference.data);

function scopeOf(source: string): Scope {
  const { rowCount } = table;
  return {
    table,
    rows: null,
    rowCount,
    factorColumns: null,
    source,
    constants: {},
    learning: true,
    notes: [],
  };
}

function vectorOf(source: string): Vector {
  return evaluate(parseExpression(source), scopeOf(source));
}

function plain(vector: Vector): (number | null)[] {
  if (vector.kind === "logical") return Array.from(vector.values, (value) => (value === 255 ? null : value));
  if (vector.kind === "numeric")
    return Array.from(vector.values, (value) => (Number.isNaN(value) ? null : value));
  throw new Error(vector.kind);
}

function refusal(source: string): Record<string, unknown> {
  const { code, message, span } = errorOf(() => vectorOf(source));
  return { code, message, pointed: source.slice(span!.start, span!.end) };
}

describe("evaluate", () => {
  it.each(reference.cases)("$expression has R's values", ({ expression, values }) => {
    const ours = plain(vectorOf(expression));
    expect(ours.length).toBe(values.length);
    values.forEach((value, i) => {
      if (value === null) expect(ours[i]).toBeNull();
      else expect(Math.abs(ours[i]! - value)).toBeLessThanOrEqual(4e-15 * Math.abs(value));
    });
  });

  it("keeps what is written without columns as constants", () => {
    expect(vectorOf("2 * 3 + log(1)")).toEqual({ kind: "constant", value: 6 });
    expect(vectorOf('c("a", "b")')).toEqual({ kind: "constant", value: ["a", "b"] });
  });

  it("works column by column on a basis of several columns", () => {
    const basis = vectorOf("poly(n, 2)");
    const doubled = vectorOf("2 * poly(n, 2)");
    if (basis.kind !== "numeric" || doubled.kind !== "numeric") throw new Error("not numeric");
    expect(doubled.columns).toBe(2);
    expect(doubled.values).toEqual(basis.values.map((value) => 2 * value));
  });

  it("points at the operand of the wrong type", () => {
    expect(refusal("x + t")).toEqual({
      code: "design/type",
      message: "t is text, but a number is needed here",
      pointed: "t",
    });
    expect(refusal("t & l")).toMatchObject({ code: "design/type", pointed: "t" });
    expect(refusal("x %in% n")).toMatchObject({ code: "design/type", pointed: "n" });
    expect(refusal('factor(t, levels = c("a", "a"))')).toMatchObject({
      code: "design/bad-argument",
      message: 'factor(t, levels = c("a", "a")): the level \'a\' is listed twice',
    });
    expect(refusal("poly(n, x)")).toMatchObject({ code: "design/bad-argument", pointed: "x" });
    expect(refusal("scale(pmax(7, 7))")).toMatchObject({ code: "design/bad-argument" });
  });
});
