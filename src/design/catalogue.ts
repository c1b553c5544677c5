import type { Catalogue } from "../base/catalogue.ts";

/** What the codes of this layer mean. */
export const designCatalogue: Catalogue = {
  "design/aliased": {
    title: "Coefficients that cannot be estimated",
    meaning:
      "Some columns of the fixed part are combinations of columns before them, so the data cannot tell their effects apart. The later ones were taken out, as R's lm does; predictions for the data at hand do not depend on which.",
    remedy:
      "Read the combinations in the note. Often a cell of an interaction has no rows, or two columns measure the same thing; simplify the formula or accept the missing coefficients.",
  },
  "design/all-missing": {
    title: "No complete row",
    meaning: "Every row has a missing value in a column of the formula, so nothing is left to fit.",
    remedy:
      "Leave the column with the most missing values out, or check how missing values and decimals are written in the file.",
  },
  "design/bad-argument": {
    title: "A function was called in a way it does not understand",
    meaning: "An argument of a function in the formula has a value or a name that the function cannot use.",
    remedy:
      "Follow the message; poly(x, 2), ns(x, 3), bs(x, 5), scale(x), factor(x, levels = c(...)) are typical calls.",
  },
  "design/constant-response": {
    title: "The response does not vary",
    meaning:
      "All rows used have the same response, so there is no variation to explain and no variance to estimate.",
    remedy: "Check that the right column is on the left of ~ and that the subset is not too narrow.",
  },
  "design/extrapolation": {
    title: "Values beyond the range of the training data",
    meaning:
      "A spline or Legendre basis is evaluated outside the range it was made for. Natural splines continue as straight lines; B-splines and polynomials can go anywhere.",
    remedy: "Do not rely on predictions there, or refit with data that cover the range.",
  },
  "design/groups-of-one": {
    title: "One row per level of a grouping factor",
    meaning:
      "With one row a level, the variance between levels and the residual variance are the same thing: every split of their sum fits equally well.",
    remedy: "Leave the term out, or group by a factor that repeats.",
  },
  "design/missing": {
    title: "Missing values were refused",
    meaning:
      "The data have missing values in columns of the formula, and the options ask not to leave rows out.",
    remedy: "Fill the values in, choose the rows with a subset, or allow incomplete rows to be left out.",
  },
  "design/new-level": {
    title: "A level that the fit did not see",
    meaning:
      "A factor of the fixed part has a level in the new rows that no training row had, so it has no coefficient to predict with.",
    remedy: "Correct the spelling of the level, leave those rows out, or refit with data that contain it.",
  },
  "design/no-coefficients": {
    title: "Nothing on the left of a bar",
    meaning:
      "A random term has neither an intercept nor a variable, so it has no effect to vary between groups.",
    remedy: "Write (1 | g) for an intercept or (x | g) for an intercept and a slope.",
  },
  "design/no-rows": {
    title: "No rows",
    meaning: "The data are empty, or no row satisfies the subset.",
    remedy: "Check the file and the condition of the subset; text is compared exactly, with case.",
  },
  "design/not-finite": {
    title: "A value that is not a finite number",
    meaning:
      "A column holds an infinite value, or an expression such as the logarithm of zero or the root of a negative number has no finite value in the row named.",
    remedy:
      "Correct the row, leave it out with a subset, or use a function that is defined there, such as log1p.",
  },
  "design/not-yet": {
    title: "Understood but not fitted yet",
    meaning: "The formula is valid, but this kind of model cannot be fitted by this version.",
    remedy: "Use a response of one column, or mvbind() for several traits.",
  },
  "design/one-group": {
    title: "A grouping factor with one level",
    meaning: "A variance between groups needs several groups, but all rows used are in the same one.",
    remedy: "Leave the term out, or check the grouping column and the subset.",
  },
  "design/one-level": {
    title: "A factor with one level",
    meaning: "A factor with a single level among the rows used is a constant and has no effect to estimate.",
    remedy: "Leave the factor out of the formula, or check the subset and the missing values.",
  },
  "design/rows-dropped": {
    title: "Incomplete rows were left out",
    meaning:
      "Rows with a missing value in a column of the formula cannot be used. Other columns do not matter.",
    remedy: "Compare models on the same rows; a model with other columns may use others.",
  },
  "design/text-response": {
    title: "The response is text",
    meaning: "A linear model needs a numeric response, but this column has values that are not numbers.",
    remedy:
      "Check the column for words among the numbers (such as 'n/a', which can be declared missing), or choose another column.",
  },
  "design/too-many-coefficients": {
    title: "As many coefficients as rows",
    meaning:
      "The fixed part fits the rows perfectly whatever they are; nothing is left to estimate the variance.",
    remedy:
      "Use fewer terms; a numeric column that was read as text gives one coefficient per distinct value.",
  },
  "design/too-large": {
    title: "More columns than memory holds",
    meaning:
      "The fixed part (or the left side of a bar) would need a matrix of several gigabytes, nearly always because a factor with thousands of levels stands in it.",
    remedy: "Put the factor in a random term, (1 | f), or check whether a numeric column was read as text.",
  },
  "design/type": {
    title: "Text where a number is needed, or the reverse",
    meaning: "An operation of the formula got a kind of value that it has no meaning for.",
    remedy: "Use factor columns as terms of their own, and numbers or comparisons inside calculations.",
  },
  "design/unknown-column": {
    title: "No such column",
    meaning: "The formula, the weights or the subset name a column that the data do not have.",
    remedy: "Correct the name; names with blanks or signs are written in backquotes.",
  },
  "design/unknown-contrast": {
    title: "No such contrast",
    meaning: "Factors are coded by treatment, sum, helmert or poly contrasts.",
    remedy: "Use one of these names.",
  },
  "design/unknown-factor": {
    title: "Contrasts or reference for something that is not a factor",
    meaning: "An option names a variable that is not a factor of the formula, so it would have no effect.",
    remedy: "Correct the name, or declare the numeric column to be a factor.",
  },
  "design/unknown-function": {
    title: "No such function",
    meaning: "The formula language has a fixed list of functions.",
    remedy: "Use one of the functions of the manual, or compute the column beforehand.",
  },
  "design/unknown-level": {
    title: "No such level",
    meaning: "A reference level was asked for that the factor does not have among the rows used.",
    remedy: "Correct the spelling; case and blanks count.",
  },
  "design/unused-levels": {
    title: "Levels without rows",
    meaning: "Levels of a factor occur in no row that is used, so they get no coefficient.",
    remedy: "Nothing needs to be done; check the rows left out if you expected the levels to be there.",
  },
  "design/weights": {
    title: "Weights that are no weights",
    meaning:
      "Precision weights are the inverse of relative variances: positive and finite. Zero leaves a row out.",
    remedy: "Correct the column; a variance column needs --weights '1 / v'.",
  },
  "design/zero-weights": {
    title: "Rows of weight zero were left out",
    meaning: "A weight of zero means infinite variance: the row says nothing and is not counted.",
    remedy: "Nothing, if the rows were meant to be left out; otherwise give them a positive weight.",
  },
  "design/structure": {
    title: "A structured term that cannot be read",
    meaning:
      "fa() and rr() need the number of their factors; the other structures take nothing but coefficients and a group.",
    remedy: "Write fa(0 + env, 2 | g), rr(0 + env, 1 | g), or ar1(0 + time | g) without further numbers.",
  },
  "design/structure-traits": {
    title: "A structure over coefficients and traits at once",
    meaning:
      "Covariances across traits are unstructured. A structure such as ar1 over several coefficients of each trait would have to say how it combines with them.",
    remedy: "Leave the structure away, use || for uncorrelated coefficients, or fit the traits one by one.",
  },
  "design/tied": {
    title: "Tied terms that do not fit together",
    meaning:
      "Terms with the same id, as in (1 |p| gr(calf, cov = A)) + (1 |p| gr(dam, cov = A)), are effects of the same individuals on different rows: they need the same relationship and one structure.",
    remedy: "Write the same cov = ... and the same structure in each of them, or give them different ids.",
  },
  "design/unknown-ids": {
    title: "Ids that a relationship does not have",
    meaning:
      "A grouping column names individuals that are not in the relationship, so nothing is known about how they are related to the others. Ids are compared as text; a number 4 is the text 4.",
    remedy:
      "Add the individuals to the pedigree or the matrix, correct the spelling, or declare the code for unknown individuals to be missing.",
  },
  "design/unknown-relationship": {
    title: "No such relationship",
    meaning: "The formula names a relationship, as A in gr(animal, cov = A), that has not been defined.",
    remedy:
      "Define it with --relationship A=pedigree:FILE (or matrix:, inverse:, ...), or in the library with the option relationships.",
  },
  "design/no-records": {
    title: "A trait without records",
    meaning:
      "Every row has a missing value in the response of this trait or in a column of its formula, so nothing is known about it.",
    remedy: "Leave the trait out, or check how missing values and decimals are written in the file.",
  },
  "design/records-dropped": {
    title: "Traits are not recorded in every row",
    meaning:
      "A row has a record of a trait where the response and the columns of its own formula are there. Rows with some of the traits are used for those.",
    remedy:
      "Nothing needs to be done. If a trait lost more rows than expected, look for missing values in the columns of its own formula.",
  },
  "design/repeated-trait": {
    title: "Two formulas for one trait",
    meaning:
      "Formulas joined by ; are the models of different traits, but two of them have the same response.",
    remedy: "Put the terms of the trait into one formula.",
  },
  "design/many-factors": {
    title: "More factors than a covariance can tell apart",
    meaning:
      "A factor-analytic term with k factors of q coefficients is unique only when (q - k)^2 is at least q + k. With more factors its covariance is well defined, but different loadings and specific variances give the same one.",
    remedy: "Read the covariance, not the loadings, or use fewer factors, or us.",
  },
};
