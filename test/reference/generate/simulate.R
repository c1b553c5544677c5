# What lme4's simulate() draws after set.seed, for models with one, two and nested groupings and slopes.
# Rscript test/reference/generate/simulate.R > test/reference/simulate.json    (from the root of the repository)
suppressMessages({library(lme4); library(jsonlite)})
data <- function(name) read.csv(file.path("test/reference/data", paste0(name, ".csv")), stringsAsFactors = TRUE)
example <- function(name) read.csv(file.path("examples", paste0(name, ".csv")), stringsAsFactors = TRUE)
sleep <- example("sleepstudy"); sleep$Subject <- factor(sleep$Subject)
cases <- list(
  list(data = "examples/sleepstudy.csv", formula = "Reaction ~ Days + (Days | Subject)", frame = sleep),
  list(data = "examples/sleepstudy.csv", formula = "Reaction ~ Days + (Days || Subject)", frame = sleep),
  list(data = "examples/penicillin.csv", formula = "yield ~ treat + (1 | blend)", frame = example("penicillin")),
  list(data = "test/reference/data/Pastes.csv", formula = "strength ~ 1 + (1 | batch) + (1 | sample)", frame = data("Pastes")),
  list(data = "test/reference/data/Penicillin.csv", formula = "diameter ~ 1 + (1 | sample) + (1 | plate)", frame = data("Penicillin"))
)
out <- lapply(cases, function(case) {
  fit <- lmer(as.formula(case$formula), case$frame, control = lmerControl(calc.derivs = FALSE))
  list(data = case$data, formula = case$formula, seed = 101,
       theta = unname(getME(fit, "theta")), sigma = sigma(fit), beta = unname(fixef(fit)),
       new = unname(as.list(simulate(fit, nsim = 2, seed = 101))),
       same = unname(as.list(simulate(fit, nsim = 2, seed = 101, use.u = TRUE))))
})
cat(toJSON(list(source = paste("R", getRversion(), "lme4", packageVersion("lme4")), cases = out), digits = NA, auto_unbox = TRUE), "\n")
