# Reference numbers of leave-one-out, influence and random-effects PCA from lme4, for test/unit/checks.
# Rscript test/reference/generate/checks.R      from the root of the repository
# Writes test/reference/data/checks.json.
suppressMessages({library(lme4); library(jsonlite)})

folder <- "test/reference/data"
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")), stringsAsFactors = TRUE)
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 2e-2, rhoend = 1e-10, maxfun = 1e5), calc.derivs = FALSE,
                     check.conv.singular = "ignore")
numbers <- function(x) unname(as.list(x))
components <- function(fit) as.data.frame(VarCorr(fit))$vcov

cases <- list()
add <- function(name, data, formula, ours = deparse(formula, 500), group, weights = NULL, REML = TRUE) {
  rows <<- read(data)
  rows$.weight <<- if (is.null(weights)) 1 else rows[[weights]]
  environment(formula) <- globalenv()
  # influence() evaluates the call again: it may hold no local names
  fit <- eval(bquote(lmer(.(formula), rows, REML = .(REML), control = tight, weights = .weight)), globalenv())
  levels <- levels(factor(rows[[group]]))
  deleted <- lapply(levels, function(l) {
    rest <- droplevels(rows[rows[[group]] != l, ])
    again <- eval(bquote(lmer(.(formula), .(rest), REML = .(REML), control = tight, weights = .weight)), globalenv())
    list(level = l, fixed = numbers(fixef(again)), se = numbers(sqrt(diag(as.matrix(vcov(again))))), components = numbers(components(again)))
  })
  whole <- influence(fit, groups = group, data = rows)
  cases[[name]] <<- list(data = data, formula = ours, group = group, weights = weights, REML = REML, theta = numbers(getME(fit, "theta")),
    sigma = sigma(fit), hat = numbers(hatvalues(fit)), cooks = numbers(cooks.distance(fit)),
    cooksGroup = tryCatch(numbers(cooks.distance(whole)), error = function(e) NULL),
    components = numbers(components(fit)), pca = lapply(rePCA(fit), function(p) numbers(p$sdev)), deleted = deleted)
}
add("sleepstudy", "sleepstudy", Reaction ~ Days + (Days | Subject), group = "Subject")
add("sleepstudy-weights", "sleepstudy", Reaction ~ Days + (Days | Subject), group = "Subject", weights = "w")
add("sleepstudy-uncorrelated", "sleepstudy", Reaction ~ Days + (1 | Subject) + (0 + Days | Subject),
    ours = "Reaction ~ Days + (Days || Subject)", group = "Subject")
add("penicillin", "Penicillin", diameter ~ 1 + (1 | plate) + (1 | sample), group = "sample")
add("machines", "machinesMissing", score ~ Machine + (1 | Worker) + (1 | Worker:Machine), group = "Worker")
add("dyestuff2", "Dyestuff2", Yield ~ 1 + (1 | Batch), group = "Batch")

write(toJSON(list(source = list(package = "lme4", version = as.character(packageVersion("lme4")), R = R.version.string), cases = cases),
             auto_unbox = TRUE, digits = NA, null = "null", na = "null"), file.path(folder, "checks.json"))
