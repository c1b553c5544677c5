import { HendersonError } from "../base/errors.ts";
import { chiSquaredCdf } from "../distributions/gamma.ts";
import type { FitResult } from "../fit/result.ts";
import { contrastValues } from "./contrastTest.ts";
import { type DenominatorMethod, denominatorOf } from "./denominator.ts";

export interface WaldOptions {
  readonly ddf?: DenominatorMethod;
}

/** Test of C b = d by F and by chi-squared. */
export interface WaldTest {
  readonly chisq: number;
  /** rank of C Var(b) C' */
  readonly df: number;
  /** p of chisq on df, as if the variances were known */
  readonly chisqP: number;
  readonly F: number;
  /** null for method `none` */
  readonly denDF: number | null;
  readonly p: number;
}

/**
 * Wald test of C b = d.
 *
 * @param contrasts rows of C, each with one number for each kept coefficient (`fit.model.fixed.names`)
 * @param against   d, one number a row; default zero
 * @throws HendersonError `inference/contrast-shape`, `inference/contrast-zero`
 */
export function waldTest(
  fit: FitResult,
  contrasts: readonly (readonly number[])[],
  against: readonly number[] = contrasts.map(() => 0),
  options: WaldOptions = {},
): WaldTest {
  const p = fit.beta.length;
  const wrong = contrasts.findIndex((row) => row.length !== p || !row.every(Number.isFinite));
  if (wrong >= 0 || against.length !== contrasts.length || !against.every(Number.isFinite)) {
    throw new HendersonError(
      "inference/contrast-shape",
      wrong >= 0
        ? `row ${wrong + 1} of the contrasts has ${contrasts[wrong]!.filter(Number.isFinite).length} finite numbers, but the fit has ${p} coefficients`
        : `${contrasts.length} ${contrasts.length === 1 ? "contrast needs" : "contrasts need"} as many finite values to test against, and there are ${against.filter(Number.isFinite).length}`,
      { hint: `one number for each of ${fit.model.fixed.names.join(", ")}` },
    );
  }
  const rows = contrasts.map((row) => Float64Array.from(row));
  const denominator = denominatorOf(fit, options.ddf);
  const test = denominator.test(rows, contrastValues(rows, denominator.beta, against));
  if (test.numDF === 0) {
    throw new HendersonError(
      "inference/contrast-zero",
      "the contrasts have no variance, so there is nothing to test",
      {
        hint: "give at least one row that is not zero",
      },
    );
  }
  return {
    chisq: test.chisq,
    df: test.numDF,
    chisqP: chiSquaredCdf(test.chisq, test.numDF, { lower: false }),
    F: test.F,
    denDF: Number.isFinite(test.denDF) ? test.denDF : null,
    p: test.p,
  };
}
