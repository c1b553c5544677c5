/**
 * Orthogonal polynomial contrasts over k equally spaced levels with the smallest whole coefficients, the last one
 * positive, as in the published tables (Fisher & Yates).
 *
 * Exact: the three-term recurrence of the discrete Chebyshev (Gram) polynomials in whole numbers.
 *
 * @returns one array of length k for every degree from 1 to min(maxDegree, k - 1)
 */
export function polynomialContrasts(levels: number, maxDegree: number): Float64Array[] {
  const k = BigInt(levels);
  const x = Array.from({ length: levels }, (_, i) => 2n * BigInt(i) - k + 1n);
  // p_0 = 1, p_1 = x, (n + 1) p_(n+1) = (2n + 1) x p_n - n (k^2 - n^2) p_(n-1)
  let before: bigint[] = x.map(() => 1n);
  let current: bigint[] = [...x];
  let scale = 1n;
  let scaleBefore = 1n;
  const out: Float64Array[] = [];
  for (let degree = 1; degree <= Math.min(maxDegree, levels - 1); degree++) {
    out.push(smallest(current));
    const n = BigInt(degree);
    // current = scale * p_n and before = scaleBefore * p_(n-1): bring both to one denominator
    const next = x.map(
      (xi, i) => (2n * n + 1n) * xi * current[i]! * scaleBefore - n * (k * k - n * n) * before[i]! * scale,
    );
    const divisor = next.reduce(greatestCommonDivisor, 0n);
    const nextScale = (n + 1n) * scale * scaleBefore;
    before = current;
    scaleBefore = scale;
    if (divisor === 0n) break;
    const common = greatestCommonDivisor(divisor, nextScale);
    current = next.map((value) => value / common);
    scale = nextScale / common;
  }
  return out;
}

function smallest(values: readonly bigint[]): Float64Array {
  const divisor = values.reduce(greatestCommonDivisor, 0n);
  const sign = values[values.length - 1]! < 0n ? -1n : 1n;
  return Float64Array.from(values, (value) => Number((sign * value) / divisor));
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [large, small] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (small !== 0n) [large, small] = [small, large % small];
  return large;
}
