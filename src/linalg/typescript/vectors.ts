/** x'y in eight interleaved partial sums (four vectors of two lanes), folded pairwise; the rest in order. */
export function dot(f: Float64Array, n: number, x: number, y: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    s0 += f[x + i]! * f[y + i]!;
    s1 += f[x + i + 1]! * f[y + i + 1]!;
    s2 += f[x + i + 2]! * f[y + i + 2]!;
    s3 += f[x + i + 3]! * f[y + i + 3]!;
    s4 += f[x + i + 4]! * f[y + i + 4]!;
    s5 += f[x + i + 5]! * f[y + i + 5]!;
    s6 += f[x + i + 6]! * f[y + i + 6]!;
    s7 += f[x + i + 7]! * f[y + i + 7]!;
  }
  let sum = s0 + s2 + (s4 + s6) + (s1 + s3 + (s5 + s7));
  for (; i < n; i++) sum += f[x + i]! * f[y + i]!;
  return sum;
}

/** y += alpha x */
export function axpy(f: Float64Array, n: number, alpha: number, x: number, y: number): void {
  for (let i = 0; i < n; i++) f[y + i]! += alpha * f[x + i]!;
}

/** x *= alpha */
export function scale(f: Float64Array, n: number, alpha: number, x: number): void {
  for (let i = 0; i < n; i++) f[x + i]! *= alpha;
}

/**
 * y -= sum over k < count of f[weight + k * weightStride] * (vector k), in ascending order for each element;
 * vector k starts at x + k * xStride.
 */
export function subtractCombination(
  f: Float64Array,
  n: number,
  count: number,
  weight: number,
  weightStride: number,
  x: number,
  xStride: number,
  y: number,
): void {
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    const w = weight + k * weightStride;
    const w0 = f[w]!;
    const w1 = f[w + weightStride]!;
    const w2 = f[w + 2 * weightStride]!;
    const w3 = f[w + 3 * weightStride]!;
    const x0 = x + k * xStride;
    const x1 = x0 + xStride;
    const x2 = x1 + xStride;
    const x3 = x2 + xStride;
    for (let i = 0; i < n; i++) {
      f[y + i] = f[y + i]! - w0 * f[x0 + i]! - w1 * f[x1 + i]! - w2 * f[x2 + i]! - w3 * f[x3 + i]!;
    }
  }
  for (; k < count; k++) axpy(f, n, -f[weight + k * weightStride]!, x + k * xStride, y);
}
