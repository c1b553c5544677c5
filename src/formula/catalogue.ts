import type { Catalogue } from "../base/catalogue.ts";

/** Codes of the formula layer. */
export const formulaCatalogue: Catalogue = {
  "formula/too-long": {
    title: "Text too long",
    meaning:
      "A formula is limited to 200,000 characters, so that a file given by mistake is not read as one.",
    remedy: "Check what was passed as the formula. Put very many predictors in fewer columns before the fit.",
  },
  "formula/too-deep": {
    title: "Nested too deep",
    meaning: "Parentheses, function calls or operators are nested deeper than any sensible model needs.",
    remedy: "Remove parentheses that change nothing, or compute the column before the fit.",
  },
  "formula/too-complex": {
    title: "Too many terms",
    meaning: "The formula expands to more terms, or to products of more columns, than can be estimated.",
    remedy: "Use + in place of * or ^, or a lower power: (a + b + c)^2 has all products of two.",
  },
  "formula/lookalike-character": {
    title: "Character that only looks right",
    meaning:
      "Word processors and chat programs replace plain quotes, minus signs and tildes by typographic ones, which mean nothing in a formula.",
    remedy: "Type the plain character in place of the marked one.",
  },
  "formula/unexpected-character": {
    title: "Character without a meaning",
    meaning: "The marked character is not part of the formula language.",
    remedy: "Remove it. A column whose name has such characters stands between backquotes: `my column`.",
  },
  "formula/unknown-operator": {
    title: "Unknown operator",
    meaning: "Between percent signs only %in% (nesting) and %% (remainder) are known.",
    remedy: "Use one of these, or compute the column before the fit.",
  },
  "formula/unterminated": {
    title: "Quote never closed",
    meaning: "A string or a backquoted name begins and has no end.",
    remedy: "Add the closing quote.",
  },
  "formula/empty-name": {
    title: "Empty name",
    meaning: "Two backquotes have nothing between them.",
    remedy: "Write the column's name between the backquotes.",
  },
  "formula/number": {
    title: "Number too large",
    meaning: "The number cannot be held in double precision.",
    remedy: "Use a number below 1.8e308, or change the unit of the column.",
  },
  "formula/empty": {
    title: "Nothing to read",
    meaning: "The text is empty.",
    remedy: "Write a formula: response ~ predictors.",
  },
  "formula/empty-part": {
    title: "Empty part beside ';'",
    meaning: "A ';' separates the formulas of several traits, and on one of its sides there is none.",
    remedy: "Remove the ';', or write the other formula.",
  },
  "formula/unexpected-end": {
    title: "Text ends too early",
    meaning: "The text ends after an operator.",
    remedy: "Remove the last operator, or write what follows it. A model without predictors is y ~ 1.",
  },
  "formula/missing-operand": {
    title: "Something missing beside an operator",
    meaning: "Two operators follow each other, or an operator has nothing on one of its sides.",
    remedy: "Remove the operator, or write what stands beside it.",
  },
  "formula/missing-operator": {
    title: "Missing operator",
    meaning: "Two names or values follow each other without an operator.",
    remedy: "Join terms with +. If both words are one column name, put it between backquotes: `my column`.",
  },
  "formula/unbalanced": {
    title: "Unbalanced parentheses",
    meaning: "A parenthesis is opened and not closed, or closed and not opened.",
    remedy: "Add or remove the marked parenthesis.",
  },
  "formula/empty-parentheses": {
    title: "Empty parentheses",
    meaning: "There is nothing between two parentheses.",
    remedy: "Remove them, or write what belongs there.",
  },
  "formula/empty-argument": {
    title: "Missing argument",
    meaning: "A comma between arguments has nothing beside it.",
    remedy: "Remove the comma, or write the argument.",
  },
  "formula/comma": {
    title: "Misplaced comma",
    meaning: "A comma may only stand between the arguments of a function.",
    remedy: "Join terms with +.",
  },
  "formula/equals-sign": {
    title: "Misplaced '='",
    meaning: "'=' only gives a named argument its value, as in poly(x, 2, raw = TRUE).",
    remedy: "Between response and predictors write ~. To compare write ==.",
  },
  "formula/package-prefix": {
    title: "Package named in a formula",
    meaning: "Functions of the formula language belong to no package.",
    remedy: "Write only the function: ns(x, 3) in place of splines::ns(x, 3).",
  },
  "formula/chained-comparison": {
    title: "Chained comparison",
    meaning: "Comparisons cannot be chained, as 0 < x < 1.",
    remedy: "Join two comparisons: 0 < x & x < 1.",
  },
  "formula/tilde-inside": {
    title: "'~' inside an expression",
    meaning: "A formula has one '~', between response and predictors.",
    remedy: "Remove the marked '~'.",
  },
  "formula/scalar-logical": {
    title: "'&&' or '||' between columns",
    meaning: "These compare single values in R. Columns are compared row by row.",
    remedy: "Write & for and, | for or.",
  },
  "formula/several-expressions": {
    title: "Several expressions",
    meaning: "One expression is expected, and ';' separates several.",
    remedy: "Join conditions with & or |.",
  },
  "formula/no-tilde": {
    title: "No '~'",
    meaning: "A formula has a '~' between the response and the predictors.",
    remedy: "Write response ~ predictors, as in Reaction ~ Days.",
  },
  "formula/two-tildes": {
    title: "More than one '~'",
    meaning: "A formula has one '~'.",
    remedy: "Join predictors with +; separate the formulas of several traits with ;.",
  },
  "formula/no-response": {
    title: "No response",
    meaning: "There is nothing on the left of '~', so there is nothing to explain.",
    remedy: "Write the response first: y ~ x.",
  },
  "formula/dot-response": {
    title: "'.' as response",
    meaning: "'.' stands for all other columns and cannot be the response.",
    remedy: "Name the column.",
  },
  "formula/random-response": {
    title: "Random term as response",
    meaning: "A term with a bar stands on the left of '~'.",
    remedy: "Write the response on the left and random terms on the right of '~'.",
  },
  "formula/cbind": {
    title: "cbind() with other than two arguments",
    meaning: "For grouped binomial data the response is cbind(successes, failures).",
    remedy: "Give both columns. For several traits write mvbind(y1, y2).",
  },
  "formula/mvbind": {
    title: "Traits not clear",
    meaning: "mvbind() names two or more different traits that share one model.",
    remedy: "Name each trait once. For traits with models of their own separate their formulas with ;.",
  },
  "formula/number-as-term": {
    title: "Number as a term",
    meaning: "Only 1 (with intercept) and 0 (without intercept) are terms.",
    remedy: "Put arithmetic inside I(): I(2 * x). A known part of the response is offset(z).",
  },
  "formula/constant-term": {
    title: "Constant as a term",
    meaning: "A text or TRUE/FALSE is not a column.",
    remedy: "Put a column name with blanks between backquotes. For the intercept write 1.",
  },
  "formula/no-column": {
    title: "Variable without a column",
    meaning: "The expression is a constant: it has no column of the data in it.",
    remedy: "Name a column, or remove the term.",
  },
  "formula/power": {
    title: "Power of a term",
    meaning:
      "Outside of functions, ^ makes all products up to a degree: (a + b)^2 is a + b + a:b. The power is a whole number from 1.",
    remedy: "For arithmetic write I(x^2).",
  },
  "formula/empty-operand": {
    title: "Product with nothing",
    meaning: "One side of ':', '/' or '%in%' has no columns, so the whole product would vanish.",
    remedy: "Remove the product, or name a column.",
  },
  "formula/offset": {
    title: "Misplaced offset",
    meaning: "offset(z) adds a known column to the model. It has one argument and can only be added.",
    remedy: "Write + offset(z) as a term of its own.",
  },
  "formula/dot-needs-data": {
    title: "'.' without data",
    meaning: "'.' stands for all other columns, which are known only together with the data.",
    remedy: "Name the columns, or give the data with the formula.",
  },
  "formula/dot-empty": {
    title: "'.' stands for nothing",
    meaning: "Every column is already the response or a group.",
    remedy: "Write 1 for the intercept alone.",
  },
  "formula/dot-in-expression": {
    title: "'.' inside a function",
    meaning: "'.' stands for several columns and cannot be an argument or part of a calculation.",
    remedy: "Name the column.",
  },
  "formula/unknown-function": {
    title: "Unknown function",
    meaning:
      "The formula language has a fixed set of functions: I, log, log2, log10, log1p, exp, expm1, sqrt, abs, sin, cos, tan, pmin, pmax, poly, ns, bs, legendre, scale, factor, relevel, offset.",
    remedy: "Use one of these, or compute the column before the fit. A product of two columns is a:b.",
  },
  "formula/misplaced-function": {
    title: "Function in the wrong place",
    meaning:
      "cbind() and mvbind() are responses, gr() and mm() stand on the right of a bar, and offset() is a term of its own.",
    remedy: "Move it to its place.",
  },
  "formula/unknown-argument": {
    title: "Unknown argument",
    meaning: "The function has no argument of that name.",
    remedy: "Use the name in the hint, or give the argument by position.",
  },
  "formula/repeated-argument": {
    title: "Argument given twice",
    meaning: "An argument is named twice in one call.",
    remedy: "Remove one of them.",
  },
  "formula/too-many-arguments": {
    title: "Too many arguments",
    meaning: "The function has no place for another argument.",
    remedy: "Write the call as in the hint.",
  },
  "formula/missing-argument": {
    title: "Missing argument",
    meaning: "The function needs an argument that is not given.",
    remedy: "Write the call as in the hint.",
  },
  "formula/bar-without-parentheses": {
    title: "Bar outside parentheses",
    meaning:
      "A random term is written in parentheses: (1 | g). Without them the bar would take in the whole right side.",
    remedy: "Put the random term in parentheses.",
  },
  "formula/random-in-arithmetic": {
    title: "Random term in a product",
    meaning: "Random terms can only be added. They cannot be removed, multiplied or nested.",
    remedy:
      "Write + before the term. An effect that differs between groups goes on the left of the bar: (x | g).",
  },
  "formula/nested-bar": {
    title: "Random term inside a random term",
    meaning: "A random term has no other random term inside.",
    remedy: "Add both to the model: (1 | g) + (1 | h).",
  },
  "formula/second-bar": {
    title: "Too many bars",
    meaning: "A random term has one bar, or two with the name of tied terms between them: (1 |p| g).",
    remedy: "Remove a bar.",
  },
  "formula/tied-uncorrelated": {
    title: "'||' in a tied term",
    meaning:
      "Terms with the same name between bars are correlated with each other, and '||' says that coefficients are not.",
    remedy: "Write (x |p| g), or (x || g) without the name.",
  },
  "formula/structured-uncorrelated": {
    title: "'||' in a structured term",
    meaning: "The structure already says how the coefficients are correlated.",
    remedy: "Write one bar. Uncorrelated coefficients are diag(x | g) or (x || g).",
  },
  "formula/empty-random-term": {
    title: "Random term without coefficients",
    meaning: "The left of the bar has neither an intercept nor a column.",
    remedy: "Write (1 | g) for a random intercept, (0 + x | g) for a slope alone.",
  },
  "formula/dot-in-random-term": {
    title: "'.' in a random term",
    meaning: "'.' stands for all other columns, which is hardly meant for a random term.",
    remedy: "Name the columns.",
  },
  "formula/unknown-structure": {
    title: "Unknown covariance structure",
    meaning: "A call with a bar names a covariance structure: us, diag, cs, homcs, ar1, hetar1, rr, fa.",
    remedy: "Use one of these names.",
  },
  "formula/structure-without-bar": {
    title: "Structure without a group",
    meaning: "A covariance structure is written with a bar and a group: ar1(0 + time | g).",
    remedy: "Add the bar and the group.",
  },
  "formula/group-operator": {
    title: "Groups joined in a way that is not clear",
    meaning: "Groups cannot be joined with '+', '*' or '%in%'.",
    remedy:
      "Crossed groups are two terms, (1 | a) + (1 | b); combinations are (1 | a:b); nested groups are (1 | a/b).",
  },
  "formula/group-nesting": {
    title: "Nesting inside a nesting",
    meaning: "Nested groups are written from the left, outermost first.",
    remedy: "Write a/b/c, or one random term for each group.",
  },
  "formula/group-not-a-column": {
    title: "Group that is not a column",
    meaning: "The right of the bar names a column whose values are the groups.",
    remedy: "Name a column, a combination a:b, or nested columns a/b.",
  },
  "formula/group-dot": {
    title: "'.' as a group",
    meaning: "'.' stands for all other columns and cannot be a group.",
    remedy: "Name the column.",
  },
  "formula/group-combined": {
    title: "gr() or mm() combined with other groups",
    meaning: "gr() and mm() stand alone on the right of the bar.",
    remedy: "Write them alone. For combined levels make a column before the fit.",
  },
  "formula/group-arguments": {
    title: "Arguments of gr() or mm()",
    meaning:
      "gr() takes one column and the name of its relationship; mm() takes two or more columns and may take a relationship and scale.",
    remedy: "Write gr(animal, cov = A), mm(a, b), mm(a, b, cov = A) or mm(a, b, scale = TRUE).",
  },
};
