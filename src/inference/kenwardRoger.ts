/*
 * Kenward & Roger (1997), Biometrics 53, 983: an adjusted covariance of b and a scaled F whose degrees of freedom match
 * its first two moments; for covariances that are not linear in their parameters with the further term of
 * Kenward & Roger (2009), Comput. Stat. Data Anal. 53, 2583. Notation of the papers; W is the asymptotic covariance of
 * the variance parameters by the expected information of REML.
 *
 * Where all variances are free, V itself is one of the directions in place of the residual's: every trace and product
 * with V is known, and nothing cancels.
 */
import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { fCdf } from "../distributions/fisherF.ts";
import type { ConfoundedEffect } from "../engines/engine.ts";
import type { VarianceDirection, VarianceSensitivity } from "../engines/varianceSensitivity.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { choleskyInPlace, solveCholesky } from "../linalg/smallCholesky.ts";
import { dot, timesVector } from "../linalg/squareProducts.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";
import { refitByRestrictedLikelihood } from "../predict/refitByRestrictedLikelihood.ts";
import type { ContrastTest } from "./contrastTest.ts";
import { type Denominator, type DenominatorRule, isMixed, waldDenominator } from "./denominator.ts";
import { asymptoticCovariance } from "./satterthwaite.ts";
import { sensitivityOf } from "./sensitivity.ts";
import { confoundedEffects, freeDirections, type TermDirections } from "./varianceDirections.ts";

const cache = new WeakMap<FitResult, Denominator>();

/**
 * Kenward and Roger's method, for REML fits of mixed models; a fit by ML is repeated by REML (a note says so). To be
 * given as `ddf`: standard errors, tests and intervals then use the adjusted covariance. n - p for linear models, where
 * nothing is to be adjusted.
 *
 * Its `apply` throws HendersonError `fit/needs-data`, `inference/ddf-needs-reml`, `engine/too-large`.
 */
export const kenwardRoger: DenominatorRule = {
  name: "kenward-roger",
  apply(fit) {
    let known = cache.get(fit);
    if (known === undefined) {
      known = prepare(fit);
      cache.set(fit, known);
    }
    return known;
  },
};

/** What the method knows of a fit. */
interface SmallSampleCovariance {
  /** Phi_A, p x p */
  readonly adjusted: Matrix;
  /** Phi = (X'V^-1X)^-1, p x p */
  readonly unadjusted: Matrix;
  /** d Phi / d direction = -Phi P_i Phi, p x p each */
  readonly derivatives: readonly Matrix[];
  /** W, r x r */
  readonly parameterCovariance: Matrix;
}

function prepare(fit: FitResult): Denominator {
  if (!isMixed(fit)) {
    const residual = fit.nobs - fit.beta.length;
    return waldDenominator(fit, "kenward-roger", () => residual);
  }
  if (fit.method === "ANOVA") {
    throw new HendersonError(
      "inference/ddf-needs-reml",
      "Kenward and Roger's method is for variances by REML, and those of this fit are by ANOVA",
      { hint: "fit by REML, or use another method of degrees of freedom" },
    );
  }
  requireRows(fit, "Kenward and Roger's degrees of freedom");
  const own = fit.method === "ML" ? refitByRestrictedLikelihood(fit) : fit;
  const confounded = confoundedEffects(own);
  const notes: Note[] = notesOf(fit, own, confounded);
  const free = freeDirections(own, confounded);
  if (free.length === 0) {
    return waldDenominator(own, "kenward-roger", () => Number.POSITIVE_INFINITY, [...notes, allKnown]);
  }
  const small = smallSampleCovariance(own, free);
  if (free.some(({ second }) => second !== null)) notes.push(nonlinear);
  return {
    method: "kenward-roger",
    beta: own.beta,
    covariance: small.adjusted,
    degreesOfFreedom: (contrast) => scaledF([contrast], small).denDF,
    test: (rows, values) => scaledTest(rows, values, small),
    notes,
  };
}

function notesOf(fit: FitResult, own: FitResult, confounded: readonly ConfoundedEffect[]): Note[] {
  const notes: Note[] = [];
  if (own !== fit) {
    notes.push({
      code: "inference/refitted-by-reml",
      severity: "info",
      message:
        "Kenward and Roger's method is for REML, so the model was fitted again by REML: estimates, standard errors and tests of the fixed effects are those of that fit",
      hint: "leave out --ml, or use Satterthwaite's method for the fit by maximum likelihood",
    });
    if (!own.convergence.converged) {
      notes.push(...own.notes.filter(({ code }) => code === "fit/not-converged"));
    }
  }
  const ends = own.convergence.boundary.filter(
    ({ term, direction }) =>
      !confounded.some((effect) => effect.term === term && Math.abs(direction[effect.coefficient]!) > 0.999),
  );
  const terms = [...new Set(ends.map(({ term }) => own.model.random[term]!.component))];
  if (terms.length > 0) {
    notes.push({
      code: "inference/kr-boundary",
      severity: "info",
      message: `the fit is at the boundary (${terms.join(", ")}): Kenward and Roger's method counts the variances there as estimated, with the information the data have at that point`,
      hint: "leave the term out to see what its absence changes",
    });
  }
  return notes;
}

const allKnown: Note = {
  code: "inference/variances-known",
  severity: "info",
  message: "all variances are held at known values, so the tests of the fixed effects are normal ones",
};

const nonlinear: Note = {
  code: "inference/kr-nonlinear",
  severity: "info",
  message:
    "covariances that are not linear in their parameters (ar1, cs, hetar1, rr, fa) are adjusted for with their second derivatives, as Kenward and Roger (2009)",
};

/** Phi_A and what the moments of F need. */
function smallSampleCovariance(
  fit: FitResult,
  free: readonly TermDirections[] = freeDirections(fit),
): SmallSampleCovariance {
  const residual = fit.model.random.length;
  const whole = fit.held.length === 0 && !fit.model.traits;
  const used = whole ? free.filter(({ term }) => term !== residual) : free;
  const directions = used.flatMap(({ first }) => first);
  const at = sensitivityOf(fit);
  const pieces = at(directions);
  const count = directions.length;
  const size = whole ? count + 1 : count;
  const information = createMatrix(size, size);
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < count; i++)
      information.values[i + j * size] = pieces.information.values[i + j * count]!;
    if (!whole) continue;
    information.values[count + j * size] = pieces.traces[j]!;
    information.values[j + count * size] = pieces.traces[j]!;
  }
  if (whole) information.values[count + count * size] = fit.nobs - fit.beta.length;
  const W = asymptoticCovariance(information);
  const adjusted = pieces.covariance.values.slice();
  for (let a = 0, k = 0; a < count; a++) {
    for (let b = 0; b <= a; b++, k++) {
      addTo(adjusted, (a === b ? 2 : 4) * W.values[a + b * size]!, pieces.curvature[k]!);
    }
  }
  if (used.some(({ second }) => second !== null)) addBending(adjusted, at, directions, used, W);
  return {
    adjusted: { ...pieces.covariance, values: adjusted },
    unadjusted: pieces.covariance,
    derivatives: whole ? [...pieces.derivatives, pieces.covariance] : pieces.derivatives,
    parameterCovariance: W,
  };
}

/**
 * What covariances that bend with their parameters add: with G = sum W_tu d2V / d_t d_u,
 * -1/2 Phi X'V^-1 G V^-1X Phi - sum_s b_s d Phi / d_s, b_s = -1/4 sum_r W_sr tr(P G P V_r) the bias of parameter s.
 */
function addBending(
  adjusted: Float64Array,
  at: (directions: readonly VarianceDirection[]) => VarianceSensitivity,
  directions: readonly VarianceDirection[],
  used: readonly TermDirections[],
  W: Matrix,
): void {
  const count = directions.length;
  const size = W.rows;
  const bends: VarianceDirection[] = [];
  let start = 0;
  for (const { term, first, second } of used) {
    if (second !== null) {
      const G = new Float64Array(first[0]!.values.length);
      for (let t = 0; t < first.length; t++) {
        for (let u = 0; u < first.length; u++) {
          const weight = W.values[start + t + (start + u) * size]!;
          second(t, u).forEach((value, i) => {
            G[i]! += weight * value;
          });
        }
      }
      bends.push({ term, values: G });
    }
    start += first.length;
  }
  const all = count + bends.length;
  const { derivatives, information, traces, covariance } = at([...directions, ...bends]);
  for (let g = count; g < all; g++) {
    addTo(adjusted, -0.5, derivatives[g]!);
    for (let s = 0; s < size; s++) {
      let bias = 0;
      for (let r = 0; r < size; r++) {
        const trace = r < count ? information.values[g + r * all]! : traces[g]!;
        bias -= 0.25 * W.values[s + r * size]! * trace;
      }
      addTo(adjusted, -bias, s < count ? derivatives[s]! : covariance);
    }
  }
}

/** F = scale * Wald chi-squared / rank is taken as F(rank, denDF). */
interface ScaledF {
  readonly scale: number;
  readonly denDF: number;
  /** rows, turned and scaled so that L Phi L' = I; those without variance left out */
  readonly rows: readonly Float64Array[];
  /** the same turns for the values: row i is sum_k turns[i][k] rows_k */
  readonly turns: readonly Float64Array[];
}

/** Degrees of freedom and scale of the F test of rows of L (section 3 of the paper). */
function scaledF(contrasts: readonly Float64Array[], small: SmallSampleCovariance): ScaledF {
  const { rows, turns } = standardize(contrasts, small.unadjusted);
  const q = rows.length;
  const W = small.parameterCovariance;
  const M = small.derivatives.map((derivative) => congruence(rows, derivative));
  const traceOf = (m: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < q; i++) sum += m[i + i * q]!;
    return sum;
  };
  let A1 = 0;
  let A2 = 0;
  for (let j = 0; j < M.length; j++) {
    for (let i = 0; i < M.length; i++) {
      const w = W.values[i + j * W.rows]!;
      A1 += w * traceOf(M[i]!) * traceOf(M[j]!);
      A2 += w * dot(M[i]!, M[j]!);
    }
  }
  if (q === 0) return { scale: 1, denDF: Number.NaN, rows, turns };
  if (!(A2 > 0)) return { scale: 1, denDF: Number.POSITIVE_INFINITY, rows, turns };
  if (q === 1) return { scale: 1, denDF: 2 / A2, rows, turns };
  const B = (A1 + 6 * A2) / (2 * q);
  const g = ((q + 1) * A1 - (q + 4) * A2) / ((q + 2) * A2);
  const c = 3 * q + 2 * (1 - g);
  const v0 = 1 + (g / c) * B;
  const v1 = 1 - ((q - g) / c) * B;
  const v2 = 1 - ((q + 2 - g) / c) * B;
  const e = 1 - A2 / q;
  // both vanish together where an exact F has two degrees of freedom
  const ratio = Math.abs(e) < 1e-9 && Math.abs(v1) < 1e-9 ? 1 : e / v1;
  const rho = (ratio * ratio * v0) / (q * v2);
  const denDF = 4 + (q + 2) / (q * rho - 1);
  const scale = Math.abs(denDF - 2) < 1e-2 ? 1 : (denDF * e) / (denDF - 2);
  return { scale, denDF, rows, turns };
}

function scaledTest(
  contrasts: readonly Float64Array[],
  values: Float64Array,
  small: SmallSampleCovariance,
): ContrastTest {
  const { scale, denDF, rows, turns } = scaledF(contrasts, small);
  const numDF = rows.length;
  const turned = Float64Array.from(turns, (turn) => dot(turn, values));
  const root = congruence(rows, small.adjusted);
  const solved = turned.slice();
  // the adjustment adds a positive semidefinite matrix to I, unless a structure bends away more than it adds
  const definite = choleskyInPlace(root, numDF);
  if (definite) solveCholesky(root, numDF, solved);
  const chisq = definite ? dot(turned, solved) : Number.NaN;
  const F = (scale * chisq) / numDF;
  return { chisq, F, numDF, denDF, p: fCdf(F, numDF, denDF, { lower: false }) };
}

/** Rows turned to the principal axes of L Phi L' in units of their standard errors: L Phi L' = I. */
function standardize(
  contrasts: readonly Float64Array[],
  covariance: Matrix,
): Pick<ScaledF, "rows" | "turns"> {
  const errors = contrasts.map((row) => Math.sqrt(Math.max(0, congruence([row], covariance)[0]!)));
  const used = errors.flatMap((error, i) => (error > 0 ? [i] : []));
  const scaled = used.map((i) => contrasts[i]!.map((x) => x / errors[i]!));
  const q = used.length;
  const { values, vectors } = symmetricEigen({
    rows: q,
    columns: q,
    values: congruence(scaled, covariance),
  });
  const rows: Float64Array[] = [];
  const turns: Float64Array[] = [];
  for (let k = 0; k < q; k++) {
    if (!(values[k]! > 1e-11)) continue;
    const size = 1 / Math.sqrt(values[k]!);
    const row = new Float64Array(covariance.rows);
    const turn = new Float64Array(contrasts.length);
    for (let i = 0; i < q; i++) {
      const weight = size * vectors.values[i + k * q]!;
      turn[used[i]!] = weight / errors[used[i]!]!;
      for (let c = 0; c < row.length; c++) row[c]! += weight * scaled[i]![c]!;
    }
    rows.push(row);
    turns.push(turn);
  }
  return { rows, turns };
}

/** L A L' for rows of L, q x q */
function congruence(rows: readonly Float64Array[], A: Matrix): Float64Array {
  const q = rows.length;
  const out = new Float64Array(q * q);
  for (let j = 0; j < q; j++) {
    const product = timesVector(A.values, rows[j]!);
    for (let i = 0; i < q; i++) out[i + j * q] = dot(rows[i]!, product);
  }
  return out;
}

function addTo(out: Float64Array, weight: number, matrix: Matrix): void {
  for (let i = 0; i < out.length; i++) out[i]! += weight * matrix.values[i]!;
}
