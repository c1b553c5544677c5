import type { Note } from "../base/notes.ts";
import type { ComponentEstimates } from "../fit/componentEstimates.ts";
import { type AnovaEstimates, hendersonMethod3 } from "../fit/hendersonMethod3.ts";
import { hasRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { type AnovaTable, anovaTable } from "../inference/anova.ts";
import { type CoefficientTable, coefficientTable } from "../inference/coefficients.ts";
import { componentTable } from "../inference/componentTable.ts";
import {
  type DenominatorMethod,
  type DenominatorName,
  withoutDegreesOfFreedom,
} from "../inference/denominator.ts";
import { type DerivedQuantity, deriveQuantities } from "../inference/derive.ts";
import type { AnovaType } from "../inference/hypotheses.ts";
import { type RandomEffectRow, randomEffects } from "../inference/randomEffects.ts";

export interface SummaryOptions {
  /** denominator degrees of freedom; default Satterthwaite for mixed models, residual for linear ones */
  readonly ddf?: DenominatorMethod;
  /** coverage of the confidence intervals, default 0.95 */
  readonly level?: number;
  /** type of the tests of terms; default III for mixed models, I for linear ones */
  readonly anova?: AnovaType;
  /** whether to predict every random effect with its standard error, default false */
  readonly randomEffects?: boolean;
  /** functions of the variance components: `h2 = animal / (animal + residual)` */
  readonly derive?: readonly string[];
}

/** What a report of a fit shows; the text and the JSON are made of this. */
export interface Summary {
  readonly fit: FitResult;
  readonly coefficients: CoefficientTable;
  /** null when the model was given as numbers, without terms */
  readonly anova: AnovaTable | null;
  readonly randomEffects: readonly RandomEffectRow[] | null;
  /** every variance and covariance; without standard errors where degrees of freedom are not asked for either */
  readonly components: ComponentEstimates;
  readonly derived: readonly DerivedQuantity[];
  /** where the variances of the fit are ANOVA estimates */
  readonly anovaEstimates: AnovaEstimates | null;
  /** about the summary, beside those of the fit */
  readonly notes: readonly Note[];
}

/** Tests, intervals and (on request) predictions of a fit. */
export function summarize(fit: FitResult, options: SummaryOptions = {}): Summary {
  const { ddf, level, anova: type } = options;
  const method = ddf === undefined ? {} : { ddf };
  const coefficients = coefficientTable(fit, { ...method, ...(level === undefined ? {} : { level }) });
  const derive = options.derive ?? [];
  const free = fit.engine !== "equations" || fit.theta.length > 0;
  const table = componentTable(
    fit,
    free && (fit.engine === "equations" || knowsVariances(coefficients.ddf) || derive.length > 0),
  );
  const byAnova = fit.method === "ANOVA" && hasRows(fit) ? hendersonMethod3(fit.model) : null;
  const components = byAnova === null ? table : estimatedByAnova(table, byAnova);
  return {
    fit,
    coefficients,
    anova:
      fit.design === null
        ? null
        : tellOnce(
            anovaTable(fit, { ...method, ...(type === undefined ? {} : { type }) }),
            coefficients.notes,
          ),
    randomEffects: options.randomEffects === true ? randomEffects(fit) : null,
    components,
    derived: deriveQuantities(derive, components.rows, components.covariance),
    anovaEstimates: byAnova,
    notes: ddf === undefined ? skippedNotes(fit) : coefficients.notes,
  };
}

/** Whether the degrees of freedom need the precision of the variances, so that their standard errors cost no more. */
function knowsVariances(ddf: DenominatorName): boolean {
  return ddf === "satterthwaite" || ddf === "kenward-roger";
}

/** The table without the notes that the coefficients have too. */
function tellOnce(table: AnovaTable, told: readonly Note[]): AnovaTable {
  return { ...table, notes: table.notes.filter((note) => !told.includes(note)) };
}

/** Why the tests are normal ones, where nobody asked for that. */
function skippedNotes(fit: FitResult): Note[] {
  const reason = withoutDegreesOfFreedom(fit);
  if (reason === null || fit.beta.length === 0) return [];
  return [
    {
      code: "report/normal-tests",
      severity: "info",
      message: `${reason}, so the fixed effects are tested with the normal distribution`,
      ...(fit.theta.length === 0 ? {} : { hint: "ask for degrees of freedom with ddf: satterthwaite" }),
    },
  ];
}

/** The estimates themselves, which may be negative, instead of the values that the equations hold. */
function estimatedByAnova({ rows }: ComponentEstimates, { estimates }: AnovaEstimates): ComponentEstimates {
  return {
    rows: rows.map(({ name, estimate }) => ({
      name,
      estimate: estimates.get(name) ?? estimate,
      se: null,
      held: false,
    })),
    covariance: null,
  };
}
