import { isDeviation } from "../../covariance/isDeviation.ts";
import type { Problem } from "../../engines/engine.ts";
import type { FitResult } from "../../fit/result.ts";
import { createMatrix } from "../../linalg/matrix.ts";
import { multiplyByTransposed } from "../../linalg/squareProducts.ts";
import type { Dual } from "../dualNumbers.ts";
import type { DevianceSurface } from "./devianceSurface.ts";
import type { HeldCoordinate, Relation } from "./heldCoordinate.ts";

/** A function of the components as something that can be held: its coordinate, its search scale and where that ends. */
interface DerivedCoordinate {
  readonly coordinate: HeldCoordinate;
  readonly lower: number;
  readonly upper: number;
  valueAt(u: number): number;
}

/** Part of a coordinate that central differences move it by; components are quadratic or smoother in theta. */
const STEP = 1e-5;
/** Two values of a function nearer than this part of its size are one. */
const SAME = 1e-10;

/**
 * The relation f(components(x)) = u, solved for one coordinate.
 *
 * Where the function has one and the same value wherever a coordinate is zero (a heritability without additive variance) that value is
 * a boundary, and the search scale is the root of the distance from it, in which the coordinate is smooth.
 *
 * @param f value and gradient of the function at values of the components
 */
export function derivedCoordinate(
  fit: FitResult,
  problem: Problem,
  surface: DevianceSurface,
  x: Float64Array,
  f: (components: Float64Array) => Dual,
): DerivedCoordinate {
  const components = componentMap(fit, problem, surface);
  const value = (point: Float64Array): number => f(components(point)).value;
  const partial = (point: Float64Array, a: number): number => {
    const { gradient } = f(components(point));
    const moved = point.slice();
    const step = STEP * Math.max(Math.abs(point[a]!), 1e-2);
    moved[a] = point[a]! + step;
    const up = components(moved);
    moved[a] = point[a]! - step;
    const down = components(moved);
    return gradient.reduce((sum, g, c) => sum + (g === 0 ? 0 : (g * (up[c]! - down[c]!)) / (2 * step)), 0);
  };
  // coordinates that move the function far at a small cost first
  const { hessian } = surface.evaluate(x, 2);
  const costs = Float64Array.from(x, (_, a) => Math.abs(hessian.values[a * (x.length + 1)]!));
  const weight = (a: number): number => Math.abs(partial(x, a)) / Math.sqrt(Math.max(costs[a]!, 1e-12));
  const order = Array.from(x.keys()).sort((a, b) => weight(b) - weight(a));
  for (const at of order) {
    if (at === surface.logSigma || !isDeviation(problem.parameters[at]!)) continue;
    const floor = valueWithout(value, x, at);
    if (floor === null) continue;
    const beside = x.slice();
    beside[at] = Math.max(Math.abs(x[at]!), 0.3);
    const sign = value(beside) > floor ? 1 : -1;
    const distance = (point: Float64Array): number => Math.sqrt(Math.max(0, sign * (value(point) - floor)));
    const relation = relationOf(
      at,
      (point) => sign * distance(point),
      (point, a) => partial(point, a) / (2 * Math.max(distance(point), 1e-150)),
      0,
      true,
    );
    return {
      coordinate: { kind: "implicit", at, relation },
      lower: sign > 0 ? 0 : Number.NEGATIVE_INFINITY,
      upper: sign > 0 ? Number.POSITIVE_INFINITY : 0,
      valueAt: (u) => floor + sign * u * u,
    };
  }
  const at = order[0]!;
  return {
    coordinate: {
      kind: "implicit",
      at,
      relation: relationOf(
        at,
        value,
        partial,
        null,
        at !== surface.logSigma && isDeviation(problem.parameters[at]!),
      ),
    },
    lower: Number.NEGATIVE_INFINITY,
    upper: Number.POSITIVE_INFINITY,
    valueAt: (u) => u,
  };
}

/** The value of the function where a coordinate is zero, if it is the same whatever the others are and even in it. */
function valueWithout(value: (x: Float64Array) => number, x: Float64Array, at: number): number | null {
  const one = x.slice();
  one[at] = 0;
  const first = value(one);
  const tolerance = SAME * Math.max(1, Math.abs(first));
  const same = [1, -1].every((sign) => {
    const other = one.map((entry, a) => sign ** a * (entry * (1.1 + 0.13 * a) + 0.07));
    other[at] = 0.3;
    const above = value(other);
    other[at] = -0.3;
    const below = value(other);
    other[at] = 0;
    return Math.abs(value(other) - first) <= tolerance && Math.abs(above - below) <= SAME * Math.abs(above);
  });
  return Number.isFinite(first) && same ? first : null;
}

/**
 * @param zeroAt    value at which the coordinate is zero; null where there is none
 * @param deviation whether the sign of the coordinate means nothing
 */
function relationOf(
  at: number,
  valueAt: (x: Float64Array) => number,
  partial: (x: Float64Array, a: number) => number,
  zeroAt: number | null,
  deviation: boolean,
): Relation {
  return {
    valueAt,
    gradientAt: (x) => Float64Array.from(x, (_, a) => partial(x, a)),
    solve(from, u) {
      if (u === zeroAt) return 0;
      const x = from.slice();
      if (x[at] === 0) x[at] = 1e-2;
      for (let round = 0; round < 60; round++) {
        const miss = valueAt(x) - u;
        const slope = partial(x, at);
        let step = -miss / slope;
        if (!Number.isFinite(step)) return Number.NaN;
        // a deviation does not change its sign on the way
        if (deviation && Math.abs(step) > 0.9 * Math.abs(x[at]!)) {
          step = Math.sign(step) * (step * x[at]! < 0 ? 0.9 : 2) * Math.abs(x[at]!);
        } else step = Math.sign(step) * Math.min(Math.abs(step), 2 + Math.abs(x[at]!));
        x[at] = x[at]! + step;
        if (Math.abs(step) <= 1e-13 * Math.abs(x[at]!)) return x[at]!;
      }
      return Math.abs(valueAt(x) - u) <= 1e-9 * Math.max(Math.abs(u), 1e-12) ? x[at]! : Number.NaN;
    },
  };
}

/** Names of the components as `componentTable` has them. */
export function componentNames({ model, residualCovariance }: FitResult): readonly string[] {
  const sizes: [string, number][] = model.random.map(({ component, covariance }) => [
    component,
    covariance.size,
  ]);
  sizes.push(["residual", residualCovariance?.rows ?? 1]);
  return sizes.flatMap(([name, k]) =>
    lowerTriangle(k).map(([i, j]) => (k === 1 ? name : `${name}[${i + 1},${j + 1}]`)),
  );
}

/** Variances and covariances at x, in the order of `componentNames`. */
function componentMap(
  fit: FitResult,
  problem: Problem,
  surface: DevianceSurface,
): (x: Float64Array) => Float64Array {
  const { random } = fit.model;
  const residual = fit.residualCovariance ?? { rows: 1, columns: 1, values: Float64Array.of(fit.sigma ** 2) };
  const blocks = [...random.map((term, t) => ({ name: term.component, matrix: fit.covariances[t]! }))];
  blocks.push({ name: "residual", matrix: residual });
  const start = Float64Array.from(
    blocks.flatMap(({ matrix }) =>
      lowerTriangle(matrix.rows).map(([i, j]) => matrix.values[i + j * matrix.rows]!),
    ),
  );
  if (problem.natural) {
    const { entries, valuesAt } = problem.natural;
    const names = componentNames(fit);
    const places = entries.map(({ component, row, column, size }) =>
      names.indexOf(size === 1 ? component : `${component}[${row + 1},${column + 1}]`),
    );
    return (x) => {
      const out = start.slice();
      const found = valuesAt(x);
      places.forEach((place, e) => {
        out[place] = found[e]!;
      });
      return out;
    };
  }
  const scratch = random.map(({ covariance: { size } }) => [
    createMatrix(size, size),
    createMatrix(size, size),
  ]);
  return (x) => {
    const sigma2 = Math.exp(2 * x[surface.logSigma]!);
    const out = start.slice();
    let at = 0;
    let first = 0;
    random.forEach(({ covariance }, t) => {
      const [lambda, phi] = scratch[t]!;
      covariance.factor(x, first, lambda!);
      multiplyByTransposed(covariance.size, lambda!.values, lambda!.values, phi!.values);
      for (const [i, j] of lowerTriangle(covariance.size)) {
        out[at++] = sigma2 * phi!.values[i + j * covariance.size]!;
      }
      first += covariance.parameters.length;
    });
    out[at] = sigma2;
    return out;
  };
}

function lowerTriangle(k: number): readonly (readonly [number, number])[] {
  return Array.from({ length: k }, (_, i) =>
    Array.from({ length: i + 1 }, (_unused, j) => [i, j] as const),
  ).flat();
}
