/** Derivative of f with respect to x_a at x, by central differences. */
export function centralDifference(
  x: Float64Array,
  a: number,
  f: (x: Float64Array) => number,
  step = 1e-5,
): number {
  const moved = Float64Array.from(x);
  moved[a] = x[a]! + step;
  const up = f(moved);
  moved[a] = x[a]! - step;
  return (up - f(moved)) / (2 * step);
}
