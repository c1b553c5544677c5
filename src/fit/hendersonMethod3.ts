// Henderson's method 3: sums of squares of each random term after the fixed effects and the terms before it, set equal to
// their expectations,
//
//   S_i = y'(P_i - P_(i-1)) y,   E S_i = sum_(j >= i) tr(Z_j'(P_i - P_(i-1)) Z_j) sigma2_j + rank_i sigma2_e,
//
// P_i the projection on [X Z_1 .. Z_i]. With L the Cholesky factor of [X Z_1 .. Z_c y]'[..], columns without a pivot left
// out, S_i = |L_yi|^2 and the trace is |L_ji|^2. In balanced data these are the ANOVA estimators.
// Henderson (1953), Biometrics 9, 226; Searle, Casella & McCulloch (1992), Variance Components, section 5.5.

import { HendersonError } from "../base/errors.ts";
import { choleskyOf, solveCholesky } from "../linalg/smallCholesky.ts";
import type { Model } from "../model/model.ts";

export interface AnovaSource {
  readonly component: string;
  readonly sumOfSquares: number;
  readonly degreesOfFreedom: number;
  /** coefficients of the variances of all terms and of the residual in the expectation */
  readonly expectation: readonly number[];
}

export interface AnovaEstimates {
  /** R(b): the part of y'y that the fixed effects take */
  readonly fixedSumOfSquares: number;
  /** random terms in order, then the residual */
  readonly sources: readonly AnovaSource[];
  /** estimates by component, `residual` last; may be negative */
  readonly estimates: ReadonlyMap<string, number>;
}

/** A pivot below this part of its diagonal entry counts as zero: the column depends on those before it. */
const DEPENDENT = 1e-10;
/** Columns of [X Z] above which the dense factor takes too long. */
const LARGEST = 4000;

/**
 * Variance components by Henderson's method 3, terms in the order of the model.
 *
 * @throws HendersonError fit/anova-model for relationships, several coefficients a level, several traits, or too many levels
 */
export function hendersonMethod3(model: Model): AnovaEstimates {
  requireSimpleTerms(model);
  const n = model.response.length;
  const p = model.fixed.basis.columns;
  const starts = [0, p];
  for (const term of model.random) starts.push(starts.at(-1)! + term.levels.length);
  const m = starts.at(-1)!;
  if (m > LARGEST) {
    throw unsuitable(`has ${m} fixed and random columns, more than ${LARGEST}`, "use REML, which is sparse");
  }
  const rows = weightedRows(model);
  const products = crossproducts(model, rows, starts, m);
  const { pivots } = factorize(products, m);

  const terms = model.random.length;
  const taken: number[] = [];
  const ranks: number[] = [];
  const traces: number[][] = [];
  for (let i = 0; i <= terms; i++) {
    let square = 0;
    let rank = 0;
    const own = new Array<number>(terms).fill(0);
    for (let c = starts[i]!; c < starts[i + 1]!; c++) {
      if (!pivots[c]) continue;
      rank++;
      square += products[m + c * (m + 1)]! ** 2;
      for (let j = Math.max(0, i - 1); j < terms; j++) {
        for (let r = Math.max(c, starts[j + 1]!); r < starts[j + 2]!; r++)
          own[j]! += products[r + c * (m + 1)]! ** 2;
      }
    }
    taken.push(square);
    ranks.push(rank);
    traces.push(own);
  }
  const total = rows.y.reduce((sum, y) => sum + y * y, 0);
  const residualSquares = products[m + m * (m + 1)]!;
  const residualDf = n - ranks.reduce((sum, rank) => sum + rank, 0);
  if (residualDf <= 0) throw unsuitable("leaves no degrees of freedom for the residual", "use REML");

  const sources: AnovaSource[] = model.random.map((term, t) => ({
    component: term.component,
    sumOfSquares: taken[t + 1]!,
    degreesOfFreedom: ranks[t + 1]!,
    expectation: [...traces[t + 1]!.map((trace, j) => (j < t ? 0 : trace)), ranks[t + 1]!],
  }));
  sources.push({
    component: "residual",
    sumOfSquares: residualSquares,
    degreesOfFreedom: residualDf,
    expectation: [...new Array<number>(terms).fill(0), residualDf],
  });
  return { fixedSumOfSquares: total - rows.left, sources, estimates: solved(sources) };
}

/** Back substitution of the triangular expectations. */
function solved(sources: readonly AnovaSource[]): ReadonlyMap<string, number> {
  const values = new Array<number>(sources.length).fill(0);
  for (let i = sources.length - 1; i >= 0; i--) {
    const { expectation, sumOfSquares, component } = sources[i]!;
    let left = sumOfSquares;
    for (let j = i + 1; j < sources.length; j++) left -= expectation[j]! * values[j]!;
    if (!(expectation[i]! > 0)) {
      throw unsuitable(
        `cannot tell the levels of ${component} from the effects before it`,
        "leave the term out, or put it before the others",
      );
    }
    values[i] = left / expectation[i]!;
  }
  return new Map(sources.map(({ component }, i) => [component, values[i]!]));
}

interface WeightedRows {
  /** square roots of the weights */
  readonly root: Float64Array;
  /** root x (y - offset) */
  readonly y: Float64Array;
  /** root x residual of the least-squares fit of X: sums of squares after X need no more of y */
  readonly residual: Float64Array;
  /** sum of its squares */
  readonly left: number;
}

function weightedRows(model: Model): WeightedRows {
  const n = model.response.length;
  const { basis, crossproduct } = model.fixed;
  const p = basis.columns;
  const root = Float64Array.from({ length: n }, (_, r) => Math.sqrt(model.weights?.[r] ?? 1));
  const y = model.response.map((value, r) => root[r]! * (value - (model.offset?.[r] ?? 0)));
  const residual = y.slice();
  const factor = choleskyOf(crossproduct.values, p);
  for (let sweep = 0; sweep < 2; sweep++) {
    const right = new Float64Array(p);
    for (let c = 0; c < p; c++) {
      for (let r = 0; r < n; r++) right[c]! += root[r]! * basis.values[r + c * n]! * residual[r]!;
    }
    solveCholesky(factor, p, right);
    for (let c = 0; c < p; c++) {
      for (let r = 0; r < n; r++) residual[r]! -= root[r]! * basis.values[r + c * n]! * right[c]!;
    }
  }
  return { root, y, residual, left: residual.reduce((sum, e) => sum + e * e, 0) };
}

/** Lower triangle of [X~ Z r]'W[X~ Z r], (m + 1) x (m + 1); r in the last row. */
function crossproducts(model: Model, rows: WeightedRows, starts: readonly number[], m: number): Float64Array {
  const n = model.response.length;
  const p = starts[1]!;
  const ld = m + 1;
  const out = new Float64Array(ld * ld);
  const columns = new Int32Array(p + model.random.length + 1);
  const values = new Float64Array(columns.length);
  for (let r = 0; r < n; r++) {
    let end = 0;
    const add = (column: number, value: number): void => {
      columns[end] = column;
      values[end++] = value;
    };
    for (let c = 0; c < p; c++) add(c, rows.root[r]! * model.fixed.basis.values[r + c * n]!);
    model.random.forEach((term, t) => {
      add(starts[t + 1]! + term.codes[r]!, rows.root[r]! * (term.basis[0]?.[r] ?? 1));
    });
    add(m, rows.residual[r]!);
    for (let b = 0; b < end; b++) {
      for (let a = b; a < end; a++) out[columns[a]! + columns[b]! * ld]! += values[a]! * values[b]!;
    }
  }
  return out;
}

/** L over the lower triangle, columns without a pivot set to zero; the last entry keeps what is left of y'y. */
function factorize(a: Float64Array, m: number): { readonly pivots: readonly boolean[] } {
  const ld = m + 1;
  const pivots: boolean[] = [];
  const diagonal = Float64Array.from({ length: m }, (_, i) => a[i * (ld + 1)]!);
  for (let c = 0; c < m; c++) {
    const at = c * ld;
    const pivot = a[c + at]!;
    const regular = pivot > DEPENDENT * diagonal[c]!;
    pivots.push(regular);
    if (!regular) {
      a.fill(0, at + c, at + ld);
      continue;
    }
    const root = Math.sqrt(pivot);
    for (let r = c; r < ld; r++) a[r + at]! /= root;
    for (let k = c + 1; k < ld; k++) {
      const l = a[k + at]!;
      if (l === 0) continue;
      for (let r = k; r < ld; r++) a[r + k * ld]! -= l * a[r + at]!;
    }
  }
  return { pivots };
}

function requireSimpleTerms(model: Model): void {
  if (model.random.length === 0) throw unsuitable("has no random terms", "use least squares");
  if (model.traits) throw unsuitable("has several traits", "fit one trait at a time, or use REML");
  for (const term of model.random) {
    if (term.relationship) throw unsuitable(`has related levels in ${term.component}`, "use REML");
    if (term.incidence || term.covariance.size > 1) {
      throw unsuitable(`has several effects a row in ${term.component}`, "use REML");
    }
  }
}

function unsuitable(what: string, hint: string): HendersonError {
  return new HendersonError("fit/anova-model", `the model ${what}, which the ANOVA method does not take`, {
    hint,
  });
}
