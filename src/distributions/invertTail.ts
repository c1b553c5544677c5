import { logOfTail, type Tail } from "./tail.ts";

/** A distribution seen on an unbounded axis u (log x, or log odds), increasing in x. */
export interface TailCurve {
  tail(u: number): Tail;
  /** log of the density with respect to u */
  logDensity(u: number): number;
}

/**
 * The u at which a tail reaches its target: Newton's method on the log tail, which is nearly straight in
 * u far out, kept inside a bracket that grows by doubling and shrinks by bisection where Newton leaves it.
 *
 * @param target log probability of one tail, at most log 1/2
 * @param start  any finite u
 */
export function invertTail(curve: TailCurve, target: Tail, start: number): number {
  const direction = target.lower ? 1 : -1;
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  let u = start;
  let stride = 1;
  for (let iteration = 0; iteration < 400; iteration++) {
    const log = logOfTail(curve.tail(u), target.lower);
    const difference = log - target.log;
    if (difference === 0) return u;
    const above = difference * direction > 0;
    if (above) high = u;
    else low = u;
    let next = u - direction * difference * Math.exp(log - curve.logDensity(u));
    if (!(next > low && next < high) || Math.abs(next - u) > 2 * stride) {
      if (low === Number.NEGATIVE_INFINITY) next = high - stride;
      else if (high === Number.POSITIVE_INFINITY) next = low + stride;
      else if (!(next > low && next < high)) next = 0.5 * (low + high);
      stride *= 2;
    }
    const change = Math.abs(next - u);
    if (change <= 4e-16 * Math.max(1, Math.abs(next)) || next === low || next === high) return next;
    u = next;
  }
  return u;
}
