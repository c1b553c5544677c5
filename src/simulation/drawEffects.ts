import { HendersonError } from "../base/errors.ts";
import type { RandomStream } from "../base/random.ts";
import type { Kernels } from "../linalg/kernels.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { RandomTerm } from "../model/model.ts";
import { createRelationshipRoot } from "./relationshipRoot.ts";
import { semidefiniteRoot } from "./semidefiniteRoot.ts";

/** Draws the effects of one random term, level-major: u[level * k + coefficient]. Standard normals are taken in that order. */
export interface EffectSampler {
  /** number of effects, q k */
  readonly size: number;
  draw(stream: RandomStream, out: Float64Array): void;
}

/**
 * u ~ N(0, Sigma (x) K): u_l = L z_l with the lower root L of Sigma, and over levels the factor of K^-1 where they are related.
 *
 * @throws HendersonError simulation/covariance where Sigma is not positive semidefinite
 */
export function createEffectSampler(term: RandomTerm, covariance: Matrix, kernels: Kernels): EffectSampler {
  const k = covariance.rows;
  const root = semidefiniteRoot(covariance.values, k);
  if (root === null) throw notSemidefinite(term.component);
  const levels = term.relationship?.levels.length ?? term.levels.length;
  const relate = term.relationship ? createRelationshipRoot(term.relationship, kernels) : null;
  const column = new Float64Array(relate ? levels : 0);
  const own = new Float64Array(k);
  return {
    size: levels * k,
    draw(stream, out) {
      for (let i = 0; i < levels * k; i++) out[i] = stream.normal();
      if (relate !== null) {
        for (let c = 0; c < k; c++) {
          for (let l = 0; l < levels; l++) column[l] = out[l * k + c]!;
          relate(column);
          for (let l = 0; l < levels; l++) out[l * k + c] = column[l]!;
        }
      }
      if (k === 1) {
        for (let l = 0; l < levels; l++) out[l]! *= root[0]!;
        return;
      }
      for (let l = 0; l < levels; l++) {
        for (let i = 0; i < k; i++) {
          let sum = 0;
          for (let c = 0; c <= i; c++) sum += root[i + c * k]! * out[l * k + c]!;
          own[i] = sum;
        }
        out.set(own, l * k);
      }
    },
  };
}

/** The error for a covariance that nothing can be drawn from. */
export function notSemidefinite(component: string): HendersonError {
  return new HendersonError(
    "simulation/covariance",
    `the covariance matrix of '${component}' is not positive semidefinite, so nothing can be drawn from it`,
    { hint: "variances must not be negative, and correlations must fit together" },
  );
}
