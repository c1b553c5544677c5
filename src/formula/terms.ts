import type { SourceSpan } from "../base/errors.ts";
import type { Expression } from "./expression.ts";

/** One variable of a term: a column or a call, with the text R's deparse would give it. */
export interface Variable {
  /** canonical text: `Days`, `I(x^2)`, `poly(Time, 2)`, `factor(g)` */
  readonly text: string;
  readonly expression: Expression;
}

/** A product of variables, `a:b`; variables in order of first appearance in the formula. */
export interface Term {
  /** variables joined with `:` */
  readonly text: string;
  readonly variables: readonly Variable[];
  readonly span: SourceSpan;
}

/** A sum of terms after expansion: by degree, then by appearance, as R's `terms()`. */
export interface LinearPredictor {
  readonly intercept: boolean;
  readonly terms: readonly Term[];
  /** arguments of `offset()` */
  readonly offsets: readonly Variable[];
}

export type Response =
  | { readonly kind: "single"; readonly variable: Variable; readonly span: SourceSpan }
  | {
      readonly kind: "cbind";
      readonly successes: Variable;
      readonly failures: Variable;
      readonly span: SourceSpan;
    }
  | { readonly kind: "mvbind"; readonly variables: readonly Variable[]; readonly span: SourceSpan };

/** Right side of a bar. */
export type Grouping =
  /** `g`, `a:b`: one level per combination; `name` as written, `a:b` */
  | {
      readonly kind: "interaction";
      readonly name: string;
      readonly variables: readonly Variable[];
      readonly span: SourceSpan;
    }
  /** `gr(animal, cov = A)` */
  | {
      readonly kind: "gr";
      readonly name: string;
      readonly variable: Variable;
      readonly relationship: string | null;
      readonly span: SourceSpan;
    }
  /** `mm(mate1, mate2, cov = A, scale = TRUE)`; name `mate1+mate2` */
  | {
      readonly kind: "mm";
      readonly name: string;
      readonly variables: readonly Variable[];
      readonly relationship: string | null;
      readonly scale: boolean;
      readonly span: SourceSpan;
    };

/** `us` `diag` `cs` `homcs` `ar1` `hetar1` work in the design; others are carried for later engines. */
export type StructureName = "us" | "diag" | "cs" | "homcs" | "ar1" | "hetar1" | "rr" | "fa" | (string & {});

/** `(x | g)`, after `a/b` has been expanded into `a` and `a:b`. */
export interface RandomTermSyntax {
  readonly left: LinearPredictor;
  /** true for `(x || g)`: every coefficient column is its own term */
  readonly uncorrelated: boolean;
  readonly structure: StructureName;
  /** further numbers in a structured term, as the rank 2 in `fa(env, 2 | g)` */
  readonly structureArguments: readonly Expression[];
  /** id of tied terms, `p` in `(1 |p| gr(dam, cov = A))` */
  readonly id: string | null;
  readonly grouping: Grouping;
  /** the text as written, for messages */
  readonly text: string;
  readonly span: SourceSpan;
}

/** The model of one trait. */
export interface TraitFormula {
  readonly response: Response;
  readonly fixed: LinearPredictor;
  readonly random: readonly RandomTermSyntax[];
}

/** A parsed and expanded formula; text only, no data. Several traits where the source has `;`. */
export interface ModelFormula {
  readonly source: string;
  readonly traits: readonly TraitFormula[];
}
