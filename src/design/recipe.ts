import type { Expression } from "../formula/expression.ts";
import type { ContrastName } from "./contrasts.ts";
import type { TransformConstants } from "./transforms/transform.ts";

/**
 * Everything that was learned from the training data and is needed to encode other rows the same way:
 * kinds and levels of variables, contrasts, and the constants of data-dependent transforms (means,
 * knots, orthogonal-polynomial coefficients). Plain JSON.
 */
export interface Recipe {
  /** source of the formula; spans of the expressions point into it */
  readonly formula: string;
  /** variables of the fixed part, offsets and random terms by text */
  readonly variables: Readonly<Record<string, VariableRecipe>>;
  /** constants of poly, ns, bs, scale, ... by text of the call */
  readonly transforms: Readonly<Record<string, TransformConstants>>;
  readonly intercept: boolean;
  /** per fixed term: text, variables and how each is coded */
  readonly fixed: readonly TermCoding[];
  /** texts of the offset variables */
  readonly offsets: readonly string[];
  /** number of columns of the full coding, and those that are kept (not aliased) */
  readonly columns: number;
  readonly kept: readonly number[];
  /** per random term of the model */
  readonly random: readonly RandomRecipe[];
  readonly options: DesignRecipeOptions;
  /**
   * Where there are several traits: the fixed part of each. What is said above is then about all of them together,
   * columns and terms of a trait after those of the traits before it.
   */
  readonly traits?: readonly TraitRecipe[];
}

export interface TraitRecipe {
  readonly name: string;
  readonly variables: Readonly<Record<string, VariableRecipe>>;
  readonly intercept: boolean;
  readonly fixed: readonly TermCoding[];
  readonly offsets: readonly string[];
  readonly columns: number;
  readonly kept: readonly number[];
}

export interface DesignRecipeOptions {
  readonly weights?: string;
  readonly factorColumns?: readonly string[];
}

export type VariableRecipe =
  | { readonly kind: "numeric"; readonly expression: Expression; readonly columns: number }
  | {
      readonly kind: "factor";
      readonly expression: Expression;
      readonly levels: readonly string[];
      readonly contrast: ContrastName;
    }
  /** used only to group rows: levels are those of the random terms */
  | { readonly kind: "grouping"; readonly expression: Expression };

export type VariableCoding = "numeric" | "contrasts" | "dummies";

export interface TermCoding {
  readonly term: string;
  /** texts of the variables */
  readonly variables: readonly string[];
  /** per variable: `numeric`, `contrasts` or `dummies` (all levels) */
  readonly coding: readonly VariableCoding[];
}

export interface RandomRecipe {
  readonly component: string;
  readonly groupVariables: readonly string[];
  /** levels of the term, as in the model */
  readonly levels: readonly string[];
  /** coding of the left-hand side */
  readonly intercept: boolean;
  readonly terms: readonly TermCoding[];
  /** which of the coded columns belong to this term (`||` splits them) */
  readonly columns: readonly number[];
  /** name of the relationship that the levels are those of */
  readonly relationship?: string;
  /**
   * Of terms with several levels a row, tied terms, and several traits: their parts, whose columns follow each
   * other. What is said above is then about all parts together.
   */
  readonly blocks?: readonly RandomBlockRecipe[];
}

export interface RandomBlockRecipe {
  /** number of the trait, where there are several */
  readonly trait?: number;
  /** texts of the variables of each layer of levels: one, or one for each member of mm() */
  readonly layers: readonly (readonly string[])[];
  /** members average */
  readonly scale: boolean;
  readonly intercept: boolean;
  readonly terms: readonly TermCoding[];
  readonly columns: readonly number[];
}
