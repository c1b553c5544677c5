// Values with their gradient: arithmetic by the chain rule, exact to rounding (forward differentiation).

/** A value and its derivatives with respect to m quantities. */
export interface Dual {
  readonly value: number;
  /** length m */
  readonly gradient: Float64Array;
}

/** f(a) with derivative f'(a). */
export function mapped(a: Dual, value: number, derivative: number): Dual {
  return { value, gradient: a.gradient.map((g) => (g === 0 ? 0 : derivative * g)) };
}

/** f(a, b) with partial derivatives. */
export function combined(a: Dual, b: Dual, value: number, byA: number, byB: number): Dual {
  return {
    value,
    gradient: a.gradient.map((g, i) => {
      const h = b.gradient[i]!;
      return (g === 0 ? 0 : byA * g) + (h === 0 ? 0 : byB * h);
    }),
  };
}

/** The variance g'Cg of a quantity whose arguments have covariance C (m x m, column-major). */
export function deltaVariance({ gradient }: Dual, covariance: Float64Array): number {
  const m = gradient.length;
  let sum = 0;
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < m; i++) {
      if (gradient[i] !== 0 && gradient[j] !== 0) sum += gradient[i]! * covariance[i + j * m]! * gradient[j]!;
    }
  }
  return sum;
}
