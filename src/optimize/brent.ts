// One variable without derivatives: a bracket by growing steps, then golden sections and parabolas (Brent 1973, chapter 5).

import type { BoundedOptions, Objective, Optimum } from "./objective.ts";
import { createSampler } from "./sampler.ts";

/** (3 - sqrt 5) / 2: the part of an interval that a golden section cuts off. */
const GOLDEN = 0.5 * (3 - Math.sqrt(5));
/** Values do not tell points apart that are nearer than this part of them: the square root of the machine precision. */
const RELATIVE_PRECISION = 1.5e-8;
/** Factor by which the steps of the bracket grow. */
const GROWTH = 2;

/** Minimizes a function of one variable from `start` by values only. Never throws; the reason tells how it ended. */
export function minimizeBrent(
  objective: Objective,
  start: Float64Array,
  options: BoundedOptions = {},
): Optimum {
  const sampler = createSampler(objective, start, options, 500);
  const point = new Float64Array(1);
  const f = (x: number): number => {
    point[0] = x;
    return sampler.sample(point).value;
  };
  const lower = sampler.lower[0]!;
  const upper = sampler.upper[0]!;
  let x = sampler.start[0]!;
  let fx = f(x);
  if (fx === Number.POSITIVE_INFINITY) return sampler.finish("undefined-start");

  // Bracket: a < x < b with f(x) least, or x at a bound.
  let step = Math.min(0.1 * Math.max(1, Math.abs(x)), 0.25 * (upper - lower));
  let a = Math.max(lower, x - step);
  let b = Math.min(upper, x + step);
  let fa = a < x ? f(a) : Number.POSITIVE_INFINITY;
  let fb = b > x ? f(b) : Number.POSITIVE_INFINITY;
  while (Math.min(fa, fb) < fx) {
    if (!sampler.iterate(fx - Math.min(fa, fb))) return sampler.finish("max-iterations");
    step *= GROWTH;
    if (fb <= fa) {
      [a, fa, x, fx] = [x, fx, b, fb];
      b = Math.min(upper, x + step);
      fb = b > x ? f(b) : Number.POSITIVE_INFINITY;
    } else {
      [b, fb, x, fx] = [x, fx, a, fa];
      a = Math.max(lower, x - step);
      fa = a < x ? f(a) : Number.POSITIVE_INFINITY;
    }
    if (step > 1e300) break;
  }

  // v and w: the points with the next least values, for the parabola; `move` and `before` the last two moves.
  let [w, fw] = fa <= fb ? [a, fa] : [b, fb];
  let [v, fv] = fa <= fb ? [b, fb] : [a, fa];
  let move = b - a;
  let before = move;
  for (;;) {
    const middle = 0.5 * (a + b);
    const precision = RELATIVE_PRECISION * Math.abs(x) + 1e-10;
    if (Math.abs(x - middle) <= 2 * precision - 0.5 * (b - a)) return sampler.finish("converged");
    let change = x < middle ? GOLDEN * (b - x) : -GOLDEN * (x - a);
    let predicted = 0;
    if (Math.abs(before) > precision && Number.isFinite(fv) && Number.isFinite(fw)) {
      const r = (x - w) * (fx - fv);
      const q = (x - v) * (fx - fw);
      const below = 2 * (q - r);
      const parabolic = ((x - v) * q - (x - w) * r) / -below;
      const next = x + parabolic;
      if (
        Number.isFinite(parabolic) &&
        Math.abs(parabolic) < 0.5 * Math.abs(before) &&
        next > a &&
        next < b
      ) {
        predicted = Math.abs(0.5 * parabolic * (parabolic * below)) / Math.abs((x - v) * (x - w) * (v - w));
        change =
          next - a < 2 * precision || b - next < 2 * precision
            ? Math.sign(middle - x) * precision
            : parabolic;
      }
    }
    before = predicted > 0 ? move : x < middle ? b - x : a - x;
    if (!sampler.iterate(predicted)) return sampler.finish("max-iterations");
    move = Math.abs(change) >= precision ? change : Math.sign(change || 1) * precision;
    const u = Math.min(b, Math.max(a, x + move));
    const fu = f(u);
    if (fu <= fx) {
      if (u < x) b = x;
      else a = x;
      [v, fv, w, fw, x, fx] = [w, fw, x, fx, u, fu];
      continue;
    }
    if (u < x) a = u;
    else b = u;
    if (fu <= fw || w === x) [v, fv, w, fw] = [w, fw, u, fu];
    else if (fu <= fv || v === x || v === w) [v, fv] = [u, fu];
  }
}
