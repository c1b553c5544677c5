import type { SyntaxOperator } from "./syntax.ts";

interface InfixOperator {
  readonly operator: SyntaxOperator;
  /** a larger number binds tighter */
  readonly precedence: number;
  readonly associativity: "left" | "right" | "none";
}

/** R's precedence (help page ?Syntax), without the operators a formula has no use for. */
const levels: readonly (readonly [InfixOperator["associativity"], readonly SyntaxOperator[]])[] = [
  ["left", ["~"]],
  ["left", ["|", "||"]],
  ["left", ["&", "&&"]],
  ["none", ["==", "!=", "<", "<=", ">", ">="]],
  ["left", ["+", "-"]],
  ["left", ["*", "/"]],
  ["left", ["%in%", "%%"]],
  ["left", [":"]],
  ["right", ["^"]],
];

/** Steps between levels leave room for the prefix operators. */
const STEP = 10;

/** Every infix operator by its text, from the loosest to the tightest. */
export const infixOperators: ReadonlyMap<string, InfixOperator> = new Map(
  levels.flatMap(([associativity, operators], level) =>
    operators.map(
      (operator) => [operator, { operator, precedence: (level + 1) * STEP, associativity }] as const,
    ),
  ),
);

/** An operand of prefix `-` and `+` takes in `^` and nothing looser; of `!` comparisons and all that binds tighter. */
export const prefixPrecedence: ReadonlyMap<string, number> = new Map([
  ["-", precedenceOf("^") - STEP / 2],
  ["+", precedenceOf("^") - STEP / 2],
  ["!", precedenceOf("==") - STEP / 2],
]);

/** The precedence of an infix operator; larger binds tighter. */
export function precedenceOf(operator: SyntaxOperator): number {
  return infixOperators.get(operator)!.precedence;
}
