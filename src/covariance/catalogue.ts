import type { Catalogue } from "../base/catalogue.ts";

/** Codes of the covariance layer. */
export const covarianceCatalogue: Catalogue = {
  "covariance/unknown-structure": {
    title: "Unknown covariance structure",
    meaning:
      "A structured random term, as ar1(0 + time | g), names a structure that does not exist. The name says how the coefficients of one group vary together.",
    remedy:
      "Use us (unstructured), diag (uncorrelated), cs or homcs (equal correlations), ar1 or hetar1 (correlations that decay with distance), rr or fa (a few common factors).",
  },
  "covariance/rank": {
    title: "Number of factors out of range",
    meaning:
      "Reduced-rank and factor-analytic terms describe the covariance of their coefficients by a few common factors. Their number is at least one and at most the number of coefficients.",
    remedy: "Write the number after the coefficients: fa(0 + env, 2 | g), rr(0 + env, 1 | g).",
  },
  "covariance/size": {
    title: "A random term without coefficients",
    meaning: "A covariance structure needs at least one coefficient on the left of the bar.",
    remedy: "Write (1 | g) for a random intercept, or name a column: (0 + x | g).",
  },
};
