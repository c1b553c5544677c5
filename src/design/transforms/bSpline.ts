import { augmentedKnots, bSplinesAt, intervalOf, quantiles } from "./bSplineBasis.ts";
import {
  BadArgument,
  flag,
  numberedLabels,
  numberList,
  sortedPresent,
  type Transform,
  type TransformArguments,
  wholeNumber,
} from "./transform.ts";

/**
 * R's bs(x, df, knots, degree = 3, intercept = FALSE, Boundary.knots): B-spline basis with inner knots at
 * quantiles of the training values.
 *
 * Points outside the boundary knots continue the outermost polynomials; they are noted.
 * Constants: `degree`, `intercept` (0 or 1), `knots` (inner), `boundary` (two).
 */
export const bSpline: Transform = {
  name: "bs",
  parameters: ["df", "knots", "degree", "intercept", "Boundary.knots"],
  learn(x, given) {
    const degree = wholeNumber(given, "degree", 1, 3);
    const intercept = flag(given, "intercept", false) ? 1 : 0;
    return { degree, intercept, ...splineKnots(x, given, degree + intercept, "bs") };
  },
  apply(x, constants) {
    const degree = constants.degree as number;
    const skip = constants.intercept === 1 ? 0 : 1;
    const knots = augmentedKnots(
      constants.knots as readonly number[],
      constants.boundary as readonly number[],
      degree,
    );
    const columns = knots.length - degree - 1 - skip;
    const n = x.length;
    const values = new Float64Array(n * columns);
    const splines = new Float64Array(degree + 1);
    for (let i = 0; i < n; i++) {
      const value = x[i]!;
      if (Number.isNaN(value)) {
        for (let j = 0; j < columns; j++) values[i + j * n] = Number.NaN;
        continue;
      }
      const interval = intervalOf(value, knots, degree);
      bSplinesAt(value, knots, interval, degree, splines);
      for (let r = 0; r <= degree; r++) {
        const column = interval - degree + r - skip;
        if (column >= 0) values[i + column * n] = splines[r]!;
      }
    }
    return { kind: "numeric", values, columns, labels: columns === 1 ? null : numberedLabels(columns) };
  },
  range: (constants) => constants.boundary as readonly [number, number],
};

/** Inner and boundary knots: given, or `df - used` quantiles of the values inside the boundary. */
export function splineKnots(
  x: Float64Array,
  given: TransformArguments,
  used: number,
  name: string,
): { knots: number[]; boundary: number[] } {
  const sorted = sortedPresent(x);
  const boundary = [...(numberList(given, "Boundary.knots") ?? [sorted[0]!, sorted[sorted.length - 1]!])];
  boundary.sort((a, b) => a - b);
  if (boundary.length !== 2 || !(boundary[0]! < boundary[1]!)) {
    throw new BadArgument(`${name}() needs at least two distinct values`);
  }
  const knots = numberList(given, "knots");
  if (knots !== undefined) {
    const inner = [...knots].sort((a, b) => a - b);
    const outside = inner.find((knot) => knot <= boundary[0]! || knot >= boundary[1]!);
    if (outside !== undefined) {
      throw new BadArgument(`the knot ${outside} is not inside the range ${boundary[0]} to ${boundary[1]}`);
    }
    return { knots: inner, boundary };
  }
  if (given.df === undefined) return { knots: [], boundary };
  const df = wholeNumber(given, "df", 1);
  const count = df - used;
  if (count < 0) throw new BadArgument(`'df' is ${df}, but this basis has at least ${used} columns`);
  const inside = sorted.filter((value) => value >= boundary[0]! && value <= boundary[1]!);
  const probabilities = Array.from({ length: count }, (_, i) => (i + 1) / (count + 1));
  return { knots: quantiles(inside, probabilities), boundary };
}
