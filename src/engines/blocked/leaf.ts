import type { Factor } from "./factors.ts";

/**
 * Sufficient statistics of the factor that is eliminated level by level, and the memory of one pass over its
 * levels. In working coordinates, per level j with records i in j and weights w:
 *
 *   A_j = sum w z z'  (S x S),   B_j = sum w z [x' r]  (S x (p+1), last column for the response)
 */
export interface Leaf {
  readonly levels: number;
  /** S */
  readonly width: number;
  /** p + 1 */
  readonly columns: number;
  /** A_j at j * S * S, symmetric, full */
  readonly a: Float64Array;
  /** B_j at j * S * (p + 1): entry (s, k) at k * S + s */
  readonly b: Float64Array;
}

/** One pass over the rows. */
export function leafStatistics(
  factor: Factor,
  x: Float64Array,
  p: number,
  residual: Float64Array,
  weights: Float64Array | undefined,
): Leaf {
  const { levels, width: S, codes, columns: z } = factor;
  const m = p + 1;
  const n = codes.length;
  const a = new Float64Array(levels * S * S);
  const b = new Float64Array(levels * S * m);
  const second = z[1] ?? null;
  if (S === 1 && z[0] === null) accumulateOnes(codes, x, p, residual, weights, a, b);
  else if (S === 2 && z[0] === null && second !== null && weights === undefined) {
    accumulatePair(codes, second, x, p, residual, a, b);
  } else {
    const row = new Float64Array(S);
    for (let i = 0; i < n; i++) {
      const j = codes[i]!;
      const w = weights === undefined ? 1 : weights[i]!;
      for (let s = 0; s < S; s++) {
        const column = z[s]!;
        row[s] = column === null ? 1 : column[i]!;
      }
      const at = j * S * S;
      const bt = j * S * m;
      for (let s = 0; s < S; s++) {
        const wz = w * row[s]!;
        for (let t = 0; t < S; t++) a[at + s + t * S]! += wz * row[t]!;
        for (let k = 0; k < p; k++) b[bt + k * S + s]! += wz * x[i + k * n]!;
        b[bt + p * S + s]! += wz * residual[i]!;
      }
    }
  }
  return { levels, width: S, columns: m, a, b };
}

function accumulateOnes(
  codes: Int32Array,
  x: Float64Array,
  p: number,
  residual: Float64Array,
  weights: Float64Array | undefined,
  a: Float64Array,
  b: Float64Array,
): void {
  const n = codes.length;
  const m = p + 1;
  for (let i = 0; i < n; i++) {
    const j = codes[i]!;
    const w = weights === undefined ? 1 : weights[i]!;
    const bt = j * m;
    a[j]! += w;
    for (let k = 0; k < p; k++) b[bt + k]! += w * x[i + k * n]!;
    b[bt + p]! += w * residual[i]!;
  }
}

/** `(1 + x | g)` without weights: the case of growth curves, worth its own loop. */
function accumulatePair(
  codes: Int32Array,
  z: Float64Array,
  x: Float64Array,
  p: number,
  residual: Float64Array,
  a: Float64Array,
  b: Float64Array,
): void {
  const n = codes.length;
  const m = 2 * (p + 1);
  for (let i = 0; i < n; i++) {
    const j = codes[i]!;
    const zi = z[i]!;
    const at = 4 * j;
    let bt = j * m;
    a[at]! += 1;
    a[at + 1]! += zi;
    a[at + 3]! += zi * zi;
    for (let k = 0; k < p; k++) {
      const xi = x[i + k * n]!;
      b[bt]! += xi;
      b[bt + 1]! += zi * xi;
      bt += 2;
    }
    const r = residual[i]!;
    b[bt]! += r;
    b[bt + 1]! += zi * r;
  }
  for (let at = 0; at < a.length; at += 4) a[at + 2] = a[at + 1]!;
}

/**
 * What a pass over the levels adds up. N = Z'V^-1Z, R = Z'V^-1X~ L^-T and t = Z'V^-1(y - X b) per level, where
 * L L' = X~'V^-1X~, K = R R', and U = 2 c t t' + 2 K - N (exact, REML), 2 c t t' - N (exact, ML) or
 * c t t' (average information), with c = degrees of freedom / r2.
 */
export interface LeafSums {
  /** sum N, S x S */
  readonly n: Float64Array;
  /** sum K, S x S */
  readonly k: Float64Array;
  /** sum t t', S x S */
  readonly tt: Float64Array;
  /** sum N[c,d] U[e,b] at c + S (d + S (e + S b)) */
  readonly nu: Float64Array;
  /** sum R[b,k] R[c,l] at b + S (c + S (k + p l)); exact REML only */
  readonly rr: Float64Array;
  /** sum R[b,k] t[c] at b + S (c + S k) */
  readonly rt: Float64Array;
}

export interface DerivativeSettings {
  readonly exact: boolean;
  readonly reml: boolean;
}

/** The two loops over levels; one implementation for any width, and unrolled ones for widths 1 and 2. */
export interface LeafPasses {
  /**
   * schur -= sum_j B_j' W_j B_j with W = Phi (I + A Phi)^-1 (lower triangle, (p+1) x (p+1));
   * returns sum_j log |I + A_j Phi|. Phi = Lambda Lambda'.
   */
  eliminate(leaf: Leaf, lambda: Float64Array, phi: Float64Array, schur: Float64Array): number;
  /**
   * Fills the sums. gamma: length p; cholesky: L of X~'V^-1X~, p x p; ratio: c.
   */
  differentiate(
    leaf: Leaf,
    lambda: Float64Array,
    phi: Float64Array,
    gamma: Float64Array,
    cholesky: Float64Array,
    ratio: number,
    settings: DerivativeSettings,
    sums: LeafSums,
  ): void;
}

export function createLeafSums(width: number, p: number, exactReml: boolean): LeafSums {
  const square = width * width;
  return {
    n: new Float64Array(square),
    k: new Float64Array(square),
    tt: new Float64Array(square),
    nu: new Float64Array(square * square),
    rr: new Float64Array(exactReml ? square * p * p : 0),
    rt: new Float64Array(square * p),
  };
}

export function clearLeafSums(sums: LeafSums): void {
  sums.n.fill(0);
  sums.k.fill(0);
  sums.tt.fill(0);
  sums.nu.fill(0);
  sums.rr.fill(0);
  sums.rt.fill(0);
}
