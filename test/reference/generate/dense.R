# The likelihood written down without any trick: V = W^-1 + sum Z_t (I x Phi_t) Z_t', dense.
# It checks the oracles and is the oracle where no package has the structure. Sourced by lmm.R and structured.R.

# y, X, weights (or NULL), V relative to sigma2; -2 log-likelihood with sigma profiled out, and what goes with it.
denseFit <- function(y, X, V, REML) {
  n <- length(y)
  p <- ncol(X)
  R <- chol(V)
  Xs <- backsolve(R, X, transpose = TRUE)
  ys <- backsolve(R, y, transpose = TRUE)
  decomposition <- qr(Xs)
  beta <- qr.coef(decomposition, ys)
  r2 <- sum(qr.resid(decomposition, ys)^2)
  logV <- 2 * sum(log(diag(R)))
  logX <- 2 * sum(log(abs(diag(qr.R(decomposition)))))
  ml <- n * (1 + log(2 * pi * r2 / n)) + logV
  reml <- (n - p) * (1 + log(2 * pi * r2 / (n - p))) + logV + logX
  list(objective = if (REML) reml else ml, deviance = ml, remlCriterion = reml, beta = beta,
       sigma = sqrt(r2 / (if (REML) n - p else n)), unscaled = chol2inv(qr.R(decomposition)), r2 = r2,
       residual = y - drop(X %*% beta), Vinverse = function(v) backsolve(R, backsolve(R, v, transpose = TRUE)))
}

# Block-diagonal Sigma over levels in the order of lme4's Zt rows: coefficients of one level together.
denseV <- function(blocks, weights, n) {
  V <- diag(if (is.null(weights)) rep(1, n) else 1 / weights, n)
  for (block in blocks) {
    levels <- nrow(block$Zt) / nrow(block$Phi)
    ZL <- as.matrix(Matrix::crossprod(block$Zt, kronecker(Matrix::Diagonal(levels), block$Phi)))
    V <- V + ZL %*% as.matrix(block$Zt)
  }
  V
}

# Standard deviations of u-hat - u (prediction errors, beta estimated): roots of the diagonal of G - G Z'P Z G,
# P = V^-1 - V^-1 X (X'V^-1 X)^-1 X'V^-1, for the first levels of one term; one row a level.
denseErrorSd <- function(fit, X, block, levels) {
  k <- nrow(block$Phi)
  rows <- seq_len(k * levels)
  G <- kronecker(diag(levels), block$Phi)
  ZG <- as.matrix(Matrix::crossprod(block$Zt[rows, , drop = FALSE], G))
  VZG <- fit$Vinverse(ZG)
  between <- crossprod(X, VZG)
  variance <- diag(G) - colSums(ZG * VZG) + colSums(between * (fit$unscaled %*% between))
  matrix(fit$sigma * sqrt(pmax(variance, 0)), levels, k, byrow = TRUE)
}
