import type { Catalogue } from "../../base/catalogue.ts";

/** Codes of marginal means, contrasts and slopes. */
export const meansCatalogue: Catalogue = {
  "means/specs": {
    title: "What means are asked for cannot be read",
    meaning:
      "Means are asked for by the names of variables, with a family of contrasts left of '~' and variables that separate tables right of '|'.",
    remedy: "Write it as 'treat', '~ treat * dose', 'pairwise ~ treat | sex', or '~ 1' for the overall mean.",
  },
  "means/needs-formula": {
    title: "The fit has no factors",
    meaning:
      "Marginal means average over the levels of factors. A model that was given as matrices has columns only.",
    remedy: "Fit from a formula and a table, or test contrasts of the coefficients with waldTest.",
  },
  "means/other-table": {
    title: "Not the table of the fit",
    meaning:
      "The reference grid is made of the levels and means of the data that were fitted, and this table has other columns or fewer rows.",
    remedy: "Give the table that the model was fitted to.",
  },
  "means/unknown-variable": {
    title: "No such variable in the fixed part",
    meaning:
      "Means, slopes and values of the grid refer to columns in the fixed part of the model. Random groups have no marginal means: their effects are predicted.",
    remedy: "Use the names of columns as the formula has them.",
  },
  "means/unknown-level": {
    title: "No such level",
    meaning: "A level that was asked for is not among those in the fit, or is asked for twice.",
    remedy: "Use one of the levels that the message lists, each once; upper and lower case matter.",
  },
  "means/covariate-value": {
    title: "Not a value of a covariate",
    meaning: "Covariates of the reference grid stand at finite numbers, factors at their levels.",
    remedy: "Give numbers for covariates: --at 'dose=1,2,3'.",
  },
  "means/grid-too-large": {
    title: "A reference grid that is too large",
    meaning:
      "The grid has every combination of the levels of all factors in the fixed part. With many factors these are too many to predict one by one.",
    remedy:
      "Hold some variables at chosen values (--at), or model factors with many levels as random effects.",
  },
  "means/nesting": {
    title: "A nesting that goes in circles",
    meaning: "A factor is nested in coarser ones: drugs in routes, cities in countries.",
    remedy: "State which factor has its levels inside of which others, or no nesting.",
  },
  "means/nested": {
    title: "Nested factors were found",
    meaning:
      "Every level of a factor occurs with one level of another, or the factor is in the model only inside of the other's levels. Averages over it are then taken inside of each group, and its own means are shown with their groups.",
    remedy:
      "Nothing, if the structure is meant. Otherwise state it (--nesting drug=route), or none (--nesting none).",
  },
  "means/unknown-contrast": {
    title: "No such family of contrasts",
    meaning: "Families of contrasts are known by name: pairwise, trt.vs.ctrl, eff, consec, poly and others.",
    remedy: "Use a name of the list, or give the coefficients yourself: --contrast 'name = 1, -1, 0'.",
  },
  "means/contrast-levels": {
    title: "A reference that is not among the means",
    meaning:
      "The control of a comparison, or a level to leave out, is named as the means are, or by its position.",
    remedy: "Use a label of the table of means.",
  },
  "means/contrast-length": {
    title: "Coefficients do not fit the means",
    meaning: "A contrast has one finite number for each mean of a table, in the order of the table.",
    remedy: "Print the means first and count them.",
  },
  "means/one-mean": {
    title: "Nothing to compare",
    meaning: "Contrasts are between means of one table, and each table has one mean only.",
    remedy:
      "Move a factor to the left of '|'. A covariate stands at its mean: give it values (--at), or compare slopes (--slope).",
  },
  "means/too-many-contrasts": {
    title: "Too many contrasts",
    meaning: "All pairs of very many means are more numbers than can be read or kept in memory.",
    remedy: "Compare with a control, or within the levels of a variable.",
  },
  "means/unknown-adjustment": {
    title: "No such adjustment or scheme of weights",
    meaning:
      "Adjustments for several tests are known by name: tukey, holm, mvt and others; so are ways of averaging: equal, proportional, outer, cells, flat.",
    remedy: "Use one of the names that the message lists; henderson means --help has them too.",
  },
  "means/adjustment-changed": {
    title: "Another adjustment was used",
    meaning:
      "Tukey's method is for all pairwise comparisons of one set of means, Tukey's, Scheffe's and Dunnett's are for two-sided inferences. In other cases Sidak's method stands in, which is valid and conservative.",
    remedy: "Nothing, or ask for mvt, which is exact for any set of estimates.",
  },
  "means/rough-probability": {
    title: "Simultaneous probabilities that are not exact",
    meaning:
      "Probabilities of many correlated estimates are integrals in as many dimensions. Where the correlations have a simple form they are exact, elsewhere they are found by lattice rules whose error is estimated.",
    remedy: "Nothing for most purposes. Tukey's and Holm's methods are exact to all digits.",
  },
  "means/not-estimable": {
    title: "Means that cannot be estimated",
    meaning:
      "A mean over combinations of levels needs a prediction of each, and the data say nothing about some of them. Any number would be the accident of a coding, so none is shown.",
    remedy:
      "Ask for means within the levels that have data (--by, --at), weight cells by their data (--weights cells), or fit a model without the interaction.",
  },
  "means/lost-digits": {
    title: "Standard errors lost to rounding",
    meaning:
      "A covariate lies very far from zero compared with its spread, as a date in seconds does. The variance of the intercept is then huge, and what is left of it at the data is less than the rounding of sixteen digits.",
    remedy:
      "Center the covariate: scale(x), or subtract a number inside I(). Means and slopes are the same, and have standard errors.",
  },
  "means/interaction": {
    title: "Averages over a factor that interacts",
    meaning:
      "The effect of the variables that are asked for depends on a variable that is averaged over, so that the averages may describe none of its levels.",
    remedy: "Look at the means within the levels of that variable, or say why the average is of interest.",
  },
  "means/one-value": {
    title: "A covariate at one value",
    meaning:
      "Covariates stand at their mean unless values are given, so a mean by a covariate is one number.",
    remedy: "Give values (--at 'dose=1,2,3'), or ask for its slope (--slope dose).",
  },
  "means/model-scale": {
    title: "Results stay on the scale of the model",
    meaning:
      "The response was asked for on its own scale. That is possible where the formula transforms it in a way that can be undone (log, sqrt, powers, 1/y); differences have a counterpart only for logarithms, where they are ratios.",
    remedy: "Compare the means on the scale of the model; the tests are the same.",
  },
  "means/total-variance": {
    title: "No single variance of an observation",
    meaning:
      "The bias adjustment needs the variance of an observation with its random effects. With several traits, several levels a row or tied terms it is not one number.",
    remedy: "Give the standard deviation as a number.",
  },
  "means/margin": {
    title: "Not a margin, side or null value",
    meaning:
      "A margin of equivalence is a finite number that is not negative; null values and standard deviations are finite. All are on the scale of the model.",
    remedy: "For a model of log(y) a margin of 10 % is log(1.1).",
  },
  "means/letters": {
    title: "Not a level of significance",
    meaning: "Letters show which means differ at a level strictly between 0 and 1.",
    remedy: "Write 5 % as 0.05.",
  },
  "means/slope": {
    title: "No slope",
    meaning:
      "A slope is the derivative of the linear predictor with respect to a numeric covariate of the fixed part, or a function of one, at a point around which the model is defined.",
    remedy: "Name a covariate; for factors compare means.",
  },
  "means/reduced": {
    title: "Terms with fewer degrees of freedom",
    meaning:
      "Combinations of levels without data make some contrasts impossible to estimate. The tests use the others, and '(confounded)' collects the differences between cells that belong to no term alone.",
    remedy: "Look at the counts of the combinations of levels, and at the means that cannot be estimated.",
  },
};
