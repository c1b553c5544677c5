// The mixed model equations at one value of the Lambdas and of R0: factor and solutions.
// Vectors are in unknown order outside and in factor order inside; random parts of solutions are in units of Lambda^-1 u.

import { HendersonError } from "../../base/errors.ts";
import type { Kernels } from "../../linalg/kernels.ts";
import { arenaNeed } from "../../linalg/sparse/panelStorage.ts";
import { createPathSolver, type PathSolver } from "../../linalg/sparse/pathSolves.ts";
import { createSupernodalFactor } from "../../linalg/sparse/supernodal.ts";
import { type Assembly, groupWidth } from "./assembly.ts";
import { type EquationsCost, equationsCost } from "./costModel.ts";
import { type InverseTraces, inverseTraces } from "./inverseTraces.ts";
import { timesLambda } from "./lambdaProducts.ts";

export interface EquationsSystem extends InverseTraces {
  /** Factorizes M with Lambda of every component (k x k lower) and the padded inverses of R0 per pattern. */
  factorize(lambdas: readonly Float64Array[], inverses: Float64Array): boolean;
  /** log |M| of the random part, and of what the fixed columns add */
  logDeterminantRandom(): number;
  logDeterminantFixed(): number;
  /** squared diagonal entry of the factor at an unknown: what is left of it after those eliminated before */
  pivot(unknown: number): number;
  /** Number of right-hand sides that there is room for. */
  readonly capacity: number;
  /** Puts W' r (unknown order) in place as right-hand side `slot`: Lambda' on its random part. */
  setRight(slot: number, raw: Float64Array): void;
  /** Sets right-hand side `slot` to the unit vector of one unknown, as it stands. */
  setUnit(slot: number, unknown: number): void;
  /** Sets right-hand side `slot` to a vector in unknown order, as it stands. */
  setPlain(slot: number, x: Float64Array): void;
  /** L^-1 of right-hand sides 0 .. count - 1 */
  halfSolve(count: number): void;
  /** L^-T of right-hand sides 0 .. count - 1 */
  finishSolve(count: number): void;
  /** M^-1 Lambda' raw of one vector in unknown order, by right-hand side 0 */
  solve(raw: Float64Array, out: Float64Array): void;
  /** column of M^-1 of one unknown, by right-hand side 0 */
  solveUnit(unknown: number, out: Float64Array): void;
  /** inner product of two right-hand sides as they stand */
  innerProduct(a: number, b: number): number;
  /** right-hand side `slot` in unknown order: v and the fixed coefficients */
  getSolution(slot: number, out: Float64Array): void;
  /** x <- Lambda x on its random part */
  scaleByLambda(x: Float64Array): void;
  /** Selected inverse of M, of its random part when `fixed` is false: what InverseTraces reads. */
  invert(fixed: boolean): void;
  /** C of the fixed columns, p x p, by one solution each: without the selected inverse */
  solveFixedBlock(out: Float64Array): void;
  /** L^-1 of sparse vectors of the current factor; positions in factor order are permutation[unknown] */
  pathSolver(): PathSolver;
}

/**
 * Reserves the memory of the system.
 *
 * @throws HendersonError engine/too-large when factor and inverse do not fit
 */
export function createSystem(assembly: Assembly, kernels: Kernels, capacity: number): EquationsSystem {
  const { unknowns, symbolic, chunks, kinship } = assembly;
  const { components, randomSize, size, traits: T, groupTraits } = unknowns;
  const cost = equationsCost(symbolic, capacity);
  if (cost.bytes > kernels.maximumBytes) throw tooLarge(cost, kernels.maximumBytes, size);
  const need = arenaNeed(symbolic, { inverse: true });
  const arena = kernels.createArena(need.doubles + size * capacity + 16, need.integers);
  const factor = createSupernodalFactor(symbolic, arena, { inverse: true });
  const vectors = arena.doubles(size * capacity);
  const { f64, i32 } = arena;
  const { permutation, starts } = symbolic;
  const C = components.length;
  const widest = Math.max(1, ...components.map((c) => c.width));
  const work = new Float64Array(widest * widest);
  const work2 = new Float64Array(widest * widest);
  const one = Float64Array.of(1);
  const lambdaOf: Float64Array[] = Array.from({ length: C + size - randomSize }, () => one);

  /** work2 = Lambda_r' (R^st o B) Lambda_c of chunk b */
  function scaleChunk(b: number, inverses: Float64Array): void {
    const rg = chunks.rowGroup[b]!;
    const cg = chunks.columnGroup[b]!;
    const rows = groupWidth(unknowns, rg);
    const columns = groupWidth(unknowns, cg);
    const rowTraits = groupTraits[rg]!;
    const columnTraits = groupTraits[cg]!;
    const left = lambdaOf[rg]!;
    const right = lambdaOf[cg]!;
    const from = chunks.offset[b]!;
    const weights = chunks.pattern[b]! * T * T;
    for (let c = 0; c < columns; c++) {
      for (let i = 0; i < rows; i++) {
        let sum = 0;
        for (let l = c; l < columns; l++) {
          const weight = inverses[weights + rowTraits[i]! + columnTraits[l]! * T]!;
          sum += weight * chunks.values[from + i + l * rows]! * right[l + c * columns]!;
        }
        work[i + c * rows] = sum;
      }
    }
    for (let c = 0; c < columns; c++) {
      for (let i = 0; i < rows; i++) {
        let sum = 0;
        for (let l = i; l < rows; l++) sum += left[l + i * rows]! * work[l + c * rows]!;
        work2[i + c * rows] = sum;
      }
    }
  }

  function addChunk(b: number, start: number, end: number, panel: number, ld: number, map: number): void {
    const row = chunks.row[b]!;
    const column = chunks.column[b]!;
    const rows = groupWidth(unknowns, chunks.rowGroup[b]!);
    const columns = groupWidth(unknowns, chunks.columnGroup[b]!);
    for (let c = 0; c < columns; c++) {
      if (column + c < start || column + c >= end) continue;
      const target = panel + (column + c - start) * ld;
      for (let i = row === column ? c : 0; i < rows; i++) {
        f64[target + i32[map + row + i]!]! += work2[i + c * rows]!;
      }
    }
  }

  function factorize(lambdas: readonly Float64Array[], inverses: Float64Array): boolean {
    for (let c = 0; c < C; c++) lambdaOf[c] = lambdas[c]!;
    const status = factor.factorize((supernode, panel, ld, map) => {
      const start = starts[supernode]!;
      const end = starts[supernode + 1]!;
      for (let b = chunks.first[supernode]!; b < chunks.count && chunks.column[b]! < end; b++) {
        const rg = chunks.rowGroup[b]!;
        const cg = chunks.columnGroup[b]!;
        if (lambdaOf[rg]!.length === 1 && lambdaOf[cg]!.length === 1) {
          const weight =
            inverses[(chunks.pattern[b]! * T + groupTraits[cg]![0]!) * T + groupTraits[rg]![0]!]!;
          const target = panel + (chunks.column[b]! - start) * ld + i32[map + chunks.row[b]!]!;
          f64[target]! += lambdaOf[rg]![0]! * lambdaOf[cg]![0]! * weight * chunks.values[chunks.offset[b]!]!;
          continue;
        }
        scaleChunk(b, inverses);
        addChunk(b, start, end, panel, ld, map);
      }
      for (let e = kinship.first[supernode]!; e < kinship.count && kinship.column[e]! < end; e++) {
        const width = components[kinship.component[e]!]!.width;
        const value = kinship.values[e]!;
        for (let a = 0; a < width; a++) {
          const column = kinship.column[e]! + a;
          if (column < start || column >= end) continue;
          f64[panel + (column - start) * ld + i32[map + kinship.row[e]! + a]!]! += value;
        }
      }
    });
    return status === 0;
  }

  function setRight(slot: number, raw: Float64Array): void {
    const at = vectors + slot * size;
    components.forEach(({ first, levels, width }, c) => {
      const lambda = lambdaOf[c]!;
      for (let l = 0, x = first; l < levels; l++, x += width) {
        for (let a = 0; a < width; a++) {
          let sum = 0;
          for (let b = a; b < width; b++) sum += lambda[b + a * width]! * raw[x + b]!;
          f64[at + permutation[x + a]!] = sum;
        }
      }
    });
    for (let x = randomSize; x < size; x++) f64[at + permutation[x]!] = raw[x]!;
  }

  function setUnit(slot: number, unknown: number): void {
    const at = vectors + slot * size;
    f64.fill(0, at, at + size);
    f64[at + permutation[unknown]!] = 1;
  }

  const halfSolve = (count: number): void => factor.solveLower(vectors, count, size);
  const finishSolve = (count: number): void => factor.solveLowerTransposed(vectors, count, size);

  function getSolution(slot: number, out: Float64Array): void {
    const at = vectors + slot * size;
    for (let x = 0; x < size; x++) out[x] = f64[at + permutation[x]!]!;
  }

  function solveUnit(unknown: number, out: Float64Array): void {
    setUnit(0, unknown);
    halfSolve(1);
    finishSolve(1);
    getSolution(0, out);
  }

  return {
    capacity,
    factorize,
    logDeterminantRandom: () => factor.logDeterminant(0, randomSize),
    logDeterminantFixed: () => factor.logDeterminant(randomSize, size),
    pivot: (unknown) => factor.diagonal(permutation[unknown]!) ** 2,
    setRight,
    setUnit,
    setPlain(slot, x) {
      const at = vectors + slot * size;
      for (let u = 0; u < size; u++) f64[at + permutation[u]!] = x[u]!;
    },
    halfSolve,
    finishSolve,
    solve(raw, out) {
      setRight(0, raw);
      halfSolve(1);
      finishSolve(1);
      getSolution(0, out);
    },
    solveUnit,
    innerProduct: (a, b) => arena.dot(size, vectors + a * size, vectors + b * size),
    getSolution,
    scaleByLambda(x) {
      components.forEach((component, c) => {
        timesLambda(component, lambdaOf[c]!, x, x);
      });
    },
    ...inverseTraces(assembly, factor, arena, lambdaOf),
    invert: (fixed) => factor.selectedInverse(fixed ? size : randomSize),
    pathSolver: () => createPathSolver(factor, f64),
    solveFixedBlock(out) {
      const solved = new Float64Array(size);
      for (let x = randomSize; x < size; x++) {
        solveUnit(x, solved);
        out.set(solved.subarray(randomSize), (x - randomSize) * (size - randomSize));
      }
    },
  };
}

function tooLarge(cost: EquationsCost, limit: number, size: number): HendersonError {
  const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  return new HendersonError(
    "engine/too-large",
    `the factor of the ${size} mixed model equations and its inverse need ${gigabytes(cost.bytes)} GiB, and ${gigabytes(limit)} GiB can be had`,
    {
      hint: "with known variances (--components) the equations can be solved by iteration; to estimate variances, use fewer animals or traits",
    },
  );
}
