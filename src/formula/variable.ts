import type { SourceSpan } from "../base/errors.ts";
import { deparse, quoteName } from "./deparse.ts";
import type { Expression } from "./expression.ts";
import { excerpt, formulaError } from "./formulaError.ts";
import { normalizeCalls, type Scope, toExpression } from "./parseExpression.ts";
import type { Syntax } from "./syntax.ts";
import type { Variable } from "./terms.ts";

/**
 * The variable that a syntax tree stands for. Its text keeps arguments as written, its expression
 * has them where their parameters stand.
 *
 * @throws HendersonError `formula/no-column` when it is a constant
 */
export function toVariable(syntax: Syntax, scope: Scope): Variable {
  const written = withoutParentheses(toExpression(syntax, scope));
  if (written.kind === "column") return { text: deparse(written), expression: written };
  const expression = normalizeCalls(written);
  if (columnsOf(expression).size === 0) {
    throw formulaError(
      "formula/no-column",
      `'${excerpt(scope.source, syntax.span)}' has no column in it`,
      scope.source,
      syntax.span,
      "a variable of the model is made of at least one column of the data",
    );
  }
  return { text: deparse(written), expression };
}

/** The variable of a column by its name. */
export function columnVariable(name: string, span: SourceSpan): Variable {
  return { text: quoteName(name), expression: { kind: "column", name, span } };
}

/** Names of the columns in an expression. */
export function columnsOf(expression: Expression, into: Set<string> = new Set()): Set<string> {
  visitColumns(expression, ({ name }) => {
    into.add(name);
  });
  return into;
}

/** Calls `visit` with every column of an expression, from left to right. */
export function visitColumns(
  expression: Expression,
  visit: (column: Extract<Expression, { kind: "column" }>) => void,
): void {
  switch (expression.kind) {
    case "column":
      visit(expression);
      break;
    case "unary":
      visitColumns(expression.operand, visit);
      break;
    case "binary":
      visitColumns(expression.left, visit);
      visitColumns(expression.right, visit);
      break;
    case "call":
      for (const { value } of expression.arguments) visitColumns(value, visit);
      break;
  }
}

/** `(log(x))` as a term is the variable `log(x)`. */
function withoutParentheses(expression: Expression): Expression {
  if (expression.parentheses === undefined) return expression;
  const { parentheses: _, ...rest } = expression;
  return rest;
}
