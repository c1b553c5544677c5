/** A box lower < T < upper about the origin or not, with the correlation matrix of T. */
export interface Box {
  /** lengths d; infinite bounds allowed */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** d x d, symmetric, ones on the diagonal */
  readonly correlation: Float64Array;
}

/** Two estimates that do not come from each other by subtraction, with the error of both. */
export interface BoxProbability {
  /** P(T in the box) */
  readonly probability: number;
  /** P(T outside the box), accurate where it is small */
  readonly complement: number;
  /** estimated absolute error of both */
  readonly error: number;
  /** number of points at which the integrand was taken */
  readonly points: number;
}

/**
 * The same event with fewer coordinates: those without bounds are left out, and of coordinates that are equal (or opposite) one stays,
 * with the intersection of their bounds.
 */
export function reduceBox(box: Box): Box {
  const d = box.lower.length;
  const lower: number[] = [];
  const upper: number[] = [];
  const kept: number[] = [];
  for (let j = 0; j < d; j++) {
    let low = box.lower[j]!;
    let high = box.upper[j]!;
    if (low === Number.NEGATIVE_INFINITY && high === Number.POSITIVE_INFINITY) continue;
    const twin = kept.findIndex((i) => Math.abs(box.correlation[i + j * d]!) > 1 - 1e-12);
    if (twin === -1) {
      kept.push(j);
      lower.push(low);
      upper.push(high);
      continue;
    }
    if (box.correlation[kept[twin]! + j * d]! < 0) [low, high] = [-high, -low];
    lower[twin] = Math.max(lower[twin]!, low);
    upper[twin] = Math.min(upper[twin]!, high);
  }
  const correlation = new Float64Array(kept.length ** 2);
  kept.forEach((i, a) => {
    kept.forEach((j, b) => {
      correlation[a + b * kept.length] = a === b ? 1 : box.correlation[i + j * d]!;
    });
  });
  return { lower: Float64Array.from(lower), upper: Float64Array.from(upper), correlation };
}
