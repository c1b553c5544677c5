import type { Catalogue } from "../base/catalogue.ts";

/** Codes of prediction. */
export const predictCatalogue: Catalogue = {
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
};
