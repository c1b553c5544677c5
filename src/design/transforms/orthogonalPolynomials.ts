/** Three-term recurrence of polynomials orthogonal over a set of points. */
interface PolynomialRecurrence {
  /** length k: centres of the recurrence */
  readonly alpha: readonly number[];
  /** length k + 2: 1, n, and squared norms of the monic polynomials of degree 1..k */
  readonly norm2: readonly number[];
}

/**
 * Recurrence of the polynomials of degree 1..degree that are orthonormal over the points x (NaN is skipped).
 *
 * Monic p_0 = 1, p_{j+1}(x) = (x - alpha_j) p_j(x) - (norm2_{j+1} / norm2_j) p_{j-1}(x) (Forsythe 1957,
 * doi:10.1137/0105007); the constants are those R keeps in attr(, "coefs").
 */
export function orthogonalPolynomials(x: Float64Array, degree: number): PolynomialRecurrence {
  const points = x.filter((value) => !Number.isNaN(value));
  const n = points.length;
  const alpha: number[] = [];
  const norm2: number[] = [1, n];
  let previous = new Float64Array(n);
  let current = new Float64Array(n).fill(1);
  for (let j = 0; j < degree; j++) {
    const squares = norm2[j + 1]!;
    // mean of x under the weights p_j^2, as a correction to a first guess that loses no digits far from zero
    const guess = j === 0 ? points[0]! : alpha[j - 1]!;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (points[i]! - guess) * current[i]! * current[i]!;
    const center = guess + sum / squares;
    const ratio = squares / norm2[j]!;
    const next = new Float64Array(n);
    let total = 0;
    for (let i = 0; i < n; i++) {
      const value = (points[i]! - center) * current[i]! - (j === 0 ? 0 : ratio * previous[i]!);
      next[i] = value;
      total += value * value;
    }
    alpha.push(center);
    norm2.push(total);
    previous = current;
    current = next;
  }
  return { alpha, norm2 };
}

/** Values of the orthonormal polynomials of degree 1..k at x, column-major n x k. */
export function evaluatePolynomials(x: Float64Array, recurrence: PolynomialRecurrence): Float64Array {
  const { alpha, norm2 } = recurrence;
  const n = x.length;
  const degree = alpha.length;
  const values = new Float64Array(n * degree);
  for (let i = 0; i < n; i++) {
    let previous = 0;
    let current = 1;
    for (let j = 0; j < degree; j++) {
      const next = (x[i]! - alpha[j]!) * current - (j === 0 ? 0 : (norm2[j + 1]! / norm2[j]!) * previous);
      previous = current;
      current = next;
      values[i + j * n] = next / Math.sqrt(norm2[j + 2]!);
    }
  }
  return values;
}
