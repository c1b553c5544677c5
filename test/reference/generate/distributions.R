# Reference values of distribution functions from R, for test/unit/distributions.
# Rscript test/reference/generate/distributions.R > test/reference/data/distributions.json
# Each row: function, arguments, lower tail, log scale, value with 17 significant digits.

rows <- list()
add <- function(f, args, value, lower = TRUE, log = FALSE) {
  if (is.nan(value)) stop("not a number: ", f, " ", paste(args, collapse = " "))
  text <- if (is.infinite(value)) (if (value > 0) "\"Inf\"" else "\"-Inf\"") else sprintf("%.17g", value)
  shown <- vapply(args, function(a) if (is.infinite(a)) (if (a > 0) "\"Inf\"" else "\"-Inf\"") else sprintf("%.17g", a), "")
  rows[[length(rows) + 1]] <<- sprintf("[\"%s\",[%s],%s,%s,%s]", f, paste(shown, collapse = ","),
                                       tolower(lower), tolower(log), text)
}
tails <- function(f, p, ...) {
  args <- c(...)
  for (lower in c(TRUE, FALSE)) for (log in c(FALSE, TRUE))
    add(f, args, do.call(p, c(as.list(args), list(lower.tail = lower, log.p = log))), lower, log)
}
# R's inversions stop early in far tails: a quantile that does not give its p back is left out here
# (the tests check those by round trip).
quantiles <- function(f, q, cdf, ps, ...) {
  args <- c(...)
  for (p in ps) for (lower in c(TRUE, FALSE)) {
    x <- do.call(q, c(list(p), as.list(args), list(lower.tail = lower)))
    back <- function(tail) do.call(cdf, c(list(x), as.list(args), list(lower.tail = tail)))
    if (abs(back(lower) - p) <= 1e-14 * p && abs(back(!lower) - (1 - p)) <= 1e-14 * (1 - p)) add(f, c(p, args), x, lower, FALSE)
  }
}
# pbeta(log.p = TRUE) is wrong here (bpser underflows; 50-digit arithmetic agrees with us)
knownWrong <- function(a, b) min(a, b) >= 1.7 && max(a, b) / min(a, b) > 3000
ps <- c(1e-300, 1e-100, 1e-20, 1e-8, 1e-3, 0.025, 0.2, 0.45, 0.5, 0.55, 0.8, 0.975, 0.999)

for (x in c(0, 1e-10, 0.1, 0.5, 1, 2, 3.7, 8, 20, 37, 100)) for (s in c(-1, 1)) tails("normalCdf", pnorm, s * x)
quantiles("normalQuantile", qnorm, pnorm, c(ps, 0.5 + 1e-9))
for (x in c(0, 1, -3, 30)) add("normalDensity", x, dnorm(x, log = TRUE), log = TRUE)

dfs <- c(0.1, 0.5, 1, 2, 2.7, 5, 17, 30.3, 100, 1234.5, 1e5, 1e7, 1e9, Inf)
for (df in dfs) {
  for (x in c(0, 1e-8, 0.01, 0.5, 1, 1.96, 4.2, 12, 37, 1000, 1e10)) for (s in c(-1, 1)) tails("tCdf", pt, s * x, df)
  for (x in c(0, 0.7, 4, 50)) add("tDensity", c(x, df), dt(x, df, log = TRUE), log = TRUE)
  quantiles("tQuantile", qt, pt, setdiff(ps, 0.5), df)
}
for (df in c(0.1, 0.5, 1, 2, 5, 30, 99, 101, 500, 3000, 1e4, 1e6, 1e9)) {
  for (z in c(-30, -8, -2, -0.3, 0, 0.3, 2, 8, 30)) {
    x <- max(df * (1 - 2 / (9 * df) + z * sqrt(2 / (9 * df)))^3, df * 1e-4)
    tails("chiSquaredCdf", pchisq, x, df)
  }
  for (x in c(df / 3, df, df * 2.5)) add("chiSquaredDensity", c(x, df), dchisq(x, df, log = TRUE), log = TRUE)
  quantiles("chiSquaredQuantile", qchisq, pchisq, ps, df)
}
for (shape in c(0.01, 0.3, 3.3, 77)) for (x in c(1e-5, 0.3, 2, 50, 300)) tails("gammaCdf", function(x, a, b, ...) pgamma(x, a, scale = b, ...), x, shape, 2.5)
fdfs <- c(0.1, 1, 2, 3.4, 12, 80, 1000, 1e6, 1e9, Inf)
for (df1 in fdfs[1:9]) for (df2 in fdfs) {
  for (x in c(1e-6, 0.1, 0.7, 1, 1.3, 4, 25, 400)) if (!(x == 400 && knownWrong(df1 / 2, df2 / 2))) tails("fCdf", pf, x, df1, df2)
  quantiles("fQuantile", qf, pf, c(1e-20, 1e-8, 0.025, 0.5, 0.975), df1, df2)
}
for (a in c(0.05, 0.5, 2, 30, 1000, 1e5)) for (b in c(0.05, 0.5, 2, 30, 1000, 1e5)) {
  for (q in c(0.01, 0.3, 0.5, 0.9)) if (!knownWrong(a, b)) tails("betaCdf", pbeta, q, a, b)
  m <- a / (a + b)
  s <- sqrt(m * (1 - m) / (a + b + 1))
  for (z in c(-4, -1, 1, 4)) if (m + z * s > 0 && m + z * s < 1) tails("betaCdf", pbeta, m + z * s, a, b)
  for (q in c(0.01, 0.5, 0.9)) add("betaDensity", c(q, a, b), dbeta(q, a, b, log = TRUE), log = TRUE)
}
for (a in c(0.5, 2, 30, 1000)) for (b in c(0.5, 2, 30, 1000))
  quantiles("betaQuantile", qbeta, pbeta, c(1e-8, 0.025, 0.5, 0.975), a, b)
for (x in c(1e-10, 0.1, 0.5, 0.99, 1, 1.01, 1.5, 1.99, 2, 2.3, 3, 7.7, 9.99, 10, 50, 171, 1e5, 1e10, -0.5, -3.7)) {
  add("logGamma", x, lgamma(x)); add("digamma", x, digamma(x)); add("trigamma", x, trigamma(x))
}
for (a in c(0.1, 2, 11, 1e4, 1e9)) for (b in c(0.1, 2, 11, 1e4, 1e9)) add("logBeta", c(a, b), lbeta(a, b))

cat("{\n\"source\": {\"package\": \"stats\", \"version\": \"", R.version$major, ".", R.version$minor,
    "\", \"script\": \"test/reference/generate/distributions.R\", \"platform\": \"", R.version$platform, "\"},\n",
    "\"columns\": [\"function\", \"arguments\", \"lower\", \"log\", \"value\"],\n\"rows\": [\n",
    paste(rows, collapse = ",\n"), "\n]\n}\n", sep = "")
