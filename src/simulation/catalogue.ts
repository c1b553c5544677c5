import type { Catalogue } from "../base/catalogue.ts";

/** Codes of simulation, bootstrap and power. */
export const simulationCatalogue: Catalogue = {
  "simulation/count": {
    title: "No number of replicates",
    meaning: "The number of responses or replicates has to be a whole number from 1 on.",
    remedy:
      "Give --n 1000 or so; more for small probabilities, whose error shrinks with the root of the number.",
  },
  "simulation/seed": {
    title: "No seed",
    meaning:
      "Random streams are found by a whole number from 0 on, the seed, so that a run can be repeated to the last digit.",
    remedy: "Give any whole number from 0 on, and keep it with the results.",
  },
  "simulation/workers": {
    title: "No number of workers",
    meaning: "The number of threads has to be a whole number from 1 on. The digits do not depend on it.",
    remedy: "Leave it out: it is then one less than the number of cores, at most 8.",
  },
  "simulation/component": {
    title: "Unknown random term",
    meaning: "A random term whose effects are to be kept is named, and the model does not have it.",
    remedy: "Use a name that henderson fit shows among the random effects.",
  },
  "simulation/covariance": {
    title: "A covariance that nothing can be drawn from",
    meaning:
      "The covariance matrix of random effects or residuals has a negative variance, or correlations that no random numbers can have.",
    remedy: "Correct the assumed values; a covariance matrix of estimates never has this.",
  },
  "simulation/relationship": {
    title: "A relationship that nothing can be drawn from",
    meaning:
      "The inverse of the relationship matrix is not positive definite, so it is no covariance of random effects.",
    remedy: "Check the file: it should hold the inverse where it is said to be one.",
  },
  "simulation/coefficients": {
    title: "Fixed effects that do not fit the model",
    meaning:
      "Responses are drawn with assumed fixed effects, and these are not those of the model: one is missing, unknown or no number.",
    remedy: "Give one number for each coefficient under its name; the hint lists them.",
  },
  "simulation/components": {
    title: "A variance that is not assumed",
    meaning: "Responses are drawn with assumed variances, and one of the model has no value.",
    remedy:
      "Give every random term and the residual a variance, or a matrix by rows for several coefficients.",
  },
  "simulation/test": {
    title: "No test to simulate",
    meaning:
      "The test whose power is asked for names a coefficient or term that the model does not have, or cannot be made.",
    remedy: "Name a coefficient or a fixed term of the model; the hint lists them.",
  },
  "simulation/alpha": {
    title: "No significance level",
    meaning: "The significance level is a probability between 0 and 1.",
    remedy: "Give 0.05, or another number between 0 and 1.",
  },
  "simulation/column": {
    title: "No column to extend along",
    meaning:
      "A plan is made longer along a column of groups, and the data have no such column, or it has no values.",
    remedy: "Name a column of the data that holds groups.",
  },
  "simulation/clusters": {
    title: "Groups that cannot be drawn",
    meaning:
      "The cluster bootstrap draws groups of rows with replacement. The grouping that was named is not in the model, or the model has levels that are related or shared in a way that drawing groups would break.",
    remedy: "Name the grouping of a random term, or a column of groups; else use the parametric bootstrap.",
  },
  "simulation/no-sums": {
    title: "Responses that need their rows",
    meaning:
      "What the likelihood sees of a response can be drawn without its rows where levels and residuals are independent and the null model's columns are among those of the larger one. This model is not of that kind, or its sums would take more memory than its rows.",
    remedy: "Draw rows, which always works: leave out --draws.",
  },
  "simulation/statistic": {
    title: "A statistic without numbers",
    meaning: "The function that picks the statistics of a fit returned no named numbers for the fit itself.",
    remedy: "Return an object of numbers, such as { slope: fit.beta[1] }.",
  },
  "simulation/level": {
    title: "No coverage",
    meaning: "The coverage of an interval is a probability between 0 and 1.",
    remedy: "Give 0.95, or another number between 0 and 1.",
  },
  "simulation/too-few": {
    title: "Too few replicates for an interval",
    meaning:
      "An interval is made of the replicates in which the statistic is a number, and there are fewer than two.",
    remedy: "Draw more replicates. For 95 % percentile intervals 1000 is usual.",
  },
  "simulation/different-data": {
    title: "Fits of different data",
    meaning: "A likelihood-ratio test compares two models of the same rows, response, weights and offset.",
    remedy: "Fit both models to the same rows; rows that are missing in one model must be left out of both.",
  },
  "simulation/not-nested": {
    title: "Models that are not nested",
    meaning:
      "The likelihood-ratio test needs a null model that is a special case of the larger one: the same model without some of its fixed or random terms.",
    remedy:
      "Name the larger model first and the null model second. Compare other models by AIC (henderson anova).",
  },
  "simulation/no-likelihood": {
    title: "A fit without a maximized likelihood",
    meaning:
      "A fit by ANOVA estimators, or of equations that were solved by iteration, has no maximized likelihood that could be compared.",
    remedy: "Fit both models by REML or ML.",
  },
  "simulation/refitted": {
    title: "Refitted by ML",
    meaning:
      "REML likelihoods compare only models with the same fixed effects, so REML fits were refitted by maximum likelihood, and replicates are fitted by it.",
    remedy: "Nothing; fit with --ml to see the estimates that are used.",
  },
  "simulation/no-workers": {
    title: "No worker threads",
    meaning:
      "Worker threads could not be made here (a page without workers, or a bundler that did not ship their program). The work was done in one thread, with the same digits.",
    remedy:
      "Nothing, if it was fast enough. In a bundled page pass a function that makes the worker (spawn).",
  },
  "simulation/stopped": {
    title: "Stopped before the end",
    meaning:
      "The run was stopped, by Ctrl-C or by the program. The result is that of a run with the replicates that were done.",
    remedy: "Run it again without stopping it: the same seed gives the same replicates.",
  },
  "simulation/failed-refits": {
    title: "Replicates without a fit",
    meaning: "Some simulated responses could not be fitted at all. They are counted and left out.",
    remedy: "If they are more than a few, simulate responses and fit them to see what is wrong.",
  },
  "simulation/not-converged": {
    title: "Replicates whose search did not converge",
    meaning:
      "In some replicates the search for the variance parameters ended before a minimum was certain. The best point that was found counts.",
    remedy:
      "A few in a hundred change little. If there are more, the model is too rich for data of this size.",
  },
  "simulation/boundary-refits": {
    title: "Replicates at the boundary",
    meaning:
      "In some replicates a variance was estimated at zero or a correlation at one. That is part of the distribution of the estimates, so they count.",
    remedy: "Nothing. If it is most of them, the random term has hardly any support.",
  },
};
