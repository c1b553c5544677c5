/** How close is close enough, by the kind of number. A case may loosen one only with a `because`. */
export interface Tolerances {
  /** relative; the objective at the same theta is algebra, only rounding may differ */
  readonly algebra: number;
  /** absolute, on -2 log-likelihood; how far above the reference our optimum may end */
  readonly optimum: number;
  /** in standard errors of the estimate: at a flat optimum an objective error of d moves theta by about sqrt(d) of its SE */
  readonly estimate: number;
  /** relative; standard errors, residual and conditional standard deviations */
  readonly standardError: number;
  /** absolute; log-likelihood, AIC and BIC */
  readonly criterion: number;
  /** absolute; the ML deviance at REML estimates is not stationary there: it moves with the first power of theta's error */
  readonly deviance: number;
}

export const tolerances: Tolerances = {
  algebra: 1e-9,
  optimum: 1e-6,
  estimate: 1e-4,
  standardError: 1e-5,
  criterion: 1e-6,
  deviance: 1e-3,
};

export interface Loosened {
  readonly because: string;
  readonly tolerances: Partial<Tolerances>;
}

/** Cases that need more room, by name. */
export const loosened: Readonly<Record<string, Loosened>> = {};

/** The tolerances of a case. */
export function tolerancesOf(name: string): Tolerances {
  return { ...tolerances, ...loosened[name]?.tolerances };
}
