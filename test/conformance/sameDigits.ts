import { expect, it } from "vitest";
import type { Arena, Kernels } from "../../src/linalg/kernels.ts";
import { Desk } from "./desk.ts";

/** One long computation with every kernel, each step on the result of those before; returns every number on the desk. */
export function program(kernels: Kernels, n: number, k: number): Float64Array {
  const desk = new Desk(kernels, 5 * (n + 1) * (n + k + 2), 4 * n + 16);
  const { arena } = desk;
  const a = desk.matrix(n, k, 1);
  const b = desk.matrix(k, n, 1);
  const c = desk.matrix(n, n, 1);
  const s = desk.positiveDefinite(n, 1);
  const x = desk.matrix(n, k, 1);
  const first = a.at;
  const end = x.at + (n + 1) * k;
  arena.gemm(n, n, k, -0.3, a.at, a.row, a.column, b.at, b.row, b.column, c.at, c.column);
  arena.gemm(k, n, n, 0.7, a.at, a.column, a.row, c.at, c.column, c.row, b.at, b.column);
  arena.syrk(n, k, 0.1, a.at, a.row, a.column, s.at, s.column);
  arena.symm(n, k, 0.2, s.at, s.column, a.at, a.column, x.at, x.column);
  expect(arena.potrf(n, s.at, s.column)).toBe(0);
  arena.trsmLeftLower(n, k, s.at, s.column, x.at, x.column);
  arena.trsmLeftLowerTransposed(n, k, s.at, s.column, a.at, a.column);
  arena.trsmRightLower(k, n, s.at, s.column, b.at, b.column);
  arena.trsmRightLowerTransposed(n, n, s.at, s.column, c.at, c.column);
  arena.potri(n, s.at, s.column);
  const identity = desk.integers(Array.from({ length: n }, (_, i) => i));
  arena.scatterSubtract(n, n, c.at, c.column, identity, identity, s.at, s.column);
  if (k > 0) {
    arena.axpy(n, arena.dot(n, a.at, x.at), s.at, c.at);
    arena.subtractProduct(n, k, a.at, a.column, b.at, c.at);
    leaves(arena, desk, n, k, { values: a.at, panel: c.at, ld: c.column, out: x.at });
  }
  return arena.f64.slice(first, end);
}

/** One level that holds every row, of width 1, 2 and 3, and a tail. */
function leaves(
  arena: Arena,
  desk: Desk,
  n: number,
  k: number,
  at: Record<"values" | "panel" | "ld" | "out", number>,
): void {
  const sequence = desk.integers(Array.from({ length: n + 1 }, (_, i) => i));
  const levels = desk.integers(new Array(n).fill(0));
  const levelPointers = desk.integers([0, n]);
  for (let width = 1; width <= Math.min(3, k); width++) {
    const table = {
      occurrencePointer: sequence,
      occurrences: sequence,
      levels,
      levelPointers,
      rows: sequence,
      width,
      values: at.values,
      tailCount: n,
      tailStride: n,
      tails: at.values,
    };
    arena.leafUpdate(table, 0, n, sequence, at.panel, at.ld);
    arena.leafTrace(table, 0, n, sequence, at.panel, at.ld, at.out);
  }
}

const SHAPES: [number, number][] = [
  [1, 1],
  [2, 3],
  [3, 5],
  [5, 4],
  [16, 16],
  [17, 33],
  [40, 300],
  [100, 64],
  [130, 129],
];

/** Both kernels round every operation apart and in the same order: not a digit differs. */
export function itGivesTheSameDigits(kernels: Kernels, twin: Kernels): void {
  it(`${kernels.name} gives the digits of ${twin.name}`, () => {
    for (const [n, k] of SHAPES) {
      const ours = program(kernels, n, k);
      const theirs = program(twin, n, k);
      expect(ours.findIndex((value, i) => value !== theirs[i])).toBe(-1);
    }
  });
}

/** Fused products: the numbers agree to a few units in the last place of the largest. */
export function itAgreesClosely(kernels: Kernels, twin: Kernels): void {
  it(`${kernels.name} agrees with ${twin.name} to rounding`, () => {
    for (const [n, k] of SHAPES) {
      const ours = program(kernels, n, k);
      const theirs = program(twin, n, k);
      const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const worst = theirs.reduce((most, value, i) => Math.max(most, Math.abs(value - ours[i]!)), 0);
      expect(worst / largest).toBeLessThan(64 * Number.EPSILON);
    }
  });
}
