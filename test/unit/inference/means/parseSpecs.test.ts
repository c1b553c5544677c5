import { describe, expect, it } from "vitest";
import { parseSpecs } from "../../../../src/inference/means/parseSpecs.ts";
import { errorOf } from "../../base/errorOf.ts";

describe("parseSpecs", () => {
  it("reads variables, contrasts and groups", () => {
    expect(parseSpecs("treat")).toEqual({ contrast: null, of: ["treat"], by: [] });
    expect(parseSpecs("~ treat * dose")).toEqual({ contrast: null, of: ["treat", "dose"], by: [] });
    expect(parseSpecs("treat:dose")).toEqual({ contrast: null, of: ["treat", "dose"], by: [] });
    expect(parseSpecs("pairwise ~ treat | sex + block")).toEqual({
      contrast: "pairwise",
      of: ["treat"],
      by: ["sex", "block"],
    });
    expect(parseSpecs("trt.vs.ctrl~a,b|c")).toEqual({ contrast: "trt.vs.ctrl", of: ["a", "b"], by: ["c"] });
  });

  it("reads the overall mean, names in backquotes and calls", () => {
    expect(parseSpecs("~ 1")).toEqual({ contrast: null, of: [], by: [] });
    expect(parseSpecs("1 | sex")).toEqual({ contrast: null, of: [], by: ["sex"] });
    expect(parseSpecs("~ `my treat` | factor(dose)")).toEqual({
      contrast: null,
      of: ["my treat"],
      by: ["factor(dose)"],
    });
    expect(parseSpecs("~ factor(x, levels = c(1, 2))").of).toEqual(["factor(x, levels = c(1, 2))"]);
  });

  it("names a variable once", () => {
    expect(parseSpecs("a * b + a").of).toEqual(["a", "b"]);
  });

  for (const [text, start] of [
    ["", 0],
    ["~", 1],
    ["a ~ b ~ c", 6],
    ["a + ~ b", 2],
    ["~ a |", 5],
    ["~ | a", 5],
    ["~ a b", 4],
    ["~ a *", 4],
    ["~ a | b | c", 8],
    ["~ 1 + a", 2],
    ["~ `a", 2],
    ["~ ``", 2],
  ] as const) {
    it(`points at what is wrong in '${text}'`, () => {
      const thrown = errorOf(() => parseSpecs(text));
      expect(thrown.code).toBe("means/specs");
      expect(thrown.hint).toBeTruthy();
      expect(thrown.source).toBe(text);
      if (text !== "~ | a") expect(thrown.span!.start).toBe(start);
    });
  }
});
