import type { Catalogue } from "../base/catalogue.ts";

export const fitCatalogue: Catalogue = {
  "fit/boundary": {
    title: "Boundary fit: a variance of zero, or a correlation of one",
    meaning:
      "The best value of a variance is zero, or some combination of random effects does not vary at all. This is an answer, not an error: the data show less variation between groups than the residual variation alone would cause. Estimates and standard errors of the fixed effects are valid. The note names the combination and how fast the likelihood falls when it is given variance.",
    remedy:
      "Keep the fit, or drop the coefficient that the note names: the likelihood stays the same. Tests of that variance need the boundary mixture of chi-squared distributions.",
  },
  "fit/no-residual-variance": {
    title: "No residual variance",
    meaning:
      "Leaving out records, prediction errors and whitened residuals divide by the residual variance, which is estimated at zero: fixed or random effects reproduce every record.",
    remedy:
      "Look for a response that is constant within groups, or a copy of it among the predictors; fit the group means instead.",
  },
  "fit/unknown-option": {
    title: "No such option",
    meaning: "The options of a fit have a name that fit does not know, so it would have no effect.",
    remedy: "Correct the spelling; the message names the nearest option.",
  },
  "fit/option-value": {
    title: "An option has a value that it cannot have",
    meaning: "Some options take one of a few words, written exactly so: method is REML, ML or ANOVA.",
    remedy: "Use one of the words in the message.",
  },
  "fit/not-converged": {
    title: "The search ended before a minimum was certain",
    meaning:
      "Convergence is judged by the exact gradient and curvature at the final parameters. The note tells by how much one more step would change -2 log-likelihood. The estimates are those of the best point found.",
    remedy:
      "Raise --max-iterations, rescale extreme columns, simplify the random terms, or start elsewhere with --start. If it persists with a simple model, please report the data.",
  },
  "fit/fallback": {
    title: "A second search found the estimates",
    meaning:
      "Newton's method follows exact derivatives; on this model it stopped before a minimum was certain. BOBYQA, which needs only values of the likelihood, went on from its best point and found a better one. With --algorithm ai or em it is Newton's method in the factors of the covariances that goes on where their iterations creep along a boundary. The certificate judges the final point as always.",
    remedy:
      "Nothing needs to be done. Such models often have a variance that the data hardly determine: look at the notes on boundaries, and at columns of very different size.",
  },
  "fit/restart": {
    title: "The starting values were not used in the end",
    meaning:
      "From the starting values that were given the search did not come to a certain minimum: far from the estimates the likelihood can be flat up to rounding. The search began again from moment estimates, and found a better point.",
    remedy: "Leave out --start, or give values nearer to the estimates.",
  },
  "fit/cancelled": {
    title: "The search was cancelled",
    meaning:
      "A progress callback or an interrupt stopped the search. The estimates are those of the last iteration.",
    remedy: "Run the fit again.",
  },
  "fit/confounded": {
    title: "A random effect that the fixed effects already contain",
    meaning:
      "The fixed effects distinguish every level of the grouping factor, so nothing is left from which REML could learn the variance of the random effect: the restricted likelihood is the same for every value. The variance is held at zero, which leaves the fixed effects their usual meaning.",
    remedy: "Leave out the random term, or the fixed effect that distinguishes the levels.",
  },
  "fit/flat": {
    title: "Variance parameters that the data do not tell apart",
    meaning:
      "At the optimum the likelihood does not change along one combination of the variance parameters, for example between a residual variance and a random effect with one record per level. Fixed effects and predictions are not affected; the separate variances are one choice of many.",
    remedy: "Leave out one of the terms that cannot be told apart.",
  },
  "fit/no-residual": {
    title: "The random effects reproduce the response",
    meaning:
      "Within the groups the response does not vary, or a random term has an effect for every single record, so the residual variance can be made as small as one likes. No estimate of this model means anything.",
    remedy:
      "Where the response is constant within groups, fit the group means, or add the rows or the digits that vary. Where every record has an effect of its own, take a term with fewer effects, or more records per level and coefficient.",
  },
  "fit/far-from-zero": {
    title: "A random slope far from its zero",
    meaning:
      "A random intercept is the deviation where the slope's column is zero. When all values lie far away from there, as years or dates do, the intercepts are extrapolations along the slopes, and both are correlated by nearly -1 or 1. The likelihood and the fixed effects stay right; what is computed from the curvature in the variances loses its digits.",
    remedy:
      "Subtract a value in the middle of the column, in both the fixed and the random part: I(year - 2020). Slopes and their variance do not change.",
  },
  "fit/extreme-scale": {
    title: "A column in an extreme unit",
    meaning:
      "Estimation squares and multiplies columns. Values beyond 1e35 or below 1e-35 throughout leave the range of double precision there, and standard errors or degrees of freedom would come out as zero or infinite.",
    remedy: "Divide the column by its size, for instance I(x / 1e40), or give it in another unit.",
  },
  "fit/too-few-rows": {
    title: "Fewer rows than coefficients",
    meaning:
      "With no more rows than fixed coefficients nothing is left to estimate the residual variance from.",
    remedy:
      "Use fewer fixed terms, or more data. Check that a numeric column was not read as text: it would get a coefficient per value.",
  },
  "fit/perfect-fit": {
    title: "The fixed effects fit the response exactly",
    meaning:
      "The residual variance is zero up to rounding, so variances, tests and intervals have no meaning.",
    remedy: "Check whether the response, or a copy of it, is among the predictors.",
  },
  "fit/undefined-objective": {
    title: "The likelihood is not defined at the starting values",
    meaning: "The equations could not be factorized where the search should start.",
    remedy: "Give other starting values with --start, and look for columns with extreme values.",
  },
  "fit/start-length": {
    title: "Wrong number of starting values",
    meaning:
      "Starting values must have one number per covariance parameter, in the order of the random terms.",
    remedy: "Give as many numbers as the message says.",
  },
  "fit/anova-model": {
    title: "The ANOVA method does not take this model",
    meaning:
      "Henderson's method 3 sets sums of squares equal to their expectations. It needs random terms with one effect a row, independent levels, one trait, and data that tell every term from those before it.",
    remedy: "Use REML, or simplify the term that the message names.",
  },
  "fit/negative-variance": {
    title: "A variance estimate below zero",
    meaning:
      "The ANOVA method is unbiased and knows no bounds: where levels differ less than their residual variation would make them, the estimate of their variance is negative. Fixed and random effects are solved with zero in its place.",
    remedy: "Use REML, or leave the term out.",
  },
  "fit/algorithm": {
    title: "The algorithm does not apply to this model",
    meaning:
      "Average information (ai) and expectation maximization (em) iterate in the variances themselves, on the full mixed model equations; this model is fitted by an engine that does not form them.",
    remedy: "Leave --algorithm out, or use newton or bobyqa.",
  },
  "fit/unknown-component": {
    title: "No variance component of this name",
    meaning: "A known or starting value was given for a component that the model does not have.",
    remedy:
      "Components are named after their group (dam, block:harvest), the id of tied terms (p), or residual; the message lists those of the model.",
  },
  "fit/component-value": {
    title: "A value that does not fit its variance component",
    meaning:
      "A component with one coefficient has a variance, one with several a symmetric matrix with a row for each, in the order of the model.",
    remedy:
      "Give the whole matrix by rows in a JSON file, or every entry of its lower triangle: p[1,1]=150,p[2,1]=-40,p[2,2]=90.",
  },
  "fit/needs-data": {
    title: "The rows of the data are needed",
    meaning: "The fit was loaded from a file that holds the estimates but not the rows.",
    remedy:
      "Load the fit together with its data: loadFit(text, { table }), or --data FILE on the command line.",
  },
};
