/*
 * Which contrasts of the coefficients a term is tested by (Goodnight 1980, Tests of hypotheses in fixed
 * effects linear models; SAS/STAT, The four types of estimable functions). F depends on the span of the rows only,
 * but Fai & Cornelius' degrees of freedom also on the rows; so they are scaled as SAS and lmerTest show
 * them: each row has a one for its own parameter and a zero for the term's other free parameters.
 */
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { householderQr } from "../linalg/qr.ts";
import { dot, norm } from "../linalg/squareProducts.ts";
import type { Effect } from "./estimableFunctions.ts";

export type AnovaType = "I" | "II" | "III";

/** Whether the first effect's hypothesis is not to involve the second, which contains it. */
type Containment = (inner: Effect, outer: Effect) => boolean;

/**
 * Rows (length p) whose span is the hypothesis of each effect; no rows where nothing is estimable.
 *
 * - I: each term after those before it: its rows of R in X = Q R.
 * - II: each term after every term that does not contain it: the same with the columns reordered.
 * - III: among the estimable functions that involve the term and terms containing it only, those
 *   orthogonal (in the overparameterized space) to the ones that involve the containing terms only.
 *
 * @param triangle R of X = Q R, p x p upper triangular (types I and II)
 */
export function hypotheses(
  type: AnovaType,
  effects: readonly Effect[],
  triangle: Matrix,
  contains: Containment,
): readonly (readonly Float64Array[])[] {
  switch (type) {
    case "I":
      return effects.map((effect) => effect.kept.map((row) => unitRow(rowOf(triangle, row), row)));
    case "II":
      return effects.map((effect) => adjustedRows(effect, effects, triangle, contains));
    case "III":
      return effects.map((effect) => orthogonalRows(effect, effects, contains));
  }
}

function adjustedRows(
  effect: Effect,
  effects: readonly Effect[],
  triangle: Matrix,
  contains: Containment,
): Float64Array[] {
  const p = triangle.rows;
  const others = effects.filter((other) => other !== effect && !contains(effect, other));
  const containing = effects.filter((other) => contains(effect, other));
  const before = others.flatMap((other) => other.kept);
  const order = [...before, ...effect.kept, ...containing.flatMap((other) => other.kept)];
  const permuted = createMatrix(p, p);
  for (const [to, from] of order.entries()) {
    permuted.values.set(triangle.values.subarray(from * p, (from + 1) * p), to * p);
  }
  const { packed } = householderQr(permuted, new Float64Array(p));
  const rows = effect.kept.map((column, k) => {
    const row = before.length + k;
    const out = new Float64Array(p);
    for (let to = row; to < p; to++) out[order[to]!] = packed[row + to * p]!;
    return unitRow(out, column);
  });
  if (containing.length > 0) return rows;
  // nothing contains the term: its rows reduce to one parameter each (a choice of rows, see above)
  return reduceRows(
    rows.map((row) => ({ coefficients: row, full: row })),
    effect.kept,
  ).map(({ coefficients }) => coefficients);
}

/** A combination m of kept coefficients, and the estimable function m E it is in the overparameterized model. */
interface Estimable {
  readonly coefficients: Float64Array;
  readonly full: Float64Array;
}

function orthogonalRows(effect: Effect, effects: readonly Effect[], contains: Containment): Float64Array[] {
  const containing = effects.filter((other) => contains(effect, other));
  const absent = effects.filter((other) => other !== effect && !containing.includes(other));
  const involved = [...effect.columns, ...containing.flatMap((other) => other.columns)];
  const p = effect.columns[0]?.length ?? 0;
  const estimable = (without: readonly Effect[]): Estimable[] =>
    nullSpace(
      without.flatMap((other) => other.columns),
      p,
    ).map((coefficients) => ({
      coefficients,
      full: Float64Array.from(involved, (column) => dot(coefficients, column)),
    }));
  const basis: Estimable[] = [];
  for (const function_ of estimable([...absent, effect])) extend(basis, function_);
  const ofContaining = basis.length;
  for (const function_ of estimable(absent)) extend(basis, function_);
  return reduceRows(basis.slice(ofContaining), effect.free).map(({ coefficients }) => coefficients);
}

/** Gauss-Jordan elimination on the term's free parameters, the first independent ones as pivots. */
function reduceRows(rows: readonly Estimable[], free: readonly number[]): Estimable[] {
  const left = rows.map(({ coefficients, full }) => ({
    coefficients: coefficients.slice(),
    full: full.slice(),
  }));
  const done: typeof left = [];
  for (const column of free) {
    let best = -1;
    for (const [i, row] of left.entries()) {
      const size = Math.abs(row.full[column]!);
      if (size > 1e-8 && (best < 0 || size > Math.abs(left[best]!.full[column]!))) best = i;
    }
    if (best < 0) continue;
    const [pivot] = left.splice(best, 1);
    scaleInPlace(pivot!.coefficients, 1 / pivot!.full[column]!);
    scaleInPlace(pivot!.full, 1 / pivot!.full[column]!);
    for (const row of [...left, ...done]) {
      const weight = row.full[column]!;
      subtractInPlace(row.coefficients, weight, pivot!.coefficients);
      subtractInPlace(row.full, weight, pivot!.full);
    }
    done.push(pivot!);
  }
  return [...done, ...left];
}

/** Adds the part of `candidate` that is orthogonal to the basis, when there is one. */
function extend(basis: Estimable[], candidate: Estimable): void {
  const coefficients = candidate.coefficients.slice();
  const full = candidate.full.slice();
  const size = norm(full);
  for (let pass = 0; pass < 2; pass++) {
    for (const member of basis) {
      const weight = dot(member.full, full);
      subtractInPlace(full, weight, member.full);
      subtractInPlace(coefficients, weight, member.coefficients);
    }
  }
  const left = norm(full);
  if (!(left > 1e-8 * size)) return;
  basis.push({ coefficients: coefficients.map((x) => x / left), full: full.map((x) => x / left) });
}

/** Orthonormal basis of the vectors m of length p with m'c = 0 for every column c. */
function nullSpace(columns: readonly Float64Array[], p: number): Float64Array[] {
  const span: Float64Array[] = [];
  for (const column of columns) orthonormalize(span, column, 1e-8);
  const rank = span.length;
  // the squared distances of the unit vectors from a span of codimension d sum to d, so one of those not yet
  // seen is always farther away than this
  const far = 0.7 / Math.sqrt(p);
  for (let i = 0; i < p && span.length < p; i++) {
    const unit = new Float64Array(p);
    unit[i] = 1;
    orthonormalize(span, unit, far);
  }
  return span.slice(rank);
}

/** Adds the direction of `vector` to an orthonormal basis when more than `tolerance` of it is new. */
function orthonormalize(basis: Float64Array[], vector: Float64Array, tolerance: number): void {
  const size = norm(vector);
  if (!(size > 0)) return;
  const rest = vector.map((x) => x / size);
  for (let pass = 0; pass < 2; pass++) {
    for (const member of basis) {
      const weight = dot(member, rest);
      subtractInPlace(rest, weight, member);
    }
  }
  const left = norm(rest);
  if (left > tolerance) basis.push(rest.map((x) => x / left));
}

function unitRow(row: Float64Array, column: number): Float64Array {
  scaleInPlace(row, 1 / row[column]!);
  return row;
}

function scaleInPlace(x: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i]! *= factor;
}

function subtractInPlace(x: Float64Array, weight: number, y: Float64Array): void {
  if (weight !== 0) for (let i = 0; i < x.length; i++) x[i]! -= weight * y[i]!;
}

function rowOf(matrix: Matrix, row: number): Float64Array {
  return Float64Array.from({ length: matrix.columns }, (_, j) => matrix.values[row + j * matrix.rows]!);
}
