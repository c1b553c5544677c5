# Fitted values, residuals and predictions on new rows from lme4 and lm, for test/unit/predict.
# Run from the repository root: Rscript test/golden/generate/predictions.R
suppressMessages({library(lme4); library(splines); library(jsonlite)})
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.02, rhoend = 1e-9, maxfun = 1e5))
sleep <- lmer(Reaction ~ Days + (Days | Subject), sleepstudy, control = tight)
new <- data.frame(Days = c(0, 4.5, 12, 3), Subject = factor(c("308", "372", "309", "999")))
weighted <- lmer(Reaction ~ ns(Days, 3) + (1 | Subject), sleepstudy, weights = Days + 1, control = tight)
linear <- lm(Reaction ~ poly(Days, 2) + log(Days + 1), sleepstudy)
json <- list(
  source = list(r = R.version.string, lme4 = as.character(packageVersion("lme4")), script = "test/golden/generate/predictions.R"),
  sleep = list(fitted = unname(fitted(sleep)), fixed = unname(predict(sleep, re.form = NA)), scaled = unname(residuals(sleep, "pearson", scaled = TRUE)),
    mean = unname(predict(sleep, new, re.form = NA)), group = unname(predict(sleep, new, allow.new.levels = TRUE))),
  weighted = list(fitted = unname(fitted(weighted)), raw = unname(residuals(weighted, "response")), pearson = unname(residuals(weighted, "pearson")),
    group = unname(predict(weighted, new, allow.new.levels = TRUE))),
  linear = list(fitted = unname(fitted(linear)), mean = unname(predict(linear, new)),
    rSquared = summary(linear)$r.squared, adjusted = summary(linear)$adj.r.squared, F = unname(summary(linear)$fstatistic[1])))
writeLines(toJSON(json, digits = NA, auto_unbox = TRUE), "test/golden/r/predictions.json")
