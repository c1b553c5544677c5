import { fCdf } from "../distributions/fisherF.ts";
import { residuals } from "../predict/residuals.ts";
import { variationExplained } from "../predict/variationExplained.ts";
import { coefficientText } from "./coefficientText.ts";
import { headerLines } from "./headerText.ts";
import { formatNumber, formatPValues } from "./numberFormat.ts";
import { residualList, residualQuartiles } from "./residualText.ts";
import type { Summary } from "./summary.ts";

/** With this many residual degrees of freedom or fewer, every residual is printed (as lm). */
const LISTED_RESIDUALS = 5;

/** Sections of the summary of a linear model, in lm's layout. */
export function linearModelText(summary: Summary, digits: number, dataName: string | undefined): string[][] {
  const { fit, coefficients } = summary;
  const method = fit.method === "ML" ? "maximum likelihood" : "least squares";
  const aliased = coefficients.rows.filter((row) => row.aliased).length;
  const heading =
    aliased === 0 ? "Coefficients:" : `Coefficients: (${aliased} not defined because of singularities)`;
  const table = coefficientText(
    coefficients.rows.map((row) => ({ ...row, interval: row.ci })),
    { digits, dfColumn: false, statistic: coefficients.statistic, level: coefficients.level },
  );
  return [
    [`Linear model fit by ${method} ['henderson']`, ...headerLines(fit, dataName)],
    residualSection(summary, digits),
    coefficients.rows.length === 0 ? ["No coefficients"] : [heading, ...table],
    explainedLines(summary, digits),
  ];
}

function residualSection({ fit }: Summary, digits: number): string[] {
  const heading = fit.model.weights === undefined ? "Residuals:" : "Weighted Residuals:";
  const residualDf = fit.nobs - fit.beta.length;
  if (residualDf === 0) return [`ALL ${fit.nobs} residuals are 0: no residual degrees of freedom!`];
  const values = residuals(fit, "pearson");
  if (residualDf > LISTED_RESIDUALS) return [heading, ...residualQuartiles(values, digits)];
  const rows = Array.from(values, (_, i) => (fit.design === null ? i : fit.design.keptRows[i]!) + 1);
  return [heading, ...residualList(values, rows, digits)];
}

function explainedLines({ fit }: Summary, digits: number): string[] {
  const residualDf = fit.nobs - fit.beta.length;
  const dropped = fit.design?.dropped ?? 0;
  const lines = [
    `Residual standard error: ${residualDf > 0 ? formatNumber(fit.sigma, digits) : "NA"} on ${residualDf} degrees of freedom`,
  ];
  if (dropped > 0) {
    lines.push(`  (${dropped} observation${dropped === 1 ? "" : "s"} deleted due to missingness)`);
  }
  const explained = variationExplained(fit);
  if (explained === null) return lines;
  const { rSquared, adjustedRSquared, statistic, numeratorDf } = explained;
  lines.push(
    `Multiple R-squared:  ${formatNumber(rSquared, digits)},\tAdjusted R-squared:  ${formatNumber(adjustedRSquared, digits)}`,
  );
  if (statistic !== null) {
    const p = formatPValues([fCdf(statistic, numeratorDf, residualDf, { lower: false })], digits)[0]!;
    lines.push(
      `F-statistic: ${formatNumber(statistic, digits)} on ${numeratorDf} and ${residualDf} DF,  p-value: ${p}`,
    );
  }
  return lines;
}
