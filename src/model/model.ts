import type { CovarianceStructure } from "../covariance/structure.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { Relationship } from "./relationship.ts";
import type { RowPatterns } from "./rowPatterns.ts";

/**
 * y = X b + sum_t Z_t u_t + offset + e,  u_t ~ N(0, Sigma_t (x) K_t),  e ~ N(0, sigma2 W^-1).
 * Numbers only; nothing left to interpret. Everything above the model is meaning, below is computation.
 */
export interface Model {
  /** length n, kept rows only, finite */
  readonly response: Float64Array;
  readonly fixed: FixedEffects;
  readonly random: readonly RandomTerm[];
  /** precision weights, length n, positive */
  readonly weights?: Float64Array;
  /** length n */
  readonly offset?: Float64Array;
  /** several traits: records of one unit (row of the table) have correlated residuals; absent: independent residuals */
  readonly traits?: TraitRecords;
}

/**
 * Records of several traits, stacked: entry r of the response is trait `trait[r]` of unit `unit[r]`; traits that were
 * not measured have no record. Residuals of a unit are N(0, R0 restricted to its traits); with weights R0 / w.
 */
export interface TraitRecords {
  /** length T */
  readonly names: readonly string[];
  /** length n */
  readonly trait: Int32Array;
  /** length n; records of a unit are not necessarily adjacent */
  readonly unit: Int32Array;
  readonly unitCount: number;
  /** trait of every fixed column, length p */
  readonly fixedTrait: Int32Array;
}

/** Full-rank fixed effects: aliased columns have been taken out (see fixedEffects.ts). */
export interface FixedEffects {
  /** length p */
  readonly names: readonly string[];
  /** X, n x p, as the user coded it */
  readonly matrix: Matrix;
  /** X~ with X = X~ T: columns centred and scaled, or orthonormal where X is nearly collinear */
  readonly basis: Matrix;
  /** T, p x p upper triangular */
  readonly transform: Matrix;
  /** X~'W X~, p x p, with the model's weights (the identity matrix where X~ is orthonormal) */
  readonly crossproduct: Matrix;
  /** which rows of X (and of X~) are alike, where they depend on a few factors only */
  readonly patterns?: RowPatterns;
}

export interface RandomTerm {
  /** unique component name (`Subject`, `block:harvest`, `Subject.Days`) */
  readonly component: string;
  /** name of the grouping as written */
  readonly group: string;
  /** levels with at least one record, in order, or all levels of the relationship; length q */
  readonly levels: readonly string[];
  /** length n, index into levels. Terms with the same grouping share this array. */
  readonly codes: Int32Array;
  /** k columns of length n; null stands for a column of ones */
  readonly basis: readonly (Float64Array | null)[];
  /** length k */
  readonly coefficientNames: readonly string[];
  readonly covariance: CovarianceStructure;
  /**
   * Where codes and basis do not say it all: for each coefficient its layers. Record r meets level codes[r] of a layer
   * with weight values[r] (1 where null, nothing where the code is -1). Tied terms on different columns have one layer
   * each with codes of their own, mm(a, b) has two layers, coefficients of one trait have -1 in records of others.
   * When present, `codes` is empty and `basis` all null.
   */
  readonly incidence?: readonly (readonly IncidenceLayer[])[];
  /** covariance K between levels; absent: independent levels */
  readonly relationship?: Relationship;
  /** trait of every coefficient, length k, where there are several traits */
  readonly coefficientTrait?: Int32Array;
  /** tied terms and several traits: for every coefficient the grouping and the name that it was written with */
  readonly coefficientOrigin?: readonly { readonly group: string; readonly name: string }[];
}

export interface IncidenceLayer {
  /** length n, index into levels, -1 for no contribution */
  readonly codes: Int32Array;
  /** length n; null stands for ones */
  readonly values: Float64Array | null;
}

export type Criterion = "REML" | "ML";
