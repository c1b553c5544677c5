import { multiplyAdd } from "./multiplyAdd";

/**
 * C (4 x 4) += alpha A B from packed strips: eight accumulators of two rows each. The loop is not unrolled on
 * purpose: V8 then reorders the accumulators into dependent chains and spills them.
 */
export function packedTile(depth: i32, a: usize, b: usize, c: usize, ldc: usize, alpha: f64): void {
  let low0 = f64x2.splat(0), high0 = f64x2.splat(0);
  let low1 = f64x2.splat(0), high1 = f64x2.splat(0);
  let low2 = f64x2.splat(0), high2 = f64x2.splat(0);
  let low3 = f64x2.splat(0), high3 = f64x2.splat(0);
  for (; depth > 0; depth--) {
    const low = v128.load(a), high = v128.load(a, 16);
    const b0 = v128.load_splat<f64>(b);
    low0 = multiplyAdd(low, b0, low0);
    high0 = multiplyAdd(high, b0, high0);
    const b1 = v128.load_splat<f64>(b, 8);
    low1 = multiplyAdd(low, b1, low1);
    high1 = multiplyAdd(high, b1, high1);
    const b2 = v128.load_splat<f64>(b, 16);
    low2 = multiplyAdd(low, b2, low2);
    high2 = multiplyAdd(high, b2, high2);
    const b3 = v128.load_splat<f64>(b, 24);
    low3 = multiplyAdd(low, b3, low3);
    high3 = multiplyAdd(high, b3, high3);
    a += 32;
    b += 32;
  }
  const scale = f64x2.splat(alpha);
  addScaled(c, scale, low0);
  addScaled(c + 16, scale, high0);
  c += ldc;
  addScaled(c, scale, low1);
  addScaled(c + 16, scale, high1);
  c += ldc;
  addScaled(c, scale, low2);
  addScaled(c + 16, scale, high2);
  c += ldc;
  addScaled(c, scale, low3);
  addScaled(c + 16, scale, high3);
}

// @ts-ignore: decorator
@inline
export function addScaled(c: usize, scale: v128, sum: v128): void {
  v128.store(c, f64x2.add(v128.load(c), f64x2.mul(scale, sum)));
}
