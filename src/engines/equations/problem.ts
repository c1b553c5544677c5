// The equations as a Problem: objective, gradient and average information in theta (absolute scale).

import { createMatrix, type Matrix } from "../../linalg/matrix.ts";
import { symmetricEigen } from "../../linalg/symmetricEigen.ts";
import { copyMatrix, differencedHessian } from "../differencedHessian.ts";
import {
  type BoundaryScore,
  type EquationsSolution,
  type Estimates,
  type Evaluation,
  type EvaluationOrder,
  type Precision,
  type Problem,
  RESIDUAL,
} from "../engine.ts";
import { confoundedCoefficients } from "./confounding.ts";
import { covarianceOf } from "./covarianceRoots.ts";
import type { Direction } from "./likelihood.ts";
import { createNaturalProblem } from "./naturalProblem.ts";
import type { PreparedEquations } from "./prepare.ts";
import { residualBoundaryNotes, withoutRidge } from "./residualStructure.ts";
import {
  allEffects,
  fixedCoefficients,
  inModelOrder,
  leading,
  solveEquations,
  toUserCovariance,
} from "./solution.ts";
import { traitPairNotes } from "./traitPairs.ts";
import { varianceDerivatives } from "./varianceDerivatives.ts";

/** A variance below this part of the largest (in units of the response) is none. */
const NULL_VARIANCE = 1e-9;

/** The problem that searches and solutions see, on equations that were prepared. */
export function createProblem(prepared: PreparedEquations): Problem {
  const { model, criterion, unknowns, system, likelihood, covariances, records } = prepared;
  const { components, randomSize, size, fixed } = unknowns;
  const { map, free, blocks } = covariances;
  const q = map.size;
  const n = records.count;
  const p = size - randomSize;
  const reml = criterion === "REML";
  const gradient = new Float64Array(q);
  const hessian = createMatrix(q, q);
  const evaluation = { ok: false, objective: 0, gradient, hessian };
  const evaluated = new Float64Array(q).fill(Number.NaN);
  const allScores = blocks.map((block) => new Float64Array(block.size * block.size));
  const freeScores = free.map(({ target }) => allScores[target]!);
  const directions: Direction[] = Array.from({ length: q }, (_, a) => ({
    target: free[map.factorOf[a]!]!.target,
    values: map.derivatives[a]!,
  }));
  /** -1: nothing; 0: valued; 2: derivatives too */
  let order = -1;

  function evaluate(theta: Float64Array, wanted: EvaluationOrder): Evaluation {
    let same = order >= 0;
    for (let a = 0; same && a < q; a++) same = theta[a] === evaluated[a];
    if (!same) {
      evaluated.set(theta);
      covariances.set(theta);
      evaluation.ok = likelihood.set(covariances.lambdas, covariances.R0);
      evaluation.objective = evaluation.ok ? likelihood.value(reml) : Number.POSITIVE_INFINITY;
      if (!Number.isFinite(evaluation.objective)) evaluation.ok = false;
      order = evaluation.ok ? 0 : -1;
    }
    if (evaluation.ok && wanted > order) {
      evaluation.ok = differentiate(theta);
      order = evaluation.ok ? 2 : -1;
    }
    return evaluation;
  }

  function differentiate(theta: Float64Array): boolean {
    if (q === 0) return true;
    if (!likelihood.scores(allScores)) return false;
    map.differentiate(theta);
    map.chain(freeScores, gradient);
    likelihood.information(directions, hessian.values);
    map.addCurvature(theta, freeScores, hessian);
    return true;
  }

  /** The factor and the solution at theta itself. */
  function restore(theta: Float64Array): void {
    evaluate(theta, 0);
    likelihood.restore();
  }

  function boundaryScores(theta: Float64Array): BoundaryScore[] {
    evaluate(theta, 1);
    const found: BoundaryScore[] = [];
    free.forEach(({ target, size: k }, f) => {
      const isResidual = target === components.length;
      if (isResidual && k === 1) return;
      const phi = createMatrix(k, k);
      phi.values.set(map.termPhi(f, theta));
      if (isResidual) withoutRidge(phi);
      const { values, vectors } = symmetricEigen(phi);
      const largest = Math.max(values[k - 1]!, 0);
      const G = map.termScore(f, freeScores);
      for (let c = 0; c < k; c++) {
        if (values[c]! > NULL_VARIANCE * Math.min(1, largest)) continue;
        const direction = vectors.values.slice(c * k, (c + 1) * k);
        let score = 0;
        for (let a = 0; a < k; a++) {
          for (let b = 0; b < k; b++) score += direction[a]! * G[a + b * k]! * direction[b]!;
        }
        found.push({ term: isResidual ? RESIDUAL : components[target]!.term, direction, score });
      }
    });
    return found;
  }

  /** Residual variance that results are relative to: 1 for several traits. */
  const unitVariance = (): number => (unknowns.traits === 1 ? covariances.R0[0]! : 1);

  function fixedCovariance(): Matrix {
    const C = new Float64Array(p * p);
    system.solveFixedBlock(C);
    return leading(toUserCovariance(prepared, C), fixed.userColumns);
  }

  return {
    criterion,
    parameters: map.parameters,
    start: prepared.start,
    hessianKind: "average-information",
    scale: "absolute",
    solver: "factor",
    ...(reml ? { confounded: confoundedCoefficients(model, unknowns, covariances) } : {}),
    natural: createNaturalProblem(prepared, () => {
      order = -1;
    }),
    evaluate,
    // No exactHessian: differences cost 2q selected inverses, and average information with the curvature of Sigma(theta)
    // is close enough to it that a search ends in about as many gradients as one Hessian takes.
    rectify: (theta) => map.rectify(theta),
    boundaryScores,
    equations(theta): EquationsSolution {
      restore(theta);
      return solveEquations(prepared);
    },
    solve(theta): Estimates {
      restore(theta);
      const beta = fixedCoefficients(prepared);
      const variance = unitVariance();
      const r2 = variance * likelihood.quadratic();
      const covariance = fixedCovariance();
      const relative = createMatrix(covariance.rows, covariance.columns);
      relative.values.set(covariance.values.map((value) => value / variance));
      const quadratic = likelihood.quadratic();
      const profiled = unknowns.traits === 1 && blocks.every(({ held }) => held === null);
      /** As everywhere, the criterion that was not optimized has the residual variance that is best for it. */
      const criterionOf = (restricted: boolean): number => {
        const value = likelihood.value(restricted);
        const dof = restricted ? n - p : n;
        if (!profiled || restricted === reml) return value;
        return value - quadratic + dof + dof * Math.log(quadratic / dof);
      };
      return {
        beta: beta.slice(0, fixed.userColumns),
        unscaledCovariance: relative,
        sigma: Math.sqrt(variance),
        penalizedResidualSumOfSquares: r2,
        deviance: criterionOf(false),
        remlCriterion: criterionOf(true),
        modes: inModelOrder(unknowns, allEffects(prepared, beta)),
        covariances: inModelOrder(
          unknowns,
          // a known value is told as it was given, not as the product of its root
          components.map(({ width }, c) => blocks[c]!.held ?? covarianceOf(covariances.lambdas[c]!, width)),
        ),
        residualCovariance: {
          rows: unknowns.traits,
          columns: unknowns.traits,
          values: covariances.R0.slice(),
        },
        ...(blocks.at(-1)!.held === null && model.traits
          ? {
              notes: [
                ...residualBoundaryNotes(
                  { rows: unknowns.traits, columns: unknowns.traits, values: covariances.R0 },
                  model.traits.names,
                ),
                ...traitPairNotes(model),
              ],
            }
          : {}),
      };
    },
    precision(theta): Precision {
      const exact = q === 0 ? createMatrix(0, 0) : copyMatrix(differencedHessian(evaluate, theta));
      const derivatives = (): Matrix[] => {
        if (q > 0) evaluate(theta, 1);
        else restore(theta);
        map.differentiate(theta);
        return varianceDerivatives(prepared, directions);
      };
      const covarianceDerivatives = derivatives();
      restore(theta);
      const variance = unitVariance();
      const scaled = (values: Float64Array): Float64Array => values.map((value) => value / variance);
      const predictionErrorBlocks = solveEquations(prepared).components.map((c) =>
        scaled(c.predictionErrors),
      );
      system.invert(false);
      const conditionalBlocks = components.map(({ levels, width, kinship }, c) => {
        const out = new Float64Array((levels + kinship.groups) * width * width);
        system.levelBlocks(c, out);
        return scaled(out);
      });
      order = -1;
      return {
        predictionErrorBlocks: inModelOrder(unknowns, predictionErrorBlocks),
        conditionalBlocks: inModelOrder(unknowns, conditionalBlocks),
        hessian: exact,
        residualGradient: new Float64Array(q),
        covarianceDerivatives,
      };
    },
  };
}
