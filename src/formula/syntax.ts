import type { SourceSpan } from "../base/errors.ts";
import type { BinaryOperator } from "./expression.ts";

/** Operators of the grammar: those of expressions, and those that only a formula gives a meaning. */
export type SyntaxOperator = BinaryOperator | "~" | "||" | "&&";

/**
 * What the parser makes of a text before it is known which parts are terms, random terms or
 * arithmetic. Sums are left-deep chains as long as the text, so walks follow `left` in a loop;
 * every other path is bounded by the parser's depth limit.
 */
export type Syntax = (
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "logical"; readonly value: boolean }
  | { readonly kind: "name"; readonly name: string; readonly quoted: boolean }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly nameSpan: SourceSpan;
      readonly arguments: readonly SyntaxArgument[];
    }
  | { readonly kind: "unary"; readonly operator: "-" | "+" | "!"; readonly operand: Syntax }
  | BinarySyntax
) &
  SyntaxPlace;

export interface BinarySyntax extends SyntaxPlace {
  readonly kind: "binary";
  readonly operator: SyntaxOperator;
  readonly operatorSpan: SourceSpan;
  readonly left: Syntax;
  readonly right: Syntax;
}

export type CallSyntax = Extract<Syntax, { readonly kind: "call" }>;

interface SyntaxPlace {
  /** the parentheses included */
  readonly span: SourceSpan;
  /** pairs of parentheses around the node */
  readonly parentheses: number;
}

export interface SyntaxArgument {
  readonly name: string | null;
  readonly nameSpan: SourceSpan | null;
  readonly value: Syntax;
}
