// Tiles of 4, 2 or 1 rows and columns that read A and B where they lie. The sizes of the type parameters are the
// numbers of rows and columns (i32: 4, i16: 2, i8: 1), so that the compiler drops the unused half of each tile.
import { multiplyAdd } from "./multiplyAdd";

/** Two neighbouring rows of A, or one row and a zero. */
// @ts-ignore: decorator
@inline
function loadRows<Rows>(a: usize, aRow: usize): v128 {
  if (sizeof<Rows>() == 1) return v128.load64_zero(a);
  if (aRow == 8) return v128.load(a);
  return v128.load64_lane(a + aRow, v128.load64_zero(a), 1);
}

// @ts-ignore: decorator
@inline
function storeColumn<Rows>(c: usize, scale: v128, low: v128, high: v128): void {
  if (sizeof<Rows>() == 1) {
    store<f64>(c, load<f64>(c) + f64x2.extract_lane(f64x2.mul(scale, low), 0));
    return;
  }
  v128.store(c, f64x2.add(v128.load(c), f64x2.mul(scale, low)));
  if (sizeof<Rows>() == 4) v128.store(c, f64x2.add(v128.load(c, 16), f64x2.mul(scale, high)), 16);
}

/** C += alpha A B for one tile; strides in bytes. */
// @ts-ignore: decorator
@inline
function directTile<Rows, Columns>(
  depth: i32, alpha: f64, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, ldc: usize,
): void {
  let low0 = f64x2.splat(0), high0 = f64x2.splat(0);
  let low1 = f64x2.splat(0), high1 = f64x2.splat(0);
  let low2 = f64x2.splat(0), high2 = f64x2.splat(0);
  let low3 = f64x2.splat(0), high3 = f64x2.splat(0);
  for (; depth > 0; depth--) {
    const low = loadRows<Rows>(a, aRow);
    let high = low;
    if (sizeof<Rows>() == 4) high = loadRows<Rows>(a + 2 * aRow, aRow);
    const b0 = v128.load_splat<f64>(b);
    low0 = multiplyAdd(low, b0, low0);
    if (sizeof<Rows>() == 4) high0 = multiplyAdd(high, b0, high0);
    if (sizeof<Columns>() > 1) {
      const b1 = v128.load_splat<f64>(b + bColumn);
      low1 = multiplyAdd(low, b1, low1);
      if (sizeof<Rows>() == 4) high1 = multiplyAdd(high, b1, high1);
    }
    if (sizeof<Columns>() == 4) {
      const b2 = v128.load_splat<f64>(b + 2 * bColumn);
      low2 = multiplyAdd(low, b2, low2);
      if (sizeof<Rows>() == 4) high2 = multiplyAdd(high, b2, high2);
      const b3 = v128.load_splat<f64>(b + 3 * bColumn);
      low3 = multiplyAdd(low, b3, low3);
      if (sizeof<Rows>() == 4) high3 = multiplyAdd(high, b3, high3);
    }
    a += aColumn;
    b += bRow;
  }
  const scale = f64x2.splat(alpha);
  storeColumn<Rows>(c, scale, low0, high0);
  if (sizeof<Columns>() > 1) storeColumn<Rows>(c + ldc, scale, low1, high1);
  if (sizeof<Columns>() == 4) {
    storeColumn<Rows>(c + 2 * ldc, scale, low2, high2);
    storeColumn<Rows>(c + 3 * ldc, scale, low3, high3);
  }
}

/** Rows of C, n columns. */
function directStrip<Rows>(
  n: i32, depth: i32, alpha: f64, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, ldc: usize,
): void {
  for (; n >= 4; n -= 4) {
    directTile<Rows, i32>(depth, alpha, a, aRow, aColumn, b, bRow, bColumn, c, ldc);
    b += 4 * bColumn;
    c += 4 * ldc;
  }
  if (n >= 2) {
    directTile<Rows, i16>(depth, alpha, a, aRow, aColumn, b, bRow, bColumn, c, ldc);
    b += 2 * bColumn;
    c += 2 * ldc;
    n -= 2;
  }
  if (n > 0) directTile<Rows, i8>(depth, alpha, a, aRow, aColumn, b, bRow, bColumn, c, ldc);
}

/** C (m x n) += alpha A B without packing. */
export function directMultiply(
  m: i32, n: i32, depth: i32, alpha: f64, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, ldc: usize,
): void {
  if (aRow == 8) {
    for (; m >= 4; m -= 4) {
      directStrip<i32>(n, depth, alpha, a, 8, aColumn, b, bRow, bColumn, c, ldc);
      a += 32;
      c += 32;
    }
  }
  for (; m >= 4; m -= 4) {
    directStrip<i32>(n, depth, alpha, a, aRow, aColumn, b, bRow, bColumn, c, ldc);
    a += 4 * aRow;
    c += 32;
  }
  if (m >= 2) {
    directStrip<i16>(n, depth, alpha, a, aRow, aColumn, b, bRow, bColumn, c, ldc);
    a += 2 * aRow;
    c += 16;
    m -= 2;
  }
  if (m > 0) directStrip<i8>(n, depth, alpha, a, aRow, aColumn, b, bRow, bColumn, c, ldc);
}
