import type { SourceSpan } from "../base/errors.ts";
import { expandTerms } from "./expandTerms.ts";
import { excerpt, formulaError } from "./formulaError.ts";
import type { Scope } from "./parseExpression.ts";
import { parseRandomTerm } from "./parseRandomTerm.ts";
import { parseResponse } from "./parseResponse.ts";
import { parseSyntax } from "./parseSyntax.ts";
import { findRandomTerms } from "./randomSyntax.ts";
import type { BinarySyntax, Syntax } from "./syntax.ts";
import type { ModelFormula, RandomTermSyntax, Response, TraitFormula, Variable } from "./terms.ts";
import { columnsOf } from "./variable.ts";

const MAXIMUM_RANDOM_TERMS = 1000;

export interface FormulaOptions {
  /** columns of the table in order, for `.`; a column `pi` hides the constant */
  readonly columns?: readonly string[];
}

/**
 * The model that a formula text stands for, expanded into terms; several traits where it has `;`.
 *
 * `.` is all columns that are neither in the response nor a group of a random term (R keeps the
 * groups, and with them fixed effects that leave nothing to the random ones).
 *
 * @throws HendersonError `formula/...` with the span of the offending text
 */
export function parseFormula(source: string, options: FormulaOptions = {}): ModelFormula {
  const scope: Scope = { source, columns: options.columns ?? null, componentNames: false };
  const traits = parseSyntax(source).map((part) => parseTrait(part, scope));
  if (traits.length > 1) {
    const several = traits.find(({ response }) => response.kind === "mvbind");
    if (several !== undefined) {
      throw formulaError(
        "formula/mvbind",
        "mvbind() gives all traits one model, and ';' gives each its own",
        source,
        several.response.span,
        "use one of them",
      );
    }
  }
  return { source, traits };
}

function parseTrait(part: Syntax, scope: Scope): TraitFormula {
  const { left, right } = splitAtTilde(part, scope.source);
  const response = parseResponse(left, scope);
  const nodes = findRandomTerms(right);
  if (nodes.length > MAXIMUM_RANDOM_TERMS) {
    throw formulaError(
      "formula/too-complex",
      `there are more than ${MAXIMUM_RANDOM_TERMS} random terms`,
      scope.source,
      nodes[MAXIMUM_RANDOM_TERMS]!.span,
      "each random term has variances to be estimated: remove some",
    );
  }
  const random = nodes.flatMap((node) => parseRandomTerm(node, scope));
  const fixed = expandTerms(right, scope, {
    randomTerms: true,
    dot: (span) => otherColumns(span, response, random, scope),
    first: response.kind === "single" ? response.variable : undefined,
  });
  return { response, fixed, random };
}

function splitAtTilde(part: Syntax, source: string): BinarySyntax {
  if (part.kind !== "binary" || part.operator !== "~" || part.parentheses > 0) {
    throw formulaError(
      "formula/no-tilde",
      `there is no '~' in '${excerpt(source, part.span)}'`,
      source,
      part.span,
      "a formula is written response ~ predictors: y ~ x",
    );
  }
  if (part.left.kind === "binary" && part.left.operator === "~") {
    throw formulaError(
      "formula/two-tildes",
      "there is a second '~', and a formula has one",
      source,
      part.operatorSpan,
      "join predictors with +; separate the formulas of several traits with ;",
    );
  }
  return part;
}

function otherColumns(
  span: SourceSpan,
  response: Response,
  random: readonly RandomTermSyntax[],
  scope: Scope,
): readonly string[] {
  if (scope.columns === null) {
    throw formulaError(
      "formula/dot-needs-data",
      "'.' stands for all other columns, and no columns are known here",
      scope.source,
      span,
      "name the columns, or give the data with the formula",
    );
  }
  const used = new Set<string>();
  const take = (variables: readonly Variable[]): void => {
    for (const { expression } of variables) columnsOf(expression, used);
  };
  if (response.kind === "single") take([response.variable]);
  else take(response.kind === "cbind" ? [response.successes, response.failures] : response.variables);
  for (const { grouping } of random) {
    take(grouping.kind === "gr" ? [grouping.variable] : grouping.variables);
  }
  const others = scope.columns.filter((name) => !used.has(name));
  if (others.length > 0) return others;
  throw formulaError(
    "formula/dot-empty",
    "'.' stands for all other columns, and there are none",
    scope.source,
    span,
    "write 1 for the intercept alone",
  );
}
