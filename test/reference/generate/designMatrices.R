# Model matrices of R for test/unit/design/modelMatrix.test.ts:
#   Rscript test/reference/generate/designMatrices.R > test/reference/data/designMatrices.json
# Training matrices by model.frame + model.matrix as lm() does; new rows by the terms of the frame, which keep
# the constants of poly, ns, bs and scale (R's "safe prediction").

suppressMessages({ library(jsonlite); library(splines) })
RNGversion("4.2.0")
set.seed(20)
n <- 30
data <- data.frame(
  y = round(rnorm(n, 10, 3), 3),
  x = round(runif(n, 1, 9), 2),
  z = round(rnorm(n), 3),
  time = rep(c(1, 2, 4, 7, 11), length.out = n) + 1990,
  f = rep(c("b", "a", "c"), length.out = n),
  g = rep(c("v", "u"), each = 2, length.out = n),
  h = sample(c("p", "q", "r", "s"), n, replace = TRUE),
  k = rep(c(10, 2, 30), times = c(9, 11, 10)),
  l = rep(c(TRUE, FALSE, FALSE, TRUE, TRUE), length.out = n)
)
newdata <- data.frame(
  y = 0, x = c(2.5, 8.75, 0.25, 12, 4), z = c(-1, 0.25, 0.5, 3, 1.5), time = c(1991, 2003, 1985, 1996.5, 1994),
  f = c("a", "c", "b", "a", "c"), g = c("u", "v", "v", "u", "u"), h = c("s", "p", "q", "r", "p"),
  k = c(30, 2, 10, 2, 30), l = c(TRUE, FALSE, FALSE, TRUE, TRUE)
)

case <- function(formula, contrasts = NULL) list(formula = formula, contrasts = contrasts)
helmert <- function(...) { v <- c(...); setNames(rep("helmert", length(v)), v) }
cases <- list(
  case("y ~ 1"), case("y ~ x"), case("y ~ 0 + x"), case("y ~ x + z + x:z"), case("y ~ x * z"),
  case("y ~ f"), case("y ~ 0 + f"), case("y ~ f + g"), case("y ~ 0 + f + g"), case("y ~ 0 + g + f"),
  case("y ~ 0 + x + f"), case("y ~ f * g"), case("y ~ 0 + f * g"), case("y ~ f:g"), case("y ~ 0 + f:g"),
  case("y ~ f + f:g"), case("y ~ g + f:g"), case("y ~ 0 + f + f:g"), case("y ~ f/g"), case("y ~ f + x:f"),
  case("y ~ x:f"), case("y ~ 0 + x:f"), case("y ~ x + x:f"), case("y ~ f * x"), case("y ~ 0 + f * x"),
  case("y ~ x * f * g"), case("y ~ f:g:h"), case("y ~ f + g:h"), case("y ~ f * g * h"), case("y ~ f:g + f:h"),
  case("y ~ (f + g + h)^2"), case("y ~ f * g * h - f:g"), case("y ~ f * g * h - g"), case("y ~ x:f:g"),
  case("y ~ x:f + f:g"), case("y ~ 0 + x:f + f:g"), case("y ~ x + f:x:g"), case("y ~ l"), case("y ~ 0 + l"),
  case("y ~ l * f"), case("y ~ l:x"), case("y ~ I(x > 4) + f"), case("y ~ factor(k)"), case("y ~ factor(k) * x"),
  case("y ~ factor(k, levels = c(30, 2, 10))"), case("y ~ relevel(factor(f), ref = \"c\")"),
  case("y ~ factor(f, levels = c(\"c\", \"b\", \"a\")):x"), case("y ~ f + offset(z)"),
  case("y ~ I(x^2) + log(x) + sqrt(x) + exp(-x)"), case("y ~ log2(x) + log10(x) + log1p(x) + expm1(z) + abs(z)"),
  case("y ~ sin(2 * pi * time / 7) + cos(z) + tan(z)"), case("y ~ I(time %% 3) + pmin(x, z) + pmax(x, 4, z)"),
  case("y ~ I(x / z - 2 * (z + 1)) + I(-x)"), case("y ~ I(f == \"a\") + I(x >= 4 & z < 0) + I(!l)"),
  case("y ~ poly(x, 2)"), case("y ~ poly(x, 1)"), case("y ~ poly(time, 4)"), case("y ~ poly(x, 3, raw = TRUE)"),
  case("y ~ poly(x, 2) * f"), case("y ~ f:poly(x, 2)"), case("y ~ poly(x, 2):poly(z, 2)"), case("y ~ ns(x, 1)"),
  case("y ~ ns(x, 2)"), case("y ~ ns(x, 4)"), case("y ~ ns(time, 3) * g"), case("y ~ bs(x, 3)"), case("y ~ bs(x, 6)"),
  case("y ~ bs(time, 5):g"), case("y ~ scale(x)"), case("y ~ scale(x) * f"), case("y ~ scale(time) + scale(z)"),
  case("y ~ log(x):f"),
  case("y ~ f", c(f = "sum")), case("y ~ f * g", c(f = "sum", g = "sum")), case("y ~ h", helmert("h")),
  case("y ~ h * x", helmert("h")), case("y ~ h", c(h = "poly")), case("y ~ f:h", c(f = "poly", h = "sum")),
  case("y ~ f + f:h", c(f = "sum", h = "helmert")), case("y ~ 0 + f + h", c(f = "sum", h = "sum")),
  case("y ~ l", c(l = "sum")), case("y ~ factor(k)", c("factor(k)" = "poly"))
)

dense <- function(m) list(names = colnames(m), values = unname(lapply(seq_len(ncol(m)), function(j) unname(m[, j]))))
results <- lapply(cases, function(one) {
  formula <- as.formula(one$formula)
  frame <- model.frame(formula, data, drop.unused.levels = TRUE)
  given <- if (is.null(one$contrasts)) NULL else as.list(setNames(paste0("contr.", one$contrasts), names(one$contrasts)))
  terms <- attr(frame, "terms")
  matrix <- model.matrix(terms, frame, contrasts.arg = given)
  new <- suppressWarnings(model.frame(terms, newdata, xlev = .getXlevels(terms, frame)))
  qr <- qr(matrix)
  list(formula = one$formula, contrasts = if (is.null(one$contrasts)) NULL else as.list(one$contrasts),
       assign = attr(matrix, "assign"), train = dense(matrix), rank = qr$rank,
       kept = sort(qr$pivot[seq_len(qr$rank)]) - 1L,
       new = dense(model.matrix(terms, new, contrasts.arg = attr(matrix, "contrasts"))))
})
cat(toJSON(list(
  source = list(package = "stats, splines", version = as.character(getRversion()),
                script = "test/reference/generate/designMatrices.R", date = "2026-11-21"),
  data = as.list(data), newdata = as.list(newdata), cases = results
), auto_unbox = TRUE, digits = I(17), null = "null"))
