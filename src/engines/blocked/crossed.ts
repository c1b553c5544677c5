// Crossed, partially crossed and nested factors: objective and exact gradient from one sparse factorization and
// its selected inverse, and the average-information Hessian from one half-solve per parameter.
//
//   d/dPhi_f = sum_l [Z'PZ]_ll - (dof / r2) sum_l t_l t_l'
//
// For the leaf Z'PZ is formed exactly; for the others it is Lambda^-T (I - C) Lambda^-1, so a singular Lambda is
// replaced by the Cholesky factor of Phi + epsilon^2 I for the gradient (not for the objective).

import type { Kernels } from "../../linalg/kernels.ts";
import { createMatrix } from "../../linalg/matrix.ts";
import { choleskyInPlace, invertCholesky, whiten, whitenTransposed } from "../../linalg/smallCholesky.ts";
import { invertInPlace } from "../../linalg/smallInverse.ts";
import { dot, multiplyByTransposed, multiplySquare } from "../../linalg/squareProducts.ts";
import type { Criterion, Model } from "../../model/model.ts";
import { createCovarianceMap } from "../covarianceMap.ts";
import { differencedHessian } from "../differencedHessian.ts";
import type { Estimates, Evaluation, EvaluationOrder, Precision, Problem } from "../engine.ts";
import type { Factor } from "../factors.ts";
import { reduceResponse, residualTerms } from "../response.ts";
import { userCoefficients, userCovariance } from "../userCoefficients.ts";
import { boundaryScores } from "./boundary.ts";
import { confoundedColumns, confoundedEffects } from "./confounding.ts";
import { crossedLevelProducts } from "./crossedLevelProducts.ts";
import { crossedStatistics } from "./crossedStatistics.ts";
import { createCrossedSystem } from "./crossedSystem.ts";
import { userBlocks, userModes } from "./estimates.ts";
import { crossedStartingPhis } from "./startingValues.ts";
import type { EffectVector } from "./systemSolutions.ts";

/** Models with fewer random effects than this are searched to the last digits: it costs next to nothing. */
const SMALL = 2000;
/** Smallest pivot of Lambda (working units) for which Lambda^-T (I - C) Lambda^-1 keeps eight digits. */
const SINGULAR_LAMBDA = 1e-4;

export function prepareCrossed(
  model: Model,
  criterion: Criterion,
  factors: readonly Factor[],
  kernels: Kernels,
): Problem {
  const n = model.response.length;
  const p = model.fixed.basis.columns;
  const reml = criterion === "REML";
  const dof = reml ? n - p : n;
  const reduced = reduceResponse(model);
  const statistics = crossedStatistics(model, factors, reduced);
  const { starts, randomSize } = statistics;
  const map = createCovarianceMap(model.random, factors);
  const q = map.size;
  const system = createCrossedSystem(statistics, kernels, Math.max(q, 1));

  const leafSize = factors[0]!.levels * factors[0]!.width;
  const effects = (): EffectVector => ({
    leaf: new Float64Array(leafSize),
    rest: new Float64Array(randomSize),
  });
  /** The part of a vector that factor f lies in. */
  const partOf = (f: number, x: EffectVector): Float64Array => (f === 0 ? x.leaf : x.rest);
  const squares = (): Float64Array[] => factors.map((f) => new Float64Array(f.width * f.width));
  const u = effects();
  const t = effects();
  const gamma = new Float64Array(p);
  const scores = squares();
  const timesT = squares();
  const roots = squares();
  const choleskyScratch = squares();
  const halfScratch = squares();
  const pivots = new Int32Array(Math.max(...factors.map((f) => f.width)));
  const gradient = new Float64Array(q);
  const hessian = createMatrix(q, q);
  const residualGradient = new Float64Array(q);
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
  const evaluated = new Float64Array(q).fill(Number.NaN);
  /** dPhi_a t per parameter */
  const directions = Array.from({ length: q }, (_, a) => {
    const factor = map.factorOf[a]!;
    return { factor, values: new Float64Array(factor === 0 ? leafSize : randomSize) };
  });
  /** -1: nothing; 0: factorized and valued; 1: gradient too; 2: average information too */
  let order = -1;
  /** whether the system, u, t and gamma are still those of the gradient */
  let intact = false;
  /** whether the system holds the factor at the evaluated theta itself, not at a regularized one */
  let current = false;
  let r2 = 0;
  let logRandom = 0;
  let logFixed = 0;

  function criterionValue(restricted: boolean, sigma2?: number): number {
    const value = logRandom + residualTerms(r2, restricted ? n - p : n, sigma2) - reduced.logWeights;
    return restricted ? value + logFixed + 2 * reduced.logDeterminantTransform : value;
  }

  function factorizeAt(theta: Float64Array): boolean {
    map.set(theta);
    intact = false;
    if (!map.representable()) return false;
    current = system.factorize(map.lambda, map.phi[0]!);
    if (!current) return false;
    r2 = system.residual();
    logRandom = system.logDeterminantRandom();
    logFixed = system.logDeterminantFixed();
    return true;
  }

  /** Replaces singular Lambdas of the factors after the leaf; true when any was. */
  function regularize(): boolean {
    let changed = false;
    for (let f = 0; f < factors.length; f++) {
      const S = factors[f]!.width;
      const L = choleskyScratch[f]!;
      roots[f]!.set(map.lambda[f]!);
      if (f === 0) continue;
      L.set(map.phi[f]!);
      let regular = choleskyInPlace(L, S);
      for (let s = 0; regular && s < S; s++) regular = L[s + s * S]! > SINGULAR_LAMBDA;
      if (regular) continue;
      changed = true;
      L.set(map.phi[f]!);
      for (let s = 0; s < S; s++) L[s + s * S]! += SINGULAR_LAMBDA ** 2;
      // The ridge is of rounding size beside large entries, so the factorization itself may need help.
      for (let ridge = 1e-15; !choleskyInPlace(L, S); ridge *= 10) {
        L.set(map.phi[f]!);
        for (let s = 0; s < S; s++) L[s + s * S]! += SINGULAR_LAMBDA ** 2 + ridge * map.phi[f]![s + s * S]!;
      }
      for (let c = 0; c < S; c++) for (let i = 0; i < c; i++) L[i + c * S] = 0;
      roots[f]!.set(L);
    }
    return changed;
  }

  /** The gradient; `second` says whether the average information is wanted too. */
  function differentiate(theta: Float64Array, second: boolean): boolean {
    // what is there of the gradient goes on to the information, which another call may need at the same place
    if (!(order === 1 && intact) && !differentiateOnce(theta)) return false;
    if (!second) return true;
    averageInformation(heldSigma2 === undefined ? dof / system.residual() : 1 / heldSigma2);
    map.addCurvature(theta, scores, hessian);
    return true;
  }

  function differentiateOnce(theta: Float64Array): boolean {
    if (regularize()) {
      current = false;
      if (!system.factorize(roots, map.phi[0]!)) return false;
    } else if (!current && !system.factorize(roots, map.phi[0]!)) return false;
    const ratio = heldSigma2 === undefined ? dof / system.residual() : 1 / heldSigma2;
    system.solveResponse(u, t, gamma);
    map.differentiate(theta);
    system.invert(reml);
    for (let f = 0; f < factors.length; f++) {
      const S = factors[f]!.width;
      const G = scores[f]!;
      if (f === 0) system.leafScore(G);
      else {
        system.traceBlocks(f, G);
        for (let i = 0; i < S * S; i++) G[i] = -G[i]!;
        for (let s = 0; s < S; s++) G[s + s * S]! += factors[f]!.levels;
        sandwich(G, f);
      }
      const squares = sumOfSquares(f);
      for (let i = 0; i < S * S; i++) G[i]! -= ratio * squares[i]!;
    }
    map.chain(scores, gradient);
    for (let a = 0; a < q; a++) residualGradient[a] = -dot(map.derivatives[a]!, timesT[map.factorOf[a]!]!);
    intact = true;
    return true;
  }

  /** sum over the levels of a factor of t_l t_l' */
  function sumOfSquares(f: number): Float64Array {
    const S = factors[f]!.width;
    const tf = partOf(f, t);
    const at = starts[f]!;
    const out = timesT[f]!;
    out.fill(0);
    for (let l = 0; l < at.length; l++) {
      for (let c = 0; c < S; c++) {
        const tc = tf[at[l]! + c]!;
        for (let i = 0; i < S; i++) out[i + c * S]! += tf[at[l]! + i]! * tc;
      }
    }
    return out;
  }

  /** G <- L^-T G L^-1 with the root L of factor f, a general square matrix. */
  function sandwich(G: Float64Array, f: number): void {
    const S = factors[f]!.width;
    const inverse = choleskyScratch[f]!;
    const half = halfScratch[f]!;
    inverse.set(roots[f]!);
    invertInPlace(S, inverse, pivots);
    for (let c = 0; c < S; c++) {
      for (let i = 0; i < S; i++) {
        let s = 0;
        for (let k = 0; k < S; k++) s += inverse[k + i * S]! * G[k + c * S]!;
        half[i + c * S] = s;
      }
    }
    multiplySquare(S, half, inverse, G);
  }

  /** H_ab = (dof / r2) [ w_a'Pw_b - s_a s_b / r2 ] (sigma2 held: w_a'Pw_b / sigma2), w_a = Z dPhi_a t, s_a = t' dPhi_a t. */
  function averageInformation(ratio: number): void {
    directions.forEach(({ factor, values: w }, a) => {
      const S = factors[factor]!.width;
      const E = map.derivatives[a]!;
      const tf = partOf(factor, t);
      const at = starts[factor]!;
      for (let l = 0; l < at.length; l++) {
        for (let i = 0; i < S; i++) {
          let sum = 0;
          for (let c = 0; c < S; c++) sum += E[i + c * S]! * tf[at[l]! + c]!;
          w[at[l]! + i] = sum;
        }
      }
    });
    const H = hessian.values;
    system.projectedProducts(directions, H);
    const profiled = heldSigma2 === undefined ? ratio / system.residual() : 0;
    for (let b = 0; b < q; b++) {
      for (let a = 0; a < q; a++) {
        H[a + b * q] = ratio * H[a + b * q]! - profiled * residualGradient[a]! * residualGradient[b]!;
      }
    }
  }

  function evaluate(theta: Float64Array, wanted: EvaluationOrder, sigma2?: number): Evaluation {
    let same = order >= 0 && sigma2 === heldSigma2;
    for (let a = 0; same && a < q; a++) same = theta[a] === evaluated[a];
    if (!same) {
      evaluated.set(theta);
      heldSigma2 = sigma2;
      evaluation.ok = factorizeAt(theta);
      evaluation.residualSumOfSquares = r2;
      order = evaluation.ok ? 0 : -1;
      evaluation.objective = evaluation.ok ? criterionValue(reml, sigma2) : Number.POSITIVE_INFINITY;
      if (!Number.isFinite(evaluation.objective)) evaluation.ok = false;
    }
    if (evaluation.ok && wanted > order) {
      evaluation.ok = differentiate(theta, wanted === 2);
      order = evaluation.ok ? wanted : -1;
    }
    return evaluation;
  }

  /** The factor at theta itself, whatever a regularized gradient left behind. */
  function restore(theta: Float64Array): void {
    evaluate(theta, 0);
    intact = false;
    if (!current) factorizeAt(theta);
  }

  const start = new Float64Array(q);
  map.start(crossedStartingPhis(model, factors, statistics, reduced, criterion), start);

  const confounded = factors.flatMap((factor, f) => {
    if (!reml) return [];
    const products = crossedLevelProducts(statistics, f);
    return confoundedEffects(factor, confoundedColumns(products, model.fixed.crossproduct.values, p));
  });

  return {
    criterion,
    kernels: system.kernels,
    parameters: map.parameters,
    start,
    hessianKind: "average-information",
    evaluate,
    exactHessian: (theta) => differencedHessian(evaluate, theta),
    ...(leafSize + randomSize < SMALL ? { worthwhile: 1e-20 } : {}),
    confounded,
    rectify: (theta) => map.rectify(theta),
    boundaryScores: (theta) => {
      evaluate(theta, 1);
      return boundaryScores(model.random, map, factors, theta, scores);
    },
    solve(theta): Estimates {
      evaluate(theta, 0);
      if (!(intact && current)) {
        restore(theta);
        system.solveResponse(u, t, gamma);
      }
      const cholesky = new Float64Array(p * p);
      system.fixedCholesky(cholesky);
      const inverse = new Float64Array(p * p);
      invertCholesky(cholesky, p, inverse);
      return {
        beta: userCoefficients(model, reduced.coefficients, gamma),
        unscaledCovariance: userCovariance(model, inverse),
        sigma: Math.sqrt(r2 / dof),
        penalizedResidualSumOfSquares: r2,
        deviance: criterionValue(false),
        remlCriterion: criterionValue(true),
        modes: userModes(model.random, factors, levelMajor(u)),
      };
    },
    setResponse({ random, fixed, coefficients, sumOfSquares }) {
      const { leaf, base } = statistics;
      const m = p + 1;
      reduced.coefficients.set(coefficients);
      factors.forEach(({ width: S }, f) => {
        const { tails } = f === 0 ? leaf : base;
        starts[f]!.forEach((at, l) => {
          for (let s = 0; s < S; s++) tails[(at + s) * m + p] = random[f]![l * S + s]!;
        });
      });
      for (let c = 0; c < p; c++) {
        base.fixed[p + c * m] = fixed[c]!;
        base.fixed[c + p * m] = fixed[c]!;
      }
      base.fixed[p + p * m] = sumOfSquares;
      system.renewResponse();
      order = -1;
      current = false;
    },
    release: system.release,
    precision(theta): Precision {
      const exact = differencedHessian(evaluate, theta);
      restore(theta);
      map.differentiate(theta);
      system.solveResponse(u, t, gamma);
      const residualGradient = new Float64Array(q);
      for (let a = 0; a < q; a++)
        residualGradient[a] = -levelSum(map.derivatives[a]!, map.factorOf[a]!, t, t);
      const cholesky = new Float64Array(p * p);
      system.fixedCholesky(cholesky);
      const columns = Array.from({ length: p }, effects);
      for (let d = 0; d < p; d++) system.solveColumn(d, u, columns[d]!);
      const covarianceDerivatives = Array.from({ length: q }, (_, a) => {
        const Q = new Float64Array(p * p);
        for (let d = 0; d < p; d++) {
          for (let c = 0; c <= d; c++) {
            const value = levelSum(map.derivatives[a]!, map.factorOf[a]!, columns[c]!, columns[d]!);
            Q[c + d * p] = value;
            Q[d + c * p] = value;
          }
        }
        // C Q C with C = (L L')^-1
        whiten(cholesky, p, Q);
        whitenTransposed(cholesky, p, Q);
        return userCovariance(model, Q);
      });
      const blocks = (fixed: boolean): Float64Array[] => {
        system.invert(fixed);
        return factors.map((factor, f) => {
          const S = factor.width;
          const out = new Float64Array(factor.levels * S * S);
          system.inverseBlocks(f, out);
          const half = new Float64Array(S * S);
          for (let l = 0; f > 0 && l < factor.levels; l++)
            congruence(out, l * S * S, map.lambda[f]!, S, half);
          return out;
        });
      };
      const conditional = blocks(false);
      const predictionError = blocks(true);
      order = -1;
      current = false;
      intact = false;
      return {
        conditionalBlocks: userBlocks(model.random, factors, conditional),
        predictionErrorBlocks: userBlocks(model.random, factors, predictionError),
        hessian: exact,
        residualGradient,
        covarianceDerivatives,
      };
    },
  };

  /** Modes per factor, level-major, as the user's terms want them. */
  function levelMajor(x: EffectVector): Float64Array[] {
    return factors.map(({ levels, width: S }, f) => {
      const from = partOf(f, x);
      const out = new Float64Array(levels * S);
      for (let l = 0; l < levels; l++) {
        for (let s = 0; s < S; s++) out[l * S + s] = from[starts[f]![l]! + s]!;
      }
      return out;
    });
  }

  /** sum over levels of a_l' E b_l */
  function levelSum(E: Float64Array, f: number, a: EffectVector, b: EffectVector): number {
    const S = factors[f]!.width;
    const left = partOf(f, a);
    const right = partOf(f, b);
    let total = 0;
    for (const at of starts[f]!) {
      for (let c = 0; c < S; c++) {
        for (let i = 0; i < S; i++) total += left[at + i]! * E[i + c * S]! * right[at + c]!;
      }
    }
    return total;
  }
}

/** B <- L B L' for the S x S block at offset. */
function congruence(
  blocks: Float64Array,
  offset: number,
  L: Float64Array,
  S: number,
  half: Float64Array,
): void {
  const block = blocks.subarray(offset, offset + S * S);
  multiplySquare(S, L, block, half);
  multiplyByTransposed(S, half, L, block);
}
