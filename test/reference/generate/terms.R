# What R's terms() and deparse() make of formulas and expressions:
#   Rscript test/reference/generate/terms.R > test/reference/data/terms.json
# Random terms are taken out as lme4::nobars() does.

suppressMessages({ library(jsonlite); library(lme4) })
options(keep.source = FALSE)

formulas <- c(
  "y ~ x", "y ~ 1", "y ~ 0", "y ~ -1", "y ~ x - 1", "y ~ 0 + x", "y ~ x + 0 + 1", "y ~ x - 1 + 1",
  "y ~ -1 + x", "y ~ +x", "y ~ x - 0", "y ~ x + -1", "y ~ x--1", "y ~ -x + x", "y ~ -(1 + x) + x",
  "y ~ a + b", "y ~ a + a + b", "y ~ b + a", "y ~ a * b", "y ~ b * a", "y ~ a:b", "y ~ b:a + a", "y ~ a + b:a",
  "y ~ a * b * c", "y ~ a * b - a", "y ~ a * b - a:b", "y ~ a * b - b:a", "y ~ a * b * c - a:b:c",
  "y ~ a + b + a:b + c + a:c", "y ~ a:b + c", "y ~ a:b:c + b:c + d", "y ~ (a + b)^2", "y ~ (a + b + c)^2",
  "y ~ (a + b + c)^3 - a:b", "y ~ (a + b + c + d)^2 - c:d", "y ~ (a * b)^2", "y ~ a^2", "y ~ a**3",
  "y ~ (a + b)^5", "y ~ (1 + a)^2", "y ~ (a - 1) * b", "y ~ (a + 0)/b", "y ~ a * (b - 1)", "y ~ a:(b + 1)",
  "y ~ a/b", "y ~ a/b/c", "y ~ a/(b + c)", "y ~ (a + b)/c", "y ~ a/b - a", "y ~ a %in% b", "y ~ a + b %in% a",
  "y ~ a * b %in% c", "y ~ a %in% (b + c)", "y ~ (a + b) %in% c", "y ~ (a + b):(c + d)", "y ~ (a + b) * c - c:b",
  "y ~ a * 1", "y ~ a:a", "y ~ a:b:a", "y ~ a + a + b - a + a", "y ~ a - (a - b)", "y ~ b + (a - b)", "y ~ a - b",
  "y ~ (a)", "y ~ ((a + b))", "y ~ (log(a))", "y ~ a:y", "y ~ x + y", "log(y) ~ y + x", "y ~ a:b*c", "y ~ a*b:c",
  "y ~ a/b:c", "y ~ a:b/c", "y ~ a %in% b:c", "y ~ a/b*c", "y ~ a*b/c", "y ~ a + b*c^2", "y ~ a - b*c + b",
  "log(y) ~ x", "sqrt(y + 1) ~ x", "I(y/2) ~ x", "cbind(s, f) ~ x", "cbind(s, n - s) ~ x", "y/n ~ x", "-y ~ x",
  "y > 3 ~ x", "y ~ I(x^2)", "y ~ x + I(x^2) + I(x^3)", "y ~ poly(x, 2)", "y ~ poly(x,2,raw=TRUE)*a",
  "y ~ ns(x, 3):a", "y ~ bs(x,df=4)", "y ~ log(x+1)", "y ~ log( x )", "y ~ factor(a):x", "y ~ relevel(a,ref='b')",
  "y ~ factor(a, levels=c('u', \"v\"))", "y ~ scale(x) + scale(x, scale=FALSE)", "y ~ x > 3", "y ~ !a", "y ~ a == 'b'",
  "y ~ pmin(x, 10) + pmax(x, z, 0)", "y ~ I(-x) + I(a - (-b))", "y ~ exp(-x)", "y ~ x + offset(z)",
  "y ~ offset(log(n)) + x + offset(w)", "y ~ offset(z)", "y ~ `my column` + x", "y ~ log(`my column`):x",
  "`my y` ~ `a b`:`c d`", "y ~ caf\u00e9 + x", "y ~ x + (1 | g)", "y ~ (1 | g)", "y ~ (1 | g) + x * z + (x || h)",
  "y ~ 0 + x + (1 | g)", "y ~ x + (0 + x | g) - 1", "y ~ (x + (1 | g)) + z"
)

with_data <- c(
  "y ~ .", "log(y) ~ .", "y ~ .^2", "y ~ . - a", "y ~ . + I(a^2)", "y ~ a + .", "y ~ a * .", "y ~ .:a",
  "y ~ log(a) + .", "cbind(y, a) ~ .", "y ~ (. - a)^2", "y ~ . - 1", "y ~ ./a", "y ~ b:. + a"
)

expressions <- c(
  "x", "x+1", "x - 1", "a*b", "a/b", "a / b / c", "a/(b/c)", "a^b", "a^b^c", "(a^b)^c", "a:b", "a %% b", "a %in% b",
  "-a", "- a + b", "-(a)", "- -a", "-a^2", "(-a)^2", "a^-b", "2*-a", "!a", "!a & b", "!(a&b)", "a == b", "a!=b",
  "a<=b", "a >= b", "a < b & b < c", "a|b&c", "(a|b)&c", "(a + b) * c", "a + (b * c)", "((a))", "a - (b - c)",
  "poly(x,  2)", "factor(x,levels=c(1,2))", "ns( x , df=3 )", "x * 100000", "x * 123456", "x * 1e6", "x * 1234567", "x * 1e-4", "x * 0.001",
  "x * .5", "x * 0.1", "x * 1/3", "x * 1e15", "x * 1e5", "x * 150000", "x * 1e-15", "x * 3.14159265358979",
  "x * 0.1234567890123456", "x * 1e300", "x * 1.5e-10", "x * 0.00012", "x * 1e100", "x * 0x1F", "x * 12", "x * 0",
  "x == \"a\"", "x == 'a'", "x == 'say \"hi\"'", "x == \"it's\"", "x == \"a\\\\b\"", "x == \"tab\\there\"",
  "x == \"\u00e9t\u00e9\"", "`a b` + 1", "-`if`", "-`2x`", "-`.2x`", "-.x", "-._x", "-`_x`", "-`NA`", "-`TRUE`", "x.y_z", "T", "TRUE",
  "pi", "c('a', \"b\")", "a + b - c + d", "a - -b", "a * -b + c", "-a:b", "-(a:b)", "!a == b", "(!a) == b", "a / b * c",
  "a * b / c", "a %in% c(1, 2)", "a %% b %% c", "a ** b"
)

split_one <- function(text, data = NULL) {
  formula <- as.formula(text)
  fixed <- nobars(formula)
  t <- if (is.null(data)) terms(fixed) else terms(fixed, data = data)
  variables <- attr(t, "variables")
  offsets <- vapply(attr(t, "offset"), function(i) deparse(variables[[i + 1]], 500), "")
  list(
    formula = unbox(text), response = unbox(deparse(fixed[[2]], 500)), intercept = unbox(attr(t, "intercept") == 1),
    terms = as.character(attr(t, "term.labels")), offsets = as.character(offsets)
  )
}

frame <- data.frame(y = 1, a = 1, b = 1, `c d` = 1, check.names = FALSE)
output <- list(
  source = list(
    R = unbox(R.version.string), lme4 = unbox(as.character(packageVersion("lme4"))),
    script = unbox("test/reference/generate/terms.R"), date = unbox(as.character(Sys.Date()))
  ),
  formulas = lapply(formulas, split_one),
  columns = names(frame),
  withData = lapply(with_data, split_one, data = frame),
  expressions = lapply(expressions, function(text) {
    list(text = unbox(text), deparsed = unbox(deparse(parse(text = text)[[1]], 500)))
  })
)
cat(toJSON(output, pretty = TRUE, digits = NA), "\n")
