/** How one function of the formula language is called. */
export interface FunctionSignature {
  readonly parameters: readonly Parameter[];
  /** takes any number of arguments like its only parameter */
  readonly variadic: boolean;
  /** a call that shows how it is written, for hints */
  readonly example: string;
}

interface Parameter {
  readonly name: string;
  readonly required: boolean;
  /** may be given by position */
  readonly positional: boolean;
  /** stands by name in the tree, however it was written: `relevel(x, "b")` becomes `relevel(x, ref = "b")` */
  readonly keepsName: boolean;
}

function required(name: string): Parameter {
  return { name, required: true, positional: true, keepsName: false };
}

function optional(name: string): Parameter {
  return { name, required: false, positional: true, keepsName: false };
}

function option(name: string, use: "by-name" | "by-position-too"): Parameter {
  return { name, required: false, positional: use === "by-position-too", keepsName: true };
}

function signature(example: string, ...parameters: Parameter[]): FunctionSignature {
  return { parameters, variadic: false, example };
}

function variadic(example: string): FunctionSignature {
  return { parameters: [required("...")], variadic: true, example };
}

const elementwise = ["log2", "log10", "log1p", "exp", "expm1", "sqrt", "abs", "sin", "cos", "tan"];

const splineOptions = ["knots", "intercept", "Boundary.knots"].map((name) => option(name, "by-name"));

/** Every function that may appear in an expression. */
export const functionSignatures: ReadonlyMap<string, FunctionSignature> = new Map([
  ["I", signature("I(x^2)", required("x"))],
  ["log", signature("log(x)", required("x"), optional("base"))],
  ...elementwise.map((name) => [name, signature(`${name}(x)`, required("x"))] as const),
  ["pmin", variadic("pmin(x, 10)")],
  ["pmax", variadic("pmax(x, 0)")],
  ["c", variadic('c("a", "b")')],
  ["poly", signature("poly(x, 2)", required("x"), required("degree"), option("raw", "by-name"))],
  ["ns", signature("ns(x, 3)", required("x"), optional("df"), ...splineOptions)],
  ["bs", signature("bs(x, 4)", required("x"), optional("df"), option("degree", "by-name"), ...splineOptions)],
  [
    "legendre",
    signature(
      "legendre(t, 2)",
      required("t"),
      required("degree"),
      option("from", "by-name"),
      option("to", "by-name"),
    ),
  ],
  [
    "scale",
    signature(
      "scale(x)",
      required("x"),
      option("center", "by-position-too"),
      option("scale", "by-position-too"),
    ),
  ],
  [
    "factor",
    signature('factor(x, levels = c("a", "b"))', required("x"), option("levels", "by-position-too")),
  ],
  ["relevel", signature('relevel(x, ref = "b")', required("x"), { ...required("ref"), keepsName: true })],
]);

/** Functions with a meaning of their own in one place of a formula, and that place. */
export const placedFunctions: ReadonlyMap<string, string> = new Map([
  ["offset", "as a term of its own: y ~ x + offset(z)"],
  ["cbind", "as the response: cbind(successes, failures) ~ x"],
  ["mvbind", "as the response: mvbind(y1, y2) ~ x"],
  ["gr", "on the right of a bar: (1 | gr(animal, cov = A))"],
  ["mm", "on the right of a bar: (1 | mm(first, second))"],
]);

/** Names of covariance structures: `ar1(0 + time | g)`. */
export const structureNames: readonly string[] = ["us", "diag", "cs", "homcs", "ar1", "hetar1", "rr", "fa"];

/** What other programs call what we have. */
export const functionAliases: ReadonlyMap<string, string> = new Map([
  ["as.factor", "use factor(x)"],
  ["as.character", "use factor(x)"],
  ["as.numeric", "numbers are read as numbers; recode the column before the fit"],
  ["ordered", "use factor(x, levels = c(...)) and choose polynomial contrasts for it"],
  ["C", "choose contrasts with the contrasts option"],
  ["ln", "the natural logarithm is log(x)"],
  ["lg", "the decimal logarithm is log10(x)"],
  ["interaction", "write a:b"],
  ["s", "smooth curves are written as splines: ns(x, 4)"],
  ["te", "smooth curves are written as splines: ns(x, 4)"],
  ["min", "the elementwise minimum is pmin(x, 10)"],
  ["max", "the elementwise maximum is pmax(x, 0)"],
  ["Error", "strata are random terms: (1 | block)"],
  ["rcs", "use natural splines: ns(x, 4)"],
  ["rcspline", "use natural splines: ns(x, 4)"],
]);
