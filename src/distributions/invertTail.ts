import { guardedSearch } from "./guardedSearch.ts";
import { logOfTail, type Tail } from "./tail.ts";

/** A distribution seen on an unbounded axis u (log x, or log odds), increasing in x. */
interface TailCurve {
  tail(u: number): Tail;
  /** log of the density with respect to u */
  logDensity(u: number): number;
}

/**
 * The u at which a tail reaches its target: Newton's method on the log tail, which is nearly straight in u far out, with a guard.
 *
 * @param target log probability of one tail, at most log 1/2
 * @param start  any finite u
 */
export function invertTail(curve: TailCurve, target: Tail, start: number): number {
  const direction = target.lower ? 1 : -1;
  return guardedSearch(
    (u) => {
      const log = logOfTail(curve.tail(u), target.lower);
      const excess = direction * (log - target.log);
      return { excess, next: u - excess * Math.exp(log - curve.logDensity(u)) };
    },
    start,
    1,
  );
}
