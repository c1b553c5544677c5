import { isDeviation } from "../covariance/isDeviation.ts";
import type { Problem } from "../engines/engine.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { choleskyInPlace, invertCholesky } from "../linalg/smallCholesky.ts";
import { problemOf } from "./precision.ts";
import type { FitResult } from "./result.ts";

/** A variance or covariance on the natural scale. */
export interface ComponentEstimate {
  /** `dam`, `p[2,1]`, `residual` */
  readonly name: string;
  readonly estimate: number;
  /** asymptotic standard error from the average information; null when held, or without meaning (a variance of zero) */
  readonly se: number | null;
  readonly held: boolean;
}

export interface ComponentEstimates {
  readonly rows: readonly ComponentEstimate[];
  /** asymptotic covariance of all rows (zero rows where held); null where the information is singular */
  readonly covariance: Matrix | null;
}

/**
 * Every variance and covariance of a fit on the absolute scale with its standard error, Var = AI^-1
 * (structured terms: by the delta method from theta).
 */
export function componentEstimates(fit: FitResult, problem: Problem = problemOf(fit)): ComponentEstimates {
  const { natural } = problem;
  const blocks = [
    ...fit.model.random.map((term, t) => ({
      name: term.component,
      matrix: fit.covariances[t]!,
      structured: !["us", "diag"].includes(term.covariance.name),
    })),
    {
      name: "residual",
      matrix: fit.residualCovariance ?? { rows: 1, columns: 1, values: Float64Array.of(fit.sigma ** 2) },
      structured: false,
    },
  ];
  const rows: { name: string; component: string; row: number; column: number; estimate: number }[] = [];
  for (const { name, matrix } of blocks) {
    const k = matrix.rows;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) {
        rows.push({
          name: k === 1 ? name : `${name}[${i + 1},${j + 1}]`,
          component: name,
          row: i,
          column: j,
          estimate: matrix.values[i + j * k]!,
        });
      }
    }
  }
  // on the boundary the information in the variances describes nothing: what is zero is zero, the rest is judged beside it
  const boundary = problem.parameters.some((spec, a) => fit.theta[a] === 0 && isDeviation(spec));
  const structured = boundary || blocks.some((block) => block.structured && !fit.held.includes(block.name));
  const covariance = natural
    ? structured
      ? covarianceByTheta(problem, fit.theta, rows)
      : covarianceOfEntries(problem, fit.theta, rows)
    : null;
  return {
    rows: rows.map(({ name, component, estimate }, r) => {
      const held = fit.held.includes(component);
      const variance = covariance === null ? 0 : covariance.values[r + r * rows.length]!;
      return { name, estimate, se: held || !(variance > 0) ? null : Math.sqrt(variance), held };
    }),
    covariance,
  };
}

interface Entry {
  readonly component: string;
  readonly row: number;
  readonly column: number;
}

function covarianceOfEntries(problem: Problem, theta: Float64Array, rows: readonly Entry[]): Matrix | null {
  const { entries, evaluate, valuesAt } = problem.natural!;
  const { ok, information } = evaluate(valuesAt(theta), true);
  const inverse = ok ? inverted(information) : null;
  if (inverse === null) return null;
  const place = placesOf(entries, rows);
  const out = createMatrix(rows.length, rows.length);
  const q = entries.length;
  for (let a = 0; a < q; a++) {
    for (let b = 0; b < q; b++) {
      out.values[place[a]! + place[b]! * rows.length] = inverse[a + b * q]!;
    }
  }
  return out;
}

/** J (2 H^-1) J' with J by central differences of the entries in theta. */
function covarianceByTheta(problem: Problem, theta: Float64Array, rows: readonly Entry[]): Matrix | null {
  const { entries, valuesAt } = problem.natural!;
  const q = theta.length;
  const hessian = { ...problem.evaluate(theta, 2).hessian };
  const inverse = inverted({ ...hessian, values: hessian.values.map((value) => 0.5 * value) });
  if (inverse === null) return null;
  const columns = Array.from({ length: q }, (_, a) => {
    const point = theta.slice();
    const step = 1e-5 * Math.max(1, Math.abs(theta[a]!));
    point[a] = theta[a]! + step;
    const up = valuesAt(point);
    point[a] = theta[a]! - step;
    return valuesAt(point).map((down, e) => (up[e]! - down) / (2 * step));
  });
  const place = placesOf(entries, rows);
  const out = createMatrix(rows.length, rows.length);
  for (let e = 0; e < entries.length; e++) {
    for (let f = 0; f < entries.length; f++) {
      let sum = 0;
      for (let a = 0; a < q; a++) {
        for (let b = 0; b < q; b++) sum += columns[a]![e]! * inverse[a + b * q]! * columns[b]![f]!;
      }
      out.values[place[e]! + place[f]! * rows.length] = sum;
    }
  }
  return out;
}

function placesOf(entries: readonly Entry[], rows: readonly Entry[]): number[] {
  return entries.map((e) =>
    rows.findIndex((r) => r.component === e.component && r.row === e.row && r.column === e.column),
  );
}

/** An inverse with entries beyond this, of a matrix scaled to unit diagonal, holds nothing but rounding. */
const INFLATED = 1e8;

/**
 * The inverse of a positive definite matrix, scaled to unit diagonal first; null where it is not. Zero variances stand for
 * parameters that the matrix does not tell from others.
 */
function inverted({ rows: q, values }: Matrix): Float64Array | null {
  const known = Array.from({ length: q }, (_, i) => i).filter((i) => values[i + i * q]! > 0);
  const m = known.length;
  const scale = known.map((i) => Math.sqrt(values[i + i * q]!));
  const factor = new Float64Array(m * m);
  for (let b = 0; b < m; b++) {
    for (let a = 0; a < m; a++)
      factor[a + b * m] = values[known[a]! + known[b]! * q]! / (scale[a]! * scale[b]!);
  }
  if (!choleskyInPlace(factor, m)) return null;
  const inverse = new Float64Array(m * m);
  invertCholesky(factor, m, inverse);
  const out = new Float64Array(q * q);
  const told = (a: number): boolean => inverse[a + a * m]! <= INFLATED;
  for (let b = 0; b < m; b++) {
    for (let a = 0; a < m; a++) {
      if (told(a) && told(b)) out[known[a]! + known[b]! * q] = inverse[a + b * m]! / (scale[a]! * scale[b]!);
    }
  }
  return out;
}
