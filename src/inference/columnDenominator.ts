import type { Note } from "../base/notes.ts";
import type { FitResult } from "../fit/result.ts";
import { testContrasts } from "./contrastTest.ts";
import { type Denominator, type DenominatorName, waldDenominator } from "./denominator.ts";

/** A weight below this part of the largest, in units of the coefficients' standard errors, is rounding. */
const NO_WEIGHT = 1e-8;

/**
 * A method that knows degrees of freedom of coefficients only: a contrast has the smallest of those it involves, and so
 * has an F test of several contrasts; a term has the smallest of its own, whatever else its rows involve.
 *
 * @param perColumn degrees of freedom of every kept coefficient, length p
 */
export function columnDenominator(
  fit: FitResult,
  method: DenominatorName,
  perColumn: readonly number[],
  notes: readonly Note[] = [],
): Denominator {
  const wald = waldDenominator(fit, method, degreesOfFreedom, notes);
  const { covariance } = wald;
  const p = perColumn.length;

  function degreesOfFreedom(contrast: Float64Array): number {
    const sizes = Array.from(
      contrast,
      (weight, c) => Math.abs(weight) * Math.sqrt(Math.max(0, covariance.values[c + c * p]!)),
    );
    const largest = Math.max(...sizes);
    const involved = perColumn.filter((_, c) => sizes[c]! > NO_WEIGHT * largest);
    return involved.length === 0 ? Math.min(...perColumn) : Math.min(...involved);
  }

  return {
    ...wald,
    test(rows, values, own) {
      const common = Math.min(...(own?.map((c) => perColumn[c]!) ?? rows.map(degreesOfFreedom)));
      return testContrasts(rows, values, covariance, () => common);
    },
  };
}
