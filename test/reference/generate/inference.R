# Reference tests of fixed effects from lmerTest, car and stats, for test/unit/inference.
# Rscript test/reference/generate/inference.R      from the root of the repository
# Writes test/reference/data/inferenceCells.csv (made up here) and test/reference/data/inference.json.
suppressMessages({library(lmerTest); library(car); library(jsonlite)})

folder <- "test/reference/data"
set.seed(20240611)
cells <- expand.grid(a = c("a1", "a2", "a3"), b = c("b1", "b2", "b3", "b4"), rep = 1:5)
cells <- cells[sample(nrow(cells), 51), ]
cells$x <- round(rnorm(51, 10, 3), 2)
cells$z <- round(runif(51, -1, 1), 2)
cells$w <- sample(1:4, 51, TRUE)
cells$g <- sprintf("g%02d", sample(9, 51, TRUE))
effect <- rnorm(9, 0, 2); slope <- rnorm(9, 0, 0.4)
group <- as.integer(sub("g", "", cells$g))
cells$y <- round(with(cells, 20 + 1.5 * (a == "a2") - 2 * (b == "b3") + 0.5 * x + 2 * (a == "a3") * (b == "b2") +
                        effect[group] + slope[group] * (x - 10) + rnorm(51, 0, 1.5)), 3)
# groups differ mostly in slope: intercepts and slopes are estimated as perfectly correlated
set.seed(20)
cells$u <- round(5 + rnorm(9, 0, 1)[group] * cells$x + rnorm(51, 0, 3), 3)
write.csv(cells[, c("a", "b", "x", "z", "w", "g", "y", "u")], file.path(folder, "inferenceCells.csv"), row.names = FALSE, quote = FALSE)

read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")), stringsAsFactors = TRUE)
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 2e-2, rhoend = 1e-9, maxfun = 1e5))
numbers <- function(x) unname(as.list(x))

anovaRows <- function(table) {
  table <- as.data.frame(table)
  lapply(seq_len(nrow(table)), function(i) list(term = rownames(table)[i], sumSq = table[i, "Sum Sq"],
    numDF = table[i, "NumDF"], denDF = table[i, "DenDF"], F = table[i, "F value"], p = table[i, "Pr(>F)"]))
}

mixed <- list()
addMixed <- function(name, data, formula, ours = deparse(formula, 500), REML = TRUE, contrasts = NULL, weights = NULL, subset = NULL,
                     type = c("I", "II", "III"), ...) {
  frame <- read(data)
  if (!is.null(subset)) frame <- droplevels(frame[eval(parse(text = subset), frame), ])
  frame$.weight <- if (is.null(weights)) 1 else frame[[weights]]
  environment(formula) <- environment()
  fit <- suppressMessages(lmer(formula, frame, REML = REML, control = tight, weights = .weight,
    contrasts = if (is.null(contrasts)) NULL else lapply(contrasts, function(c) paste0("contr.", c))))
  coefficients <- as.data.frame(coef(summary(fit)))
  interval <- qt(0.975, coefficients$df) * coefficients[["Std. Error"]]
  tables <- list()
  for (t in type) tables[[t]] <- anovaRows(suppressMessages(anova(fit, type = t)))
  mixed[[name]] <<- list(data = data, formula = ours, REML = REML, contrasts = contrasts, weights = weights, subset = subset,
    theta = numbers(getME(fit, "theta")), sigma = sigma(fit), logLik = as.numeric(logLik(fit)),
    coefficients = lapply(seq_len(nrow(coefficients)), function(i) list(name = rownames(coefficients)[i],
      estimate = coefficients[i, 1], se = coefficients[i, 2], df = coefficients[i, 3], t = coefficients[i, 4], p = coefficients[i, 5],
      lower = coefficients[i, 1] - interval[i], upper = coefficients[i, 1] + interval[i])),
    anova = tables)
}
addMixed("sleepstudy", "sleepstudy", Reaction ~ Days + (Days | Subject))
addMixed("sleepstudy-ml", "sleepstudy", Reaction ~ Days + (Days | Subject), REML = FALSE)
addMixed("sleepstudy-uncorrelated", "sleepstudy", Reaction ~ Days + I(Days^2) + (1 | Subject) + (0 + Days | Subject))
addMixed("penicillin-crossed", "Penicillin", diameter ~ 1 + (1 | plate) + (1 | sample), type = character())
addMixed("cake", "cake", angle ~ recipe * factor(temp) + (1 | recipe:replicate))
addMixed("machines", "Machines", score ~ Machine + (1 | Worker) + (1 | Worker:Machine))
addMixed("machines-slopes", "Machines", score ~ Machine + (0 + Machine | Worker))
addMixed("machines-unbalanced", "machinesMissing", score ~ Machine + (1 | Worker) + (1 | Worker:Machine))
addMixed("oats", "Oats", yield ~ factor(nitro) * Variety + (1 | Block / Variety))
addMixed("oats-numeric", "Oats", yield ~ nitro * Variety + (1 | Block / Variety), contrasts = list(Variety = "sum"))
addMixed("star-crossed", "star8", math ~ gr + sx * eth + (1 | id) + (1 | tch))
addMixed("scotland-crossed", "ScotsSec", attain ~ verbal * sex + (1 | primary) + (1 | second))
addMixed("cells-interaction", "inferenceCells", y ~ a * b + x + (1 | g))
addMixed("cells-interaction-sum", "inferenceCells", y ~ a * b + x + (1 | g), contrasts = list(a = "sum", b = "helmert"))
addMixed("cells-slope", "inferenceCells", y ~ a * x + b + (x | g))
addMixed("cells-numeric-interaction", "inferenceCells", y ~ x * z + a + (1 | g))
addMixed("cells-missing", "inferenceCells", y ~ a * b + (1 | g), subset = "!(a == 'a2' & b == 'b3')")
addMixed("cells-missing-two", "inferenceCells", y ~ a * b + z + (1 | g), subset = "!(a == 'a2' & b == 'b3') & !(a == 'a1' & b == 'b1')")
# lmerTest's types II and III of a + a:b are those at the reference level of b, not SAS's: left out
addMixed("cells-nested", "inferenceCells", y ~ a + a:b + (1 | g), type = "I")
# and its type III of a in 0 + a + b tests cell means at the reference level of b
addMixed("cells-cell-means", "inferenceCells", y ~ 0 + a + b + (1 | g), type = c("I", "II"))
addMixed("cells-weights", "inferenceCells", y ~ a * b + (1 | g), weights = "w")
addMixed("cells-ml", "inferenceCells", y ~ a + b + x + (1 | g), REML = FALSE)
addMixed("cells-singular", "inferenceCells", y ~ a + x + (1 | g) + (1 | b))
addMixed("cells-three-way", "inferenceCells", y ~ a * b * z + (1 | g), contrasts = list(a = "sum", b = "poly"))
addMixed("cells-covariates", "inferenceCells", y ~ a * x * z + (1 | g))
addMixed("cells-interaction-first", "inferenceCells", y ~ b:a + b + a + poly(x, 2) + (1 | g))
addMixed("cells-singular-slopes", "inferenceCells", y ~ a + x + z + (x + z | g))
addMixed("cells-zero-intercept", "inferenceCells", y ~ a + I(x - 10) + (1 + z | g) + (1 | b))
addMixed("cells-perfect-correlation", "inferenceCells", u ~ x + a + (x | g))
addMixed("cake-slopes-singular", "cake", angle ~ recipe + temp + (temp | replicate))
addMixed("dyestuff2-singular", "Dyestuff2", Yield ~ 1 + (1 | Batch), type = character())

linear <- list()
addLinear <- function(name, formula, ours = deparse(formula, 500), contrasts = NULL, weights = NULL, subset = NULL, typeIII = TRUE, typeII = TRUE) {
  frame <- read("inferenceCells")
  if (!is.null(subset)) frame <- droplevels(frame[eval(parse(text = subset), frame), ])
  frame$.w <- if (is.null(weights)) 1 else frame[[weights]]
  named <- if (is.null(contrasts)) NULL else lapply(contrasts, function(c) paste0("contr.", c))
  fit <- lm(formula, frame, contrasts = named, weights = .w)
  sequential <- as.data.frame(anova(fit))
  rows <- function(table) lapply(seq_len(nrow(table)), function(i) list(term = trimws(rownames(table)[i]), sumSq = table[i, "Sum Sq"],
    numDF = table[i, "Df"], F = table[i, "F value"], p = table[i, grep("^Pr", names(table))]))
  # car's type III is the SAS one only under contrasts that sum to zero
  factors <- intersect(c("a", "b"), all.vars(formula))
  sums <- setNames(rep(list("contr.sum"), length(factors)), factors)
  III <- if (typeIII) as.data.frame(Anova(lm(formula, frame, contrasts = sums, weights = .w), type = 3)) else NULL
  table <- as.data.frame(coef(summary(fit)))
  ci <- confint(fit)[rownames(table), , drop = FALSE]
  drop <- as.data.frame(drop1(fit, test = "F"))
  linear[[name]] <<- list(data = "inferenceCells", formula = ours, contrasts = contrasts, weights = weights, subset = subset,
    coefficients = lapply(seq_len(nrow(table)), function(i) list(name = rownames(table)[i], estimate = table[i, 1], se = table[i, 2],
      df = fit$df.residual, t = table[i, 3], p = table[i, 4], lower = ci[i, 1], upper = ci[i, 2])),
    anova = c(list(I = rows(sequential)), if (typeII) list(II = rows(as.data.frame(Anova(fit, type = 2)))) else NULL,
              if (typeIII) list(III = rows(III[rownames(III) != "(Intercept)", ])) else NULL),
    drop = lapply(seq_len(nrow(drop))[-1], function(i) list(term = rownames(drop)[i], df = drop[i, "Df"], sumSq = drop[i, "Sum of Sq"],
      RSS = drop[i, "RSS"], F = drop[i, "F value"], p = drop[i, "Pr(>F)"])))
}
addLinear("additive", y ~ a + b + x)
addLinear("interaction", y ~ a * b + x)
addLinear("interaction-sum", y ~ a * b + x, contrasts = list(a = "sum", b = "sum"))
addLinear("interaction-helmert", y ~ b * a, contrasts = list(a = "helmert", b = "poly"))
addLinear("slopes", y ~ a * x)
addLinear("numeric-interaction", y ~ x * z + a)
addLinear("polynomial", y ~ poly(x, 2) * a)
addLinear("weighted", y ~ a * b + x, weights = "w")
addLinear("missing-cell", y ~ a * b, subset = "!(a == 'a2' & b == 'b3')", typeIII = FALSE)
addLinear("cell-means", y ~ 0 + a + x, typeIII = FALSE)

# Likelihood-ratio tables and drop1 of mixed models.
sleep <- read("sleepstudy"); cellsFrame <- read("inferenceCells")
compare <- function(formulas, frame, data, REML) {
  fits <- lapply(formulas, function(f) lmer(as.formula(f), frame, REML = REML, control = tight))
  table <- as.data.frame(do.call(anova, c(unname(fits), list(refit = TRUE))))
  list(data = data, formulas = unname(as.list(formulas)), REML = REML, rows = lapply(seq_len(nrow(table)), function(i)
    list(npar = table[i, "npar"], AIC = table[i, "AIC"], BIC = table[i, "BIC"], logLik = table[i, "logLik"], deviance = table[i, "deviance"],
         chisq = table[i, "Chisq"], df = table[i, "Df"], p = table[i, "Pr(>Chisq)"])))
}
comparisons <- suppressMessages(list(
  compare(c("y ~ a * b + (1 | g)", "y ~ a + (1 | g)", "y ~ a + b + (1 | g)"), cellsFrame, "inferenceCells", TRUE),
  compare(c("Reaction ~ Days + (1 | Subject)", "Reaction ~ Days + (Days | Subject)"), sleep, "sleepstudy", FALSE)))
dropFit <- lmer(y ~ a * b + x + (1 | g), cellsFrame, REML = FALSE, control = tight)
dropTable <- as.data.frame(drop1(as(dropFit, "lmerMod"), test = "Chisq"))
drops <- list(data = "inferenceCells", formula = "y ~ a * b + x + (1 | g)", rows = lapply(seq_len(nrow(dropTable)), function(i)
  list(term = rownames(dropTable)[i], npar = dropTable[i, "npar"], AIC = dropTable[i, "AIC"], LRT = dropTable[i, "LRT"], p = dropTable[i, "Pr(Chi)"])))

# Conditional variances (with the fixed effects held), and prediction error variances from the mixed model equations.
effects <- function(formula, frame, data) {
  fit <- lmer(as.formula(formula), frame, control = tight)
  modes <- ranef(fit, condVar = TRUE)[[1]]
  k <- ncol(modes)
  conditional <- sqrt(apply(attr(modes, "postVar"), 3, diag))
  X <- getME(fit, "X"); Z <- as.matrix(getME(fit, "Z")); L <- as.matrix(getME(fit, "Lambda"))
  M <- rbind(cbind(crossprod(X), t(X) %*% Z %*% L), cbind(t(L) %*% t(Z) %*% X, t(L) %*% crossprod(Z) %*% L + diag(ncol(Z))))
  inverse <- solve(M)[-(1:ncol(X)), -(1:ncol(X))]
  error <- sqrt(diag(L %*% inverse %*% t(L))) * sigma(fit)
  own <- rep(diag(VarCorr(fit)[[1]]), nrow(modes))
  list(data = data, formula = formula, levels = rownames(modes), k = k, estimate = as.vector(t(as.matrix(modes))),
       conditional = as.vector(conditional), predictionError = unname(error), reliability = unname(1 - error^2 / own))
}
randomEffects <- list(effects("Reaction ~ Days + (Days | Subject)", sleep, "sleepstudy"),
                      effects("y ~ a * b + x + (1 | g)", cellsFrame, "inferenceCells"))

source <- list(packages = list(lmerTest = as.character(packageVersion("lmerTest")), lme4 = as.character(packageVersion("lme4")),
                               car = as.character(packageVersion("car"))), R = paste(R.version$major, R.version$minor, sep = "."),
               script = "test/reference/generate/inference.R", platform = R.version$platform)
write_json(list(source = source, mixed = mixed, linear = linear, comparisons = comparisons, drops = drops, randomEffects = randomEffects),
           file.path(folder, "inference.json"), digits = NA, auto_unbox = TRUE, na = "null", null = "null", pretty = 1)
