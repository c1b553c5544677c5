import type { Catalogue } from "../base/catalogue.ts";

/** Codes of the covariance layer. */
export const covarianceCatalogue: Catalogue = {
  "covariance/unknown-structure": {
    title: "Unknown covariance structure",
    meaning:
      "A structured random term, as ar1(0 + time | g), names a structure that does not exist. The name says how the coefficients of one group vary together.",
    remedy:
      "Use us (unstructured), diag (uncorrelated), cs or homcs (equal correlations), ar1 or hetar1 (correlations that decay with distance).",
  },
  "covariance/not-yet": {
    title: "Structure not available yet",
    meaning:
      "The structure is part of the formula language, but no engine can estimate it in this version. Nothing is fitted, so that no result stands for a different model.",
    remedy:
      "For reduced-rank and factor-analytic terms (rr, fa) use us when there are few coefficients, or cs when all correlations may be equal.",
  },
  "covariance/size": {
    title: "A random term without coefficients",
    meaning: "A covariance structure needs at least one coefficient on the left of the bar.",
    remedy: "Write (1 | g) for a random intercept, or name a column: (0 + x | g).",
  },
};
