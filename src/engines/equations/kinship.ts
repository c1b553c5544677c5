// K^-1 of a random term as the engine uses it. Fixed groups make K^-1 singular: with animals a and groups g,
//
//   K^-1 = [ Kaa  Kag ]    u* = u + Q g,  Q = -Kaa^-1 Kag,  u ~ N(0, Sigma (x) Kaa^-1),
//          [ Kga  Kgg ]
//
// so groups are covariates Z Q with fixed coefficients, sound also where Sigma is singular (Quaas 1988, J. Dairy Sci. 71, 1338).

import { HendersonError } from "../../base/errors.ts";
import type { Kernels } from "../../linalg/kernels.ts";
import { arenaNeed } from "../../linalg/sparse/panelStorage.ts";
import { patternFromPairs } from "../../linalg/sparse/pattern.ts";
import { createSupernodalFactor } from "../../linalg/sparse/supernodal.ts";
import { analyze } from "../../linalg/sparse/symbolic.ts";
import type { Relationship, SparseLowerTriangle } from "../../model/relationship.ts";

export interface Kinship {
  /** K^-1 among the levels that are random, lower triangle by columns */
  readonly inverse: SparseLowerTriangle;
  /** log |K| of these levels */
  readonly logDeterminant: number;
  /** Q, levels x groups, column-major: part of every level that comes from each fixed group */
  readonly groupParts: Float64Array;
  readonly groups: number;
  /** Q was solved for, and has errors of the condition of K^-1 */
  readonly solvedParts?: boolean;
}

/** K^-1 of a relationship split into random levels and fixed groups; the identity where there is none. */
export function kinshipOf(relationship: Relationship | undefined, levels: number, kernels: Kernels): Kinship {
  if (relationship === undefined) return { inverse: identity(levels), ...nothing };
  const { inverse, fixedGroups, logDeterminant } = relationship;
  if (fixedGroups === 0) return { ...nothing, inverse, logDeterminant };
  const animals = inverse.size - fixedGroups;
  const kept = leadingBlock(inverse, animals);
  return {
    inverse: kept,
    logDeterminant,
    groupParts: relationship.groupParts ?? groupParts(relationship, kept, kernels),
    groups: fixedGroups,
    solvedParts: relationship.groupParts === undefined,
  };
}

const nothing = { logDeterminant: 0, groupParts: new Float64Array(0), groups: 0 };

function identity(size: number): SparseLowerTriangle {
  return {
    size,
    pointers: Int32Array.from({ length: size + 1 }, (_, i) => i),
    rows: Int32Array.from({ length: size }, (_, i) => i),
    values: new Float64Array(size).fill(1),
  };
}

function leadingBlock({ pointers, rows, values }: SparseLowerTriangle, size: number): SparseLowerTriangle {
  const newPointers = new Int32Array(size + 1);
  const newRows: number[] = [];
  const newValues: number[] = [];
  for (let j = 0; j < size; j++) {
    for (let e = pointers[j]!; e < pointers[j + 1]!; e++) {
      if (rows[e]! >= size) continue;
      newRows.push(rows[e]!);
      newValues.push(values[e]!);
    }
    newPointers[j + 1] = newRows.length;
  }
  return {
    size,
    pointers: newPointers,
    rows: Int32Array.from(newRows),
    values: Float64Array.from(newValues),
  };
}

/** Q = -Kaa^-1 Kag by one sparse factorization. */
function groupParts(relationship: Relationship, kept: SparseLowerTriangle, kernels: Kernels): Float64Array {
  const { inverse, fixedGroups: groups } = relationship;
  const size = kept.size;
  const columns = new Int32Array(kept.rows.length);
  for (let j = 0; j < size; j++) columns.fill(j, kept.pointers[j]!, kept.pointers[j + 1]!);
  const symbolic = analyze(patternFromPairs(size, kept.rows, columns));
  const need = arenaNeed(symbolic);
  const arena = kernels.createArena(need.doubles + size * groups + 16, need.integers);
  const factor = createSupernodalFactor(symbolic, arena);
  const { f64, i32 } = arena;
  const { permutation, starts, inversePermutation } = symbolic;
  const right = arena.doubles(size * groups);
  for (let j = 0; j < size; j++) {
    for (let e = inverse.pointers[j]!; e < inverse.pointers[j + 1]!; e++) {
      const g = inverse.rows[e]! - size;
      if (g >= 0) f64[right + g * size + permutation[j]!] = -inverse.values[e]!;
    }
  }
  const byColumn = entriesByFactorColumn(kept, permutation);
  const status = factor.factorize((supernode, panel, ld, rowPosition) => {
    for (let c = starts[supernode]!; c < starts[supernode + 1]!; c++) {
      for (let e = byColumn.pointers[c]!; e < byColumn.pointers[c + 1]!; e++) {
        const at = panel + i32[rowPosition + byColumn.rows[e]!]! + (c - starts[supernode]!) * ld;
        f64[at]! += byColumn.values[e]!;
      }
    }
  });
  if (status !== 0) {
    const level = relationship.levels[inversePermutation[status - 1]!]!;
    throw new HendersonError(
      "engine/relationship-not-definite",
      `the relationship '${relationship.name}' is not positive definite: it fails at level '${level}'`,
      { hint: "check the matrix, or the pedigree it comes from" },
    );
  }
  factor.solveLower(right, groups, size);
  factor.solveLowerTransposed(right, groups, size);
  const parts = new Float64Array(size * groups);
  for (let g = 0; g < groups; g++) {
    for (let i = 0; i < size; i++) parts[i + g * size] = f64[right + g * size + permutation[i]!]!;
  }
  return parts;
}

/** The triangle with rows and columns moved to their positions in the factor, again lower, by columns. */
function entriesByFactorColumn(triangle: SparseLowerTriangle, position: Int32Array): SparseLowerTriangle {
  const { size, pointers, rows, values } = triangle;
  const starts = new Int32Array(size + 1);
  for (let j = 0; j < size; j++) {
    for (let e = pointers[j]!; e < pointers[j + 1]!; e++) {
      starts[Math.min(position[j]!, position[rows[e]!]!) + 1]!++;
    }
  }
  for (let j = 0; j < size; j++) starts[j + 1]! += starts[j]!;
  const next = starts.slice(0, size);
  const moved = { rows: new Int32Array(rows.length), values: new Float64Array(rows.length) };
  for (let j = 0; j < size; j++) {
    for (let e = pointers[j]!; e < pointers[j + 1]!; e++) {
      const a = position[j]!;
      const b = position[rows[e]!]!;
      const at = next[Math.min(a, b)]!++;
      moved.rows[at] = Math.max(a, b);
      moved.values[at] = values[e]!;
    }
  }
  return { size, pointers: starts, ...moved };
}
