import { excerpt, formulaError } from "./formulaError.ts";
import { functionSignatures, placedFunctions } from "./functions.ts";
import type { BinarySyntax, CallSyntax, Syntax, SyntaxArgument } from "./syntax.ts";

/** `(x | g)`, or a call of no known function with a bar in it: `ar1(0 + time | g)`. */
export function isRandomTerm(node: Syntax): boolean {
  if (isBar(node)) return node.parentheses > 0;
  return isStructuredTerm(node);
}

interface BarSyntax extends BinarySyntax {
  readonly operator: "|" | "||";
}

/** `x | g` or `x || g`. */
export function isBar(node: Syntax): node is Syntax & BarSyntax {
  return node.kind === "binary" && (node.operator === "|" || node.operator === "||");
}

/** A call of no known function with a bar in it: `ar1(0 + time | g)`. */
export function isStructuredTerm(node: Syntax): node is CallSyntax {
  if (node.kind !== "call" || functionSignatures.has(node.name) || placedFunctions.has(node.name))
    return false;
  return node.arguments.some(hasBar);
}

/** Whether a bar stands in this argument, not inside parentheses. */
export function hasBar({ value }: SyntaxArgument): boolean {
  return isBar(value) && value.parentheses === 0;
}

/**
 * The random terms of a sum, in order, looked for everywhere a summand may hide. A random term in
 * another place is found and refused by the expansion of the terms.
 */
export function findRandomTerms(syntax: Syntax): (BinarySyntax | CallSyntax)[] {
  const found: (BinarySyntax | CallSyntax)[] = [];
  const waiting: Syntax[] = [syntax];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (isRandomTerm(node)) found.push(node as BinarySyntax | CallSyntax);
    else if (node.kind === "binary") waiting.push(node.right, node.left);
    else if (node.kind === "unary") waiting.push(node.operand);
  }
  return found;
}

/** The error for `y ~ x + 1 | g`, with the parentheses where they were probably meant. */
export function barOutsideParentheses(bar: BinarySyntax, source: string): Error {
  let first = bar;
  while (isBar(first.left)) first = first.left;
  let left = first.left;
  while (isOpenSum(left)) left = left.right;
  let right = first.right;
  while (isOpenSum(right)) right = right.left;
  const meant = `(${excerpt(source, left.span)} ${first.operator} ${excerpt(source, right.span)})`;
  return formulaError(
    "formula/bar-without-parentheses",
    `a random term stands in parentheses, and '${first.operator}' is outside of any`,
    source,
    first.operatorSpan,
    `write ${meant}`,
  );
}

function isOpenSum(node: Syntax): node is Syntax & BinarySyntax {
  return node.kind === "binary" && (node.operator === "+" || node.operator === "-") && node.parentheses === 0;
}

/** The error for a random term that is multiplied, nested, removed, or inside another one. */
export function misplacedRandomTerm(node: Syntax, source: string, fixedPart: boolean): Error {
  if (!fixedPart) {
    return formulaError(
      "formula/nested-bar",
      "a random term cannot stand inside another random term",
      source,
      node.span,
      "add it to the model as a term of its own",
    );
  }
  return formulaError(
    "formula/random-in-arithmetic",
    "a random term can only be added to the model, not removed, multiplied or nested",
    source,
    node.span,
    "write + before it; an interaction with a random effect goes on the left of its bar, as in (x | g)",
  );
}
