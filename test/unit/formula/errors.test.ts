import { describe, expect, it } from "vitest";
import type { HendersonError } from "../../../src/base/errors.ts";
import { formulaCatalogue } from "../../../src/formula/catalogue.ts";
import { parseExpression } from "../../../src/formula/parseExpression.ts";
import { type FormulaOptions, parseFormula } from "../../../src/formula/parseFormula.ts";
import { errorOf } from "../base/errorOf.ts";

function refusedFormula(source: string, options: FormulaOptions = {}): HendersonError {
  return errorOf(() => parseFormula(source, options));
}

/** code, formula, the text under the carets */
const table: readonly (readonly [code: string, formula: string, marked: string])[] = [
  ["formula/empty", "", ""],
  ["formula/empty", "  ;  ", ";"],
  ["formula/empty-part", "y ~ x;", ";"],
  ["formula/empty-part", "y ~ x;; z ~ x", ";"],
  ["formula/no-tilde", "y", "y"],
  ["formula/no-tilde", "y + x", "y + x"],
  ["formula/no-tilde", "(y ~ x)", "(y ~ x)"],
  ["formula/unexpected-end", "y ~", "~"],
  ["formula/unexpected-end", "y ~ x +", "+"],
  ["formula/no-response", "~ x", "~"],
  ["formula/no-response", "y ~ x; ~ z", "~"],
  ["formula/two-tildes", "y ~ x ~ z", "~"],
  ["formula/equals-sign", "y = x", "="],
  ["formula/equals-sign", "y ~ (x = 3)", "="],
  ["formula/missing-operator", "y ~ x1 x2", "x1 x2"],
  ["formula/missing-operator", "y x", "y x"],
  ["formula/missing-operator", "y ~ 2x", "2x"],
  ["formula/missing-operator", "y ~ log(x y)", "x y"],
  ["formula/missing-operator", "y ~ x ! z", "x !"],
  ["formula/missing-operator", "y ~ (1 | g) (1 | h)", ") ("],
  ["formula/missing-operand", "y ~ x * * z", "* *"],
  ["formula/missing-operand", "y ~ * x", "~ *"],
  ["formula/missing-operand", "* x", "*"],
  ["formula/missing-operand", "y ~ (x + )", "+ )"],
  ["formula/missing-operand", "y ~ (1 |)", "|)"],
  ["formula/missing-operand", "y ~ (| g)", "(|"],
  ["formula/unbalanced", "y ~ (x", "("],
  ["formula/unbalanced", "y ~ log(x", "("],
  ["formula/unbalanced", "y ~ x + (", "("],
  ["formula/unbalanced", "y ~ x)", ")"],
  ["formula/unbalanced", "y ~ )", ")"],
  ["formula/unbalanced", ") ~ x", ")"],
  ["formula/empty-parentheses", "y ~ ()", "()"],
  ["formula/empty-argument", "y ~ log(x,)", ","],
  ["formula/empty-argument", "y ~ log(,x)", ","],
  ["formula/comma", "y ~ x, z", ","],
  ["formula/package-prefix", "y ~ splines::ns(x, 3)", "::"],
  ["formula/chained-comparison", "y ~ a < b < c", "<"],
  ["formula/lookalike-character", "y ~ “a”", "“"],
  ["formula/lookalike-character", "y ~ a − b", "−"],
  ["formula/lookalike-character", "y ∼ x", "∼"],
  ["formula/unexpected-character", "y ~ a$b", "$"],
  ["formula/unexpected-character", "y ~ a[1]", "["],
  ["formula/unexpected-character", "y ~ a # b", "#"],
  ["formula/unexpected-character", "y ~ 🐖", "🐖"],
  ["formula/unknown-operator", "y ~ a %foo% b", "%foo%"],
  ["formula/unterminated", "y ~ `a + b", "`a + b"],
  ["formula/unterminated", "y ~ 'abc", "'abc"],
  ["formula/empty-name", "y ~ ``", "``"],
  ["formula/number", "y ~ I(x * 1e999)", "1e999"],
  ["formula/tilde-inside", "y ~ log(a ~ b)", "~"],
  ["formula/tilde-inside", "y ~ (a ~ b)", "~"],
  ["formula/scalar-logical", "y ~ x && z", "&&"],
  ["formula/scalar-logical", "y ~ I(a || b)", "||"],
  ["formula/number-as-term", "y ~ x + 3", "3"],
  ["formula/number-as-term", "y ~ 2:x", "2"],
  ["formula/constant-term", 'y ~ "my column"', '"my column"'],
  ["formula/constant-term", "y ~ TRUE", "TRUE"],
  ["formula/no-column", "y ~ I(2)", "I(2)"],
  ["formula/no-column", "y ~ log(pi)", "log(pi)"],
  ["formula/no-column", "1 ~ x", "1"],
  ["formula/power", "y ~ x^z", "z"],
  ["formula/power", "y ~ (a + b)^0", "0"],
  ["formula/power", "y ~ x^1.5", "1.5"],
  ["formula/power", "y ~ x^-1", "-1"],
  ["formula/empty-operand", "y ~ a:1", "1"],
  ["formula/empty-operand", "y ~ 0/a", "0"],
  ["formula/empty-operand", "y ~ a + b %in% 1", "1"],
  ["formula/offset", "y ~ x * offset(z)", "offset(z)"],
  ["formula/offset", "y ~ x - offset(z)", "offset(z)"],
  ["formula/offset", "y ~ offset(a, b)", "offset(a, b)"],
  ["formula/offset", "y ~ (offset(x) | g)", "offset(x)"],
  ["formula/dot-needs-data", "y ~ .", "."],
  ["formula/dot-in-expression", "y ~ log(.)", "."],
  ["formula/dot-in-random-term", "y ~ (. | g)", "."],
  ["formula/dot-response", ". ~ x", "."],
  ["formula/random-response", "(1 | g) ~ x", "(1 | g)"],
  ["formula/cbind", "cbind(a) ~ x", "cbind(a)"],
  ["formula/cbind", "cbind(a, b, c) ~ x", "cbind(a, b, c)"],
  ["formula/mvbind", "mvbind(a) ~ x", "mvbind(a)"],
  ["formula/mvbind", "mvbind(a, a) ~ x", "mvbind(a, a)"],
  ["formula/mvbind", "mvbind(a, b) ~ x; c ~ x", "mvbind(a, b)"],
  ["formula/unknown-function", "y ~ lgo(x)", "lgo"],
  ["formula/unknown-function", "y ~ x (a)", "x"],
  ["formula/unknown-function", "y ~ constructor(a)", "constructor"],
  ["formula/misplaced-function", "y ~ cbind(a, b)", "cbind"],
  ["formula/misplaced-function", "y ~ gr(a)", "gr"],
  ["formula/misplaced-function", "y ~ log(offset(a))", "offset"],
  ["formula/unknown-argument", "y ~ poly(x, 2, rwa = TRUE)", "rwa"],
  ["formula/unknown-argument", "cbind(s = a, b) ~ x", "s"],
  ["formula/unknown-argument", "y ~ (1 | gr(a, kov = A))", "kov"],
  ["formula/repeated-argument", "y ~ ns(x, df = 2, df = 3)", "df"],
  ["formula/repeated-argument", "y ~ (1 | gr(a, cov = A, cov = B))", "cov"],
  ["formula/too-many-arguments", "y ~ log(x, 2, 3)", "3"],
  ["formula/too-many-arguments", "y ~ sqrt(x, 2)", "2"],
  ["formula/too-many-arguments", "y ~ poly(x, 2, TRUE)", "TRUE"],
  ["formula/missing-argument", "y ~ poly(x)", "poly(x)"],
  ["formula/missing-argument", "y ~ log()", "log()"],
  ["formula/missing-argument", "y ~ pmin()", "pmin()"],
  ["formula/missing-argument", "y ~ relevel(x)", "relevel(x)"],
  ["formula/bar-without-parentheses", "y ~ x | g", "|"],
  ["formula/bar-without-parentheses", "y ~ x + 1 | g + z", "|"],
  ["formula/bar-without-parentheses", "y ~ x || g", "||"],
  ["formula/random-in-arithmetic", "y ~ (1 | g) * x", "(1 | g)"],
  ["formula/random-in-arithmetic", "y ~ x - (1 | g)", "(1 | g)"],
  ["formula/random-in-arithmetic", "y ~ x:(a + (1 | g))", "(1 | g)"],
  ["formula/random-in-arithmetic", "y ~ -(1 | g)", "(1 | g)"],
  ["formula/random-in-arithmetic", "y ~ (x + (1 | g))^2", "(1 | g)"],
  ["formula/random-in-arithmetic", "y ~ x * ar1(0 + t | g)", "ar1(0 + t | g)"],
  ["formula/random-in-arithmetic", "y ~ (1 | g) + x > 3", "(1 | g)"],
  ["formula/random-in-arithmetic", "y ~ !(1 | g)", "(1 | g)"],
  ["formula/nested-bar", "y ~ ((1 | g) | h)", "(1 | g)"],
  ["formula/nested-bar", "y ~ (1 | g + (1 | h))", "(1 | h)"],
  ["formula/second-bar", "y ~ (1 | a | b | c)", "|"],
  ["formula/second-bar", "y ~ (1 | 2 | b)", "|"],
  ["formula/second-bar", "y ~ us(x | g, y | h)", "us(x | g, y | h)"],
  ["formula/tied-uncorrelated", "y ~ (x || p | g)", "||"],
  ["formula/structured-uncorrelated", "y ~ us(x || g)", "||"],
  ["formula/empty-random-term", "y ~ (0 | g)", "0"],
  ["formula/empty-random-term", "y ~ (x - x - 1 | g)", "x - x - 1"],
  ["formula/unknown-structure", "y ~ arl(0 + t | g)", "arl"],
  ["formula/structure-without-bar", "y ~ ar1(0 + t)", "ar1(0 + t)"],
  ["formula/group-operator", "y ~ (1 | a + b)", "+"],
  ["formula/group-operator", "y ~ (1 | a * b)", "*"],
  ["formula/group-operator", "y ~ (1 | a %in% b)", "%in%"],
  ["formula/group-nesting", "y ~ (1 | a/(b/c))", "(b/c)"],
  ["formula/group-nesting", "y ~ (1 | (a/b):c)", ":"],
  ["formula/group-not-a-column", "y ~ (1 | 1)", "1"],
  ["formula/group-not-a-column", 'y ~ (1 | "a")', '"a"'],
  ["formula/group-not-a-column", "y ~ (1 | -a)", "-a"],
  ["formula/group-dot", "y ~ (1 | .)", "."],
  ["formula/group-combined", "y ~ (1 | gr(a):b)", "gr(a)"],
  ["formula/group-combined", "y ~ (1 | mm(a, gr(b)))", "gr(b)"],
  ["formula/group-arguments", "y ~ (1 | gr(a, b))", "gr(a, b)"],
  ["formula/group-arguments", "y ~ (1 | gr(a, cov = 3))", "3"],
  ["formula/group-arguments", "y ~ (1 | mm(a))", "mm(a)"],
  ["formula/group-arguments", "y ~ (1 | mm(a, b, scale = 3))", "3"],
];

describe("a bad formula", () => {
  it.each(table)("is refused with %s: %s", (code, formula, marked) => {
    const error = refusedFormula(formula);
    expect({ code: error.code, marked: formula.slice(error.span!.start, error.span!.end) }).toEqual({
      code,
      marked,
    });
    expect(error.source).toBe(formula);
    expect(formulaCatalogue[code]).toBeDefined();
  });

  it.each(table)("gets one lower-case sentence and a hint with %s: %s", (_code, formula) => {
    const { message, hint } = refusedFormula(formula);
    expect(message).not.toMatch(/undefined|NaN|\[object|\.$/u);
    expect(message).not.toMatch(/^[A-Z]/u);
    expect(hint).toBeTruthy();
    expect(hint).not.toMatch(/undefined|NaN|\[object|\.$/u);
  });

  it("has every code of the catalogue in this file", () => {
    const elsewhere = ["too-long", "too-deep", "too-complex", "dot-empty", "several-expressions"];
    const covered = new Set([
      ...table.map(([code]) => code),
      ...elsewhere.map((reason) => `formula/${reason}`),
    ]);
    expect([...covered].sort()).toEqual(Object.keys(formulaCatalogue).sort());
  });
});

describe("hints", () => {
  it("name the nearest function, argument or structure", () => {
    expect(refusedFormula("y ~ lgo(x)").hint).toBe("the closest name is 'log'");
    expect(refusedFormula("y ~ fcator(x)").hint).toBe("the closest name is 'factor'");
    expect(refusedFormula("y ~ poly(x, 2, rwa = TRUE)").hint).toBe("the closest name is 'raw'");
    expect(refusedFormula("y ~ hetarl(0 + t | g)").hint).toBe("the closest name is 'hetar1'");
    expect(refusedFormula("y ~ as.factor(x)").hint).toBe("use factor(x)");
  });

  it("put the parentheses where a bar needs them", () => {
    expect(refusedFormula("y ~ x + 1 | g").hint).toBe("write (1 | g)");
    expect(refusedFormula("y ~ x + days | g + z").hint).toBe("write (days | g)");
    expect(refusedFormula("y ~ days || g").hint).toBe("write (days || g)");
  });

  it("show the terms that crossed groups need", () => {
    expect(refusedFormula("y ~ (1 | plate + sample)").hint).toContain("(1 | plate) + (1 | sample)");
    expect(refusedFormula("y ~ (1 | a * b)").hint).toBe("write (1 | a) + (1 | b) + (1 | a:b)");
  });

  it("offer both readings of two names without an operator", () => {
    expect(refusedFormula("y ~ body weight").hint).toContain("`body weight`");
  });
});

describe("limits", () => {
  it("refuses a text of more than 200,000 characters", () => {
    expect(refusedFormula(`y ~ ${"x + ".repeat(50_000)}x`).code).toBe("formula/too-long");
  });

  it("refuses deep nesting wherever it stands", () => {
    const deep = (open: string, close: string): string =>
      `y ~ ${open.repeat(20_000)}x${close.repeat(20_000)}`;
    for (const [open, close] of [
      ["(", ")"],
      ["log(", ")"],
      ["-", ""],
      ["!", ""],
      ["a^", ""],
      ["(1|", ")"],
      ["I(a+", ")"],
    ]) {
      expect(refusedFormula(deep(open!, close!)).code).toBe("formula/too-deep");
    }
    expect(refusedFormula(`y ~ I(${"x + ".repeat(20_000)}x)`).code).toBe("formula/too-deep");
    expect(refusedFormula(`${"y + ".repeat(20_000)}y ~ x`).code).toBe("formula/too-deep");
    expect(refusedFormula(`y ~ (1 | ${"g:".repeat(20_000)}1)`).code).toBe("formula/group-not-a-column");
  });

  it("refuses an expansion into too many terms or too large products", () => {
    const letters = Array.from({ length: 40 }, (_, i) => `x${i}`);
    expect(refusedFormula(`y ~ ${letters.join("*")}`).code).toBe("formula/too-complex");
    expect(refusedFormula(`y ~ (${letters.join("+")})^20`).code).toBe("formula/too-complex");
    const many = Array.from({ length: 5000 }, (_, i) => `x${i}`);
    expect(refusedFormula(`y ~ ${many.join(":")}`).code).toBe("formula/too-complex");
    expect(refusedFormula(`y ~ (${many.join("+")})/z`).code).toBe("formula/too-complex");
  });

  it("refuses '.' when every column is taken", () => {
    expect(refusedFormula("y ~ . + (1 | g)", { columns: ["y", "g"] }).code).toBe("formula/dot-empty");
  });

  it("takes long sums, and high powers that change nothing", () => {
    const many = Array.from({ length: 10_000 }, (_, i) => `x${i}`);
    expect(parseFormula(`y ~ ${many.join(" + ")}`).traits[0]!.fixed.terms).toHaveLength(10_000);
    expect(parseFormula("y ~ (a + b)^1000000000").traits[0]!.fixed.terms).toHaveLength(3);
  });
});

describe("a bad expression", () => {
  it.each([
    ["formula/several-expressions", "x > 1; x < 2"],
    ["formula/scalar-logical", "x > 1 && x < 2"],
    ["formula/tilde-inside", "y ~ x"],
    ["formula/equals-sign", "x = 2"],
    ["formula/unexpected-character", "p[2,1]"],
    ["formula/empty", ""],
  ])("is refused with %s: %s", (code, source) => {
    expect(errorOf(() => parseExpression(source)).code).toBe(code);
  });
});
