# Reference fits with structured covariances: Rscript test/reference/generate/structured.R
# from the root of the repository. Needs the data that lmm.R writes.
#
# glmmTMB gives the optimum where it has the structure (us, diag, cs, ar1). Its optimum is then polished on the dense
# likelihood of dense.R, which is also the oracle for homcs and hetar1 (glmmTMB 1.1.5 has neither; homcs is held
# against nlme's pdCompSymm). Standard errors are sqrt of sigma2 (X'V^-1X)^-1, the definition of lme4:
# glmmTMB reports the joint Hessian instead.

suppressPackageStartupMessages({ library(lme4); library(glmmTMB); library(nlme) })
source("test/reference/generate/datasets.R")
source("test/reference/generate/writeCase.R")
source("test/reference/generate/dense.R")

# Sigma / sigma2 of a structure from free parameters: log relative standard deviations, then what makes the correlation.
phiOf <- list(
  us = function(par, k) { L <- matrix(0, k, k); L[lower.tri(L, TRUE)] <- par; L %*% t(L) },
  diag = function(par, k) diag(exp(2 * par), k),
  cs = function(par, k) { rho <- csRho(par[k + 1], k); outer(exp(par[1:k]), exp(par[1:k])) * (diag(1 - rho, k) + rho) },
  homcs = function(par, k) { rho <- csRho(par[2], k); exp(2 * par[1]) * (diag(1 - rho, k) + rho) },
  ar1 = function(par, k) exp(2 * par[1]) * tanh(par[2])^abs(outer(1:k, 1:k, "-")),
  hetar1 = function(par, k) outer(exp(par[1:k]), exp(par[1:k])) * tanh(par[k + 1])^abs(outer(1:k, 1:k, "-")))
csRho <- function(x, k) { low <- -1 / (k - 1); low + (1 - low) * plogis(x) }
startOf <- list(
  us = function(k) diag(k)[lower.tri(diag(k), TRUE)], diag = function(k) rep(0, k), cs = function(k) rep(0, k + 1),
  homcs = function(k) c(0, 0), ar1 = function(k) c(0, 0.5), hetar1 = function(k) c(rep(0, k), 0.5))

# A term of the dense model: structure, its columns of the data (a one-sided formula) and the grouping factor.
term <- function(structure, left, group, data) {
  columns <- model.matrix(left, data)
  levels <- factor(data[[group]])
  k <- ncol(columns)
  Zt <- Matrix::Matrix(0, k * nlevels(levels), nrow(data), sparse = TRUE)
  for (j in seq_len(k)) Zt[cbind((as.integer(levels) - 1) * k + j, seq_len(nrow(data)))] <- columns[, j]
  list(structure = structure, k = k, Zt = Zt, group = group, terms = colnames(columns), levels = levels(levels))
}

polish <- function(y, X, terms, REML, starts) {
  sizes <- vapply(terms, function(t) length(startOf[[t$structure]](t$k)), 0L)
  offsets <- cumsum(c(0, sizes))
  phis <- function(par) lapply(seq_along(terms), function(t)
    phiOf[[terms[[t]]$structure]](par[offsets[t] + seq_len(sizes[t])], terms[[t]]$k))
  criterion <- function(par) {
    blocks <- Map(function(t, Phi) list(Zt = t$Zt, Phi = Phi), terms, phis(par))
    value <- tryCatch(denseFit(y, X, denseV(blocks, NULL, length(y)), REML)$objective, error = function(e) 1e10)
    if (is.finite(value)) value else 1e10
  }
  best <- NULL
  for (start in starts) {
    found <- optim(start, criterion, method = "BFGS", control = list(reltol = 1e-14, maxit = 500))
    if (is.null(best) || found$value < best$value) best <- found
  }
  for (round in 1:4) {
    step <- solve(numDeriv::hessian(criterion, best$par), numDeriv::grad(criterion, best$par))
    value <- criterion(best$par - step)
    if (value > best$value + 1e-10 * abs(best$value)) break
    best <- list(par = best$par - step, value = value)
  }
  list(par = best$par, value = criterion(best$par), phis = phis(best$par), hessian = numDeriv::hessian(criterion, best$par))
}

# Our parameters in glmmTMB's: log standard deviations are absolute there, ar1 has rho = x / sqrt(1 + x^2).
tmbTheta <- function(terms, par, sigma) {
  theta <- NULL
  for (t in terms) {
    k <- t$k
    own <- par[length(theta) + seq_along(startOf[[t$structure]](k))]
    theta <- c(theta, switch(t$structure, diag = own + log(sigma), cs = c(own[1:k] + log(sigma), own[k + 1]),
      ar1 = c(own[1] + log(sigma), sinh(own[2])), us = if (k == 1) log(abs(own) * sigma) else rep(0, length(own))))
  }
  theta
}

structuredCase <- function(name, data, formula, fixed, terms, method, oracle = NULL, oracleFormula = formula, starts = list(),
                           package = "glmmTMB", check = NULL) {
  frame <- readData(data)
  REML <- method == "REML"
  X <- model.matrix(fixed, frame)
  y <- model.response(model.frame(fixed, frame))
  terms <- lapply(terms, function(t) term(t[[1]], t[[2]], t[[3]], frame))
  starts <- c(list(unlist(lapply(terms, function(t) startOf[[t$structure]](t$k)))), starts)
  best <- polish(y, X, terms, REML, starts)
  blocks <- Map(function(t, Phi) list(Zt = t$Zt, Phi = Phi), terms, best$phis)
  V <- denseV(blocks, NULL, length(y))
  fit <- denseFit(y, X, V, REML)
  theirs <- if (is.null(oracle)) NA else oracle(frame, list(
    theta = tmbTheta(terms, best$par, fit$sigma), beta = unname(fit$beta), betad = 2 * log(fit$sigma)))
  # the oracle's criterion must not be lower than ours: then the polish would have missed the optimum
  cat(sprintf("%-30s %s dense %.9f  %s %.9f  smallest curvature %.2g\n", name, method, best$value, package, theirs,
              min(eigen(best$hessian, TRUE, TRUE)$values)))
  if (!is.na(theirs) && abs(theirs - best$value) > 1e-5) stop(name, ": the oracle and the dense optimum differ")
  covariances <- lapply(best$phis, function(Phi) fit$sigma^2 * Phi)
  weighted <- fit$Vinverse(fit$residual)
  components <- Map(function(t, Phi, Sigma) {
    modes <- matrix(as.numeric(kronecker(diag(length(t$levels)), Phi) %*% as.matrix(t$Zt %*% weighted)), t$k)
    head <- seq_len(min(6, length(t$levels)))
    list(group = t$group, structure = t$structure, terms = array1(t$terms), levels = length(t$levels), covariance = Sigma,
         ranef = list(levels = array1(t$levels[head]), estimates = t(modes[, head, drop = FALSE]),
                      predictionErrorSd = denseErrorSd(fit, X, list(Zt = t$Zt, Phi = Phi), length(head))))
  }, terms, best$phis, covariances)
  fitted <- y - (weighted)                                 # y - fitted = V^-1 (y - X beta) when R = I
  npar <- ncol(X) + length(best$par) + 1
  writeCase(list(
    name = name, formula = formula, data = paste0(data, ".csv"), dataSha256 = sha256(file.path(dataFolder, paste0(data, ".csv"))),
    options = list(method = method), source = source_of(package, c("structured.R", "datasets.R", "dense.R", "writeCase.R"), oracleFormula), singular = FALSE,
    nobs = length(y), objective = best$value, sigma = fit$sigma, logLik = -best$value / 2, AIC = best$value + 2 * npar,
    BIC = best$value + log(length(y)) * npar, df = npar, deviance = fit$deviance,
    fixed = list(terms = array1(colnames(X)), estimates = array1(fit$beta), se = array1(fit$sigma * sqrt(diag(fit$unscaled)))),
    aliased = list(), components = components, fittedHead = array1(head(fitted, 6))))
}

# glmmTMB's criterion at the best of two starts, its own and the dense optimum: from its own it ends in a local
# optimum on four of these cases (ar1 of sleepstudy by 5.0, of BodyWeight by 39).
tmb <- function(formula, REML) function(frame, dense) {
  control <- glmmTMBControl(optCtrl = list(iter.max = 2000, eval.max = 4000, rel.tol = 1e-14, x.tol = 1e-12))
  min(vapply(list(NULL, dense), function(start) {
    fit <- suppressWarnings(glmmTMB(as.formula(formula), frame, REML = REML, control = control,
                                    start = start))
    2 * fit$fit$objective
  }, 0))
}

f <- "score ~ Machine + cs(0 + Machine | Worker)"
structuredCase("structured-cs-ml", "Machines", f, score ~ Machine, list(list("cs", ~ 0 + Machine, "Worker")), "ML", tmb(f, FALSE))
structuredCase("structured-cs-reml", "Machines", f, score ~ Machine, list(list("cs", ~ 0 + Machine, "Worker")), "REML", tmb(f, TRUE))
f <- "score ~ Machine + diag(0 + Machine | Worker)"
structuredCase("structured-diag-reml", "Machines", f, score ~ Machine, list(list("diag", ~ 0 + Machine, "Worker")), "REML", tmb(f, TRUE))
f <- "score ~ Machine + us(0 + Machine | Worker)"
structuredCase("structured-us-ml", "Machines", f, score ~ Machine, list(list("us", ~ 0 + Machine, "Worker")), "ML", tmb(f, FALSE))
f <- "Reaction ~ Days + ar1(0 + factor(Days) | Subject)"
structuredCase("structured-ar1-sleepstudy", "sleepstudy", f, Reaction ~ Days, list(list("ar1", ~ 0 + factor(Days), "Subject")), "REML", tmb(f, TRUE))
f <- "Reaction ~ Days + (1 | Subject) + ar1(0 + factor(Days) | Subject)"
structuredCase("structured-ar1-with-intercept", "sleepstudy", f, Reaction ~ Days,
  list(list("us", ~ 1, "Subject"), list("ar1", ~ 0 + factor(Days), "Subject")), "ML", tmb(f, FALSE))
f <- "weight ~ Time * factor(Diet) + ar1(0 + factor(Time) | Rat)"
structuredCase("structured-ar1-bodyweight", "BodyWeight", f, weight ~ Time * factor(Diet), list(list("ar1", ~ 0 + factor(Time), "Rat")), "ML", tmb(f, FALSE))
f <- "yield ~ nitro + cs(0 + Variety | Block)"
structuredCase("structured-cs-oats", "Oats", f, yield ~ nitro, list(list("cs", ~ 0 + Variety, "Block")), "ML", tmb(f, FALSE))
f <- "score ~ Machine + homcs(0 + Machine | Worker)"
structuredCase("structured-homcs-reml", "Machines", f, score ~ Machine, list(list("homcs", ~ 0 + Machine, "Worker")), "REML",
  function(frame, dense) -2 * as.numeric(logLik(lme(score ~ Machine, frame, random = list(Worker = pdCompSymm(~ 0 + Machine)), method = "REML"))),
  "lme(score ~ Machine, random = list(Worker = pdCompSymm(~ 0 + Machine)))", package = "nlme")
f <- "Reaction ~ Days + hetar1(0 + factor(Days) | Subject)"
structuredCase("structured-hetar1-sleepstudy", "sleepstudy", f, Reaction ~ Days, list(list("hetar1", ~ 0 + factor(Days), "Subject")), "ML",
  oracleFormula = "dense likelihood, see dense.R", starts = list(c(rep(-0.2, 10), 1), c(seq(-0.5, 0.5, length.out = 10), 1.5)), package = "stats")
