# Random models of random data, fitted by lme4 (tests by lmerTest) and lm, from the root of the repository:
#   Rscript test/differential/generate/random.R FIRST LAST [FOLDER]     every seed of a range, default folder test/differential/cases
#   Rscript test/differential/generate/random.R kept                    the seeds whose cases are in the repository
# A case depends on its seed only. lme4's criterion is minimized from several starts by two optimizers and Newton steps.
# Known faults of the oracle are left out: lmerTest takes poly(), ns() and scale() for factors, loses
# containment where the formula has an offset, a nested term or no intercept, and tests aliased terms as if they were alone.

suppressPackageStartupMessages({library(lme4); library(lmerTest); library(splines)})
invisible(Sys.setlocale("LC_COLLATE", "C"))
source("test/reference/generate/writeCase.R")
keptSeeds <- scan("test/differential/generate/kept.txt", quiet = TRUE)

pick <- function(x, size = 1, ...) x[sample.int(length(x), size, ...)]
chance <- function(p) runif(1) < p
asFactor <- function(x) factor(x, levels = sort(unique(as.character(x)), method = "radix"))

awkward <- c("\u00e9 1", " lead", "a b", "O'Neil", "a,b", "100%", "\u00e4", "\u00c4", "a", "A", "-", "(Intercept)", "\u65e5\u672c", "x^2", "1e3", "01", "1",
  "10", "2", "+", "\U1F600", "\uFB01", "T", "yes/no", "B_c", "b.c", "#", "=1", "@", "zz top", "z", "\u0301x", "~", "$", "[k]", "{", "|", "TRUEish", "nan", "Inf ")
levelNames <- function(q, style) switch(style,
  plain = sprintf("g%02d", seq_len(q)), text = as.character(seq_len(q)), number = as.character(seq_len(q) * 3 - 10),
  awkward = if (q <= length(awkward)) pick(awkward, q) else c(awkward, sprintf("n %d", seq_len(q - length(awkward)))))

makeData <- function() {
  n <- pick(c(20, 30, 45, 60, 90, 130, 200, 350, 600))
  qmax <- max(3, min(60, n %/% 3))
  qg <- sample(3:qmax, 1); qh <- sample(3:max(3, min(20, n %/% 4)), 1)
  style <- pick(c("plain", "text", "number", "awkward"))
  weightsOf <- function(q) if (chance(0.5)) rep(1, q) else rexp(q) + 0.05
  g <- sample.int(qg, n, TRUE, weightsOf(qg)); h <- sample.int(qh, n, TRUE, weightsOf(qh))
  if (chance(0.3)) h <- (g + sample(0:1, n, TRUE)) %% qh + 1          # partially crossed
  s <- sample.int(sample(2:3, 1), n, TRUE)
  x <- signif(switch(sample(3, 1), rnorm(n), runif(n, 0, 10), rnorm(n, 40, 20)), 6)
  z <- signif(rnorm(n, 0, pick(c(1e-3, 1, 1e4))), 6)
  p <- signif(rexp(n) + 0.1, 6)
  k <- sample(0:3, n, TRUE)
  a <- pick(c("A", "B", "C", "D"), n, TRUE, prob = c(0.4, 0.3, 0.2, 0.1))
  b <- pick(pick(awkward, 3), n, TRUE)
  l <- runif(n) < 0.4
  w <- signif(runif(n, 0.2, 4), 4); if (chance(0.3)) w <- sample(1:5, n, TRUE)
  o <- signif(rnorm(n, 5, 2), 5)
  ratio <- pick(c(0, 0, 0.05, 0.5, 1, 1, 3, 30)); ratio2 <- pick(c(0, 0.5, 1)); slope <- pick(c(0, 0.3, 1))
  xs <- (x - mean(x)) / sd(x)
  eta <- rnorm(qg)[g] * ratio + rnorm(qh)[h] * ratio2 + rnorm(qg)[g] * xs * slope + 0.5 * xs + (a == "B") - 0.7 * l +
    rnorm(qg * 3)[(g - 1) * 3 + s] * pick(c(0, 1))
  y <- signif(pick(c(0, 10, 500)) + pick(c(1, 0.01, 200)) * (eta + rnorm(n) / sqrt(w)), 8)
  frame <- data.frame(y, x, z, p, k, a, b, l, g = levelNames(qg, style)[g], h = levelNames(qh, "plain")[h], s, w, o, stringsAsFactors = FALSE)
  if (style == "number") frame$g <- as.numeric(frame$g)
  if (chance(0.3)) {
    holes <- pick(c("y", "a", "g", "l", "w", "o", "s"), sample(3, 1))
    for (hole in holes) frame[sample.int(n, sample(1:max(1, n %/% 15), 1)), hole] <- NA
    attr(frame, "holes") <- TRUE
  } else attr(frame, "holes") <- FALSE
  frame
}

fixedPart <- function(holes) {
  numeric <- c("x", "z", "I(x^2)", "log(p)", "sqrt(p)", "poly(x, 2)", "poly(p, 3)", "ns(x, 3)", "bs(z, 4)", "scale(z)", "scale(x)", "poly(x, 2, raw = TRUE)",
               "k", "exp(-p)", "I(x - 3)", "pmin(p, 1)", "log2(p)", "I(k > 1)")
  factors <- c("a", "b", "l", "factor(k)", "a", "l")
  piece <- function() switch(sample(9, 1), pick(numeric), pick(factors), paste(pick(numeric), "*", pick(factors)),
    paste(pick(factors), "*", pick(factors)), paste0(pick(numeric), ":", pick(factors)), paste0(pick(factors), ":", pick(factors)),
    paste0(pick(c("a", "b")), " / ", pick(c("x", "l", "z"))), paste0("(", paste(pick(c("x", "z", "l", "a"), 3), collapse = " + "), ")^2"), pick(numeric))
  pieces <- replicate(sample(0:3, 1), piece())
  if (chance(0.06)) pieces <- c(pieces, "x", "I(2 * x - 3)")
  if (chance(0.05)) pieces <- c(pieces, "a * l * x")
  if (chance(0.05)) pieces <- c(pieces, "a * l - l")
  if (chance(0.15) && length(pieces)) pieces <- c("0", pieces) else if (!length(pieces)) pieces <- "1"
  if (chance(0.12)) pieces <- c(pieces, "offset(o)")
  paste(pieces, collapse = " + ")
}
randomPart <- function() {
  one <- function() switch(sample(22, 1), "(1 | g)", "(1 | g)", "(x | g)", "(x || g)", "(0 + x | g)", "(l | g)", "(0 + l | g)", "(a | g)", "(x + z | g)",
    "(1 | g:s)", "(1 | g) + (1 | g:s)", "(1 | g) + (1 | h)", "(1 | g) + (1 | h)", "(x | g) + (1 | h)", "(1 | g) + (1 | h) + (1 | g:h)", "(scale(x) | g)",
    "(1 | g) + (0 + z | g)", "(log(p) | h)", "(1 | h) + (1 | g) + (1 | k)", "(1 | h:a)", "(z || g) + (x | h)", "(1 | g:s) + (l | h)")
  one()
}

# lme4's criterion, minimized from two starts by two optimizers and Newton
search <- function(criterion, lower, start) {
  best <- list(theta = start, value = Inf)
  consider <- function(theta) { value <- criterion(theta); if (is.finite(value) && value < best$value) best <<- list(theta = theta, value = value) }
  for (from in list(start, ifelse(lower == 0, 0.2, 0), ifelse(lower == 0, 3, 0))) {
    first <- nloptr::nloptr(from, criterion, lb = lower, opts = list(algorithm = "NLOPT_LN_BOBYQA", xtol_abs = 1e-10, ftol_abs = 1e-11, maxeval = 3000))
    consider(first$solution)
  }
  second <- minqa::bobyqa(best$theta, criterion, lower = lower, control = list(rhobeg = 0.02, rhoend = 1e-9, maxfun = 20000))
  consider(second$par)
  free <- which(!(lower == 0 & best$theta < 1e-5))
  inside <- function(part) { theta <- best$theta; theta[free] <- part; criterion(theta) }
  for (round in 1:2) if (length(free)) {
    gradient <- numDeriv::grad(inside, best$theta[free]); hessian <- numDeriv::hessian(inside, best$theta[free])
    step <- tryCatch(solve(hessian, gradient), error = function(e) NULL)
    if (is.null(step) || min(eigen(hessian, TRUE, TRUE)$values) <= 0) break
    candidate <- best$theta; candidate[free] <- pmax(best$theta[free] - step, lower[free])
    value <- criterion(candidate)
    if (value < best$value + 1e-11 * abs(best$value)) best <- list(theta = candidate, value = value)
  }
  zero <- lower == 0 & best$theta < 1e-5
  if (any(zero)) { flat <- replace(best$theta, zero, 0); v <- criterion(flat); if (v <= best$value + 1e-10 * abs(best$value)) best <- list(theta = flat, value = v) }
  best
}

prepareFrame <- function(data) {
  for (name in names(data)) if (is.character(data[[name]])) data[[name]] <- asFactor(data[[name]])
  data
}
columnsOf <- function(data) lapply(data, function(v) if (is.numeric(v)) array1(v) else if (is.factor(v)) array1(as.character(v)) else array1(v))

newRows <- function(data) {
  data <- data[complete.cases(data), ]
  rows <- data[sample.int(nrow(data), 8, TRUE), , drop = FALSE]
  rows$x <- signif(rows$x * 0.9 + 0.1 * mean(data$x), 6)
  if (is.numeric(rows$g)) rows$g[1:2] <- 9999 else rows$g[1:2] <- "never seen"
  rows$h[2:3] <- "new h"
  rows
}
anovaRows <- function(table) {
  table <- as.data.frame(table)
  lapply(seq_len(nrow(table)), function(i) list(term = rownames(table)[i], numDF = table[i, "NumDF"], denDF = table[i, "DenDF"], F = table[i, "F value"]))
}
quiet <- function(e) suppressWarnings(suppressMessages(e))

oneCase <- function(seed) {
  set.seed(seed)
  data <- makeData()
  holes <- attr(data, "holes")
  fixed <- fixedPart(holes)
  linear <- chance(0.12)
  random <- if (linear) NULL else randomPart()
  response <- pick(c("y", "y", "y", "y", "I(y / 2)"))
  formula <- paste(response, "~", fixed, if (!linear) paste("+", random))
  weights <- if (chance(0.25)) "w"
  subset <- if (chance(0.12)) pick(c("k < 3", "p > 0.2 & x > -5", "a != \"D\"", "l | p < 1"))
  contrasts <- list()
  if (chance(0.3) && grepl("\\ba\\b", fixed)) contrasts$a <- pick(c("sum", "helmert", "poly"))
  if (chance(0.3) && grepl("\\bb\\b", fixed)) contrasts$b <- pick(c("sum", "helmert"))
  method <- if (linear) "OLS" else pick(c("REML", "REML", "ML"))
  if (chance(0.1)) { formula <- gsub("\\bx\\b", "`my x`", formula); names(data)[names(data) == "x"] <- "my x"; if (!is.null(subset)) subset <- gsub("\\bx\\b", "`my x`", subset) }
  used <- data
  if (!is.null(subset)) { condition <- eval(parse(text = subset)[[1]], data); used <- data[!is.na(condition) & condition, , drop = FALSE] }
  new <- newRows(if ("my x" %in% names(used)) setNames(used, sub("my x", "x", names(used))) else used)
  if ("my x" %in% names(used)) names(new)[names(new) == "x"] <- "my x"
  frame <- prepareFrame(used)
  for (name in names(contrasts)) { frame[[name]] <- droplevels(frame[[name]]); contrasts(frame[[name]]) <- paste0("contr.", contrasts[[name]]) }
  environment <- new.env(parent = globalenv())
  arguments <- list(formula = as.formula(formula, env = environment), data = frame)
  if (!is.null(weights)) arguments$weights <- as.name(weights)
  base <- list(name = sprintf("random-%04d", seed), formula = formula,
    options = Filter(length, list(method = if (!linear) method, weights = weights, contrasts = contrasts, subset = subset)),
    data = columnsOf(data), newData = columnsOf(new))
  predictions <- function(f) tryCatch(array1(quiet(f())), error = function(e) NULL)
  newFrame <- new
  # factors of the fixed part keep the levels of the fit
  for (name in c("a", "b")) newFrame[[name]] <- factor(new[[name]], levels = levels(frame[[name]]))
  if (linear) {
    fit <- quiet(do.call(lm, arguments))
    if (fit$df.residual < 3) stop("saturated")
    table <- as.data.frame(anova(fit)); s <- summary(fit)$coefficients
    # drop1.lm takes columns out; with "0 +" or without margins the smaller formula has other columns
    reduced <- if (!grepl("0 \\+|:", formula)) tryCatch(as.data.frame(drop1(fit, test = "F")), error = function(e) NULL)
    b <- coef(fit); kept <- !is.na(b)
    return(Filter(Negate(is.null), c(base, list(linear = TRUE, nobs = nobs(fit), sigma = sigma(fit), logLik = as.numeric(logLik(fit)), df = attr(logLik(fit), "df"), AIC = AIC(fit), BIC = BIC(fit),
      fixed = list(terms = array1(names(b)[kept]), estimates = array1(b[kept]), vcov = vcov(fit)[kept, kept, drop = FALSE]), aliased = array1(names(b)[!kept]),
      fitted = array1(fitted(fit)), residuals = array1(residuals(fit)), components = I(list()),
      anova = list(I = lapply(seq_len(nrow(table) - 1), function(i) list(term = rownames(table)[i], numDF = table[i, "Df"], denDF = fit$df.residual, F = table[i, "F value"]))),
      drop = if (!is.null(reduced) && nrow(reduced) > 1) lapply(2:nrow(reduced), function(i) list(term = rownames(reduced)[i], df = reduced[i, "Df"], statistic = reduced[i, "F value"])),
      predictMean = predictions(function() predict(fit, newFrame))))))
  }
  control <- lmerControl(check.rankX = "silent.drop.cols", check.scaleX = "ignore", check.nobs.vs.nRE = "ignore", check.nobs.vs.nlev = "ignore", calc.derivs = FALSE)
  parsed <- quiet(do.call(lFormula, c(arguments, list(REML = method == "REML", control = control))))
  if (nrow(parsed$X) <= ncol(parsed$X) + 4) stop("saturated")
  if (nrow(parsed$reTrms$Zt) >= nrow(parsed$X) - ncol(parsed$X)) stop("more random effects than rows")
  criterion <- quiet(do.call(mkLmerDevfun, c(parsed, list(verbose = 0, control = control))))
  lower <- parsed$reTrms$lower
  best <- quiet(search(criterion, lower, parsed$reTrms$theta))
  value <- criterion(best$theta)
  # a fit object with a call, so that its methods can evaluate things again; the start is the optimum
  fit <- mkMerMod(environment(criterion), list(par = best$theta, fval = value, feval = 0, conv = 0, message = ""), parsed$reTrms, parsed$fr)
  X <- getME(fit, "X"); cnms <- getME(fit, "cnms"); sizes <- lengths(cnms)
  thetaStart <- cumsum(c(0, sizes * (sizes + 1) / 2))
  effects <- ranef(fit, condVar = TRUE)
  Gp <- getME(fit, "Gp"); b <- getME(fit, "b")
  sigma <- sigma(fit)
  order <- seq_along(cnms)
  components <- lapply(order, function(t) {
    k <- sizes[t]; group <- names(cnms)[t]
    L <- matrix(0, k, k); L[lower.tri(L, diag = TRUE)] <- best$theta[thetaStart[t] + seq_len(k * (k + 1) / 2)]
    factorIndex <- which(names(effects) == group)
    before <- sum(sizes[seq_along(cnms) < t & names(cnms) == group])
    table <- effects[[factorIndex]][, before + seq_len(k), drop = FALSE]
    variance <- attr(effects[[factorIndex]], "postVar")
    if (is.list(variance)) variance <- variance[[sum(names(cnms)[seq_len(t)] == group)]] else variance <- variance[before + seq_len(k), before + seq_len(k), , drop = FALSE]
    rows <- seq_len(min(nrow(table), 12))
    list(group = group, terms = array1(cnms[[t]]), levels = nrow(table), theta = array1(best$theta[thetaStart[t] + seq_len(k * (k + 1) / 2)]),
      covariance = sigma^2 * L %*% t(L), ranef = list(levels = array1(rownames(table)[rows]), estimates = unname(as.matrix(table[rows, , drop = FALSE])),
      conditionalSd = do.call(rbind, lapply(rows, function(i) sqrt(diag(matrix(variance[, , i], k)))))))
  })
  singular <- isSingular(fit, tol = 1e-4)
  unusual <- grepl("offset|/|:|0 \\+|- l|`|poly|ns\\(|bs\\(|scale|factor\\(|I\\(k", sub("\\+ \\([^()]*\\|.*", "", sub("^I\\(y / 2\\)", "y", formula))) ||
    length(attr(X, "col.dropped"))
  satterthwaite <- NULL; tables <- NULL; drop <- NULL
  tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 1e-3, rhoend = 1e-9, maxfun = 1e5), check.rankX = "silent.drop.cols", check.scaleX = "ignore",
     check.nobs.vs.nRE = "ignore", check.nobs.vs.nlev = "ignore", calc.derivs = FALSE)
  if (!singular && seed %% 2 == 0) {
    tested <- tryCatch(quiet(do.call(lmerTest::lmer, c(replace(arguments, "data", list(local({ f <- frame; f$l <- factor(f$l); f }))), list(REML = method == "REML", control = tight, start = best$theta)))), error = function(e) { cat("lmerTest:", conditionMessage(e), "\n"); NULL })
    if (!is.null(tested)) {
      s <- tryCatch(quiet(coef(summary(tested))), error = function(e) NULL)
      if (!is.null(s) && "df" %in% colnames(s)) satterthwaite <- array1(s[, "df"])
      tables <- list()
      for (type in if (unusual) "I" else c("I", "II", "III")) tables[[type]] <- tryCatch(anovaRows(quiet(anova(tested, type = type))), error = function(e) NULL)
    }
  }
  if (seed %% 3 == 0 && !grepl("~ 0", formula)) {
    dropped <- tryCatch({
      ml <- quiet(do.call(lme4::lmer, c(arguments, list(REML = FALSE, control = tight, start = best$theta))))
      d <- as.data.frame(quiet(drop1(ml, test = "Chisq")))
      whole <- d[1, "AIC"]
      if (nrow(d) > 1) lapply(2:nrow(d), function(i) list(term = rownames(d)[i], df = d[i, 1], statistic = d[i, "LRT"], AIC = d[i, "AIC"], wholeAIC = whole))
    }, error = function(e) NULL)
    drop <- dropped
  }
  plain <- tryCatch(quiet(do.call(lme4::lmer, c(arguments, list(REML = method == "REML", control = lmerControl(optimizer = NULL, check.rankX = "silent.drop.cols", check.scaleX = "ignore", check.nobs.vs.nRE = "ignore", check.nobs.vs.nlev = "ignore", calc.derivs = FALSE), start = best$theta)))), error = function(e) NULL)
  dropped <- attr(X, "col.dropped")
  Filter(Negate(is.null), c(base, list(linear = FALSE, nobs = nrow(X), singular = singular, objective = value, sigma = sigma, logLik = as.numeric(logLik(fit)), df = attr(logLik(fit), "df"),
    AIC = AIC(logLik(fit)), BIC = BIC(logLik(fit)), deviance = as.numeric(deviance(fit, REML = FALSE)),
    fixed = list(terms = array1(colnames(X)), estimates = array1(fixef(fit)), vcov = as.matrix(vcov(fit))),
    aliased = array1(if (length(dropped)) names(dropped) else character()), components = components,
    fitted = array1(fitted(fit)), residuals = array1(residuals(fit)),
    satterthwaite = satterthwaite, anova = tables, drop = drop,
    predictMean = if (!is.null(plain)) predictions(function() predict(plain, newFrame, re.form = NA)),
    predictGroup = if (!is.null(plain)) predictions(function() predict(plain, newFrame, allow.new.levels = TRUE)))))
}

args <- commandArgs(trailingOnly = TRUE)
seeds <- if (identical(args, "kept")) keptSeeds else seq(as.integer(args[1]), as.integer(args[2]))
folder <- if (length(args) > 2) args[3] else "test/differential/cases"
dir.create(folder, showWarnings = FALSE, recursive = TRUE)
origin <- list(packages = lapply(list(lme4 = "lme4", lmerTest = "lmerTest"), function(name) as.character(packageVersion(name))),
               R = paste(R.version$major, R.version$minor, sep = "."),
               script = list("random.R" = sha256("test/differential/generate/random.R"), "writeCase.R" = sha256("test/reference/generate/writeCase.R")),
               date = as.character(Sys.Date()))
for (seed in seeds) {
  case <- tryCatch(oneCase(seed), error = function(e) { cat(seed, "skipped:", conditionMessage(e), "\n"); NULL })
  if (is.null(case)) next
  case$source <- origin
  # numbers of one array on one line: a case is read by programs and its diff by nobody
  text <- gsub(",\\s+(?=[-0-9n\"tf])", ", ", toText(case), perl = TRUE)
  file <- file(file.path(folder, paste0(case$name, ".json")), open = "wb")
  writeLines(enc2utf8(text), file, useBytes = TRUE)
  close(file)
}
