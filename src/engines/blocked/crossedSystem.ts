// The linear algebra of crossed factors at one value of the Lambdas (working coordinates, relative to sigma2):
//
//   M = [ Lambda'Z'Z Lambda + I   Lambda'Z'[X~ r] ]   with the leaf factor eliminated level by level into a
//       [ [X~ r]'Z Lambda         [X~ r]'[X~ r]   ]   sparse supernodal Cholesky factor of all the others.
//
// Modes u = Lambda v come from back-substitution, Z'V^-1(.) from the residual, and the selected inverse C gives
// every trace (prototype notes 4; Takahashi et al. 1973).

import type { Arena, Kernels } from "../../linalg/kernels.ts";
import { type ArenaNeed, arenaNeed } from "../../linalg/sparse/panelStorage.ts";
import { createSupernodalFactor, type SupernodalFactor } from "../../linalg/sparse/supernodal.ts";
import { type CrossedStatistics, FIXED } from "./crossedStatistics.ts";
import { createLevelWork } from "./levelWork.ts";

/** Per-factor vectors in working coordinates: the leaf's at index 0, level-major. */
export type FactorVectors = readonly Float64Array[];

export interface CrossedSystem {
  readonly statistics: CrossedStatistics;
  /** Factorizes M; false when a pivot fails. `lambdas` per factor (S x S), `phi` of the leaf. */
  factorize(lambdas: readonly Float64Array[], leafPhi: Float64Array): boolean;
  /** log |I + Lambda'Z'Z Lambda| */
  logDeterminantRandom(): number;
  /** log |X~'V^-1X~| */
  logDeterminantFixed(): number;
  /** r2: what is left of r'r */
  residual(): number;
  /** L of X~'V^-1X~, p x p lower, into out */
  fixedCholesky(out: Float64Array): void;
  /**
   * u = Lambda v and t = Z'V^-1(r - X~ gamma) per factor, and gamma (length p): the solution for the response.
   */
  solveResponse(u: FactorVectors, t: FactorVectors, gamma: Float64Array): void;
  /** u and t of fixed column d in place of the response, X~ not fitted: t = Z'V^-1 x_d. */
  solveColumn(d: number, u: FactorVectors, t: FactorVectors): void;
  /** raw = [Z X~]' Z_f c; raw per factor, fixed of length p. */
  crossproduct(f: number, c: Float64Array, raw: FactorVectors, fixed: Float64Array): void;
  /** Half-solve L^-1 of [Lambda' raw; fixed]: the leaf part into leafHalf, the rest into half (randomSize + p). */
  halfSolve(raw: FactorVectors, fixed: Float64Array, leafHalf: Float64Array, half: Float64Array): void;
  /** Selected inverse of M without r, and without X~ when `fixed` is false. */
  invert(fixed: boolean): void;
  /** sum over levels of Z_j'PZ_j of the leaf (S0 x S0), after `invert` */
  leafScore(out: Float64Array): void;
  /** sum over levels of the diagonal blocks C_ll of factor f (S x S, symmetric), after `invert` */
  traceBlocks(f: number, out: Float64Array): void;
  /** per level C_ll of factor f, after `invert`; for f = 0 the conditional covariance of u~ itself */
  inverseBlocks(f: number, out: Float64Array): void;
}

export function createCrossedSystem(statistics: CrossedStatistics, kernels: Kernels): CrossedSystem {
  const {
    factors,
    fixedColumns: p,
    symbolic,
    randomSize,
    nodeBase,
    nodeFactor,
    nodePosition,
    leaf,
    blocks,
  } = statistics;
  const S0 = leaf.width;
  const square0 = S0 * S0;
  const entryCount = leaf.rows.length;
  const size = randomSize + p + 1;
  const need: ArenaNeed = arenaNeed(symbolic, { inverse: true });
  const arena: Arena = kernels.createArena(
    need.doubles + entryCount * S0 + size + square0 + 64,
    need.integers + 3 * entryCount + size + 65,
  );
  const factor: SupernodalFactor = createSupernodalFactor(symbolic, arena, { inverse: true });
  const { f64, i32 } = arena;
  const values = arena.doubles(entryCount * S0);
  const vector = arena.doubles(size);
  const trace = arena.doubles(square0);
  const rowsAt = arena.integers(entryCount);
  const endsAt = arena.integers(entryCount);
  const occurrencesAt = arena.integers(entryCount);
  const occurrencePointer = arena.integers(size + 1);
  layOutOccurrences();

  // per leaf level: K with W = K K', and E = (I + A Phi)^-1
  const k = new Float64Array(leaf.levels * square0);
  const e = new Float64Array(leaf.levels * square0);
  const scratch = new Float64Array(square0);
  const work = createLevelWork(S0);
  const scaledBlocks = new Float64Array(blocks.values.length);
  const widestBlock = Math.max(p + 1, ...factors.map((f) => f.width));
  const half = new Float64Array(widestBlock * widestBlock);
  const rowScale = new Float64Array(size).fill(1);
  const scalarOnly = S0 === 1 && factors.every((f) => f.width === 1);
  let lambdas: readonly Float64Array[] = [];
  let leafPhi: Float64Array = new Float64Array(square0);
  let leafLogDeterminant = 0;

  const firstBlock = firstBlocks();

  function layOutOccurrences(): void {
    i32.set(leaf.rows, rowsAt);
    for (let j = 0; j < leaf.levels; j++) {
      i32.fill(leaf.pointers[j + 1]!, endsAt + leaf.pointers[j]!, endsAt + leaf.pointers[j + 1]!);
    }
    const counts = new Int32Array(size + 1);
    for (let q = 0; q < entryCount; q++) counts[leaf.rows[q]! + 1]!++;
    for (let r = 0; r < size; r++) counts[r + 1]! += counts[r]!;
    i32.set(counts, occurrencePointer);
    const next = counts.slice(0, size);
    for (let q = 0; q < entryCount; q++) i32[occurrencesAt + next[leaf.rows[q]!]!++] = q;
  }

  /** First block (blocks are sorted by column) that reaches into each supernode; wide nodes may be split. */
  function firstBlocks(): Int32Array {
    const first = new Int32Array(symbolic.supernodeCount);
    let b = 0;
    for (let s = 0; s < symbolic.supernodeCount; s++) {
      while (
        b < blocks.count &&
        blocks.column[b]! + blockWidth(blocks.columnFactor[b]!) <= symbolic.starts[s]!
      )
        b++;
      first[s] = b;
    }
    return first;
  }

  function blockWidth(f: number): number {
    return f === FIXED ? p + 1 : factors[f]!.width;
  }

  /** K, E and the log determinant of every level, and the scaled entries Lambda_r' A_rj K_j. */
  function scaleLeaf(): void {
    if (scalarOnly) {
      const phi = leafPhi[0]!;
      const lambda0 = Math.sqrt(phi);
      leafLogDeterminant = 0;
      let product = 1;
      for (let j = 0; j < leaf.levels; j++) {
        const d = 1 + leaf.a[j]! * phi;
        product *= d;
        if (product > 1e200) {
          leafLogDeterminant += Math.log(product);
          product = 1;
        }
        const kj = lambda0 / Math.sqrt(d);
        k[j] = kj;
        e[j] = 1 / d;
        for (let q = leaf.pointers[j]!; q < leaf.pointers[j + 1]!; q++) {
          f64[values + q] = kj * rowScale[leaf.rows[q]!]! * leaf.values[q]!;
        }
      }
      leafLogDeterminant += Math.log(product);
      return;
    }
    leafLogDeterminant = 0;
    for (let j = 0; j < leaf.levels; j++) {
      const at = j * square0;
      leafLogDeterminant += work.root(leaf.a, at, lambdas[0]!);
      work.complement(leaf.a, at);
      k.set(work.k, at);
      e.set(work.e, at);
      scaleEntries(j, work.k, true);
    }
  }

  /** arena values of level j = Lambda_r' (A_rj B), with B = K_j (transposed = true: b' K) or E_j' . */
  function scaleEntries(j: number, b: Float64Array, transposed: boolean): void {
    const end = leaf.pointers[j + 1]!;
    let q = leaf.pointers[j]!;
    const apply = (entry: number, weight: number, target: number): void => {
      for (let s = 0; s < S0; s++) {
        let sum = 0;
        for (let l = 0; l < S0; l++) {
          sum += (transposed ? b[l + s * S0]! : b[s + l * S0]!) * leaf.values[entry * S0 + l]!;
        }
        f64[values + target * S0 + s]! += weight * sum;
      }
    };
    f64.fill(0, values + q * S0, values + end * S0);
    for (let node = leaf.nodePointers[j]!; node < leaf.nodePointers[j + 1]!; node++) {
      const f = nodeFactor[leaf.nodes[node]!]!;
      const S = factors[f]!.width;
      const lambda = lambdas[f]!;
      for (let c = 0; c < S; c++) {
        for (let r = 0; r < S; r++) {
          const weight = lambda[r + c * S]!;
          if (weight !== 0) apply(q + r, weight, q + c);
        }
      }
      q += S;
    }
    for (; q < end; q++) apply(q, 1, q);
  }

  /** Lambda_r' B Lambda_c of every block of the cross-products; + I on random diagonal blocks. */
  function scaleBlocks(): void {
    for (let b = 0; b < blocks.count; b++) {
      const cf = blocks.columnFactor[b]!;
      const rf = blocks.rowFactor[b]!;
      const offset = blocks.offset[b]!;
      const rows = blockWidth(rf);
      const columns = blockWidth(cf);
      const diagonal = blocks.row[b] === blocks.column[b] && rf !== FIXED;
      if (rows === 1 && columns === 1) {
        const scale = (rf === FIXED ? 1 : lambdas[rf]![0]!) * (cf === FIXED ? 1 : lambdas[cf]![0]!);
        scaledBlocks[offset] = scale * blocks.values[offset]! + (diagonal ? 1 : 0);
        continue;
      }
      for (let c = 0; c < columns; c++) {
        for (let i = 0; i < rows; i++) {
          let sum = 0;
          if (cf === FIXED) sum = blocks.values[offset + i + c * rows]!;
          else {
            const lambda = lambdas[cf]!;
            for (let l = 0; l < columns; l++)
              sum += blocks.values[offset + i + l * rows]! * lambda[l + c * columns]!;
          }
          half[i + c * rows] = sum;
        }
      }
      for (let c = 0; c < columns; c++) {
        for (let i = 0; i < rows; i++) {
          let sum = 0;
          if (rf === FIXED) sum = half[i + c * rows]!;
          else {
            const lambda = lambdas[rf]!;
            for (let l = 0; l < rows; l++) sum += lambda[l + i * rows]! * half[l + c * rows]!;
          }
          scaledBlocks[offset + i + c * rows] = sum + (diagonal && i === c ? 1 : 0);
        }
      }
    }
  }

  function fill(supernode: number, panel: number, ld: number, rowPosition: number): void {
    const start = symbolic.starts[supernode]!;
    const end = symbolic.starts[supernode + 1]!;
    for (let b = firstBlock[supernode]!; b < blocks.count && blocks.column[b]! < end; b++) {
      const column = blocks.column[b]!;
      const row = blocks.row[b]!;
      const rows = blockWidth(blocks.rowFactor[b]!);
      const columns = blockWidth(blocks.columnFactor[b]!);
      const offset = blocks.offset[b]!;
      for (let c = 0; c < columns; c++) {
        const at = column + c;
        if (at < start || at >= end) continue;
        const target = panel + (at - start) * ld;
        for (let i = row === column ? c : 0; i < rows; i++) {
          f64[target + i32[rowPosition + row + i]!]! += scaledBlocks[offset + i + c * rows]!;
        }
      }
    }
    arena.leafUpdate(
      start,
      end,
      occurrencePointer,
      occurrencesAt,
      endsAt,
      rowsAt,
      S0,
      values,
      rowPosition,
      panel,
      ld,
    );
  }

  /** Rows of X~ and r come last in every supernode: row `position` of L, columns 0 .. upTo - 1, into `vector`. */
  function fixedRow(position: number, upTo: number): void {
    for (let s = 0; s < symbolic.supernodeCount && symbolic.starts[s]! < upTo; s++) {
      const ld = symbolic.rowPointers[s + 1]! - symbolic.rowPointers[s]!;
      const row = factor.panel(s) + ld - (size - position);
      const end = Math.min(upTo, symbolic.starts[s + 1]!);
      for (let c = symbolic.starts[s]!; c < end; c++) {
        f64[vector + c] = f64[row + (c - symbolic.starts[s]!) * ld]!;
      }
    }
  }

  /** u and t from the solution v in `vector` for right-hand side column `column` (p: the response). */
  function recover(column: number, gamma: Float64Array | null, u: FactorVectors, t: FactorVectors): void {
    const m = p + 1;
    for (let f = 1; f < factors.length; f++) {
      const S = factors[f]!.width;
      const lambda = lambdas[f]!;
      t[f]!.fill(0);
      for (let l = 0; l < factors[f]!.levels; l++) {
        const at = vector + nodePosition[nodeBase[f]! + l]!;
        for (let i = 0; i < S; i++) {
          let sum = 0;
          for (let c = 0; c < S; c++) sum += lambda[i + c * S]! * f64[at + c]!;
          u[f]![l * S + i] = sum;
        }
      }
    }
    // leaf: t0 = b - A u - X gamma, then u0 = W t0 and t = E t0; what is explained goes off the other factors
    const t0 = new Float64Array(S0);
    const inner = new Float64Array(S0);
    for (let j = 0; j < leaf.levels; j++) {
      const end = leaf.pointers[j + 1]!;
      const fixedAt = end - m;
      for (let s = 0; s < S0; s++) {
        let sum = leaf.values[(fixedAt + column) * S0 + s]!;
        if (gamma) for (let c = 0; c < p; c++) sum -= gamma[c]! * leaf.values[(fixedAt + c) * S0 + s]!;
        t0[s] = sum;
      }
      let q = leaf.pointers[j]!;
      for (let node = leaf.nodePointers[j]!; node < leaf.nodePointers[j + 1]!; node++) {
        const v = leaf.nodes[node]!;
        const f = nodeFactor[v]!;
        const S = factors[f]!.width;
        const uf = u[f]!;
        const at = (v - nodeBase[f]!) * S;
        for (let c = 0; c < S; c++, q++) {
          const value = uf[at + c]!;
          for (let s = 0; s < S0; s++) t0[s]! -= value * leaf.values[q * S0 + s]!;
        }
      }
      const at = j * square0;
      for (let c = 0; c < S0; c++) {
        let sum = 0;
        let te = 0;
        for (let s = 0; s < S0; s++) {
          sum += k[at + s + c * S0]! * t0[s]!;
          te += e[at + c + s * S0]! * t0[s]!;
        }
        inner[c] = sum;
        t[0]![j * S0 + c] = te;
      }
      for (let s = 0; s < S0; s++) {
        let sum = 0;
        for (let c = 0; c < S0; c++) sum += k[at + s + c * S0]! * inner[c]!;
        u[0]![j * S0 + s] = sum;
      }
      q = leaf.pointers[j]!;
      for (let node = leaf.nodePointers[j]!; node < leaf.nodePointers[j + 1]!; node++) {
        const v = leaf.nodes[node]!;
        const f = nodeFactor[v]!;
        const S = factors[f]!.width;
        const tf = t[f]!;
        const to = (v - nodeBase[f]!) * S;
        for (let c = 0; c < S; c++, q++) {
          let sum = 0;
          for (let s = 0; s < S0; s++) sum += leaf.values[q * S0 + s]! * u[0]![j * S0 + s]!;
          tf[to + c]! -= sum;
        }
      }
    }
    forEachRandomBlock(
      (f, l, offset) => {
        const S = factors[f]!.width;
        for (let s = 0; s < S; s++) {
          let sum = blocks.values[offset + column + s * m]!;
          if (gamma) for (let c = 0; c < p; c++) sum -= gamma[c]! * blocks.values[offset + c + s * m]!;
          t[f]![l * S + s]! += sum;
        }
      },
      (f, l, g, h, offset) => addBlock(-1, f, l, g, h, offset, u, t),
    );
  }

  /** out_f(l) += sign B u_g(h) and, off the diagonal, out_g(h) += sign B' u_f(l); rows of B are (f, l). */
  function addBlock(
    sign: number,
    f: number,
    l: number,
    g: number,
    h: number,
    offset: number,
    u: FactorVectors,
    out: FactorVectors,
  ): void {
    const R = factors[f]!.width;
    const C = factors[g]!.width;
    const diagonal = f === g && l === h;
    for (let c = 0; c < C; c++) {
      const uc = u[g]![h * C + c]!;
      let sum = 0;
      for (let i = 0; i < R; i++) {
        const value = blocks.values[offset + i + c * R]!;
        out[f]![l * R + i]! += sign * value * uc;
        sum += value * u[f]![l * R + i]!;
      }
      if (!diagonal) out[g]![h * C + c]! += sign * sum;
    }
  }

  const zeros = factors.map((f) => new Float64Array(f.levels * f.width));
  // node of each scalar position that starts one
  const nodeAt = new Int32Array(size).fill(-1);
  for (let v = 0; v < nodePosition.length; v++) nodeAt[nodePosition[v]!] = v;

  function forEachRandomBlock(
    fixed: (f: number, l: number, offset: number) => void,
    random: (f: number, l: number, g: number, h: number, offset: number) => void,
  ): void {
    for (let b = 0; b < blocks.count; b++) {
      const cf = blocks.columnFactor[b]!;
      if (cf === FIXED) continue;
      const h = nodeAt[blocks.column[b]!]! - nodeBase[cf]!;
      const rf = blocks.rowFactor[b]!;
      if (rf === FIXED) fixed(cf, h, blocks.offset[b]!);
      else random(rf, nodeAt[blocks.row[b]!]! - nodeBase[rf]!, cf, h, blocks.offset[b]!);
    }
  }

  /** Entries of the leaf times E_j, Lambda-scaled: V with Z_j'V_0^-1[Z Lambda, X~] (into the arena's values). */
  function projectLeaf(): void {
    if (scalarOnly) {
      for (let j = 0; j < leaf.levels; j++) {
        const ej = e[j]!;
        for (let q = leaf.pointers[j]!; q < leaf.pointers[j + 1]!; q++) {
          f64[values + q] = ej * rowScale[leaf.rows[q]!]! * leaf.values[q]!;
        }
      }
      return;
    }
    for (let j = 0; j < leaf.levels; j++) scaleEntries(j, e.subarray(j * square0, (j + 1) * square0), false);
  }

  let invertedTo = size;

  return {
    statistics,
    factorize(newLambdas, newPhi) {
      lambdas = newLambdas;
      leafPhi = newPhi;
      if (scalarOnly) {
        for (let v = 0; v < nodePosition.length; v++)
          rowScale[nodePosition[v]!] = lambdas[nodeFactor[v]!]![0]!;
      }
      scaleLeaf();
      if (!Number.isFinite(leafLogDeterminant)) return false;
      scaleBlocks();
      return factor.factorize(fill) === 0;
    },
    logDeterminantRandom: () => leafLogDeterminant + factor.logDeterminant(0, randomSize),
    logDeterminantFixed: () => factor.logDeterminant(randomSize, randomSize + p),
    residual: () => factor.diagonal(size - 1) ** 2,
    fixedCholesky(out) {
      for (let c = 0; c < p; c++) {
        for (let i = c; i < p; i++) out[i + c * p] = factor.entry(randomSize + i, randomSize + c);
      }
    },
    solveResponse(u, t, gamma) {
      const upTo = randomSize + p;
      fixedRow(size - 1, upTo);
      factor.solveLowerTransposed(vector, 1, size, upTo);
      for (let c = 0; c < p; c++) gamma[c] = f64[vector + randomSize + c]!;
      recover(p, gamma, u, t);
    },
    solveColumn(d, u, t) {
      fixedRow(randomSize + d, randomSize);
      factor.solveLowerTransposed(vector, 1, size, randomSize);
      recover(d, null, u, t);
    },
    crossproduct(f, c, raw, fixed) {
      const m = p + 1;
      for (const r of raw) r.fill(0);
      fixed.fill(0);
      const leafRaw = raw[0]!;
      if (f === 0) {
        for (let j = 0; j < leaf.levels; j++) {
          for (let s = 0; s < S0; s++) {
            let sum = 0;
            for (let l = 0; l < S0; l++) sum += leaf.a[j * square0 + s + l * S0]! * c[j * S0 + l]!;
            leafRaw[j * S0 + s] = sum;
          }
          let q = leaf.pointers[j]!;
          for (let node = leaf.nodePointers[j]!; node < leaf.nodePointers[j + 1]!; node++) {
            const v = leaf.nodes[node]!;
            const g = nodeFactor[v]!;
            const S = factors[g]!.width;
            const at = (v - nodeBase[g]!) * S;
            for (let i = 0; i < S; i++, q++) {
              let sum = 0;
              for (let s = 0; s < S0; s++) sum += leaf.values[q * S0 + s]! * c[j * S0 + s]!;
              raw[g]![at + i]! += sum;
            }
          }
          for (let d = 0; d < p; d++, q++) {
            for (let s = 0; s < S0; s++) fixed[d]! += leaf.values[q * S0 + s]! * c[j * S0 + s]!;
          }
        }
        return;
      }
      const S = factors[f]!.width;
      for (let j = 0; j < leaf.levels; j++) {
        let q = leaf.pointers[j]!;
        for (let node = leaf.nodePointers[j]!; node < leaf.nodePointers[j + 1]!; node++) {
          const v = leaf.nodes[node]!;
          const g = nodeFactor[v]!;
          if (g !== f) {
            q += factors[g]!.width;
            continue;
          }
          const at = (v - nodeBase[f]!) * S;
          for (let i = 0; i < S; i++, q++) {
            const value = c[at + i]!;
            for (let s = 0; s < S0; s++) leafRaw[j * S0 + s]! += leaf.values[q * S0 + s]! * value;
          }
        }
      }
      const only: Float64Array[] = factors.map((_, g) => (g === f ? c : zeros[g]!));
      forEachRandomBlock(
        (g, l, offset) => {
          if (g !== f) return;
          for (let s = 0; s < S; s++) {
            const value = c[l * S + s]!;
            for (let d = 0; d < p; d++) fixed[d]! += blocks.values[offset + d + s * m]! * value;
          }
        },
        (a, l, b, h, offset) => {
          if (a === f || b === f) addBlock(1, a, l, b, h, offset, only, raw);
        },
      );
    },
    halfSolve(raw, fixed, leafHalf, halfOut) {
      for (let f = 1; f < factors.length; f++) {
        const S = factors[f]!.width;
        const lambda = lambdas[f]!;
        for (let l = 0; l < factors[f]!.levels; l++) {
          const at = vector + nodePosition[nodeBase[f]! + l]!;
          for (let c = 0; c < S; c++) {
            let sum = 0;
            for (let i = 0; i < S; i++) sum += lambda[i + c * S]! * raw[f]![l * S + i]!;
            f64[at + c] = sum;
          }
        }
      }
      for (let d = 0; d < p; d++) f64[vector + randomSize + d] = fixed[d]!;
      for (let j = 0; j < leaf.levels; j++) {
        const at = j * square0;
        for (let c = 0; c < S0; c++) {
          let sum = 0;
          for (let s = 0; s < S0; s++) sum += k[at + s + c * S0]! * raw[0]![j * S0 + s]!;
          leafHalf[j * S0 + c] = sum;
        }
        const end = leaf.pointers[j + 1]! - 1;
        for (let q = leaf.pointers[j]!; q < end; q++) {
          let sum = 0;
          for (let s = 0; s < S0; s++) sum += f64[values + q * S0 + s]! * leafHalf[j * S0 + s]!;
          f64[vector + leaf.rows[q]!]! -= sum;
        }
      }
      const upTo = randomSize + p;
      factor.solveLower(vector, 1, size, upTo);
      for (let r = 0; r < upTo; r++) halfOut[r] = f64[vector + r]!;
    },
    invert(fixed) {
      invertedTo = fixed ? randomSize + p : randomSize;
      factor.selectedInverse(invertedTo);
    },
    leafScore(out) {
      projectLeaf();
      f64.fill(0, trace, trace + square0);
      for (let s = 0; s < symbolic.supernodeCount && symbolic.starts[s]! < invertedTo; s++) {
        const ld = symbolic.rowPointers[s + 1]! - symbolic.rowPointers[s]!;
        const end = Math.min(symbolic.starts[s + 1]!, invertedTo);
        arena.leafTrace(
          symbolic.starts[s]!,
          end,
          occurrencePointer,
          occurrencesAt,
          endsAt,
          rowsAt,
          S0,
          values,
          factor.rowPositions(s),
          factor.inversePanel(s),
          ld,
          invertedTo,
          trace,
        );
      }
      for (let i = 0; i < square0; i++) out[i] = -f64[trace + i]!;
      for (let j = 0; j < leaf.levels; j++) {
        const at = j * square0;
        for (let c = 0; c < S0; c++) {
          for (let i = 0; i < S0; i++) {
            let sum = 0;
            for (let l = 0; l < S0; l++) sum += e[at + i + l * S0]! * leaf.a[at + l + c * S0]!;
            out[i + c * S0]! += sum;
          }
        }
      }
    },
    traceBlocks(f, out) {
      const S = factors[f]!.width;
      out.fill(0);
      for (let l = 0; l < factors[f]!.levels; l++) {
        const at = nodePosition[nodeBase[f]! + l]!;
        if (S === 1) {
          const s = symbolic.supernodeOf[at]!;
          const ld = symbolic.rowPointers[s + 1]! - symbolic.rowPointers[s]!;
          out[0]! += f64[factor.inversePanel(s) + (at - symbolic.starts[s]!) * (ld + 1)]!;
          continue;
        }
        for (let c = 0; c < S; c++) {
          for (let i = c; i < S; i++) {
            const value = factor.inverseEntry(at + i, at + c)!;
            out[i + c * S]! += value;
            if (i !== c) out[c + i * S]! += value;
          }
        }
      }
    },
    inverseBlocks(f, out) {
      if (f > 0) {
        const S = factors[f]!.width;
        for (let l = 0; l < factors[f]!.levels; l++) {
          const at = nodePosition[nodeBase[f]! + l]!;
          for (let c = 0; c < S; c++) {
            for (let i = 0; i < S; i++) {
              out[l * S * S + i + c * S] = factor.inverseEntry(at + Math.max(i, c), at + Math.min(i, c))!;
            }
          }
        }
        return;
      }
      leafInverse(out);
    },
  };

  /** W + (Phi V)' C (Phi V) per level: the conditional covariance of the leaf's modes. */
  function leafInverse(out: Float64Array): void {
    projectLeaf();
    const level = new Int32Array(entryCount);
    for (let j = 0; j < leaf.levels; j++) level.fill(j, leaf.pointers[j]!, leaf.pointers[j + 1]!);
    out.fill(0);
    for (let s = 0; s < symbolic.supernodeCount && symbolic.starts[s]! < invertedTo; s++) {
      const ld = symbolic.rowPointers[s + 1]! - symbolic.rowPointers[s]!;
      const rowPosition = factor.rowPositions(s);
      const panel = factor.inversePanel(s);
      const end = Math.min(symbolic.starts[s + 1]!, invertedTo);
      for (let c = symbolic.starts[s]!; c < end; c++) {
        const column = panel + (c - symbolic.starts[s]!) * ld;
        for (let o = i32[occurrencePointer + c]!; o < i32[occurrencePointer + c + 1]!; o++) {
          const first = i32[occurrencesAt + o]!;
          const last = i32[endsAt + first]!;
          const at = level[first]! * square0;
          for (let q = first; q < last && leaf.rows[q]! < invertedTo; q++) {
            const value = f64[column + i32[rowPosition + leaf.rows[q]!]!]!;
            for (let a = 0; a < S0; a++) {
              for (let b = 0; b < S0; b++) {
                const product = f64[values + q * S0 + a]! * f64[values + first * S0 + b]! * value;
                out[at + a + b * S0]! += product;
                if (q !== first) out[at + b + a * S0]! += product;
              }
            }
          }
        }
      }
    }
    const inner = new Float64Array(square0);
    for (let j = 0; j < leaf.levels; j++) {
      const at = j * square0;
      for (let a = 0; a < S0; a++) {
        for (let b = 0; b < S0; b++) {
          let sum = 0;
          for (let l = 0; l < S0; l++) sum += leafPhi[a + l * S0]! * out[at + l + b * S0]!;
          inner[a + b * S0] = sum;
        }
      }
      for (let a = 0; a < S0; a++) {
        for (let b = 0; b < S0; b++) {
          let sum = 0;
          for (let l = 0; l < S0; l++) {
            sum += inner[a + l * S0]! * leafPhi[l + b * S0]! + leafPhi[a + l * S0]! * e[at + l + b * S0]!;
          }
          scratch[a + b * S0] = sum;
        }
      }
      out.set(scratch, at);
    }
  }
}
