# Standard errors of predictions from dense matrices and glmmTMB, for test/unit/inference/predictionTable.test.ts.
# Rscript test/reference/generate/prediction.R      from the root of the repository
# Writes test/reference/data/prediction.json.
suppressMessages({library(lme4); library(glmmTMB); library(numDeriv); library(jsonlite)})

folder <- "test/reference/data"
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")), stringsAsFactors = TRUE)
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 2e-2, rhoend = 1e-10, maxfun = 1e5), calc.derivs = FALSE,
                     check.conv.singular = "ignore")
numbers <- function(x) unname(as.list(x))

# Everything below is the textbook: V = Z G Z' + R, predictor x'b + z'u with c = Cov(y, z'u) = Z G z.
cases <- list()
add <- function(name, data, formula, new, ours = deparse(formula, 500), weights = NULL, tmb = NULL, uncertainty = TRUE) {
  frame <- read(data)
  frame <- frame[complete.cases(frame[all.vars(formula)]), ]
  frame$.weight <- if (is.null(weights)) 1 else frame[[weights]]
  environment(formula) <- environment()
  fit <- lmer(formula, frame, control = tight, weights = .weight)
  y <- getME(fit, "y"); X <- getME(fit, "X"); Z <- as.matrix(getME(fit, "Z"))
  n <- nrow(X); p <- ncol(X)
  Lind <- getME(fit, "Lind"); template <- getME(fit, "Lambdat")
  for (v in names(new)) if (is.factor(frame[[v]])) new[[v]] <- factor(new[[v]], levels(frame[[v]]))
  Xn <- model.matrix(delete.response(terms(fit)), new)
  # all levels of the fit have to occur: the rows of the fit above the new ones
  both <- rbind(frame[names(new)], new)
  Zn <- tail(t(as.matrix(mkReTrms(findbars(formula), both)$Zt)), nrow(new))
  stopifnot(ncol(Zn) == ncol(Z))
  parts <- function(psi) {
    theta <- head(psi, -1); sigma2 <- exp(2 * tail(psi, 1))
    L <- template; L@x <- theta[Lind]; L <- t(as.matrix(L))
    G <- sigma2 * L %*% t(L)
    V <- Z %*% G %*% t(Z) + diag(sigma2 / frame$.weight)
    W <- chol2inv(chol(V)); C <- solve(t(X) %*% W %*% X)
    list(G = G, V = V, W = W, C = C, sigma2 = sigma2, L = L)
  }
  deviance <- function(psi) with(parts(psi), {
    b <- C %*% t(X) %*% W %*% y; e <- y - X %*% b
    as.numeric(determinant(V)$modulus - determinant(C)$modulus + t(e) %*% W %*% e)
  })
  variance <- function(psi, observation) with(parts(psi), {
    c <- Z %*% G %*% t(Zn); d <- t(Xn) - t(X) %*% W %*% c
    rbind(mean = rowSums((Xn %*% C) * Xn), group = diag(Zn %*% G %*% t(Zn)) - colSums(c * (W %*% c)) + colSums(d * (C %*% d)),
          new = rowSums((Xn %*% C) * Xn) + diag(Zn %*% G %*% t(Zn))) + observation * sigma2
  })
  lambda <- function(psi) with(parts(psi), {
    c <- Z %*% G %*% t(Zn); P <- W - W %*% X %*% C %*% t(X) %*% W
    as.numeric(W %*% X %*% C %*% t(Xn) + P %*% c)
  })
  psi <- c(getME(fit, "theta"), log(sigma(fit)))
  v <- variance(psi, 0)
  now <- parts(psi)
  out <- list(data = data, formula = ours, weights = weights, new = new, prediction = numbers(lambda(psi) |> matrix(n) |> (\(l) t(l) %*% y)()),
    mean = numbers(sqrt(v["mean", ])), group = numbers(sqrt(v["group", ])), newGroup = numbers(sqrt(v["new", ])), sigma = sigma(fit))
  if (uncertainty) {
    A <- 2 * solve(hessian(deviance, psi))
    df <- function(observation) {
      J <- jacobian(function(x) as.numeric(variance(x, observation)), psi)
      matrix(2 * as.numeric(variance(psi, observation))^2 / rowSums((J %*% A) * J), 3)
    }
    confidence <- df(0); prediction <- df(1)
    D <- jacobian(lambda, psi)
    m <- nrow(new)
    g3 <- sapply(seq_len(m), function(i) {
      Di <- D[(i - 1) * n + seq_len(n), , drop = FALSE]
      sum(A * (t(Di) %*% now$V %*% Di))
    })
    # glmmTMB has the square of the derivative at the data at hand where g3 has its variance
    realized <- sapply(seq_len(m), function(i) {
      slope <- t(D[(i - 1) * n + seq_len(n), , drop = FALSE]) %*% y
      sum(A * (slope %*% t(slope)))
    })
    out <- c(out, list(realized = numbers(realized), dfMean = numbers(confidence[1, ]), dfGroup = numbers(confidence[2, ]), dfNewGroup = numbers(confidence[3, ]),
      dfMeanObservation = numbers(prediction[1, ]), dfGroupObservation = numbers(prediction[2, ]), dfNewGroupObservation = numbers(prediction[3, ]),
      g3 = numbers(g3)))
  }
  if (!is.null(tmb)) {
    other <- glmmTMB(tmb, frame, REML = TRUE,
                     control = glmmTMBControl(optCtrl = list(rel.tol = 1e-12, iter.max = 2000, eval.max = 2000)))
    out$glmmTMB <- numbers(predict(other, new, se.fit = TRUE, type = "link")$se.fit)
  }
  cases[[name]] <<- out
}
add("sleepstudy", "sleepstudy", Reaction ~ Days + (Days | Subject),
    data.frame(Days = c(0, 4.5, 9, 12), Subject = factor(c("308", "309", "371", "372"))), tmb = Reaction ~ Days + (Days | Subject))
add("penicillin", "Penicillin", diameter ~ 1 + (1 | plate) + (1 | sample),
    data.frame(plate = factor(c("a", "g", "x")), sample = factor(c("A", "C", "F"))), tmb = diameter ~ 1 + (1 | plate) + (1 | sample))
machines <- data.frame(Machine = factor(c("A", "B", "C", "B")), Worker = factor(c("1", "3", "5", "6")))
add("machines", "machinesMissing", score ~ Machine + (1 | Worker) + (1 | Worker:Machine), machines,
    tmb = score ~ Machine + (1 | Worker) + (1 | Worker:Machine))
add("sleepstudy-weights", "sleepstudy", Reaction ~ Days + (Days | Subject), weights = "w",
    data.frame(Days = c(1, 8), Subject = factor(c("330", "349"))))
add("dyestuff2", "Dyestuff2", Yield ~ 1 + (1 | Batch), data.frame(Batch = factor(c("A", "F"))), uncertainty = FALSE)

write(toJSON(list(source = list(packages = list(lme4 = as.character(packageVersion("lme4")), glmmTMB = as.character(packageVersion("glmmTMB")),
               numDeriv = as.character(packageVersion("numDeriv"))), R = R.version.string), cases = cases),
             auto_unbox = TRUE, digits = NA, null = "null", na = "null"), file.path(folder, "prediction.json"))
