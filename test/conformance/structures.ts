import { describe, expect, it } from "vitest";
import type { CovarianceStructure } from "../../src/covariance/structure.ts";
import { createMatrix } from "../../src/linalg/matrix.ts";

export interface StructureCase {
  readonly name: string;
  /** what sets the case apart from others of the structure */
  readonly detail?: string;
  readonly create: (size: number) => CovarianceStructure;
  /** number of parameters at size k */
  readonly parameterCount: (size: number) => number;
  /** entry (i, j) of Phi, written from the definition of the structure, not from its Cholesky factor */
  readonly entry: (theta: readonly number[], size: number, i: number, j: number) => number;
}

const SIZES = [1, 2, 3, 4, 5];
const DRAWS = 20;

/** The laws that every covariance structure obeys. */
export function describeStructure(structure: StructureCase): void {
  describe(`structure ${structure.name}${structure.detail ?? ""}`, () => {
    for (const size of SIZES) {
      const value = structure.create(size);
      const count = value.parameters.length;

      it(`has its name, size and parameters at size ${size}`, () => {
        expect(value.name).toBe(structure.name);
        expect(value.size).toBe(size);
        expect(count).toBe(structure.parameterCount(size));
        expect(new Set(value.parameters.map((p) => p.label)).size).toBe(count);
      });

      it(`has Lambda Lambda' = Phi with Lambda lower triangular at size ${size}`, () => {
        for (const theta of draws(structure, value)) {
          expectClose(product(value, theta, 2), definition(structure, theta, size), 1e-13);
        }
      });

      it(`has the derivatives that central differences give at size ${size}`, () => {
        const out = createMatrix(size, size);
        for (const theta of draws(structure, value)) {
          for (let index = 0; index < count; index++) {
            out.values.fill(Number.NaN);
            value.derivative(padded(theta, 3), 3, index, out);
            expectClose(out.values, difference(structure, theta, size, index), 2e-8);
          }
        }
      });

      it(`starts at a member of the family when given one at size ${size}`, () => {
        for (const theta of draws(structure, value)) {
          const phi = { rows: size, columns: size, values: definition(structure, theta, size) };
          const started = new Float64Array(count + 2).fill(Number.NaN);
          value.start(phi, started, 1);
          expect(started[0]).toBeNaN();
          expect(started[count + 1]).toBeNaN();
          expectClose(product(value, Array.from(started.subarray(1, count + 1)), 0), phi.values, 1e-9);
        }
      });

      it(`starts at finite values for any positive semidefinite matrix at size ${size}`, () => {
        const random = generator(size * 7 + structure.name.length);
        for (let rank = 0; rank <= size; rank++) {
          const phi = randomPhi(random, size, rank);
          const started = new Float64Array(count);
          value.start(phi, started, 0);
          expect(started.every((x) => Number.isFinite(x))).toBe(true);
          expect(product(value, Array.from(started), 0).every((x) => Number.isFinite(x))).toBe(true);
        }
      });

      it(`keeps Phi when rectified, with nonnegative deviations at size ${size}`, () => {
        for (const theta of draws(structure, value)) {
          const rectified = padded(theta, 1);
          value.rectify(rectified, 1);
          const after = Array.from(rectified.subarray(1));
          expectClose(product(value, after, 0), definition(structure, theta, size), 1e-13);
          value.parameters.forEach((parameter, p) => {
            if (parameter.kind === "correlation")
              expect(Math.abs(after[p]!)).toBeLessThanOrEqual(Math.PI / 2);
            if (parameter.kind === "sd" || isDiagonal(parameter.label)) {
              expect(after[p]).toBeGreaterThanOrEqual(0);
              expect(Object.is(after[p], -0)).toBe(false);
            }
          });
        }
      });

      it(`is zero, with finite derivatives, at zero deviations at size ${size}`, () => {
        const theta = value.parameters.map((p) => (p.kind === "correlation" ? 0.7 : 0));
        expect(product(value, theta, 0).every((x) => x === 0)).toBe(true);
        const out = createMatrix(size, size);
        for (let index = 0; index < count; index++) {
          value.derivative(Float64Array.from(theta), 0, index, out);
          expect(out.values.every((x) => x === 0)).toBe(true);
        }
      });

      it(`has the right-hand derivative where one deviation is zero at size ${size}`, () => {
        const out = createMatrix(size, size);
        for (const theta of draws(structure, value)) {
          for (let index = 0; index < count; index++) {
            if (value.parameters[index]!.kind === "correlation") continue;
            const zeroed = theta.map((x, p) => (p === index ? 0 : x));
            const step = theta.map((x, p) => (p === index ? 1e-7 : x));
            value.derivative(Float64Array.from(zeroed), 0, index, out);
            const at = definition(structure, zeroed, size);
            const next = definition(structure, step, size);
            expectClose(
              out.values,
              next.map((x, p) => (x - at[p]!) / 1e-7),
              1e-5,
            );
          }
        }
      });

      it(`stays a finite factor at extreme correlations at size ${size}`, () => {
        for (const extreme of [-1000, -Math.PI / 2, Math.PI / 2, 1.5707, 40, 1000]) {
          const theta = value.parameters.map((p) => (p.kind === "correlation" ? extreme : 1));
          const phi = product(value, theta, 0);
          expect(phi.every((x) => Number.isFinite(x))).toBe(true);
          expectClose(phi, definition(structure, theta, size), 1e-12);
        }
      });
    }
  });
}

function isDiagonal(label: string): boolean {
  const match = /^(?:L|loading)\[(\d+),(\d+)\]$/.exec(label);
  return match !== null && match[1] === match[2];
}

/** Random thetas, the first few with a zero or a negative deviation. */
function draws(structure: StructureCase, value: CovarianceStructure): number[][] {
  const random = generator(value.size * 131 + structure.name.charCodeAt(0));
  return Array.from({ length: DRAWS }, (_, draw) =>
    value.parameters.map((parameter, index) => {
      if (parameter.kind !== "correlation" && draw < 3 && index === draw) return 0;
      const x = 4 * random() - 2;
      return Math.abs(x) < 0.05 ? 0.05 : x;
    }),
  );
}

/** Phi from the structure's factor, at an offset into theta; fails when Lambda is not lower triangular. */
function product(value: CovarianceStructure, theta: readonly number[], offset: number): Float64Array {
  const size = value.size;
  const out = createMatrix(size, size);
  out.values.fill(Number.NaN);
  value.factor(padded(theta, offset), offset, out);
  const phi = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (j > i) expect(out.values[i + j * size]).toBe(0);
      for (let m = 0; m < size; m++)
        phi[i + j * size]! += out.values[i + m * size]! * out.values[j + m * size]!;
    }
  }
  return phi;
}

function padded(theta: readonly number[], offset: number): Float64Array {
  const all = new Float64Array(offset + theta.length).fill(1e300);
  all.set(theta, offset);
  return all;
}

function definition(structure: StructureCase, theta: readonly number[], size: number): Float64Array {
  const phi = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) phi[i + j * size] = structure.entry(theta, size, i, j);
  }
  return phi;
}

/** Fourth-order central difference, or the right-hand one at a zero deviation. */
function difference(
  structure: StructureCase,
  theta: readonly number[],
  size: number,
  index: number,
): Float64Array {
  const at = (by: number): Float64Array =>
    definition(
      structure,
      theta.map((x, p) => (p === index ? x + by : x)),
      size,
    );
  const h = 1e-3;
  const slope = new Float64Array(size * size);
  if (theta[index] === 0) {
    const [f0, f1, f2, f3] = [at(0), at(h), at(2 * h), at(3 * h)];
    return slope.map((_, p) => (-11 * f0[p]! + 18 * f1[p]! - 9 * f2[p]! + 2 * f3[p]!) / (6 * h));
  }
  const [back2, back, next, next2] = [at(-2 * h), at(-h), at(h), at(2 * h)];
  return slope.map((_, p) => (back2[p]! - 8 * back[p]! + 8 * next[p]! - next2[p]!) / (12 * h));
}

function randomPhi(random: () => number, size: number, rank: number): ReturnType<typeof createMatrix> {
  const phi = createMatrix(size, size);
  for (let r = 0; r < rank; r++) {
    const column = Array.from({ length: size }, () => 2 * random() - 1);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) phi.values[i + j * size]! += column[i]! * column[j]!;
    }
  }
  return phi;
}

function expectClose(actual: Float64Array, expected: Float64Array, tolerance: number): void {
  let scale = 1;
  for (const x of expected) scale = Math.max(scale, Math.abs(x));
  for (let p = 0; p < expected.length; p++) {
    const gap = Math.abs(actual[p]! - expected[p]!);
    expect(gap, `entry ${p}: ${actual[p]} against ${expected[p]}`).toBeLessThanOrEqual(tolerance * scale);
  }
}

/** Park-Miller generator: tests must not differ between runs. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
