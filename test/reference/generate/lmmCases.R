# The list of lme4 reference cases. `formula` is ours, `r` is R's where it is spelled otherwise (default: the same);
# text columns sort by code point on both sides (datasets.R). `terms` renames lme4's coefficients, `order` gives
# lme4's terms in the order of our formula where they differ (only the order of the output: the tests match by name).

lmmCases <- list()
add <- function(name, data, formula, method = "REML", r = formula, ...) {
  lmmCases[[length(lmmCases) + 1]] <<- c(list(name = name, data = data, formula = formula, method = method, r = r), list(...))
}

# sleepstudy (lme4)
add("sleepstudy-intercept-reml", "sleepstudy", "Reaction ~ Days + (1 | Subject)")
add("sleepstudy-intercept-ml", "sleepstudy", "Reaction ~ Days + (1 | Subject)", "ML")
add("sleepstudy-slope-reml", "sleepstudy", "Reaction ~ Days + (Days | Subject)")
add("sleepstudy-slope-ml", "sleepstudy", "Reaction ~ Days + (Days | Subject)", "ML")
add("sleepstudy-uncorrelated", "sleepstudy", "Reaction ~ Days + (Days || Subject)")
add("sleepstudy-slope-only", "sleepstudy", "Reaction ~ Days + (0 + Days | Subject)", "ML")
add("sleepstudy-scale", "sleepstudy", "Reaction ~ scale(Days) + (Days | Subject)")
add("sleepstudy-poly", "sleepstudy", "Reaction ~ poly(Days, 2) + (Days | Subject)")
add("sleepstudy-ns", "sleepstudy", "Reaction ~ ns(Days, 3) + (1 | Subject)", "ML")
add("sleepstudy-log", "sleepstudy", "log(Reaction) ~ Days + (Days | Subject)")
add("sleepstudy-offset", "sleepstudy", "Reaction ~ Days + offset(shift) + (Days | Subject)")
add("sleepstudy-weights-reml", "sleepstudy", "Reaction ~ Days + (Days | Subject)", weights = "w")
add("sleepstudy-weights-ml", "sleepstudy", "Reaction ~ Days + (1 | Subject)", "ML", weights = "w")
add("sleepstudy-quadratic-slopes", "sleepstudy", "Reaction ~ Days + I(Days^2) + (Days + I(Days^2) | Subject)")
add("sleepstudy-rank-deficient", "sleepstudy", "Reaction ~ Days + I(2 * Days - 3) + (Days | Subject)")
add("sleepstudy-subset", "sleepstudy", "Reaction ~ Days + (Days | Subject)", subset = "Days >= 2")

# the other small data sets of lme4
add("dyestuff-reml", "Dyestuff", "Yield ~ 1 + (1 | Batch)")
add("dyestuff-ml", "Dyestuff", "Yield ~ 1 + (1 | Batch)", "ML")
add("dyestuff2-singular-ml", "Dyestuff2", "Yield ~ 1 + (1 | Batch)", "ML")
add("dyestuff2-singular-reml", "Dyestuff2", "Yield ~ 1 + (1 | Batch)")
add("penicillin-crossed", "Penicillin", "diameter ~ 1 + (1 | plate) + (1 | sample)")
add("pastes-nested", "Pastes", "strength ~ 1 + (1 | batch/cask)", r = "strength ~ 1 + (1 | batch) + (1 | batch:cask)")
add("pastes-ml", "Pastes", "strength ~ 1 + (1 | sample) + (1 | batch)", "ML")
add("cake-poly-contrasts", "cake", "angle ~ recipe * temp + (1 | recipe:replicate)", factors = "temp", contrasts = list(temp = "poly"))
add("cake-sum-contrasts", "cake", "angle ~ recipe * temp + (1 | recipe:replicate)", contrasts = list(recipe = "sum"))
add("cake-factor-slopes-singular", "cake", "angle ~ recipe + temp + (recipe | replicate)")
add("cake-empty-cell", "cake", "angle ~ recipe * factor(temp) + (1 | recipe:replicate)", "ML",
    subset = "!(recipe == \"C\" & temp == 225)")
add("arabidopsis-deep-nesting", "Arabidopsis",
    "log1p(total.fruits) ~ factor(rack) + status + amd * factor(nutrient) + (1 | popu/gen) + (1 | popu:amd)",
    r = "log1p(total.fruits) ~ factor(rack) + status + amd * factor(nutrient) + (1 | popu) + (1 | popu:gen) + (1 | popu:amd)")
add("grouseticks-nested", "grouseticks", "log1p(TICKS) ~ factor(YEAR) + scale(HEIGHT) + (1 | LOCATION/BROOD)", "ML",
    r = "log1p(TICKS) ~ factor(YEAR) + scale(HEIGHT) + (1 | LOCATION) + (1 | LOCATION:BROOD)")
add("instEval90-crossed", "instEval90", "y ~ service + (1 | s) + (1 | d)", "ML")
add("instEval90-interaction-singular", "instEval90", "y ~ service * factor(studage) + (1 | s) + (1 | d) + (1 | dept:service)")

# nlme
add("orthodont-slope", "Orthodont", "distance ~ age * Sex + (age | Subject)")
add("orthodont-uncorrelated-centered", "Orthodont", "distance ~ I(age - 11) * Sex + (I(age - 11) || Subject)", "ML",
    reference = list(Sex = "Male"))
add("oats-helmert", "Oats", "yield ~ nitro * Variety + (1 | Block/Variety)", contrasts = list(Variety = "helmert"),
    r = "yield ~ nitro * Variety + (1 | Block) + (1 | Block:Variety)")
add("oats-rank-deficient", "Oats", "yield ~ nitro + factor(nitro) + Variety + (1 | Block) + (1 | Block:Variety)")
add("machines-factor-slopes", "Machines", "score ~ Machine + (Machine | Worker)")
add("machines-cell-means", "Machines", "score ~ 0 + Machine + (0 + Machine | Worker)", "ML")
add("machines-interaction", "Machines", "score ~ Machine + (1 | Worker) + (1 | Worker:Machine)")
add("machines-independent-levels", "Machines", "score ~ Machine + (0 + Machine || Worker)",
    r = "score ~ Machine + (0 + dummy(Machine, \"A\") | Worker) + (0 + dummy(Machine, \"B\") | Worker) + (0 + dummy(Machine, \"C\") | Worker)",
    terms = list("MachineA", "MachineB", "MachineC"))
add("machines-missing-scores", "machinesMissing", "score ~ Machine + (Machine | Worker)")
add("pixel-two-levels", "Pixel", "pixel ~ day + I(day^2) + (day | Dog) + (1 | Dog:Side)")
add("rail", "Rail", "travel ~ 1 + (1 | Rail)")
add("ergostool-sum", "ergoStool", "effort ~ Type + (1 | Subject)", contrasts = list(Type = "sum"))
add("bodyweight-slope", "BodyWeight", "weight ~ Time * factor(Diet) + (Time | Rat)")
add("milk-poly", "Milk", "protein ~ Diet * poly(Time, 2) + (1 | Cow)", "ML")
add("milk-slope", "Milk", "protein ~ Diet + ns(Time, 4) + (Time | Cow)")
add("oxboys-poly4", "Oxboys", "height ~ poly(age, 4) + (age + I(age^2) | Subject)")
add("wafer-nested-slopes-singular", "Wafer", "current ~ voltage + I(voltage^2) + (voltage | Wafer/Site)",
    r = "current ~ voltage + I(voltage^2) + (voltage | Wafer) + (voltage | Wafer:Site)")
add("alfalfa-split-plot", "Alfalfa", "Yield ~ Date * Variety + (1 | Block/Variety)",
    r = "Yield ~ Date * Variety + (1 | Block) + (1 | Block:Variety)")
add("assay-crossed-in-blocks", "Assay", "logDens ~ sample * factor(dilut) + (1 | Block) + (1 | Block:sample) + (1 | Block:dilut)")
add("ratpups-reference", "RatPupWeight", "weight ~ Treatment * sex + Lsize + (1 | Litter)", reference = list(Treatment = "Low"))
add("ovary-sine", "Ovary", "follicles ~ sin(2 * pi * Time) + cos(2 * pi * Time) + (sin(2 * pi * Time) || Mare)")

# MASS
add("nlschools-slope", "nlschools", "lang ~ scale(IQ) * factor(COMB) + SES + (scale(IQ) | class)", "ML")
add("npk-blocks", "npk", "yield ~ N * P * K + (1 | block)", factors = c("N", "P", "K"))
add("petrol", "petrol", "Y ~ SG + VP + V10 + EP + (1 | No)", "ML")
add("genotype-crossed-singular", "genotype", "Wt ~ 1 + (1 | Litter) + (1 | Mother) + (1 | Litter:Mother)")
add("sitka-slope", "Sitka", "size ~ log(Time) * treat + (scale(Time) | tree)")
add("coop-nested", "coop", "Conc ~ Spc + (1 | Lab) + (1 | Lab:Bat)")
add("rabbit-log-singular", "Rabbit", "BPchange ~ log2(Dose) * Treatment + (1 | Animal) + (1 | Animal:Run)", "ML")

# mlmRev
add("exam15-slope", "exam15", "normexam ~ standLRT + sex + (standLRT | school)")
add("scotssec-partially-crossed", "ScotsSec", "attain ~ verbal * sex + (1 | primary) + (1 | second)")
add("gcsemv-missing", "Gcsemv", "written ~ course + gender + (1 | school)", "ML")
add("early-three-ages", "Early", "cog ~ I(age - 1.5) * trt + (1 | id)")
add("egsingle12-three-levels", "egsingle12", "math ~ year * size + factor(retained) + (year | childid) + (1 | schoolid)", "ML")
add("hsb24-cross-level-singular", "hsb24", "mAch ~ meanses * cses + sector * cses + (cses | school)")
add("star8-partially-crossed", "star8", "math ~ gr + sx * eth + (1 | id) + (1 | tch)", "ML")

# several vector terms, crossed or nested in each other
add("instEval90-crossed-slopes", "instEval90", "y ~ service + (service | s) + (service | d)")
add("star8-crossed-slopes", "star8", "math ~ gr + sx + (1 | id) + (sx | tch)", "ML")
add("star8-three-factors", "star8", "math ~ gr + (1 | id) + (1 | tch) + (1 | sch)")
add("egsingle12-nested-slopes", "egsingle12", "math ~ year + (year | childid) + (year | schoolid)")
add("egsingle12-quadratic-slopes", "egsingle12", "math ~ year + I(year^2) + (year + I(year^2) | schoolid) + (1 | childid)", "ML")
add("scotssec-slopes-singular", "ScotsSec", "attain ~ verbal + sex + (verbal | primary) + (1 | second)")
add("sleepstudy-crossed-days-weights", "sleepstudy", "Reaction ~ Days + (Days | Subject) + (1 | Days)", weights = "w")
add("coop-four-terms", "coop", "Conc ~ 1 + (1 | Lab) + (1 | Spc) + (1 | Lab:Spc) + (1 | Lab:Bat)")
add("pixel-crossed-sides", "Pixel", "pixel ~ day + I(day^2) + (day | Dog) + (1 | Dog:Side) + (1 | Side)")
add("oxboys-crossed-ages", "Oxboys", "height ~ age + (age | Subject) + (1 | age)")
add("cake-three-factors", "cake", "angle ~ factor(temp) + (1 | recipe) + (1 | replicate) + (1 | recipe:replicate)")
