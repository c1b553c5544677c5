import type { RandomStream } from "../../../src/base/random.ts";
import type { Pedigree } from "../../../src/genetics/pedigree.ts";
import type { Matrix } from "../../../src/linalg/matrix.ts";
import type { SparseLowerTriangle } from "../../../src/model/relationship.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import type { Table } from "../../../src/table/table.ts";

export type Dense = number[][];

/**
 * A by the tabular method (Emik & Terrill 1949; Henderson 1976), one row after the other from those before it.
 * With gamma, the groups are the first rows of the table while it is made and the last of the result.
 */
export function tabular(pedigree: Pedigree, gamma?: Dense): Dense {
  const groups = gamma?.length ?? 0;
  const n = pedigree.animals.length;
  const a: Dense = Array.from({ length: groups + n }, () => new Array<number>(groups + n).fill(0));
  for (let g = 0; g < groups; g++) for (let h = 0; h < groups; h++) a[g]![h] = gamma![g]![h]!;
  const row = (parent: number): number => {
    if (parent < 0) return -1;
    if (parent < n) return groups + parent;
    return groups > 0 ? parent - n : -1;
  };
  const entry = (i: number, j: number): number => (i < 0 || j < 0 ? 0 : a[i]![j]!);
  for (let i = 0; i < n; i++) {
    const s = row(pedigree.sires[i]!);
    const d = row(pedigree.dams[i]!);
    for (let j = 0; j < groups + i; j++) {
      a[groups + i]![j] = 0.5 * (entry(j, s) + entry(j, d));
      a[j]![groups + i] = a[groups + i]![j]!;
    }
    a[groups + i]![groups + i] = 1 + 0.5 * entry(s, d);
  }
  const last = Array.from({ length: groups + n }, (_, i) => (i < n ? groups + i : i - n));
  return last.map((i) => last.map((j) => a[i]![j]!));
}

export function toFull({ size, pointers, rows, values }: SparseLowerTriangle): Dense {
  const full: Dense = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let j = 0; j < size; j++) {
    for (let p = pointers[j]!; p < pointers[j + 1]!; p++) {
      full[rows[p]!]![j] = values[p]!;
      full[j]![rows[p]!] = values[p]!;
    }
  }
  return full;
}

export function matrixRows({ rows, columns, values }: Matrix): Dense {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (__, j) => values[i + j * rows]!),
  );
}

export function times(a: Dense, b: Dense): Dense {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
}

/** Largest difference from the identity. */
export function fromIdentity(a: Dense): number {
  return Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - (i === j ? 1 : 0)))));
}

/** Largest difference between two matrices. */
export function difference(a: Dense, b: Dense): number {
  return Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - b[i]![j]!))));
}

/** log|A| by elimination. */
export function logDeterminant(a: Dense): number {
  const m = a.map((row) => row.slice());
  let sum = 0;
  for (let k = 0; k < m.length; k++) {
    sum += Math.log(m[k]![k]!);
    for (let i = k + 1; i < m.length; i++) {
      const f = m[i]![k]! / m[k]![k]!;
      for (let j = k; j < m.length; j++) m[i]![j]! -= f * m[k]![j]!;
    }
  }
  return sum;
}

export type PedigreeRow = readonly [animal: string, sire: string, dam: string];

export function pedigreeTable(
  rows: readonly PedigreeRow[],
  names: readonly string[] = ["animal", "sire", "dam"],
): Table {
  return toTable(
    {
      [names[0]!]: rows.map((r) => r[0]),
      [names[1]!]: rows.map((r) => r[1]),
      [names[2]!]: rows.map((r) => r[2]),
    },
    { text: names },
  );
}

/**
 * A pedigree with unknown parents, selfing, matings between any generations and full sibs, its rows in random
 * order; with `groups`, unknown parents are groups.
 */
export function randomPedigree(
  random: RandomStream,
  size: number,
  groups: readonly string[] = [],
): PedigreeRow[] {
  const unknown = (): string => (groups.length === 0 ? "0" : groups[random.below(groups.length)]!);
  const rows: PedigreeRow[] = [];
  for (let i = 0; i < size; i++) {
    const pick = (): string =>
      i < 4 || random.uniform() < 0.12 ? unknown() : `a${Math.max(0, i - 1 - random.below(Math.min(i, 14)))}`;
    const before = rows.at(-1);
    const sire = pick();
    const kind = random.uniform();
    if (before !== undefined && kind < 0.15) rows.push([`a${i}`, before[1], before[2]]);
    else rows.push([`a${i}`, sire, kind < 0.25 && sire.startsWith("a") ? sire : pick()]);
  }
  return shuffled(rows, random);
}

export function shuffled<T>(items: readonly T[], random: RandomStream): T[] {
  const result = [...items];
  for (let k = result.length - 1; k > 0; k--) {
    const other = random.below(k + 1);
    [result[k], result[other]] = [result[other]!, result[k]!];
  }
  return result;
}
