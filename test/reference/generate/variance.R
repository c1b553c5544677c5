# Tests of random terms, backward elimination, F tests of single terms and precision of variance parameters, for
# test/unit/inference, written to test/reference/data/variance.json.
#
#   OPENBLAS_NUM_THREADS=1 Rscript test/reference/generate/variance.R
#
# lmerTest's ranova, step and drop1; standard errors of standard deviations and correlations from a dense deviance by
# numDeriv; nlme's intervals(); R2 and ICC by their definitions (Nakagawa, Johnson & Schielzeth 2017) from dense matrices.
suppressMessages({ library(lmerTest); library(jsonlite); library(digest); library(numDeriv) })
script <- "test/reference/generate/variance.R"
folder <- "test/reference/data"
data <- function(name) {
  d <- read.csv(file.path(folder, paste0(name, ".csv")))
  for (v in intersect(names(d), c("Consumer", "Gender", "Information", "Product", "Assessor", "TVset", "Picture", "Homesize", "Subject", "Worker", "Machine", "Batch", "batch", "cask", "sample", "plate", "Block", "Variety", "recipe", "replicate"))) d[[v]] <- factor(d[[v]])
  d
}
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = .02, rhoend = 1e-11, maxfun = 1e5), calc.derivs = FALSE, check.conv.singular = "ignore")
factors <- list(ham = c("Consumer", "Gender", "Information", "Product"), carrots = c("Consumer", "Homesize"), sleepstudy = "Subject", Machines = "Worker")
cases <- list(
  list(data = "sleepstudy", formula = "Reaction ~ Days + (Days | Subject)"),
  list(data = "sleepstudy", formula = "Reaction ~ Days + (1 | Subject) + (0 + Days | Subject)"),
  list(data = "Machines", formula = "score ~ Machine + (Machine | Worker)"),
  list(data = "Machines", formula = "score ~ Machine + (0 + Machine | Worker)"),
  list(data = "Penicillin", formula = "diameter ~ 1 + (1 | plate) + (1 | sample)"),
  list(data = "Pastes", formula = "strength ~ 1 + (1 | batch) + (1 | sample)"),
  list(data = "ham", formula = "Informed.liking ~ Gender * Information * Product + (1 | Consumer) + (1 | Consumer:Product)"),
  list(data = "TVbo", formula = "Coloursaturation ~ TVset * Picture + (1 | Assessor:TVset) + (1 | Assessor)"),
  list(data = "carrots", formula = "Preference ~ sens2 + Homesize + (sens2 | Consumer)"),
  list(data = "carrots", formula = "Preference ~ sens1 + sens2 + Homesize + (sens1 + sens2 | Consumer)"),
  list(data = "cake", formula = "angle ~ recipe * temp + (1 | recipe:replicate)"))
random_rows <- function(t) lapply(seq_len(nrow(t)), function(i) list(term = rownames(t)[i], eliminated = if (is.null(t$Eliminated)) 0 else t$Eliminated[i], npar = t$npar[i], logLik = t$logLik[i], AIC = t$AIC[i], LRT = t$LRT[i], df = t$Df[i], p = t[["Pr(>Chisq)"]][i]))
fixed_rows <- function(t) lapply(seq_len(nrow(t)), function(i) list(term = rownames(t)[i], eliminated = if (is.null(t$Eliminated)) 0 else t$Eliminated[i], sumSq = t[["Sum Sq"]][i], numDF = t$NumDF[i], denDF = t$DenDF[i], F = t[["F value"]][i], p = t[["Pr(>F)"]][i]))
tests <- lapply(cases, function(case) {
  case_data <<- data(case$data)
  m <- do.call(lmer, list(as.formula(case$formula), data = quote(case_data), control = quote(tight)))
  quiet <- function(x) suppressWarnings(suppressMessages(x))
  s <- quiet(lmerTest::step(m))
  list(data = case$data, formula = case$formula, ranova = random_rows(quiet(ranova(m))), drop1 = if (length(attr(terms(m), "term.labels")) > 0) fixed_rows(quiet(drop1(m))) else list(),
    kenwardRoger = if (length(attr(terms(m), "term.labels")) > 0) fixed_rows(quiet(drop1(m, ddf = "Kenward-Roger"))) else list(),
    step = list(random = random_rows(s$random), fixed = fixed_rows(s$fixed), formula = paste(deparse(formula(get_model(s)), width.cutoff = 500), collapse = " ")))
})

# -2 log-likelihood of V = sum_t Z_t (Sigma_t x I) Z_t' + sigma^2 I, dense
dense <- function(m, reml) {
  X <- getME(m, "X"); y <- getME(m, "y"); Zt <- getME(m, "Ztlist"); cnms <- getME(m, "cnms"); w <- weights(m); n <- length(y)
  function(Sigmas, sigma) {
    V <- diag(sigma^2 / w); at <- 0
    for (t in seq_along(cnms)) { k <- length(cnms[[t]]); Z <- lapply(seq_len(k), function(i) t(as.matrix(Zt[[at + i]]))); at <- at + k
      for (i in seq_len(k)) for (j in seq_len(k)) V <- V + Sigmas[[t]][i, j] * Z[[i]] %*% t(Z[[j]]) }
    L <- chol(V); half <- backsolve(L, cbind(X, y), transpose = TRUE); p <- ncol(X)
    q <- qr(half[, seq_len(p), drop = FALSE]); r <- qr.resid(q, half[, p + 1])
    2 * sum(log(diag(L))) + sum(r^2) + if (reml) 2 * sum(log(abs(diag(qr.R(q))))) else 0
  }
}
errors <- lapply(list(
  list(data = "sleepstudy", formula = "Reaction ~ Days + (Days | Subject)", reml = TRUE),
  list(data = "sleepstudy", formula = "Reaction ~ Days + (Days | Subject)", reml = FALSE),
  list(data = "Machines", formula = "score ~ Machine + (Machine | Worker)", reml = TRUE),
  list(data = "Penicillin", formula = "diameter ~ 1 + (1 | plate) + (1 | sample)", reml = TRUE),
  list(data = "Oats", formula = "yield ~ nitro + (1 | Block) + (1 | Block:Variety)", reml = TRUE)), function(case) {
  m <- lme4::lmer(as.formula(case$formula), data(case$data), REML = case$reml, control = tight)
  d <- dense(m, case$reml); ks <- sapply(getME(m, "cnms"), length)
  unpack <- function(p) { at <- 0; out <- list(); for (t in seq_along(ks)) { k <- ks[t]; S <- matrix(0, k, k); low <- lower.tri(S); sd <- p[at + seq_len(k)]; at <- at + k
      R <- diag(k); R[low] <- p[at + seq_len(sum(low))]; R <- R + t(R) - diag(k); at <- at + sum(low); out[[t]] <- R * tcrossprod(sd) }; list(out, p[at + 1]) }
  f <- function(p) { u <- unpack(p); d(u[[1]], u[[2]]) }
  vc <- VarCorr(m); p <- unlist(lapply(vc, function(S) c(attr(S, "stddev"), attr(S, "correlation")[lower.tri(S)]))); p <- c(p, sigma(m))
  names <- unlist(lapply(seq_along(vc), function(t) { c <- rownames(vc[[t]]); g <- names(vc)[t]; low <- which(lower.tri(vc[[t]]), arr.ind = TRUE)
    c(paste0("sd_", c, "|", g), if (nrow(low) > 0) paste0("cor_", c[low[, 1]], ".", c[low[, 2]], "|", g)) }))
  for (i in 1:3) p <- p - solve(hessian(f, p), grad(f, p))
  se <- sqrt(diag(2 * solve(hessian(f, p))))
  c(case, list(parameters = lapply(seq_along(p), function(i) list(name = c(names, "sigma")[i], estimate = unname(p[i]), se = se[i]))))
})
oats <- nlme::intervals(nlme::lme(yield ~ nitro, random = ~ 1 | Block / Variety, data = data("Oats")), which = "var-cov")
intervals <- list(Block = unname(unlist(oats$reStruct$Block)), `Block:Variety` = unname(unlist(oats$reStruct$Variety)), sigma = unname(as.numeric(oats$sigma)))

# variance of the fixed part, mean of z'Sigma z of every term, residual; R2 and ICC
r2 <- lapply(list(
  list(data = "sleepstudy", formula = "Reaction ~ Days + (Days | Subject)"), list(data = "Machines", formula = "score ~ Machine + (1 | Worker) + (1 | Worker:Machine)"),
  list(data = "Machines", formula = "score ~ Machine + (Machine | Worker)"), list(data = "carrots", formula = "Preference ~ sens2 + Homesize + (sens2 | Consumer)"),
  list(data = "Penicillin", formula = "diameter ~ 1 + (1 | plate) + (1 | sample)"), list(data = "Orthodont", formula = "distance ~ age * Sex + (age | Subject)")), function(case) {
  m <- lme4::lmer(as.formula(case$formula), data(case$data), control = tight)
  fixed <- var(as.vector(getME(m, "X") %*% fixef(m))); vc <- VarCorr(m); Zt <- getME(m, "Ztlist"); at <- 0; terms <- list()
  for (t in seq_along(vc)) { k <- nrow(vc[[t]]); S <- unclass(vc[[t]])[seq_len(k), seq_len(k), drop = FALSE]
    x <- sapply(seq_len(k), function(i) colSums(as.matrix(Zt[[at + i]]))); at <- at + k; terms[[t]] <- mean(rowSums((matrix(x, ncol = k) %*% S) * x)) }
  random <- sum(unlist(terms)); residual <- sigma(m)^2; total <- fixed + random + residual
  c(case, list(fixed = fixed, random = setNames(terms, names(vc)), residual = residual, marginal = fixed / total, conditional = (fixed + random) / total, iccAdjusted = random / (random + residual), iccUnadjusted = random / total))
})
out <- list(source = list(packages = lapply(c(lmerTest = "lmerTest", lme4 = "lme4", pbkrtest = "pbkrtest", nlme = "nlme", numDeriv = "numDeriv"), function(p) as.character(packageVersion(p))), R = R.version.string, script = script, sha256 = digest(file = script, algo = "sha256"), date = format(Sys.Date())),
  tests = tests, errors = errors, intervals = intervals, r2 = r2)
write_json(out, file.path(folder, "variance.json"), digits = NA, auto_unbox = TRUE, na = "null", null = "null")
