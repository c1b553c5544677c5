// A desk for kernel tests: strided matrices full of random numbers in one arena, a plain reference, and a check
// that nothing but the named elements changed.
import { expect } from "vitest";
import type { Arena, Kernels } from "../../src/linalg/kernels.ts";

/** Element (i, j) lies at position `at + i * row + j * column`. */
export interface View {
  readonly rows: number;
  readonly columns: number;
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** A small generator in [-1/2, 1/2), the same numbers for every implementation. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

export class Desk {
  readonly arena: Arena;
  readonly random: () => number;
  #first = -1;
  #end = 0;

  constructor(kernels: Kernels, doubles: number, integers = 0) {
    this.arena = kernels.createArena(doubles, integers);
    this.random = randomNumbers(doubles + 1);
  }

  /** A column-major matrix with `gap` unused rows below each column, or its transpose laid out so. */
  matrix(rows: number, columns: number, gap = 0, transposed = false): View {
    const leading = (transposed ? columns : rows) + gap;
    const count = leading * (transposed ? rows : columns);
    const at = this.arena.doubles(count);
    for (let i = 0; i < count; i++) this.arena.f64[at + i] = this.random();
    if (this.#first < 0) this.#first = at;
    this.#end = at + count;
    return { rows, columns, at, row: transposed ? leading : 1, column: transposed ? 1 : leading };
  }

  /** A well-conditioned symmetric positive definite matrix, both triangles filled. */
  positiveDefinite(n: number, gap = 0): View {
    const view = this.matrix(n, n, gap);
    for (let j = 0; j < n; j++) {
      for (let i = j; i < n; i++) {
        const value = i === j ? n / 2 + 1 + this.random() : this.random();
        this.set(view, i, j, value);
        this.set(view, j, i, value);
      }
    }
    return view;
  }

  /** A lower triangle with a diagonal away from zero; what lies above it is noise. */
  lowerTriangle(n: number, gap = 0): View {
    const view = this.matrix(n, n, gap);
    for (let j = 0; j < n; j++) {
      for (let i = j + 1; i < n; i++) this.set(view, i, j, this.get(view, i, j) / Math.sqrt(n));
      this.set(view, j, j, 1 + this.random());
    }
    return view;
  }

  integers(values: readonly number[]): number {
    const at = this.arena.integers(values.length);
    this.arena.i32.set(values, at);
    return at;
  }

  get(view: View, i: number, j: number): number {
    return this.arena.f64[view.at + i * view.row + j * view.column]!;
  }

  set(view: View, i: number, j: number, value: number): void {
    this.arena.f64[view.at + i * view.row + j * view.column] = value;
  }

  /** The whole of the desk now: reads of a view from it see the old numbers. */
  snapshot(): (view: View, i: number, j: number) => number {
    const copy = this.arena.f64.slice(0, this.#end);
    return (view, i, j) => copy[view.at + i * view.row + j * view.column]!;
  }

  /** Runs `action` and demands that it changed nothing outside the elements of `view` that `touches` allows. */
  changesOnly(view: View, action: () => void, touches: (i: number, j: number) => boolean = () => true): void {
    const { f64 } = this.arena;
    const before = f64.slice(this.#first, this.#end);
    action();
    for (let j = 0; j < view.columns; j++) {
      for (let i = 0; i < view.rows; i++) {
        if (!touches(i, j)) continue;
        const at = view.at + i * view.row + j * view.column;
        before[at - this.#first] = f64[at]!;
      }
    }
    const changed = f64
      .subarray(this.#first, this.#end)
      .findIndex((value, i) => !Object.is(value, before[i]));
    expect(changed, "first position changed outside the result").toBe(-1);
  }
}

/** Demands |actual - expected| <= factor eps scale for every element that is called. */
export class Accuracy {
  worst = 0;
  #factor: number;

  constructor(factor: number) {
    this.#factor = factor;
  }

  compare(actual: number, expected: number, scale: number): void {
    const error = actual === expected ? 0 : Math.abs(actual - expected) / (Number.EPSILON * scale);
    if (!(error <= this.worst)) this.worst = error;
  }

  /** in units of eps times scale */
  check(): void {
    expect(this.worst).toBeLessThanOrEqual(this.#factor);
  }
}
