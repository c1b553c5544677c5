import type { Catalogue } from "../base/catalogue.ts";

/** Codes of distribution functions. */
export const distributionsCatalogue: Catalogue = {
  "distributions/not-a-correlation": {
    title: "A matrix that is no correlation matrix",
    meaning:
      "The multivariate t and normal distributions need a symmetric matrix with ones on its diagonal and no negative eigenvalue. It may be singular.",
    remedy:
      "Divide covariances by both standard deviations. Check that the matrix has a row for each bound and was not rounded.",
  },
  "distributions/bad-argument": {
    title: "An argument that a distribution does not have",
    meaning:
      "Bounds must be numbers (infinite ones too), degrees of freedom positive, and probabilities within zero and one.",
    remedy: "Look for missing values in what was passed.",
  },
};
