import type { Note } from "../base/notes.ts";
import type { AnovaEstimates } from "../fit/hendersonMethod3.ts";
import type { FitResult } from "../fit/result.ts";
import type { AnovaRow } from "../inference/anova.ts";
import type { CoefficientRow } from "../inference/coefficients.ts";
import { componentsByTheta } from "../inference/componentTable.ts";
import { fixedLabels } from "../model/fixedLabels.ts";
import type { Json } from "./exactJson.ts";
import { formulaText } from "./headerText.ts";
import { finiteOrNull, matrixRows } from "./numberArrays.ts";
import { type Summary, summarize } from "./summary.ts";
import { varianceComponents } from "./varianceComponents.ts";

/** Where the rows of a fit came from and how they were read, so that they can be read again. */
export interface DataSource {
  /** null when the data were not a file */
  readonly path: string | null;
  /** hexadecimal SHA-256 of the bytes that were read; null where not known */
  readonly sha256: string | null;
  readonly na?: readonly string[];
  readonly text?: readonly string[];
  readonly relationships?: readonly RelationshipSource[];
}

/** A known relationship: the text that defined it, and the files it was read from. */
export interface RelationshipSource {
  /** `A=pedigree:ped.csv` */
  readonly text: string;
  readonly files: readonly { readonly path: string; readonly sha256: string | null }[];
}

export interface FitJsonExtras {
  readonly source?: DataSource;
  /** the options of the fit, as plain JSON */
  readonly options?: Json;
  /** further notes, from reading the data */
  readonly notes?: readonly Note[];
}

/**
 * The schema `henderson/fit@1`: full precision, null where a number is not finite. Keys are added in later
 * versions, never renamed. `ranef` is there when the summary has predicted random effects.
 */
export function fitJson(source: FitResult | Summary, extras: FitJsonExtras = {}): Json {
  const summary = "coefficients" in source ? source : summarize(source);
  const { fit, coefficients, anova, randomEffects, derived } = summary;
  const components = varianceComponents(fit);
  return {
    schema: "henderson/fit@1",
    formula: formulaText(fit),
    engine: fit.engine,
    kernels: fit.kernels,
    method: fit.method,
    family: "gaussian",
    link: "identity",
    nobs: fit.nobs,
    dropped: fit.design?.dropped ?? 0,
    excludedBySubset: fit.design?.excludedBySubset ?? 0,
    logLik: finiteOrNull(fit.logLik),
    logLikConventions: { asreml: withoutConstant(fit) },
    df: fit.degreesOfFreedom,
    AIC: finiteOrNull(fit.AIC),
    BIC: finiteOrNull(fit.BIC),
    deviance: finiteOrNull(fit.deviance),
    remlCriterion: finiteOrNull(fit.remlCriterion),
    sigma: finiteOrNull(fit.sigma),
    dispersion: null,
    residualSumOfSquares: finiteOrNull(fit.residualSumOfSquares),
    ddf: coefficients.ddf,
    level: coefficients.level,
    fixed: coefficients.rows.map((row, i) => fixedJson(row, fixedTrait(fit, i))),
    vcovTerms: fixedLabels(fit.model),
    vcov: matrixRows(coefficients.covariance),
    random: components.map(({ cov, sd, corr, ...names }) => ({
      ...names,
      cov: cov.map((row) => row.map(finiteOrNull)),
      sd: sd.map(finiteOrNull),
      corr: corr.map((row) => row.map(finiteOrNull)),
    })),
    residual: { correlation: null, variance: null, cov: residualRows(fit) },
    components: summary.components.rows.map(({ name, estimate, se, held }) => ({
      name,
      estimate: finiteOrNull(estimate),
      se: finiteOrNull(se),
      held,
    })),
    ...(summary.anovaEstimates === null
      ? {}
      : { anovaEstimates: anovaEstimatesJson(summary.anovaEstimates) }),
    derived: derived.map(({ name, expression, estimate, se }) => ({ name, expression, estimate, se })),
    anovaType: anova?.type ?? null,
    anova: (anova?.rows ?? []).map(termJson),
    convergence: convergenceJson(fit),
    notes: [...(extras.notes ?? []), ...fit.notes, ...summary.notes, ...(anova?.notes ?? [])].map(noteJson),
    ...(randomEffects === null ? {} : { ranef: randomEffects as unknown as Json }),
    ...(extras.source === undefined ? {} : { data: sourceJson(extras.source) }),
    ...(extras.options === undefined ? {} : { options: extras.options }),
  };
}

/** A note as JSON. */
export function noteJson({ code, severity, message, hint, subject }: Note): Json {
  return {
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(subject === undefined ? {} : { subject }),
  };
}

/** The F test of a term as JSON. */
export function termJson({ term, trait, numDF, denDF, F, p, sumSq, meanSq }: AnovaRow): Json {
  return {
    term,
    ...(trait === undefined ? {} : { trait }),
    numDF,
    denDF: finiteOrNull(denDF),
    F: finiteOrNull(F),
    p: finiteOrNull(p),
    sumSq: finiteOrNull(sumSq),
    meanSq: finiteOrNull(meanSq),
  };
}

function fixedJson(
  { name, estimate, se, df, statistic, p, ci, aliased }: CoefficientRow,
  trait: string | null,
): Json {
  return {
    term: name,
    ...(trait === null ? {} : { trait }),
    estimate: finiteOrNull(estimate),
    se: finiteOrNull(se),
    df: finiteOrNull(df),
    statistic: finiteOrNull(statistic),
    p: finiteOrNull(p),
    ci: ci === null ? null : ci.map(finiteOrNull),
    ...(aliased ? { aliased: true } : {}),
  };
}

/** Sums of squares, degrees of freedom and the coefficients of the variances in their expectations. */
function anovaEstimatesJson({ fixedSumOfSquares, sources, estimates }: AnovaEstimates): Json {
  return {
    fixedSumOfSquares: finiteOrNull(fixedSumOfSquares),
    sources: sources.map(({ component, sumOfSquares, degreesOfFreedom, expectation }) => ({
      component,
      sumOfSquares: finiteOrNull(sumOfSquares),
      degreesOfFreedom,
      expectation: expectation.map(finiteOrNull),
    })),
    estimates: Object.fromEntries([...estimates].map(([name, value]) => [name, finiteOrNull(value)])),
  };
}

/** Trait of a coefficient, where there are several. */
function fixedTrait({ design, model }: FitResult, index: number): string | null {
  if (model.traits === undefined) return null;
  const column = design === null ? index : design.coefficients[index]!.column;
  const own = design?.coefficients[index] as { readonly trait?: string } | undefined;
  return own?.trait ?? (column < 0 ? null : model.traits.names[model.traits.fixedTrait[column]!]!);
}

/** R0 by rows, for several traits. */
function residualRows({ model, residualCovariance }: FitResult): (number | null)[][] | null {
  return model.traits === undefined || residualCovariance === null ? null : matrixRows(residualCovariance);
}

function convergenceJson(fit: FitResult): Json {
  const { convergence, model, theta } = fit;
  const known = convergence.trace === null ? null : componentsByTheta(fit);
  const { converged, optimizer, iterations, evaluations, boundary, trace } = convergence;
  return {
    converged,
    optimizer,
    iterations,
    evaluations: evaluations.objective,
    gradients: evaluations.gradient,
    gradientNorm: finiteOrNull(convergence.gradientNorm),
    newtonDecrement: finiteOrNull(convergence.newtonDecrement),
    expectedChange: finiteOrNull(convergence.expectedChange),
    smallestCurvature: finiteOrNull(convergence.smallestCurvature),
    hessian: convergence.hessianKind,
    theta: Array.from(theta, finiteOrNull),
    boundary: boundary.map(({ term, direction, score }) => ({
      component: model.random[term]?.component ?? "residual",
      direction: Array.from(direction, finiteOrNull),
      score: finiteOrNull(score),
    })),
    trace:
      trace?.map((row) => ({
        iteration: row.iteration,
        objective: finiteOrNull(row.objective),
        decrement: finiteOrNull(row.decrement),
        theta: row.theta.map(finiteOrNull),
        ...(known === null ? {} : { components: known(row.theta) }),
      })) ?? null,
  };
}

/** REML log-likelihood without its (n - p) log 2 pi, as programs of animal breeding report it. */
function withoutConstant(fit: FitResult): number | null {
  if (fit.method !== "REML") return null;
  return finiteOrNull(fit.logLik + 0.5 * (fit.nobs - fit.beta.length) * Math.log(2 * Math.PI));
}

function sourceJson({ path, sha256, na, text, relationships }: DataSource): Json {
  return {
    path,
    sha256,
    ...(na === undefined ? {} : { na }),
    ...(text === undefined ? {} : { text }),
    ...(relationships === undefined
      ? {}
      : {
          relationships: relationships.map((each) => ({
            text: each.text,
            files: each.files.map((file) => ({ path: file.path, sha256: file.sha256 })),
          })),
        }),
  };
}
