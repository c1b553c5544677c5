# Reference fits of linear mixed models by lme4: Rscript test/reference/generate/lmm.R [name ...]
# from the root of the repository. Writes test/reference/data (once) and test/reference/cases.
#
# The optimum is searched harder than lmer does: several starts, two optimizers at tight tolerances, then
# Newton steps with Richardson derivatives; the lowest criterion is kept. Every criterion of a data set with
# at most 900 rows is checked against the dense likelihood of dense.R.

suppressPackageStartupMessages({ library(lme4); library(splines) })
source("test/reference/generate/datasets.R")
source("test/reference/generate/writeCase.R")
source("test/reference/generate/dense.R")
source("test/reference/generate/lmmCases.R")

# lme4's criterion as a function of theta, with everything that is needed to finish the fit.
prepare <- function(case, data) {
  arguments <- list(formula = as.formula(case$r), data = data, REML = case$method == "REML")
  if (!is.null(case$weights)) arguments$weights <- data[[case$weights]]
  if (length(case$contrasts)) arguments$contrasts <- lapply(case$contrasts, function(name) paste0("contr.", name))
  arguments$control <- lmerControl(check.rankX = "silent.drop.cols", check.scaleX = "ignore")
  parsed <- do.call(lFormula, arguments)
  list(parsed = parsed, criterion = do.call(mkLmerDevfun, c(parsed, list(verbose = 0, control = arguments$control))))
}

searchOptimum <- function(criterion, lower, start) {
  scale <- function(theta, by) ifelse(lower == 0, pmax(theta, 0.05) * by, theta)
  starts <- list(start, scale(start, 0.2), scale(start, 3))
  best <- list(theta = start, value = Inf)
  consider <- function(theta) {
    value <- criterion(theta)
    if (value < best$value) best <<- list(theta = theta, value = value)
  }
  for (from in starts) {
    first <- nloptr::nloptr(from, criterion, lb = lower,
      opts = list(algorithm = "NLOPT_LN_BOBYQA", xtol_abs = 1e-12, ftol_abs = 1e-13, maxeval = 5000))
    consider(first$solution)
    second <- minqa::bobyqa(best$theta, criterion, lower = lower,
      control = list(rhobeg = 0.02, rhoend = 1e-9, maxfun = 20000))
    consider(second$par)
  }
  for (round in 1:3) {                                   # Newton on the parameters off the boundary
    free <- which(!(lower == 0 & best$theta < 1e-5))
    inside <- function(part) { theta <- best$theta; theta[free] <- part; criterion(theta) }
    if (!length(free)) break
    gradient <- numDeriv::grad(inside, best$theta[free])
    hessian <- numDeriv::hessian(inside, best$theta[free])
    step <- tryCatch(solve(hessian, gradient), error = function(e) NULL)
    if (is.null(step) || min(eigen(hessian, TRUE, TRUE)$values) <= 0) break
    candidate <- best$theta
    candidate[free] <- pmax(best$theta[free] - step, lower[free])
    value <- criterion(candidate)
    # a Newton point within rounding of the lowest value is nearer to the optimum than where a simplex stopped
    if (value < best$value + 1e-11 * abs(best$value)) best <- list(theta = candidate, value = value)
  }
  zero <- lower == 0 & best$theta < 1e-5
  if (any(zero)) {
    flat <- replace(best$theta, zero, 0)
    if (criterion(flat) <= best$value + 1e-10 * abs(best$value)) best <- list(theta = flat, value = criterion(flat))
  }
  best
}

thetaErrors <- function(criterion, theta, lower) {
  free <- which(!(lower == 0 & theta < 1e-5))
  errors <- rep(NA_real_, length(theta))
  if (!length(free)) return(errors)
  inside <- function(part) { full <- theta; full[free] <- part; criterion(full) }
  hessian <- numDeriv::hessian(inside, theta[free])
  if (min(eigen(hessian, TRUE, TRUE)$values) > 1e-7) errors[free] <- sqrt(2 * diag(solve(hessian)))
  errors
}

referenceCase <- function(case) {
  data <- readData(case$data, case$factors, case$reference)
  if (!is.null(case$subset)) data <- data[eval(parse(text = case$subset), data), ]
  prepared <- prepare(case, data)
  parsed <- prepared$parsed
  criterion <- prepared$criterion
  lower <- parsed$reTrms$lower
  best <- searchOptimum(criterion, lower, parsed$reTrms$theta)
  errors <- thetaErrors(criterion, best$theta, lower)
  value <- criterion(best$theta)                          # the last evaluation: the environment is at the optimum
  reml <- case$method == "REML"
  fit <- mkMerMod(environment(criterion), list(par = best$theta, fval = value, feval = 0, conv = 0, message = ""),
                  parsed$reTrms, parsed$fr)
  X <- getME(fit, "X")
  y <- getME(fit, "y") - getME(fit, "offset")
  weights <- if (is.null(case$weights)) NULL else weights(fit)
  sigma <- sigma(fit)
  cnms <- getME(fit, "cnms")
  Zt <- getME(fit, "Ztlist")
  effects <- ranef(fit, condVar = TRUE)
  order <- case$order %||% seq_along(cnms)
  sizes <- lengths(cnms)
  thetaStart <- cumsum(c(0, sizes * (sizes + 1) / 2))

  # Zt rows of a term: lme4 keeps the coefficients of one level together
  blocks <- lapply(seq_along(cnms), function(t) {
    k <- sizes[t]
    L <- matrix(0, k, k)
    L[lower.tri(L, diag = TRUE)] <- best$theta[thetaStart[t] + seq_len(k * (k + 1) / 2)]
    q <- diff(getME(fit, "Gp"))[t] / k
    position <- getME(fit, "Gp")[t] + seq_len(k * q)
    list(L = L, Phi = L %*% t(L), Zt = getME(fit, "Zt")[position, , drop = FALSE], k = k, q = q)
  })
  n <- length(y)
  dense <- NULL
  if (n <= 900) {
    dense <- denseFit(y, X, denseV(blocks, weights, n), reml)
    if (abs(dense$objective - value) > 1e-9 * abs(value)) stop(case$name, ": lme4 and the dense likelihood differ: ",
      format(value, digits = 15), " ", format(dense$objective, digits = 15))
  }

  components <- lapply(order, function(t) {
    group <- names(cnms)[t]
    k <- sizes[t]
    terms <- case$terms[[t]] %||% cnms[[t]]
    factorIndex <- which(names(effects) == group)
    # columns of ranef()'s frame that belong to this term: terms on one factor are bound in lme4's order
    before <- sum(sizes[seq_along(cnms) < t & names(cnms) == group])
    table <- effects[[factorIndex]][, before + seq_len(k), drop = FALSE]
    variance <- attr(effects[[factorIndex]], "postVar")
    if (is.list(variance)) variance <- variance[[sum(names(cnms)[seq_len(t)] == group)]] else
      variance <- variance[before + seq_len(k), before + seq_len(k), , drop = FALSE]
    head <- seq_len(min(6, nrow(table)))
    slot <- thetaStart[t] + seq_len(k * (k + 1) / 2)
    list(group = group, terms = array1(terms), levels = nrow(table), theta = array1(best$theta[slot]),
         thetaSe = array1(errors[slot]), covariance = sigma^2 * blocks[[t]]$Phi,
         ranef = Filter(Negate(is.null), list(levels = array1(rownames(table)[head]), estimates = unname(as.matrix(table[head, , drop = FALSE])),
                      predictionErrorSd = if (!is.null(dense)) denseErrorSd(dense, X, blocks[[t]], length(head)),
                      conditionalSd = do.call(rbind, lapply(head, function(i) sqrt(diag(matrix(variance[, , i], k))))))))
  })
  dropped <- attr(X, "col.dropped")
  writeCase(Filter(Negate(is.null), list(
    name = case$name, formula = case$formula, data = paste0(case$data, ".csv"),
    dataSha256 = sha256(file.path(dataFolder, paste0(case$data, ".csv"))),
    options = Filter(length, list(method = case$method, weights = case$weights, contrasts = case$contrasts,
                                  reference = case$reference, factors = if (length(case$factors)) array1(case$factors), subset = case$subset)),
    source = source_of("lme4", c("lmm.R", "lmmCases.R", "datasets.R", "dense.R", "writeCase.R"), paste(deparse(as.formula(case$r), 500), collapse = "")),
    singular = isSingular(fit), loosen = case$loosen,
    nobs = n, objective = value, sigma = sigma,
    logLik = -value / 2, AIC = AIC(logLik(fit)), BIC = BIC(logLik(fit)), df = attr(logLik(fit), "df"),
    deviance = as.numeric(deviance(fit, REML = FALSE)), remlCriterion = if (reml) value,
    fixed = list(terms = array1(colnames(X)), estimates = array1(fixef(fit)), se = array1(sqrt(diag(as.matrix(vcov(fit)))))),
    aliased = array1(if (length(dropped)) names(dropped) else character()),
    components = components, fittedHead = array1(head(fitted(fit), 6)))))
  cat(sprintf("%-34s n %5d  %s %.10f%s\n", case$name, n, case$method, value, if (isSingular(fit)) "  singular" else ""))
}

`%||%` <- function(a, b) if (is.null(a)) b else a
wanted <- commandArgs(trailingOnly = TRUE)
if (!length(wanted)) exportDatasets()
for (case in lmmCases) if (!length(wanted) || case$name %in% wanted) referenceCase(case)
