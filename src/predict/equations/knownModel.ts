// A model with known variances as dense matrices, for models small enough to look at.

import { HendersonError } from "../../base/errors.ts";
import { visitIncidence } from "../../engines/equations/components.ts";
import { requireHeldCovariances } from "../../engines/equations/held.ts";
import { type ComponentValues, componentMatrices, componentSizes } from "../../fit/componentValues.ts";
import { createMatrix, type Matrix } from "../../linalg/matrix.ts";
import { symmetricInverse } from "../../linalg/symmetricInverse.ts";
import { fixedLabels } from "../../model/fixedLabels.ts";
import type { Model, RandomTerm } from "../../model/model.ts";

/** y = X b + Z u + e with Var(u) = G and Var(e) = R, all dense. */
export interface KnownModel {
  /** response without offset, length n */
  readonly y: Float64Array;
  /** n x p */
  readonly X: Matrix;
  /** n x q, levels of the terms in order, the coefficients of a level together */
  readonly Z: Matrix;
  /** q x q */
  readonly R: Matrix;
  readonly inverseR: Matrix;
  /** q x q; null where groups of unknown parents are fixed, so that G does not exist */
  readonly G: Matrix | null;
  /** null where a variance is zero or a covariance matrix singular, so that G has no inverse */
  readonly inverseG: Matrix | null;
  /** residual variance where R = I times it (one trait, no weights), else null */
  readonly residualVariance: number | null;
  readonly fixedLabels: readonly string[];
  readonly randomLabels: readonly RandomLabel[];
}

export interface RandomLabel {
  /** `dam474`, with coefficients `Subject308:Days` */
  readonly text: string;
  readonly component: string;
  readonly level: string;
  readonly coefficient: string;
  /** fixed group of unknown parents */
  readonly fixedGroup: boolean;
}

/** Pages with more records or unknowns than this are for machines. */
const LARGEST_PAGE = 400;

/**
 * The dense matrices of a model whose variances are all known.
 *
 * @param values every component of the model and `residual`
 * @throws HendersonError predict/equations-too-large, predict/unknown-variances, and those of component values
 */
export function knownModel(model: Model, values: ComponentValues): KnownModel {
  const covariances = componentMatrices(model, values);
  requireHeldCovariances(model, covariances);
  const missing = [...componentSizes(model).keys()].filter((name) => !covariances.has(name));
  if (missing.length > 0) {
    throw new HendersonError(
      "predict/unknown-variances",
      `the equations need all variances, and there is none for ${missing.map((name) => `'${name}'`).join(", ")}`,
      { hint: "give a variance, or a covariance matrix by rows, for every component and for residual" },
    );
  }
  requirePage(model);
  const residual = covariances.get("residual")!;
  const R = residualCovariance(model, residual);
  const { random, response, offset, traits, weights } = model;
  return {
    y: response.map((value, r) => value - (offset?.[r] ?? 0)),
    X: model.fixed.matrix,
    Z: incidence(model),
    R,
    inverseR: symmetricInverse(R).inverse,
    ...randomCovariance(random, (term) => covariances.get(term.component)!),
    residualVariance: traits === undefined && weights === undefined ? residual.values[0]! : null,
    fixedLabels: fixedLabels(model),
    randomLabels: random.flatMap(labelsOf),
  };
}

/** Refuses models that nobody can look at. */
function requirePage(model: Model): void {
  const n = model.response.length;
  const unknowns = model.fixed.names.length + model.random.reduce((sum, term) => sum + sizeOf(term), 0);
  if (n <= LARGEST_PAGE && unknowns <= LARGEST_PAGE) return;
  throw new HendersonError(
    "predict/equations-too-large",
    `the equations have ${unknowns} unknowns and ${n} records; up to ${LARGEST_PAGE} of each can be shown`,
    { hint: "fit the model instead, or show the equations of a part of the data (subset)" },
  );
}

function levelsOf(term: RandomTerm): readonly string[] {
  return term.relationship?.levels ?? term.levels;
}

function sizeOf(term: RandomTerm): number {
  return levelsOf(term).length * term.covariance.size;
}

function labelsOf(term: RandomTerm): RandomLabel[] {
  const levels = levelsOf(term);
  const firstGroup = levels.length - (term.relationship?.fixedGroups ?? 0);
  return levels.flatMap((level, l) =>
    term.coefficientNames.map((coefficient) => ({
      text: `${term.group}${level}${term.coefficientNames.length > 1 ? `:${coefficient}` : ""}`,
      component: term.component,
      level,
      coefficient,
      fixedGroup: l >= firstGroup,
    })),
  );
}

function incidence({ response, random }: Model): Matrix {
  const n = response.length;
  const Z = createMatrix(
    n,
    random.reduce((sum, term) => sum + sizeOf(term), 0),
  );
  let first = 0;
  for (const term of random) {
    const k = term.covariance.size;
    for (let r = 0; r < n; r++) {
      visitIncidence(term, r, (coefficient, level, value) => {
        Z.values[r + (first + level * k + coefficient) * n]! += value;
      });
    }
    first += sizeOf(term);
  }
  return Z;
}

function residualCovariance({ response, traits, weights }: Model, R0: Matrix): Matrix {
  const n = response.length;
  const R = createMatrix(n, n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const together = traits === undefined ? i === j : traits.unit[i] === traits.unit[j];
      if (!together) continue;
      const value = R0.values[(traits?.trait[i] ?? 0) + (traits?.trait[j] ?? 0) * R0.rows]!;
      R.values[i + j * n] = value / Math.sqrt((weights?.[i] ?? 1) * (weights?.[j] ?? 1));
    }
  }
  return R;
}

function randomCovariance(
  random: readonly RandomTerm[],
  covarianceOf: (term: RandomTerm) => Matrix,
): { G: Matrix | null; inverseG: Matrix | null } {
  const q = random.reduce((sum, term) => sum + sizeOf(term), 0);
  const G = createMatrix(q, q);
  const inverseG = createMatrix(q, q);
  let first = 0;
  let proper = true;
  let regular = true;
  for (const term of random) {
    const Sigma = covarianceOf(term);
    const own = symmetricInverse(Sigma);
    const inverseK = inverseRelationship(term);
    if ((term.relationship?.fixedGroups ?? 0) > 0) proper = false;
    else kroneckerInto(G, first, symmetricInverse(inverseK).inverse, Sigma);
    if (own.dependent.length > 0) regular = false;
    else kroneckerInto(inverseG, first, inverseK, own.inverse);
    first += sizeOf(term);
  }
  return { G: proper ? G : null, inverseG: regular ? inverseG : null };
}

function inverseRelationship(term: RandomTerm): Matrix {
  const levels = levelsOf(term).length;
  const out = createMatrix(levels, levels);
  if (term.relationship === undefined) {
    for (let l = 0; l < levels; l++) out.values[l * (levels + 1)] = 1;
    return out;
  }
  const { pointers, rows, values } = term.relationship.inverse;
  for (let j = 0; j < levels; j++) {
    for (let e = pointers[j]!; e < pointers[j + 1]!; e++) {
      out.values[rows[e]! + j * levels] = values[e]!;
      out.values[j + rows[e]! * levels] = values[e]!;
    }
  }
  return out;
}

/** The block K (x) Sigma of `out` that begins at row and column `first`. */
function kroneckerInto(out: Matrix, first: number, K: Matrix, Sigma: Matrix): void {
  const k = Sigma.rows;
  for (let m = 0; m < K.columns; m++) {
    for (let l = 0; l < K.rows; l++) {
      const factor = K.values[l + m * K.rows]!;
      if (factor === 0) continue;
      for (let b = 0; b < k; b++) {
        for (let a = 0; a < k; a++) {
          out.values[first + l * k + a + (first + m * k + b) * out.rows] = factor * Sigma.values[a + b * k]!;
        }
      }
    }
  }
}
