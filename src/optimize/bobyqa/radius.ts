// How the radius delta of the trust region and its lower bound rho change (Powell 2006, section 7; 2009, section 2).

/** delta after a step of this length whose gain was `ratio` of what the model promised (Box 4). */
export function revisedRadius(delta: number, length: number, ratio: number, rho: number): number {
  const revised =
    ratio <= 0.1
      ? Math.min(0.5 * delta, length)
      : ratio <= 0.7
        ? Math.max(0.5 * delta, length)
        : Math.max(0.5 * delta, 2 * length);
  return revised <= 1.5 * rho ? rho : revised;
}

/** The next rho on the way to the last one (Box 12): a tenth, but no small step at the end. */
export function reducedRadius(rho: number, last: number): number {
  const left = rho / last;
  if (left <= 16) return last;
  return left <= 250 ? Math.sqrt(left) * last : 0.1 * rho;
}
