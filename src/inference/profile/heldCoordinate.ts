import type { Matrix } from "../../linalg/matrix.ts";
import { createMatrix } from "../../linalg/matrix.ts";
import { minimizeNewton } from "../../optimize/newton.ts";
import type { SmoothObjective } from "../../optimize/objective.ts";
import type { DevianceSurface } from "./devianceSurface.ts";

/**
 * How a parameter is held at a value u of its search scale while the rest of x is free:
 *
 * - `axis`: x[at] = u itself;
 * - `scaled`: x[at] = u exp(-power log sigma), a standard deviation beside a free residual;
 * - `polar`: two rows of a Cholesky factor, x[own] and (x[at], x[beside]) = r (sin u, cos u). The row lengths are squares
 *   of free coordinates, so that a deviation of zero is an interior point and no correlation changes its sign there;
 * - `implicit`: any function of x.
 */
export type HeldCoordinate =
  | { readonly kind: "axis"; readonly at: number }
  | { readonly kind: "scaled"; readonly at: number; readonly power: number }
  | { readonly kind: "polar"; readonly own: number; readonly at: number; readonly beside: number }
  | { readonly kind: "implicit"; readonly at: number; readonly relation: Relation };

/** A function of x that is held; one coordinate follows from the others. */
export interface Relation {
  valueAt(x: Float64Array): number;
  /** a new array */
  gradientAt(x: Float64Array): Float64Array;
  /** x[at] that gives the function the value u, from the x[at] that is there; NaN where there is none */
  solve(x: Float64Array, u: number): number;
}

/** The value of the held coordinate at x. */
export function coordinateAt(coordinate: HeldCoordinate, surface: DevianceSurface, x: Float64Array): number {
  const { at } = coordinate;
  if (coordinate.kind === "axis") return x[at]!;
  if (coordinate.kind === "scaled") return x[at]! * Math.exp(coordinate.power * x[surface.logSigma]!);
  if (coordinate.kind === "implicit") return coordinate.relation.valueAt(x);
  const sign = x[coordinate.own]! < 0 ? -1 : 1;
  return Math.atan2(sign * x[at]!, Math.abs(x[coordinate.beside]!));
}

/** Its derivative in x. */
export function coordinateGradient(
  coordinate: HeldCoordinate,
  surface: DevianceSurface,
  x: Float64Array,
): Float64Array {
  if (coordinate.kind === "implicit") return coordinate.relation.gradientAt(x);
  const gradient = new Float64Array(x.length);
  const { at } = coordinate;
  if (coordinate.kind === "axis") gradient[at] = 1;
  else if (coordinate.kind === "scaled") {
    const scale = Math.exp(coordinate.power * x[surface.logSigma]!);
    gradient[at] = scale;
    gradient[surface.logSigma]! += coordinate.power * scale * x[at]!;
  } else {
    const b = coordinate.beside;
    const square = x[at]! ** 2 + x[b]! ** 2;
    gradient[at] = x[b]! / square;
    gradient[b] = -x[at]! / square;
  }
  return gradient;
}

/** The surface with one coordinate held, as a smooth function of the free coordinates z. */
interface HeldSurface {
  /** -2 log-likelihood over z with the coordinate held at u */
  objectiveAt(u: number): SmoothObjective;
  /** x at z and u; a new array */
  join(z: Float64Array, u: number): Float64Array;
  /** z of x; a new array */
  split(x: Float64Array): Float64Array;
  /** Whether an x with the value u is found from z. */
  reaches(z: Float64Array, u: number): boolean;
  /** d (-2 log-likelihood) / du with z held: at a minimum over z the slope of the profile */
  slope(z: Float64Array, u: number): number;
}

/** The surface with one coordinate held at values that are chosen, as a function of the others. */
export function heldSurface(surface: DevianceSurface, coordinate: HeldCoordinate): HeldSurface {
  const m = surface.size;
  const dropped = coordinate.kind === "polar" ? coordinate.beside : coordinate.at;
  /** place in x of every free coordinate */
  const places = Array.from({ length: m }, (_, i) => i).filter((i) => i !== dropped);
  const f = places.length;
  const x = new Float64Array(m);
  const gradient = new Float64Array(f);
  const hessian = createMatrix(f, f);
  /** columns of dx / dz: places and values of their one or two entries */
  const jacobian = places.map((place) => ({ rows: [place], values: [1] }));
  /** d2x / dz dz is diagonal: what it adds to the Hessian */
  const bends = new Float64Array(f);
  /** implicit coordinates bend in all directions: f x f */
  const curvature = coordinate.kind === "implicit" ? new Float64Array(f * f) : null;
  let solved = x[dropped]!;

  /** False where no x has the value u. */
  function set(z: Float64Array, u: number): boolean {
    places.forEach((place, i) => {
      x[place] = z[i]!;
    });
    if (coordinate.kind === "implicit") {
      x[dropped] = solved;
      const found = coordinate.relation.solve(x, u);
      if (!Number.isFinite(found)) return false;
      x[dropped] = found;
      solved = found === 0 ? solved : found;
      return true;
    }
    if (coordinate.kind === "axis") x[coordinate.at] = u;
    else if (coordinate.kind === "scaled") {
      x[coordinate.at] = u * Math.exp(-coordinate.power * x[surface.logSigma]!);
    } else {
      const length = x[coordinate.at]! ** 2;
      x[coordinate.at] = length * Math.sin(u);
      x[coordinate.beside] = length * Math.cos(u);
      x[coordinate.own]! **= 2;
    }
    return true;
  }

  /** Slopes and curvature of the dropped coordinate: c(x) stays, so dx = -c_z / c_at dz. */
  function linearizeImplicit({ gradientAt }: Relation, slopes: Float64Array): void {
    const own = gradientAt(x);
    const divisor = own[dropped]!;
    places.forEach((place, i) => {
      jacobian[i] = { rows: [place, dropped], values: [1, divisor === 0 ? 0 : -own[place]! / divisor] };
    });
    curvature!.fill(0);
    if (divisor === 0) return;
    const point = x.slice();
    const along = (i: number, j: number, second: (row: number, column: number) => number): number => {
      const left = jacobian[i]!.values[1]!;
      const right = jacobian[j]!.values[1]!;
      const [a, b] = [places[i]!, places[j]!];
      return (
        second(a, b) +
        second(a, dropped) * right +
        second(dropped, b) * left +
        second(dropped, dropped) * left * right
      );
    };
    const seconds = new Float64Array(m * m);
    for (let c = 0; c < m; c++) {
      const step = 1e-4 * Math.max(Math.abs(x[c]!), 1e-2);
      point[c] = x[c]! + step;
      const up = gradientAt(point);
      point[c] = x[c]! - step;
      const down = gradientAt(point);
      point[c] = x[c]!;
      for (let r = 0; r < m; r++) seconds[r + c * m] = (up[r]! - down[r]!) / (2 * step);
    }
    const second = (r: number, c: number): number => 0.5 * (seconds[r + c * m]! + seconds[c + r * m]!);
    for (let j = 0; j < f; j++) {
      for (let i = j; i < f; i++) {
        curvature![i + j * f] = (-slopes[dropped]! * along(i, j, second)) / divisor;
      }
    }
  }

  /** Fills `jacobian` and `bends` after `set`. */
  function linearize(z: Float64Array, u: number, slopes: Float64Array): void {
    if (coordinate.kind === "axis") return;
    if (coordinate.kind === "implicit") {
      linearizeImplicit(coordinate.relation, slopes);
      return;
    }
    if (coordinate.kind === "scaled") {
      const { at, power } = coordinate;
      const i = places.indexOf(surface.logSigma);
      jacobian[i] = { rows: [surface.logSigma, at], values: [1, -power * x[at]!] };
      bends[i] = power * power * x[at]! * slopes[at]!;
      return;
    }
    const { own, at, beside } = coordinate;
    const r = places.indexOf(at);
    const sine = Math.sin(u);
    const cosine = Math.cos(u);
    jacobian[r] = { rows: [at, beside], values: [2 * z[r]! * sine, 2 * z[r]! * cosine] };
    bends[r] = 2 * (sine * slopes[at]! + cosine * slopes[beside]!);
    const o = places.indexOf(own);
    jacobian[o] = { rows: [own], values: [2 * z[o]!] };
    bends[o] = 2 * slopes[own]!;
  }

  function pull({ values }: Matrix): void {
    for (let j = 0; j < f; j++) {
      for (let i = j; i < f; i++) {
        let sum = curvature === null ? (i === j ? bends[i]! : 0) : curvature[i + j * f]!;
        const left = jacobian[i]!;
        const right = jacobian[j]!;
        for (let a = 0; a < left.rows.length; a++) {
          for (let b = 0; b < right.rows.length; b++) {
            sum += left.values[a]! * right.values[b]! * values[left.rows[a]! + right.rows[b]! * m]!;
          }
        }
        hessian.values[i + j * f] = sum;
        hessian.values[j + i * f] = sum;
      }
    }
  }

  const exact = surface.exactHessian;
  return {
    objectiveAt(u) {
      return {
        evaluate(z, order) {
          if (!set(z, u)) return { ok: false, objective: Number.POSITIVE_INFINITY, gradient, hessian };
          const at = surface.evaluate(x, order);
          if (order > 0 && at.ok) {
            linearize(z, u, at.gradient);
            jacobian.forEach(({ rows, values }, i) => {
              gradient[i] = rows.reduce((sum, row, e) => sum + values[e]! * at.gradient[row]!, 0);
            });
            pull(at.hessian);
          }
          return { ok: at.ok, objective: at.objective, gradient, hessian };
        },
        ...(exact === undefined
          ? {}
          : {
              exactHessian(z: Float64Array) {
                set(z, u);
                const full = exact(x);
                linearize(z, u, surface.evaluate(x, 1).gradient);
                pull(full);
                return { ...hessian, values: hessian.values.slice() };
              },
            }),
      };
    },
    reaches(z, u) {
      return set(z, u) && surface.evaluate(x, 0).ok;
    },
    join(z, u) {
      set(z, u);
      return x.slice();
    },
    split(from) {
      if (coordinate.kind === "implicit") solved = from[dropped]!;
      return Float64Array.from(places, (place) => {
        if (coordinate.kind !== "polar") return from[place]!;
        if (place === coordinate.own) return Math.sqrt(Math.abs(from[place]!));
        if (place === coordinate.at) return Math.sqrt(Math.hypot(from[place]!, from[coordinate.beside]!));
        return from[place]!;
      });
    },
    slope(z, u) {
      set(z, u);
      const { gradient: g } = surface.evaluate(x, 1);
      if (coordinate.kind === "axis") return g[coordinate.at]!;
      if (coordinate.kind === "scaled") {
        return g[coordinate.at]! * Math.exp(-coordinate.power * x[surface.logSigma]!);
      }
      if (coordinate.kind === "implicit") {
        const own = coordinate.relation.gradientAt(x)[dropped]!;
        return own === 0 ? 0 : g[dropped]! / own;
      }
      return g[coordinate.at]! * x[coordinate.beside]! - g[coordinate.beside]! * x[coordinate.at]!;
    },
  };
}

/** The least of the surface where some coordinates are zero, searched from x. */
export function leastWithZeros(surface: DevianceSurface, x: Float64Array, zeros: readonly number[]): number {
  const places = Array.from(x.keys()).filter((i) => !zeros.includes(i));
  const point = new Float64Array(x.length);
  const f = places.length;
  const gradient = new Float64Array(f);
  const hessian = createMatrix(f, f);
  const restrict = ({ values }: Matrix): Matrix => {
    places.forEach((row, i) => {
      places.forEach((column, j) => {
        hessian.values[i + j * f] = values[row + column * x.length]!;
      });
    });
    return hessian;
  };
  const set = (z: Float64Array): void => {
    places.forEach((place, i) => {
      point[place] = z[i]!;
    });
  };
  const exact = surface.exactHessian;
  const objective: SmoothObjective = {
    evaluate(z, order) {
      set(z);
      const at = surface.evaluate(point, order);
      if (order > 0 && at.ok) {
        places.forEach((place, i) => {
          gradient[i] = at.gradient[place]!;
        });
        restrict(at.hessian);
      }
      return { ok: at.ok, objective: at.objective, gradient, hessian };
    },
    ...(exact === undefined
      ? {}
      : {
          exactHessian(z: Float64Array) {
            set(z);
            const { rows, columns, values } = restrict(exact(point));
            return { rows, columns, values: values.slice() };
          },
        }),
  };
  return minimizeNewton(
    objective,
    Float64Array.from(places, (place) => x[place]!),
  ).objective;
}
