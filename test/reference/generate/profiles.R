# Profile-likelihood intervals of lme4 models, written to test/reference/data/profiles.json.
#
# Two answers for every parameter: lme4's confint(method = "profile"), and limits found here by holding the parameter,
# minimizing lme4's own deviance over all others from several starts at tight tolerances, and solving zeta = +-qnorm(.975).
# Where the two differ lme4's interpolating splines, or its searches along the profile, are the reason; the second is the oracle.
#
#   OPENBLAS_NUM_THREADS=1 Rscript test/reference/generate/profiles.R
suppressMessages({ library(lme4); library(jsonlite); library(digest) })
script <- "test/reference/generate/profiles.R"
read <- function(name, ...) read.csv(file.path("test/reference/data", paste0(name, ".csv")), ...)
factors <- function(d, ...) { for (v in c(...)) d[[v]] <- factor(d[[v]]); d }
data <- list(
  sleepstudy = factors(read("sleepstudy"), "Subject"), Dyestuff = factors(read("Dyestuff"), "Batch"),
  Dyestuff2 = factors(read("Dyestuff2"), "Batch"), Penicillin = factors(read("Penicillin"), "plate", "sample"),
  Pastes = factors(read("Pastes"), "batch", "cask", "sample"), Machines = factors(read("Machines"), "Worker", "Machine"),
  Orthodont = factors(read("Orthodont"), "Subject", "Sex"), cake = factors(read("cake"), "recipe", "replicate"),
  Oats = factors(read("Oats"), "Block", "Variety"))
cases <- list(
  list(id = "sleepstudy slope", data = "sleepstudy", formula = "Reaction ~ Days + (Days | Subject)"),
  list(id = "sleepstudy uncorrelated", data = "sleepstudy", formula = "Reaction ~ Days + (Days || Subject)"),
  list(id = "sleepstudy weights", data = "sleepstudy", formula = "Reaction ~ Days + (Days | Subject)", weights = "w"),
  list(id = "Dyestuff", data = "Dyestuff", formula = "Yield ~ 1 + (1 | Batch)"),
  list(id = "Dyestuff2 at the boundary", data = "Dyestuff2", formula = "Yield ~ 1 + (1 | Batch)"),
  list(id = "Penicillin", data = "Penicillin", formula = "diameter ~ 1 + (1 | plate) + (1 | sample)"),
  list(id = "Pastes, a limit at the boundary", data = "Pastes", formula = "strength ~ 1 + (1 | batch) + (1 | sample)"),
  list(id = "Machines interaction", data = "Machines", formula = "score ~ Machine + (1 | Worker) + (1 | Worker:Machine)"),
  list(id = "Machines by machine", data = "Machines", formula = "score ~ Machine + (Machine | Worker)"),
  list(id = "Orthodont intercept", data = "Orthodont", formula = "distance ~ age * Sex + (1 | Subject)"),
  list(id = "Orthodont slope, boundaries", data = "Orthodont", formula = "distance ~ age + Sex + (age | Subject)"),
  list(id = "cake", data = "cake", formula = "angle ~ recipe + temp + (1 | recipe:replicate)"),
  list(id = "Oats", data = "Oats", formula = "yield ~ nitro + Variety + (1 | Block) + (1 | Block:Variety)"))

# lower Cholesky factor of a positive semidefinite matrix, zero columns where nothing is left
root <- function(S) {
  k <- nrow(S); L <- matrix(0, k, k)
  for (j in seq_len(k)) {
    p <- S[j, j] - sum(L[j, seq_len(j - 1)]^2)
    if (p <= 1e-13 * max(S[j, j], 1e-300)) next
    L[j, j] <- sqrt(p)
    if (j < k) for (i in (j + 1):k) L[i, j] <- (S[i, j] - sum(L[i, seq_len(j - 1)] * L[j, seq_len(j - 1)])) / L[j, j]
  }
  L
}
# correlation matrix of partial correlations in [-1, 1]; the first is that of rows 1 and 2
correlation <- function(partial, k) {
  L <- diag(k); at <- 0
  if (k > 1) for (i in 2:k) { left <- 1; for (j in seq_len(i - 1)) { at <- at + 1; L[i, j] <- partial[at] * sqrt(left); left <- max(0, left - L[i, j]^2) }; L[i, i] <- sqrt(left) }
  tcrossprod(L)
}
# -2 log-likelihood (ML) at covariances of the terms and sigma, by lme4's devfun at theta with sigma held
deviance_of <- function(m) {
  f <- getME(m, "devfun"); environment_of <- environment(f); n <- nobs(m)
  logw <- sum(log(weights(m)))
  function(Sigmas, sigma) {
    theta <- unlist(lapply(Sigmas, function(S) { L <- root(S / sigma^2); L[lower.tri(L, diag = TRUE)] }))
    f(theta)
    pp <- environment_of$pp; resp <- environment_of$resp
    as.numeric(pp$ldL2() + (resp$wrss() + pp$sqrL(1)) / sigma^2 + n * log(2 * pi * sigma^2) - logw)
  }
}
# minimum over everything but one held parameter; `hold` = list(term, kind, i, j) or list(kind = "sigma")
least <- function(m, hold, value, starts, memory) {
  d <- deviance_of(m); ks <- sapply(getME(m, "cnms"), length); T <- length(ks)
  shape <- lapply(seq_len(T), function(t) if (!is.null(hold$term) && hold$term == t) c(hold$i, hold$j, setdiff(seq_len(ks[t]), c(hold$i, hold$j))) else seq_len(ks[t]))
  assemble <- function(par) {
    at <- 0; Sigmas <- list()
    for (t in seq_len(T)) {
      k <- ks[t]; sd <- par[at + seq_len(k)]; at <- at + k
      r <- par[at + seq_len(k * (k - 1) / 2)]; at <- at + k * (k - 1) / 2
      if (!is.null(hold$term) && hold$term == t) { if (hold$kind == "sd") sd[1] <- value else r[1] <- value }
      S <- correlation(r, k) * tcrossprod(sd)
      back <- order(shape[[t]]); Sigmas[[t]] <- S[back, back, drop = FALSE]
    }
    list(Sigmas = Sigmas, sigma = if (hold$kind == "sigma") value else par[at + 1])
  }
  vc <- VarCorr(m); s0 <- sigma(m)
  lower <- upper <- start <- c()
  for (t in seq_len(T)) {
    o <- shape[[t]]; S <- unclass(vc[[t]])[o, o, drop = FALSE]; k <- ks[t]; sd <- sqrt(diag(S))
    start <- c(start, pmax(sd, 0.05 * s0), rep(0.05, k * (k - 1) / 2))
    lower <- c(lower, rep(0, k), rep(-1, k * (k - 1) / 2)); upper <- c(upper, rep(Inf, k), rep(1, k * (k - 1) / 2))
  }
  start <- c(start, s0); lower <- c(lower, 1e-3 * s0); upper <- c(upper, Inf)
  f <- function(p) { x <- assemble(p); v <- tryCatch(d(x$Sigmas, x$sigma), error = function(e) 1e10); if (is.finite(v)) v else 1e10 }
  best <- Inf
  for (s in seq_len(starts + !is.null(memory$par))) {
    p <- if (s > starts) memory$par else start
    if (s > 1 && s <= starts) { set.seed(s); p <- p * exp(rnorm(length(p), 0, .4)); cor <- is.finite(upper); p[cor] <- runif(sum(cor), -.8, .8) }
    for (round in 1:4) {
      r <- nlminb(p, f, lower = lower, upper = upper, control = list(rel.tol = 1e-14, x.tol = 1e-12, iter.max = 2000, eval.max = 5000))
      if (max(abs(r$par - p)) < 1e-9) break
      p <- r$par
    }
    if (r$objective < best) { best <- r$objective; best_par <- r$par }
  }
  b <- tryCatch(minqa::bobyqa(pmin(pmax(best_par, lower), upper), f, lower, upper, control = list(rhobeg = 1e-3, rhoend = 1e-9, maxfun = 5000)), error = function(e) NULL)
  if (!is.null(b) && b$fval < best) { best <- b$fval; best_par <- b$par }
  memory$par <- best_par
  best
}
least_fixed <- function(m, frame, case, column, value) {
  X <- getME(m, "X"); frame$.y <- getME(m, "y") - value * X[, column]; rest <- X[, -column, drop = FALSE]
  bars <- paste(sapply(findbars(formula(m)), function(b) paste0("(", paste(deparse(b), collapse = ""), ")")), collapse = " + ")
  f <- if (ncol(rest) == 0) paste(".y ~ 0 +", bars) else paste(".y ~ 0 + .rest +", bars)
  frame$.rest <- rest; if (!is.null(case$weights)) frame$.w <- frame[[case$weights]] else frame$.w <- 1
  fit <- function(opt, ctl) suppressWarnings(suppressMessages(lmer(as.formula(f), frame, weights = .w, REML = FALSE,
    control = lmerControl(optimizer = opt, optCtrl = ctl, calc.derivs = FALSE))))
  min(-2 * as.numeric(logLik(fit("bobyqa", list(rhobeg = .02, rhoend = 1e-10)))), -2 * as.numeric(logLik(fit("Nelder_Mead", list(xtol_abs = 1e-10, ftol_abs = 1e-12, maxfun = 20000)))))
}
end_of <- function(f, least, z, inside, guess, boundary) {
  zeta <- function(v) sqrt(max(0, f(v) - least)) - z
  if (is.finite(boundary) && zeta(boundary) < 0) return(boundary)
  step <- max(abs(guess - inside), 1e-3); near <- inside + .8 * (guess - inside); far <- guess + .1 * (guess - inside)
  if (is.finite(boundary)) { if (boundary < inside) far <- max(far, boundary) else far <- min(far, boundary) }
  while (zeta(near) > 0) near <- inside + .8 * (near - inside)
  while (zeta(far) < 0) { far <- far + .2 * (far - inside); if (is.finite(boundary)) far <- if (boundary < inside) max(far, boundary) else min(far, boundary) }
  uniroot(zeta, sort(c(near, far)), tol = 1e-8 * step)$root
}
z <- qnorm(.975)
out <- lapply(cases, function(case) {
  frame <- data[[case$data]]
  frame$.weights <- if (is.null(case$weights)) 1 else frame[[case$weights]]
  m <- suppressWarnings(suppressMessages(lmer(as.formula(case$formula), frame, weights = .weights, REML = FALSE, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = .02, rhoend = 1e-10), calc.derivs = FALSE))))
  seconds <- system.time(ci <- suppressWarnings(suppressMessages(confint(m, oldNames = FALSE, quiet = TRUE))))[["elapsed"]]
  minimum <- -2 * as.numeric(logLik(m)); rows <- list(); cnms <- getME(m, "cnms"); ks <- sapply(cnms, length); vc <- VarCorr(m)
  starts <- if (any(ks > 1)) 5 else 2
  add <- function(hold, estimate, lo, hi, name) {
    memory <- new.env(); f <- function(v) least(m, hold, v, starts, memory)
    guess <- ci[name, ]; if (any(is.na(guess))) guess <- c(estimate - .5 * max(.1, estimate), estimate + .5 * max(.1, estimate))
    rows[[length(rows) + 1]] <<- list(name = name, lme4 = unname(ci[name, ]), estimate = estimate,
      lower = if (estimate <= lo + 1e-6 && is.finite(lo)) lo else end_of(f, minimum, z, estimate, max(guess[1], lo + 1e-3), lo), upper = end_of(f, minimum, z, estimate, if (is.finite(hi)) min(guess[2], hi - 1e-3) else guess[2], hi))
  }
  for (t in seq_along(cnms)) for (i in seq_len(ks[t])) {
    S <- unclass(vc[[t]]); group <- names(cnms)[t]
    add(list(term = t, kind = "sd", i = i), sqrt(S[i, i]), 0, Inf, paste0("sd_", cnms[[t]][i], "|", sub("\\.[0-9]+$", "", group)))
    if (i < ks[t]) for (j in (i + 1):ks[t]) add(list(term = t, kind = "cor", i = i, j = j), S[i, j] / sqrt(S[i, i] * S[j, j]), -1, 1, paste0("cor_", cnms[[t]][j], ".", cnms[[t]][i], "|", group))
  }
  add(list(kind = "sigma"), sigma(m), 0.01 * sigma(m), Inf, "sigma")
  for (c in seq_along(fixef(m))) {
    f <- function(v) least_fixed(m, frame, case, c, v); se <- sqrt(diag(as.matrix(vcov(m))))[c]; e <- unname(fixef(m)[c]); name <- names(fixef(m))[c]
    rows[[length(rows) + 1]] <- list(name = name, lme4 = unname(ci[name, ]), estimate = e,
      lower = end_of(f, minimum, z, e, e - 2.05 * se, -Inf), upper = end_of(f, minimum, z, e, e + 2.05 * se, Inf))
  }
  cat(case$id, round(seconds, 2), "s\n")
  list(id = case$id, data = case$data, formula = case$formula, weights = case$weights, deviance = minimum, seconds = seconds, parameters = rows)
})
write_json(list(source = list(package = "lme4", version = as.character(packageVersion("lme4")), R = R.version.string, script = script, sha256 = digest(file = script, algo = "sha256"), date = format(Sys.Date())), cases = out), "test/reference/data/profiles.json", digits = NA, auto_unbox = TRUE, null = "null")
