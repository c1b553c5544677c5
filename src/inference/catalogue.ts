import type { Catalogue } from "../base/catalogue.ts";

/** Codes of tests and comparisons. */
export const inferenceCatalogue: Catalogue = {
  "inference/one-trait": {
    title: "Only for models of one trait",
    meaning:
      "Which terms a model needs can differ from trait to trait, so terms are not eliminated from several traits at once.",
    remedy: "Fit each trait by itself; henderson drop1 and ranova take several traits.",
  },
  "inference/ddf-not-loaded": {
    title: "A method for degrees of freedom that has to be given as a value",
    meaning:
      "Kenward-Roger, between-within and containment degrees of freedom are not part of the main import, which stays small for browsers; their names alone do not bring them in.",
    remedy:
      'Write import { kenwardRoger } from "henderson/inference" and give ddf: kenwardRoger (also betweenWithin, containment). The command line knows all methods by name.',
  },
  "inference/ddf-needs-reml": {
    title: "Kenward-Roger needs variances by REML",
    meaning:
      "The adjustment of the covariance is derived for variances that are estimated by REML. Fits by ML are repeated by REML; ANOVA estimates have no counterpart.",
    remedy: "Fit by REML, or use Satterthwaite's method, 'residual' or 'none'.",
  },
  "inference/refitted-by-reml": {
    title: "Tests are those of the REML fit",
    meaning:
      "The fit is by maximum likelihood and Kenward and Roger's method is for REML, so the same model was fitted by REML. Estimates, standard errors, degrees of freedom and tests of the fixed effects are those of the REML fit.",
    remedy: "Nothing, or fit by REML in the first place.",
  },
  "inference/kr-boundary": {
    title: "Kenward-Roger at the boundary",
    meaning:
      "A variance is estimated at zero or a correlation at one. The method is derived for the interior; as pbkrtest does, all variances and covariances of the term count as parameters, with the expected information at the estimate.",
    remedy:
      "Compare with the model without the term. A parametric bootstrap makes no assumption about the interior.",
  },
  "inference/kr-nonlinear": {
    title: "A covariance that is not linear in its parameters",
    meaning:
      "With ar1, cs, hetar1, rr and fa the covariance bends as its parameters change. The adjusted covariance then has the term of second derivatives and the term for the bias of the parameters of Kenward and Roger (2009); together they do not depend on how the structure is parameterized.",
    remedy:
      "Nothing needs to be done. Covariances that are linear in their parameters (us, diag, homcs) need no such terms.",
  },
  "inference/variances-known": {
    title: "All variances are known",
    meaning: "Nothing about the variances is estimated, so tests and intervals use the normal distribution.",
    remedy:
      "Nothing, if the values come from elsewhere. If they were estimated from these data, let them be estimated (leave --components out), so that tests allow for it.",
  },
  "inference/not-nested": {
    title: "Between-within degrees of freedom need nested groupings",
    meaning:
      "The rule counts groups from the outermost grouping to the innermost, so every level of one grouping has to lie in one level of the next. Crossed groupings, related levels and records of several levels have no such order.",
    remedy:
      "Use containment for crossed groupings, or Kenward-Roger or Satterthwaite, which hold for all models.",
  },
  "inference/not-contained": {
    title: "Containment needs independent groups",
    meaning:
      "Containment counts the ranks of the columns of the random effects. With relationships between levels, several levels a record or several traits those ranks do not count independent pieces of information.",
    remedy: "Use Kenward-Roger or Satterthwaite.",
  },
  "inference/no-degrees-of-freedom": {
    title: "No degrees of freedom are left",
    meaning:
      "There are as many fixed effects at a level of nesting as the data have independent values there, so nothing is left to estimate their error from.",
    remedy:
      "Leave out fixed effects that vary between groups only, or use another method of degrees of freedom.",
  },
  "inference/level": {
    title: "Not a confidence level",
    meaning: "A confidence level is a probability strictly between 0 and 1, such as 0.95.",
    remedy: "Write 95 % as 0.95.",
  },
  "inference/needs-formula": {
    title: "The fit has no terms",
    meaning:
      "Tables by term group coefficients as the formula does. A model that was given as matrices has coefficients only.",
    remedy: "Fit from a formula, or test contrasts of the coefficients with waldTest.",
  },
  "inference/no-margin": {
    title: "A term is in the model without one of its margins",
    meaning:
      "The formula has a product of factors and leaves out a term inside it (as 'b' in x:b + a + a:b). R's rule then codes the product by contrasts although nothing holds the place of the level that is left out, so the hypotheses of types II and III depend on the choice of contrasts.",
    remedy:
      "Add the margin to the formula, or use type I, whose tests depend on the order of the terms only.",
  },
  "inference/not-estimable": {
    title: "A term is not or not fully testable",
    meaning:
      "Some combinations of levels have no observations, or the columns of the term equal combinations of other columns. The hypothesis of this type has fewer degrees of freedom than the term has parameters, or none.",
    remedy:
      "Look at the counts of the combinations of levels. A type I or II table, or a smaller model, may ask questions that the data can answer.",
  },
  "inference/hypothesis": {
    title: "A hypothesis that is not understood",
    meaning:
      "A linear hypothesis is one or more equations between sums of coefficients, each with a number before it if need be; products of coefficients are not linear. The caret marks the place.",
    remedy:
      "Write 'Days = 10, (Intercept) - 2 * Days = 0', with the names of the coefficients as the fit prints them. A name that looks like an expression can stand in backquotes.",
  },
  "inference/unknown-coefficient": {
    title: "No such coefficient",
    meaning: "The hypothesis names something that is no fixed effect of the model.",
    remedy:
      "Use the names of the table of fixed effects: a factor's coefficient has its level behind it, as treatB.",
  },
  "inference/not-estimable-combination": {
    title: "A hypothesis about what the data do not determine",
    meaning:
      "The combination has a coefficient whose column equals a combination of other columns, and its value depends on how that dependence is resolved. No estimate of it would mean anything.",
    remedy:
      "Test a combination that does not depend on it, or simplify the model until no column is aliased.",
  },
  "inference/aliased-meaning": {
    title: "A coefficient that stands for more than its name",
    meaning:
      "A column was taken out because it equals a combination of others. The coefficients of those others are what they are in the model without it.",
    remedy: "Say so in the report, or simplify the model until no column is aliased.",
  },
  "inference/contradiction": {
    title: "Equations that contradict each other",
    meaning:
      "One equation says of a combination of the others' left sides something else than their right sides do.",
    remedy: "Test them one by one.",
  },
  "inference/dependent-equations": {
    title: "An equation that follows from the others",
    meaning: "The hypothesis has fewer degrees of freedom than equations.",
    remedy: "Nothing, or leave it out.",
  },
  "inference/region-rank": {
    title: "A flat region",
    meaning:
      "The combinations depend on each other, so all their possible values lie in a plane and have no region around them.",
    remedy: "Leave out combinations that follow from the others.",
  },
  "inference/region-point": {
    title: "Not a point of the region",
    meaning: "A point has one number for each combination of the region; a boundary is drawn for two.",
    remedy: "Compare with the names of the region.",
  },
  "inference/contrast-shape": {
    title: "Contrasts do not fit the coefficients",
    meaning:
      "Every row of a contrast matrix needs one finite number for each coefficient that is in the fit (aliased ones are not).",
    remedy: "Compare the rows with the names of the coefficients, in their order.",
  },
  "inference/contrast-zero": {
    title: "Contrasts without variance",
    meaning: "All rows of the contrast matrix are zero, so there is no hypothesis to test.",
    remedy: "Give at least one row that is not zero.",
  },
  "inference/no-fixed-effects": {
    title: "No fixed effects",
    meaning: "The formula has neither an intercept nor predictors, so nothing fixed is estimated.",
    remedy: "Fit a model with an intercept, or ask for what the model has: variances and random effects.",
  },
  "inference/one-fit": {
    title: "Nothing to compare",
    meaning: "A likelihood-ratio table compares fits with each other, so it needs two or more.",
    remedy: "Give another fit, or ask for the analysis-of-variance table of the one fit.",
  },
  "inference/different-data": {
    title: "Fits of different data",
    meaning:
      "Likelihoods can be compared only when they describe the same numbers: the same rows, the same response in the same unit, the same weights. A variable with missing values in one model silently removes rows there.",
    remedy: "Fit all models to the rows that are complete for all of them, for example with --subset.",
  },
  "inference/needs-refit": {
    title: "REML fits of different fixed effects",
    meaning:
      "A REML likelihood is the likelihood of the data after the fixed effects have been projected out, so models with different fixed effects (or other codings of them) have REML likelihoods of different data.",
    remedy: "Compare fits by ML (--ml); the command line does this by itself.",
  },
  "inference/refitted": {
    title: "Fits were repeated by ML",
    meaning:
      "The REML fits had different fixed effects, so they were fitted again by ML before their likelihoods were compared. The table shows the ML fits.",
    remedy: "Nothing. Report estimates from the REML fits and tests of fixed effects from this table.",
  },
  "inference/derive": {
    title: "A derived quantity that cannot be computed",
    meaning: "A derived quantity is NAME = EXPRESSION, arithmetic over the names of variance components.",
    remedy:
      "Write it as h2 = animal / (animal + residual). Entries of a covariance matrix are p[1,1], p[2,1]; log, sqrt, exp and the like may be used.",
  },
  "inference/derive-name": {
    title: "No such variance component",
    meaning:
      "The expression names something that is no variance component of the model, or a whole matrix where one of its entries is needed.",
    remedy:
      "Use the names in the table of variance components. Entries of a matrix are written with row and column: p[2,1].",
  },
  "inference/boundary-mixture": {
    title: "Variances of zero lie on a boundary",
    meaning:
      "A variance cannot be negative, so under the hypothesis that it is zero the likelihood ratio is not chi-squared: its distribution is a mixture with fewer degrees of freedom, and the plain p is too large (by a factor of two for one variance). Weights for one variance, alone or correlated with others, are exact in large samples; for several at a time they suppose estimates that are not correlated.",
    remedy: "Use the p of the mixture; in small samples the parametric bootstrap is better than both.",
  },
  "inference/unknown-null": {
    title: "The distribution of a likelihood ratio is not known",
    meaning:
      "The models differ in random terms in a way for which no mixture is known: they are not nested, or a correlation disappears together with its variance, or factors, several traits or more than six correlated effects at a time are tested.",
    remedy: "Simulate the distribution with the parametric bootstrap of the likelihood ratio.",
  },
  "inference/boundary-nuisance": {
    title: "Another variance is on the boundary",
    meaning:
      "Mixtures suppose that variances which are not tested are positive. One of them is estimated at zero, where the ratio tends to be smaller than the mixture says.",
    remedy: "Leave the term without variance out of both models, or use the parametric bootstrap.",
  },
  "inference/refit-not-converged": {
    title: "A model of the table did not converge",
    meaning:
      "The likelihood of a model without one of the terms is not at its maximum, so that its test is not either.",
    remedy: "Fit the model of that row by itself and look at its notes.",
  },
  "inference/no-random-terms": {
    title: "No random terms to test",
    meaning: "The model is a linear one.",
    remedy: "Terms of a linear model are tested by anova and drop1.",
  },
  "inference/after-selection": {
    title: "Tests after a selection",
    meaning:
      "Terms were taken out because their p values were large. Tests and intervals of the model that is left do not know that, and are too optimistic.",
    remedy: "Report the path, and confirm the model on other data where that is possible.",
  },
  "inference/step-alpha": {
    title: "Not a limit for p values",
    meaning: "The limits above which terms are taken out are probabilities.",
    remedy: "Write 5 % as 0.05; leave a part out with none.",
  },
  "inference/step-keep": {
    title: "No term of this name to keep",
    meaning: "A term that is to stay in the model is not among its terms.",
    remedy: "Write it as the table of the elimination does.",
  },
  "inference/step-cancelled": {
    title: "The elimination was stopped",
    meaning: "The caller stopped the work before no term was left to take out.",
    remedy: "Let it run to the end; the steps so far are those of the whole search.",
  },
  "inference/explained-model": {
    title: "R2 is not defined for this model",
    meaning:
      "R2 and the intraclass correlation are parts of the total variance of one response. Several traits have several, and where related levels meet in one record (tied terms, mm() with a relationship) the variance that they give it depends on their relationship.",
    remedy: "Compute the ratio that you need from the components with --derive.",
  },
  "inference/explained-offset": {
    title: "The offset does not count in R2",
    meaning:
      "An offset is known, not explained: its variance is part of neither the fixed effects nor the total.",
    remedy: "Nothing, or make the offset a predictor.",
  },
  "inference/explained-weights": {
    title: "R2 with weights",
    meaning:
      "With precision weights the residual variance differs by record; R2 uses its mean, sigma2 times the mean of 1 / weight.",
    remedy: "Nothing; for records of one weight compute the ratio from the components.",
  },
  "inference/exact-ratio": {
    title: "No exact distribution of the likelihood ratio",
    meaning:
      "The finite-sample distribution is known for models with one random effect of independent levels (not too many) and uncorrelated residuals. With several random terms, correlated effects, relationships or known variances it is not.",
    remedy: "Use the mixture of ranova, or the parametric bootstrap of the ratio.",
  },
  "inference/exact-draws": {
    title: "Not a number of draws",
    meaning: "The null distribution is simulated with a whole number of draws.",
    remedy: "Give at least a thousand; 10000 draws give p to within 0.01.",
  },
  "inference/profile-likelihood": {
    title: "No likelihood that could be profiled",
    meaning:
      "A profile needs the deviance at other values of the parameters. Variances by the ANOVA method and solutions by iteration have none, an ML fit has no REML deviance, and the REML deviance does not depend on the fixed effects.",
    remedy: "Fit by REML or ML with a factorization, and profile fixed effects by ML.",
  },
  "inference/profile-parameter": {
    title: "No parameter of this name",
    meaning:
      "Intervals were asked for a parameter, component or group of parameters that the fit does not have. Parameters are named as in lme4: sd_(Intercept)|Subject, cor_Days.(Intercept)|Subject, sigma, and the coefficients.",
    remedy: "Use one of the names in the hint, a component's name, or all, variance or fixed.",
  },
  "inference/profile-failed": {
    title: "The likelihood is not defined along a profile",
    meaning:
      "At a value of the parameter that the search for the limit needs, no deviance could be computed.",
    remedy: "Use Wald or bootstrap intervals for this parameter, and check the scale of the data.",
  },
  "inference/lower-deviance": {
    title: "A profile went below the deviance of the estimates",
    meaning:
      "With a parameter held elsewhere the likelihood is higher than at the estimates: these are not the maximum, so intervals around them would be wrong. The likelihood has several maxima, or the search ended early.",
    remedy: "Fit the model again from other starting values, and look at the certificate of convergence.",
  },
  "inference/profiled-by-ml": {
    title: "Profiles are of the ML deviance",
    meaning:
      "A REML fit is refitted by ML before its profiles are computed, as in lme4, so that variance parameters and fixed effects have intervals from one likelihood.",
    remedy: "Nothing, or profile the variance parameters by REML (--criterion reml).",
  },
  "inference/profile-cancelled": {
    title: "Profiles were stopped",
    meaning: "The caller stopped the work; the intervals that were complete are in the result.",
    remedy: "Ask for fewer parameters, or let it run to the end.",
  },
  "inference/profile-not-monotone": {
    title: "A profile has more than one valley",
    meaning:
      "The deviance along the parameter falls again after it rose: other parameters jump to another maximum of the likelihood there. The interval ends at the first crossing on each side.",
    remedy: "Look at the profile; the bootstrap does not rely on its shape.",
  },
  "inference/profile-unbounded": {
    title: "An interval without an end",
    meaning:
      "The deviance levels off before it reaches the value that the confidence level asks for: however far the parameter goes, the data do not exclude it.",
    remedy: "The model has more parameters than these data tell apart; a simpler one may say more.",
  },
  "inference/no-correlation": {
    title: "A correlation beside a standard deviation of zero",
    meaning:
      "A coefficient that does not vary is correlated with nothing: the likelihood does not depend on the correlation.",
    remedy: "Leave the coefficient out of the random term, or put it into a term of its own: (x || g).",
  },
  "inference/not-profiled": {
    title: "A parameter without a profile",
    meaning:
      "Components that are held at known values are not estimated, loadings of factors are determined only up to a rotation, and REML knows nothing of random effects that the fixed effects span.",
    remedy: "Estimate the component, or fit an unstructured term.",
  },
  "inference/row-not-estimable": {
    title: "Rows that cannot be predicted",
    meaning:
      "Some columns of the fixed part were taken out because they are combinations of others in the data. In these new rows the combination does not hold, so the prediction would depend on which column was taken out.",
    remedy:
      "Predict combinations of the predictors that occur in the data, or collect data that tell them apart.",
  },
  "inference/unit-weights": {
    title: "New rows without weights",
    meaning:
      "The fit has precision weights and the new rows do not have their column, so the residual variance of a new observation is taken as that of weight 1.",
    remedy: "Add the column of weights to the new rows.",
  },
  "inference/average-group": {
    title: "A prediction interval of an average group",
    meaning:
      "An interval for a new observation around the population mean has the residual variance but not the variance between groups: it is that of a group without any deviation.",
    remedy: "Ask for target new-group for an observation of a group not yet seen, or group for a known one.",
  },
  "inference/prediction-ddf": {
    title: "Satterthwaite degrees of freedom for predictions",
    meaning:
      "Kenward-Roger, between-within and containment degrees of freedom are defined for fixed effects. Predictions that include group effects or new observations have Satterthwaite's.",
    remedy: "Nothing; for Kenward-Roger the standard errors have the uncertainty of the variances added.",
  },
};
