import type { Catalogue } from "../base/catalogue.ts";

/** Codes of prediction. */
export const predictCatalogue: Catalogue = {
  "predict/other-records": {
    title: "The smaller model would have other records",
    meaning:
      "A trait's record is left out where a column of its own formula is missing. Without the term such records would come back, and the likelihoods of the two models would be of different data.",
    remedy: "Leave out the rows in which a column of the term is missing, for instance with --subset.",
  },
  "predict/new-levels": {
    title: "Unknown levels of a grouping factor",
    meaning:
      "The new rows name groups (subjects, blocks, ...) that were not in the data of the fit, so there is no estimate of their random effects.",
    remedy:
      "If they are new members of the same population, ask for newLevels 'zero' (--new-levels zero): their best prediction is the population mean. If they are misspelled, correct them.",
  },
  "predict/new-levels-as-zero": {
    title: "Unknown levels were predicted at the population mean",
    meaning:
      "Groups that were not in the data of the fit have no estimated random effect; as asked, it was taken as zero, which is its expected value.",
    remedy: "Nothing, if the groups are really new. Their predictions ignore the variation between groups.",
  },
  "predict/missing-predictors": {
    title: "Rows without a prediction",
    meaning:
      "A column that the model uses is missing in these rows, so they have no prediction; they are kept as empty values.",
    remedy: "Fill in the columns, or leave the rows out.",
  },
  "predict/no-recipe": {
    title: "The fit has no recipe for new rows",
    meaning:
      "The fit was made from a numeric model, not from a formula and a table, so it is not known how to turn new rows into numbers.",
    remedy: "Fit with a formula and a table, or compute predictions from your own design matrix.",
  },
  "predict/response-length": {
    title: "A new response of another length",
    meaning:
      "A refit keeps the rows of the fit, so it needs exactly one finite response value for each of them.",
    remedy: "Give one value for each row that is in the model, in the order of the data.",
  },
  "predict/other-table": {
    title: "Not the table of the fit",
    meaning:
      "Fitted values belong to the rows of the table that was fitted; this table has fewer rows than the fit refers to.",
    remedy: "Pass the table that the model was fitted to.",
  },
  "predict/unknown-variances": {
    title: "Not all variances are known",
    meaning: "The mixed model equations hold numbers only when every variance component has a value.",
    remedy: "Give every component and the residual a value, or fit the model first and take its estimates.",
  },
  "predict/equations-too-large": {
    title: "Equations too large to be shown",
    meaning:
      "The page with the mixed model equations holds dense matrices, which nobody can read beyond a few hundred rows.",
    remedy: "Fit the model, which uses sparse matrices, or show the equations of a part of the data.",
  },
  "predict/singular-covariance": {
    title: "The covariance of the random effects has no inverse",
    meaning:
      "Henderson's equations contain the inverse of G. A variance of zero or a correlation of one makes G singular.",
    remedy:
      "Give positive variances, or use the generalized least-squares route, which needs G itself. Fits have no such limit.",
  },
  "predict/fixed-groups": {
    title: "Fixed groups have no variance",
    meaning:
      "Groups of unknown parents are fixed effects written into the relationship. The random effects then have no covariance matrix of their own, and V = ZGZ' + R cannot be formed; the mixed model equations can.",
    remedy: "Look at the equations without the generalized least-squares route, or make the groups random.",
  },
  "predict/shrinkage": {
    title: "A shrinkage table that cannot be made",
    meaning:
      "The table follows the solutions of one scalar random term over a list of variance ratios lambda = residual variance / variance of the term.",
    remedy: "Name one component with one coefficient, and positive ratios.",
  },
  "predict/curve-sums": {
    title: "No curves to sum",
    meaning:
      "Sums of random curves need a random regression: a term with functions of one covariate left of the bar.",
    remedy: "Name the component of such a term and the column of its covariate.",
  },
};
