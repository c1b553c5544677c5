import { describe, expect, it } from "vitest";
import { deparse } from "../../../src/formula/deparse.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import type { Grouping, RandomTermSyntax } from "../../../src/formula/terms.ts";

function randomTerms(text: string): readonly RandomTermSyntax[] {
  return parseFormula(`y ~ ${text}`).traits[0]!.random;
}

function groupText(grouping: Grouping): string {
  switch (grouping.kind) {
    case "interaction":
      return grouping.name;
    case "gr":
      return `gr ${grouping.name} ${grouping.relationship}`;
    case "mm":
      return `mm ${grouping.name} ${grouping.relationship} ${grouping.scale}`;
  }
}

/** coefficients, structure and group of each term, as one line */
function summaries(text: string): string[] {
  return randomTerms(text).map(({ left, uncorrelated, structure, structureArguments, id, grouping }) => {
    const coefficients = [left.intercept ? "1" : "0", ...left.terms.map((term) => term.text)].join(" + ");
    const numbers = structureArguments.map((number) => `, ${deparse(number)}`).join("");
    const bar = id !== null ? `|${id}|` : uncorrelated ? "||" : "|";
    return `${structure}(${coefficients}${numbers}) ${bar} ${groupText(grouping)}`;
  });
}

describe("random terms", () => {
  it.each([
    ["(1 | g)", ["us(1) | g"]],
    ["(x | g)", ["us(1 + x) | g"]],
    ["(x || g)", ["us(1 + x) || g"]],
    ["(0 + x | g)", ["us(0 + x) | g"]],
    ["(x - 1 | g)", ["us(0 + x) | g"]],
    ["(x * f | g)", ["us(1 + x + f + x:f) | g"]],
    ["(poly(t,2) | g)", ["us(1 + poly(t, 2)) | g"]],
    ["(0 + legendre(t, 2) | g)", ["us(0 + legendre(t, 2)) | g"]],
    ["(1 | a) + (1 | b)", ["us(1) | a", "us(1) | b"]],
    ["(1 | a/b)", ["us(1) | a", "us(1) | a:b"]],
    ["(1 | a/b/c)", ["us(1) | a", "us(1) | a:b", "us(1) | a:b:c"]],
    ["(x || a/b)", ["us(1 + x) || a", "us(1 + x) || a:b"]],
    ["(1 | a:b)", ["us(1) | a:b"]],
    ["(1 | b:a)", ["us(1) | b:a"]],
    ["(1 | a:b:c)", ["us(1) | a:b:c"]],
    ["(1 | a:b/c)", ["us(1) | a:b", "us(1) | a:b:c"]],
    ["(1 | a/b:c)", ["us(1) | a", "us(1) | a:b:c"]],
    ["(1 | (a/b)/c)", ["us(1) | a", "us(1) | a:b", "us(1) | a:b:c"]],
    ["(1 | a/(b:c))", ["us(1) | a", "us(1) | a:b:c"]],
    ["(1 | factor(x))", ["us(1) | factor(x)"]],
    ["(1 | `my group`)", ["us(1) | `my group`"]],
    ["((1 | g))", ["us(1) | g"]],
    ["(z + (1 | g))", ["us(1) | g"]],
    ["+(1 | g)", ["us(1) | g"]],
    ["(1 | g) - 1", ["us(1) | g"]],
    ["us(x | g)", ["us(1 + x) | g"]],
    ["diag(0 + f | g)", ["diag(0 + f) | g"]],
    ["cs(0 + f | a/b)", ["cs(0 + f) | a", "cs(0 + f) | a:b"]],
    ["homcs(0 + f | g)", ["homcs(0 + f) | g"]],
    ["ar1(0 + time | g)", ["ar1(0 + time) | g"]],
    ["hetar1(0 + time | g)", ["hetar1(0 + time) | g"]],
    ["rr(0 + env | g, 2)", ["rr(0 + env, 2) | g"]],
    ["fa(env, 2 | g)", ["fa(1 + env, 2) | g"]],
    ["(1 | gr(animal, cov = A))", ["us(1) | gr animal A"]],
    ["(1 | gr(animal))", ["us(1) | gr animal null"]],
    ["(1 | mm(m1, m2))", ["us(1) | mm m1+m2 null false"]],
    ["(1 | mm(m1, m2, cov = A))", ["us(1) | mm m1+m2 A false"]],
    ["(1 | mm(a, b, c, scale = TRUE))", ["us(1) | mm a+b+c null true"]],
    ["(1 |p| gr(calf, cov = A)) + (1 |p| gr(dam, cov = A))", ["us(1) |p| gr calf A", "us(1) |p| gr dam A"]],
    ["us(x |p| gr(dam, cov = A))", ["us(1 + x) |p| gr dam A"]],
    ["(1 | p | g)", ["us(1) |p| g"]],
  ])("%s", (text, expected) => {
    expect(summaries(text)).toEqual(expected);
  });

  it("keep the text as written and its place", () => {
    const source = "y ~ x + ( 1|a/b )";
    const { random } = parseFormula(source).traits[0]!;
    for (const { text, span } of random) {
      expect(text).toBe("( 1|a/b )");
      expect(source.slice(span.start, span.end)).toBe(text);
    }
  });

  it("leave the fixed part without them", () => {
    const { fixed } = parseFormula("y ~ (1 | g) + x + ar1(0 + t | g) + z:x").traits[0]!;
    expect(fixed.terms.map(({ text }) => text)).toEqual(["x", "x:z"]);
    expect(fixed.intercept).toBe(true);
  });

  it("do not set the order of variables in the fixed part", () => {
    const { fixed } = parseFormula("y ~ (z | g) + x:z + z").traits[0]!;
    expect(fixed.terms.map(({ text }) => text)).toEqual(["z", "x:z"]);
  });

  it("may use a logical or inside a function", () => {
    expect(parseFormula("y ~ I(a | b)").traits[0]!.fixed.terms[0]!.text).toBe("I(a | b)");
  });
});

describe("several traits", () => {
  it("are the columns of mvbind with one model", () => {
    const { traits } = parseFormula("mvbind(y1, log(y2)) ~ x + (1 | g)");
    expect(traits).toHaveLength(1);
    const { response } = traits[0]!;
    expect(response.kind === "mvbind" && response.variables.map(({ text }) => text)).toEqual([
      "y1",
      "log(y2)",
    ]);
  });

  it("are formulas joined by ;", () => {
    const source = "fat1 ~ hys1 + (1 |a| gr(cow, cov = A)); fat2 ~ hys2 + (1 |a| gr(cow, cov = A))";
    const { traits } = parseFormula(source);
    expect(traits.map(({ fixed }) => fixed.terms.map(({ text }) => text))).toEqual([["hys1"], ["hys2"]]);
    expect(traits.map(({ random }) => random.map(({ id }) => id))).toEqual([["a"], ["a"]]);
    const span = traits[1]!.fixed.terms[0]!.span;
    expect(source.slice(span.start, span.end)).toBe("hys2");
  });
});

describe("'.'", () => {
  const columns = ["y", "n", "a", "b", "g", "h", "my column"];

  it("is every column that is neither in the response nor a group", () => {
    const terms = (source: string): string[] =>
      parseFormula(source, { columns }).traits[0]!.fixed.terms.map(({ text }) => text);
    expect(terms("y ~ . + (a | g)")).toEqual(["n", "a", "b", "h", "`my column`"]);
    expect(terms("log(y/n) ~ . + (1 | g/h)")).toEqual(["a", "b", "`my column`"]);
    expect(terms("cbind(y, n - y) ~ . + (1 | gr(g, cov = A))")).toEqual(["a", "b", "h", "`my column`"]);
    expect(terms("mvbind(y, n) ~ . - a + (1 | mm(g, h))")).toEqual(["b", "`my column`"]);
  });
});

describe("variables", () => {
  it("keep the argument names in their text and the parameters' order in their tree", () => {
    const tree = (text: string): string => {
      const [term] = parseFormula(`y ~ ${text}`).traits[0]!.fixed.terms;
      expect(term!.text).toBe(text);
      return deparse(term!.variables[0]!.expression);
    };
    expect(tree("poly(x, degree = 2)")).toBe("poly(x, 2)");
    expect(tree("poly(raw = TRUE, degree = 2, x = z)")).toBe("poly(z, 2, raw = TRUE)");
    expect(tree("ns(x, df = 3)")).toBe("ns(x, 3)");
    expect(tree('relevel(x, "b")')).toBe('relevel(x, ref = "b")');
    expect(tree('factor(x, c("a", "b"))')).toBe('factor(x, levels = c("a", "b"))');
    expect(tree("legendre(t, 2, from = 0, to = 10)")).toBe("legendre(t, 2, from = 0, to = 10)");
    expect(tree("scale(x, FALSE)")).toBe("scale(x, center = FALSE)");
    expect(tree("log(x, base = 2)")).toBe("log(x, 2)");
    expect(tree("bs(x, knots = c(1, 2), degree = 2)")).toBe("bs(x, degree = 2, knots = c(1, 2))");
  });

  it("read pi as the constant unless it is a column", () => {
    const expression = (columns?: readonly string[]): string => {
      const options = columns === undefined ? {} : { columns };
      const call = parseFormula("y ~ sin(2 * pi * t)", options).traits[0]!.fixed.terms[0]!.variables[0]!;
      expect(call.text).toBe("sin(2 * pi * t)");
      return JSON.stringify(call.expression);
    };
    expect(expression()).toContain(String(Math.PI));
    expect(expression(["y", "t", "pi"])).toContain('"name":"pi"');
  });

  it("may have Unicode letters and backquoted names of any kind", () => {
    const { response, fixed } = parseFormula("größe ~ 体重 + `a \\` b` + x.1_b").traits[0]!;
    expect(response.kind === "single" && response.variable.text).toBe("größe");
    expect(fixed.terms.map(({ text }) => text)).toEqual(["体重", "`a \\` b`", "x.1_b"]);
    expect(fixed.terms[1]!.variables[0]!.expression).toMatchObject({ kind: "column", name: "a ` b" });
  });

  it("are found across line breaks, tabs and typographic blanks", () => {
    const { fixed } = parseFormula("y ~ a +\r\n\tb\u00a0+ c").traits[0]!;
    expect(fixed.terms.map(({ text }) => text)).toEqual(["a", "b", "c"]);
  });
});
