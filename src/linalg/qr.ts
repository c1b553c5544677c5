import type { Matrix } from "./matrix.ts";

/**
 * Householder QR of A (n x p) with limited pivoting: A[, pivot] = Q R.
 *
 * Columns keep their order; a column that is dependent on those before it moves to the end.
 */
export interface QrFactorization {
  readonly rows: number;
  readonly columns: number;
  /** number of independent columns; the first `rank` entries of `pivot` are theirs */
  readonly rank: number;
  /** column of A at each position, length p */
  readonly pivot: Int32Array;
  /**
   * n x p by position: on and above the diagonal R, below it the Householder vectors (with their head in
   * `heads`). Rows of R beyond `rank` are rounding noise.
   */
  readonly packed: Float64Array;
  readonly heads: Float64Array;
  /** Householder scalars, length p: H = I - tau v v' */
  readonly tau: Float64Array;
}

/**
 * QR with limited pivoting (the strategy of LINPACK's dqrdc2, with norms recomputed instead of downdated).
 *
 * A column is dependent when what is left of it is at most `tolerance[j]` times its own norm.
 */
export function householderQr(a: Matrix, tolerance: Float64Array): QrFactorization {
  const n = a.rows;
  const p = a.columns;
  const packed = a.values.slice();
  const pivot = new Int32Array(p);
  const heads = new Float64Array(p);
  const tau = new Float64Array(p);
  const limit = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    pivot[j] = j;
    limit[j] = tolerance[j]! * norm(packed, j * n, n);
  }
  let rank = 0;
  let end = p;
  while (rank < end && rank < n) {
    const start = rank * n;
    const length = norm(packed, start + rank, n - rank);
    if (!(length > limit[rank]!)) {
      moveToEnd(packed, n, p, rank, pivot, limit);
      end--;
      continue;
    }
    const alpha = packed[start + rank]!;
    const diagonal = alpha > 0 ? -length : length;
    const head = alpha - diagonal;
    // |v|^2 = 2 length (length + |alpha|), so tau = 2 / |v|^2 = 1 / (length * |head|)
    const scale = 1 / (length * Math.abs(head));
    packed[start + rank] = diagonal;
    heads[rank] = head;
    tau[rank] = scale;
    for (let j = rank + 1; j < p; j++) reflect(packed, start, rank, n, head, scale, packed, j * n);
    rank++;
  }
  return { rows: n, columns: p, rank, pivot, packed, heads, tau };
}

/** y <- Q' y in place, y of length n at `offset`. */
export function multiplyQTransposed(qr: QrFactorization, y: Float64Array, offset: number = 0): void {
  for (let k = 0; k < qr.rank; k++) {
    reflect(qr.packed, k * qr.rows, k, qr.rows, qr.heads[k]!, qr.tau[k]!, y, offset);
  }
}

/** y <- Q y in place, y of length n at `offset`. */
export function multiplyQ(qr: QrFactorization, y: Float64Array, offset: number = 0): void {
  for (let k = qr.rank - 1; k >= 0; k--) {
    reflect(qr.packed, k * qr.rows, k, qr.rows, qr.heads[k]!, qr.tau[k]!, y, offset);
  }
}

/** The first `rank` columns of Q, n x rank. */
export function orthonormalBasis(qr: QrFactorization): Matrix {
  const n = qr.rows;
  const values = new Float64Array(n * qr.rank);
  for (let j = 0; j < qr.rank; j++) {
    values[j + j * n] = 1;
    // columns k > j of H_k leave e_j alone
    for (let k = j; k >= 0; k--) reflect(qr.packed, k * n, k, n, qr.heads[k]!, qr.tau[k]!, values, j * n);
  }
  return { rows: n, columns: qr.rank, values };
}

/** x <- R^-1 x in place, R the leading rank x rank triangle. */
export function solveR(qr: QrFactorization, x: Float64Array): void {
  const n = qr.rows;
  for (let j = qr.rank - 1; j >= 0; j--) {
    const value = x[j]! / qr.packed[j + j * n]!;
    x[j] = value;
    for (let i = 0; i < j; i++) x[i] = x[i]! - value * qr.packed[i + j * n]!;
  }
}

/** x <- R^-T x in place, R the leading rank x rank triangle. */
export function solveRTransposed(qr: QrFactorization, x: Float64Array): void {
  const n = qr.rows;
  for (let j = 0; j < qr.rank; j++) {
    let sum = x[j]!;
    for (let i = 0; i < j; i++) sum -= qr.packed[i + j * n]! * x[i]!;
    x[j] = sum / qr.packed[j + j * n]!;
  }
}

/** Euclidean norm without overflow: scaled by the largest entry only where the plain sum is unsafe. */
function norm(x: Float64Array, offset: number, length: number): number {
  let sum = 0;
  for (let i = offset; i < offset + length; i++) sum += x[i]! * x[i]!;
  if (sum > 1e-280 && sum < 1e280) return Math.sqrt(sum);
  let largest = 0;
  for (let i = offset; i < offset + length; i++) largest = Math.max(largest, Math.abs(x[i]!));
  if (largest === 0 || largest === Infinity) return largest;
  sum = 0;
  for (let i = offset; i < offset + length; i++) sum += (x[i]! / largest) * (x[i]! / largest);
  return largest * Math.sqrt(sum);
}

/** y <- (I - tau v v') y with v = (head, packed[k + 1 ...]). */
function reflect(
  packed: Float64Array,
  start: number,
  k: number,
  n: number,
  head: number,
  tau: number,
  y: Float64Array,
  offset: number,
): void {
  let sum = head * y[offset + k]!;
  for (let i = k + 1; i < n; i++) sum += packed[start + i]! * y[offset + i]!;
  sum *= tau;
  y[offset + k] = y[offset + k]! - sum * head;
  for (let i = k + 1; i < n; i++) y[offset + i] = y[offset + i]! - sum * packed[start + i]!;
}

function moveToEnd(
  packed: Float64Array,
  n: number,
  p: number,
  k: number,
  pivot: Int32Array,
  limit: Float64Array,
): void {
  const column = packed.slice(k * n, (k + 1) * n);
  packed.copyWithin(k * n, (k + 1) * n, p * n);
  packed.set(column, (p - 1) * n);
  const index = pivot[k]!;
  pivot.copyWithin(k, k + 1, p);
  pivot[p - 1] = index;
  const bound = limit[k]!;
  limit.copyWithin(k, k + 1, p);
  limit[p - 1] = bound;
}
