# lme4's side of bench/compare.mjs: exports the data once, then times what it is asked on standard input.
#
#   Rscript bench/lme4.R export FOLDER      writes sleepstudy, chem97, star and insteval as CSV
#   Rscript bench/lme4.R serve FOLDER       reads lines "case<TAB>repetitions", answers each with one line of JSON
#
# A time is one whole `lmer` call (formula, model frame, optimization; data in memory), elapsed seconds.

suppressPackageStartupMessages({ library(lme4); library(jsonlite) })
arguments <- commandArgs(trailingOnly = TRUE)
mode <- arguments[1]
folder <- arguments[2]

from <- function(package, name) {
  space <- new.env()
  data(list = name, package = package, envir = space)
  as.data.frame(get(name, envir = space))
}
datasets <- list(
  sleepstudy = function() from("lme4", "sleepstudy"),
  chem97 = function() from("mlmRev", "Chem97")[, c("score", "gcsecnt", "gender", "school", "lea")],
  star = function() { d <- from("mlmRev", "star")[, c("math", "gr", "sx", "eth", "id", "tch")]; d[complete.cases(d), ] },
  insteval = function() from("lme4", "InstEval")[, c("y", "service", "s", "d", "dept")])

if (mode == "export") {
  dir.create(folder, recursive = TRUE, showWarnings = FALSE)
  for (name in names(datasets)) {
    frame <- droplevels(datasets[[name]]())
    for (column in names(frame)) if (is.factor(frame[[column]])) frame[[column]] <- as.character(frame[[column]])
    write.csv(frame, file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
  }
  quit()
}

loaded <- new.env()
table <- function(name) {
  if (is.null(loaded[[name]])) {
    frame <- read.csv(file.path(folder, paste0(name, ".csv")), stringsAsFactors = TRUE)
    for (column in intersect(c("Subject", "school", "lea", "id", "tch", "s", "d", "dept", "service", "g"), names(frame)))
      frame[[column]] <- factor(frame[[column]])
    loaded[[name]] <- frame
  }
  loaded[[name]]
}

input <- file("stdin", "r")
repeat {
  line <- readLines(input, 1)
  if (!length(line)) break
  request <- fromJSON(line)
  data <- table(request$data)
  formula <- as.formula(request$formula)
  control <- lmerControl(calc.derivs = isTRUE(request$derivatives))
  times <- numeric(request$repetitions)
  for (i in seq_along(times)) {
    gc(FALSE)
    before <- proc.time()[["elapsed"]]
    if (request$inner > 1) for (j in seq_len(request$inner)) fit <- lmer(formula, data, REML = request$REML, control = control)
    else fit <- lmer(formula, data, REML = request$REML, control = control)
    times[i] <- (proc.time()[["elapsed"]] - before) / request$inner
  }
  cat(toJSON(list(times = times, objective = -2 * as.numeric(logLik(fit)), version = as.character(packageVersion("lme4"))),
             auto_unbox = FALSE, digits = 12), "\n", sep = "")
  flush(stdout())
}
