import { describe, expect, it } from "vitest";
import { deparse } from "../../../src/formula/deparse.ts";
import { parseExpression } from "../../../src/formula/parseExpression.ts";
import { columnsOf } from "../../../src/formula/variable.ts";

describe("parseExpression", () => {
  it("reads a subset condition with its columns", () => {
    const condition = parseExpression("Days > 2 & !(Subject %in% c('308', \"309\")) | is_ok");
    expect(deparse(condition)).toBe('Days > 2 & !(Subject %in% c("308", "309")) | is_ok');
    expect([...columnsOf(condition)]).toEqual(["Days", "Subject", "is_ok"]);
  });

  it("gives every node its place in the text", () => {
    const source = "a + log(b * 2)";
    const sum = parseExpression(source);
    if (sum.kind !== "binary" || sum.right.kind !== "call") throw new Error("not a sum with a call");
    const product = sum.right.arguments[0]!.value;
    expect(source.slice(sum.span.start, sum.span.end)).toBe(source);
    expect(source.slice(sum.right.span.start, sum.right.span.end)).toBe("log(b * 2)");
    expect(source.slice(product.span.start, product.span.end)).toBe("b * 2");
  });

  it("takes entries and products of groups as names of components when asked", () => {
    const names = (text: string): string[] => [...columnsOf(parseExpression(text, { componentNames: true }))];
    expect(names("p[2,1] / sqrt(p[1,1] * p[2, 2])")).toEqual(["p[2,1]", "p[1,1]", "p[2,2]"]);
    expect(names("block:harvest / (block:harvest + residual)")).toEqual(["block:harvest", "residual"]);
    expect(names("a:b[1,1] + Subject.Days + cow.A")).toEqual(["a:b[1,1]", "Subject.Days", "cow.A"]);
    expect(names("`mate1+mate2` / residual")).toEqual(["mate1+mate2", "residual"]);
  });

  it("has R's precedence", () => {
    const shape = (text: string): string => {
      const show = (e: ReturnType<typeof parseExpression>): string => {
        if (e.kind === "binary") return `(${show(e.left)} ${e.operator} ${show(e.right)})`;
        if (e.kind === "unary") return `(${e.operator}${show(e.operand)})`;
        return deparse({ ...e, parentheses: 0 });
      };
      return show(parseExpression(text));
    };
    expect(shape("-a^2")).toBe("(-(a ^ 2))");
    expect(shape("a^-b^c")).toBe("(a ^ (-(b ^ c)))");
    expect(shape("a^b^c")).toBe("(a ^ (b ^ c))");
    expect(shape("a - b - c")).toBe("((a - b) - c)");
    expect(shape("a / b * c")).toBe("((a / b) * c)");
    expect(shape("-a:b")).toBe("((-a) : b)");
    expect(shape("a * b %in% c:d")).toBe("(a * (b %in% (c : d)))");
    expect(shape("!a == b & c")).toBe("((!(a == b)) & c)");
    expect(shape("a | b & c < d + e")).toBe("(a | (b & (c < (d + e))))");
    expect(shape("2 * -a + b")).toBe("((2 * (-a)) + b)");
  });
});

describe("deparse", () => {
  it("adds the parentheses that a tree without them needs", () => {
    const span = { start: 0, end: 0 };
    const a = { kind: "column", name: "a", span } as const;
    const sum = { kind: "binary", operator: "+", left: a, right: a, span } as const;
    const minus = { kind: "unary", operator: "-", operand: a, span } as const;
    const not = { kind: "unary", operator: "!", operand: a, span } as const;
    expect(deparse({ kind: "binary", operator: "*", left: sum, right: a, span })).toBe("(a + a) * a");
    expect(deparse({ kind: "binary", operator: "-", left: a, right: sum, span })).toBe("a - (a + a)");
    expect(deparse({ kind: "binary", operator: "+", left: sum, right: a, span })).toBe("a + a + a");
    expect(deparse({ kind: "binary", operator: "^", left: minus, right: minus, span })).toBe("(-a)^-a");
    expect(deparse({ kind: "binary", operator: "+", left: not, right: not, span })).toBe("(!a) + (!a)");
    expect(deparse({ kind: "unary", operator: "-", operand: sum, span })).toBe("-(a + a)");
  });
});
