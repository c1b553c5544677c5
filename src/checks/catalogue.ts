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
    remedy: "Use the name that the message suggests, or name a column and give the data with --data.",
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
  "checks/no-fixed-effects": {
    title: "No fixed effects to influence",
    meaning:
      "Cook's distance and its relatives measure how estimates of fixed effects move when rows or groups are left out. This model has no fixed effects. What remains is how far a unit is from what the others predict (chi-squared with as many degrees of freedom as rows) and, where asked for, how the variances move.",
    remedy:
      "Ask for --update one-step or --refit to see the variances without each unit. If a mean was meant to be in the model, leave the 0 out of its formula.",
  },
  "checks/refits-not-converged": {
    title: "Refits without some units did not converge",
    meaning:
      "The model was fitted again without every row or group, and for some of them the search ended before a minimum was certain; their numbers are those of the best point found.",
    remedy: "Look at those units: the estimates may rest on them. A simpler model may be enough.",
  },
  "checks/simulations": {
    title: "Too few simulated responses",
    meaning: "Quantile residuals are ranks among simulated responses; a handful of them gives no resolution.",
    remedy: "Use 250 or more.",
  },
  "checks/too-entangled": {
    title: "Too many records in one block",
    meaning:
      "Whitening by the marginal covariance needs the Cholesky factor of V for all records that share random effects, directly or through others. In large crossed designs that is nearly all of them.",
    remedy: "Use studentized residuals, which are exact whatever the design.",
  },
  "checks/related-levels": {
    title: "No whitening of related levels or several traits",
    meaning:
      "Residuals whitened by the marginal covariance are made for models with independent levels and one trait.",
    remedy: "Use studentized residuals.",
  },
  "checks/cancelled": {
    title: "Stopped before the end",
    meaning: "The caller asked to stop while rows or groups were being left out.",
    remedy: "Run it again.",
  },
};
