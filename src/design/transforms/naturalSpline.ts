import { splineKnots } from "./bSpline.ts";
import { augmentedKnots, bSplineDerivatives, bSplinesAt, intervalOf } from "./bSplineBasis.ts";
import { flag, numberedLabels, type Transform } from "./transform.ts";

const degree = 3;

/**
 * R's ns(x, df, knots, intercept = FALSE, Boundary.knots): cubic splines with zero second derivative at the
 * boundary knots, linear beyond them.
 *
 * The basis is the cubic B-splines times the orthogonal complement of the two boundary conditions, taken
 * from the Householder QR of their transpose: the columns of R's basis, signs included.
 * Constants: `intercept` (0 or 1), `knots` (inner), `boundary` (two).
 */
export const naturalSpline: Transform = {
  name: "ns",
  parameters: ["df", "knots", "intercept", "Boundary.knots"],
  learn(x, given) {
    const intercept = flag(given, "intercept", false) ? 1 : 0;
    return { intercept, ...splineKnots(x, given, 1 + intercept, "ns") };
  },
  apply(x, constants) {
    const boundary = constants.boundary as readonly number[];
    const knots = augmentedKnots(constants.knots as readonly number[], boundary, degree);
    const skip = constants.intercept === 1 ? 0 : 1;
    const size = knots.length - degree - 1 - skip;
    const conditions = boundary.map((at) => bSplineDerivatives(at, knots, degree, 2).slice(skip));
    const reflections = householderVectors(conditions);
    const ends = boundary.map((at) => ({
      at,
      value: bSplineDerivatives(at, knots, degree, 0).slice(skip),
      slope: bSplineDerivatives(at, knots, degree, 1).slice(skip),
    }));
    const n = x.length;
    const columns = size - 2;
    const values = new Float64Array(n * columns);
    const row = new Float64Array(size);
    const splines = new Float64Array(degree + 1);
    for (let i = 0; i < n; i++) {
      const value = x[i]!;
      if (Number.isNaN(value)) {
        row.fill(Number.NaN);
      } else if (value < boundary[0]! || value > boundary[1]!) {
        const end = ends[value < boundary[0]! ? 0 : 1]!;
        for (let j = 0; j < size; j++) row[j] = end.value[j]! + (value - end.at) * end.slope[j]!;
      } else {
        row.fill(0);
        const interval = intervalOf(value, knots, degree);
        bSplinesAt(value, knots, interval, degree, splines);
        for (let r = 0; r <= degree; r++) {
          const column = interval - degree + r - skip;
          if (column >= 0) row[column] = splines[r]!;
        }
      }
      for (const v of reflections) reflect(row, v);
      for (let j = 0; j < columns; j++) values[i + j * n] = row[j + 2]!;
    }
    return { kind: "numeric", values, columns, labels: columns === 1 ? null : numberedLabels(columns) };
  },
};

/** Unit vectors v of the reflections I - 2 v v' that bring the conditions (columns) to upper triangular form. */
function householderVectors(conditions: readonly Float64Array[]): Float64Array[] {
  const vectors: Float64Array[] = [];
  for (let k = 0; k < conditions.length; k++) {
    const column = conditions[k]!.slice();
    for (const v of vectors) reflect(column, v);
    const v = column.slice();
    v.fill(0, 0, k);
    const length = Math.hypot(...v);
    v[k] = v[k]! + (v[k]! < 0 ? -length : length);
    const scale = Math.hypot(...v);
    for (let j = 0; j < v.length; j++) v[j] = v[j]! / scale;
    vectors.push(v);
  }
  return vectors;
}

function reflect(x: Float64Array, v: Float64Array): void {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += x[j]! * v[j]!;
  for (let j = 0; j < x.length; j++) x[j] = x[j]! - 2 * sum * v[j]!;
}
