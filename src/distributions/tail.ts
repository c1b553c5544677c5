/** Which tail a distribution function returns, and on which scale probabilities are given. */
export interface TailOptions {
  /** true (default): P(X <= x); false: P(X > x), computed without subtracting from one */
  readonly lower?: boolean;
  /** probabilities are natural logarithms; default false */
  readonly log?: boolean;
}

/** log of one tail probability, the one that was computed without subtraction. */
export interface Tail {
  readonly lower: boolean;
  readonly log: number;
}

/** log(1 - exp(x)) for x <= 0, accurate at both ends. */
export function log1mExp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/** log of the tail that is asked for. */
export function logOfTail(tail: Tail, lower: boolean): number {
  return tail.lower === lower ? tail.log : log1mExp(Math.min(tail.log, 0));
}

/** The probability a caller asked for. */
export function probability(tail: Tail, options: TailOptions): number {
  const lower = options.lower ?? true;
  if (options.log === true) return logOfTail(tail, lower);
  return tail.lower === lower ? Math.exp(tail.log) : -Math.expm1(Math.min(tail.log, 0));
}

/** The probability of a certain event, or of an impossible one, on the scale a caller asked for. */
export function certainty(certain: boolean, options: TailOptions): number {
  if (options.log === true) return certain ? 0 : Number.NEGATIVE_INFINITY;
  return certain ? 1 : 0;
}

/**
 * The smaller of the two tails that a probability given to a quantile function stands for;
 * null when it is not a probability.
 */
export function targetTail(p: number, options: TailOptions): Tail | null {
  const lower = options.lower ?? true;
  if (options.log === true) {
    if (!(p <= 0)) return null;
    return p <= -Math.LN2 ? { lower, log: p } : { lower: !lower, log: log1mExp(p) };
  }
  if (!(p >= 0 && p <= 1)) return null;
  return p <= 0.5 ? { lower, log: Math.log(p) } : { lower: !lower, log: Math.log(1 - p) };
}
