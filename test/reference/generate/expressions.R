# Values of expressions in R for test/unit/design/evaluate.test.ts:
#   Rscript test/reference/generate/expressions.R > test/reference/data/expressions.json

suppressMessages(library(jsonlite))
data <- data.frame(
  x = c(1.5, -2, NA, 7, 0, 12.25, -5.5, 3),
  n = c(5, -5, 3, NA, 8, -1, 2, 0),
  t = c("a", "b", NA, "a", "C", "b", "c", "a"),
  l = c(TRUE, FALSE, NA, TRUE, TRUE, FALSE, FALSE, NA)
)
expressions <- c(
  "x + n * 2 - 1", "x / 4", "-x^2", "(-x)^2", "2^n", "n %% 3", "n %% -3", "-n %% 2.5", "x %% 1", "5 %% n", "x + l",
  "abs(x)", "exp(x / 10)", "log1p(abs(x))", "expm1(-x)", "log(abs(n) + 1, 2)", "sqrt(abs(x))", "sin(x) + cos(n) - tan(x)",
  "log2(abs(x) + 1)", "log10(abs(x) + 1)", "pmin(x, n)", "pmax(x, n, 1)", "pmax(x, 2)", "I(x > n)", "x == 7", "x != 7",
  "x >= 1.5 & n < 6", "x > 0 | n > 0", "!l", "!(x > 0)", "l & x > 0", "l | x > 0", "t == \"a\"", "t != \"a\"", "\"b\" == t",
  "t %in% c(\"a\", \"C\")", "x %in% c(7, 0)", "!(t %in% \"a\")", "l == TRUE", "x > 1 & t == \"a\"", "n %in% 1:5",
  "I(x * (n > 0))", "-(x + 1)", "+x", "x * pi", "l * 2 + l", "x * 1e-3", "(x > 0) + (n > 0)", "3 - -x"
)
# text comparisons by code point, as henderson does
invisible(Sys.setlocale("LC_COLLATE", "C"))
expressions <- c(expressions, "t < \"b\"", "t >= \"a\"")
cat(toJSON(list(
  source = list(package = "base", version = as.character(getRversion()),
                script = "test/reference/generate/expressions.R", date = "2026-11-21"),
  data = as.list(data),
  cases = lapply(expressions, function(e) list(expression = e, values = as.numeric(eval(parse(text = e)[[1]], data))))
), auto_unbox = TRUE, digits = I(17), na = "null"))
