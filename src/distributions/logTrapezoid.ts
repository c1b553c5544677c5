/** terms this far below the largest (natural logarithm) do not count */
const negligible = 38;

/**
 * log of the trapezoidal sum h sum_j exp(f(start + j h)) over the whole line, for f that rises to one summit and falls off
 * at least linearly on both sides. Terms are added on the log scale, so the integral may be far below the smallest double.
 *
 * The rule converges geometrically in 1 / h for analytic integrands (Trefethen and Weideman 2014, SIAM Review 56,
 * section 5): the caller chooses h from how near the singularities are.
 *
 * @param logTerm f
 * @param start   a point not too far from the summit, in steps
 */
export function logTrapezoid(logTerm: (x: number) => number, step: number, start: number): number {
  const terms: number[] = [];
  let largest = Number.NEGATIVE_INFINITY;
  for (const direction of [1, -1]) {
    let previous = Number.NEGATIVE_INFINITY;
    for (let j = direction === 1 ? 0 : 1; ; j++) {
      const term = logTerm(start + direction * j * step);
      terms.push(term);
      if (term > largest) largest = term;
      if (!(term >= largest - negligible || term > previous)) break;
      previous = term;
    }
  }
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  let sum = 0;
  for (const term of terms) sum += Math.exp(term - largest);
  return largest + Math.log(sum) + Math.log(step);
}
