import type { SourceSpan } from "../base/errors.ts";

/**
 * Syntax tree of an arithmetic expression inside a formula (a response, a factor of a term, --subset).
 *
 * `parentheses` counts the pairs written around a node; they are already in the tree's shape and
 * matter only for its text. The constant `pi` is a number. Only names from functions.ts are called.
 */
export type Expression = (
  | { readonly kind: "number"; readonly value: number; readonly span: SourceSpan }
  | { readonly kind: "string"; readonly value: string; readonly span: SourceSpan }
  | { readonly kind: "logical"; readonly value: boolean; readonly span: SourceSpan }
  | { readonly kind: "column"; readonly name: string; readonly span: SourceSpan }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly arguments: readonly Argument[];
      readonly span: SourceSpan;
    }
  | {
      readonly kind: "unary";
      readonly operator: "-" | "+" | "!";
      readonly operand: Expression;
      readonly span: SourceSpan;
    }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: SourceSpan;
    }
) & { readonly parentheses?: number };

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "^"
  | "%%"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "&"
  | "|"
  | ":"
  | "%in%";

export interface Argument {
  /** `raw` in `poly(x, 2, raw = TRUE)`; absent for positional arguments */
  readonly name?: string;
  readonly value: Expression;
}
