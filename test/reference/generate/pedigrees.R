# Models of quantitative genetics solved by dense matrices from their definition, u-hat = G Z' V^-1 (y - X b-hat):
# Rscript test/reference/generate/pedigrees.R from the root of the repository. Base R and jsonlite; no mixed model
# equations, no inverse relationship, no formula of ours is used. Writes test/reference/pedigrees.json.

library(jsonlite)

read <- function(file) read.csv(file.path("examples/genetics", file), stringsAsFactors = FALSE)
pedigreeOf <- function(file) {
  ped <- read(file)
  known <- function(x) { x <- as.character(x); x[is.na(x) | x == "" | x == "0"] <- NA; x }
  list(id = as.character(ped[[1]]), sire = known(ped[[2]]), dam = known(ped[[3]]))
}

# Numerator relationships by the tabular method (Emik and Terrill 1949); `base` are founders with relationships gamma.
# A bull's maternal grandsire passes half of what a dam would, `damPart`.
tabular <- function(ped, base = character(), gamma = diag(length(base)), damPart = 0.5) {
  ids <- c(base, ped$id); n <- length(ids); b <- length(base)
  A <- matrix(0, n, n, dimnames = list(ids, ids))
  if (b) A[seq_len(b), seq_len(b)] <- gamma
  for (i in seq_along(ped$id)) {
    r <- b + i; s <- ped$sire[i]; d <- ped$dam[i]
    row <- rep(0, r - 1)
    if (!is.na(s)) row <- row + 0.5 * A[s, seq_len(r - 1)]
    if (!is.na(d)) row <- row + damPart * A[d, seq_len(r - 1)]
    A[r, seq_len(r - 1)] <- row; A[seq_len(r - 1), r] <- row
    A[r, r] <- 1 + if (is.na(s) || is.na(d)) 0 else damPart * A[s, d]
  }
  A
}

# Parts of the base in every animal: Q.
groupParts <- function(ped, groups) {
  Q <- matrix(0, length(ped$id), length(groups), dimnames = list(ped$id, groups))
  for (i in seq_along(ped$id)) for (p in c(ped$sire[i], ped$dam[i]))
    Q[i, ] <- Q[i, ] + 0.5 * if (p %in% groups) as.numeric(groups == p) else Q[p, ]
  Q
}
withoutGroups <- function(ped, groups) { ped$sire[ped$sire %in% groups] <- NA; ped$dam[ped$dam %in% groups] <- NA; ped }

dominance <- function(ped) {
  A <- tabular(ped); n <- length(ped$id); D <- diag(n); dimnames(D) <- dimnames(A)
  for (i in seq_len(n)) for (j in seq_len(i - 1)) {
    p <- c(ped$sire[i], ped$dam[i], ped$sire[j], ped$dam[j])
    if (!anyNA(p)) D[i, j] <- D[j, i] <- 0.25 * (A[p[1], p[3]] * A[p[2], p[4]] + A[p[1], p[4]] * A[p[2], p[3]])
  }
  D
}

incidence <- function(values, levels) outer(as.character(values), levels, "==") * 1
factorColumns <- function(x) { l <- sort(unique(x)); m <- incidence(x, as.character(l)); colnames(m) <- l; m }
columns <- function(z, value) z * value
# normalized Legendre polynomials 0..k on the range of t
legendre <- function(t, k) {
  x <- 2 * (t - min(t)) / diff(range(t)) - 1
  P <- cbind(1, x)
  for (j in seq_len(max(0, k - 1))) P <- cbind(P, ((2 * j + 1) * x * P[, j + 1] - j * P[, j]) / (j + 1))
  sweep(P[, seq_len(k + 1)], 2, sqrt((2 * (0:k) + 1) / 2), "*")
}

# A random part: coefficients with incidences Z (a list), covariance S, relationship K, labels of the coefficients.
part <- function(component, Z, S, K, labels) {
  if (!is.list(Z)) Z <- list(Z)
  list(component = component, Z = Z, S = as.matrix(S), K = K, labels = labels)
}
label <- function(group, term = "(Intercept)", trait = NULL) c(list(group = group, term = term), if (!is.null(trait)) list(trait = trait))

solveDense <- function(y, X, parts, R, extra = NULL) {
  n <- length(y)
  V <- R
  for (p in parts) for (a in seq_along(p$Z)) for (b in seq_along(p$Z))
    V <- V + p$S[a, b] * p$Z[[a]] %*% p$K %*% t(p$Z[[b]])
  full <- cbind(X, extra)
  kept <- qr(full, tol = 1e-9)
  full <- full[, sort(kept$pivot[seq_len(kept$rank)]), drop = FALSE]
  W <- solve(V); XWX <- t(full) %*% W %*% full
  C <- solve(XWX)
  b <- C %*% t(full) %*% W %*% y
  e <- y - full %*% b
  P <- W - W %*% full %*% C %*% t(full) %*% W
  effects <- list()
  for (p in parts) for (a in seq_along(p$Z)) {
    cov <- 0
    for (b2 in seq_along(p$Z)) cov <- cov + p$S[a, b2] * p$K %*% t(p$Z[[b2]])
    u <- cov %*% W %*% e
    pev <- p$S[a, a] * diag(p$K) - rowSums((cov %*% P) * cov)
    effects[[length(effects) + 1]] <- c(list(component = p$component), p$labels[[a]],
      list(levels = I(rownames(p$K)), estimates = I(as.vector(u)), se = I(sqrt(pmax(0, as.vector(pev))))))
  }
  logdet <- function(m) as.numeric(determinant(m)$modulus)
  q <- ncol(full)
  list(fitted = I(as.vector(full %*% b)),
       logLik = -0.5 * ((n - q) * log(2 * pi) + logdet(V) + logdet(XWX) + as.numeric(t(e) %*% W %*% e)), effects = effects,
       b = b, full = full, e = e, W = W, V = V, P = P)
}

cases <- list()
add <- function(name, example, formula, data, options, y, X, parts, R, extra = NULL, groups = NULL) {
  s <- solveDense(y, X, parts, R, extra)
  if (!is.null(groups)) {
    # u* = u + Q g: only its differences are estimable beside the means of the sexes
    u <- s$effects[[1]]; k <- ncol(s$full) - ncol(X)
    g <- tail(as.vector(s$b), k); Q <- groups[, tail(seq_len(ncol(groups)), k), drop = FALSE]
    s$effects[[1]]$estimates <- I(c(as.vector(u$estimates) + as.vector(Q %*% g), rep(0, ncol(groups) - k), g))
    s$effects[[1]]$levels <- I(c(u$levels, colnames(groups)))
    s$effects[[1]]$se <- NULL
    s$effects[[1]]$differences <- TRUE
  }
  fitted <- if (is.null(extra)) s$fitted else NULL
  cases[[length(cases) + 1]] <<- c(list(name = name, example = example, formula = formula, data = data, options = I(options),
    logLik = s$logLik), if (!is.null(fitted)) list(fixedPart = fitted), list(effects = s$effects))
}
pedigreeOption <- function(file, name = "A", more = "") c("--relationship", paste0(name, "=pedigree:examples/genetics/", file, more))

# ---- the worked examples of Mrode and Pocrnic (2023) and its third edition ----

calves <- read("calves.csv"); ped <- pedigreeOf("calves-pedigree.csv"); A <- tabular(ped)
Z <- incidence(calves$calf, ped$id); X <- factorColumns(calves$sex); I5 <- diag(5)
add("animal model", "M3.1", "wwg ~ 0 + sex + (1 | gr(calf, cov = A))", "calves.csv",
    c(pedigreeOption("calves-pedigree.csv"), "--components", "calf=20,residual=40"),
    calves$wwg, X, list(part("calf", Z, 20, A, list(label("calf")))), 40 * I5)

sires <- pedigreeOf("sires-pedigree.csv")
add("sire model", "M3.2", "wwg ~ 0 + sex + (1 | gr(sire, cov = A))", "calves.csv",
    c(pedigreeOption("sires-pedigree.csv"), "--components", "sire=5,residual=55"),
    calves$wwg, X, list(part("sire", incidence(calves$sire, sires$id), 5, tabular(sires), list(label("sire")))), 55 * I5)

grouped <- pedigreeOf("calves-groups-pedigree.csv"); Q <- groupParts(grouped, c("G1", "G2"))
base <- tabular(withoutGroups(grouped, c("G1", "G2")))
add("groups of unknown parents", "M3.4", "wwg ~ 0 + sex + (1 | gr(calf, cov = A))", "calves.csv",
    c(pedigreeOption("calves-groups-pedigree.csv", more = ",groups=G1+G2"), "--components", "calf=20,residual=40"),
    calves$wwg, X, list(part("calf", incidence(calves$calf, grouped$id), 20, base, list(label("calf")))), 40 * I5,
    extra = (incidence(calves$calf, grouped$id) %*% Q)[, 2, drop = FALSE], groups = Q)

cows <- read("lactations.csv"); cped <- pedigreeOf("cows-pedigree.csv"); CA <- tabular(cped)
own <- function(x) { l <- as.character(sort(unique(x))); K <- diag(length(l)); dimnames(K) <- list(l, l); K }
add("permanent environment", "M4.1", "fat ~ 0 + parity + hys + (1 | gr(cow, cov = A)) + (1 | cow)", "lactations.csv",
    c("--factor", "parity,hys", pedigreeOption("cows-pedigree.csv"), "--components", "cow.A=20,cow=12,residual=28"),
    cows$fat, cbind(factorColumns(cows$parity), factorColumns(cows$hys)[, -1]),
    list(part("cow.A", incidence(cows$cow, cped$id), 20, CA, list(label("cow"))),
         part("cow", incidence(cows$cow, rownames(own(cows$cow))), 12, own(cows$cow), list(label("cow")))), 28 * diag(10))

# several traits: records of one row beside each other, those that are missing left out
twoTraits <- function(name, example, file, pedFile) {
  d <- read(file); ped <- pedigreeOf(pedFile); A <- tabular(ped); n <- nrow(d)
  G <- matrix(c(20, 18, 18, 40), 2); R0 <- matrix(c(40, 11, 11, 30), 2)
  y <- c(d$wwg, d$pwg); kept <- !is.na(y)
  Z1 <- incidence(d$calf, ped$id); O <- 0 * Z1; S <- factorColumns(d$sex)
  X <- rbind(cbind(S, 0 * S), cbind(0 * S, S))
  R <- kronecker(R0, diag(n))
  add(name, example, "mvbind(wwg, pwg) ~ 0 + sex + (1 | gr(calf, cov = A))", file,
      c(pedigreeOption(pedFile), "--components", "examples/genetics/traits.json"), y[kept], X[kept, ],
      list(part("calf", list(rbind(Z1, O)[kept, ], rbind(O, Z1)[kept, ]), G, A, list(label("calf", trait = "wwg"), label("calf", trait = "pwg")))),
      R[kept, kept])
  k <- length(cases); cases[[k]]$fixedPart <<- NULL
}
twoTraits("two traits", "M5.1", "calves.csv", "calves-pedigree.csv")
twoTraits("two traits with missing records", "M5.2", "calves-missing.csv", "calves-missing-pedigree.csv")

births <- read("births.csv"); bped <- pedigreeOf("births-pedigree.csv"); BA <- tabular(bped)
add("direct and maternal effects", "M7.1",
    "weight ~ 0 + pen + herd + (1 |p| gr(calf, cov = A)) + (1 |p| gr(dam, cov = A)) + (1 | dam)", "births.csv",
    c("--factor", "pen,herd", pedigreeOption("births-pedigree.csv"), "--components", "examples/genetics/maternal.json"),
    births$weight, cbind(factorColumns(births$pen), factorColumns(births$herd)[, -1]),
    list(part("p", list(incidence(births$calf, bped$id), incidence(births$dam, bped$id)), matrix(c(150, -40, -40, 90), 2), BA,
              list(label("calf"), label("dam"))),
         part("dam", incidence(births$dam, rownames(own(births$dam))), 40, own(births$dam), list(label("dam")))), 350 * diag(10))

days <- read("testdays.csv"); L4 <- legendre(days$dim, 4); L2 <- legendre(days$dim, 2)
DX <- cbind(L4, factorColumns(days$htd)); Zc <- incidence(days$cow, cped$id); Zo <- incidence(days$cow, rownames(own(days$cow)))
add("test-day records", "M9.1", "fat ~ 0 + legendre(dim, 4) + htd + (1 | gr(cow, cov = A)) + (1 | cow)", "testdays.csv",
    c("--factor", "htd", pedigreeOption("cows-pedigree.csv"), "--components", "cow.A=5.521,cow=8.47,residual=3.71"),
    days$fat, DX, list(part("cow.A", Zc, 5.521, CA, list(label("cow"))), part("cow", Zo, 8.47, own(days$cow), list(label("cow")))),
    3.71 * diag(42))
curves <- fromJSON("examples/genetics/curves.json")
terms <- paste0("legendre(dim, 2)", 0:2)
add("random regression", "M9.2",
    "fat ~ 0 + legendre(dim, 4) + htd + (0 + legendre(dim, 2) | gr(cow, cov = A)) + (0 + legendre(dim, 2) | cow)", "testdays.csv",
    c("--factor", "htd", pedigreeOption("cows-pedigree.csv"), "--components", "examples/genetics/curves.json"), days$fat, DX,
    list(part("cow.A", lapply(1:3, function(j) columns(Zc, L2[, j])), curves$cow.A, CA, lapply(terms, function(t) label("cow", t))),
         part("cow", lapply(1:3, function(j) columns(Zo, L2[, j])), curves$cow, own(days$cow), lapply(terms, function(t) label("cow", t)))),
    3.71 * diag(42))

# ---- the same families on data of our own ----

pigs <- read("pigs.csv"); pped <- pedigreeOf("pigs-pedigree.csv"); PA <- tabular(pped)
Zp <- incidence(pigs$pig, pped$id); SX <- factorColumns(pigs$sex); birth <- !is.na(pigs$birth); gain <- !is.na(pigs$gain)
litters <- own(pigs$litter); Zl <- incidence(pigs$litter, rownames(litters))
add("common environment of litters", "", "birth ~ 0 + sex + (1 | gr(pig, cov = A)) + (1 | litter)", "pigs.csv",
    c(pedigreeOption("pigs-pedigree.csv"), "--components", "pig=0.012,litter=0.008,residual=0.02"),
    pigs$birth[birth], SX[birth, ],
    list(part("pig", Zp[birth, ], 0.012, PA, list(label("pig"))),
         part("litter", Zl[birth, 1:4], 0.008, litters[1:4, 1:4], list(label("litter")))), 0.02 * diag(sum(birth)))
add("means of several weighings, with a pedigree and weights", "", "birth ~ 0 + sex + (1 | gr(pig, cov = A)) + (1 | litter)", "pigs.csv",
    c("--weights", "weighings", pedigreeOption("pigs-pedigree.csv"), "--components", "pig=0.012,litter=0.008,residual=0.02"),
    pigs$birth[birth], SX[birth, ],
    list(part("pig", Zp[birth, ], 0.012, PA, list(label("pig"))),
         part("litter", Zl[birth, 1:4], 0.008, litters[1:4, 1:4], list(label("litter")))), 0.02 * diag(1 / pigs$weighings[birth]))

g <- gain; Zm <- incidence(pigs$mate1, pped$id) + incidence(pigs$mate2, pped$id); pens <- own(pigs$pen)
add("social effects of pen mates", "",
    "gain ~ 0 + sex + (1 |s| gr(pig, cov = A)) + (1 |s| mm(mate1, mate2, cov = A)) + (1 | pen)", "pigs.csv",
    c("--factor", "pen", pedigreeOption("pigs-pedigree.csv"), "--components", "s=[[900,-120],[-120,150]],pen=200,residual=1600"),
    pigs$gain[g], SX[g, ],
    list(part("s", list(Zp[g, ], Zm[g, ]), matrix(c(900, -120, -120, 150), 2), PA, list(label("pig"), label("mate1+mate2"))),
         part("pen", incidence(pigs$pen, rownames(pens))[g, ], 200, pens, list(label("pen")))), 1600 * diag(sum(g)))
add("dominance", "", "gain ~ 0 + sex + (1 | gr(pig, cov = A)) + (1 | gr(pig, cov = D))", "pigs.csv",
    c(pedigreeOption("pigs-pedigree.csv"), "--relationship", "D=dominance:examples/genetics/pigs-pedigree.csv",
      "--components", "pig.A=900,pig.D=400,residual=1600"), pigs$gain[g], SX[g, ],
    list(part("pig.A", Zp[g, ], 900, PA, list(label("pig"))), part("pig.D", Zp[g, ], 400, dominance(pped), list(label("pig")))),
    1600 * diag(sum(g)))

gped <- pedigreeOf("pigs-groups-pedigree.csv"); names2 <- c("old", "new"); GQ <- groupParts(gped, names2)
GA <- tabular(withoutGroups(gped, names2))
K <- rbind(cbind(GA + GQ %*% t(GQ), GQ), cbind(t(GQ), diag(2)))
Zg <- incidence(pigs$pig, rownames(K))
add("random groups of unknown parents", "", "gain ~ 0 + sex + (1 | gr(pig, cov = A))", "pigs.csv",
    c(pedigreeOption("pigs-groups-pedigree.csv", more = ",groups=old+new,random=1"), "--components", "pig=900,residual=1600"),
    pigs$gain[g], SX[g, ], list(part("pig", Zg[g, ], 900, K, list(label("pig")))), 1600 * diag(sum(g)))
add("fixed groups of unknown parents", "", "gain ~ 0 + sex + (1 | gr(pig, cov = A))", "pigs.csv",
    c(pedigreeOption("pigs-groups-pedigree.csv", more = ",groups=old+new"), "--components", "pig=900,residual=1600"),
    pigs$gain[g], SX[g, ], list(part("pig", incidence(pigs$pig, gped$id)[g, ], 900, GA, list(label("pig")))), 1600 * diag(sum(g)),
    extra = (incidence(pigs$pig, gped$id) %*% GQ)[g, 2, drop = FALSE], groups = GQ)
gamma <- as.matrix(read("gamma.csv")[, -1])
MA <- tabular(gped, base = names2, gamma = gamma); MA <- MA[c(gped$id, names2), c(gped$id, names2)]
add("metafounders", "", "gain ~ 0 + sex + (1 | gr(pig, cov = A))", "pigs.csv",
    c(pedigreeOption("pigs-groups-pedigree.csv", more = ",groups=old+new,gamma=examples/genetics/gamma.csv"),
      "--components", "pig=900,residual=1600"),
    pigs$gain[g], SX[g, ], list(part("pig", Zg[g, ], 900, MA, list(label("pig")))), 1600 * diag(sum(g)))

# two traits with different models: litters only for birth weight, pens only for gain
y <- c(pigs$birth, pigs$gain); kept <- !is.na(y); O <- 0 * Zp; n <- nrow(pigs)
PX <- factorColumns(pigs$pen)
X2 <- rbind(cbind(SX, 0 * PX), cbind(0 * SX, PX))
G2 <- matrix(c(0.012, 2, 2, 900), 2)
R2 <- matrix(c(0.02, 1, 1, 1600), 2)
add("a model for each trait", "",
    "birth ~ 0 + sex + (1 |a| gr(pig, cov = A)) + (1 | litter); gain ~ 0 + pen + (1 |a| gr(pig, cov = A))", "pigs.csv",
    c("--factor", "pen", pedigreeOption("pigs-pedigree.csv"), "--components",
      "a=[[0.012,2],[2,900]],litter=0.008,residual=[[0.02,1],[1,1600]]"), y[kept], X2[kept, ],
    list(part("a", list(rbind(Zp, O)[kept, ], rbind(O, Zp)[kept, ]), G2, PA,
              list(label("pig", trait = "birth"), label("pig", trait = "gain"))),
         part("litter", rbind(Zl, 0 * Zl)[kept, 1:4], 0.008, litters[1:4, 1:4], list(label("litter", trait = "birth")))),
    kronecker(R2, diag(n))[kept, kept])
cases[[length(cases)]]$fixedPart <- NULL

bulls <- pedigreeOf("bulls-pedigree.csv"); milk <- read("daughters.csv")
add("bulls by sire and maternal grandsire", "", "milk ~ 1 + herd + (1 | gr(bull, cov = A))", "daughters.csv",
    c("--factor", "herd", "--relationship", "A=sire-mgs:examples/genetics/bulls-pedigree.csv", "--components", "bull=40000,residual=90000"),
    milk$milk, cbind(1, factorColumns(milk$herd)[, -1]),
    list(part("bull", incidence(milk$bull, bulls$id), 40000, tabular(bulls, damPart = 0.25), list(label("bull")))), 90000 * diag(nrow(milk)))

# ---- variances (17.3, 17.7), sums over a curve (9.2), matrices (chapter 2, 3.4) ----

# REML by average information and by EM with dense P: theta = (residual, animal)
gains <- read("gains.csv"); Zg <- incidence(gains$calf, ped$id); ZAZ <- Zg %*% A %*% t(Zg); n <- nrow(gains)
Xg <- factorColumns(gains$sex); parts <- list(diag(n), ZAZ)
state <- function(theta) {
  V <- theta[1] * diag(n) + theta[2] * ZAZ; W <- solve(V); C <- solve(t(Xg) %*% W %*% Xg)
  P <- W - W %*% Xg %*% C %*% t(Xg) %*% W; Py <- P %*% gains$gain
  list(P = P, Py = Py, score = sapply(parts, function(D) -0.5 * (sum(P * D) - sum(Py * (D %*% Py)))),
       AI = outer(1:2, 1:2, Vectorize(function(i, j) 0.5 * t(parts[[i]] %*% Py) %*% P %*% (parts[[j]] %*% Py))),
       minus2logL = as.numeric(determinant(V)$modulus - determinant(C)$modulus + t(gains$gain) %*% Py) + (n - 2) * log(2 * pi))
}
theta <- c(0.4, 0.2); ai <- list()
for (i in 0:12) { s <- state(theta); ai[[i + 1]] <- c(theta, s$minus2logL); theta <- theta + solve(s$AI, s$score) }
em <- list(); theta <- c(0.4, 0.2); Ai <- solve(A)
for (i in 0:1000) {
  em[[i + 1]] <- theta; s <- state(theta)
  u <- theta[2] * A %*% t(Zg) %*% s$Py
  PEV <- theta[2] * A - theta[2]^2 * A %*% t(Zg) %*% s$P %*% Zg %*% A
  e <- theta[1] * s$Py
  theta <- c(sum(gains$gain * e) / (n - 2), (sum(u * (Ai %*% u)) + sum(Ai * PEV)) / length(ped$id))
}
reml <- list(ai = do.call(rbind, ai), inverse = solve(state(tail(ai, 1)[[1]][1:2])$AI), em = do.call(rbind, em[c(1, 2, 1001)]))

# Henderson's method 3 for one random factor: R(u | b) = (tr) s2u + (rank) s2e
progeny <- read("progeny.csv"); Zs <- factorColumns(progeny$sire); one <- matrix(1, nrow(progeny))
project <- function(M) M %*% solve(t(M) %*% M) %*% t(M)
P1 <- project(one); P2 <- project(Zs); y <- progeny$gain
SS <- c(t(y) %*% P1 %*% y, t(y) %*% (P2 - P1) %*% y, t(y) %*% (diag(length(y)) - P2) %*% y)
s2e <- SS[3] / (length(y) - ncol(Zs))
s2s <- (SS[2] - (ncol(Zs) - 1) * s2e) / sum((P2 - P1) * (Zs %*% t(Zs)))

curve <- cases[[which(sapply(cases, `[[`, "name") == "random regression")]]$effects[1:3]
x <- 2 * ((6:310) - 4) / 306 - 1
sums <- colSums(cbind(1, x, (3 * x^2 - 1) / 2) %*% diag(sqrt((2 * (0:2) + 1) / 2)))
inbred <- tabular(pedigreeOf("inbred-pedigree.csv"))
groupRows <- local({ Ki <- solve(base); rbind(-t(Q) %*% Ki, NULL) })
more <- list(reml = reml, method3 = list(SS = I(SS), sire = s2s, residual = s2e),
             curve = I(as.vector(sapply(curve, `[[`, "estimates") %*% sums)), inbred = list(A = inbred, inverse = solve(inbred)),
             groups = list(cross = groupRows, own = t(Q) %*% solve(base) %*% Q))

source <- list(package = "base R", R = paste(R.version$major, R.version$minor, sep = "."), script = "generate/pedigrees.R")
write(toJSON(list(source = source, cases = cases, more = more), digits = NA, auto_unbox = TRUE, pretty = 1), "test/reference/pedigrees.json")
