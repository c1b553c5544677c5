import type { Catalogue } from "../base/catalogue.ts";

export const engineCatalogue: Catalogue = {
  "engine/not-loaded": {
    title: "The engine that the model needs was not passed",
    meaning:
      "Relationships, several traits, several levels a row, held variances and the classic iterations are solved by the full mixed model equations. That engine is a part of its own, so that programs without such models stay small.",
    remedy:
      'In a program: import { equationsEngine } from "henderson/genetics" and pass { engines: [equationsEngine] } to fit. The command line has it always.',
  },
  "engine/unsupported": {
    title: "No engine can fit this model",
    meaning: "Every engine was asked and gave a reason; the message lists them.",
    remedy: "Simplify the term that the reasons name.",
  },
  "engine/too-large": {
    title: "The equations do not fit in memory",
    meaning:
      "The fill-reducing order was found and the size of the sparse factor is known: factor and selected inverse need more memory than one block of WebAssembly or typed arrays can have. Nothing was allocated.",
    remedy:
      "With known variances (--components) the equations can be solved by iteration. To estimate variances, use a part of the animals, fewer generations or fewer traits: the factor grows faster than the number of animals.",
  },
  "engine/relationship-not-definite": {
    title: "A relationship matrix is not positive definite",
    meaning:
      "The inverse of a relationship must be positive definite apart from its fixed groups; a factorization of it failed at the level named.",
    remedy:
      "Check the matrix (duplicated levels make it singular), add a small ridge to its diagonal, or make it from the pedigree again.",
  },
  "engine/repeated-trait": {
    title: "A row has two records of one trait",
    meaning:
      "Residuals of the traits of one row are correlated, one record a trait. A second record of the same trait in the same row has no place in that covariance.",
    remedy: "Give repeated measurements rows of their own.",
  },
  "engine/dependent-traits": {
    title: "A trait is a linear function of others",
    meaning:
      "Apart from the fixed effects, the records of one trait follow exactly from those of others (a sum, a difference, the same column twice). The covariance between them can then be made as singular as one likes, and the likelihood grows without bound.",
    remedy: "Leave out the trait that was computed from others.",
  },
  "engine/no-common-records": {
    title: "Two traits that no row has together",
    meaning:
      "A residual covariance is learned from rows that have records of both traits. Where there is none (traits of different sexes, for example) it cannot be estimated; the likelihood and all other estimates do not depend on it.",
    remedy: "Nothing has to be done, or hold the residual covariance at a known value with --components.",
  },
  "engine/trait-mismatch": {
    title: "A record meets a coefficient of another trait",
    meaning:
      "With several traits every random coefficient belongs to one of them, and records of other traits must not meet it; a model that was built by hand breaks this.",
    remedy: "Give each trait coefficients of its own, with codes of -1 in the records of the others.",
  },
  "engine/unknown-component": {
    title: "A known variance is given for a component that the model does not have",
    meaning:
      "Components are named after their group, or the id of tied terms, and `residual`; the name given is none of these.",
    remedy: "Use a name from the list in the message.",
  },
  "engine/held-covariance": {
    title: "A known or starting variance is not a covariance matrix",
    meaning:
      "A component that is held at a known value, or started there, needs a variance, or a symmetric positive semidefinite matrix with a row for every coefficient (positive definite for the residual).",
    remedy: "Check signs, symmetry and size; every correlation must lie between -1 and 1.",
  },
  "engine/solved-by-iteration": {
    title: "The equations were solved by iteration",
    meaning:
      "All variances are known and the factor of the equations would be too large or slow (or iteration was asked for), so estimates and predictions come from preconditioned conjugate gradients. They are the same numbers to the accuracy in the message. Whatever needs the inverse of the equations is missing: likelihood, prediction error variances and reliabilities.",
    remedy: "Nothing has to be done. For reliabilities take fewer animals, or ask for the factor.",
  },
  "engine/iteration-stopped": {
    title: "The iteration ended before it was exact",
    meaning: "The solution of the mixed model equations did not reach a relative residual of 1e-10.",
    remedy:
      "Scale variances to sensible sizes and look for fixed effects that nearly repeat each other or a random effect; let a cancelled iteration run on.",
  },
  "engine/iteration-needs-variances": {
    title: "Iteration was asked for with unknown variances",
    meaning:
      "Estimating variances needs the factor of the equations; iteration solves them for known variances only.",
    remedy: "Hold every component and the residual at known values, or leave the choice of the solver open.",
  },
  "engine/no-prediction-errors": {
    title: "No standard errors from a solution by iteration",
    meaning:
      "Prediction error variances, reliabilities and degrees of freedom come from the inverse of the mixed model equations, which was never formed because it is too large.",
    remedy: "Take fewer animals (reliabilities of 100,000 are quick), or ask for the factor.",
  },
};
