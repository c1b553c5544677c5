// Where our numbers and those of another program differ, as sentences; each with how much, in units that mean something.
import { buildDesign } from "../../src/design/buildDesign.ts";
import { fit as fitFormula, prepareProblem } from "../../src/fit/fit.ts";
import type { FitOptions } from "../../src/fit/options.ts";
import { precisionOf } from "../../src/fit/precision.ts";
import type { FitResult } from "../../src/fit/result.ts";
import { parseFormula } from "../../src/formula/parseFormula.ts";
import { anovaTable } from "../../src/inference/anova.ts";
import { coefficientTable } from "../../src/inference/coefficients.ts";
import { dropOne } from "../../src/inference/dropOne.ts";
import type { RandomTerm } from "../../src/model/model.ts";
import { fittedValues } from "../../src/predict/fittedValues.ts";
import { predict } from "../../src/predict/predict.ts";
import { refitWithout } from "../../src/predict/refitWithout.ts";
import { residuals } from "../../src/predict/residuals.ts";
import { toTable } from "../../src/table/fromObjects.ts";
import type { Table } from "../../src/table/table.ts";
import type { DifferentialCase, DifferentialComponent } from "./differentialCase.ts";

type Report = (what: string, ours: number, theirs: number, size: number, limit: number) => void;

/** Every number of the case that ours differ from by more than the limits below. */
export function disagreements(reference: DifferentialCase): string[] {
  const found: string[] = [];
  const report: Report = (what, ours, theirs, size, limit) => {
    if (!(Math.abs(ours - theirs) <= limit * size)) {
      const amount = (Math.abs(ours - theirs) / size).toExponential(1);
      found.push(`${what}: ${ours} for ${theirs} (off by ${amount}, limit ${limit.toExponential(0)})`);
    }
  };
  const table = toTable(reference.data);
  const options: FitOptions = reference.options;
  const fit = fitFormula(reference.formula, table, options);
  if (fit.nobs !== reference.nobs) return [`${fit.nobs} rows for ${reference.nobs}`];
  if (!fit.convergence.converged) found.push("not converged");
  const names = fit.model.fixed.names.join(" | ");
  if (names !== reference.fixed.terms.join(" | ")) {
    found.push(`coefficients ${names} for ${reference.fixed.terms.join(" | ")}`);
    return found;
  }
  const aliased = fit.design!.coefficients.filter(({ column }) => column < 0).map(({ name }) => name);
  if (aliased.join(" | ") !== reference.aliased.join(" | "))
    found.push(`aliased ${aliased.join(" | ")} for ${reference.aliased.join(" | ")}`);
  if (fit.degreesOfFreedom !== reference.df) found.push(`df ${fit.degreesOfFreedom} for ${reference.df}`);
  if (!reference.linear) {
    const message = compareRandomPart(reference, fit, table, report);
    if (message !== null) return [...found, message];
  }
  compareEstimates(reference, fit, report);
  compareTests(reference, fit, report, found);
  compareDrop(reference, fit, table, report);
  comparePredictions(reference, fit, report, found);
  return found;
}

/** The log-likelihood at a singular fit is flat in theta: estimates agree as far as it is curved. */
function estimateLimit(reference: DifferentialCase): number {
  return reference.linear ? 1e-8 : reference.singular ? 1e-3 : 1e-4;
}

function compareRandomPart(
  reference: DifferentialCase,
  fit: FitResult,
  table: Table,
  report: Report,
): string | null {
  const { method: criterion = "REML", ...designOptions } = reference.options;
  const { model } = buildDesign(parseFormula(reference.formula), table, designOptions);
  const theta: number[] = [];
  const matched: DifferentialComponent[] = [];
  for (const term of model.random) {
    const component = componentOf(term, reference);
    if (component === undefined) return `no component ${term.group}: ${term.coefficientNames.join()}`;
    if (component.levels !== term.levels.length)
      return `${term.levels.length} levels of ${term.group} for ${component.levels}`;
    matched.push(component);
    theta.push(...component.theta);
  }
  const problem = prepareProblem(model, criterion);
  const there = problem.evaluate(Float64Array.from(theta), 0);
  const objective = reference.objective!;
  report(
    "objective at their theta",
    there.ok ? there.objective : Infinity,
    objective,
    Math.max(1, Math.abs(objective)),
    1e-9,
  );
  const excess = -2 * fit.logLik - objective;
  report("optimum above theirs by", Math.max(0, excess), 0, 1, 1e-6);
  // a lower optimum than theirs leaves nothing to compare
  if (excess < -1e-5) return `optimum below theirs by ${-excess}`;
  const limit = estimateLimit(reference);
  const { conditionalBlocks } = precisionOf(fit);
  fit.model.random.forEach((term, t) => {
    const component = matched[t]!;
    const k = component.terms.length;
    const own = component.covariance.map((row, i) => Math.max(row[i]!, 1e-6 * reference.sigma ** 2));
    for (let i = 0; i < k; i++)
      for (let j = 0; j < k; j++)
        report(
          `${term.component}[${i + 1},${j + 1}]`,
          fit.covariances[t]!.values[i + j * k]!,
          component.covariance[i]![j]!,
          Math.sqrt(own[i]! * own[j]!),
          10 * limit,
        );
    component.ranef.levels.forEach((level, row) => {
      const index = term.levels.indexOf(level);
      if (index < 0) {
        report(`level ${level} of ${term.component}`, Number.NaN, 0, 1, 0);
        return;
      }
      for (let j = 0; j < k; j++) {
        const sd = Math.sqrt(own[j]!);
        report(
          `effect of ${term.component} ${level}`,
          fit.modes[t]![index * k + j]!,
          component.ranef.estimates[row]![j]!,
          sd,
          10 * limit,
        );
        const conditional =
          fit.sigma * Math.sqrt(Math.max(0, conditionalBlocks[t]![index * k * k + j * k + j]!));
        report(
          `conditional sd of ${term.component} ${level}`,
          conditional,
          component.ranef.conditionalSd[row]![j]!,
          sd,
          10 * limit,
        );
      }
    });
  });
  return null;
}

function componentOf(term: RandomTerm, reference: DifferentialCase): DifferentialComponent | undefined {
  return reference.components.find(
    (component) => component.group === term.group && component.terms.join() === term.coefficientNames.join(),
  );
}

function compareEstimates(reference: DifferentialCase, fit: FitResult, report: Report): void {
  const limit = estimateLimit(reference);
  const { terms, estimates, vcov } = reference.fixed;
  const p = terms.length;
  const variance = fit.sigma ** 2;
  for (let i = 0; i < p; i++) {
    const se = Math.sqrt(vcov[i]![i]!);
    report(`estimate of ${terms[i]}`, fit.beta[i]!, estimates[i]!, se, limit);
    for (let j = 0; j < p; j++) {
      const size = se * Math.sqrt(vcov[j]![j]!);
      report(
        `vcov of ${terms[i]}, ${terms[j]}`,
        variance * fit.unscaledCovariance.values[i + j * p]!,
        vcov[i]![j]!,
        size,
        3 * limit,
      );
    }
  }
  report("sigma", fit.sigma, reference.sigma, reference.sigma, limit);
  report("logLik", fit.logLik, reference.logLik, 1, 1e-6);
  report("AIC", fit.AIC, reference.AIC, 1, 1e-5);
  report("BIC", fit.BIC, reference.BIC, 1, 1e-5);
  const fitted = fittedValues(fit);
  const left = residuals(fit);
  const scale = reference.sigma + 1e-9 * Math.max(...reference.fitted.map(Math.abs));
  reference.fitted.forEach((value, i) => {
    report(`fitted ${i + 1}`, fitted[i]!, value, scale, 10 * limit);
    report(`residual ${i + 1}`, left[i]!, reference.residuals[i]!, scale, 10 * limit);
  });
}

function compareTests(reference: DifferentialCase, fit: FitResult, report: Report, found: string[]): void {
  // lmerTest differentiates numerically: a few digits
  const limit = reference.linear ? 1e-7 : 2e-3;
  if (reference.satterthwaite !== undefined) {
    const rows = coefficientTable(fit, { ddf: "satterthwaite" }).rows.filter(({ aliased }) => !aliased);
    reference.satterthwaite.forEach((df, i) => {
      if (df !== null) report(`df of ${rows[i]!.name}`, rows[i]!.df ?? Infinity, df, df, limit);
    });
  }
  for (const type of ["I", "II", "III"] as const) {
    const theirs = reference.anova?.[type];
    if (theirs === undefined) continue;
    const ours = anovaTable(fit, { type }).rows;
    for (const row of theirs) {
      const same = ours.find(({ term }) => term === row.term);
      if (same === undefined) {
        found.push(`type ${type}: no row ${row.term} among ${ours.map(({ term }) => term).join(" | ")}`);
        continue;
      }
      report(`type ${type} numDF of ${row.term}`, same.numDF, row.numDF, 1, 0);
      if (row.F === null || same.numDF !== row.numDF) continue;
      report(`type ${type} F of ${row.term}`, same.F ?? Number.NaN, row.F, Math.max(1e-3, row.F), limit);
      if (row.denDF !== null)
        report(`type ${type} denDF of ${row.term}`, same.denDF ?? Infinity, row.denDF, row.denDF, 2 * limit);
    }
  }
}

function compareDrop(reference: DifferentialCase, fit: FitResult, table: Table, report: Report): void {
  if (reference.drop === undefined) return;
  const { method: _, ...options } = reference.options;
  const rows = dropOne(fit, (term) => refitWithout(fit, term, table, options)).rows;
  for (const theirs of reference.drop) {
    const ours = rows.find(({ term }) => term === theirs.term);
    report(`drop1 df of ${theirs.term}`, ours?.df ?? Number.NaN, theirs.df, 1, 0);
    if (theirs.AIC !== undefined) {
      report(
        `AIC above theirs without ${theirs.term}`,
        Math.max(0, (ours?.AIC ?? Number.NaN) - theirs.AIC),
        0,
        1,
        1e-5,
      );
      // one of the two searches stopped early: the differences are not of one thing
      if (ours!.AIC < theirs.AIC - 1e-5 || rows[0]!.AIC < theirs.wholeAIC! - 1e-5) continue;
    }
    if (theirs.statistic !== null && theirs.df > 0)
      report(
        `drop1 of ${theirs.term}`,
        ours?.statistic ?? Number.NaN,
        theirs.statistic,
        Math.max(1, theirs.statistic),
        reference.linear ? 1e-7 : 1e-5,
      );
  }
}

function comparePredictions(
  reference: DifferentialCase,
  fit: FitResult,
  report: Report,
  found: string[],
): void {
  const rows = toTable(reference.newData);
  const scale = reference.sigma + 1e-9 * Math.max(...reference.fitted.map(Math.abs));
  for (const [target, theirs] of [
    ["mean", reference.predictMean],
    ["group", reference.predictGroup],
  ] as const) {
    if (theirs === undefined) continue;
    const { predictions } = predict(fit, rows, { target, newLevels: "zero" });
    theirs.forEach((value, i) => {
      const ours = predictions[i] ?? null;
      if (value === null || ours === null) {
        if (value !== ours) found.push(`prediction (${target}) of row ${i + 1}: ${ours} for ${value}`);
      } else
        report(`prediction (${target}) of row ${i + 1}`, ours, value, scale, 30 * estimateLimit(reference));
    });
  }
}
