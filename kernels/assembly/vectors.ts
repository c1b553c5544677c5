import { multiplyAdd } from "./multiplyAdd";

/** x <- 0, n even. A loop, since memory.fill is a call out of WebAssembly: dear for a few vectors. */
// @ts-ignore: decorator
@inline
export function clear(n: i32, x: usize): void {
  for (; n > 0; n -= 2) {
    v128.store(x, f64x2.splat(0));
    x += 16;
  }
}

/** x'y in four vectors of two partial sums, folded pairwise; the rest in order. */
export function dotProduct(n: i32, x: usize, y: usize): f64 {
  let sum0 = f64x2.splat(0), sum1 = f64x2.splat(0), sum2 = f64x2.splat(0), sum3 = f64x2.splat(0);
  for (; n >= 8; n -= 8) {
    sum0 = multiplyAdd(v128.load(x), v128.load(y), sum0);
    sum1 = multiplyAdd(v128.load(x, 16), v128.load(y, 16), sum1);
    sum2 = multiplyAdd(v128.load(x, 32), v128.load(y, 32), sum2);
    sum3 = multiplyAdd(v128.load(x, 48), v128.load(y, 48), sum3);
    x += 64;
    y += 64;
  }
  sum0 = f64x2.add(f64x2.add(sum0, sum1), f64x2.add(sum2, sum3));
  let sum = f64x2.extract_lane(sum0, 0) + f64x2.extract_lane(sum0, 1);
  for (; n > 0; n--) {
    sum += load<f64>(x) * load<f64>(y);
    x += 8;
    y += 8;
  }
  return sum;
}

/** y += alpha x */
export function addMultiple(n: i32, alpha: f64, x: usize, y: usize): void {
  const weight = f64x2.splat(alpha);
  for (; n >= 4; n -= 4) {
    v128.store(y, multiplyAdd(weight, v128.load(x), v128.load(y)));
    v128.store(y, multiplyAdd(weight, v128.load(x, 16), v128.load(y, 16)), 16);
    x += 32;
    y += 32;
  }
  for (; n > 0; n--) {
    store<f64>(y, load<f64>(y) + alpha * load<f64>(x));
    x += 8;
    y += 8;
  }
}

/** x *= alpha */
export function scale(n: i32, alpha: f64, x: usize): void {
  const weight = f64x2.splat(alpha);
  for (; n >= 2; n -= 2) {
    v128.store(x, f64x2.mul(weight, v128.load(x)));
    x += 16;
  }
  if (n > 0) store<f64>(x, alpha * load<f64>(x));
}

/**
 * y -= sum over k < count of weight_k (vector k), in ascending order for each element; weights lie weightStride
 * apart, vectors xStride (bytes).
 */
export function subtractCombination(
  n: i32, count: i32, weight: usize, weightStride: usize, x: usize, xStride: usize, y: usize,
): void {
  for (; count >= 4; count -= 4) {
    subtractFour(
      n, load<f64>(weight), load<f64>(weight + weightStride), load<f64>(weight + 2 * weightStride),
      load<f64>(weight + 3 * weightStride), x, xStride, y,
    );
    weight += 4 * weightStride;
    x += 4 * xStride;
  }
  for (; count > 0; count--) {
    addMultiple(n, -load<f64>(weight), x, y);
    weight += weightStride;
    x += xStride;
  }
}

// @ts-ignore: decorator
@inline
function subtractFour(n: i32, w0: f64, w1: f64, w2: f64, w3: f64, x0: usize, xStride: usize, y: usize): void {
  const x1 = x0 + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
  const v0 = f64x2.splat(-w0), v1 = f64x2.splat(-w1), v2 = f64x2.splat(-w2), v3 = f64x2.splat(-w3);
  let at: usize = 0;
  for (; n >= 2; n -= 2) {
    let sum = v128.load(y + at);
    sum = multiplyAdd(v0, v128.load(x0 + at), sum);
    sum = multiplyAdd(v1, v128.load(x1 + at), sum);
    sum = multiplyAdd(v2, v128.load(x2 + at), sum);
    sum = multiplyAdd(v3, v128.load(x3 + at), sum);
    v128.store(y + at, sum);
    at += 16;
  }
  if (n > 0) {
    const sum = load<f64>(y + at) - w0 * load<f64>(x0 + at) - w1 * load<f64>(x1 + at) - w2 * load<f64>(x2 + at);
    store<f64>(y + at, sum - w3 * load<f64>(x3 + at));
  }
}
