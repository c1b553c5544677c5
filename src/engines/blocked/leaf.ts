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
  /** sum R[b,k] R[c,l] at b + S (c + S (k + p l)), k >= l; exact REML only */
  readonly rr: Float64Array;
  /** sum R[b,k] t[c] at b + S (c + S k) */
  readonly rt: Float64Array;
}

export interface DerivativeSettings {
  readonly exact: boolean;
  readonly reml: boolean;
}

/** The loops over levels; one implementation for any width, and unrolled ones for widths 1 and 2. */
export interface LeafPasses {
  /**
   * schur -= sum_j B_j' W_j B_j with W = Phi (I + A Phi)^-1 (lower triangle, (p+1) x (p+1));
   * returns sum_j log |I + A_j Phi|. Phi = Lambda Lambda'.
   */
  eliminate(leaf: Leaf, lambda: Float64Array, phi: Float64Array, schur: Float64Array): number;
  /**
   * Fills the sums: for a gradient n, k and tt, with `second` the others too. gamma: length p; cholesky: L of
   * X~'V^-1X~, p x p; ratio: c.
   */
  differentiate(
    leaf: Leaf,
    lambda: Float64Array,
    phi: Float64Array,
    gamma: Float64Array,
    cholesky: Float64Array,
    ratio: number,
    settings: DerivativeSettings,
    second: boolean,
    sums: LeafSums,
  ): void;
  /** out_j = W_j Z_j'(r - X~ gamma): the working modes, level-major. */
  modes(leaf: Leaf, lambda: Float64Array, phi: Float64Array, gamma: Float64Array, out: Float64Array): void;
}

/** Lengths of the arrays of `LeafSums`: n, k, tt, nu, rr, rt. */
export function leafSumLengths(width: number, p: number, exactReml: boolean): number[] {
  const square = width * width;
  return [square, square, square, square * square, exactReml ? square * p * p : 0, square * p];
}

/** Sums in arrays of those lengths, the first of them at `first`. */
export function leafSumsIn(arrays: readonly Float64Array[], first: number): LeafSums {
  return {
    n: arrays[first]!,
    k: arrays[first + 1]!,
    tt: arrays[first + 2]!,
    nu: arrays[first + 3]!,
    rr: arrays[first + 4]!,
    rt: arrays[first + 5]!,
  };
}

export function clearLeafSums(sums: LeafSums): void {
  clear(sums.n);
  clear(sums.k);
  clear(sums.tt);
  clear(sums.nu);
  clear(sums.rr);
  clear(sums.rt);
}

/** A loop, because a call of `fill` costs more than a handful of numbers. */
function clear(x: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = 0;
}
