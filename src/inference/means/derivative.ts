/**
 * First derivatives of several functions of one number by Ridders' method: central differences at steps that shrink by
 * half are extrapolated to step zero, and every function keeps the entry of its table that agrees best with
 * its neighbors. Polynomials of degree up to four and smooth functions come out to about 1e-12.
 *
 * @param evaluate the functions at a point, always the same number of them
 * @param step     first step; the functions are evaluated within this distance
 * @returns one derivative a function
 * @cite Ridders (1982), Advances in Engineering Software 4, 75-76
 */
export function derivative(
  evaluate: (point: number) => ArrayLike<number>,
  at: number,
  step: number,
): Float64Array {
  const rounds = 6;
  // table[j] holds the j-th extrapolation of the newest step
  let previous: Float64Array[] = [];
  let best: Float64Array | null = null;
  let errors: Float64Array | null = null;
  let h = step;
  for (let round = 0; round < rounds; round++, h /= 2) {
    // the step as it is in floating point
    const right = at + h;
    const left = at - h;
    const width = right - left;
    const high = evaluate(right);
    const low = evaluate(left);
    const current: Float64Array[] = [Float64Array.from(high, (value, i) => (value - low[i]!) / width)];
    for (let j = 1; j <= round; j++) {
      const factor = 4 ** j;
      const finer = current[j - 1]!;
      const coarser = previous[j - 1]!;
      current.push(finer.map((value, i) => value + (value - coarser[i]!) / (factor - 1)));
    }
    if (best === null || errors === null) {
      best = current[0]!.slice();
      errors = new Float64Array(best.length).fill(Number.POSITIVE_INFINITY);
    } else {
      for (let j = 1; j <= round; j++) {
        for (let i = 0; i < best.length; i++) {
          const value = current[j]![i]!;
          const error = Math.max(
            Math.abs(value - current[j - 1]![i]!),
            Math.abs(value - previous[j - 1]![i]!),
          );
          if (error < errors[i]!) {
            errors[i] = error;
            best[i] = value;
          }
        }
      }
    }
    previous = current;
  }
  return best ?? new Float64Array(0);
}
