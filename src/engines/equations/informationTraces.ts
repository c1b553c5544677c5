// tr(P V_i P V_j) for directions of random terms, exactly. With U = I - K^-1 C (C = M^-1, Lambda form) and
// N_i = Lambda^-1 E_i Lambda^-T on the levels of its component,
//
//   (K (x) .) Z'PZ = Lambda^-T U Lambda^-1,   tr(P V_i P V_j) = sum_lm tr(U_lm N_j U_ml N_i)   (l of i's levels, m of j's),
//
// so one solution for every random effect gives all pairs (two where levels are related and U is not symmetric).
// Only sums of products of k x k blocks are kept.

import { createMatrix, type Matrix } from "../../linalg/matrix.ts";
import { invertInPlace } from "../../linalg/smallInverse.ts";
import { multiplyByTransposed, multiplySquare } from "../../linalg/squareProducts.ts";
import type { VarianceDirection } from "../varianceSensitivity.ts";
import type { Assembly } from "./assembly.ts";
import type { AssembledEquations } from "./prepare.ts";

/** Floating-point operations of the solutions. */
export function costOfTraces({ assembly, unknowns }: AssembledEquations): number {
  const related = unknowns.components.some(
    ({ kinship }) => kinship.inverse.rows.length > kinship.inverse.size,
  );
  return 4 * assembly.symbolic.nonzeros * unknowns.randomSize * (related ? 2 : 1);
}

/** r x r, with the factor and the roots that `scores` of the likelihood has left; `together` solutions at once. */
export function informationTraces(
  { assembly, unknowns, system, likelihood }: AssembledEquations,
  directions: readonly VarianceDirection[],
  together: number,
): Matrix {
  const { components, randomSize, size } = unknowns;
  const related = components.map(({ kinship }) => kinship.inverse.rows.length > kinship.inverse.size);
  const used = components.map((_, c) => directions.some(({ term }) => term === c));
  const sums = components.map((a) =>
    components.map((b) => new Float64Array(a.width * b.width * b.width * a.width)),
  );
  const kinship = related.some(Boolean) ? kinshipProduct(assembly) : null;
  const solved: Float64Array[] = Array.from({ length: together }, () => new Float64Array(size));
  const partner: Float64Array[] = solved.map(() => new Float64Array(kinship === null ? 0 : size));
  const unit = new Float64Array(size);
  const one = new Float64Array(size);

  /** U of the columns first .. first + count - 1 into `solved`, U' into `partner` where levels are related */
  function solveColumns(first: number, count: number): void {
    for (let s = 0; s < count; s++) system.setUnit(s, first + s);
    system.halfSolve(count);
    system.finishSolve(count);
    for (let s = 0; s < count; s++) {
      system.getSolution(s, solved[s]!);
      if (kinship !== null) {
        kinship(solved[s]!, one);
        solved[s]!.set(one);
      }
      negateFromUnit(solved[s]!, first + s);
    }
    if (kinship === null) return;
    for (let s = 0; s < count; s++) {
      unit.fill(0);
      unit[first + s] = 1;
      kinship(unit, one);
      system.setPlain(s, one);
    }
    system.halfSolve(count);
    system.finishSolve(count);
    for (let s = 0; s < count; s++) {
      system.getSolution(s, partner[s]!);
      negateFromUnit(partner[s]!, first + s);
    }
  }

  function negateFromUnit(x: Float64Array, at: number): void {
    for (let u = 0; u < randomSize; u++) x[u] = -x[u]!;
    x[at]! += 1;
  }

  components.forEach((b, cb) => {
    if (!used[cb]) return;
    const whole = Math.max(1, Math.floor(together / b.width));
    for (let m = 0; m < b.levels; m += whole) {
      const blocks = Math.min(whole, b.levels - m);
      solveColumns(b.first + m * b.width, blocks * b.width);
      for (let block = 0; block < blocks; block++) {
        const left = solved.slice(block * b.width, (block + 1) * b.width);
        const right = kinship === null ? left : partner.slice(block * b.width, (block + 1) * b.width);
        components.forEach((a, ca) => {
          if (used[ca]) addBlocks(left, right, a.first, a.levels, a.width, b.width, sums[ca]![cb]!);
        });
      }
    }
  });

  const inner = directions.map(({ term, values }) => {
    const k = components[term]!.width;
    const inverse = likelihood.roots[term]!.slice();
    invertInPlace(k, inverse, new Int32Array(k));
    const half = new Float64Array(k * k);
    const out = new Float64Array(k * k);
    multiplySquare(k, inverse, values, half);
    multiplyByTransposed(k, half, inverse, out);
    return out;
  });
  const count = directions.length;
  const out = createMatrix(count, count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const ci = directions[i]!.term;
      const cj = directions[j]!.term;
      const value = contract(
        sums[ci]![cj]!,
        inner[i]!,
        inner[j]!,
        components[ci]!.width,
        components[cj]!.width,
      );
      out.values[i + j * count] = value;
      out.values[j + i * count] = value;
    }
  }
  return out;
}

/** sums[a + ka (b + kb (c + kb d))] += sum_l U_la,mb U_mc,ld for one level m of b; right[c] holds U_mc,. */
function addBlocks(
  left: readonly Float64Array[],
  right: readonly Float64Array[],
  first: number,
  levels: number,
  ka: number,
  kb: number,
  sums: Float64Array,
): void {
  const end = first + levels * ka;
  if (ka === 1 && kb === 1) {
    const x = left[0]!;
    const y = right[0]!;
    let sum = 0;
    for (let u = first; u < end; u++) sum += x[u]! * y[u]!;
    sums[0]! += sum;
    return;
  }
  for (let d = 0; d < ka; d++) {
    for (let c = 0; c < kb; c++) {
      const y = right[c]!;
      for (let b = 0; b < kb; b++) {
        const x = left[b]!;
        const at = ka * (b + kb * (c + kb * d));
        for (let a = 0; a < ka; a++) {
          let sum = 0;
          for (let u = first; u < end; u += ka) sum += x[u + a]! * y[u + d]!;
          sums[at + a]! += sum;
        }
      }
    }
  }
}

/** sum U_ab N_bc U_cd M_da, N of component b and M of component a */
function contract(sums: Float64Array, M: Float64Array, N: Float64Array, ka: number, kb: number): number {
  let total = 0;
  for (let d = 0; d < ka; d++) {
    for (let c = 0; c < kb; c++) {
      for (let b = 0; b < kb; b++) {
        for (let a = 0; a < ka; a++) {
          total += sums[a + ka * (b + kb * (c + kb * d))]! * N[b + c * kb]! * M[d + a * ka]!;
        }
      }
    }
  }
  return total;
}

/** out = K^-1 x of every component, zero on the fixed part */
function kinshipProduct({ unknowns, kinship }: Assembly): (x: Float64Array, out: Float64Array) => void {
  const { components } = unknowns;
  return (x, out) => {
    out.fill(0);
    for (let e = 0; e < kinship.count; e++) {
      const k = components[kinship.component[e]!]!.width;
      const i = kinship.rowUnknown[e]!;
      const j = kinship.columnUnknown[e]!;
      const value = kinship.values[e]!;
      for (let a = 0; a < k; a++) {
        out[i + a]! += value * x[j + a]!;
        if (i !== j) out[j + a]! += value * x[i + a]!;
      }
    }
  };
}
