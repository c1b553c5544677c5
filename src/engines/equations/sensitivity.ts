// Derivatives of V in the equations (absolute scale). With x_d the solution for the unit vector of fixed column d,
// H e_d = V^-1X Phi e_d = R^-1 W x_d and K Z'H e_d = -Lambda^-T v_d, so V_iH is a change of levels or of residuals, and
// each column of P V_iH takes one solution. Only records, unknowns and p x p matrices appear.

import type { Kernels } from "../../linalg/kernels.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { dot } from "../../linalg/squareProducts.ts";
import type { Model } from "../../model/model.ts";
import type { SensitivityAt, VarianceDirection } from "../varianceSensitivity.ts";
import { analyzeEquations } from "./assembly.ts";
import { differencedTraces } from "./differencedTraces.ts";
import { fixedSolutions } from "./fixedSolutions.ts";
import { costOfTraces, informationTraces } from "./informationTraces.ts";
import { assembleEquations, collectEquations } from "./prepare.ts";
import { timesRecords, timesRecordsBetween, timesRecordsTransposed } from "./records.ts";
import { leading, toUserCovariance } from "./solution.ts";

/** Floating-point operations that exact traces may take; beyond, they are differences of exact first derivatives. */
const LARGEST_EXACT = 5e9;
/** Right-hand sides that are solved together. */
const TOGETHER = 16;

interface SensitivityOptions {
  /** exact traces cost one solution for every random effect; by default where that is affordable */
  readonly traces?: "exact" | "differences";
}

/**
 * The model at its covariances.
 *
 * @param lambdas lower root of Sigma of every random term, k x k, natural scale
 * @param R0      residual covariance, T x T
 * @param held    names of components that are known (they are no directions)
 * @throws HendersonError engine/too-large
 */
export function equationsSensitivity(
  model: Model,
  lambdas: readonly Float64Array[],
  R0: Float64Array,
  held: ReadonlyMap<string, Matrix>,
  kernels: Kernels,
  options: SensitivityOptions = {},
): SensitivityAt {
  const parts = collectEquations(model, "REML", kernels, held);
  const { unknowns, records, residual, reduced, sizes } = parts;
  const symbolic = analyzeEquations(unknowns, records, residual.units);
  // without a response the derivatives of the likelihood are those of its determinants: tr(P V_i)
  const silent = { ...parts, reduced: { ...reduced, residual: new Float64Array(records.count) } };
  const T = unknowns.traits;
  // what a level's records know of its effects: a ridge of 1e-8 beside it costs as much as rounding does
  const units = unknowns.components.map(({ traits, levels }, c) =>
    Float64Array.from(traits, (t, a) =>
      Math.sqrt((R0[t * (T + 1)]! * levels) / (records.count * sizes[c]![a]!)),
    ),
  );
  const equations = assembleEquations(silent, symbolic, kernels, TOGETHER, units);
  const { system, likelihood } = equations;
  const { components, randomSize, size, fixed } = unknowns;
  const n = records.count;
  const p = size - randomSize;
  const scores = [...components.map(({ width: k }) => new Float64Array(k * k)), new Float64Array(T * T)];
  const toUser = (values: Float64Array): Matrix =>
    leading(toUserCovariance(equations, values), fixed.userColumns);

  return (directions) => {
    const count = directions.length;
    likelihood.set(lambdas, R0);
    likelihood.scores(scores);
    const traces = Float64Array.from(directions, ({ term, values }) => dot(scores[term]!, values));
    const { covariance, levels, weighted: columns } = fixedSolutions(equations);
    const x = new Float64Array(size);
    const fitted = new Float64Array(n);
    const moved = new Float64Array(size);
    const raw = new Float64Array(size);
    const change = new Float64Array(n);
    const weighted = new Float64Array(n);
    const projected = new Float64Array(n);
    /** V_iH e_d into out; the levels' part of it, K taken out, into `moved` */
    function changed({ term, values }: VarianceDirection, d: number, out: Float64Array): void {
      if (term === components.length) {
        residual.applyDirection(values, columns[d]!, out);
        return;
      }
      const { first, levels: q, width: k } = components[term]!;
      timesLevels(values, k, levels[d]!, first, q, moved);
      // K Z'H = -g
      for (let u = first; u < first + q * k; u++) moved[u] = -moved[u]!;
      timesRecordsBetween(records, moved, first, first + q * k, out);
    }

    const derivatives = directions.map(() => new Float64Array(p * p));
    const curvature = Array.from({ length: (count * (count + 1)) / 2 }, () => new Float64Array(p * p));
    const other = new Float64Array(n);
    for (let a = 0; a < count; a++) {
      for (let d = 0; d < p; d++) {
        changed(directions[a]!, d, change);
        for (let c = 0; c < p; c++) derivatives[a]![c + d * p] = dot(columns[c]!, change);
        // P f = R^-1 (f - W M^-1 W'R^-1 f)
        residual.applyInverse(change, weighted);
        timesRecordsTransposed(records, weighted, raw);
        system.solve(raw, x);
        system.scaleByLambda(x);
        timesRecords(records, x, fitted);
        for (let r = 0; r < n; r++) change[r]! -= fitted[r]!;
        residual.applyInverse(change, projected);
        timesRecordsTransposed(records, projected, raw);
        for (let b = a; b < count; b++) {
          const target = curvature[(b * (b + 1)) / 2 + a]!;
          const { term, values } = directions[b]!;
          for (let c = 0; c < p; c++) {
            let sum = 0;
            if (term === components.length) {
              residual.applyDirection(values, columns[c]!, other);
              sum = dot(other, projected);
            } else {
              const { first, levels: q, width: k } = components[term]!;
              timesLevels(values, k, levels[c]!, first, q, moved);
              for (let u = first; u < first + q * k; u++) sum -= moved[u]! * raw[u]!;
            }
            target[c + d * p]! += 0.5 * sum;
            target[d + c * p]! += 0.5 * sum;
          }
        }
      }
    }
    const exact =
      T === 1 &&
      directions.every(({ term }) => term < components.length) &&
      (options.traces === undefined ? costOfTraces(equations) <= LARGEST_EXACT : options.traces === "exact");
    const information = exact
      ? informationTraces(equations, directions, TOGETHER)
      : differencedTraces(equations, directions, lambdas, R0);
    return {
      covariance: toUser(covariance),
      derivatives: derivatives.map(toUser),
      curvature: curvature.map(toUser),
      information,
      traces,
    };
  };
}

/** out = E x level by level, for the q levels of k coefficients that begin at `first` */
function timesLevels(
  E: Float64Array,
  k: number,
  x: Float64Array,
  first: number,
  q: number,
  out: Float64Array,
): void {
  for (let l = 0, at = first; l < q; l++, at += k) {
    for (let a = 0; a < k; a++) {
      let sum = 0;
      for (let b = 0; b < k; b++) sum += E[a + b * k]! * x[at + b]!;
      out[at + a] = sum;
    }
  }
}
