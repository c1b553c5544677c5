# Example data of lme4, nlme, mlmRev and MASS as CSV, and the way the reference scripts read them.
# Sourced by lmm.R and structured.R from the root of the repository.

dataFolder <- "test/reference/data"

# Shortest decimal text that gives the same double back.
shortest <- function(x) {
  out <- character(length(x))
  for (i in seq_along(x)) {
    if (is.na(x[i])) { out[i] <- "NA"; next }
    for (digits in c(7, 10, 15, 16, 17)) {
      out[i] <- formatC(x[i], digits = digits, format = "g", width = 1)
      if (as.numeric(out[i]) == x[i]) break
    }
    # fixed notation where it is short, so that integers look like integers
    plain <- format(x[i], scientific = FALSE, digits = 15)
    if (nchar(plain) <= 12 && as.numeric(plain) == x[i]) out[i] <- plain
  }
  out
}

writeData <- function(name, frame) {
  for (column in names(frame)) {
    value <- frame[[column]]
    frame[[column]] <- if (is.factor(value)) as.character(value) else if (is.numeric(value)) shortest(value) else value
  }
  write.csv(frame, file.path(dataFolder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}

pick <- function(frame, columns) droplevels(as.data.frame(frame)[, columns])
from <- function(package, name) {
  space <- new.env()
  data(list = name, package = package, envir = space)
  as.data.frame(get(name, envir = space))
}

exportDatasets <- function() {
  dir.create(dataFolder, showWarnings = FALSE, recursive = TRUE)
  # Three columns that no package has: precision weights, an offset and a grouping with gaps; fixed numbers, no random draw.
  sleep <- from("lme4", "sleepstudy")
  sleep$w <- c(1, 2, 0.5, 4, 1.25)[(seq_len(180) %% 5) + 1]
  sleep$shift <- round(20 * sin(seq_len(180)), 3)
  writeData("sleepstudy", sleep)
  for (name in c("Dyestuff", "Dyestuff2", "Penicillin", "Pastes")) writeData(name, from("lme4", name))
  writeData("cake", pick(from("lme4", "cake"), c("replicate", "recipe", "temp", "angle")))
  writeData("Arabidopsis", from("lme4", "Arabidopsis"))
  ticks <- from("lme4", "grouseticks")
  writeData("grouseticks", pick(ticks, c("INDEX", "TICKS", "BROOD", "HEIGHT", "YEAR", "LOCATION")))
  inst <- from("lme4", "InstEval")
  inst <- inst[as.integer(inst$s) <= 90, c("s", "d", "service", "dept", "studage", "y")]
  writeData("instEval90", inst)

  writeData("Orthodont", pick(from("nlme", "Orthodont"), c("distance", "age", "Subject", "Sex")))
  writeData("Oats", pick(from("nlme", "Oats"), c("Block", "Variety", "nitro", "yield")))
  machines <- pick(from("nlme", "Machines"), c("Worker", "Machine", "score"))
  writeData("Machines", machines)
  # the unbalanced subset of Pinheiro and Bates (2000), section 1.2.3, written as missing scores
  machines$score[c(2, 3, 6, 8, 9, 12, 19, 20, 27, 33)] <- NA
  writeData("machinesMissing", machines)
  writeData("Pixel", pick(from("nlme", "Pixel"), c("Dog", "Side", "day", "pixel")))
  writeData("Rail", pick(from("nlme", "Rail"), c("Rail", "travel")))
  writeData("ergoStool", pick(from("nlme", "ergoStool"), c("effort", "Type", "Subject")))
  writeData("BodyWeight", pick(from("nlme", "BodyWeight"), c("weight", "Time", "Rat", "Diet")))
  writeData("Milk", pick(from("nlme", "Milk"), c("protein", "Time", "Cow", "Diet")))
  writeData("Oxboys", pick(from("nlme", "Oxboys"), c("Subject", "age", "height")))
  writeData("Wafer", pick(from("nlme", "Wafer"), c("Wafer", "Site", "voltage", "current")))
  writeData("Alfalfa", pick(from("nlme", "Alfalfa"), c("Variety", "Date", "Block", "Yield")))
  writeData("Assay", pick(from("nlme", "Assay"), c("Block", "sample", "dilut", "logDens")))
  writeData("RatPupWeight", pick(from("nlme", "RatPupWeight"), c("weight", "sex", "Litter", "Lsize", "Treatment")))
  writeData("Ovary", pick(from("nlme", "Ovary"), c("Mare", "Time", "follicles")))

  writeData("nlschools", pick(from("MASS", "nlschools"), c("lang", "IQ", "class", "SES", "COMB")))
  writeData("npk", from("MASS", "npk"))
  writeData("petrol", pick(from("MASS", "petrol"), c("No", "SG", "VP", "V10", "EP", "Y")))
  writeData("genotype", from("MASS", "genotype"))
  writeData("Sitka", pick(from("MASS", "Sitka"), c("size", "Time", "tree", "treat")))
  writeData("coop", from("MASS", "coop"))
  writeData("Rabbit", pick(from("MASS", "Rabbit"), c("BPchange", "Dose", "Run", "Treatment", "Animal")))
  writeData("cats", from("MASS", "cats"))
  writeData("whiteside", from("MASS", "whiteside"))
  hills <- from("MASS", "hills")
  hills$precision <- round(1 / hills$dist^2, 6)
  writeData("hills", hills)
  writeData("mammals", from("MASS", "mammals"))
  writeData("GAGurine", from("MASS", "GAGurine"))
  survey <- pick(from("MASS", "survey"), c("Sex", "Wr.Hnd", "NW.Hnd", "Height", "Exer", "Smoke"))
  names(survey) <- c("sex", "writing", "other", "height", "exercise", "smoke")
  writeData("survey", survey)

  exam <- from("mlmRev", "Exam")
  writeData("exam15", pick(exam[as.integer(exam$school) <= 15, ], c("school", "normexam", "standLRT", "sex")))
  writeData("ScotsSec", pick(from("mlmRev", "ScotsSec"), c("verbal", "attain", "primary", "second", "sex")))
  writeData("Gcsemv", pick(from("mlmRev", "Gcsemv"), c("school", "gender", "written", "course")))
  writeData("Early", from("mlmRev", "Early"))
  single <- from("mlmRev", "egsingle")
  writeData("egsingle12", pick(single[as.integer(single$schoolid) <= 12, ],
                               c("schoolid", "childid", "year", "math", "retained", "size")))
  schools <- from("mlmRev", "Hsb82")
  writeData("hsb24", pick(schools[as.integer(schools$school) <= 24, ], c("school", "mAch", "meanses", "cses", "sector")))
  star <- from("mlmRev", "star")
  star <- star[as.integer(star$sch) <= 8, ]
  star <- star[stats::complete.cases(star[, c("math", "gr", "sx", "eth", "tch")]), ]
  writeData("star8", pick(star, c("id", "sch", "tch", "gr", "sx", "eth", "math")))
}

# Text becomes a factor whose levels are sorted by code point, as henderson reads it; numbers stay numbers.
readData <- function(name, factors = character(), reference = list()) {
  frame <- read.csv(file.path(dataFolder, paste0(name, ".csv")), stringsAsFactors = FALSE, check.names = FALSE)
  for (column in names(frame)) {
    value <- frame[[column]]
    if (is.character(value)) frame[[column]] <- factor(value, levels = sort(unique(value), method = "radix"))
    if (column %in% factors) frame[[column]] <- factor(value)
    if (column %in% names(reference)) frame[[column]] <- relevel(frame[[column]], ref = reference[[column]])
  }
  frame
}
