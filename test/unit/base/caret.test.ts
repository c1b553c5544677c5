import { describe, expect, it } from "vitest";
import { caret } from "../../../src/base/caret.ts";

describe("caret", () => {
  it("marks the span under its line", () => {
    expect(caret("Reacton ~ Days", { start: 0, end: 7 })).toBe("Reacton ~ Days\n^^^^^^^");
    expect(caret("y ~ x + zz", { start: 8, end: 10 })).toBe("y ~ x + zz\n        ^^");
  });

  it("marks the end of the text with one caret", () => {
    expect(caret("y ~", { start: 3, end: 3 })).toBe("y ~\n   ^");
    expect(caret("", { start: 0, end: 0 })).toBe("\n^");
  });

  it("shows only the line of the span", () => {
    expect(caret("y ~ a +\n  bb +\n  c", { start: 10, end: 12 })).toBe("  bb +\n  ^^");
    expect(caret("y ~ a +\r\n  bb", { start: 11, end: 13 })).toBe("  bb\n  ^^");
  });

  it("marks a span over several lines to the end of its first", () => {
    expect(caret("y ~ (a +\n b)", { start: 4, end: 12 })).toBe("y ~ (a +\n    ^^^^");
  });

  it("gives tabs the width of their blanks", () => {
    expect(caret("y\t~ x", { start: 4, end: 5 })).toBe("y   ~ x\n      ^");
  });

  it("gives wide characters two places and combining marks none", () => {
    expect(caret("体重 ~ x", { start: 5, end: 6 })).toBe("体重 ~ x\n       ^");
    expect(caret("体重 ~ x", { start: 0, end: 2 })).toBe("体重 ~ x\n^^^^");
    expect(caret("cafe\u0301 ~ x", { start: 8, end: 9 })).toBe("cafe\u0301 ~ x\n       ^");
    expect(caret("🐖 ~ x", { start: 0, end: 2 })).toBe("🐖 ~ x\n^^");
  });

  it("cuts a long line around the span", () => {
    const source = `y ~ ${"a + ".repeat(1000)}zz + ${"b + ".repeat(1000)}c`;
    const start = source.indexOf("zz");
    const [line, marks] = caret(source, { start, end: start + 2 }).split("\n");
    expect(line!.length).toBeLessThanOrEqual(102);
    expect(line!.startsWith("…") && line!.endsWith("…")).toBe(true);
    expect(line!.slice(marks!.indexOf("^"), marks!.length)).toBe("zz");
  });

  it("takes spans outside the text to its ends", () => {
    expect(caret("y ~ x", { start: 99, end: 120 })).toBe("y ~ x\n     ^");
    expect(caret("y ~ x", { start: -3, end: 1 })).toBe("y ~ x\n^");
  });

  it("is quick on a line of a million characters", () => {
    const source = "x".repeat(1_000_000);
    const begin = performance.now();
    caret(source, { start: 500_000, end: 900_000 });
    expect(performance.now() - begin).toBeLessThan(500);
  });

  it("prints no control characters", () => {
    expect(caret("y \u001b[31m~ x", { start: 0, end: 1 })).toBe("y [31m~ x\n^");
  });
});
