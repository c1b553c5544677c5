// What every implementation of the kernels must do. The bounds are the componentwise ones of Higham (2002), Accuracy
// and Stability of Numerical Algorithms: products lemma 3.1 / (3.13), solves theorem 8.5, Cholesky theorem 10.3.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isHendersonError } from "../../src/base/errors.ts";
import type { Arena, Kernels, LeafTable } from "../../src/linalg/kernels.ts";
import { Accuracy, Desk, type View } from "./desk.ts";
import { program } from "./sameDigits.ts";

const SIZES = [0, 1, 2, 3, 5, 16, 17, 33, 64, 100, 129];

/** Shapes that reach every path: tiny, edges of tiles, depth beyond one run of sums, thin and wide. */
function shapes(): [m: number, n: number, k: number][] {
  const all: [number, number, number][] = [];
  for (const size of SIZES) {
    all.push(
      [size, size, size],
      [size, 3, 17],
      [3, size, 64],
      [17, 5, size],
      [size, 1, size],
      [1, size, size],
      [size, 2, 7],
    );
  }
  all.push([20, 21, 600], [7, 6, 513], [2, 2, 300], [150, 600, 5], [600, 20, 30]);
  return all;
}

export function describeKernels(kernels: Kernels): void {
  describe(`kernels ${kernels.name}`, () => {
    describeArena(kernels);
    describeProducts(kernels);
    describeFactorization(kernels);
    describeSolves(kernels);
    describeMaps(kernels);
    describeLeaves(kernels);
  });
}

function describeArena(kernels: Kernels): void {
  it("reserves zeroed memory on 16-byte boundaries without overlap", () => {
    const arena = kernels.createArena(100, 50);
    const first = arena.doubles(33);
    const second = arena.integers(7);
    const third = arena.doubles(67);
    expect([first * 8, second * 4, third * 8].map((bytes) => bytes % 16)).toEqual([0, 0, 0]);
    expect(second * 4).toBeGreaterThanOrEqual((first + 33) * 8);
    expect(third * 8).toBeGreaterThanOrEqual((second + 7) * 4);
    expect(arena.f64.subarray(first, third + 67).every((value) => value === 0)).toBe(true);
    arena.i32[second] = 7;
    expect(arena.f64.subarray(first, first + 33).every((value) => value === 0)).toBe(true);
    expect(arena.kernels).toBe(kernels);
  });

  it("has room for 256 reservations of odd size beyond the sum of their sizes", () => {
    const arena = kernels.createArena(128, 128);
    for (let i = 0; i < 128; i++) {
      arena.doubles(1);
      arena.integers(1);
    }
  });

  it("refuses a reservation beyond its size with a code", () => {
    const arena = kernels.createArena(10, 0);
    let caught: unknown;
    try {
      arena.doubles(100_000);
    } catch (error) {
      caught = error;
    }
    expect(isHendersonError(caught, "linalg/arena-full")).toBe(true);
  });

  it("refuses an arena beyond the address space with a code", () => {
    let caught: unknown;
    try {
      kernels.createArena(kernels.maximumBytes * 4096, 0);
    } catch (error) {
      caught = error;
    }
    expect(isHendersonError(caught, "linalg/memory")).toBe(true);
  });

  it("reaches beyond 2 GiB", (context) => {
    let arena: Arena;
    try {
      arena = kernels.createArena(2 ** 28 + 1000, 0);
    } catch (error) {
      if (!isHendersonError(error, "linalg/memory")) throw error;
      return context.skip("skipped: no 2 GiB block here");
    }
    arena.doubles(2 ** 28);
    const at = arena.doubles(4);
    const rows = arena.integers(1);
    arena.f64.set([9, 3, 0, 5], at);
    expect(arena.potrf(2, at, 2)).toBe(0);
    arena.scatterSubtract(1, 1, at + 1, 1, rows, rows, at, 1);
    arena.axpy(2, 2, at + 2, at);
    expect([...arena.f64.subarray(at, at + 4)]).toEqual([2, 5, 0, 2]);
  });

  it("gives a released arena's memory to the next one, as if it were new", () => {
    const first = kernels.createArena(5000, 50);
    first.doubles(5000);
    const fresh = program(kernels, 40, 300);
    const { f64 } = first;
    // what an earlier fit left, in the workspace too
    f64.fill(Number.NaN);
    first.release();
    first.release();
    const second = kernels.createArena(3000, 50);
    const third = kernels.createArena(3000, 50);
    expect(third.f64.buffer).not.toBe(second.f64.buffer);
    const at = second.doubles(3000);
    expect(second.f64.subarray(at, at + 3000).every((value) => value === 0)).toBe(true);
    const i = second.integers(50);
    expect(second.i32.subarray(i, i + 50).every((value) => value === 0)).toBe(true);
    expect(() => second.doubles(9000)).toThrow("left");
    second.release();
    for (const size of [1e6, 5000]) {
      const large = kernels.createArena(size, 4000);
      large.f64.fill(Number.NaN);
      large.release();
      expect(program(kernels, 40, 300)).toEqual(fresh);
    }
  });

  it("keeps arenas apart", () => {
    const one = kernels.createArena(64, 0);
    const two = kernels.createArena(64, 0);
    const at = one.doubles(64);
    two.f64[at] = 3;
    expect(one.f64[at]).toBe(0);
  });
}

function describeProducts(kernels: Kernels): void {
  it("dot sums products", () => {
    for (const n of [...SIZES, 7, 8, 9, 1000]) {
      const desk = new Desk(kernels, 4 * n + 8);
      const x = desk.matrix(n, 1);
      const y = desk.matrix(n, 1);
      const accuracy = new Accuracy(n + 1);
      let sum = 0;
      let scale = 0;
      for (let i = 0; i < n; i++) {
        sum += desk.get(x, i, 0) * desk.get(y, i, 0);
        scale += Math.abs(desk.get(x, i, 0) * desk.get(y, i, 0));
      }
      accuracy.compare(desk.arena.dot(n, x.at, y.at), sum, scale);
      accuracy.check();
    }
  });

  it("subtractProduct takes A x away, and touches nothing else", () => {
    for (const [m, n] of [
      [1, 1],
      [1, 9],
      [2, 3],
      [5, 4],
      [16, 7],
      [17, 13],
      [3, 0],
    ] as const) {
      const desk = new Desk(kernels, 4 * (m + 2) * (n + 3));
      const a = desk.matrix(m, n, 1);
      const x = desk.matrix(Math.max(n, 1), 1);
      const y = desk.matrix(m, 1);
      const old = desk.snapshot();
      desk.changesOnly(y, () => desk.arena.subtractProduct(m, n, a.at, a.column, x.at, y.at));
      const accuracy = new Accuracy(n + 1);
      for (let i = 0; i < m; i++) {
        compareSum(
          accuracy,
          desk.get(y, i, 0),
          old(y, i, 0),
          -1,
          n,
          (k) => desk.get(a, i, k) * desk.get(x, k, 0),
        );
      }
      accuracy.check();
    }
  });

  it("axpy adds a multiple, also at odd positions, and touches nothing else", () => {
    for (const n of [...SIZES, 7, 8, 9]) {
      const desk = new Desk(kernels, 4 * n + 16);
      const x = desk.matrix(n + 2, 1);
      const y = desk.matrix(n + 2, 1);
      const old = desk.snapshot();
      const inner = { ...y, at: y.at + 1, rows: n };
      desk.changesOnly(inner, () => desk.arena.axpy(n, -0.75, x.at + 1, y.at + 1));
      const accuracy = new Accuracy(1);
      for (let i = 1; i <= n; i++) {
        accuracy.compare(desk.get(y, i, 0), old(y, i, 0) - 0.75 * old(x, i, 0), Math.abs(old(y, i, 0)) + 1);
      }
      accuracy.check();
    }
  });

  for (const [aTransposed, bTransposed] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    it(`gemm adds alpha ${aTransposed ? "A'" : "A"} ${bTransposed ? "B'" : "B"} within the bound of plain summation`, () => {
      for (const [m, n, k] of shapes()) checkProduct(kernels, m, n, k, 3, aTransposed, bTransposed, -0.5);
    });
  }

  it("gemm holds for random shapes, gaps and layouts", () => {
    const size = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 5 }),
        fc.boolean(),
        fc.boolean(),
        (m, n, k, gap, aTransposed, bTransposed) =>
          checkProduct(kernels, m, n, k, gap, aTransposed, bTransposed, 2),
      ),
      { seed: 20240501, numRuns: 150 },
    );
  });

  it("gemm gives the same digits in a small and in a large arena", () => {
    const results = [4096, 60_000, 400_000].map((doubles) => {
      const arena = kernels.createArena(doubles, 0);
      const desk = new Desk({ ...kernels, createArena: () => arena }, 0);
      const a = desk.matrix(37, 29);
      const b = desk.matrix(29, 41);
      const c = desk.matrix(37, 41);
      arena.gemm(37, 41, 29, 1, a.at, 1, 37, b.at, 1, 29, c.at, 37);
      return [...arena.f64.subarray(c.at, c.at + 37 * 41)];
    });
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it("syrk adds alpha A A' to the lower triangle only, A or its transpose", () => {
    for (const n of SIZES) {
      for (const k of [0, 1, 5, 16, 70, 300]) {
        for (const transposed of [false, true]) {
          const desk = new Desk(kernels, (n + 2) * (n + k + 4) + 2 * k + 16);
          const a = desk.matrix(n, k, 2, transposed);
          const c = desk.matrix(n, n, 1);
          const old = desk.snapshot();
          desk.changesOnly(
            c,
            () => desk.arena.syrk(n, k, 1.5, a.at, a.row, a.column, c.at, c.column),
            (i, j) => i >= j,
          );
          const accuracy = new Accuracy(k + 3);
          for (let j = 0; j < n; j++) {
            for (let i = j; i < n; i++)
              compareSum(
                accuracy,
                desk.get(c, i, j),
                old(c, i, j),
                1.5,
                k,
                (p) => old(a, i, p) * old(a, j, p),
              );
          }
          accuracy.check();
        }
      }
    }
  });

  it("symm multiplies by the symmetric matrix whose lower triangle it reads", () => {
    for (const m of SIZES) {
      for (const n of [0, 1, 4, 19]) {
        const desk = new Desk(kernels, (m + 2) * (m + 2 * n + 2) + 16);
        const s = desk.matrix(m, m, 2);
        const b = desk.matrix(m, n, 1);
        const c = desk.matrix(m, n, 1);
        for (let j = 0; j < m; j++) for (let i = 0; i < j; i++) desk.set(s, i, j, Number.NaN);
        const old = desk.snapshot();
        desk.changesOnly(c, () => desk.arena.symm(m, n, -2, s.at, s.column, b.at, b.column, c.at, c.column));
        const accuracy = new Accuracy(m + 3);
        for (let j = 0; j < n; j++) {
          for (let i = 0; i < m; i++) {
            compareSum(
              accuracy,
              desk.get(c, i, j),
              old(c, i, j),
              -2,
              m,
              (p) => old(s, Math.max(i, p), Math.min(i, p)) * old(b, p, j),
            );
          }
        }
        accuracy.check();
      }
    }
  });
}

function checkProduct(
  kernels: Kernels,
  m: number,
  n: number,
  k: number,
  gap: number,
  aTransposed: boolean,
  bTransposed: boolean,
  alpha: number,
): void {
  const desk = new Desk(
    kernels,
    (m + gap) * (k + gap) + (k + gap) * (n + gap) + (m + gap) * n + 2 * gap * k + 16,
  );
  const a = desk.matrix(m, k, gap, aTransposed);
  const b = desk.matrix(k, n, gap, bTransposed);
  const c = desk.matrix(m, n, gap);
  const old = desk.snapshot();
  desk.changesOnly(c, () => {
    desk.arena.gemm(m, n, k, alpha, a.at, a.row, a.column, b.at, b.row, b.column, c.at, c.column);
  });
  const accuracy = new Accuracy(k + 3);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < m; i++)
      compareSum(accuracy, desk.get(c, i, j), old(c, i, j), alpha, k, (p) => old(a, i, p) * old(b, p, j));
  }
  accuracy.check();
}

function compareSum(
  accuracy: Accuracy,
  actual: number,
  start: number,
  alpha: number,
  terms: number,
  term: (p: number) => number,
): void {
  let sum = 0;
  let scale = 0;
  for (let p = 0; p < terms; p++) {
    const value = term(p);
    sum += value;
    scale += Math.abs(value);
  }
  accuracy.compare(actual, start + alpha * sum, Math.abs(start) + Math.abs(alpha) * scale);
}

function describeFactorization(kernels: Kernels): void {
  it("potrf gives A = L L' and leaves the upper triangle alone", () => {
    for (const n of [...SIZES, 31, 32, 260]) {
      const desk = new Desk(kernels, (n + 3) * n + 16);
      const a = desk.positiveDefinite(n, 3);
      const old = desk.snapshot();
      let status = -1;
      desk.changesOnly(
        a,
        () => {
          status = desk.arena.potrf(n, a.at, a.column);
        },
        (i, j) => i >= j,
      );
      expect(status).toBe(0);
      const accuracy = new Accuracy(n + 2);
      for (let j = 0; j < n; j++) {
        for (let i = j; i < n; i++)
          compareSum(accuracy, old(a, i, j), 0, 1, j + 1, (p) => desk.get(a, i, p) * desk.get(a, j, p));
      }
      accuracy.check();
    }
  });

  it("potrf names the first pivot that is not positive, counted from 1", () => {
    for (const n of [1, 2, 3, 5, 17, 33, 64, 129]) {
      for (const bad of new Set([1, Math.ceil(n / 2), n])) {
        for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
          const desk = new Desk(kernels, (n + 1) * n + 16);
          const a = desk.matrix(n, n, 1);
          for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) desk.set(a, i, j, i === j ? 4 : 0);
          desk.set(a, bad - 1, bad - 1, value);
          expect(desk.arena.potrf(n, a.at, a.column)).toBe(bad);
        }
      }
    }
  });

  it("potrf refuses a matrix with a NaN anywhere in the lower triangle", () => {
    for (const n of [2, 5, 33, 70]) {
      const desk = new Desk(kernels, n * n + 16);
      const a = desk.positiveDefinite(n);
      desk.set(a, n - 1, 0, Number.NaN);
      expect(desk.arena.potrf(n, a.at, a.column)).toBe(n);
    }
  });

  it("potrf finds that a matrix of rank r is not positive definite after pivot r", () => {
    const n = 48;
    const desk = new Desk(kernels, n * n + 16);
    const a = desk.matrix(n, n);
    for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) desk.set(a, i, j, 1);
    expect(desk.arena.potrf(n, a.at, n)).toBe(2);
  });

  it("potri gives the lower triangle of the inverse: A times it is the identity", () => {
    for (const n of [...SIZES, 260]) {
      const desk = new Desk(kernels, 2 * (n + 2) * n + 16);
      const a = desk.positiveDefinite(n, 2);
      const inverse = desk.matrix(n, n, 2);
      for (let j = 0; j < n; j++) for (let i = j; i < n; i++) desk.set(inverse, i, j, desk.get(a, i, j));
      expect(desk.arena.potrf(n, inverse.at, inverse.column)).toBe(0);
      desk.changesOnly(
        inverse,
        () => desk.arena.potri(n, inverse.at, inverse.column),
        (i, j) => i >= j,
      );
      const accuracy = new Accuracy(8 * n + 8);
      for (let j = 0; j < n; j++) {
        for (let i = 0; i < n; i++) {
          compareSum(
            accuracy,
            i === j ? 1 : 0,
            0,
            1,
            n,
            (p) => desk.get(a, i, p) * desk.get(inverse, Math.max(p, j), Math.min(p, j)),
          );
        }
      }
      accuracy.check();
    }
  });
}

function describeSolves(kernels: Kernels): void {
  type Solve = "trsmRightLowerTransposed" | "trsmRightLower" | "trsmLeftLower" | "trsmLeftLowerTransposed";
  const cases: [Solve, string][] = [
    ["trsmRightLowerTransposed", "X L' = B"],
    ["trsmRightLower", "X L = B"],
    ["trsmLeftLower", "L X = B"],
    ["trsmLeftLowerTransposed", "L' X = B"],
  ];
  for (const [name, equation] of cases) {
    it(`${name} solves ${equation} with a small componentwise residual, reading only the lower triangle`, () => {
      for (const size of [...SIZES, 260]) {
        for (const others of [0, 1, 2, 3, 17, 40]) {
          const left = name.startsWith("trsmLeft");
          const m = left ? size : others;
          const n = left ? others : size;
          const desk = new Desk(kernels, (size + 1) * size + (m + 2) * n + 16);
          const l = desk.lowerTriangle(size, 1);
          for (let j = 0; j < size; j++) for (let i = 0; i < j; i++) desk.set(l, i, j, Number.NaN);
          const x = desk.matrix(m, n, 2);
          const old = desk.snapshot();
          desk.changesOnly(x, () => desk.arena[name](m, n, l.at, l.column, x.at, x.column));
          checkResidual(desk, old, name, l, x);
        }
      }
    });
  }

  function checkResidual(
    desk: Desk,
    old: (view: View, i: number, j: number) => number,
    name: Solve,
    l: View,
    x: View,
  ): void {
    const size = l.rows;
    const accuracy = new Accuracy(size + 2);
    const lower = (i: number, j: number): number => (i >= j ? old(l, i, j) : 0);
    const term: Record<Solve, (i: number, j: number, p: number) => number> = {
      trsmRightLowerTransposed: (i, j, p) => desk.get(x, i, p) * lower(j, p),
      trsmRightLower: (i, j, p) => desk.get(x, i, p) * lower(p, j),
      trsmLeftLower: (i, j, p) => lower(i, p) * desk.get(x, p, j),
      trsmLeftLowerTransposed: (i, j, p) => lower(p, i) * desk.get(x, p, j),
    };
    for (let j = 0; j < x.columns; j++) {
      for (let i = 0; i < x.rows; i++)
        compareSum(accuracy, old(x, i, j), 0, 1, size, (p) => term[name](i, j, p));
    }
    accuracy.check();
  }
}

function describeMaps(kernels: Kernels): void {
  const rowMap = [9, 2, 7, 0, 5, 11];
  const columnMap = [3, 0, 2, 1];

  it("scatterSubtract subtracts the lower trapezoid at the mapped rows and columns", () => {
    const desk = new Desk(kernels, 200, 20);
    const buffer = desk.matrix(6, 4, 1);
    const panel = desk.matrix(12, 4, 2);
    const old = desk.snapshot();
    const rows = desk.integers(rowMap);
    const columns = desk.integers(columnMap);
    desk.changesOnly(panel, () => {
      desk.arena.scatterSubtract(6, 4, buffer.at, buffer.column, rows, columns, panel.at, panel.column);
    });
    for (let c = 0; c < 4; c++) {
      for (let r = 0; r < 12; r++) {
        const i = rowMap.indexOf(r);
        const j = columnMap.indexOf(c);
        const expected = old(panel, r, c) - (i >= j ? old(buffer, i, j) : 0);
        expect(desk.get(panel, r, c)).toBe(expected);
      }
    }
  });

  it("gather reads what scatterSubtract writes", () => {
    const desk = new Desk(kernels, 200, 20);
    const source = desk.matrix(12, 4, 2);
    const out = desk.matrix(6, 4, 3);
    const rows = desk.integers(rowMap);
    const columns = desk.integers(columnMap);
    desk.changesOnly(
      out,
      () => desk.arena.gather(6, 4, source.at, source.column, rows, columns, out.at, out.column),
      (i, j) => i >= j,
    );
    for (let j = 0; j < 4; j++) {
      for (let i = j; i < 6; i++)
        expect(desk.get(out, i, j)).toBe(desk.get(source, rowMap[i]!, columnMap[j]!));
    }
  });

  it("rowPositions numbers the listed rows from first", () => {
    const desk = new Desk(kernels, 10, 40);
    const position = desk.integers(new Array(12).fill(-1));
    desk.arena.rowPositions(100, 6, desk.integers(rowMap), position);
    const expected = new Array(12).fill(-1);
    rowMap.forEach((row, i) => {
      expected[row] = 100 + i;
    });
    expect([...desk.arena.i32.subarray(position, position + 12)]).toEqual(expected);
  });
}

/** Random leaf levels over `size` rows and `tail` common ones, and a panel of all rows, the first in scrambled order. */
function leafDesk(kernels: Kernels, size: number, levels: number, width: number, tail: number) {
  const desk = new Desk(
    kernels,
    size * (size + tail) + levels * (size + tail) * width + width * width + 64,
    8 * levels * size + 8 * size + levels + 64,
  );
  const rows: number[] = [];
  const levelAt: number[] = [];
  const levelPointers = [0];
  const levelOf: number[][] = [];
  for (let level = 0; level < levels; level++) {
    const own = Array.from({ length: size }, (_, row) => row).filter(() => desk.random() < 0);
    levelOf.push(own.map((_, i) => rows.length + i));
    rows.push(...own);
    levelAt.push(...own.map(() => level));
    levelPointers.push(rows.length);
  }
  const occurrences: number[] = [];
  const pointer = [0];
  for (let row = 0; row < size; row++) {
    rows.forEach((r, e) => {
      if (r === row) occurrences.push(e);
    });
    pointer.push(occurrences.length);
  }
  const order = Array.from({ length: size }, (_, i) => (i * 7 + 3) % size);
  const values = desk.matrix(width, rows.length);
  const tails = desk.matrix(tail, levels * width);
  const panel = desk.matrix(size + tail, size);
  const out = desk.matrix(width, width);
  const rowPosition = desk.integers(new Array(size).fill(0));
  desk.arena.rowPositions(0, size, desk.integers(order), rowPosition);
  const table: LeafTable = {
    occurrencePointer: desk.integers(pointer),
    occurrences: desk.integers(occurrences),
    levels: desk.integers(levelAt),
    levelPointers: desk.integers(levelPointers),
    rows: desk.integers(rows),
    width,
    values: values.at,
    tailCount: tail,
    tailStride: tail,
    tails: tails.at,
  };
  const place = (row: number): number => (row < size ? order.indexOf(row) : row);
  /** Value s of row r in a level, of the tail for r >= size; undefined where the level has no such row. */
  const entryOf = (get: Desk["get"], level: number, row: number, s: number): number | undefined => {
    if (row >= size) return get(tails, row - size, level * width + s);
    const entry = levelOf[level]!.find((e) => rows[e] === row);
    return entry === undefined ? undefined : get(values, s, entry);
  };
  return { desk, table, panel, out, rowPosition, place, entryOf };
}

function describeLeaves(kernels: Kernels): void {
  const size = 10;
  const levels = 12;
  for (const width of [1, 2, 3, 5]) {
    it(`leafUpdate subtracts V V' of every level from the columns of a panel, width ${width}`, () => {
      for (const tail of [0, 1, 4, 11]) {
        const { desk, table, panel, rowPosition, place, entryOf } = leafDesk(
          kernels,
          size,
          levels,
          width,
          tail,
        );
        const old = desk.snapshot();
        const accuracy = new Accuracy(levels * width + 3);
        for (const [c0, c1] of [
          [0, 4],
          [4, 10],
          [10, 10],
        ] as const) {
          const columns = { ...panel, at: panel.at + c0 * panel.column, columns: c1 - c0 };
          desk.changesOnly(columns, () => {
            desk.arena.leafUpdate(table, c0, c1, rowPosition, columns.at, panel.column);
          });
        }
        for (let c = 0; c < size; c++) {
          for (let r = 0; r < size + tail; r++) {
            const terms: number[] = [];
            for (let level = 0; level < levels; level++) {
              for (let s = 0; s < width; s++) {
                const left = entryOf(old, level, r, s);
                const right = entryOf(old, level, c, s);
                if (r >= c && left !== undefined && right !== undefined) terms.push(left * right);
              }
            }
            compareSum(
              accuracy,
              desk.get(panel, place(r), c),
              old(panel, place(r), c),
              -1,
              terms.length,
              (p) => terms[p]!,
            );
          }
        }
        accuracy.check();
      }
    });

    it(`leafTrace sums V' C V over the levels, panel by panel, but for pairs within tails, width ${width}`, () => {
      for (const [tail, tailCount] of [
        [0, 0],
        [3, 0],
        [3, 2],
        [12, 11],
      ] as const) {
        const { desk, table, panel, out, rowPosition, place, entryOf } = leafDesk(
          kernels,
          size,
          levels,
          width,
          tail,
        );
        const old = desk.snapshot();
        desk.changesOnly(out, () => {
          for (const [c0, c1] of [
            [0, 4],
            [4, 10],
          ] as const) {
            desk.arena.leafTrace(
              { ...table, tailCount },
              c0,
              c1,
              rowPosition,
              panel.at + c0 * panel.column,
              panel.column,
              out.at,
            );
          }
        });
        const rowCount = size + tailCount;
        const accuracy = new Accuracy(levels * rowCount * rowCount);
        for (let a = 0; a < width; a++) {
          for (let b = 0; b < width; b++) {
            const terms: number[] = [];
            for (let level = 0; level < levels; level++) {
              for (let i = 0; i < rowCount; i++) {
                for (let k = 0; k < rowCount; k++) {
                  const left = entryOf(old, level, i, a);
                  const right = entryOf(old, level, k, b);
                  const low = Math.min(i, k);
                  if (low >= size || left === undefined || right === undefined) continue;
                  terms.push(left * old(panel, place(Math.max(i, k)), low) * right);
                }
              }
            }
            compareSum(accuracy, desk.get(out, a, b), old(out, a, b), 1, terms.length, (p) => terms[p]!);
          }
        }
        accuracy.check();
      }
    });
  }
}
