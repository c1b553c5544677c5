import { describe, expect, it } from "vitest";
import { dot } from "../../../src/linalg/squareProducts.ts";
import { geometryStep } from "../../../src/optimize/bobyqa/geometry.ts";
import { initialize, leastNormModel } from "../../../src/optimize/bobyqa/initialize.ts";
import {
  createInterpolation,
  type Interpolation,
  modelChange,
  pointOf,
} from "../../../src/optimize/bobyqa/interpolation.ts";
import { formInverse } from "../../../src/optimize/bobyqa/inverse.ts";
import { trustRegionStep } from "../../../src/optimize/bobyqa/trustRegion.ts";
import {
  choosePoint,
  createCandidate,
  denominator,
  describeCandidate,
  replacePoint,
} from "../../../src/optimize/bobyqa/update.ts";
import { uniform } from "../../conformance/randomModels.ts";

const f = (x: ArrayLike<number>): number =>
  Array.from(x).reduce((sum, v, i) => sum + Math.exp(0.3 * v) + (v - 0.2 * i) ** 2 * (1 + 0.1 * v * v), 0) +
  0.5 * x[0]! * x[x.length - 1]!;

/** A set around zero after some replacements, as in the middle of a search. */
function setAfter(n: number, updates: number, bounded = false): Interpolation {
  const set = createInterpolation(n);
  if (bounded) {
    set.lower.fill(-0.4);
    set.upper[0] = 1.3;
  }
  const sample = (step: Float64Array): { value: number; ok: boolean } => ({
    value: f(step.map((v, i) => v + set.base[i]!)),
    ok: true,
  });
  expect(initialize(set, 0.5, sample)).toBe(true);
  const random = uniform(n);
  const candidate = createCandidate(set);
  for (let u = 0; u < updates; u++) {
    const center = pointOf(set, set.best).slice();
    const moved = center.map((v, i) => Math.min(set.upper[i]!, Math.max(set.lower[i]!, v + random())));
    const d = moved.map((v, i) => v - center[i]!);
    const { value } = sample(moved);
    const least = set.values[set.best]!;
    describeCandidate(set, d, candidate);
    const t = choosePoint(set, candidate, d, value < least, 0.5);
    replacePoint(set, candidate, t, d, value, value - least - modelChange(set, d));
  }
  return set;
}

describe.each([[2], [3], [5]])("the interpolation in %i variables", (n) => {
  const set = setAfter(n, 25);
  const candidate = createCandidate(set);

  it("has Lagrange functions that are one at their own point and zero at the others", () => {
    for (let k = 0; k < set.m; k++) {
      const d = pointOf(set, k).map((v, i) => v - pointOf(set, set.best)[i]!);
      describeCandidate(set, d, candidate);
      for (let l = 0; l < set.m; l++) expect(candidate.lagrange[l]!).toBeCloseTo(k === l ? 1 : 0, 8);
    }
  });

  it("has a model through all values after updates", () => {
    for (let k = 0; k < set.m; k++) {
      const d = pointOf(set, k).map((v, i) => v - pointOf(set, set.best)[i]!);
      expect(set.values[set.best]! + modelChange(set, d)).toBeCloseTo(set.values[k]!, 9);
    }
  });

  it("has an updated inverse that is the inverse of its definition", () => {
    const fresh = { ...set, z: set.z.slice(), b: set.b.slice() };
    expect(formInverse(fresh)).toBe(true);
    const free = set.m - n - 1;
    for (let k = 0; k < set.m; k++) {
      for (let l = 0; l < set.m; l++) {
        let updated = 0;
        let defined = 0;
        for (let j = 0; j < free; j++) {
          updated += set.z[k + j * set.m]! * set.z[l + j * set.m]!;
          defined += fresh.z[k + j * set.m]! * fresh.z[l + j * set.m]!;
        }
        expect(Math.abs(updated - defined)).toBeLessThan(1e-7 * (1 + Math.abs(defined)));
      }
    }
    fresh.b.forEach((value, i) => {
      expect(Math.abs(set.b[i]! - value)).toBeLessThan(1e-7 * (1 + Math.abs(value)));
    });
  });

  it("has a denominator of one where a point is replaced by itself", () => {
    for (let k = 0; k < set.m; k++) {
      const d = pointOf(set, k).map((v, i) => v - pointOf(set, set.best)[i]!);
      describeCandidate(set, d, candidate);
      expect(denominator(set, candidate, k)).toBeCloseTo(1, 6);
    }
  });

  it("has no interpolating quadratic with a smaller Hessian than the least-norm model", () => {
    const norm = (h: Float64Array): number => dot(h, h);
    expect(norm(leastNormModel(set).hessian)).toBeLessThanOrEqual(norm(set.hessian) * (1 + 1e-9));
  });

  it("finds geometry steps within the radius whose denominators are of the size that random points reach", () => {
    const random = uniform(7);
    for (let t = 0; t < set.m; t++) {
      if (t === set.best) continue;
      const d = geometryStep(set, t, 0.3);
      expect(Math.sqrt(dot(d, d))).toBeLessThanOrEqual(0.3 * (1 + 1e-12));
      describeCandidate(set, d, candidate);
      const reached = denominator(set, candidate, t);
      let average = 0;
      for (let trial = 0; trial < 20; trial++) {
        const other = new Float64Array(n).map(() => random());
        const scale = 0.3 / Math.sqrt(dot(other, other));
        describeCandidate(
          set,
          other.map((v) => v * scale),
          candidate,
        );
        average += denominator(set, candidate, t) / 20;
      }
      expect(reached).toBeGreaterThan(0.5 * average);
    }
  });
});

it("points on a plane through the origin determine no model", () => {
  const set = setAfter(3, 0);
  for (let k = 0; k < set.m; k++) set.points[k * 3 + 2] = 0;
  expect(formInverse(set)).toBe(false);
});

describe.each([[false], [true]])("the trust region step, bounds: %s", (bounded) => {
  const set = setAfter(2, 12, bounded);

  it.each([[0.05], [0.3], [1], [4]])("is nearly the minimum of the model within %f", (delta) => {
    const { d, change, gradient } = trustRegionStep(set, delta);
    const center = pointOf(set, set.best);
    expect(Math.sqrt(dot(d, d))).toBeLessThanOrEqual(delta * (1 + 1e-10));
    d.forEach((step, i) => {
      expect(center[i]! + step).toBeGreaterThanOrEqual(set.lower[i]! - 1e-12);
      expect(center[i]! + step).toBeLessThanOrEqual(set.upper[i]! + 1e-12);
    });
    expect(modelChange(set, d)).toBeCloseTo(change, 10);
    gradient.forEach((slope, j) => {
      const expected = set.gradient[j]! + set.hessian[2 * j]! * d[0]! + set.hessian[1 + 2 * j]! * d[1]!;
      expect(slope).toBeCloseTo(expected, 10);
    });
    // the best of a fine grid of the disc
    let least = 0;
    const trial = new Float64Array(2);
    for (let r = 1; r <= 60; r++) {
      for (let a = 0; a < 240; a++) {
        trial[0] = ((delta * r) / 60) * Math.cos((Math.PI * a) / 120);
        trial[1] = ((delta * r) / 60) * Math.sin((Math.PI * a) / 120);
        const inside = trial.every(
          (step, i) => center[i]! + step >= set.lower[i]! && center[i]! + step <= set.upper[i]!,
        );
        if (inside) least = Math.min(least, modelChange(set, trial));
      }
    }
    expect(change).toBeLessThanOrEqual(0.95 * least);
  });
});
