import { guardedSearch } from "./guardedSearch.ts";

/**
 * The u at which a log tail probability reaches its target, by guarded secant steps; for tails whose density is not at hand.
 *
 * @param logTail monotone in u, nearly straight far out
 * @param target  finite
 * @param start   any finite u
 * @param slope   guess of d logTail / du at the start; its sign says whether the tail rises
 */
export function solveLogTail(
  logTail: (u: number) => number,
  target: number,
  start: number,
  slope: number,
): number {
  const rises = slope > 0;
  let previousU = Number.NaN;
  let previous = Number.NaN;
  return guardedSearch(
    (u) => {
      const difference = logTail(u) - target;
      const secant = (difference - previous) / (u - previousU);
      const usable = Number.isFinite(secant) && secant !== 0 && secant > 0 === rises;
      // where the tail is flat no step is proposed: the guard strides on, or bisects
      const rate = Number.isNaN(previous) ? slope : usable ? secant : Number.NaN;
      previousU = u;
      previous = difference;
      return { excess: rises ? difference : -difference, next: u - difference / rate };
    },
    start,
    0.5,
  );
}
