import type { Arena } from "../../linalg/kernels.ts";
import type { SupernodalFactor } from "../../linalg/sparse/supernodal.ts";
import { dot } from "../../linalg/squareProducts.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";
import { crossProducts } from "./crossProducts.ts";
import { scaleByLambda } from "./lambdaScaling.ts";
import type { LeafElimination } from "./leafElimination.ts";

/** Random effects in working coordinates: the leaf's level by level, the others' by scalar position. */
export interface EffectVector {
  readonly leaf: Float64Array;
  readonly rest: Float64Array;
}

/** A vector v over the effects of one factor: over the leaf for factor 0, else over the rest and zero outside the factor. */
export interface FactorVector {
  readonly factor: number;
  readonly values: Float64Array;
}

export interface SystemSolutions {
  /** u = Lambda v and t = Z'V^-1(r - X~ gamma), and gamma (length p): the solution for the response. */
  solveResponse(u: EffectVector, t: EffectVector, gamma: Float64Array): void;
  /** u and t of fixed column d in place of the response, X~ not fitted: t = Z'V^-1 x_d. */
  solveColumn(d: number, u: EffectVector, t: EffectVector): void;
  /** (Z v_a)'P (Z v_b) for each two of the vectors, symmetric, q x q; P = V^-1 - V^-1 X~ (X~'V^-1 X~)^-1 X~'V^-1. */
  projectedProducts(vectors: readonly FactorVector[], out: Float64Array): void;
}

/** Solutions with the factor as it stands; `scales.lambdas` are those of the factorization. */
export function createSystemSolutions(
  statistics: CrossedStatistics,
  arena: Arena,
  factor: SupernodalFactor,
  elimination: LeafElimination,
  scales: { readonly lambdas: readonly Float64Array[] },
  rightHandSides: number,
): SystemSolutions {
  const { symbolic, randomSize, fixedColumns: p, leaf } = statistics;
  const { levels, width: S0 } = leaf;
  const { k, e } = elimination;
  const { f64 } = arena;
  const size = randomSize + p + 1;
  const vector = arena.doubles(size * rightHandSides);
  const products = crossProducts(statistics);
  const rest = new Float64Array(randomSize);
  const scaled = new Float64Array(randomSize);
  const leafVector = new Float64Array(levels * S0);
  const coefficients = new Float64Array(p + 1);
  const fixed = new Float64Array(p);
  const raws: readonly RawProducts[] = Array.from({ length: rightHandSides }, () => ({
    leaf: new Float64Array(levels * S0),
    rest: new Float64Array(randomSize),
    half: new Float64Array(levels * S0),
  }));
  const level = new Float64Array(S0);

  /** Row `position` of L, columns 0 .. upTo - 1, into `vector`; rows of X~ and r come last in every supernode. */
  function loadRow(position: number, upTo: number): void {
    for (let s = 0; s < symbolic.supernodeCount && symbolic.starts[s]! < upTo; s++) {
      const ld = symbolic.rowPointers[s + 1]! - symbolic.rowPointers[s]!;
      const row = factor.panel(s) + ld - (size - position);
      const end = Math.min(upTo, symbolic.starts[s + 1]!);
      for (let c = symbolic.starts[s]!; c < end; c++) {
        f64[vector + c] = f64[row + (c - symbolic.starts[s]!) * ld]!;
      }
    }
  }

  /** u and t from v in `vector`, for the right-hand side [X~ r] coefficients. */
  function recover(u: EffectVector, t: EffectVector): void {
    for (let i = 0; i < randomSize; i++) rest[i] = f64[vector + i]!;
    scaleByLambda(statistics, scales.lambdas, false, rest, u.rest);
    t.leaf.fill(0);
    products.leafFromFixed(1, coefficients, t.leaf);
    products.leafFromRest(-1, u.rest, t.leaf);
    if (S0 === 1) {
      for (let j = 0; j < levels; j++) {
        u.leaf[j] = k[j]! * k[j]! * t.leaf[j]!;
        t.leaf[j]! *= e[j]!;
      }
    } else {
      byLevel(k, 1, S0, t.leaf, leafVector);
      byLevel(k, S0, 1, leafVector, u.leaf);
      byLevel(e, S0, 1, t.leaf, t.leaf);
    }
    t.rest.fill(0);
    products.restFromFixed(1, coefficients, t.rest);
    products.restFromRest(-1, u.rest, t.rest);
    products.restFromLeaf(-1, u.leaf, t.rest);
  }

  /** out_j = B_j x_j with B' stored for (row 1, column S0), B for (S0, 1); x may be out. */
  function byLevel(b: Float64Array, row: number, column: number, x: Float64Array, out: Float64Array): void {
    for (let j = 0; j < levels; j++) {
      for (let s = 0; s < S0; s++) {
        let sum = 0;
        for (let l = 0; l < S0; l++) sum += b[j * S0 * S0 + l * row + s * column]! * x[j * S0 + l]!;
        level[s] = sum;
      }
      for (let s = 0; s < S0; s++) out[j * S0 + s] = level[s]!;
    }
  }

  return {
    solveResponse(u, t, gamma) {
      const upTo = randomSize + p;
      loadRow(size - 1, upTo);
      factor.solveLowerTransposed(vector, 1, size, upTo);
      for (let c = 0; c < p; c++) {
        gamma[c] = f64[vector + randomSize + c]!;
        coefficients[c] = -gamma[c]!;
      }
      coefficients[p] = 1;
      recover(u, t);
    },
    solveColumn(d, u, t) {
      loadRow(randomSize + d, randomSize);
      factor.solveLowerTransposed(vector, 1, size, randomSize);
      coefficients.fill(0);
      coefficients[d] = 1;
      recover(u, t);
    },
    // Z'PZ = Z'Z - H'H with H v = L^-1 [K; Lambda; X~]'[Z_0 Z X~]'Z v, the leaf's part K'Z_0'Z v first
    projectedProducts(vectors, out) {
      const q = vectors.length;
      vectors.forEach((v, a) => {
        if (v.factor === 0) startFromLeaf(v.values, raws[a]!);
        else startFromRest(v.values, raws[a]!);
        scaleByLambda(statistics, scales.lambdas, true, rest, scaled);
        f64.set(scaled, vector + a * size);
        f64.set(fixed, vector + a * size + randomSize);
      });
      factor.solveLower(vector, q, size, randomSize + p);
      for (let b = 0; b < q; b++) {
        for (let a = b; a < q; a++) {
          // the leaf's side of a pair, where there is one, needs no product over the rest
          const [left, right] = vectors[a]!.factor === 0 ? [a, b] : [b, a];
          const raw = raws[right]!;
          const value =
            dot(vectors[left]!.values, vectors[left]!.factor === 0 ? raw.leaf : raw.rest) -
            dot(raws[a]!.half, raws[b]!.half) -
            arena.dot(randomSize + p, vector + a * size, vector + b * size);
          out[a + b * q] = value;
          out[b + a * q] = value;
        }
      }
    },
  };

  /** Z_0'Z v of a vector over the leaf, and what is left for `rest` and `fixed` when the leaf is eliminated: [Z X~]'Z_0 E'v. */
  function startFromLeaf(v: Float64Array, raw: RawProducts): void {
    raw.leaf.fill(0);
    products.leafFromLeaf(1, v, raw.leaf);
    if (S0 === 1) {
      for (let j = 0; j < levels; j++) {
        raw.half[j] = k[j]! * raw.leaf[j]!;
        leafVector[j] = e[j]! * v[j]!;
      }
    } else {
      byLevel(k, 1, S0, raw.leaf, raw.half);
      byLevel(e, 1, S0, v, leafVector);
    }
    rest.fill(0);
    fixed.fill(0);
    products.restFromLeaf(1, leafVector, rest);
    products.fixedFromLeaf(1, leafVector, fixed);
  }

  /** The same of a vector over the rest: [Z X~]'Z v - [Z X~]'Z_0 K K'Z_0'Z v. */
  function startFromRest(v: Float64Array, raw: RawProducts): void {
    raw.leaf.fill(0);
    raw.rest.fill(0);
    fixed.fill(0);
    products.leafFromRest(1, v, raw.leaf);
    products.restFromRest(1, v, raw.rest);
    products.fixedFromRest(1, v, fixed);
    if (S0 === 1) {
      for (let j = 0; j < levels; j++) {
        raw.half[j] = k[j]! * raw.leaf[j]!;
        leafVector[j] = k[j]! * raw.half[j]!;
      }
    } else {
      byLevel(k, 1, S0, raw.leaf, raw.half);
      byLevel(k, S0, 1, raw.half, leafVector);
    }
    rest.set(raw.rest);
    products.restFromLeaf(-1, leafVector, rest);
    products.fixedFromLeaf(-1, leafVector, fixed);
  }
}

/** Products of one vector v, for its pairs with others. */
interface RawProducts {
  /** Z_0'Z v */
  readonly leaf: Float64Array;
  /** Z'Z v over the factors after the leaf; not set for a vector over the leaf */
  readonly rest: Float64Array;
  /** K'Z_0'Z v */
  readonly half: Float64Array;
}
