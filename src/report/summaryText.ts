import type { FitResult } from "../fit/result.ts";
import { isMixed } from "../inference/denominator.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { fixedLabels } from "../model/fixedLabels.ts";
import type { Model } from "../model/model.ts";
import { residuals } from "../predict/residuals.ts";
import { coefficientText, correlationText } from "./coefficientText.ts";
import { anovaEstimatesText, componentText, derivedText } from "./componentText.ts";
import { headerLines } from "./headerText.ts";
import { linearModelText } from "./linearModelText.ts";
import { notesText } from "./notesText.ts";
import { formatNumber, formatNumbers, roundTo } from "./numberFormat.ts";
import { randomEffectsText } from "./randomEffectsText.ts";
import { residualQuartiles } from "./residualText.ts";
import { type Summary, summarize } from "./summary.ts";
import { anovaText } from "./testText.ts";
import { namedValues } from "./textTable.ts";
import { spreadOf, type VarianceComponent, varianceComponents } from "./varianceComponents.ts";
import { varianceText } from "./varianceText.ts";

export interface SummaryTextOptions {
  /** significant digits of estimates, default 4 */
  readonly digits?: number;
  /** name of the data, for the header */
  readonly dataName?: string;
  /** prints the table of F tests; default for linear models and where a term has several coefficients */
  readonly anova?: boolean;
}

/** More fixed effects than this have no printed correlations (as lme4). */
const CORRELATIONS_SHOWN = 12;

/**
 * A fit, or its summary where that was asked for with options, as text: in the layout of lme4's summary() or,
 * without random terms, of lm's.
 */
export function summaryText(source: FitResult | Summary, options: SummaryTextOptions = {}): string {
  const summary = "coefficients" in source ? source : summarize(source);
  const { fit, anova } = summary;
  const { digits = 4, dataName } = options;
  const mixed = isMixed(fit);
  const sections = mixed
    ? mixedModelText(summary, digits, dataName)
    : linearModelText(summary, digits, dataName);
  const withAnova =
    anova !== null && anova.rows.length > 0 && (options.anova ?? (!mixed || hasCompositeTerm(fit)));
  if (withAnova) sections.push(anovaText(anova, fit.design!.responseName));
  if (summary.randomEffects !== null)
    sections.push(["Predicted random effects:", ...randomEffectsText(summary.randomEffects, digits)]);
  sections.push(
    [fit.method === "ANOVA" ? "BLUE and BLUP at the ANOVA estimates." : convergenceLine(fit)],
    notesText([...fit.notes, ...summary.notes, ...(withAnova ? anova.notes : [])]),
  );
  return `${sections
    .filter((section) => section.length > 0 && section[0] !== "")
    .map((section) => `${section.join("\n")}\n`)
    .join("\n")}`;
}

function hasCompositeTerm(fit: FitResult): boolean {
  return fit.design?.fixedTerms.some((term) => term.coefficients.length > 1) ?? false;
}

function mixedModelText(summary: Summary, digits: number, dataName: string | undefined): string[][] {
  const { fit, coefficients } = summary;
  const sections = [
    [methodLine(summary), ...headerLines(fit, dataName)],
    criterionLines(fit),
    ["Scaled residuals:", ...residualQuartiles(residuals(fit, "scaled"), digits)],
    [
      "Random effects:",
      ...varianceText([...byLevels(fit), residualComponent(fit)], digits),
      groupLine(fit.model, fit.nobs),
    ],
    ...componentSections(summary, digits),
  ];
  if (coefficients.rows.length === 0) return [...sections, ["No fixed effect coefficients"]];
  sections.push([
    "Fixed effects:",
    ...coefficientText(
      coefficients.rows.map((row, i) => ({ ...row, name: traitName(fit, i, row.name), interval: row.ci })),
      {
        digits,
        dfColumn: coefficients.statistic === "t",
        statistic: coefficients.statistic,
        level: coefficients.level,
      },
    ),
  ]);
  const names = fixedLabels(fit.model);
  if (names.length > 1 && names.length <= CORRELATIONS_SHOWN) {
    sections.push([
      "Correlation of Fixed Effects:",
      ...correlationText(names, correlationOf(fit.unscaledCovariance)),
    ]);
  }
  return sections;
}

/** Components with standard errors where the layout of lme4 has no room for them, and functions of them. */
function componentSections(summary: Summary, digits: number): string[][] {
  const { fit, components, derived, anovaEstimates } = summary;
  const sections: string[][] = [];
  if (anovaEstimates !== null) {
    sections.push([
      "Sums of squares, and the variances in their expectations:",
      ...anovaEstimatesText(anovaEstimates, digits),
    ]);
  } else if (fit.residualCovariance !== null) {
    sections.push(["Variance components:", ...componentText(components.rows, digits)]);
  }
  if (derived.length > 0) sections.push(["Derived quantities:", ...derivedText(derived, digits)]);
  return sections;
}

/** The residual as one more component: its variance, or the covariance of several traits. */
function residualComponent({ model, sigma, residualCovariance }: FitResult): VarianceComponent {
  const names = { component: "Residual", group: "Residual", structure: "us", levels: 0 };
  if (model.traits === undefined || residualCovariance === null) {
    return { ...names, terms: [""], cov: [[sigma * sigma]], sd: [sigma], corr: [[1]] };
  }
  return { ...names, terms: model.traits.names, ...spreadOf(residualCovariance) };
}

function traitName({ design }: FitResult, index: number, name: string): string {
  const trait = design?.coefficients[index]?.trait;
  return trait === undefined ? name : `${trait}:${name}`;
}

const DDF_WORDS: Readonly<Record<string, string>> = {
  satterthwaite: ". t-tests use Satterthwaite's method",
  "kenward-roger": ". t-tests use Kenward-Roger's method",
  "between-within": ". t-tests use between-within degrees of freedom",
  containment: ". t-tests use degrees of freedom by containment",
  residual: ". t-tests use residual degrees of freedom",
};

function methodLine({ fit, coefficients }: Summary): string {
  const method = fit.method === "ML" ? "maximum likelihood" : fit.method;
  if (fit.method === "ANOVA")
    return "Linear mixed model, variances by ANOVA (Henderson's method 3) ['henderson']";
  return `Linear mixed model fit by ${method}${DDF_WORDS[coefficients.ddf] ?? ""} ['henderson']`;
}

function criterionLines(fit: FitResult): string[] {
  if (fit.method !== "ML") {
    return [
      `REML criterion at ${isHeld(fit) ? "the known variances" : "convergence"}: ${formatNumber(roundTo(fit.remlCriterion ?? -2 * fit.logLik, 1), 15)}`,
    ];
  }
  const criteria = [fit.AIC, fit.BIC, fit.logLik, fit.deviance].map((x) => roundTo(x, 1));
  return namedValues(
    ["AIC", "BIC", "logLik", "deviance", "df.resid"],
    [...formatNumbers(criteria, 7), String(fit.nobs - fit.degreesOfFreedom)],
  );
}

/** Terms with the most levels first, as lme4 orders them. */
function byLevels(fit: FitResult): VarianceComponent[] {
  return [...varianceComponents(fit)].sort((a, b) => b.levels - a.levels);
}

function correlationOf({ rows, values }: Matrix): (i: number, j: number) => number | null {
  return (i, j) => {
    const scale = Math.sqrt(values[i + i * rows]! * values[j + j * rows]!);
    return scale > 0 ? values[i + j * rows]! / scale : null;
  };
}

function groupLine({ random }: Model, nobs: number): string {
  const counts = new Map(
    random.map(({ component, group, levels, relationship }) =>
      relationship === undefined ? [group, levels.length] : [component, relationship.levels.length],
    ),
  );
  const groups = [...counts].sort((a, b) => b[1] - a[1]).map(([group, count]) => `${group}, ${count}`);
  return `Number of obs: ${nobs}, groups:  ${groups.join("; ")}`;
}

/** Whether no variance was estimated. */
function isHeld({ engine, theta }: FitResult): boolean {
  return engine === "equations" && theta.length === 0;
}

/** How the estimates are known to be the optimum; empty for linear models, which have a closed form. */
function convergenceLine(fit: FitResult): string {
  const { convergence, engine } = fit;
  if (engine === "linear") return "";
  if (isHeld(fit))
    return "All variances were held at known values: the estimates are BLUE, the predictions BLUP.";
  const { converged, iterations, newtonDecrement } = convergence;
  const steps = `${iterations} iteration${iterations === 1 ? "" : "s"}`;
  const gain = `; a further step would lower the criterion by ${expectedGain(newtonDecrement)}`;
  return converged
    ? `Converged ${iterations === 0 ? "at the starting values" : `in ${steps}`}${gain}.`
    : `NOT CONVERGED after ${steps}${gain}. Do not rely on these numbers.`;
}

/** A gain below this is what rounding leaves of zero. */
const NO_GAIN = 1e-10;

function expectedGain(newtonDecrement: number): string {
  if (!Number.isFinite(newtonDecrement)) return "an unknown amount";
  return Math.abs(newtonDecrement) < NO_GAIN ? "less than 1e-10" : formatNumber(newtonDecrement, 1);
}
