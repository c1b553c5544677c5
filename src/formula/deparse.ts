import type { Argument, BinaryOperator, Expression } from "./expression.ts";
import { formatNumber } from "./formatNumber.ts";
import { infixOperators, precedenceOf, prefixPrecedence } from "./operators.ts";

/** Written without blanks, as R does. */
const tight: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>(["/", "^", ":", "%%"]);

const syntacticName = /^(?:\p{L}|\.(?![0-9]))[\p{L}\p{M}\p{N}._]*$/u;

const reservedNames: ReadonlySet<string> = new Set(
  `if else repeat while function for next break TRUE FALSE NULL Inf NaN NA NA_integer_ NA_real_
   NA_complex_ NA_character_ in`.split(/\s+/u),
);

/**
 * The canonical text of an expression, as R's deparse gives it: `I(x^2)`, `poly(Time, 2)`,
 * `log(x + 1)`, `a/b`, `` `my column` ``.
 *
 * Parentheses of the source are kept, and added where the tree needs them.
 */
export function deparse(expression: Expression): string {
  const pairs = expression.parentheses ?? 0;
  if (pairs === 0) return bare(expression);
  return "(".repeat(pairs) + bare(expression) + ")".repeat(pairs);
}

/** A column's name as it stands in a formula: between backquotes unless it is a plain name. */
export function quoteName(name: string): string {
  if (syntacticName.test(name) && !reservedNames.has(name)) return name;
  return `\`${name.replace(/[\\`]/gu, "\\$&")}\``;
}

function bare(expression: Expression): string {
  switch (expression.kind) {
    case "number":
      return expression.value === Math.PI ? "pi" : formatNumber(expression.value);
    case "string":
      return JSON.stringify(expression.value);
    case "logical":
      return expression.value ? "TRUE" : "FALSE";
    case "column":
      return quoteName(expression.name);
    case "call":
      return `${quoteName(expression.name)}(${expression.arguments.map(argument).join(", ")})`;
    case "unary":
      return (
        expression.operator + operand(expression.operand, prefixPrecedence.get(expression.operator)!, "right")
      );
    case "binary": {
      const { precedence, associativity } = infixOperators.get(expression.operator)!;
      const left = operand(expression.left, associativity === "left" ? precedence : precedence + 1, "left");
      const right = operand(
        expression.right,
        associativity === "right" ? precedence : precedence + 1,
        "right",
      );
      const blank = tight.has(expression.operator) ? "" : " ";
      return left + blank + expression.operator + blank + right;
    }
  }
}

function argument({ name, value }: Argument): string {
  return name === undefined ? deparse(value) : `${quoteName(name)} = ${deparse(value)}`;
}

function operand(expression: Expression, minimum: number, side: "left" | "right"): string {
  const text = deparse(expression);
  if ((expression.parentheses ?? 0) > 0) return text;
  if (expression.kind === "binary") return precedenceOf(expression.operator) < minimum ? `(${text})` : text;
  // a sign may follow any operator: a^-b
  if (expression.kind !== "unary" || (side === "right" && expression.operator !== "!")) return text;
  return prefixPrecedence.get(expression.operator)! < minimum ? `(${text})` : text;
}
