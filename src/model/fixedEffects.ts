import { type ColumnScales, columnScales, standardize } from "../linalg/columnScales.ts";
import { crossProduct } from "../linalg/crossProduct.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { householderQr, orthonormalBasis } from "../linalg/qr.ts";
import { type AliasedColumn, combinationOf } from "./aliasedColumns.ts";
import type { FixedEffects } from "./model.ts";
import { patternMatrix, patternWeights, type RowPatterns } from "./rowPatterns.ts";

export interface FixedEffectsResult {
  readonly fixed: FixedEffects;
  /** columns of the full matrix that are kept, ascending */
  readonly kept: readonly number[];
  readonly aliased: readonly AliasedColumn[];
  /** smallest ratio of what is left of a kept column after those before it to its own length; 1 = orthogonal, 0 = dependent */
  readonly condition: number;
}

/**
 * A column is dependent when less than this part of its (centred, scaled) length is left after the columns before it.
 *
 * Householder QR makes backward errors of a few n^1/2 ulps of a column's length, about 1e-14, and exact
 * dependencies among data with rounding errors of their own stay below 1e-12. The hardest regression that is
 * still meant, NIST's Filip, has a ratio of 1.7e-9. 1e-11 lies between, two orders of magnitude from each.
 */
const dependenceTolerance = 1e-11;

/** Smallest ratio (squared: a pivot of the Gram matrix) at which the Cholesky factor of the Gram matrix settles the rank. */
const comfortablePivot = 1e-7;

/**
 * Takes aliased columns out of X and finds a well-conditioned basis of the others.
 *
 * Columns keep their order and the later of two dependent ones goes, as R's lm does. Where the columns,
 * centred and scaled, are clearly independent they are the basis themselves; otherwise the basis is orthonormal.
 * Always X = basis * transform with an upper triangular transform.
 *
 * @param names length p
 * @param X n x p, finite
 * @param weights precision weights, length n, positive
 * @param intercept the first column is known to be ones
 * @param patterns rows of X known to be alike
 */
export function fixedEffects(
  names: readonly string[],
  X: Matrix,
  weights?: Float64Array,
  intercept: boolean = false,
  patterns: RowPatterns | null = null,
): FixedEffectsResult {
  const result = independentColumns(names, X, weights, intercept, patterns);
  return patterns === null ? result : { ...result, fixed: { ...result.fixed, patterns } };
}

function independentColumns(
  names: readonly string[],
  X: Matrix,
  weights: Float64Array | undefined,
  intercept: boolean,
  patterns: RowPatterns | null,
): FixedEffectsResult {
  const gram =
    patterns === null
      ? crossProduct(X, weights)
      : crossProduct(patternMatrix(X, patterns), patternWeights(patterns, weights));
  const scales = columnScales(X, weights, true, { gram, intercept });
  const centred = decide(names, X, gram, scales, weights);
  for (const { column } of centred.aliased) {
    const spans = column >= scales.spanStart && column < scales.spanEnd;
    // the constant that was taken from other columns is not in the span without this one
    if (spans && scales.size[column]! > 0) {
      return decide(names, X, gram, columnScales(X, weights, false), weights);
    }
  }
  return centred;
}

function decide(
  names: readonly string[],
  X: Matrix,
  gram: Float64Array,
  scales: ColumnScales,
  weights: Float64Array | undefined,
): FixedEffectsResult {
  const basis = standardize(X, scales);
  const standardized = standardizedGram(X, gram, basis, scales, weights);
  return byGram(names, X, basis, standardized, scales) ?? byHouseholder(names, X, basis, scales, weights);
}

/** Cross-products of the standardized columns: another pass over the rows only where columns were centred. */
function standardizedGram(
  X: Matrix,
  gram: Float64Array,
  basis: Matrix,
  { scale, center }: ColumnScales,
  weights: Float64Array | undefined,
): Float64Array {
  if (basis === X) return gram;
  const p = X.columns;
  const scaled = gram.slice();
  for (let j = 0; j < p; j++) {
    const squares = gram[j + j * p]!;
    if (center[j] !== 0 || !(squares > 1e-200 && squares < 1e200)) return crossProduct(basis, weights);
    // exact: scales are powers of two
    const own = scale[j] === 0 ? 1 : 1 / scale[j]!;
    for (let i = 0; i < p; i++) {
      scaled[i + j * p]! *= own;
      scaled[j + i * p]! *= own;
    }
  }
  return scaled;
}

/** Rank from the Cholesky factor of the Gram matrix; null where the Gram matrix cannot tell. */
function byGram(
  names: readonly string[],
  X: Matrix,
  basis: Matrix,
  gram: Float64Array,
  scales: ColumnScales,
): FixedEffectsResult | null {
  const p = X.columns;
  // row-oriented limited pivoting: factor[i + j * p], i >= j, over kept columns only
  const factor = new Float64Array(p * p);
  const kept: number[] = [];
  const suspects: { column: number; coordinates: Float64Array }[] = [];
  let smallest = 1;
  for (let j = 0; j < p; j++) {
    const own = gram[j + j * p]!;
    let rest = own;
    const coordinates = new Float64Array(kept.length);
    for (let s = 0; s < kept.length; s++) {
      let sum = gram[j + kept[s]! * p]!;
      for (let t = 0; t < s; t++) sum -= coordinates[t]! * factor[s + t * p]!;
      coordinates[s] = sum / factor[s + s * p]!;
      rest -= coordinates[s]! * coordinates[s]!;
    }
    const ratio = own > 0 ? rest / own : 0;
    if (!(ratio > comfortablePivot)) {
      suspects.push({ column: j, coordinates });
      continue;
    }
    const k = kept.length;
    for (let s = 0; s < k; s++) factor[k + s * p] = coordinates[s]!;
    factor[k + k * p] = Math.sqrt(rest);
    kept.push(j);
    if (ratio < smallest) smallest = ratio;
  }
  const aliased: AliasedColumn[] = [];
  for (const { column, coordinates } of suspects) {
    // standardized column = standardized kept columns * L^-T coordinates; the residual decides, not the pivot
    const k = coordinates.length;
    for (let s = k - 1; s >= 0; s--) {
      let sum = coordinates[s]!;
      for (let t = s + 1; t < k; t++) sum -= factor[t + s * p]! * coordinates[t]!;
      coordinates[s] = sum / factor[s + s * p]!;
    }
    if (residualRatio(basis, column, kept, coordinates) > dependenceLimit(scales, column)) return null;
    aliased.push({ column, combination: combinationOf(coordinates, kept, column, scales) });
  }
  return {
    fixed: {
      names: kept.length === p ? names : kept.map((j) => names[j]!),
      matrix: selectColumns(X, kept),
      basis: selectColumns(basis, kept),
      transform: scalingTransform(scales, kept),
      crossproduct: principalSubmatrix(gram, p, kept),
    },
    kept,
    aliased,
    condition: Math.sqrt(smallest),
  };
}

/** Rank and an orthonormal basis from Householder QR of the standardized columns. */
function byHouseholder(
  names: readonly string[],
  X: Matrix,
  basis: Matrix,
  scales: ColumnScales,
  weights: Float64Array | undefined,
): FixedEffectsResult {
  const n = X.rows;
  const p = X.columns;
  const roots = weights === undefined ? null : weights.map(Math.sqrt);
  const weighted = roots === null ? basis : scaleRows(basis, roots);
  const tolerance = new Float64Array(p);
  for (let j = 0; j < p; j++) tolerance[j] = dependenceLimit(scales, j);
  const qr = householderQr(weighted, tolerance);
  const rank = qr.rank;
  const kept = Array.from(qr.pivot.subarray(0, rank));
  // T = R * (scaling transform); both upper triangular
  const scaling = scalingTransform(scales, kept);
  const transform = new Float64Array(rank * rank);
  let smallest = 1;
  for (let j = 0; j < rank; j++) {
    let squares = 0;
    for (let i = 0; i <= j; i++) squares += qr.packed[i + j * n]! ** 2;
    smallest = Math.min(smallest, Math.abs(qr.packed[j + j * n]!) / Math.sqrt(squares));
    for (let k = 0; k <= j; k++) {
      const value = scaling.values[k + j * rank]!;
      if (value === 0) continue;
      for (let i = 0; i <= k; i++)
        transform[i + j * rank] = transform[i + j * rank]! + qr.packed[i + k * n]! * value;
    }
  }
  const aliased: AliasedColumn[] = [];
  for (let position = rank; position < p; position++) {
    const column = qr.pivot[position]!;
    const coordinates = qr.packed.slice(position * n, position * n + rank);
    for (let j = rank - 1; j >= 0; j--) {
      coordinates[j] = coordinates[j]! / qr.packed[j + j * n]!;
      for (let i = 0; i < j; i++) coordinates[i] = coordinates[i]! - coordinates[j]! * qr.packed[i + j * n]!;
    }
    aliased.push({ column, combination: combinationOf(coordinates, kept, column, scales) });
  }
  aliased.sort((a, b) => a.column - b.column);
  const q = orthonormalBasis(qr);
  return {
    fixed: {
      names: kept.map((j) => names[j]!),
      matrix: selectColumns(X, kept),
      basis:
        roots === null
          ? q
          : scaleRows(
              q,
              roots.map((root) => 1 / root),
            ),
      transform: { rows: rank, columns: rank, values: transform },
      crossproduct: identity(rank),
    },
    kept,
    aliased,
    condition: smallest,
  };
}

/** Tolerance of a column: rounding of its entries is relative to their size, not to their spread. */
function dependenceLimit(scales: ColumnScales, column: number): number {
  const spread = scales.spread[column]!;
  return spread > 0 ? Math.max(dependenceTolerance, (8 * Number.EPSILON * scales.size[column]!) / spread) : 1;
}

/** |x_j - X_kept c| / |x_j| on standardized columns. */
function residualRatio(basis: Matrix, column: number, kept: readonly number[], c: Float64Array): number {
  const n = basis.rows;
  const residual = basis.values.slice(column * n, (column + 1) * n);
  let own = 0;
  for (let i = 0; i < n; i++) own += residual[i]! * residual[i]!;
  if (own === 0) return 0;
  for (let s = 0; s < c.length; s++) {
    const weight = c[s]!;
    if (weight === 0) continue;
    const start = kept[s]! * n;
    for (let i = 0; i < n; i++) residual[i] = residual[i]! - weight * basis.values[start + i]!;
  }
  let rest = 0;
  for (let i = 0; i < n; i++) rest += residual[i]! * residual[i]!;
  return Math.sqrt(rest / own);
}

/** T0 of the kept columns: X = standardized * T0. */
function scalingTransform(scales: ColumnScales, kept: readonly number[]): Matrix {
  const p = kept.length;
  const values = new Float64Array(p * p);
  for (let j = 0; j < p; j++) {
    const column = kept[j]!;
    values[j + j * p] = scales.scale[column]!;
    const center = scales.center[column]!;
    if (center === 0) continue;
    for (let i = 0; i < j; i++) {
      const k = kept[i]!;
      if (k >= scales.spanStart && k < scales.spanEnd)
        values[i + j * p] = (center * scales.scale[k]!) / scales.spanValue;
    }
  }
  return { rows: p, columns: p, values };
}

function principalSubmatrix(gram: Float64Array, p: number, kept: readonly number[]): Matrix {
  const k = kept.length;
  if (k === p) return { rows: p, columns: p, values: gram };
  const values = new Float64Array(k * k);
  for (let j = 0; j < k; j++) for (let i = 0; i < k; i++) values[i + j * k] = gram[kept[i]! + kept[j]! * p]!;
  return { rows: k, columns: k, values };
}

function identity(size: number): Matrix {
  const values = new Float64Array(size * size);
  for (let j = 0; j < size; j++) values[j + j * size] = 1;
  return { rows: size, columns: size, values };
}

function selectColumns(X: Matrix, kept: readonly number[]): Matrix {
  if (kept.length === X.columns) return X;
  const n = X.rows;
  const values = new Float64Array(n * kept.length);
  for (let j = 0; j < kept.length; j++) {
    values.set(X.values.subarray(kept[j]! * n, (kept[j]! + 1) * n), j * n);
  }
  return { rows: n, columns: kept.length, values };
}

function scaleRows(X: Matrix, factors: Float64Array): Matrix {
  const values = new Float64Array(X.values.length);
  for (let j = 0, at = 0; j < X.columns; j++) {
    for (let i = 0; i < X.rows; i++, at++) values[at] = X.values[at]! * factors[i]!;
  }
  return { rows: X.rows, columns: X.columns, values };
}
