import type { Catalogue } from "../base/catalogue.ts";

/** Codes of leave-one-out, influence and diagnosis. */
export const checksCatalogue: Catalogue = {
  "checks/undetermined": {
    title: "Rows or groups that cannot be left out",
    meaning:
      "A fixed coefficient is estimated from these rows alone (the only member of a level, say). Without them it does not exist, so they have no prediction from the rest and the change of that coefficient has no value.",
    remedy:
      "Nothing, if the level is meant to be there; otherwise merge it with another. Summaries count only what can be predicted.",
  },
  "checks/without-group": {
    title: "Rows without a group",
    meaning: "The column that groups the rows is missing there, so these rows are never left out.",
    remedy: "Fill in the column if the rows belong to a group.",
  },
  "checks/unknown-group": {
    title: "No such group",
    meaning:
      "Groups that are left out are named by a grouping factor of the model, as written in its formula, or by a column of the data.",
    remedy: "Use the name in the message.",
  },
  "checks/needs-table": {
    title: "A column of the data is needed",
    meaning: "The fit holds its own grouping factors; any other column has to come with the table.",
    remedy: "Pass the table of the fit, or name a grouping factor of the model.",
  },
  "checks/one-group": {
    title: "One group only",
    meaning: "Leaving out the only group leaves no data.",
    remedy: "Name a column with several values.",
  },
  "checks/one-fit": {
    title: "A comparison needs several fits",
    meaning: "Fits are compared by how well they predict the same rows.",
    remedy: "Give two fits or more.",
  },
  "checks/different-data": {
    title: "Fits of different data",
    meaning: "Predictions can be compared only of the same response values in the same order.",
    remedy: "Fit the models to the same rows: leave out those with missing values in any of them.",
  },
  "checks/refits-not-converged": {
    title: "Refits without some units did not converge",
    meaning:
      "The model was fitted again without every row or group, and for some of them the search ended before a minimum was certain; their numbers are those of the best point found.",
    remedy: "Look at those units: the estimates may rest on them. A simpler model may be enough.",
  },
  "checks/cancelled": {
    title: "Stopped before the end",
    meaning: "The caller asked to stop while rows or groups were being left out.",
    remedy: "Run it again.",
  },
};
