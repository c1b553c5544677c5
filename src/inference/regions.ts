import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { fQuantile } from "../distributions/fisherF.ts";
import { normalQuantile } from "../distributions/normal.ts";
import { tQuantile } from "../distributions/studentT.ts";
import type { FitResult } from "../fit/result.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { choleskyInPlace } from "../linalg/smallCholesky.ts";
import { dot, timesVector } from "../linalg/squareProducts.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";
import { contrastValues } from "./contrastTest.ts";
import {
  type Denominator,
  type DenominatorMethod,
  type DenominatorName,
  denominatorOf,
} from "./denominator.ts";
import { hypothesisOf } from "./linearHypothesis.ts";
import { requireLevel } from "./requireLevel.ts";

export interface RegionOptions {
  readonly ddf?: DenominatorMethod;
  /** joint confidence level, default 0.95 */
  readonly level?: number;
}

/**
 * The joint confidence region of k combinations of the fixed effects: all c with
 * (c - center)' shape^-1 (c - center) <= radius^2.
 */
export interface ConfidenceRegion {
  readonly names: readonly string[];
  /** C b, length k */
  readonly center: readonly number[];
  /** C Var(b) C', k x k */
  readonly shape: Matrix;
  readonly radius: number;
  readonly level: number;
  readonly ddf: DenominatorName;
  readonly numDF: number;
  /** null where the reference is chi-squared */
  readonly denDF: number | null;
  /** half axes, the longest first: a unit vector and its length */
  readonly axes: readonly { readonly direction: readonly number[]; readonly length: number }[];
  readonly notes: readonly Note[];
}

/**
 * The ellipsoid of values that an F test (chi-squared without degrees of freedom) of C b would not reject at 1 - level;
 * with Kenward and Roger's method the scaled F of all k together.
 *
 * @param combinations names of coefficients or combinations of them separated by commas (`"(Intercept), Days"`), or rows
 *   of C
 * @throws HendersonError `inference/region-rank` when the combinations depend on each other, and as `linearHypothesis`
 */
export function confidenceRegion(
  fit: FitResult,
  combinations: string | readonly (readonly number[])[],
  options: RegionOptions = {},
): ConfidenceRegion {
  const level = requireLevel(options.level ?? 0.95);
  const { contrasts, names, denominator, notes } = combinationsOf(fit, combinations, options.ddf);
  const k = contrasts.length;
  const joint = jointReference(contrasts, denominator);
  if (joint.rank < k) {
    throw new HendersonError(
      "inference/region-rank",
      `the ${k} combinations have only ${joint.rank} independent ones among them, so their region is flat`,
      { hint: "leave out combinations that follow from the others" },
    );
  }
  const center = [...contrastValues(contrasts, denominator.beta)];
  const shape = spreadOf(contrasts, denominator.covariance);
  const { radius } = scheffe(joint, level);
  const { values, vectors } = symmetricEigen(shape);
  const axes = center
    .map((_, a) => ({
      direction: [...vectors.values.subarray(a * k, (a + 1) * k)],
      length: radius * Math.sqrt(values[a]!),
    }))
    .reverse();
  return {
    names,
    center,
    shape,
    radius,
    level,
    ddf: denominator.method,
    numDF: k,
    denDF: Number.isFinite(joint.denDF) ? joint.denDF : null,
    axes,
    notes,
  };
}

/** Whether a point (length k) lies in the region; its boundary belongs to it. */
export function regionContains(region: ConfidenceRegion, point: ArrayLike<number>): boolean {
  const k = region.center.length;
  if (point.length !== k || !Array.from(point).every(Number.isFinite)) {
    throw new HendersonError("inference/region-point", `a point of this region has ${k} finite numbers`, {
      hint: `one for each of ${region.names.join(", ")}`,
    });
  }
  const root = region.shape.values.slice();
  choleskyInPlace(root, k);
  let square = 0;
  const solved = new Float64Array(k);
  for (let i = 0; i < k; i++) {
    let left = point[i]! - region.center[i]!;
    for (let j = 0; j < i; j++) left -= root[i + j * k]! * solved[j]!;
    solved[i] = left / root[i + i * k]!;
    square += solved[i]! ** 2;
  }
  return square <= region.radius ** 2 * (1 + 1e-12);
}

/**
 * Points on the boundary of a region of two combinations, in order around it and closed (the first is also the last).
 *
 * @throws HendersonError `inference/region-point` when the region does not have two
 */
export function regionBoundary(region: ConfidenceRegion, points: number = 100): [number, number][] {
  if (region.center.length !== 2) {
    throw new HendersonError(
      "inference/region-point",
      `a boundary is drawn for two combinations, and this region has ${region.center.length}`,
      { hint: "ask for the region of two coefficients" },
    );
  }
  const [long, short] = region.axes;
  return Array.from({ length: points + 1 }, (_, i) => {
    const angle = (2 * Math.PI * (i % points)) / points;
    const [u, v] = [long!.length * Math.cos(angle), short!.length * Math.sin(angle)];
    return [
      region.center[0]! + u * long!.direction[0]! + v * short!.direction[0]!,
      region.center[1]! + u * long!.direction[1]! + v * short!.direction[1]!,
    ];
  });
}

export type SimultaneousMethod = "scheffe" | "bonferroni" | "sidak";

export interface SimultaneousOptions extends RegionOptions {
  /** Scheffe's for all combinations of the given ones, Bonferroni's and Sidak's for these alone; default Bonferroni */
  readonly method?: SimultaneousMethod;
}

export interface SimultaneousInterval {
  readonly name: string;
  readonly estimate: number;
  readonly se: number;
  /** null where the reference is normal or chi-squared */
  readonly df: number | null;
  /** half the width in standard errors */
  readonly critical: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Intervals that hold together with the given probability (at least). Scheffe (1953): the shadows of the joint region,
 * sqrt(r F_{r, df}) standard errors; Bonferroni: t at alpha / m; Sidak: t at 1 - (1 - alpha)^(1 / m).
 *
 * @throws as `confidenceRegion`, but dependent combinations are allowed
 */
export function simultaneousIntervals(
  fit: FitResult,
  combinations: string | readonly (readonly number[])[],
  options: SimultaneousOptions = {},
): SimultaneousInterval[] {
  const level = requireLevel(options.level ?? 0.95);
  const method = options.method ?? "bonferroni";
  const { contrasts, names, denominator } = combinationsOf(fit, combinations, options.ddf);
  const estimates = contrastValues(contrasts, denominator.beta);
  const m = contrasts.length;
  const joint = method === "scheffe" ? jointReference(contrasts, denominator) : null;
  const tail = method === "sidak" ? -0.5 * Math.expm1(Math.log(level) / m) : (0.5 * (1 - level)) / m;
  return contrasts.map((contrast, i) => {
    const estimate = estimates[i]!;
    const se = Math.sqrt(spreadOf([contrast], denominator.covariance).values[0]!);
    const own = joint === null ? denominator.degreesOfFreedom(contrast) : joint.denDF;
    const finite = own >= 0 && own < Number.POSITIVE_INFINITY;
    const critical =
      joint !== null
        ? scheffe(joint, level).radius
        : finite
          ? tQuantile(tail, own, { lower: false })
          : normalQuantile(tail, { lower: false });
    return {
      name: names[i]!,
      estimate,
      se,
      df: finite ? own : null,
      critical,
      lower: estimate - critical * se,
      upper: estimate + critical * se,
    };
  });
}

interface JointReference {
  readonly rank: number;
  readonly denDF: number;
  /** F = scale * chisq / rank */
  readonly scale: number;
}

/** Rank, degrees of freedom and scale of the F test of all combinations. */
function jointReference(contrasts: readonly Float64Array[], denominator: Denominator): JointReference {
  // scale and degrees of freedom do not depend on the values
  const values = Float64Array.from(contrasts, (contrast) =>
    Math.sqrt(spreadOf([contrast], denominator.covariance).values[0]!),
  );
  const { numDF, denDF, F, chisq } = denominator.test(contrasts, values);
  return { rank: numDF, denDF, scale: (F * numDF) / chisq };
}

function scheffe({ rank, denDF, scale }: JointReference, level: number): { readonly radius: number } {
  return { radius: Math.sqrt((rank * fQuantile(1 - level, rank, denDF, { lower: false })) / scale) };
}

function combinationsOf(
  fit: FitResult,
  combinations: string | readonly (readonly number[])[],
  ddf: DenominatorMethod | undefined,
): {
  readonly contrasts: readonly Float64Array[];
  readonly names: readonly string[];
  readonly denominator: Denominator;
  readonly notes: readonly Note[];
} {
  const { contrasts, against, labels, notes } = hypothesisOf(fit, combinations);
  const p = fit.beta.length;
  const wrong = contrasts.findIndex(
    (row) => row.length !== p || !row.every(Number.isFinite) || row.every((weight) => weight === 0),
  );
  if (wrong >= 0) {
    throw new HendersonError(
      "inference/contrast-shape",
      `row ${wrong + 1} is no combination of the ${p} coefficients`,
      { hint: `one finite number for each of ${fit.model.fixed.names.join(", ")}, not all zero` },
    );
  }
  const compared = against.findIndex((value) => value !== 0);
  if (compared >= 0) {
    throw new HendersonError(
      "inference/hypothesis",
      `'${labels[compared]!}' compares with a number, and a region or an interval is about the combination itself`,
      { hint: "leave out the equals sign and the number" },
    );
  }
  const denominator = denominatorOf(fit, ddf);
  return {
    contrasts,
    names: labels.map((label) => label.replace(/ = 0$/, "")),
    denominator,
    notes: [...notes, ...denominator.notes],
  };
}

/** C A C', k x k */
function spreadOf(contrasts: readonly Float64Array[], { values }: Matrix): Matrix {
  const k = contrasts.length;
  const out = createMatrix(k, k);
  contrasts.forEach((b, j) => {
    const product = timesVector(values, b);
    contrasts.forEach((a, i) => {
      out.values[i + j * k] = dot(a, product);
    });
  });
  return out;
}
