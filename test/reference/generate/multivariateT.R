# Multivariate t and normal probabilities, for test/unit/distributions/multivariateT.test.ts.
# Rscript test/reference/generate/multivariateT.R > test/reference/data/multivariateT.json   (mvtnorm; five million points each)
library(mvtnorm)

pairwise <- function(v) {
  rows <- combn(length(v), 2)
  contrasts <- t(apply(rows, 2, function(r) replace(numeric(length(v)), r, c(1, -1))))
  cov2cor(contrasts %*% diag(v) %*% t(contrasts))
}
ar1 <- function(d, r) r^abs(outer(1:d, 1:d, "-"))
wishart <- function(d, seed) { set.seed(seed); cov2cor(crossprod(matrix(rnorm(2 * d * d), 2 * d))) }
dunnett <- function(n) { l <- sqrt(n / (n + 4)); r <- l %o% l; diag(r) <- 1; r }

rows <- list()
add <- function(name, corr, lower, upper, df) {
  d <- nrow(corr)
  lower <- rep_len(lower, d)
  upper <- rep_len(upper, d)
  set.seed(42)
  found <- if (is.finite(df)) pmvt(lower, upper, corr = corr, df = df, algorithm = GenzBretz(maxpts = 5e6, abseps = 1e-7))
           else pmvnorm(lower, upper, corr = corr, algorithm = GenzBretz(maxpts = 5e6, abseps = 1e-7))
  rows[[length(rows) + 1]] <<- list(name = name, lower = I(ifelse(is.finite(lower), lower, NA)), upper = I(ifelse(is.finite(upper), upper, NA)),
    correlation = I(as.vector(corr)), df = if (is.finite(df)) df else NA, probability = as.numeric(found), error = attr(found, "error"))
}
for (df in c(4, 7.5, 30, Inf)) {
  for (q in c(1.2, 2.4, 3.5)) {
    add("pairs of four unequal means", pairwise(c(0.5, 1, 3, 2)), -q, q, if (is.finite(df)) round(df) else Inf)
    add("pairs of six unequal means", pairwise(c(1, 1, 2, 0.3, 1.5, 1)), -q, q, if (is.finite(df)) round(df) else Inf)
  }
}
add("three means one-sided and unequal bounds", pairwise(c(0.5, 1, 3)), c(-1, -2, -0.5), c(3, 1, 4), 7)
add("four means one-sided", pairwise(c(0.5, 1, 3, 2)), -Inf, 2, 9)
add("autoregressive", ar1(8, 0.6), -2.5, 2.5, 10)
add("autoregressive, many", ar1(20, 0.6), -2.7, 2.7, 10)
add("autoregressive, one-sided", ar1(12, -0.4), -Inf, 2.2, Inf)
add("unstructured", wishart(7, 1), -2.3, 2.3, 12)
add("unstructured, off the origin", wishart(5, 2), 0.1, 2, 12)
add("unstructured, many", wishart(15, 3), -2.3, 2.6, 25)
add("contrasts with a control", dunnett(c(4, 6, 8, 5)), -2.4, 2.4, 20)
cat(jsonlite::toJSON(list(source = list(package = "mvtnorm", version = as.character(packageVersion("mvtnorm")),
  R = paste(R.version$major, R.version$minor, sep = "."), script = "test/reference/generate/multivariateT.R"), rows = rows),
  digits = 17, auto_unbox = TRUE, na = "null"), "\n")
