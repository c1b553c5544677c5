import type { Matrix } from "./matrix.ts";

/**
 * X'WX of X (n x p), full symmetric p x p.
 *
 * Rows are walked with their nonzero entries only where columns are mostly zeros (indicators): a row of a
 * two-way table of factors has a handful of them, however many columns there are.
 */
export function crossProduct(X: Matrix, weights?: Float64Array): Float64Array {
  const p = X.columns;
  const product = isSparse(X) ? sparseRows(X, weights) : denseColumns(X, weights);
  for (let j = 0; j < p; j++) {
    for (let i = j + 1; i < p; i++) product[j + i * p] = product[i + j * p]!;
  }
  return product;
}

/** Fewer than a third of the entries are nonzero, judged on up to 256 evenly spread rows. */
function isSparse(X: Matrix): boolean {
  const { rows: n, columns: p } = X;
  if (p < 8) return false;
  const step = Math.max(1, Math.floor(n / 256));
  let nonzero = 0;
  let seen = 0;
  for (let i = 0; i < n; i += step) {
    for (let j = 0; j < p; j++) if (X.values[i + j * n] !== 0) nonzero++;
    seen += p;
  }
  return nonzero * 3 < seen;
}

function sparseRows(X: Matrix, weights: Float64Array | undefined): Float64Array {
  const { rows: n, columns: p, values: x } = X;
  const product = new Float64Array(p * p);
  // blocks of rows keep the strided reads of all columns in cache
  const block = 512;
  const counts = new Int32Array(block);
  const columns = new Int32Array(block * p);
  const entries = new Float64Array(block * p);
  for (let first = 0; first < n; first += block) {
    const size = Math.min(block, n - first);
    counts.fill(0);
    for (let j = 0; j < p; j++) {
      const start = j * n + first;
      for (let i = 0; i < size; i++) {
        const value = x[start + i]!;
        if (value === 0) continue;
        const at = i * p + counts[i]!++;
        columns[at] = j;
        entries[at] = value;
      }
    }
    for (let i = 0; i < size; i++) {
      const weight = weights === undefined ? 1 : weights[first + i]!;
      const begin = i * p;
      const end = begin + counts[i]!;
      for (let a = begin; a < end; a++) {
        const value = weight * entries[a]!;
        const column = columns[a]! * p;
        for (let b = a; b < end; b++) {
          const at = column + columns[b]!;
          product[at] = product[at]! + value * entries[b]!;
        }
      }
    }
  }
  return product;
}

function denseColumns(X: Matrix, weights: Float64Array | undefined): Float64Array {
  const { rows: n, columns: p, values: x } = X;
  const product = new Float64Array(p * p);
  const block = 1024;
  const scratch = weights === undefined ? null : new Float64Array(Math.min(block, n));
  for (let first = 0; first < n; first += block) {
    const size = Math.min(block, n - first);
    for (let j = 0; j < p; j++) {
      let left = x;
      let at = j * n + first;
      if (scratch !== null) {
        for (let i = 0; i < size; i++) scratch[i] = weights![first + i]! * x[at + i]!;
        left = scratch;
        at = 0;
      }
      let k = j;
      for (; k + 1 < p; k += 2) {
        const right0 = k * n + first;
        const right1 = right0 + n;
        let sum0 = 0;
        let sum1 = 0;
        for (let i = 0; i < size; i++) {
          const value = left[at + i]!;
          sum0 += value * x[right0 + i]!;
          sum1 += value * x[right1 + i]!;
        }
        product[k + j * p] = product[k + j * p]! + sum0;
        product[k + 1 + j * p] = product[k + 1 + j * p]! + sum1;
      }
      if (k < p) {
        const right = k * n + first;
        let sum = 0;
        for (let i = 0; i < size; i++) sum += left[at + i]! * x[right + i]!;
        product[k + j * p] = product[k + j * p]! + sum;
      }
    }
  }
  return product;
}
