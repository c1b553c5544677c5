# Reference values of marginal means, contrasts, slopes and joint tests from emmeans, for test/unit/inference/means.
# Rscript test/reference/generate/means.R      from the root of the repository
# Writes data of the package emmeans into test/reference/data (pigs, fiber, ubds, nutrition, autoNoise, feedlot, oranges),
# cows (made up in its vignette on messy data), warpbreaks of the package datasets, and the numbers into means.json there.
suppressMessages({library(emmeans); library(lmerTest); library(splines); library(mvtnorm); library(jsonlite)})
invisible(Sys.setlocale("LC_COLLATE", "C"))
emm_options(lmer.df = "satterthwaite", opt.digits = FALSE)

folder <- "test/reference/data"
store <- function(frame, name) write.csv(frame, file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
store(pigs, "pigs"); store(fiber, "fiber"); store(ubds, "ubds"); store(nutrition, "nutrition"); store(auto.noise, "autoNoise")
store(feedlot, "feedlot"); store(oranges, "oranges"); store(warpbreaks, "warpbreaks")
store(data.frame(
  route = rep(c("injection", "oral"), c(5, 9)),
  drug = rep(c("Bovineumab", "Charloisazepam", "Angustatin", "Herefordmycin", "Mollycoddle"), c(3, 2, 4, 2, 3)),
  sex = rep(c("m", "f"), 7), resp = c(34, 35, 34, 44, 43, 36, 33, 36, 32, 26, 25, 25, 24, 24)), "cows")

tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 2e-2, rhoend = 1e-9, maxfun = 1e5))
cases <- list()
d <- NULL; m <- NULL; results <- NULL; described <- NULL
# a model, in henderson's words; the fit is m, its data d
model <- function(name, data, formula, r = formula, factors = character(), weights = NULL, subset = NULL, ddf = NULL) {
  emm_options(lmer.df = if (is.null(ddf)) "satterthwaite" else ddf)
  d <<- read.csv(file.path(folder, paste0(data, ".csv")), stringsAsFactors = TRUE)
  for (f in factors) d[[f]] <<- factor(d[[f]])
  if (!is.null(subset)) d <<- droplevels(d[eval(parse(text = subset), d), ])
  described <<- list(name = name, data = data, formula = formula, factors = as.list(factors), weights = weights, subset = subset,
    ddf = ddf)
  results <<- list()
  w <- if (is.null(weights)) "" else paste0(", weights = ", weights)
  code <- if (grepl("|", formula, fixed = TRUE)) sprintf("suppressMessages(lmer(%s, d, control = tight%s))", r, w) else sprintf("lm(%s, d%s)", r, w)
  m <<- eval(parse(text = code), globalenv())
}
done <- function() cases[[length(cases) + 1]] <<- c(described, list(results = results))
keep <- function(result) results[[length(results) + 1]] <<- result

# rows of a summary; `which` of henderson's tables they are, `options` of henderson's call
put <- function(specs, object, options = list(), which = "estimates", kind = "means", ...) {
  table <- as.data.frame(suppressMessages(summary(object, infer = c(TRUE, TRUE), ...)))
  n <- colnames(table)
  first <- match("SE", n) - 1
  labels <- if (first > 1) do.call(paste, c(lapply(table[seq_len(first - 1)], as.character), sep = "|")) else rep("", nrow(table))
  column <- function(...) { at <- intersect(c(...), n); if (length(at) > 0) as.numeric(table[[at[1]]]) else rep(NA, nrow(table)) }
  keep(list(kind = kind, specs = specs, options = options, which = which, dimensions = as.list(n[seq_len(first - 1)]),
    rows = lapply(seq_len(nrow(table)), function(i) list(label = labels[i], estimate = as.numeric(table[[first]][i]), se = column("SE")[i],
      df = column("df")[i], lower = column("lower.CL")[i], upper = column("upper.CL")[i],
      statistic = column("t.ratio")[i], p = column("p.value")[i]))))
}
slopes <- function(variable, specs, object, options = list(), which = "estimates") {
  put(specs, object, c(options, list(variable = variable)), which, "slopes")
}
joint <- function(object, options = list()) {
  table <- as.data.frame(object)
  # table by table, as they are printed
  if (!is.null(options$by)) table <- table[order(table[[options$by[[1]]]]), ]
  keep(list(kind = "joint", options = options, rows = lapply(seq_len(nrow(table)), function(i) list(
    term = trimws(as.character(table[["model term"]][i])), numDF = table$df1[i], denDF = table$df2[i], F = table$F.ratio[i], p = table$p.value[i]))))
}
# p-values by the multivariate t distribution of one family, to about 1e-6
mvt <- function(specs, object, options = list(), side = 0) {
  table <- as.data.frame(suppressMessages(summary(object, infer = c(FALSE, TRUE), adjust = "none")))
  R <- cov2cor(vcov(object))
  k <- nrow(R)
  set.seed(1)
  tail <- function(t, df) 1 - pmvt(lower = if (side > 0) rep(-Inf, k) else rep(-abs(t), k), upper = if (side > 0) rep(t, k) else rep(abs(t), k),
    corr = R, df = df, algorithm = GenzBretz(maxpts = 1e6, abseps = 1e-7))[1]
  keep(list(kind = "means", specs = specs, options = options, which = "contrasts", onlyP = TRUE,
    rows = lapply(seq_len(k), function(i) list(label = "", p = tail(table$t.ratio[i], table$df[i])))))
}

# step-down p-values, and joint intervals, by the multivariate t distribution
free <- function(specs, object, options = list()) {
  table <- as.data.frame(suppressMessages(summary(object, infer = c(FALSE, TRUE), adjust = "none")))
  R <- cov2cor(vcov(object))
  order <- order(-abs(table$t.ratio))
  p <- numeric(nrow(R))
  for (j in seq_along(order)) {
    left <- order[j:length(order)]
    t <- abs(table$t.ratio[order[j]])
    set.seed(1)
    p[order[j]] <- if (length(left) == 1) 2 * pt(-t, table$df[1]) else
      1 - pmvt(rep(-t, length(left)), rep(t, length(left)), corr = R[left, left], df = table$df[1], algorithm = GenzBretz(maxpts = 1e6, abseps = 1e-7))[1]
    if (j > 1) p[order[j]] <- max(p[order[j]], p[order[j - 1]])
  }
  keep(list(kind = "means", specs = specs, options = options, which = "contrasts", onlyP = TRUE, rows = lapply(p, function(x) list(label = "", p = x))))
}

model("pigs-log", "pigs", "log(conc) ~ source + factor(percent)")
put("source", emmeans(m, "source"))
put("percent", emmeans(m, "percent"))
put("~ source * percent", emmeans(m, ~ source * percent))
put("~ 1", emmeans(m, ~ 1))
for (w in c("proportional", "outer", "cells", "flat")) {
  put("source", emmeans(m, "source", weights = w), list(weights = w))
  put("percent", emmeans(m, "percent", weights = w), list(weights = w))
  put("~ 1", emmeans(m, ~ 1, weights = w), list(weights = w))
}
e <- emmeans(m, "percent"); s <- emmeans(m, "source")
put("pairwise ~ source", pairs(s), which = "contrasts")
for (a in c("scheffe", "sidak", "bonferroni", "holm", "hochberg", "hommel", "BH", "BY", "none"))
  put("pairwise ~ percent", pairs(e), list(adjust = a), "contrasts", adjust = a)
put("revpairwise ~ percent", contrast(e, "revpairwise"), which = "contrasts")
put("eff ~ percent", contrast(e, "eff"), which = "contrasts")
put("del.eff ~ percent", contrast(e, "del.eff"), which = "contrasts")
put("poly ~ percent", contrast(e, "poly"), which = "contrasts")
put("identity ~ percent", contrast(e, "identity"), which = "contrasts")
put("consec ~ percent", contrast(e, "consec"), list(adjust = "none"), "contrasts", adjust = "none")
put("consec ~ percent", contrast(e, "consec", reverse = TRUE), list(adjust = "sidak", reverse = TRUE), "contrasts", adjust = "sidak")
put("mean_chg ~ percent", contrast(e, "mean_chg"), list(adjust = "none"), "contrasts", adjust = "none")
put("trt.vs.ctrl ~ percent", contrast(e, "trt.vs.ctrl"), list(adjust = "bonferroni"), "contrasts", adjust = "bonferroni")
put("trt.vs.ctrlk ~ percent", contrast(e, "trt.vs.ctrlk"), list(adjust = "none"), "contrasts", adjust = "none")
put("trt.vs.ctrl ~ percent", contrast(e, "trt.vs.ctrl", ref = c(1, 2)), list(adjust = "none", reference = list("9", "12")), "contrasts", adjust = "none")
put("pairwise ~ percent", contrast(e, "pairwise", exclude = 2), list(exclude = list("12")), "contrasts")
put("percent", contrast(e, list(a = c(1, 0, 0, -1), b = c(.5, .5, -.5, -.5)), adjust = "sidak"),
  list(contrast = list(a = c(1, 0, 0, -1), b = c(.5, .5, -.5, -.5)), adjust = "sidak"), "contrasts")
put("source", s, list(adjust = "sidak"), adjust = "sidak")
put("source", s, list(adjust = "scheffe"), adjust = "scheffe")
put("source", s, list(type = "response"), type = "response")
put("source", emmeans(m, "source", type = "response", bias.adjust = TRUE), list(type = "response", biasAdjust = TRUE))
put("source", emmeans(m, "source", type = "response", bias.adjust = TRUE, sigma = 0.3), list(type = "response", biasAdjust = 0.3))
put("pairwise ~ source", pairs(s), list(type = "response"), "contrasts", type = "response")
put("eff ~ percent", contrast(e, "eff"), list(type = "response"), "contrasts", type = "response")
put("source", s, list(null = log(35)), null = log(35))
put("source", s, list(null = log(35), delta = log(1.1), side = "greater"), null = log(35), delta = log(1.1), side = ">")
put("source", s, list(null = log(35), side = "less"), null = log(35), side = "<")
put("pairwise ~ source", pairs(s), list(delta = 0.2), "contrasts", delta = 0.2)
put("pairwise ~ source", pairs(s), list(delta = 0.2, adjust = "none"), "contrasts", delta = 0.2, adjust = "none")
put("pairwise ~ source", pairs(s), list(side = "greater", adjust = "bonferroni"), "contrasts", side = ">", adjust = "bonferroni")
put("percent", e, list(level = 0.9), level = 0.9)
mvt("pairwise ~ percent", pairs(e), list(adjust = "mvt"))
free("pairwise ~ percent", pairs(e), list(adjust = "free"))
free("pairwise ~ source", pairs(s), list(adjust = "free"))
mvt("consec ~ percent", contrast(e, "consec"), list(adjust = "mvt"))
mvt("trt.vs.ctrl ~ percent", contrast(e, "trt.vs.ctrl"), list(adjust = "mvt"))
mvt("trt.vs.ctrl ~ percent", contrast(e, "trt.vs.ctrl"), list(adjust = "mvt", side = "greater"), 1)
joint(joint_tests(m))
# Dunnett's distribution itself, where emmeans approximates it
R <- matrix(0.5, 3, 3); diag(R) <- 1
put("trt.vs.ctrl ~ percent", contrast(e, "trt.vs.ctrl"), list(adjust = "none"), "contrasts", adjust = "none")
keep(list(kind = "means", specs = "trt.vs.ctrl ~ percent", options = list(adjust = "dunnettx"), which = "contrasts", onlyP = TRUE,
  rows = lapply(as.data.frame(summary(contrast(e, "trt.vs.ctrl")))$t.ratio, function(t) list(label = "",
    p = 1 - pmvt(rep(-abs(t), 3), rep(abs(t), 3), corr = R, df = 23, algorithm = GenzBretz(maxpts = 1e6, abseps = 1e-8))[1]))))
done()

for (response in c("sqrt(conc)", "log10(conc)", "log2(conc)", "log1p(conc)", "log(conc + 1)", "2 * sqrt(conc + 3)")) {
  model(paste("pigs", response), "pigs", paste(response, "~ source + factor(percent)"))
  put("source", emmeans(m, "source"), list(type = "response"), type = "response")
  put("pairwise ~ source", pairs(emmeans(m, "source")), list(type = "response"), "contrasts", type = "response")
  done()
}

model("pigs-slopes", "pigs", "conc ~ source * percent")
put("source", emmeans(m, "source"))
put("~ source | percent", emmeans(m, ~ source | percent, at = list(percent = c(9, 15, 18))), list(at = list(percent = c(9, 15, 18))))
put("pairwise ~ source | percent", pairs(emmeans(m, ~ source | percent, at = list(percent = c(9, 15)))), list(at = list(percent = c(9, 15))), "contrasts")
slopes("percent", "source", emtrends(m, "source", "percent"))
slopes("percent", "pairwise ~ source", pairs(emtrends(m, "source", "percent")), which = "contrasts")
slopes("percent", "~ 1", emtrends(m, ~ 1, "percent"))
joint(joint_tests(m))
done()

# emtrends takes forward differences over 1/1000 of the range: a small delta.var, and a cubic's own derivative as a check
model("pigs-cubic", "pigs", "conc ~ source + poly(percent, 3)")
slopes("percent", "~ 1 | percent", emtrends(m, ~ 1 | percent, "percent", at = list(percent = c(9, 13.5, 18)), delta.var = 1e-6), list(at = list(percent = c(9, 13.5, 18))))
put("source", emmeans(m, "source"))
done()

model("pigs-log-covariate", "pigs", "conc ~ source * log(percent)")
put("source", emmeans(m, "source"))
slopes("percent", "source", emtrends(m, "source", "percent", delta.var = 1e-6))
slopes("log(percent)", "source", emtrends(m, "source", "log(percent)", delta.var = 1e-6))
slopes("percent", "pairwise ~ source", pairs(emtrends(m, "source", "percent", delta.var = 1e-6)), which = "contrasts")
done()

model("fiber", "fiber", "strength ~ machine * diameter")
put("machine", emmeans(m, "machine"))
put("pairwise ~ machine", pairs(emmeans(m, "machine")), which = "contrasts")
slopes("diameter", "machine", emtrends(m, "machine", "diameter"))
slopes("diameter", "pairwise ~ machine", pairs(emtrends(m, "machine", "diameter")), which = "contrasts")
slopes("sqrt(diameter)", "~ machine | diameter", emtrends(m, ~ machine | diameter, "sqrt(diameter)", at = list(diameter = c(20, 30)), delta.var = 1e-6), list(at = list(diameter = c(20, 30))))
joint(joint_tests(m))
done()

model("fiber-spline", "fiber", "strength ~ machine + ns(diameter, 2)")
put("machine", emmeans(m, "machine"))
slopes("diameter", "~ 1 | diameter", emtrends(m, ~ 1 | diameter, "diameter", at = list(diameter = c(18, 21.5, 30)), delta.var = 1e-6), list(at = list(diameter = c(18, 21.5, 30))))
done()

model("warpbreaks", "warpbreaks", "breaks ~ wool * tension")
e <- emmeans(m, ~ tension | wool)
put("~ tension | wool", e)
put("~ tension | wool", e, list(adjust = "bonferroni"), adjust = "bonferroni")
put("~ tension * wool", emmeans(m, ~ tension * wool))
put("tension", emmeans(m, "tension"))
for (a in c("tukey", "scheffe", "sidak", "bonferroni", "holm", "hochberg", "hommel", "BH", "BY", "none"))
  put("pairwise ~ tension | wool", pairs(e), list(adjust = a), "contrasts", adjust = a)
put("pairwise ~ tension * wool", pairs(emmeans(m, ~ tension * wool)), which = "contrasts")
put("poly ~ tension | wool", contrast(e, "poly"), which = "contrasts")
put("poly ~ tension | wool", contrast(e, "poly"), list(adjust = "tukey"), "contrasts", adjust = "tukey")
put("~ tension * wool", contrast(e, interaction = c("poly", "consec"), by = NULL), list(interaction = list("poly", "consec")), "contrasts")
put("~ tension * wool", contrast(e, interaction = "pairwise", by = NULL), list(interaction = list("pairwise")), "contrasts")
put("eff ~ tension | wool", contrast(e, "eff"), which = "contrasts")
put("pairwise ~ tension | wool", pairs(e), list(adjust = "scheffe", scheffeRank = 5), "contrasts", adjust = "scheffe", scheffe.rank = 5)
joint(joint_tests(m))
joint(joint_tests(m, by = "wool"), list(by = list("wool")))
done()

model("warpbreaks-missing", "warpbreaks", "breaks ~ wool * tension", subset = "!(wool == 'B' & tension == 'H')")
put("wool", emmeans(m, "wool"))
put("~ tension * wool", emmeans(m, ~ tension * wool))
put("pairwise ~ tension * wool", pairs(emmeans(m, ~ tension * wool)), which = "contrasts")
put("wool", emmeans(m, "wool", weights = "cells"), list(weights = "cells"))
put("wool", emmeans(m, "wool", weights = "flat"), list(weights = "flat"))
joint(joint_tests(m))
done()

model("ubds", "ubds", "y ~ A * B * C", factors = c("A", "B", "C"))
put("A", emmeans(m, "A"))
put("~ A | B", emmeans(m, ~ A | B))
put("pairwise ~ A", pairs(emmeans(m, "A")), which = "contrasts")
put("A", emmeans(m, "A", weights = "cells"), list(weights = "cells"))
put("A", emmeans(m, "A", weights = "proportional"), list(weights = "proportional"))
joint(joint_tests(m))
done()

model("ubds-additive", "ubds", "y ~ A * B + C", factors = c("A", "B", "C"))
put("C", emmeans(m, "C"))
put("pairwise ~ C", pairs(emmeans(m, "C")), which = "contrasts")
joint(joint_tests(m))
done()

model("nutrition", "nutrition", "gain ~ (age + group + race)^2", factors = "age")
put("~ group * race", emmeans(m, ~ group * race))
put("pairwise ~ group | race", pairs(emmeans(m, ~ group | race)), which = "contrasts")
put("pairwise ~ group * race", pairs(emmeans(m, ~ group * race)), which = "contrasts")
put("~ group | race", emmeans(m, ~ group | race, at = list(age = "3")), list(at = list(age = list("3"))))
put("~ group * race", emmeans(m, ~ group * race, weights = "flat"), list(weights = "flat"))
joint(joint_tests(m))
for (a in c("bonferroni", "holm", "scheffe", "sidak", "BH", "hommel"))
  put("pairwise ~ group * race", pairs(emmeans(m, ~ group * race)), list(adjust = a), "contrasts", adjust = a)
done()

model("autoNoise", "autoNoise", "noise ~ size * type * side")
put("~ type | size + side", emmeans(m, ~ type | size + side))
put("pairwise ~ size * side | type", pairs(emmeans(m, ~ size * side | type)), which = "contrasts")
joint(joint_tests(m))
joint(joint_tests(m, by = "side"), list(by = list("side")))
done()

model("feedlot", "feedlot", "swt ~ ewt + herd * diet")
put("diet", emmeans(m, "diet"))
put("diet", emmeans(m, "diet", weights = "cells"), list(weights = "cells"))
put("diet", emmeans(m, "diet", weights = "proportional"), list(weights = "proportional"))
done()

model("feedlot-additive", "feedlot", "swt ~ ewt + herd + diet")
put("pairwise ~ diet", pairs(emmeans(m, "diet")), which = "contrasts")
put("herd", emmeans(m, "herd", weights = "outer"), list(weights = "outer"))
joint(joint_tests(m))
done()

model("oranges", "oranges", "sales1 ~ price1 + price2 + day + store", factors = c("day", "store"))
put("day", emmeans(m, "day"))
put("pairwise ~ day", pairs(emmeans(m, "day")), which = "contrasts")
put("day", emmeans(m, "day", at = list(price1 = 50)), list(at = list(price1 = list(50))))
joint(joint_tests(m))
done()

model("cows", "cows", "resp ~ route + drug")
put("route", emmeans(m, "route"))
put("drug", emmeans(m, "drug"))
put("~ 1", emmeans(m, ~ 1))
put("route", emmeans(m, "route", weights = "cells"), list(weights = "cells"))
put("~ 1", emmeans(m, ~ 1, weights = "cells"), list(weights = "cells"))
put("pairwise ~ route", pairs(emmeans(m, "route")), which = "contrasts")
put("pairwise ~ drug", pairs(emmeans(m, "drug")), which = "contrasts")
put("drug", emmeans(m, "drug", nesting = NULL), list(nesting = "none"))
joint(joint_tests(m))
done()

model("cows-sex", "cows", "resp ~ sex * route + route:drug")
put("sex", emmeans(m, "sex"))
put("~ sex | route", emmeans(m, ~ sex | route))
# for Tukey's method emmeans counts 20 means here, the cells of the grid, where each table has five
put("pairwise ~ drug | sex", pairs(emmeans(m, ~ drug | sex)), list(adjust = "none"), "contrasts", adjust = "none")
joint(joint_tests(m))
done()

model("npk-kept", "npk", "yield ~ block + N * P + K", factors = "block")
put("N", emmeans(m, "N"))
put("~ N * P", emmeans(m, ~ N * P))
put("block", emmeans(m, "block"))
put("pairwise ~ N", pairs(emmeans(m, "N")), which = "contrasts")
done()

model("weights-offset", "sleepstudy", "Reaction ~ Days + offset(shift)", weights = "w")
put("~ Days", emmeans(m, ~ Days, at = list(Days = c(0, 5))), list(at = list(Days = c(0, 5))))
put("~ 1", emmeans(m, ~ 1, offset = 3), list(offset = 3))
done()

model("machines", "Machines", "score ~ Machine + (1 | Worker)")
put("Machine", emmeans(m, "Machine"))
put("pairwise ~ Machine", pairs(emmeans(m, "Machine")), which = "contrasts")
done()

model("machines-unbalanced", "machinesMissing", "score ~ Machine + (1 | Worker) + (1 | Worker:Machine)")
put("Machine", emmeans(m, "Machine"))
put("Machine", emmeans(m, "Machine"), list(level = 0.99), level = 0.99)
put("pairwise ~ Machine", pairs(emmeans(m, "Machine")), which = "contrasts")
put("eff ~ Machine", contrast(emmeans(m, "Machine"), "eff"), which = "contrasts")
done()

model("oats", "Oats", "yield ~ Variety * factor(nitro) + (1 | Block/Variety)")
put("Variety", emmeans(m, "Variety"))
put("~ nitro | Variety", emmeans(m, ~ nitro | Variety))
put("poly ~ nitro", contrast(emmeans(m, "nitro"), "poly"), which = "contrasts")
put("pairwise ~ Variety * nitro", pairs(emmeans(m, ~ Variety * nitro)), which = "contrasts")
put("pairwise ~ Variety * nitro", pairs(emmeans(m, ~ Variety * nitro)), list(adjust = "scheffe"), "contrasts", adjust = "scheffe")
joint(joint_tests(m))
done()

model("oats-unbalanced", "Oats", "yield ~ Variety + factor(nitro) + (1 | Block/Variety)", subset = "yield < 150 & yield != 111")
put("Variety", emmeans(m, "Variety"))
put("pairwise ~ nitro", pairs(emmeans(m, "nitro")), which = "contrasts")
put("pairwise ~ Variety", pairs(emmeans(m, "Variety")), list(adjust = "holm"), "contrasts", adjust = "holm")
put("nitro", emmeans(m, "nitro", weights = "proportional"), list(weights = "proportional"))
done()

model("oats-log", "Oats", "log(yield) ~ Variety * nitro + (1 | Block/Variety)")
put("Variety", emmeans(m, "Variety"), list(type = "response"), type = "response")
put("pairwise ~ Variety", pairs(emmeans(m, "Variety")), list(type = "response"), "contrasts", type = "response")
slopes("nitro", "Variety", emtrends(m, "Variety", "nitro"))
joint(joint_tests(m))
done()

model("sleepstudy", "sleepstudy", "Reaction ~ Days + (Days | Subject)")
put("~ Days", emmeans(m, ~ Days, at = list(Days = c(0, 5, 9))), list(at = list(Days = c(0, 5, 9))))
put("~ 1", emmeans(m, ~ 1))
slopes("Days", "~ 1", emtrends(m, ~ 1, "Days"))
done()

model("cake", "cake", "angle ~ recipe * factor(temp) + (1 | recipe:replicate)")
put("recipe", emmeans(m, "recipe"))
put("pairwise ~ temp", pairs(emmeans(m, "temp")), which = "contrasts")
put("poly ~ temp", contrast(emmeans(m, "temp"), "poly"), which = "contrasts")
put("pairwise ~ recipe | temp", pairs(emmeans(m, ~ recipe | temp)), which = "contrasts")
joint(joint_tests(m))
done()

model("cake-covariate", "cake", "angle ~ recipe * temp + (1 | recipe:replicate)")
put("recipe", emmeans(m, "recipe"))
slopes("temp", "pairwise ~ recipe", pairs(emtrends(m, "recipe", "temp")), which = "contrasts")
done()

model("penicillin", "Penicillin", "diameter ~ 1 + (1 | plate) + (1 | sample)")
put("~ 1", emmeans(m, ~ 1))
done()

model("orthodont", "Orthodont", "distance ~ age * Sex + (age | Subject)")
put("~ Sex | age", emmeans(m, ~ Sex | age, at = list(age = c(8, 14))), list(at = list(age = c(8, 14))))
slopes("age", "pairwise ~ Sex", pairs(emtrends(m, "Sex", "age")), which = "contrasts")
slopes("age", "Sex", emtrends(m, "Sex", "age"))
done()

model("cells", "inferenceCells", "y ~ a * b + x + (1 | g)")
put("a", emmeans(m, "a"))
put("~ a | b", emmeans(m, ~ a | b))
put("pairwise ~ a", pairs(emmeans(m, "a")), which = "contrasts")
put("a", emmeans(m, "a", weights = "proportional"), list(weights = "proportional"))
put("a", emmeans(m, "a", weights = "cells"), list(weights = "cells"))
done()

for (kr in list(c("machines-unbalanced", "machinesMissing", "score ~ Machine + (1 | Worker) + (1 | Worker:Machine)", "Machine"),
                c("oats", "Oats", "yield ~ Variety * factor(nitro) + (1 | Block/Variety)", "Variety"),
                c("oats-log", "Oats", "log(yield) ~ Variety + nitro + (1 | Block/Variety)", "Variety"),
                c("cake", "cake", "angle ~ recipe + factor(temp) + (1 | recipe:replicate)", "recipe"),
                c("cells", "inferenceCells", "y ~ a + b + x + (1 | g)", "a"),
                c("cells-slopes", "inferenceCells", "y ~ a + x + (x | g)", "a"))) {
  model(paste(kr[1], "by Kenward-Roger"), kr[2], kr[3], ddf = "kenward-roger")
  put(kr[4], emmeans(m, kr[4]))
  put(paste("pairwise ~", kr[4]), pairs(emmeans(m, kr[4])), which = "contrasts")
  done()
}
model("oats-unbalanced by Kenward-Roger", "Oats", "yield ~ Variety + factor(nitro) + (1 | Block/Variety)", subset = "yield < 150 & yield != 111", ddf = "kenward-roger")
put("Variety", emmeans(m, "Variety"))
put("pairwise ~ nitro", pairs(emmeans(m, "nitro")), which = "contrasts")
done()
model("sleepstudy by Kenward-Roger", "sleepstudy", "Reaction ~ Days + (Days | Subject)", ddf = "kenward-roger")
put("~ Days", emmeans(m, ~ Days, at = list(Days = c(0, 5, 9))), list(at = list(Days = c(0, 5, 9))))
slopes("Days", "~ 1", emtrends(m, ~ 1, "Days"))
done()
model("orthodont by Kenward-Roger", "Orthodont", "distance ~ age * Sex + (age | Subject)", ddf = "kenward-roger")
put("~ Sex | age", emmeans(m, ~ Sex | age, at = list(age = c(8, 14))), list(at = list(age = c(8, 14))))
slopes("age", "pairwise ~ Sex", pairs(emtrends(m, "Sex", "age")), which = "contrasts")
done()

write_json(list(source = list(package = "emmeans", version = as.character(packageVersion("emmeans")),
    lmerTest = as.character(packageVersion("lmerTest")), mvtnorm = as.character(packageVersion("mvtnorm")), R = R.version.string,
    script = "test/reference/generate/means.R", date = format(Sys.Date())), cases = cases),
  file.path(folder, "means.json"), digits = NA, auto_unbox = TRUE, null = "null", na = "null")
