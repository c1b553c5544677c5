import type { Matrix } from "../linalg/matrix.ts";
import { choleskyOf, solveCholesky } from "../linalg/smallCholesky.ts";
import type { Model } from "./model.ts";

/** Whether a constant lies in the span of the fixed columns: an intercept, or dummies that add up to one. O(n p). */
export function spansConstant(model: Model): boolean {
  const { basis, crossproduct, matrix } = model.fixed;
  const n = basis.rows;
  const p = basis.columns;
  if (p === 0) return false;
  if (firstColumnIsConstant(matrix)) return true;
  const { weights } = model;
  const moments = new Float64Array(p);
  let total = 0;
  for (let i = 0; i < n; i++) total += weights?.[i] ?? 1;
  for (let k = 0; k < p; k++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (weights?.[i] ?? 1) * basis.values[i + k * n]!;
    moments[k] = sum;
  }
  const solution = moments.slice();
  solveCholesky(choleskyOf(crossproduct.values, p), p, solution);
  let explained = 0;
  for (let k = 0; k < p; k++) explained += moments[k]! * solution[k]!;
  return total - explained < 1e-8 * total;
}

/** Where an intercept stands. */
function firstColumnIsConstant({ rows, values }: Matrix): boolean {
  const first = values[0]!;
  for (let i = 1; i < rows; i++) if (values[i] !== first) return false;
  return first !== 0;
}
