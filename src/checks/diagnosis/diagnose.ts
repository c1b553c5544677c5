import { requireRows } from "../../fit/requireRows.ts";
import type { FitResult } from "../../fit/result.ts";
import { type RandomEffectsPca, randomEffectsPca } from "../randomEffectsPca.ts";
import { type BoundaryReport, boundaryFindings, boundaryReports } from "./boundaryReport.ts";
import { convergenceFindings } from "./convergenceFindings.ts";
import { designFindings } from "./designFindings.ts";
import type { Finding } from "./finding.ts";
import { type InfluenceReport, influenceFindings, influenceReports } from "./influenceFindings.ts";
import { type ResidualReport, residualFindings, residualReport } from "./residualFindings.ts";

export interface DiagnoseOptions {
  /** fits simpler models around a boundary for comparison; default true */
  readonly refits?: boolean;
}

/** Everything that the checks found, the most important first, with the numbers behind the words. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly boundary: readonly BoundaryReport[];
  readonly principalComponents: readonly RandomEffectsPca[];
  readonly influence: readonly InfluenceReport[];
  /** null where residuals have no variance */
  readonly residuals: ResidualReport | null;
}

const LEVELS: readonly Finding["level"][] = ["problem", "attention", "fine"];

/**
 * Looks at a fit as a statistician would: convergence, boundaries, influential rows and groups, residuals, groups with few
 * rows, predictors that nearly say the same. Numbers are exact at the estimated variances; hints are no tests.
 *
 * @throws HendersonError fit/needs-data
 */
export function diagnose(fit: FitResult, { refits = true }: DiagnoseOptions = {}): Diagnosis {
  requireRows(fit, "checks");
  const boundary = boundaryReports(fit, refits);
  const positive = fit.sigma > 0 && fit.solver !== "iteration";
  const influence = positive ? influenceReports(fit) : [];
  const residuals = positive ? residualReport(fit) : null;
  const findings = [
    ...convergenceFindings(fit),
    ...boundaryFindings(boundary),
    ...influenceFindings(influence),
    ...(residuals === null ? [] : residualFindings(residuals)),
    ...designFindings(fit),
  ];
  findings.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || b.weight - a.weight);
  return {
    findings,
    boundary,
    principalComponents: randomEffectsPca(fit),
    influence,
    residuals,
  };
}
