# Far tails, huge and tiny parameters, densities and quantiles from R, for test/unit/distributions/tails.test.ts.
# Rscript test/reference/generate/distributionsTails.R > test/reference/data/distributionsTails.json
# Each row: function, arguments, lower tail, log scale, value with 17 significant digits. Nothing that R returns is left out, except
# NaN: where R loses digits distributionsDisputed.py has the truth.

rows <- list()
number <- function(x) if (is.infinite(x)) (if (x > 0) "\"Inf\"" else "\"-Inf\"") else sprintf("%.17g", x)
add <- function(f, args, value, lower = TRUE, log = FALSE) {
  if (is.nan(value)) return(invisible())
  rows[[length(rows) + 1]] <<- sprintf("[\"%s\",[%s],%s,%s,%s]", f, paste(vapply(args, number, ""), collapse = ","),
                                       tolower(lower), tolower(log), number(value))
}
quiet <- suppressWarnings
tails <- function(f, p, ...) {
  args <- c(...)
  for (lower in c(TRUE, FALSE)) for (log in c(FALSE, TRUE))
    add(f, args, quiet(do.call(p, c(as.list(args), list(lower.tail = lower, log.p = log)))), lower, log)
}
densities <- function(f, d, ...) for (log in c(FALSE, TRUE)) add(f, c(...), quiet(do.call(d, c(as.list(c(...)), list(log = log)))), TRUE, log)
quantiles <- function(f, q, ps, logs, ...) {
  args <- c(...)
  ask <- function(p, lower, log) add(f, c(p, args), quiet(do.call(q, c(list(p), as.list(args), list(lower.tail = lower, log.p = log)))), lower, log)
  for (lower in c(TRUE, FALSE)) {
    for (p in ps) ask(p, lower, FALSE)
    for (p in logs) ask(p, lower, TRUE)
  }
}
scaled <- function(p) function(x, shape, ...) p(x, shape, scale = 2.5, ...)
ps <- c(1e-300, 1e-30, 1e-5, 0.1, 0.5, 0.9)
logs <- c(-1e-10, -0.3, -30, -700, -1e4)

for (x in c(1e-300, 1e-20, 0.3, 5, 38, 40, 100, 1e4, 1e8, 1e150)) for (s in c(-1, 1)) {
  tails("normalCdf", pnorm, s * x)
  densities("normalDensity", dnorm, s * x)
}
quantiles("normalQuantile", qnorm, ps, c(logs, -1e5, -1e6, -1e10, -1e-300))

dfs <- c(0.01, 0.1, 0.7, 1, 2, 3.5, 10, 50, 1e3, 1e6, 1e10, 1e20, Inf)
for (df in dfs) {
  for (x in c(1e-10, 0.5, 3, 30, 1e3, 1e10, 1e100)) {
    for (s in c(-1, 1)) tails("tCdf", pt, s * x, df)
    densities("tDensity", dt, x, df)
  }
  quantiles("tQuantile", qt, ps, logs, df)
}
positions <- function(mean, sd) {
  x <- c(mean * 1e-200, mean * 1e-10, mean * 0.01, mean + c(-30, -6, -2, 0, 2, 6, 30, 300) * sd, mean * 100)
  unique(x[x > 0])
}
for (df in c(1e-6, 0.01, 0.5, 1, 2, 7, 60, 1e3, 1e5, 1e7, 1e10)) {
  for (x in positions(df, sqrt(2 * df))) {
    tails("chiSquaredCdf", pchisq, x, df)
    densities("chiSquaredDensity", dchisq, x, df)
  }
  quantiles("chiSquaredQuantile", qchisq, ps, logs, df)
}
for (shape in c(1e-10, 1e-5, 0.01, 0.3, 1, 3, 30, 200, 1e4, 1e6, 1e10)) {
  for (x in positions(2.5 * shape, 2.5 * sqrt(shape))) {
    tails("gammaCdf", function(x, a, b, ...) pgamma(x, a, scale = b, ...), x, shape, 2.5)
    densities("gammaDensity", function(x, a, b, ...) dgamma(x, a, scale = b, ...), x, shape, 2.5)
  }
  quantiles("gammaQuantile", function(p, a, b, ...) qgamma(p, a, scale = b, ...), ps, logs, shape, 2.5)
}
for (df1 in c(0.01, 0.5, 1, 3, 20, 1e3, 1e6, 1e10)) for (df2 in c(0.01, 0.5, 1, 4.5, 30, 1e3, 1e6, 1e10, Inf)) {
  for (x in c(1e-100, 1e-6, 0.2, 0.999, 1, 1.7, 30, 1e5, 1e100)) {
    tails("fCdf", pf, x, df1, df2)
    densities("fDensity", stats::df, x, df1, df2)
  }
  quantiles("fQuantile", qf, ps, c(-0.3, -30), df1, df2)
}
for (a in c(1e-5, 0.01, 0.5, 1, 2, 30, 1e3, 1e6)) for (b in c(1e-5, 0.01, 0.5, 1, 2, 30, 1e3, 1e6)) {
  for (x in c(1e-300, 1e-10, 0.01, 0.3, 0.5, 0.9, 1 - 1e-10)) {
    tails("betaCdf", pbeta, x, a, b)
    densities("betaDensity", dbeta, x, a, b)
  }
  quantiles("betaQuantile", qbeta, c(1e-30, 1e-5, 0.1, 0.5, 0.9), c(-0.3, -30), a, b)
}
for (k in c(2, 3, 5, 12, 40, 100)) for (df in c(2, 3.5, 9, 25, 120, 1e4, Inf)) {
  for (q in c(0.5, 2, 3.5, 5, 9)) tails("studentizedRangeCdf", function(q, k, df, ...) ptukey(q, k, df, ...), q, k, df)
  for (p in c(0.05, 0.5, 0.95, 0.999)) quantiles("studentizedRangeQuantile", function(p, k, df, ...) qtukey(p, k, df, ...), p, NULL, k, df)
}
cat("{\n\"source\": {\"package\": \"stats\", \"version\": \"", R.version$major, ".", R.version$minor,
    "\", \"script\": \"test/reference/generate/distributionsTails.R\", \"platform\": \"", R.version$platform, "\"},\n",
    "\"columns\": [\"function\", \"arguments\", \"lower\", \"log\", \"value\"],\n\"rows\": [\n",
    paste(rows, collapse = ",\n"), "\n]\n}\n", sep = "")
