// Which way the leaf is eliminated, and where its entries lie in the arena.

import type { Arena, LeafTable } from "../../linalg/kernels.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";
import type { LeafElimination } from "./leafElimination.ts";
import { scaledElimination, scaledNeed } from "./scaledElimination.ts";
import { sharedElimination, sharedNeed } from "./sharedElimination.ts";
import type { SharedTailsPlan } from "./sharedTails.ts";

/** Doubles and integers that `createLeafElimination` reserves. */
export function leafNeed(
  statistics: CrossedStatistics,
  shared: SharedTailsPlan | null,
): { doubles: number; integers: number } {
  const { leaf, randomSize } = statistics;
  const beside = shared === null ? scaledNeed(statistics) : sharedNeed(statistics, shared);
  return {
    doubles: leaf.values.length + beside,
    integers: 3 * leaf.rows.length + leaf.levels + randomSize + 2,
  };
}

export function createLeafElimination(
  statistics: CrossedStatistics,
  shared: SharedTailsPlan | null,
  arena: Arena,
): LeafElimination {
  const table = layOutTable(statistics, arena);
  return shared === null
    ? scaledElimination(statistics, arena, table)
    : sharedElimination(statistics, shared, arena, table);
}

/** The entries, without tails. */
function layOutTable({ leaf, randomSize, fixedColumns: p }: CrossedStatistics, arena: Arena): LeafTable {
  const { levels, pointers, rows } = leaf;
  const { i32 } = arena;
  const rowsAt = arena.integers(rows.length);
  const levelsAt = arena.integers(rows.length);
  const occurrences = arena.integers(rows.length);
  const levelPointers = arena.integers(levels + 1);
  const occurrencePointer = arena.integers(randomSize + 1);
  i32.set(rows, rowsAt);
  i32.set(pointers, levelPointers);
  const next = new Int32Array(randomSize + 1);
  for (let q = 0; q < rows.length; q++) next[rows[q]! + 1]!++;
  for (let r = 0; r < randomSize; r++) next[r + 1]! += next[r]!;
  i32.set(next, occurrencePointer);
  for (let j = 0; j < levels; j++) {
    const end = pointers[j + 1]!;
    for (let q = pointers[j]!; q < end; q++) {
      i32[levelsAt + q] = j;
      i32[occurrences + next[rows[q]!]!++] = q;
    }
  }
  return {
    occurrencePointer,
    occurrences,
    levels: levelsAt,
    levelPointers,
    rows: rowsAt,
    width: leaf.width,
    values: arena.doubles(leaf.values.length),
    tailCount: 0,
    tailStride: p + 1,
    tails: 0,
  };
}
