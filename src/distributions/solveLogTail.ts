/**
 * The u at which a log tail probability reaches its target, by secant steps inside a bracket that grows by doubling
 * and shrinks by bisection where a secant leaves it; for tails whose density is not at hand.
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
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  let u = start;
  let previousU = Number.NaN;
  let previous = Number.NaN;
  let stride = 0.5;
  for (let iteration = 0; iteration < 200; iteration++) {
    const difference = logTail(u) - target;
    if (difference === 0) return u;
    if (difference > 0 === rises) high = u;
    else low = u;
    const secant = (difference - previous) / (u - previousU);
    const rate = Number.isFinite(secant) && secant > 0 === rises && secant !== 0 ? secant : slope;
    let next = u - difference / rate;
    if (!(next > low && next < high) || Math.abs(next - u) > 2 * stride) {
      if (low === Number.NEGATIVE_INFINITY) next = high - stride;
      else if (high === Number.POSITIVE_INFINITY) next = low + stride;
      else if (!(next > low && next < high)) next = 0.5 * (low + high);
      stride *= 2;
    }
    const change = Math.abs(next - u);
    if (change <= 4e-16 * Math.max(1, Math.abs(next)) || next === low || next === high) return next;
    previousU = u;
    previous = difference;
    u = next;
  }
  return u;
}
