// Recursive Cholesky factor and inverse (Gustavson 1997; LAPACK dpotrf2, dtrtri, dlauum). Lower triangles only.
import { multiply, multiplyLower, multiplyStrip } from "./multiply";
import { firstHalf, solveLeft, solveRight, solveRightTransposed } from "./triangular";
import { clear, dotProduct, scale, subtractCombination } from "./vectors";
import { mirrorBuffer } from "./workspace";

const FACTOR_BASE: i32 = 32;
const INVERSE_BASE: i32 = 16;
/** Below this size plain loops in place are faster than vectors on a copy. */
const TINY: i32 = 8;
/** Leading dimension of a small triangle copied into the mirror buffer, in bytes. */
const COPY_STRIDE: usize = 16 << 3;

/** A = L L' in place; 0, or the 1-based index of the first pivot that is not positive and finite. */
export function factor(n: i32, a: usize, lda: usize): i32 {
  if (n > FACTOR_BASE) {
    const n1 = firstHalf(n), n2 = n - n1;
    const a21 = a + (<usize>n1 << 3), a22 = a21 + <usize>n1 * lda;
    const first = factor(n1, a, lda);
    if (first != 0) return first;
    solveRightTransposed(n2, n1, a, lda, a21, lda);
    multiplyLower(n2, n1, -1, a21, 8, lda, a21, lda, 8, a22, lda);
    const second = factor(n2, a22, lda);
    return second == 0 ? 0 : second + n1;
  }
  for (let j = 0; j < n; j++) {
    const row = a + (<usize>j << 3), diagonal = row + <usize>j * lda;
    subtractCombination(n - j, j, row, lda, row, lda, diagonal);
    const pivot = load<f64>(diagonal);
    if (!(pivot > 0 && pivot < Infinity)) return j + 1;
    const root = sqrt<f64>(pivot);
    store<f64>(diagonal, root);
    scale(n - j - 1, 1 / root, diagonal + 8);
  }
  return 0;
}

/** Lower triangle of (L L')^-1 written over L: W = L^-1, then W'W. */
export function invertFactored(n: i32, l: usize, ldl: usize): void {
  invertLower(n, l, ldl);
  crossProductLower(n, l, ldl);
}

/** L <- L^-1 */
function invertLower(n: i32, l: usize, ldl: usize): void {
  if (n > INVERSE_BASE) {
    const n1 = firstHalf(n), n2 = n - n1;
    const l21 = l + (<usize>n1 << 3), l22 = l21 + <usize>n1 * ldl;
    solveLeft(n2, n1, l22, ldl, l21, ldl);
    solveRight(n2, n1, l, ldl, l21, ldl);
    for (let j = 0; j < n1; j++) scale(n2, -1, l21 + <usize>j * ldl);
    invertLower(n1, l, ldl);
    invertLower(n2, l22, ldl);
    return;
  }
  if (n < TINY) {
    invertTiny(n, l, ldl);
    return;
  }
  // W L = I column by column from the last, in a copy whose zeros above the diagonal keep the loops straight
  clear(n << 4, mirrorBuffer);
  for (let j = n - 1; j >= 0; j--) {
    const offset = <usize>j << 3, below = n - 1 - j;
    const diagonal = l + offset + <usize>j * ldl, inverse = 1 / load<f64>(diagonal);
    const y = mirrorBuffer + offset + <usize>j * COPY_STRIDE;
    subtractCombination(below, below, diagonal + 8, 8, y + COPY_STRIDE + 8, COPY_STRIDE, y + 8);
    scale(below, inverse, y + 8);
    store<f64>(y, inverse);
    for (let i: usize = 8; i <= <usize>below << 3; i += 8) store<f64>(diagonal + i, load<f64>(y + i));
    store<f64>(diagonal, inverse);
  }
}

/** W <- lower triangle of W'W, W lower */
function crossProductLower(n: i32, a: usize, lda: usize): void {
  if (n > INVERSE_BASE) {
    const n1 = firstHalf(n), n2 = n - n1;
    const a21 = a + (<usize>n1 << 3), a22 = a21 + <usize>n1 * lda;
    crossProductLower(n1, a, lda);
    multiplyLower(n1, n2, 1, a21, lda, 8, a21, 8, lda, a, lda);
    multiplyTransposedLower(n2, n1, a22, lda, a21, lda);
    crossProductLower(n2, a22, lda);
    return;
  }
  if (n < TINY) {
    crossProductTiny(n, a, lda);
    return;
  }
  // the transpose of W in a copy, zeros below its diagonal, so that strips of four rows multiply from their corner on
  clear(n << 4, mirrorBuffer);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      const at = a + (<usize>i << 3) + <usize>j * lda;
      store<f64>(mirrorBuffer + (<usize>j << 3) + <usize>i * COPY_STRIDE, load<f64>(at));
      store<f64>(at, 0);
    }
  }
  for (let i = 0; i < n; i += 4) {
    const from = mirrorBuffer + <usize>i * COPY_STRIDE, ai = a + (<usize>i << 3);
    multiplyStrip(i, min(4, n - i), n - i, 1, from + (<usize>i << 3), 8, COPY_STRIDE, from, COPY_STRIDE, 8, ai, lda);
  }
}

/** invertLower in place, rows from below, since row i needs the entries of L above it. */
function invertTiny(n: i32, l: usize, ldl: usize): void {
  for (let j = n - 1; j >= 0; j--) {
    const diagonal = l + (<usize>j << 3) + <usize>j * ldl, inverse = 1 / load<f64>(diagonal);
    for (let x = diagonal + (<usize>(n - 1 - j) << 3); x > diagonal; x -= 8) {
      let sum: f64 = 0, w = x + ldl;
      for (let entry = diagonal + 8; entry <= x; entry += 8) {
        sum -= load<f64>(entry) * load<f64>(w);
        w += ldl;
      }
      store<f64>(x, sum * inverse);
    }
    store<f64>(diagonal, inverse);
  }
}

/** crossProductLower in place, rows from above. */
function crossProductTiny(n: i32, a: usize, lda: usize): void {
  for (let i = 0; i < n; i++) {
    const row = a + (<usize>i << 3), diagonal = row + <usize>i * lda, bytes = <usize>(n - i) << 3;
    for (let x = row; x <= diagonal; x += lda) {
      let sum: f64 = 0;
      for (let k: usize = 0; k < bytes; k += 8) sum += load<f64>(diagonal + k) * load<f64>(x + k);
      store<f64>(x, sum);
    }
  }
}

/** B (m x n) <- L'B, L lower */
function multiplyTransposedLower(m: i32, n: i32, l: usize, ldl: usize, b: usize, ldb: usize): void {
  if (m > INVERSE_BASE) {
    const m1 = firstHalf(m), m2 = m - m1;
    const l21 = l + (<usize>m1 << 3), b2 = b + (<usize>m1 << 3);
    multiplyTransposedLower(m1, n, l, ldl, b, ldb);
    multiply(m1, n, m2, 1, l21, ldl, 8, b2, 8, ldb, b, ldb);
    multiplyTransposedLower(m2, n, l21 + <usize>m1 * ldl, ldl, b2, ldb);
    return;
  }
  for (let j = 0; j < n; j++) {
    let x = b, diagonal = l;
    for (let i = m; i > 0; i--) {
      store<f64>(x, dotProduct(i, diagonal, x));
      x += 8;
      diagonal += ldl + 8;
    }
    b += ldb;
  }
}
