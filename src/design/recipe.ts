import type { ContrastName } from "./contrasts.ts";

/**
 * Everything that was learned from the training data and is needed to encode other rows the same way:
 * kinds and levels of variables, contrasts, and the constants of data-dependent transforms (means,
 * knots, orthogonal-polynomial coefficients). Plain JSON.
 */
export interface Recipe {
  readonly formula: string;
  readonly variables: Readonly<Record<string, VariableRecipe>>;
  /** constants of poly, ns, bs, scale, ... by canonical text of the call */
  readonly transforms: Readonly<Record<string, TransformConstants>>;
  /** per fixed term: text and, for each factor in it, whether full dummy coding or contrasts are used */
  readonly fixed: readonly TermCoding[];
  readonly intercept: boolean;
  /** columns of the full coding that are kept (not aliased) */
  readonly kept: readonly number[];
  /** per random term of the model */
  readonly random: readonly RandomRecipe[];
  readonly options: DesignRecipeOptions;
}

export interface DesignRecipeOptions {
  readonly weights?: string;
  readonly factorColumns?: readonly string[];
}

export type VariableRecipe =
  | { readonly kind: "numeric"; readonly columns: number }
  | { readonly kind: "factor"; readonly levels: readonly string[]; readonly contrast: ContrastName };

/** Plain numbers; each transform documents its own. */
export type TransformConstants = Readonly<Record<string, number | readonly number[]>>;

export interface TermCoding {
  readonly term: string;
  /** per variable of the term: `numeric`, `contrasts` or `dummies` (all levels) */
  readonly coding: readonly ("numeric" | "contrasts" | "dummies")[];
}

export interface RandomRecipe {
  readonly component: string;
  readonly groupVariables: readonly string[];
  readonly levels: readonly string[];
  /** coding of the left-hand side */
  readonly intercept: boolean;
  readonly terms: readonly TermCoding[];
  /** which of the coded columns belong to this term (`||` splits them) */
  readonly columns: readonly number[];
}
