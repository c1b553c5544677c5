// The equations with all variances known, solved by conjugate gradients: estimates without a factor. There is no
// likelihood, no prediction error variance and nothing to search, because all of these need the factor.

import { HendersonError } from "../../base/errors.ts";
import type { Note } from "../../base/notes.ts";
import { createMatrix, type Matrix } from "../../linalg/matrix.ts";
import type { Estimates, Evaluation, IterationProgress, Problem } from "../engine.ts";
import { blockPreconditioner } from "./blockPreconditioner.ts";
import {
  conjugateGradients,
  type IterationLimits,
  type IterativeSolution,
  type LinearOperator,
} from "./conjugateGradients.ts";
import { covarianceOf } from "./covarianceRoots.ts";
import { matrixFreeEquations } from "./matrixFree.ts";
import type { EquationsParts } from "./prepare.ts";
import { allEffects, fixedCoefficients, inModelOrder, leading, toUserCovariance } from "./solution.ts";

/**
 * The diagonal of Var(b) has the square of the relative error of a unit vector's solution (the steps are orthogonal in
 * the norm of M), so these solutions may be coarse.
 */
const UNIT_LIMITS: IterationLimits = {
  residual: 1e-4,
  error: Number.POSITIVE_INFINITY,
  relativeError: 1e-5,
};
/** Var(b) costs one solution a fixed effect: it is left out where fixed effects x unknowns are more than this. */
const MOST_FIXED_WORK = 1e7;

/** @param reason why not by the factor, for the note: `their factor would need 9.0 GiB` */
export function createIterativeProblem(
  parts: EquationsParts,
  reason: string,
  onProgress?: (progress: IterationProgress) => boolean | undefined,
): Problem {
  const { criterion, unknowns, records, residual, reduced, covariances } = parts;
  const { components, randomSize, size, fixed } = unknowns;
  const p = size - randomSize;
  residual.set(covariances.R0);
  const unknown = Number.NaN;
  const evaluation: Evaluation = {
    ok: true,
    objective: unknown,
    gradient: new Float64Array(0),
    hessian: createMatrix(0, 0),
  };

  function solve(): Estimates {
    const equations = matrixFreeEquations(unknowns, records, residual, covariances.lambdas);
    const system: LinearOperator = {
      size,
      multiply: equations.multiply,
      precondition: blockPreconditioner(equations),
    };
    const b = new Float64Array(size);
    equations.rightHandSide(reduced.residual, b);
    const rounds = p * size <= MOST_FIXED_WORK ? p + 1 : 1;
    const follow = (solution: number) =>
      onProgress &&
      (({ iteration, residual: relative, error }: IterationProgress) =>
        onProgress({ iteration, residual: relative, error, solution, solutions: rounds }));
    const limitsOf = (solution: number) => {
      const onIteration = follow(solution);
      return onIteration === undefined ? {} : { onIteration };
    };
    const found = conjugateGradients(system, b, limitsOf(1));
    const cancelled = found.reason === "cancelled";
    const fixedCovariance =
      rounds === 1 || cancelled ? unknownMatrix(p) : fixedInverse(system, p, (j) => limitsOf(j + 2));
    const effects = new Float64Array(size);
    equations.effectsOf(found.x, effects);
    const beta = fixedCoefficients({ unknowns, reduced, likelihood: { effects } });
    const variance = unknowns.traits === 1 ? covariances.R0[0]! : 1;
    const user = leading(toUserCovariance(parts, fixedCovariance.values), fixed.userColumns);
    const modes = allEffects({ unknowns, likelihood: { effects } }, beta);
    return {
      beta: beta.slice(0, fixed.userColumns),
      unscaledCovariance: { ...user, values: user.values.map((value) => value / variance) },
      sigma: Math.sqrt(variance),
      penalizedResidualSumOfSquares: variance * penalizedSquares(b, found, equations.multiply),
      deviance: unknown,
      remlCriterion: unknown,
      modes: inModelOrder(unknowns, modes),
      covariances: inModelOrder(
        unknowns,
        components.map(({ width }, c) => covarianceOf(covariances.lambdas[c]!, width)),
      ),
      residualCovariance: {
        rows: unknowns.traits,
        columns: unknowns.traits,
        values: covariances.R0.slice(),
      },
      notes: notesOf(found, reason, size, rounds > 1 && !cancelled),
    };
  }

  /** y'Py = y'R^-1 y - b'x, and with the error of x accounted for: y'R^-1 y - 2 b'x + x'Mx */
  function penalizedSquares(
    b: Float64Array,
    { x }: IterativeSolution,
    multiply: LinearOperator["multiply"],
  ): number {
    const product = new Float64Array(size);
    multiply(x, product);
    const weighted = new Float64Array(records.count);
    residual.applyInverse(reduced.residual, weighted);
    let total = 0;
    for (let r = 0; r < records.count; r++) total += weighted[r]! * reduced.residual[r]!;
    for (let i = 0; i < size; i++) total += x[i]! * (product[i]! - 2 * b[i]!);
    return total;
  }

  function fixedInverse(
    system: LinearOperator,
    count: number,
    limitsOf: (j: number) => IterationLimits,
  ): Matrix {
    const C = createMatrix(count, count);
    const unit = new Float64Array(size);
    for (let j = 0; j < count; j++) {
      unit[randomSize + j] = 1;
      const { x, reason: ended } = conjugateGradients(system, unit, { ...UNIT_LIMITS, ...limitsOf(j) });
      if (ended === "cancelled") return unknownMatrix(count);
      unit[randomSize + j] = 0;
      C.values.set(x.subarray(randomSize), j * count);
    }
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < j; i++) {
        const mean = 0.5 * (C.values[i + j * count]! + C.values[j + i * count]!);
        C.values[i + j * count] = mean;
        C.values[j + i * count] = mean;
      }
    }
    return C;
  }

  return {
    criterion,
    parameters: [],
    start: new Float64Array(0),
    hessianKind: "average-information",
    scale: "absolute",
    solver: "iteration",
    evaluate: () => evaluation,
    rectify: () => {},
    boundaryScores: () => [],
    solve,
    precision: () => {
      throw new HendersonError(
        "engine/no-prediction-errors",
        `the equations were solved by iteration (${reason}), which gives no prediction error variances, reliabilities or degrees of freedom`,
        { hint: "take fewer animals, or ask for the factor (solver: factor) where memory allows it" },
      );
    },
  };
}

function unknownMatrix(size: number): Matrix {
  const out = createMatrix(size, size);
  out.values.fill(Number.NaN);
  return out;
}

function notesOf(found: IterativeSolution, reason: string, size: number, withFixed: boolean): Note[] {
  const { iteration, residual, error } = found;
  const notes: Note[] = [
    {
      code: "engine/solved-by-iteration",
      severity: "info",
      message: `the ${size} mixed model equations were solved by ${iteration} iterations of conjugate gradients (${reason}): relative residual ${residual.toExponential(1)}${Number.isFinite(error) ? `, no solution further from the exact one than ${error.toExponential(1)} of its standard error` : ""}. There is no likelihood, and no standard error or reliability of random effects${withFixed ? "" : ", nor standard errors of fixed effects"}`,
    },
  ];
  if (found.reason !== "converged") {
    notes.push({
      code: "engine/iteration-stopped",
      severity: "warning",
      message: `the iteration ${found.reason === "cancelled" ? "was cancelled" : "stopped"} after ${iteration} rounds with a relative residual of ${residual.toExponential(1)}: solutions are approximate`,
      hint: "look for fixed effects that are nearly the same as random ones, or for variances far apart",
    });
  }
  return notes;
}
