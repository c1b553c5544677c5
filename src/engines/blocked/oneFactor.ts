// Models whose random effects share one grouping factor: V is block diagonal, so the objective, the exact
// gradient and the exact Hessian are sums over levels of S x S work (mixed-model notes 3.4; Lindstrom & Bates
// 1988). P = V^-1 - V^-1 X (X'V^-1 X)^-1 X'V^-1, everything relative to sigma2.

import { cutDoubles } from "../../linalg/cutDoubles.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { choleskyInPlace, invertCholesky, whitenTransposed } from "../../linalg/smallCholesky.ts";
import { dot, multiplyByTransposed } from "../../linalg/squareProducts.ts";
import type { Criterion, Model } from "../../model/model.ts";
import { type CovarianceMap, createCovarianceMap } from "../covarianceMap.ts";
import { copyMatrix, differencedHessian } from "../differencedHessian.ts";
import type { Estimates, Evaluation, EvaluationOrder, Precision, Problem } from "../engine.ts";
import type { Factor } from "../factors.ts";
import { reduceResponse, residualTerms } from "../response.ts";
import { userCoefficients, userCovariance } from "../userCoefficients.ts";
import { boundaryScores } from "./boundary.ts";
import { confoundedColumns, confoundedEffects, leafProducts } from "./confounding.ts";
import { userBlocks, userModes } from "./estimates.ts";
import { generalPasses } from "./generalPasses.ts";
import { type LeafPasses, type LeafSums, leafSumLengths, leafSumsIn } from "./leaf.ts";
import { type LeafMemory, leafLengths, leafStatistics } from "./leafStatistics.ts";
import { createLevelWork } from "./levelWork.ts";
import { pairPasses } from "./pairPasses.ts";
import { scalarPasses } from "./scalarPasses.ts";
import { type MomentMemory, momentLengths, startingPhi } from "./startingPhi.ts";

/** Beyond this many products a pass the trace terms of the exact Hessian cost more than they save. */
const EXACT_HESSIAN_LIMIT = 2e7;

/** The problem of a model with one grouping factor. `general` forces the plain loops (for tests). */
export function prepareOneFactor(
  model: Model,
  criterion: Criterion,
  factor: Factor,
  general = false,
): Problem {
  const n = model.response.length;
  const p = model.fixed.basis.columns;
  const m = p + 1;
  const S = factor.width;
  const reml = criterion === "REML";
  const dof = reml ? n - p : n;
  const map: CovarianceMap = createCovarianceMap(model.random, [factor]);
  const passes: LeafPasses =
    general || S > 2 ? generalPasses(S, p) : S === 1 ? scalarPasses(p) : pairPasses(p);
  const exact = factor.levels * (p * S) ** 2 <= EXACT_HESSIAN_LIMIT || p * S <= 16;
  const settings = { exact, reml };
  const hessianWork = createHessianWork(map.size, S, p, exact && reml);

  const q = map.size;
  // one piece of memory for all: in a small model its allocation costs as much as the work on it
  const own = [m * m, m * m, p * p, p, S * S, q, q, q * q, q, q, n];
  const memory = cutDoubles(
    own.concat(
      leafSumLengths(S, p, exact && reml),
      momentLengths(S, m),
      leafLengths(factor, p, model.weights),
    ),
  ) as OneFactorMemory;
  const [base, schur, cholesky, gamma, score, gradient, residualGradient, hessianValues, evaluated, start] =
    memory;
  const sums = leafSumsIn(memory, own.length);
  const reduced = reduceResponse(model, memory[10]);
  const leaf = leafStatistics(
    factor,
    model.fixed.basis.values,
    p,
    reduced.residual,
    model.weights,
    memory.slice(-3) as LeafMemory,
  );
  for (let c = 0; c < p; c++) {
    for (let i = c; i < p; i++) base[i + c * m] = model.fixed.crossproduct.values[i + c * p]!;
    base[p + c * m] = reduced.crossproduct[c]!;
  }
  base[p + p * m] = reduced.sumOfSquares;

  const confounded = reml
    ? confoundedEffects(factor, confoundedColumns(leafProducts(leaf), model.fixed.crossproduct.values, p))
    : [];
  const hessian: Matrix = { rows: q, columns: q, values: hessianValues };
  const scores = [score];
  const evaluation = {
    ok: false,
    objective: 0,
    gradient,
    hessian,
    residualSumOfSquares: 0,
    residualGradient,
  };
  /** residual variance of the evaluation where it is held */
  let heldSigma2: number | undefined;
  /** of what is known at `evaluated`; -1: nothing */
  let order = -1;
  let logTheta = 0;
  let r2 = 0;
  let logX = 0;

  /** Factorizes at theta: schur, gamma, cholesky, r2 and the log determinants. */
  function factorize(theta: Float64Array): boolean {
    map.set(theta);
    if (!map.representable()) return false;
    for (let i = 0; i < base.length; i++) schur[i] = base[i]!;
    logTheta = passes.eliminate(leaf, map.lambda[0]!, map.phi[0]!, schur);
    if (!choleskyInPlace(schur, m) || !Number.isFinite(logTheta)) return false;
    r2 = schur[p + p * m]! ** 2;
    logX = 0;
    for (let c = 0; c < p; c++) {
      logX += 2 * Math.log(schur[c + c * m]!);
      for (let i = c; i < p; i++) cholesky[i + c * p] = schur[i + c * m]!;
    }
    for (let i = p - 1; i >= 0; i--) {
      let s = schur[p + i * m]!;
      for (let k = i + 1; k < p; k++) s -= schur[k + i * m]! * gamma[k]!;
      gamma[i] = s / schur[i + i * m]!;
    }
    return true;
  }

  function criterionValue(restricted: boolean, sigma2?: number): number {
    const value = logTheta + residualTerms(r2, restricted ? n - p : n, sigma2) - reduced.logWeights;
    return restricted ? value + logX + 2 * reduced.logDeterminantTransform : value;
  }

  function evaluate(theta: Float64Array, wanted: EvaluationOrder, sigma2?: number): Evaluation {
    let same = order >= 0 && sigma2 === heldSigma2;
    for (let a = 0; same && a < q; a++) same = theta[a] === evaluated[a];
    if (!same) {
      for (let a = 0; a < q; a++) evaluated[a] = theta[a]!;
      heldSigma2 = sigma2;
      evaluation.ok = factorize(theta);
      evaluation.residualSumOfSquares = r2;
      order = evaluation.ok ? 0 : -1;
      evaluation.objective = evaluation.ok ? criterionValue(reml, sigma2) : Number.POSITIVE_INFINITY;
      if (!Number.isFinite(evaluation.objective)) evaluation.ok = false;
    }
    if (evaluation.ok && wanted > order) {
      differentiate(theta, wanted === 2);
      order = wanted;
    }
    return evaluation;
  }

  function differentiate(theta: Float64Array, second: boolean): void {
    const ratio = heldSigma2 === undefined ? dof / r2 : 1 / heldSigma2;
    passes.differentiate(leaf, map.lambda[0]!, map.phi[0]!, gamma, cholesky, ratio, settings, second, sums);
    for (let i = 0; i < score.length; i++) {
      score[i] = sums.n[i]! - (reml ? sums.k[i]! : 0) - ratio * sums.tt[i]!;
    }
    map.differentiate(theta);
    map.chain(scores, gradient);
    for (let a = 0; a < q; a++) residualGradient[a] = -dot(map.derivatives[a]!, sums.tt);
    if (!second) return;
    const profiled = heldSigma2 === undefined ? ratio / r2 : 0;
    fillHessian(map, sums, hessianWork, S, p, ratio, profiled, exact, hessian);
    map.addCurvature(theta, scores, hessian);
  }

  const phi = startingPhi(
    leaf,
    model.fixed.crossproduct.values,
    reduced.sumOfSquares,
    n,
    criterion,
    memory.slice(-9, -3) as MomentMemory,
  );
  map.start([phi], start);

  return {
    criterion,
    parameters: map.parameters,
    start,
    hessianKind: exact ? "exact" : "average-information",
    evaluate,
    ...(exact ? {} : { exactHessian: (theta: Float64Array) => differencedHessian(evaluate, theta) }),
    confounded,
    rectify: (theta) => map.rectify(theta),
    boundaryScores: (theta) => {
      evaluate(theta, 1);
      return boundaryScores(model.random, map, [factor], theta, scores);
    },
    solve(theta): Estimates {
      evaluate(theta, 0);
      const modes = new Float64Array(leaf.levels * S);
      passes.modes(leaf, map.lambda[0]!, map.phi[0]!, gamma, modes);
      const inverse = new Float64Array(p * p);
      invertCholesky(cholesky, p, inverse);
      return {
        beta: userCoefficients(model, reduced.coefficients, gamma),
        unscaledCovariance: userCovariance(model, inverse),
        sigma: Math.sqrt(r2 / dof),
        penalizedResidualSumOfSquares: r2,
        deviance: criterionValue(false),
        remlCriterion: criterionValue(true),
        modes: userModes(model.random, [factor], [modes]),
      };
    },
    setResponse({ random, fixed, coefficients, sumOfSquares }) {
      reduced.coefficients.set(coefficients);
      for (let j = 0; j < leaf.levels; j++) {
        for (let s = 0; s < S; s++) leaf.b[(j * m + p) * S + s] = random[0]![j * S + s]!;
      }
      for (let c = 0; c < p; c++) base[p + c * m] = fixed[c]!;
      base[p + p * m] = sumOfSquares;
      order = -1;
    },
    precision(theta): Precision {
      evaluate(theta, 2);
      return precisionOneFactor(theta);
    },
  };

  function precisionOneFactor(theta: Float64Array): Precision {
    const conditional = new Float64Array(leaf.levels * S * S);
    const predictionError = new Float64Array(leaf.levels * S * S);
    const informations = Array.from({ length: q }, () => new Float64Array(p * p));
    const r = new Float64Array(S * p);
    const er = new Float64Array(S * p);
    const fr = new Float64Array(S * p);
    const phi = map.phi[0]!;
    const work = createLevelWork(S);
    const w = new Float64Array(S * S);
    for (let j = 0; j < leaf.levels; j++) {
      work.root(leaf.a, j * S * S, map.lambda[0]!);
      work.complement(leaf.a, j * S * S);
      multiplyByTransposed(S, work.k, work.k, w);
      const bt = j * S * m;
      // R~ = E B L^-T, so that (X'V^-1X)^-1 becomes the identity
      for (let c = 0; c < p; c++) {
        for (let i = 0; i < S; i++) {
          let s = 0;
          for (let l = 0; l < S; l++) s += work.e[i + l * S]! * leaf.b[bt + c * S + l]!;
          for (let d = 0; d < c; d++) s -= r[i + d * S]! * cholesky[c + d * p]!;
          r[i + c * S] = s / cholesky[c + c * p]!;
        }
      }
      squareTimes(phi, r, fr);
      for (let c = 0; c < S; c++) {
        for (let i = 0; i < S; i++) {
          let s = w[i + c * S]!;
          conditional[j * S * S + i + c * S] = s;
          for (let d = 0; d < p; d++) s += fr[i + d * S]! * fr[c + d * S]!;
          predictionError[j * S * S + i + c * S] = s;
        }
      }
      for (let a = 0; a < q; a++) {
        squareTimes(map.derivatives[a]!, r, er);
        const Q = informations[a]!;
        for (let l = 0; l < p; l++) {
          for (let d = 0; d < p; d++) {
            let s = 0;
            for (let i = 0; i < S; i++) s += r[i + d * S]! * er[i + l * S]!;
            Q[d + l * p]! += s;
          }
        }
      }
    }
    const residualGradient = new Float64Array(q);
    for (let a = 0; a < q; a++) {
      let s = 0;
      for (let i = 0; i < S * S; i++) s -= map.derivatives[a]![i]! * sums.tt[i]!;
      residualGradient[a] = s;
    }
    return {
      conditionalBlocks: userBlocks(model.random, [factor], [conditional]),
      predictionErrorBlocks: userBlocks(model.random, [factor], [predictionError]),
      hessian: exact ? copyMatrix(hessian) : differencedHessian(evaluate, theta),
      residualGradient,
      covarianceDerivatives: informations.map((Q) => {
        whitenTransposed(cholesky, p, Q);
        return userCovariance(model, Q);
      }),
    };
  }

  /** out = A r with A S x S and r S x p */
  function squareTimes(a: Float64Array, r: Float64Array, out: Float64Array): void {
    for (let c = 0; c < p; c++) {
      for (let i = 0; i < S; i++) {
        let s = 0;
        for (let l = 0; l < S; l++) s += a[i + l * S]! * r[l + c * S]!;
        out[i + c * S] = s;
      }
    }
  }
}

/** Then the arrays of `LeafSums`, of the moment start and of the leaf. */
type OneFactorMemory = [
  base: Float64Array,
  schur: Float64Array,
  cholesky: Float64Array,
  gamma: Float64Array,
  score: Float64Array,
  gradient: Float64Array,
  residualGradient: Float64Array,
  hessian: Float64Array,
  evaluated: Float64Array,
  start: Float64Array,
  residual: Float64Array,
  ...sums: Float64Array[],
];

interface HessianWork {
  /** per parameter: sum_j N E_a U contracted, S x S */
  readonly traces: readonly Float64Array[];
  /** sigma_a, length p */
  readonly sigmas: readonly Float64Array[];
  /** Q_a, p x p, lower triangle; empty unless exact REML */
  readonly informations: readonly Float64Array[];
  /** s_a */
  readonly quadratics: Float64Array;
}

function createHessianWork(q: number, S: number, p: number, exactReml: boolean): HessianWork {
  const traces: Float64Array[] = [];
  const sigmas: Float64Array[] = [];
  const informations: Float64Array[] = [];
  for (let a = 0; a < q; a++) {
    const [trace, sigma, information] = cutDoubles([S * S, p, exactReml ? p * p : 0]);
    traces.push(trace!);
    sigmas.push(sigma!);
    informations.push(information!);
  }
  return { traces, sigmas, informations, quadratics: new Float64Array(q) };
}

/**
 * H_ab = sum_j tr(E_a N E_b U) - tr(Q_a Q_b) - k c sigma_a' sigma_b - c s_a s_b / r2, with E = dPhi
 * (`profiled` is c / r2, zero where sigma2 is held),
 * Q_a = sum R' E_a R, sigma_a = sum R' E_a t, s_a = sum t' E_a t, k = 2 (exact) or 1 (average information).
 */
function fillHessian(
  map: CovarianceMap,
  sums: LeafSums,
  work: HessianWork,
  S: number,
  p: number,
  ratio: number,
  profiled: number,
  exact: boolean,
  hessian: Matrix,
): void {
  const q = map.size;
  const square = S * S;
  const { nu, rt, rr, tt } = sums;
  for (let a = 0; a < q; a++) {
    const E = map.derivatives[a]!;
    const trace = work.traces[a]!;
    for (let e = 0; e < S; e++) {
      for (let d = 0; d < S; d++) {
        let sum = 0;
        for (let row = 0; row < S; row++) {
          const at = S * d + square * (e + S * row);
          for (let c = 0; c < S; c++) sum += E[row + c * S]! * nu[c + at]!;
        }
        trace[d + e * S] = sum;
      }
    }
    let quadratic = 0;
    for (let i = 0; i < square; i++) quadratic += E[i]! * tt[i]!;
    work.quadratics[a] = quadratic;
    const sigma = work.sigmas[a]!;
    for (let k = 0; k < p; k++) {
      let sum = 0;
      for (let i = 0; i < square; i++) sum += E[i]! * rt[i + square * k]!;
      sigma[k] = sum;
    }
    const Q = work.informations[a]!;
    for (let l = 0; l < p && Q.length > 0; l++) {
      for (let k = l; k < p; k++) {
        let sum = 0;
        for (let i = 0; i < square; i++) sum += E[i]! * rr[i + square * (k + p * l)]!;
        Q[k + p * l] = sum;
      }
    }
  }
  const k = (exact ? 2 : 1) * ratio;
  for (let b = 0; b < q; b++) {
    for (let a = b; a < q; a++) {
      const value =
        dot(work.traces[a]!, map.derivatives[b]!) -
        traceOfProduct(work.informations[a]!, work.informations[b]!, p) -
        k * dot(work.sigmas[a]!, work.sigmas[b]!) -
        profiled * work.quadratics[a]! * work.quadratics[b]!;
      hessian.values[a + b * q] = value;
      hessian.values[b + a * q] = value;
    }
  }
}

/** tr(A B) of symmetric p x p matrices from their lower triangles; 0 for empty ones. */
function traceOfProduct(a: Float64Array, b: Float64Array, p: number): number {
  if (a.length === 0) return 0;
  let sum = 0;
  for (let l = 0; l < p; l++) {
    sum += a[l * (p + 1)]! * b[l * (p + 1)]!;
    for (let k = l + 1; k < p; k++) sum += 2 * a[k + p * l]! * b[k + p * l]!;
  }
  return sum;
}
