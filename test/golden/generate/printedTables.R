# Captures what R prints, so that our text output can be compared with it character by character.
# Run from the repository root: Rscript test/golden/generate/printedTables.R
# Needs lme4 1.1-31, lmerTest, jsonlite (R 4.2). Writes test/golden/r/*.txt and test/golden/r/numberFormats.json.
options(width = 200, show.signif.stars = FALSE, digits = 7)
suppressMessages({library(lme4); library(lmerTest); library(jsonlite)})
out <- "test/golden/r"
keep <- function(name, expr) {
  lines <- capture.output(expr)
  writeLines(lines[!grepl("^Control:", lines)], file.path(out, paste0(name, ".txt")))
}

tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.02, rhoend = 1e-9, maxfun = 1e5))
# lme4 stops early by default; a converged fit prints what any exact optimum prints
lmer <- function(...) {
  call <- match.call(expand.dots = TRUE)
  call[[1]] <- quote(lmerTest::lmer)
  call$control <- quote(tight)
  eval(call, parent.frame())
}
sleep <- lmer(Reaction ~ Days + (Days | Subject), sleepstudy)
keep("sleepstudy-reml", print(summary(sleep)))
keep("sleepstudy-ml", print(summary(lmer(Reaction ~ Days + (Days | Subject), sleepstudy, REML = FALSE))))
keep("sleepstudy-uncorrelated", print(summary(lmer(Reaction ~ Days + (Days || Subject), sleepstudy))))
keep("sleepstudy-anova", print(anova(sleep)))
cake1 <- lmer(angle ~ recipe * temperature + (1 | recipe:replicate), cake)
keep("cake", print(summary(cake1)))
keep("cake-anova", print(anova(cake1)))
keep("cake-main", print(summary(lmer(angle ~ recipe + temp + (1 | recipe:replicate), cake))))
keep("penicillin", print(summary(lmer(diameter ~ 1 + (1 | plate) + (1 | sample), Penicillin))))
keep("machines", print(summary(lmer(score ~ Machine + (Machine | Worker), as.data.frame(nlme::Machines)))))
keep("sleepstudy-linear", print(summary(lm(Reaction ~ Days, sleepstudy))))
keep("sleepstudy-linear-weighted", print(summary(lm(Reaction ~ Days + Subject, sleepstudy, weights = Days + 1))))
keep("sleepstudy-linear-anova", print(anova(lm(Reaction ~ Days + Subject, sleepstudy))))
m0 <- lmer(Reaction ~ 1 + (Days | Subject), sleepstudy, REML = FALSE)
m1 <- lmer(Reaction ~ Days + (Days | Subject), sleepstudy, REML = FALSE)
keep("sleepstudy-comparison", print(anova(m0, m1)))
keep("sleepstudy-drop1", print(stats::drop1(as(m1, "lmerMod"), test = "Chisq")))

set.seed(20240607)
vectors <- c(
  list(c(612.1002, 35.07171, 654.941), c(24.74066, 5.922139, 25.59182), c(1, 10, 100), c(0.1, 0.12, 0.123456789),
       c(1e-10, 1), c(1e10, 1), c(123456, 1e-5), c(0, 4.93), c(1e5), c(100000, 1), c(123456789.123), c(0.00001234),
       c(-1.5, 2.25), c(9.9996, 1), c(99999.7), c(1e-300, 1e300), c(2.5, 0.5), c(1/3, 2/3), c(1785.5, 1763.94), 0),
  lapply(1:80, function(i) signif(rnorm(sample(1:6, 1)) * 10^runif(1, -6, 7), sample(2:15, 1))),
  lapply(1:60, function(i) rnorm(sample(1:6, 1)) * 10^runif(1, -3, 4)),
  lapply(1:40, function(i) rnorm(4) * 10^runif(4, -8, 8)))
formats <- lapply(vectors, function(v) list(values = I(v), four = I(format(v, digits = 4)), seven = I(format(v, digits = 7)),
  three = I(format(v, digits = 3)), zapped = I(format(zapsmall(v, 5), digits = 4))))
pvectors <- c(list(c(1e-20, 0.5), 1e-20, c(1e-20, 1e-6), c(0.55065, 0.000168), c(0.04782, 1.07e-7, 1e-17), 0, 1, c(0, 1), 3.62e-7),
  lapply(1:60, function(i) 10^(-runif(sample(1:5, 1), 0, sample(c(2, 5, 20), 1)))))
pvalues <- lapply(pvectors, function(p) list(values = I(p), three = I(format.pval(p, digits = 3)), four = I(format.pval(p, digits = 4))))
names1 <- c("(Intercept)", "Days", "temperature", "recipeB:temperature.L", "MachineB", "MachineC", "I(x^2)", "poly(Time, 2)1",
  "poly(Time, 2)2", "service1", "gcsecnt", "genderF", "treatmentControl", "sx.M:eth", "aeiou", "x", "DietHigh fat", "log(dose)",
  "xTRUE", "very_long_variable_name", "UPPERCASEVARIABLE", "age", "sexMale", "age:sexMale")
abbreviations <- list(names = names1, six = unname(abbreviate(names1, 6)), eleven = unname(abbreviate(names1, 11)))
clash <- c("treatmentA", "treatmentB", "treatmentC", "treatmentAB")
clashes <- list(names = clash, six = unname(abbreviate(clash, 6)), eleven = unname(abbreviate(clash, 11)))
tables <- function(m) {
  s <- summary(m)
  list(names = I(rownames(coef(s))), columns = I(colnames(coef(s))), coefficients = unname(coef(s)), vcov = unname(as.matrix(vcov(m))),
    variances = lapply(names(VarCorr(m)), function(g) {v <- VarCorr(m)[[g]]
      list(group = g, terms = I(rownames(v)), covariance = matrix(v, nrow(v)))}),
    sigma = sigma(m), residuals = I(unname(quantile(residuals(m, "pearson", scaled = TRUE)))))
}
linear <- function(m) list(names = I(rownames(coef(summary(m)))), coefficients = unname(coef(summary(m))))
fits <- list("sleepstudy-reml" = tables(sleep), "cake" = tables(cake1),
  "sleepstudy-uncorrelated" = tables(lmer(Reaction ~ Days + (Days || Subject), sleepstudy)),
  "cake-main" = tables(lmer(angle ~ recipe + temp + (1 | recipe:replicate), cake)),
  "penicillin" = tables(lmer(diameter ~ 1 + (1 | plate) + (1 | sample), Penicillin)),
  "machines" = tables(lmer(score ~ Machine + (Machine | Worker), as.data.frame(nlme::Machines))))
linearFits <- list("sleepstudy-linear" = linear(lm(Reaction ~ Days, sleepstudy)),
  "sleepstudy-linear-weighted" = linear(lm(Reaction ~ Days + Subject, sleepstudy, weights = Days + 1)))
anovas <- list("cake-anova" = unname(as.matrix(anova(cake1))), "sleepstudy-anova" = unname(as.matrix(anova(sleep))),
  "sleepstudy-linear-anova" = unname(as.matrix(anova(lm(Reaction ~ Days + Subject, sleepstudy)))))
writeLines(toJSON(list(source = list(r = R.version.string, lme4 = as.character(packageVersion("lme4")),
  lmerTest = as.character(packageVersion("lmerTest")), script = "test/golden/generate/printedTables.R"),
  fits = fits, linearFits = linearFits, anovas = anovas, comparison = as.list(as.data.frame(anova(m0, m1))),
  formats = formats, pvalues = pvalues, abbreviations = list(abbreviations, clashes)), digits = NA, auto_unbox = TRUE),
  file.path(out, "numberFormats.json"))
