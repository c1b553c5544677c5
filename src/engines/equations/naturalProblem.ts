// The likelihood in the variances and covariances themselves: score, average information and the steps of EM.

import { createMatrix } from "../../linalg/matrix.ts";
import type { NaturalEntry, NaturalProblem } from "../engine.ts";
import { covarianceOf, semidefiniteRoot } from "./covarianceRoots.ts";
import { requireCovariance } from "./held.ts";
import type { Direction } from "./likelihood.ts";
import type { PreparedEquations } from "./prepare.ts";

/** @param onChange called when the factor of the problem has been replaced */
export function createNaturalProblem(prepared: PreparedEquations, onChange: () => void): NaturalProblem {
  const { unknowns, likelihood, covariances, criterion, reduced, residual, records, model } = prepared;
  const { components, traits: T, size, randomSize } = unknowns;
  const { free, blocks } = covariances;
  const entries: (NaturalEntry & { readonly block: number })[] = [];
  const directions: Direction[] = [];
  free.forEach(({ name, size: k, target, structure, isZero }, block) => {
    for (let column = 0; column < k; column++) {
      for (let row = column; row < k; row++) {
        if ((structure.name === "diag" && row !== column) || isZero?.(row, column)) continue;
        entries.push({ component: name, row, column, size: k, block });
        const values = new Float64Array(k * k);
        values[row + column * k] = 1;
        values[column + row * k] = 1;
        directions.push({ target, values });
      }
    }
  });
  const q = entries.length;
  const score = new Float64Array(q);
  const information = createMatrix(q, q);
  const evaluation = { ok: false, objective: 0, score, information };
  const allScores = blocks.map((block) => new Float64Array(block.size * block.size));
  const lambdas = covariances.lambdas.map((lambda) => lambda.slice());
  const R0 = covariances.R0.slice();
  const restricted = criterion === "REML";
  const evaluated = new Float64Array(q).fill(Number.NaN);
  let generation = -1;

  function matricesOf(values: Float64Array): Float64Array[] {
    const matrices = free.map(({ size: k }) => new Float64Array(k * k));
    entries.forEach(({ row, column, size: k, block }, e) => {
      matrices[block]![row + column * k] = values[e]!;
      matrices[block]![column + row * k] = values[e]!;
    });
    return matrices;
  }

  function set(values: Float64Array): boolean {
    onChange();
    const matrices = matricesOf(values);
    for (let f = 0; f < free.length; f++) {
      const { target, size: k } = free[f]!;
      if (target === components.length) R0.set(matrices[f]!);
      else {
        const root = semidefiniteRoot(matrices[f]!, k);
        if (!reproduces(root, matrices[f]!, k)) return false;
        lambdas[target]!.set(root);
      }
    }
    return likelihood.set(lambdas, R0);
  }

  return {
    entries,
    valuesAt(theta) {
      covariances.set(theta);
      onChange();
      const matrices = free.map(({ target, size: k }) => {
        if (target === components.length) return covariances.R0.slice();
        return covarianceOf(covariances.lambdas[target]!, k).values;
      });
      return Float64Array.from(
        entries,
        ({ row, column, size: k, block }) => matrices[block]![row + column * k]!,
      );
    },
    thetaAt: (values) => covariances.thetaAt(matricesOf(values)),
    startAt(values) {
      const matrices = matricesOf(values);
      free.forEach(({ name, size: k }, f) => {
        requireCovariance(name, { rows: k, columns: k, values: matrices[f]! }, k, "starting");
      });
      return covariances.thetaAt(matrices);
    },
    evaluate(values, derivatives) {
      const known = likelihood.generation() === generation && values.every((v, e) => v === evaluated[e]);
      if (!known) {
        evaluation.ok = set(values);
        evaluated.set(values);
        generation = likelihood.generation();
      }
      evaluation.objective = evaluation.ok ? likelihood.value(restricted) : Number.POSITIVE_INFINITY;
      if (!Number.isFinite(evaluation.objective)) evaluation.ok = false;
      if (!evaluation.ok || !derivatives) return evaluation;
      evaluation.ok = likelihood.scores(allScores);
      if (!evaluation.ok) return evaluation;
      entries.forEach(({ row, column, size: k }, e) => {
        const G = allScores[directions[e]!.target]!;
        score[e] = -0.5 * (row === column ? 1 : 2) * G[row + column * k]!;
      });
      likelihood.information(directions, information.values);
      for (let i = 0; i < q * q; i++) information.values[i]! *= 0.5;
      return evaluation;
    },
    /*
     * Sigma <- Lambda [V'K^-1V + T] Lambda' / q. One residual variance: y'e / (n - p) as in Mrode (1996); several
     * traits: R0 + R0 S R0 / units by the score, which is the EM step where every unit has all traits.
     */
    expectationMaximization(values) {
      const next = values.slice();
      if (!set(values) || !likelihood.scores(allScores)) return next;
      const matrices = matricesOf(values);
      const updated = free.map(({ target, size: k }, f) => {
        const G = allScores[target]!;
        if (target === components.length && T === 1) {
          let sum = 0;
          for (let r = 0; r < records.count; r++) {
            sum += (model.weights?.[r] ?? 1) * reduced.residual[r]! * likelihood.errors[r]!;
          }
          return Float64Array.of(sum / (restricted ? records.count - (size - randomSize) : records.count));
        }
        const count = target === components.length ? residual.units.count : components[target]!.levels;
        return emStep(matrices[f]!, G, k, count);
      });
      entries.forEach(({ row, column, size: k, block }, e) => {
        next[e] = updated[block]![row + column * k]!;
      });
      return next;
    },
  };
}

/** S - S G S / count with G = d (-2 log-likelihood) / dS: the EM step of a covariance S. */
function emStep(S: Float64Array, G: Float64Array, k: number, count: number): Float64Array {
  const half = new Float64Array(k * k);
  const out = S.slice();
  for (let b = 0; b < k; b++) {
    for (let a = 0; a < k; a++) {
      for (let c = 0; c < k; c++) half[a + b * k]! += S[a + c * k]! * G[c + b * k]!;
    }
  }
  for (let b = 0; b < k; b++) {
    for (let a = 0; a < k; a++) {
      for (let c = 0; c < k; c++) out[a + b * k]! -= (half[a + c * k]! * S[c + b * k]!) / count;
    }
  }
  return out;
}

/** Whether L L' = A: false where A has a negative eigenvalue. */
function reproduces(L: Float64Array, A: Float64Array, k: number): boolean {
  const product = covarianceOf(L, k).values;
  for (let b = 0; b < k; b++) {
    for (let a = b; a < k; a++) {
      const scale = Math.sqrt(Math.abs(A[a + a * k]! * A[b + b * k]!)) + Math.abs(A[a + b * k]!);
      if (Math.abs(product[a + b * k]! - A[a + b * k]!) > 1e-9 * scale) return false;
    }
  }
  return true;
}
