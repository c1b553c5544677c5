# Reference fits of linear models by R's lm: Rscript test/reference/generate/linear.R from the root of the repository.
# Needs the data that lmm.R writes. Writes test/reference/linear.json.

suppressPackageStartupMessages(library(splines))
source("test/reference/generate/datasets.R")
source("test/reference/generate/writeCase.R")

linearCase <- function(name, data, formula, weights = NULL, contrasts = list(), reference = list(), factors = character()) {
  frame <- readData(data, factors, reference)
  arguments <- list(formula = as.formula(formula), data = frame)
  if (!is.null(weights)) arguments$weights <- frame[[weights]]
  if (length(contrasts)) arguments$contrasts <- lapply(contrasts, function(name) paste0("contr.", name))
  fit <- do.call(lm, arguments)
  table <- anova(fit)
  terms <- rownames(table) != "Residuals"
  coefficients <- coef(summary(fit))
  list(name = name, formula = formula, data = paste0(data, ".csv"),
       options = Filter(length, list(weights = weights, contrasts = contrasts, reference = reference,
                                     factors = if (length(factors)) array1(factors))),
       nobs = nobs(fit), sigma = sigma(fit), logLik = as.numeric(logLik(fit)), AIC = AIC(fit), BIC = BIC(fit),
       terms = array1(names(coef(fit))),
       estimates = array1(unname(coef(fit))),
       se = array1(unname(coefficients[match(names(coef(fit)), rownames(coefficients)), 2])),
       anova = list(terms = array1(rownames(table)[terms]), df = array1(table$Df[terms]), sumSq = array1(table$"Sum Sq"[terms]),
                    F = array1(table$"F value"[terms]), p = array1(table$"Pr(>F)"[terms])),
       fittedHead = array1(unname(head(fitted(fit), 6))))
}

cases <- list(
  linearCase("interaction", "cats", "Hwt ~ Bwt * Sex"),
  linearCase("nested regressions", "whiteside", "Gas ~ Insul/Temp - 1"),
  linearCase("quadratic by group", "whiteside", "Gas ~ Insul * (Temp + I(Temp^2))", reference = list(Insul = "Before")),
  linearCase("aliased interaction", "npk", "yield ~ factor(block) + N * P * K"),
  linearCase("factor columns with sum contrasts", "npk", "yield ~ block + N * P", factors = c("block", "N", "P"),
             contrasts = list(block = "sum", N = "sum", P = "sum")),
  linearCase("weights", "hills", "time ~ dist + climb", weights = "precision"),
  linearCase("offset", "hills", "time ~ climb + offset(5 * dist)"),
  linearCase("both sides logged", "mammals", "log(brain) ~ log(body)"),
  linearCase("orthogonal polynomial", "GAGurine", "log(GAG) ~ poly(Age, 6)"),
  linearCase("natural spline", "GAGurine", "log(GAG) ~ ns(Age, 5)"),
  linearCase("B-spline", "GAGurine", "log(GAG) ~ bs(Age, 6)"),
  linearCase("missing values", "survey", "height ~ writing + sex + exercise + smoke"),
  linearCase("helmert and treatment", "survey", "height ~ sex * exercise", contrasts = list(exercise = "helmert")),
  linearCase("intercept only", "cats", "Hwt ~ 1"),
  linearCase("through the origin", "hills", "time ~ 0 + dist + climb"),
  linearCase("power of a sum", "npk", "yield ~ (N + P + K)^2 - N:K"))

writeLines(toText(list(source = source_of("stats", c("linear.R", "datasets.R", "writeCase.R"), "lm"), cases = cases)), "test/reference/linear.json")
