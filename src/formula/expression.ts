import type { SourceSpan } from "../base/errors.ts";

/** Syntax tree of an arithmetic expression inside a formula (a response, a factor of a term, --subset). */
export type Expression =
  | { readonly kind: "number"; readonly value: number; readonly span: SourceSpan }
  | { readonly kind: "string"; readonly value: string; readonly span: SourceSpan }
  | { readonly kind: "logical"; readonly value: boolean; readonly span: SourceSpan }
  | { readonly kind: "column"; readonly name: string; readonly span: SourceSpan }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Argument[]; readonly span: SourceSpan }
  | { readonly kind: "unary"; readonly operator: "-" | "+" | "!"; readonly operand: Expression; readonly span: SourceSpan }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: SourceSpan;
    };

export type BinaryOperator = "+" | "-" | "*" | "/" | "^" | "%%" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "&" | "|" | ":" | "%in%";

export interface Argument {
  /** `raw` in `poly(x, 2, raw = TRUE)`; absent for positional arguments */
  readonly name?: string;
  readonly value: Expression;
}
