// Triangular solves with many right-hand sides: split in half until the triangle is small, so that nearly all work
// is multiplication (Elmroth, Gustavson, Jonsson, Kagstrom 2004, Recursive blocked algorithms, section 3.1).
import { multiply } from "./multiply";
import { addMultiple, scale, subtractCombination } from "./vectors";
import { mirrorBuffer, tileBuffer } from "./workspace";

const BASE: i32 = 16;
/** rows of B solved together against a small triangle, so that they stay in cache */
const STRIP: i32 = 256;
/** From this many right-hand sides on, left solves transpose them and solve from the right, two at a time. */
const FEW: i32 = 4;
/** right-hand sides transposed together: BASE x CHUNK doubles fill the mirror buffer */
const CHUNK: i32 = 64;
const CHUNK_STRIDE: usize = 64 << 3;

/** First part of a split in two: near the middle, a multiple of 4. */
// @ts-ignore: decorator
@inline
export function firstHalf(n: i32): i32 {
  return ((n >> 1) + 3) & ~3;
}

/** B (m x n) <- B L^-T */
export function solveRightTransposed(m: i32, n: i32, l: usize, ldl: usize, b: usize, ldb: usize): void {
  if (n > BASE) {
    const n1 = firstHalf(n), n2 = n - n1;
    const l21 = l + (<usize>n1 << 3), b2 = b + <usize>n1 * ldb;
    solveRightTransposed(m, n1, l, ldl, b, ldb);
    multiply(m, n2, n1, -1, b, 8, ldb, l21, ldl, 8, b2, ldb);
    solveRightTransposed(m, n2, l21 + <usize>n1 * ldl, ldl, b2, ldb);
    return;
  }
  for (let i = 0; i < m; i += STRIP) {
    const rows = min(STRIP, m - i);
    const bi = b + (<usize>i << 3);
    for (let j = 0; j < n; j++) {
      const row = l + (<usize>j << 3), y = bi + <usize>j * ldb;
      subtractCombination(rows, j, row, ldl, bi, ldb, y);
      scale(rows, 1 / load<f64>(row + <usize>j * ldl), y);
    }
  }
}

/** B (m x n) <- B L^-1 */
export function solveRight(m: i32, n: i32, l: usize, ldl: usize, b: usize, ldb: usize): void {
  if (n > BASE) {
    const n1 = firstHalf(n), n2 = n - n1;
    const l21 = l + (<usize>n1 << 3), b2 = b + <usize>n1 * ldb;
    solveRight(m, n2, l21 + <usize>n1 * ldl, ldl, b2, ldb);
    multiply(m, n1, n2, -1, b2, 8, ldb, l21, 8, ldl, b, ldb);
    solveRight(m, n1, l, ldl, b, ldb);
    return;
  }
  for (let i = 0; i < m; i += STRIP) {
    const rows = min(STRIP, m - i);
    const bi = b + (<usize>i << 3);
    for (let j = n - 1; j >= 0; j--) {
      const column = l + <usize>j * ldl, y = bi + <usize>j * ldb, last = <usize>(n - 1);
      subtractCombination(rows, n - 1 - j, column + (last << 3), -8, bi + last * ldb, -ldb, y);
      scale(rows, 1 / load<f64>(column + (<usize>j << 3)), y);
    }
  }
}

/** B (m x n) <- L^-1 B */
export function solveLeft(m: i32, n: i32, l: usize, ldl: usize, b: usize, ldb: usize): void {
  if (m > BASE) {
    const m1 = firstHalf(m), m2 = m - m1;
    const l21 = l + (<usize>m1 << 3), b2 = b + (<usize>m1 << 3);
    solveLeft(m1, n, l, ldl, b, ldb);
    multiply(m2, n, m1, -1, l21, 8, ldl, b, 8, ldb, b2, ldb);
    solveLeft(m2, n, l21 + <usize>m1 * ldl, ldl, b2, ldb);
    return;
  }
  for (; n >= FEW; ) {
    const chunk = min(CHUNK, n);
    transpose(m, chunk, b, ldb, mirrorBuffer, CHUNK_STRIDE);
    solveRightTransposed(chunk, m, l, ldl, mirrorBuffer, CHUNK_STRIDE);
    transpose(chunk, m, mirrorBuffer, CHUNK_STRIDE, b, ldb);
    b += <usize>chunk * ldb;
    n -= chunk;
  }
  if (n == 0) return;
  storeReciprocals(m, l, ldl);
  for (; n > 0; n--) {
    let x = b, diagonal = l, reciprocal = tileBuffer;
    for (let below = m - 1; below >= 0; below--) {
      const value = load<f64>(x) * load<f64>(reciprocal);
      store<f64>(x, value);
      diagonal += 8;
      x += 8;
      reciprocal += 8;
      addMultiple(below, -value, diagonal, x);
      diagonal += ldl;
    }
    b += ldb;
  }
}

/** B (m x n) <- L^-T B */
export function solveLeftTransposed(m: i32, n: i32, l: usize, ldl: usize, b: usize, ldb: usize): void {
  if (m > BASE) {
    const m1 = firstHalf(m), m2 = m - m1;
    const l21 = l + (<usize>m1 << 3), b2 = b + (<usize>m1 << 3);
    solveLeftTransposed(m2, n, l21 + <usize>m1 * ldl, ldl, b2, ldb);
    multiply(m1, n, m2, -1, l21, ldl, 8, b2, 8, ldb, b, ldb);
    solveLeftTransposed(m1, n, l, ldl, b, ldb);
    return;
  }
  for (; n >= FEW; ) {
    const chunk = min(CHUNK, n);
    transpose(m, chunk, b, ldb, mirrorBuffer, CHUNK_STRIDE);
    solveRight(chunk, m, l, ldl, mirrorBuffer, CHUNK_STRIDE);
    transpose(chunk, m, mirrorBuffer, CHUNK_STRIDE, b, ldb);
    b += <usize>chunk * ldb;
    n -= chunk;
  }
  if (n == 0) return;
  storeReciprocals(m, l, ldl);
  for (; n > 0; n--) {
    for (let i = m - 1; i >= 0; i--) {
      const offset = <usize>i << 3;
      const value = load<f64>(b + offset) * load<f64>(tileBuffer + offset);
      store<f64>(b + offset, value);
      let weight = l + offset;
      for (let x = b, end = b + offset; x < end; x += 8) {
        store<f64>(x, load<f64>(x) - load<f64>(weight) * value);
        weight += ldl;
      }
    }
    b += ldb;
  }
}

/** out (n x m) <- the transpose of A (m x n) */
function transpose(m: i32, n: i32, a: usize, lda: usize, out: usize, ldo: usize): void {
  let j = 0;
  for (; j + 2 <= n; j += 2) {
    let from = a, to = out;
    let i = m;
    for (; i >= 2; i -= 2) {
      const first = v128.load(from), second = v128.load(from + lda);
      v128.store(to, v128.shuffle<f64>(first, second, 0, 2));
      v128.store(to + ldo, v128.shuffle<f64>(first, second, 1, 3));
      from += 16;
      to += 2 * ldo;
    }
    if (i > 0) {
      store<f64>(to, load<f64>(from));
      store<f64>(to, load<f64>(from + lda), 8);
    }
    a += 2 * lda;
    out += 16;
  }
  if (j < n) {
    for (; m > 0; m--) {
      store<f64>(out, load<f64>(a));
      a += 8;
      out += ldo;
    }
  }
}

/** 1 / diagonal of a triangle of at most BASE rows, into the tile buffer. */
function storeReciprocals(n: i32, l: usize, ldl: usize): void {
  for (let i = 0; i < n; i++) {
    store<f64>(tileBuffer + (<usize>i << 3), 1 / load<f64>(l));
    l += ldl + 8;
  }
}
