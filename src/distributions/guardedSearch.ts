/** What is known at a point of the axis. */
interface Proposal {
  /** positive above the root, negative below it, zero at it */
  readonly excess: number;
  /** where to go from here, before any guard */
  readonly next: number;
}

/**
 * The root of an increasing function on an unbounded axis: the steps it proposes, kept inside a bracket that grows by doubling
 * and shrinks by bisection where a step leaves it.
 *
 * @param at     called once a step, with the point that the last proposal led to
 * @param start  any finite point
 * @param stride half the longest first step
 */
export function guardedSearch(at: (u: number) => Proposal, start: number, stride: number): number {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  let u = start;
  let longest = stride;
  for (let iteration = 0; iteration < 400; iteration++) {
    const { excess, next: proposed } = at(u);
    if (excess === 0) return u;
    if (excess > 0) high = u;
    else low = u;
    let next = proposed;
    if (!(next > low && next < high) || Math.abs(next - u) > 2 * longest) {
      if (low === Number.NEGATIVE_INFINITY) next = high - longest;
      else if (high === Number.POSITIVE_INFINITY) next = low + longest;
      else if (!(next > low && next < high)) next = 0.5 * (low + high);
      longest *= 2;
    }
    const change = Math.abs(next - u);
    if (change <= 4e-16 * Math.max(1, Math.abs(next)) || next === low || next === high) return next;
    u = next;
  }
  return u;
}
