import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { deparse } from "../../../src/formula/deparse.ts";
import { parseExpression } from "../../../src/formula/parseExpression.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import type { Response } from "../../../src/formula/terms.ts";

interface TermsCase {
  readonly formula: string;
  readonly response: string;
  readonly intercept: boolean;
  readonly terms: readonly string[];
  readonly offsets: readonly string[];
}

interface Reference {
  readonly source: { readonly R: string };
  readonly formulas: readonly TermsCase[];
  readonly columns: readonly string[];
  readonly withData: readonly TermsCase[];
  readonly expressions: readonly { readonly text: string; readonly deparsed: string }[];
}

const reference: Reference = JSON.parse(
  readFileSync(new URL("../../reference/data/terms.json", import.meta.url), "utf8"),
);

function responseText(response: Response): string {
  switch (response.kind) {
    case "single":
      return response.variable.text;
    case "cbind":
      return `cbind(${response.successes.text}, ${response.failures.text})`;
    case "mvbind":
      return `mvbind(${response.variables.map(({ text }) => text).join(", ")})`;
  }
}

function ours(formula: string, columns?: readonly string[]): TermsCase {
  const parsed = parseFormula(formula, columns === undefined ? {} : { columns });
  expect(parsed.traits).toHaveLength(1);
  const { response, fixed } = parsed.traits[0]!;
  return {
    formula,
    // R's deparse quotes a lone name only inside a call
    response: responseText(response).replace(/^`([^`]*)`$/u, "$1"),
    intercept: fixed.intercept,
    terms: fixed.terms.map(({ text }) => text),
    offsets: fixed.offsets.map(({ text }) => `offset(${text})`),
  };
}

describe(`terms agree with ${reference.source.R}`, () => {
  it.each(reference.formulas.map((c) => [c.formula, c] as const))("%s", (formula, expected) => {
    expect(ours(formula)).toEqual(expected);
  });

  it.each(reference.withData.map((c) => [c.formula, c] as const))("%s with data", (formula, expected) => {
    expect(ours(formula, reference.columns)).toEqual(expected);
  });
});

describe(`deparse agrees with ${reference.source.R}`, () => {
  it.each(reference.expressions.map((c) => [c.text, c.deparsed] as const))("%s", (text, expected) => {
    expect(deparse(parseExpression(text))).toBe(expected);
  });

  it.each(reference.expressions.map((c) => [c.deparsed] as const))("%s is its own text", (text) => {
    expect(deparse(parseExpression(text))).toBe(text);
  });
});
