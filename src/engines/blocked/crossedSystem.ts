// The linear algebra of crossed factors at one value of the Lambdas (working coordinates, relative to sigma2):
//
//   M = [ Lambda'Z'Z Lambda + I   Lambda'Z'[X~ r] ]   with the leaf factor eliminated level by level into a
//       [ [X~ r]'Z Lambda         [X~ r]'[X~ r]   ]   sparse supernodal Cholesky factor of all the others.
//
// Modes u = Lambda v come from back-substitution, Z'V^-1(.) from the residual, and the selected inverse C gives
// every trace (prototype notes 4; Takahashi et al. 1973).

import type { KernelName, Kernels } from "../../linalg/kernels.ts";
import { createSupernodalFactor, type SupernodalFactor } from "../../linalg/sparse/supernodal.ts";
import { type BaseScaling, createBaseScaling } from "./baseScaling.ts";
import { createLeafElimination } from "./chooseElimination.ts";
import { reserveArena } from "./crossedMemory.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";
import { createInverseSums, type InverseSums } from "./inverseSums.ts";
import type { LeafElimination } from "./leafElimination.ts";
import { planSharedTails } from "./sharedTails.ts";
import { createSystemSolutions, type SystemSolutions } from "./systemSolutions.ts";

export interface CrossedSystem extends SystemSolutions {
  /** the kernels that run: not those asked for where their memory would not do */
  readonly kernels: KernelName;
  /** Factorizes M; false when a pivot fails. `lambdas` per factor (S x S), `phi` of the leaf. */
  factorize(lambdas: readonly Float64Array[], leafPhi: Float64Array): boolean;
  /** Takes over the response where it has changed in the statistics. */
  renewResponse(): void;
  /** Gives the memory back; nothing may be asked afterwards. */
  release(): void;
  /** log |I + Lambda'Z'Z Lambda| */
  logDeterminantRandom(): number;
  /** log |X~'V^-1X~| */
  logDeterminantFixed(): number;
  /** r2: what is left of r'r */
  residual(): number;
  /** L of X~'V^-1X~, p x p lower, into out */
  fixedCholesky(out: Float64Array): void;
  /** Selected inverse of M without r, and without X~ when `fixed` is false. */
  invert(fixed: boolean): void;
  /** sum over levels of Z_j'PZ_j of the leaf (S0 x S0), after `invert` */
  leafScore(out: Float64Array): void;
  /** sum over levels of the diagonal blocks C_ll of factor f > 0 (S x S, symmetric), after `invert` */
  traceBlocks(f: number, out: Float64Array): void;
  /** per level C_ll of factor f, after `invert`; for f = 0 the conditional covariance of u~ itself */
  inverseBlocks(f: number, out: Float64Array): void;
}

/**
 * Reserves all memory. At most `rightHandSides` half-solves are done together.
 *
 * @throws HendersonError "linalg/memory", before any of it is taken
 */
export function createCrossedSystem(
  statistics: CrossedStatistics,
  kernels: Kernels,
  rightHandSides: number,
): CrossedSystem {
  const { fixedColumns: p, symbolic, randomSize, base } = statistics;
  const m = p + 1;
  const size = randomSize + m;
  const shared = planSharedTails(statistics);
  const arena = reserveArena(statistics, shared, kernels, size * rightHandSides);
  const factor: SupernodalFactor = createSupernodalFactor(symbolic, arena, { inverse: true });
  const { f64 } = arena;
  const elimination: LeafElimination = createLeafElimination(statistics, shared, arena);
  const scaling: BaseScaling = createBaseScaling(statistics, arena);
  const sums: InverseSums = createInverseSums(statistics, arena, factor, elimination);
  const fixedBlock = arena.doubles(m * m);
  const scales: { lambdas: readonly Float64Array[]; leafPhi: Float64Array } = {
    lambdas: [],
    leafPhi: new Float64Array(0),
  };
  let leafLogDeterminant = 0;
  let fixedInverted = false;

  function fill(supernode: number, panel: number, ld: number, rowPosition: number): void {
    const start = symbolic.starts[supernode]!;
    const end = symbolic.starts[supernode + 1]!;
    const randomEnd = Math.min(end, randomSize);
    if (start < randomEnd) {
      scaling.add(start, randomEnd, panel, ld, rowPosition);
      elimination.update(start, randomEnd, rowPosition, panel, ld);
    }
    for (let c = Math.max(start, randomSize); c < end; c++) {
      const from = fixedBlock + (c - randomSize) * m - randomSize;
      const to = panel + (c - start) * ld + ld - size;
      for (let r = c; r < size; r++) f64[to + r]! += f64[from + r]!;
    }
  }

  return {
    kernels: arena.kernels.name,
    ...createSystemSolutions(statistics, arena, factor, elimination, scales, rightHandSides),
    factorize(lambdas, leafPhi) {
      scales.lambdas = lambdas;
      scales.leafPhi = leafPhi;
      leafLogDeterminant = elimination.scale(lambdas, leafPhi);
      if (!Number.isFinite(leafLogDeterminant)) return false;
      scaling.scale(lambdas);
      f64.set(base.fixed, fixedBlock);
      elimination.subtractTails(fixedBlock);
      return factor.factorize(fill) === 0;
    },
    renewResponse: elimination.renewResponse,
    release: () => arena.release(),
    logDeterminantRandom: () => leafLogDeterminant + factor.logDeterminant(0, randomSize),
    logDeterminantFixed: () => factor.logDeterminant(randomSize, randomSize + p),
    residual: () => factor.diagonal(size - 1) ** 2,
    fixedCholesky(out) {
      for (let c = 0; c < p; c++) {
        for (let i = c; i < p; i++) out[i + c * p] = factor.entry(randomSize + i, randomSize + c);
      }
    },
    invert(fixed) {
      fixedInverted = fixed;
      factor.selectedInverse(fixed ? randomSize + p : randomSize);
    },
    leafScore: (out) => sums.leafScore(scales.lambdas, fixedInverted, out),
    traceBlocks: sums.traceBlocks,
    inverseBlocks(f, out) {
      if (f > 0) sums.inverseBlocks(f, out);
      else sums.leafBlocks(scales.lambdas, scales.leafPhi, fixedInverted, out);
    },
  };
}
