// What a boundary means: which combination of coefficients has no variance, what the data say against that, and what a
// model without it would change.

import { fitModel } from "../../fit/fit.ts";
import { furtherEngines } from "../../fit/furtherEngines.ts";
import { problemOf } from "../../fit/precision.ts";
import type { FitResult } from "../../fit/result.ts";
import { mixtureTail, mixtureText, varianceNull } from "../../inference/varianceNull.ts";
import { coefficientLabels } from "../labels.ts";
import { brief, type Finding, listed } from "./finding.ts";
import { type ReducedModel, reducedModels } from "./reducedModels.ts";

/** A simpler model beside the fit. */
export interface SimplerModel {
  readonly description: string;
  /** of the criterion of the fit (REML or ML) */
  readonly logLik: number;
  readonly degreesOfFreedom: number;
  readonly AIC: number;
  /** AIC minus that of the fit: negative favours the simpler model */
  readonly AICchange: number;
  /** likelihood ratio against the fit, with p by the mixture that holds on the boundary; null where that is not known */
  readonly statistic: number;
  readonly p: number | null;
  readonly nullDistribution: string | null;
  readonly fixed: readonly {
    readonly term: string;
    readonly before: number;
    readonly after: number;
    readonly seBefore: number;
    readonly seAfter: number;
  }[];
}

/** A combination of random coefficients without variance. */
export interface BoundaryReport {
  readonly component: string;
  readonly group: string;
  /** the combination: coefficients with weights, unit length */
  readonly direction: readonly { readonly coefficient: string; readonly weight: number }[];
  /** slope of -2 log L against the relative variance in that direction, one-sided; positive: the data speak against any */
  readonly score: number;
  /** standard deviation at which -2 log L has risen by 2.71 with all else held; null where not one coefficient */
  readonly largestSd: number | null;
  readonly simpler: readonly SimplerModel[];
}

/** A slope of the likelihood below this is rounding. */
const NO_SLOPE = 1e-8;

/** -2 log L may rise by this much for a one-sided 95 % limit. */
const RISE = 2.705543454095404;

/**
 * @param refits false leaves out the simpler models, which are fitted for the comparison
 */
export function boundaryReports(fit: FitResult, refits: boolean): BoundaryReport[] {
  // what REML knows nothing of is held at zero: a note of the fit says so
  const known = fit.convergence.boundary.filter(({ score }) => Math.abs(score) > NO_SLOPE);
  return known.map(({ term: t, direction, score }) => {
    const { component, group, coefficientNames } = fit.model.random[t]!;
    return {
      component,
      group,
      direction: coefficientNames
        .map((coefficient, a) => ({ coefficient, weight: direction[a]! }))
        .filter(({ weight }) => Math.abs(weight) > 1e-6),
      score,
      largestSd: largestSd(fit, t, direction),
      simpler: refits
        ? reducedModels(fit.model, t, direction).flatMap((reduced) => simplerModel(fit, reduced) ?? [])
        : [],
    };
  });
}

function simplerModel(fit: FitResult, { description, model }: ReducedModel): SimplerModel | null {
  if (fit.method === "ANOVA" || fit.held.length > 0) return null;
  const mixed = model.random.length > 0 || model.traits !== undefined;
  const again = fitModel(model, {
    ...(mixed && fit.method !== "OLS" ? { method: fit.method } : {}),
    engines: furtherEngines(fit.model),
  });
  // a linear model has its restricted likelihood too
  const logLik = fit.method === "REML" && again.method === "OLS" ? -0.5 * again.remlCriterion! : again.logLik;
  const AIC = -2 * logLik + 2 * again.degreesOfFreedom;
  const statistic = Math.max(0, 2 * (fit.logLik - logLik));
  const distribution = varianceNull(again, fit);
  const known = typeof distribution !== "string";
  const p = fit.beta.length;
  return {
    description,
    logLik,
    degreesOfFreedom: again.degreesOfFreedom,
    AIC,
    AICchange: AIC - fit.AIC,
    statistic,
    p: known ? mixtureTail(distribution, statistic) : null,
    nullDistribution: known ? mixtureText(distribution) : null,
    fixed: coefficientLabels(fit).map((term, j) => ({
      term,
      before: fit.beta[j]!,
      after: again.beta[j]!,
      seBefore: fit.sigma * Math.sqrt(fit.unscaledCovariance.values[j * (p + 1)]!),
      seAfter: again.sigma * Math.sqrt(again.unscaledCovariance.values[j * (p + 1)]!),
    })),
  };
}

/** Along the standard deviation of one coefficient, all other parameters held. */
function largestSd(fit: FitResult, t: number, direction: Float64Array): number | null {
  const single = direction.findIndex((weight) => Math.abs(Math.abs(weight) - 1) < 1e-9);
  if (single < 0 || fit.residualCovariance !== null) return null;
  let first = 0;
  for (let other = 0; other < t; other++) first += fit.model.random[other]!.covariance.parameters.length;
  const { covariance } = fit.model.random[t]!;
  if (covariance.name !== "us" && covariance.name !== "diag") return null;
  const own = covariance.parameters.findIndex(
    ({ label }) => label === `L[${single + 1},${single + 1}]` || label === `sd[${single + 1}]`,
  );
  if (own < 0 || Math.abs(fit.theta[first + own]!) > 1e-6) return null;
  const problem = problemOf(fit);
  const theta = fit.theta.slice();
  const lowest = problem.evaluate(theta, 0).objective;
  const rise = (x: number): number => {
    theta[first + own] = x;
    const { ok, objective } = problem.evaluate(theta, 0);
    return ok ? objective - lowest : Number.POSITIVE_INFINITY;
  };
  let high = 1e-3;
  while (rise(high) < RISE && high < 1e6) high *= 2;
  if (high >= 1e6) return null;
  let low = 0;
  for (let round = 0; round < 60; round++) {
    const middle = 0.5 * (low + high);
    if (rise(middle) < RISE) low = middle;
    else high = middle;
  }
  return high * fit.sigma;
}

/** In the user's words: what has no variance, how sure that is, and what a simpler model changes. */
export function boundaryFindings(reports: readonly BoundaryReport[]): Finding[] {
  return reports.map(({ component, group, direction, score, largestSd: most, simpler }): Finding => {
    const single = direction.length === 1;
    const own = direction[0]!.coefficient;
    const name = single
      ? own
      : direction
          .map(
            ({ coefficient, weight }, i) =>
              `${i === 0 ? (weight < 0 ? "-" : "") : weight < 0 ? " - " : " + "}${brief(Math.abs(weight))} ${coefficient}`,
          )
          .join("");
    const against = `-2 log-likelihood would rise by ${brief(score)} per unit of relative variance`;
    const limit =
      most === null
        ? ""
        : `; a standard deviation up to ${brief(most)} would still be compatible with the data (a rise of 2.71, all else held)`;
    const changes = simpler.map(simplerText);
    return {
      topic: "boundary",
      level: "attention",
      weight: 60,
      title: single
        ? own === "(Intercept)"
          ? `No variation between levels of ${group}`
          : `No variation of ${own} between levels of ${group}`
        : `A combination of the random effects of ${component} has no variance`,
      message: `${
        single
          ? `the variance of ${name} in ${component} is estimated at zero`
          : `levels of ${group} do not differ in ${name}${
              direction.length === 2
                ? `, which is a correlation of ${direction[0]!.weight * direction[1]!.weight < 0 ? "1" : "-1"}`
                : ": the effects have fewer dimensions than coefficients"
            }`
      }. ${against}${limit}${changes.length === 0 ? "" : `. ${changes.join(". ")}`}`,
      advice: adviceOf(simpler),
      subject: component,
    };
  });
}

function adviceOf(simpler: readonly SimplerModel[]): string {
  if (simpler.length === 0)
    return "the estimates are valid; a model without that variance gives the same fit";
  const better = simpler.filter(({ AICchange }) => AICchange <= 0);
  if (better.length === 0)
    return "the estimates are valid, and AIC prefers them to simpler models: keep the fit";
  const names = better.map(({ description }) => description);
  return `the estimates are valid as they are; by AIC the model ${listed(names)} is preferred, and it is easier to explain`;
}

function simplerText({
  description,
  statistic,
  p,
  nullDistribution,
  AICchange,
  fixed,
}: SimplerModel): string {
  let most = 0;
  let which = "";
  let ratio = 1;
  for (const { term, before, after, seBefore, seAfter } of fixed) {
    const change = Math.abs(after - before) / seBefore;
    if (change >= most) {
      most = change;
      which = term;
    }
    if (Math.abs(Math.log(seAfter / seBefore)) > Math.abs(Math.log(ratio))) ratio = seAfter / seBefore;
  }
  const test =
    p === null
      ? `likelihood ratio ${brief(statistic)}`
      : `likelihood ratio ${brief(statistic)}, p = ${brief(p)} by ${nullDistribution}`;
  const effects =
    fixed.length === 0
      ? ""
      : most < 1e-4 && Math.abs(ratio - 1) < 1e-4
        ? ", and no fixed effect changes"
        : `; fixed effects move by at most ${brief(most)} SE (${which}) and their standard errors by a factor of ${brief(ratio)} at most`;
  return `${description[0]!.toUpperCase()}${description.slice(1)}: ${test}; AIC ${AICchange <= 0 ? "falls" : "rises"} by ${brief(Math.abs(AICchange))}${effects}`;
}
