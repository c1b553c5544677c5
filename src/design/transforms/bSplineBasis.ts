/**
 * Nonzero B-splines of a given degree (and their first derivatives) at one point: de Boor's recurrence
 * (de Boor 1978, A Practical Guide to Splines, ch. X).
 *
 * @param knots nondecreasing, with repeated ends
 * @param interval index k with knots[k] <= x <= knots[k + 1], knots[k] < knots[k + 1]
 * @param out length degree + 1, overwritten: splines interval - degree .. interval
 */
export function bSplinesAt(
  x: number,
  knots: readonly number[],
  interval: number,
  degree: number,
  out: Float64Array,
): void {
  out[0] = 1;
  for (let d = 1; d <= degree; d++) {
    let saved = 0;
    for (let r = 0; r < d; r++) {
      const right = knots[interval + r + 1]!;
      const left = knots[interval + 1 - d + r]!;
      const term = out[r]! / (right - left);
      out[r] = saved + (right - x) * term;
      saved = (x - left) * term;
    }
    out[d] = saved;
  }
}

/**
 * Derivatives of order `order` (0, 1 or 2) of all B-splines of a degree at x, length knots.length - degree - 1.
 *
 * Points outside the knots continue the polynomial of the first or last interval.
 */
export function bSplineDerivatives(
  x: number,
  knots: readonly number[],
  degree: number,
  order: number,
): Float64Array {
  const count = knots.length - degree - 1;
  const interval = intervalOf(x, knots, degree);
  const lower = new Float64Array(degree + 1);
  bSplinesAt(x, knots, interval, degree - order, lower);
  // all splines of degree - order, then raise the degree: B' _i,d = d (B_i,d-1 / (t_i+d - t_i) - B_i+1,d-1 / (t_i+d+1 - t_i+1))
  let values = new Float64Array(count + order + 1);
  for (let r = 0; r <= degree - order; r++) values[interval - (degree - order) + r] = lower[r]!;
  for (let d = degree - order + 1; d <= degree; d++) {
    const raised = new Float64Array(count + order + 1);
    for (let i = 0; i + d + 1 < knots.length; i++) {
      const left = knots[i + d]! - knots[i]!;
      const right = knots[i + d + 1]! - knots[i + 1]!;
      raised[i] = d * ((left > 0 ? values[i]! / left : 0) - (right > 0 ? values[i + 1]! / right : 0));
    }
    values = raised;
  }
  return values.slice(0, count);
}

/** The interval of positive length that x lies in; the last one includes its right end. */
export function intervalOf(x: number, knots: readonly number[], degree: number): number {
  let low = degree;
  let high = knots.length - degree - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (x >= knots[middle]!) low = middle;
    else high = middle - 1;
  }
  // inner knots may be repeated: step to an interval that is not empty
  while (low > degree && knots[low]! >= knots[low + 1]!) low--;
  return low;
}

/** Quantiles of sorted values, type 7 of Hyndman & Fan (1996). */
export function quantiles(sorted: Float64Array, probabilities: readonly number[]): number[] {
  const n = sorted.length;
  return probabilities.map((probability) => {
    const at = (n - 1) * probability;
    const low = Math.floor(at + 4 * Number.EPSILON);
    const rest = at - low;
    if (Math.abs(rest) < 4 * Number.EPSILON) return sorted[low]!;
    const high = Math.min(low + 1, n - 1);
    return (1 - rest) * sorted[low]! + rest * sorted[high]!;
  });
}

/** Inner knots from df, or those given; with the boundary knots repeated `degree + 1` times. */
export function augmentedKnots(
  inner: readonly number[],
  boundary: readonly number[],
  degree: number,
): number[] {
  const repeated = (value: number): number[] => new Array<number>(degree + 1).fill(value);
  return [...repeated(boundary[0]!), ...inner, ...repeated(boundary[1]!)];
}
