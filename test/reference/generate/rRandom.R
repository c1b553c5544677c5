# Random numbers of R, for test/unit/distributions/rRandomStream.test.ts.
# Rscript test/reference/generate/rRandom.R > test/reference/data/rRandom.json   (R 4.2.2, default kinds)

exact <- function(x) I(sprintf("%.17g", x))
seeds <- c(1, 123, 42, 0, -7, 20260101, -2147483647, 2147483647)
draws <- lapply(seeds, function(seed) {
  take <- function(expression) { set.seed(seed); exact(eval(expression)) }
  set.seed(seed)
  many <- runif(1e5)
  set.seed(seed)
  normals <- rnorm(1e5)
  set.seed(seed)
  mixed <- c(runif(2), rnorm(2), rexp(1), sample(10, 1), rnorm(1), rgamma(1, 2.5), runif(1))
  list(seed = seed,
    uniform = take(quote(runif(5))), uniformLast = exact(many[1e5]), uniformSum = exact(sum(many)),
    normal = take(quote(rnorm(5))), normalLast = exact(normals[1e5]), normalSum = exact(sum(normals)),
    exponential = take(quote(rexp(1000)[c(1:5, 1000)])),
    mixed = exact(mixed),
    sample10 = take(quote(sample(10))), sample1e6 = take(quote(sample(1e6, 5))), sample3e9 = take(quote(sample(3e9, 5))),
    sample1e12 = take(quote(sample(1e12, 3, replace = TRUE))),
    replaced = take(quote(sample(7, 12, replace = TRUE))), single = take(quote(sample(1, 3, replace = TRUE))))
})
gammas <- lapply(c(0.05, 0.5, 0.99, 1, 1.7, 3.6, 5, 13, 14, 200, 1e5), function(shape) {
  set.seed(99)
  x <- rgamma(2000, shape, scale = 1.5)
  list(shape = shape, first = exact(x[1:3]), last = exact(x[2000]), sum = exact(sum(x)))
})
set.seed(5)
chi <- rchisq(200, 3)
poissons <- lapply(c(0.01, 0.8, 3, 9.9, 10, 12.5, 47, 1000, 1e6), function(mu) {
  set.seed(7)
  x <- rpois(3000, mu)
  list(mu = mu, first = I(x[1:5]), last = x[3000], sum = sum(x))
})
binomials <- lapply(list(c(1, 0.3), c(10, 0.5), c(50, 0.1), c(100, 0.3), c(100, 0.85), c(1000, 0.5), c(5000, 0.02), c(1e6, 0.4), c(200, 0.999)),
  function(a) {
    set.seed(11)
    x <- rbinom(5000, a[1], a[2])
    list(n = a[1], p = a[2], first = I(x[1:5]), last = x[5000], sum = sum(x))
  })
suppressWarnings(set.seed(1, sample.kind = "Rounding"))
rounding <- list(ten = I(sample(10)), big = exact(sample(1e9, 4)), huge = exact(sample(3e9, 4)))
cat(jsonlite::toJSON(list(source = list(package = "base", version = paste(R.version$major, R.version$minor, sep = "."),
  script = "test/reference/generate/rRandom.R"), draws = draws, gammas = gammas, chiSquared = exact(c(chi[1:3], chi[200], sum(chi))),
  poissons = poissons, binomials = binomials, rounding = rounding), digits = 17, auto_unbox = TRUE), "\n")
