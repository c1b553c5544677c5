import type { Note } from "../base/notes.ts";

/** Which reference distribution was used. */
export function mixtureNote(approximate: boolean): Note {
  return {
    code: "inference/boundary-mixture",
    severity: "info",
    message: approximate
      ? "variances of zero lie on a boundary: p by mixtures of chi-squared distributions (Self and Liang 1987, Stram and Lee 1994), with weights for uncorrelated estimates where several variances are tested together"
      : "variances of zero lie on a boundary: p by mixtures of chi-squared distributions (Self and Liang 1987, Stram and Lee 1994); Pr(>Chisq) ignores the boundary and is conservative",
  };
}

/** Comparisons whose distribution at the boundary is not known. */
export function unknownNote(terms: readonly string[]): Note {
  return {
    code: "inference/unknown-null",
    severity: "warning",
    message: `the distribution of the ratio is not known for ${terms.join("; ")}: the chi-squared p is a rough guide`,
    hint: "simulate it: the parametric bootstrap of the likelihood ratio needs no theory",
  };
}
