import type { FitResult } from "../../fit/result.ts";
import { columnScales, standardize } from "../../linalg/columnScales.ts";
import { crossProduct } from "../../linalg/crossProduct.ts";
import { choleskyInPlace, invertCholesky } from "../../linalg/smallCholesky.ts";
import { brief, type Finding, listed } from "./finding.ts";

/** Fewer levels than this say little about a variance. */
const FEW_LEVELS = 6;
/** A column whose variance is inflated more than this by the others is nearly their combination. */
const INFLATED = 100;

/** Groups that are few or small, predictors that say the same. */
export function designFindings(fit: FitResult): Finding[] {
  return [...levelFindings(fit), ...collinearFindings(fit), ...noteFindings(fit)];
}

function levelFindings({ model }: FitResult): Finding[] {
  const found: Finding[] = [];
  for (const { component, group, levels, codes, incidence, covariance, relationship } of model.random) {
    if (incidence !== undefined || relationship !== undefined) continue;
    if (levels.length < FEW_LEVELS) {
      found.push({
        topic: "groups",
        level: "attention",
        weight: 15,
        title: `Few levels of ${group}`,
        message: `the variance of ${component} rests on ${levels.length} levels, so it is known within a factor of ten at best`,
        advice: `profile intervals show how little is known; with so few levels ${group} may as well be a fixed effect`,
        subject: component,
      });
    }
    const counts = new Int32Array(levels.length);
    for (const code of codes) counts[code]!++;
    const k = covariance.size;
    const small = levels.filter((_, l) => counts[l]! <= (k === 1 ? 1 : k));
    if (small.length > 0.5 * levels.length) {
      found.push({
        topic: "groups",
        level: "attention",
        weight: 16,
        title: `Most levels of ${group} have few rows`,
        message: `${small.length} of ${levels.length} levels have ${k === 1 ? "one row" : `no more than ${k} rows for ${k} random coefficients`}: what varies between them and what varies within is hard to tell apart`,
        advice: "fewer random coefficients, or more rows per level",
        subject: component,
      });
    }
  }
  return found;
}

function collinearFindings({ model, nobs }: FitResult): Finding[] {
  const { matrix, names } = model.fixed;
  const p = matrix.columns;
  if (p < 2) return [];
  const scales = columnScales(matrix, model.weights);
  const gram = crossProduct(standardize(matrix, scales), model.weights);
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < p; i++) {
      if (i !== j) gram[i + j * p]! /= Math.sqrt(gram[i * (p + 1)]! * gram[j * (p + 1)]!);
    }
  }
  for (let j = 0; j < p; j++) gram[j * (p + 1)] = 1;
  const factor = gram.slice();
  if (!choleskyInPlace(factor, p)) return [];
  const inverse = new Float64Array(p * p);
  invertCholesky(factor, p, inverse);
  const inflation = names.map((name, j) => ({ name, factor: inverse[j * (p + 1)]! }));
  const high = inflation.filter(({ factor: f }) => f > INFLATED).sort((a, b) => b.factor - a.factor);
  if (high.length === 0 || nobs === 0) return [];
  return [
    {
      topic: "predictors",
      level: "attention",
      weight: 22,
      title: "Predictors that nearly say the same",
      message: `${listed(high.map(({ name, factor: f }) => `${name} (its standard error is ${brief(Math.sqrt(f))} times what it would be alone)`))}`,
      advice:
        "single coefficients of such columns mean little and their sums and predictions are fine; center or leave out columns if single ones matter",
      subject: high[0]!.name,
    },
  ];
}

/** Warnings of the fit itself that no other check repeats. */
function noteFindings({ notes }: FitResult): Finding[] {
  const elsewhere = new Set(["fit/boundary", "fit/not-converged", "fit/flat"]);
  return notes
    .filter(({ code, severity }) => severity === "warning" && !elsewhere.has(code))
    .map(({ message, hint, subject }) => ({
      topic: "data",
      level: "attention",
      weight: 45,
      title: "A note of the fit",
      message,
      advice: hint ?? null,
      ...(subject === undefined ? {} : { subject }),
    }));
}
