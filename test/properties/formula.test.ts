import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caret } from "../../src/base/caret.ts";
import { HendersonError } from "../../src/base/errors.ts";
import { formulaCatalogue } from "../../src/formula/catalogue.ts";
import { deparse } from "../../src/formula/deparse.ts";
import type { Expression } from "../../src/formula/expression.ts";
import { parseExpression } from "../../src/formula/parseExpression.ts";
import { parseFormula } from "../../src/formula/parseFormula.ts";

const words = [
  ..."y x z g a b . 0 1 2 -1 1e5 .5 pi TRUE I( log( poly( offset( factor( gr( mm( ar1( fa( cbind( mvbind( c(".split(
    " ",
  ),
  ..."( ) ( ) | || ~ + - * / : ^ %in% %% , ; = == < & ! ` ' \" cov= raw= | g) +(1|g) (x||g) # $ “ é 体 \t \n".split(
    " ",
  ),
];

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ maxLength: 60 }),
  fc.array(fc.constantFrom(...words), { maxLength: 25 }).map((list) => list.join(" ")),
  fc.array(fc.constantFrom(...words), { maxLength: 25 }).map((list) => `y ~ ${list.join("")}`),
);

/** The error a text is refused with, or null; anything but one of our errors fails the test. */
function refusal(parse: () => unknown): HendersonError | null {
  try {
    parse();
    return null;
  } catch (error) {
    if (error instanceof HendersonError) return error;
    throw error;
  }
}

const name = fc.constantFrom("a", "b", "c", "my column", "größe", "x.1", "if");
const place = { span: { start: 0, end: 0 } };

const expression: fc.Arbitrary<Expression> = fc.letrec<{ node: Expression }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    name.map((column): Expression => ({ kind: "column", name: column, ...place })),
    fc.double({ min: 0, max: 1e300, noNaN: true, noDefaultInfinity: true }).map((x): Expression => {
      return { kind: "number", value: Number(x.toPrecision(15)), ...place };
    }),
    fc.string({ maxLength: 5 }).map((value): Expression => ({ kind: "string", value, ...place })),
    fc.boolean().map((value): Expression => ({ kind: "logical", value, ...place })),
    fc
      .tuple(fc.constantFrom("-", "+", "!"), tie("node"))
      .map(([operator, operand]): Expression => ({ kind: "unary", operator, operand, ...place })),
    fc
      .tuple(
        fc.constantFrom(
          "+",
          "-",
          "*",
          "/",
          "^",
          "%%",
          "==",
          "!=",
          "<",
          "<=",
          ">",
          ">=",
          "&",
          "|",
          ":",
          "%in%",
        ),
        tie("node"),
        tie("node"),
      )
      .map(([operator, left, right]): Expression => ({ kind: "binary", operator, left, right, ...place })),
    fc
      .tuple(fc.constantFrom("log", "I", "pmin"), tie("node"))
      .map(([call, value]): Expression => ({ kind: "call", name: call, arguments: [{ value }], ...place })),
  ),
})).node;

/** Processor time in milliseconds that reading or refusing a text takes, whatever else the machine does. */
function cost(source: string): number {
  const begin = process.cpuUsage();
  refusal(() => parseFormula(source));
  const { user } = process.cpuUsage(begin);
  return user / 1000;
}

/** The tree without places and parentheses. */
function shape(tree: Expression): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value) => (key === "span" || key === "parentheses" ? undefined : value)),
  );
}

describe("the formula parser", () => {
  it("either reads a text or refuses it with a known code, a span inside it, and a plain message", () => {
    fc.assert(
      fc.property(anyText, (source) => {
        for (const parse of [parseFormula, parseExpression]) {
          const error = refusal(() => parse(source));
          if (error === null) continue;
          expect(Object.keys(formulaCatalogue)).toContain(error.code);
          const { start, end } = error.span!;
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(source.length);
          expect(caret(source, error.span!).split("\n")).toHaveLength(2);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("reads a formula again from the texts of its terms", () => {
    fc.assert(
      fc.property(anyText, (source) => {
        let parsed: ReturnType<typeof parseFormula> | undefined;
        if (refusal(() => (parsed = parseFormula(source))) !== null) return;
        const { fixed } = parsed!.traits[0]!;
        // a comparison is a variable that needs parentheses in a sum
        const texts = fixed.terms.map(({ variables }) => variables.map(({ text }) => `(${text})`).join(":"));
        const again = parseFormula(`zzz ~ ${[fixed.intercept ? "1" : "0", ...texts].join(" + ")}`);
        expect(again.traits[0]!.fixed.intercept).toBe(fixed.intercept);
        expect(
          again.traits[0]!.fixed.terms.map(({ variables }) => variables.map(({ text }) => text).sort()),
        ).toEqual(fixed.terms.map(({ variables }) => variables.map(({ text }) => text).sort()));
      }),
      { numRuns: 2000 },
    );
  });

  it("reads what deparse writes as the same tree", () => {
    fc.assert(
      fc.property(expression, (tree) => {
        expect(shape(parseExpression(deparse(tree)))).toEqual(shape(tree));
      }),
      { numRuns: 2000 },
    );
  });

  it("answers within a second for a megabyte of anything", () => {
    const pieces = [
      ...words,
      "((((",
      "))))",
      "x+",
      "x:",
      "x*",
      "(1|g)+",
      "a^",
      "log(",
      "`",
      "\\",
      "I(x)+",
      "g/",
      "-",
      "x y ",
    ];
    for (const piece of pieces) {
      for (const length of [200_000, 1_000_000]) {
        const source = `y ~ ${piece.repeat(Math.ceil(length / piece.length))}`.slice(0, length - 10);
        expect(cost(source), `for ${piece}`).toBeLessThan(1000);
      }
    }
  });

  it("answers within a second for a long text of different names", () => {
    for (const operator of ["+", "-", "*", "/", ":", "^", "%in%", ",", "|", " "]) {
      const names = Array.from({ length: 20_000 }, (_, i) => `x${i}`).join(operator);
      for (const source of [
        `y ~ ${names}`,
        `y ~ (1 | ${names})`,
        `y ~ (${names} | g)`,
        `y ~ I(${names})`,
        `y ~ mm(${names})`,
      ]) {
        expect(cost(source), `for ${operator}`).toBeLessThan(1000);
      }
    }
  });
});
