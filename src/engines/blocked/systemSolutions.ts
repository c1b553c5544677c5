import type { Arena } from "../../linalg/kernels.ts";
import type { SupernodalFactor } from "../../linalg/sparse/supernodal.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";
import { crossProducts } from "./crossProducts.ts";
import { scaleByLambda } from "./lambdaScaling.ts";
import type { LeafElimination } from "./leafElimination.ts";

/** Random effects in working coordinates: the leaf's level by level, the others' by scalar position. */
export interface EffectVector {
  readonly leaf: Float64Array;
  readonly rest: Float64Array;
}

/** A row of the mixed-model equations: random effects, and p fixed coefficients. */
export interface EquationVector extends EffectVector {
  readonly fixed: Float64Array;
}

export interface SystemSolutions {
  /** u = Lambda v and t = Z'V^-1(r - X~ gamma), and gamma (length p): the solution for the response. */
  solveResponse(u: EffectVector, t: EffectVector, gamma: Float64Array): void;
  /** u and t of fixed column d in place of the response, X~ not fitted: t = Z'V^-1 x_d. */
  solveColumn(d: number, u: EffectVector, t: EffectVector): void;
  /** raw = [Z X~]'W Z_f w, with w over the leaf for f = 0, and else over the rest (zero outside f). */
  crossproduct(f: number, w: Float64Array, raw: EquationVector): void;
  /** halves[a] = L^-1 [Lambda' raw; fixed] of raws[a], all together. */
  halfSolve(raws: readonly EquationVector[], halves: readonly EquationVector[]): void;
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
    crossproduct(f, w, raw) {
      raw.leaf.fill(0);
      raw.rest.fill(0);
      raw.fixed.fill(0);
      if (f === 0) {
        products.leafFromLeaf(1, w, raw.leaf);
        products.restFromLeaf(1, w, raw.rest);
        products.fixedFromLeaf(1, w, raw.fixed);
      } else {
        products.leafFromRest(1, w, raw.leaf);
        products.restFromRest(1, w, raw.rest);
        products.fixedFromRest(1, w, raw.fixed);
      }
    },
    halfSolve(raws, halves) {
      raws.forEach((raw, a) => {
        const half = halves[a]!;
        const at = vector + a * size;
        if (S0 === 1) {
          for (let j = 0; j < levels; j++) {
            half.leaf[j] = k[j]! * raw.leaf[j]!;
            leafVector[j] = k[j]! * half.leaf[j]!;
          }
        } else {
          byLevel(k, 1, S0, raw.leaf, half.leaf);
          byLevel(k, S0, 1, half.leaf, leafVector);
        }
        rest.set(raw.rest);
        products.restFromLeaf(-1, leafVector, rest);
        scaleByLambda(statistics, scales.lambdas, true, rest, scaled);
        f64.set(scaled, at);
        half.fixed.set(raw.fixed);
        products.fixedFromLeaf(-1, leafVector, half.fixed);
        f64.set(half.fixed, at + randomSize);
      });
      factor.solveLower(vector, raws.length, size, randomSize + p);
      halves.forEach((half, a) => {
        const at = vector + a * size;
        for (let r = 0; r < randomSize; r++) half.rest[r] = f64[at + r]!;
        for (let c = 0; c < p; c++) half.fixed[c] = f64[at + randomSize + c]!;
      });
    },
  };
}
