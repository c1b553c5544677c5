# Tests of fixed effects in small samples from lmerTest, pbkrtest, car and nlme, for test/reference/smallSample.test.ts:
#   Rscript test/reference/generate/smallSample.R      from the root of the repository
# Writes test/reference/data/{beets,ham,carrots,TVbo}.csv (data of pbkrtest and lmerTest) and
# test/reference/data/smallSample.json.
#
# lmer stops its search some 1e-5 before the optimum, and the sixth digit of a standard error with it. Here theta is
# taken to the optimum by Newton steps with Richardson derivatives, and the packages are asked about a fit held there.
suppressMessages({ library(lme4); library(lmerTest); library(pbkrtest); library(car); library(nlme); library(jsonlite) })
source("test/reference/generate/datasets.R")
lmer <- lmerTest::lmer

folder <- "test/reference/data"
writeData("beets", pick(from("pbkrtest", "beets"), c("harvest", "block", "sow", "sugpct")))
writeData("ham", pick(from("lmerTest", "ham"), c("Consumer", "Product", "Informed.liking", "Information", "Gender", "Age")))
writeData("carrots", pick(from("lmerTest", "carrots"), c("Consumer", "Homesize", "Preference", "sens1", "sens2")))
writeData("TVbo", pick(from("lmerTest", "TVbo"), c("Assessor", "TVset", "Picture", "Coloursaturation")))

read <- function(name, factors) {
  frame <- read.csv(file.path(folder, paste0(name, ".csv")), stringsAsFactors = TRUE)
  for (column in factors) frame[[column]] <- factor(frame[[column]])
  frame
}

# theta of the lowest criterion: bobyqa, then Newton on the parameters off the boundary
optimum <- function(criterion, lower, start) {
  best <- minqa::bobyqa(start, criterion, lower = lower, control = list(rhobeg = 0.05, rhoend = 1e-9, maxfun = 1e5))$par
  for (round in 1:4) {
    free <- which(!(lower == 0 & best < 1e-5))
    best[lower == 0 & best < 1e-5] <- 0
    if (!length(free)) break
    inside <- function(part) { theta <- best; theta[free] <- part; criterion(theta) }
    gradient <- numDeriv::grad(inside, best[free])
    hessian <- numDeriv::hessian(inside, best[free])
    if (min(eigen(hessian, TRUE, TRUE)$values) < 1e-6) break
    best[free] <- pmax(best[free] - solve(hessian, gradient), lower[free])
  }
  best
}

fitAtOptimum <- function(formula, frame, contrasts) {
  given <- list(formula = formula, data = frame, REML = TRUE)
  if (length(contrasts)) given$contrasts <- lapply(contrasts, function(c) paste0("contr.", c))
  parsed <- suppressMessages(do.call(lFormula, given))
  theta <- optimum(do.call(mkLmerDevfun, parsed), parsed$reTrms$lower, parsed$reTrms$theta)
  held <- c(given, list(start = theta, control = lmerControl(optimizer = NULL, check.conv.singular = "ignore")))
  suppressWarnings(suppressMessages(do.call(lmer, held)))
}

plain <- function(x) unname(as.list(as.numeric(x)))
rowsOf <- function(m) lapply(seq_len(nrow(m)), function(i) plain(m[i, ]))
tableOf <- function(table, num, den, f, p) lapply(seq_len(nrow(table)), function(i) list(
  term = rownames(table)[i], numDF = table[i, num], denDF = table[i, den], F = table[i, f], p = table[i, p]))
methods <- c(satterthwaite = "Satterthwaite", "kenward-roger" = "Kenward-Roger")

cases <- list()
add <- function(name, data, formula, factors = character(), ours = deparse(formula, 500), contrasts = NULL, subset = NULL,
                hypothesis = NULL, kenwardRoger = TRUE) {
  # type III of car is that of the contrasts: only sum and Helmert contrasts make it a test of margins
  carTypes <- if (length(contrasts)) 2:3 else 2
  frame <- read(data, factors)
  if (!is.null(subset)) frame <- droplevels(frame[eval(parse(text = subset), frame), ])
  environment(formula) <- environment()
  fit <- fitAtOptimum(formula, frame, contrasts)
  used <- if (kenwardRoger) methods else methods[1]
  out <- list(data = data, formula = ours, factors = I(factors), contrasts = contrasts, subset = subset,
    singular = isSingular(fit), logLik = as.numeric(logLik(fit)))
  out$coefficients <- lapply(used, function(m) {
    table <- coef(summary(fit, ddf = m))
    lapply(seq_len(nrow(table)), function(i) list(name = rownames(table)[i], estimate = table[i, 1], se = table[i, 2],
      df = table[i, 3], t = table[i, 4], p = table[i, 5]))
  })
  terms <- attr(terms(fit), "term.labels")
  if (length(terms)) out$anova <- lapply(used, function(m) sapply(c("I", "II", "III"), function(type)
    tableOf(as.data.frame(suppressMessages(anova(fit, type = type, ddf = m))), "NumDF", "DenDF", "F value", "Pr(>F)"), simplify = FALSE))
  if (kenwardRoger) out$adjusted <- rowsOf(as.matrix(vcovAdj(fit)))
  if (kenwardRoger && length(terms)) {
    out$car <- sapply(as.character(carTypes), function(type) {
      table <- as.data.frame(suppressWarnings(Anova(fit, type = as.integer(type), test.statistic = "F")))
      tableOf(table[rownames(table) != "(Intercept)", , drop = FALSE], "Df", "Df.res", "F", "Pr(>F)")
    }, simplify = FALSE)
  }
  if (!is.null(hypothesis)) {
    L <- hypothesis$L
    s <- contestMD(fit, L, rhs = hypothesis$rhs)
    k <- KRmodcomp(fit, L, betaH = as.numeric(MASS::ginv(L) %*% hypothesis$rhs))$test
    out$hypothesis <- list(rows = rowsOf(L), rhs = plain(hypothesis$rhs),
      satterthwaite = list(numDF = s$NumDF, denDF = s$DenDF, F = s[["F value"]], p = s[["Pr(>F)"]]),
      "kenward-roger" = list(numDF = k["Ftest", "ndf"], denDF = k["Ftest", "ddf"], F = k["Ftest", "stat"],
        p = k["Ftest", "p.value"], scale = k["Ftest", "F.scaling"]))
  }
  cases[[name]] <<- out
  cat(name, "\n")
}

add("sleepstudy", "sleepstudy", Reaction ~ Days + (Days | Subject), "Subject",
  hypothesis = list(L = rbind(c(0, 1), c(1, 2)), rhs = c(10, 270)))
add("sleepstudy-uncorrelated", "sleepstudy", Reaction ~ Days + (1 | Subject) + (0 + Days | Subject), "Subject")
add("sleepstudy-unbalanced", "sleepstudy", Reaction ~ Days + I(Days^2) + (Days | Subject), "Subject",
  subset = "Days < 4 | Reaction > 280", hypothesis = list(L = rbind(c(0, 1, 0), c(0, 0, 1)), rhs = c(0, 0)))
add("cake", "cake", angle ~ recipe * temp + (1 | recipe:replicate), c("replicate", "temp"),
  ours = "angle ~ recipe * temp + (1 | recipe:replicate)", hypothesis =
    list(L = cbind(matrix(0, 5, 3), diag(5), matrix(0, 5, 10)), rhs = rep(0, 5)))
add("cake-empty-cell", "cake", angle ~ recipe * temp + (1 | recipe:replicate), c("replicate", "temp"),
  subset = "!(recipe == 'B' & (temp == 185 | temp == 195)) & !((replicate == 2 | replicate == 5) & temp == 215)")
add("penicillin", "Penicillin", diameter ~ 1 + (1 | plate) + (1 | sample))
add("pastes", "Pastes", strength ~ 1 + (1 | batch) + (1 | batch:cask), ours = "strength ~ 1 + (1 | batch/cask)")
add("beets", "beets", sugpct ~ block + sow + harvest + (1 | block:harvest))
add("beets-sum", "beets", sugpct ~ block + sow + harvest + (1 | block:harvest), contrasts = list(block = "sum", sow = "helmert", harvest = "sum"))
add("ham", "ham", Informed.liking ~ Product * Information * Gender + (1 | Consumer) + (1 | Product:Consumer),
  c("Consumer", "Product", "Information", "Gender"), contrasts = list(Product = "sum", Information = "sum", Gender = "sum"))
add("ham-age", "ham", Informed.liking ~ Product * Age + Gender + (1 | Consumer), c("Consumer", "Product", "Information", "Gender"),
  contrasts = list(Product = "sum", Gender = "sum"), subset = "!(Information == 1 & Age < 30)")
add("carrots", "carrots", Preference ~ sens2 + Homesize + (1 + sens2 | Consumer), c("Consumer", "Homesize"))
add("TVbo", "TVbo", Coloursaturation ~ TVset * Picture + (1 | Assessor) + (1 | Assessor:TVset), c("Assessor", "Picture"))
add("TVbo-slopes", "TVbo", Coloursaturation ~ TVset + Picture + (0 + TVset | Assessor), c("Assessor", "Picture"))
add("TVbo-sum", "TVbo", Coloursaturation ~ TVset * Picture + (1 | Assessor), c("Assessor", "Picture"),
  contrasts = list(TVset = "sum", Picture = "helmert"), subset = "Coloursaturation > 2.5")
add("machines", "Machines", score ~ Machine + (1 | Worker) + (1 | Worker:Machine), "Worker")
add("machines-missing", "machinesMissing", score ~ Machine + (1 | Worker) + (1 | Worker:Machine), "Worker",
  hypothesis = list(L = rbind(c(0, 1, 0), c(0, 0, 1)), rhs = c(5, 12)))
add("machines-slopes", "Machines", score ~ Machine + (0 + Machine | Worker), "Worker")
add("oats", "Oats", yield ~ Variety * nitro + (1 | Block) + (1 | Block:Variety), ours = "yield ~ Variety * nitro + (1 | Block/Variety)")
add("oats-unbalanced", "Oats", yield ~ Variety * factor(nitro) + (1 | Block) + (1 | Block:Variety),
  ours = "yield ~ Variety * factor(nitro) + (1 | Block/Variety)", subset = "!(Block == 'I' & nitro > 0.3) & !(Variety == 'Victory' & nitro == 0.2 & (Block == 'II' | Block == 'IV'))")
add("oats-unbalanced-sum", "Oats", yield ~ Variety * factor(nitro) + (1 | Block) + (1 | Block:Variety), ours = "yield ~ Variety * factor(nitro) + (1 | Block/Variety)",
  contrasts = list(Variety = "sum", "factor(nitro)" = "sum"), subset = "!(Block == 'I' & nitro > 0.3) & !(Variety == 'Victory' & nitro == 0.2 & (Block == 'II' | Block == 'IV'))")
add("ergoStool", "ergoStool", effort ~ Type + (1 | Subject))
add("orthodont", "Orthodont", distance ~ age * Sex + (age | Subject))
add("orthodont-unbalanced", "Orthodont", distance ~ age * Sex + (1 | Subject), subset = "distance < 27 | age == 8")
add("assay", "Assay", logDens ~ sample * dilut + (1 | Block) + (1 | Block:sample) + (1 | Block:dilut), "dilut",
  ours = "logDens ~ sample * dilut + (1 | Block) + (1 | Block:sample) + (1 | Block:dilut)")
add("dyestuff2-boundary", "Dyestuff2", Yield ~ 1 + (1 | Batch))
add("npk", "npk", yield ~ N * P * K + (1 | block), c("block", "N", "P", "K"))
add("cells", "inferenceCells", y ~ a * x + b + (x | g), hypothesis = list(L = rbind(c(0, 0, 0, 0, 1, 0, 0, 0, 0), c(0, 0, 0, 0, 0, 0, 1, -1, 0)), rhs = c(0, 0)))
add("cells-crossed", "inferenceCells", y ~ a * b + z + (1 | g) + (0 + x | g))

# between-within degrees of freedom: those of nlme's lme, by coefficient and by term
within <- list()
addLme <- function(name, data, fixed, random, ours, factors = character(), subset = NULL) {
  frame <- read(data, factors)
  if (!is.null(subset)) frame <- droplevels(frame[eval(parse(text = subset), frame), ])
  environment(fixed) <- environment()
  fit <- do.call(lme, list(fixed = fixed, data = frame, random = random, na.action = na.omit, control = lmeControl(returnObject = TRUE, opt = "optim")))
  within[[name]] <<- list(data = data, formula = ours, factors = I(factors), subset = subset,
    coefficients = as.list(fit$fixDF$X), terms = as.list(fit$fixDF$terms))
}
addLme("sleepstudy", "sleepstudy", Reaction ~ Days, ~ Days | Subject, "Reaction ~ Days + (Days | Subject)", "Subject")
addLme("orthodont", "Orthodont", distance ~ age * Sex, ~ 1 | Subject, "distance ~ age * Sex + (1 | Subject)")
addLme("oats", "Oats", yield ~ Variety * nitro, ~ 1 | Block/Variety, "yield ~ Variety * nitro + (1 | Block/Variety)")
addLme("machines-missing", "machinesMissing", score ~ Machine, ~ 1 | Worker/Machine, "score ~ Machine + (1 | Worker/Machine)", "Worker")
addLme("pastes", "Pastes", strength ~ 1, ~ 1 | batch/cask, "strength ~ 1 + (1 | batch/cask)")
addLme("ergoStool", "ergoStool", effort ~ Type, ~ 1 | Subject, "effort ~ Type + (1 | Subject)")
addLme("alfalfa", "Alfalfa", Yield ~ Date * Variety, ~ 1 | Block/Variety, "Yield ~ Date * Variety + (1 | Block/Variety)", "Block")
addLme("egsingle", "egsingle12", math ~ year * size + retained, ~ 1 | schoolid/childid, "math ~ year * size + retained + (1 | schoolid/childid)", c("schoolid", "childid"))

version <- function(package) as.character(packageVersion(package))
writeLines(toJSON(list(source = list(packages = sapply(c("lmerTest", "lme4", "pbkrtest", "car", "nlme"), version, simplify = FALSE),
    R = paste(R.version$major, R.version$minor, sep = "."), script = "test/reference/generate/smallSample.R", platform = R.version$platform),
  mixed = cases, within = within), auto_unbox = TRUE, digits = NA, null = "null", na = "null"), file.path(folder, "smallSample.json"))
