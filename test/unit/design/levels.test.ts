import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareCodePoints,
  dropUnusedLevels,
  numberLabels,
  rankNumbers,
  rankText,
} from "../../../src/design/levels.ts";

describe("rankNumbers", () => {
  it("gives the rank of each value among the distinct ones, integers and others", () => {
    const value = fc.oneof(
      fc.integer({ min: -50, max: 50 }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constant(Number.NaN),
      fc.constant(-0),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 200 }), (values) => {
        const { codes, levels } = rankNumbers(Float64Array.from(values));
        const distinct = [...new Set(values.filter((x) => !Number.isNaN(x)))].sort((a, b) => a - b);
        expect(Array.from(levels, (x) => x + 0)).toEqual(distinct.map((x) => x + 0));
        values.forEach((x, i) => {
          expect(codes[i]).toBe(Number.isNaN(x) ? -1 : distinct.indexOf(x));
        });
      }),
    );
  });

  it("holds many distinct values", () => {
    const values = Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i));
    const { codes, levels } = rankNumbers(values);
    expect(levels.length).toBe(5000);
    expect(levels.every((x, k) => k === 0 || x > levels[k - 1]!)).toBe(true);
    values.forEach((x, i) => {
      expect(levels[codes[i]!]).toBe(x);
    });
  });
});

describe("text levels", () => {
  it("are sorted by code point, used ones only", () => {
    const levels = ["b", "\u{1F600}", "unused", "\uFFFD", "B", "a", "ab"];
    const codes = Int32Array.of(0, 1, -1, 3, 4, 5, 6, 0);
    const ranked = rankText(codes, levels);
    expect(ranked.levels).toEqual(["B", "a", "ab", "b", "\uFFFD", "\u{1F600}"]);
    expect(Array.from(ranked.codes)).toEqual([3, 5, -1, 4, 0, 1, 2, 3]);
    expect(dropUnusedLevels(codes, levels).levels).toEqual(["b", "\u{1F600}", "\uFFFD", "B", "a", "ab"]);
  });

  it("compare like arrays of code points", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        const x = Array.from(a, (c) => c.codePointAt(0)!);
        const y = Array.from(b, (c) => c.codePointAt(0)!);
        const k = x.findIndex((value, i) => value !== y[i]);
        const expected =
          k < 0 ? Math.sign(x.length - y.length) : k >= y.length ? 1 : Math.sign(x[k]! - y[k]!);
        expect(Math.sign(compareCodePoints(a, b))).toBe(expected);
      }),
    );
  });
});

it("labels numbers with 15 digits, and all digits where those are the same", () => {
  expect(numberLabels(Float64Array.of(-1, 0.1 + 0.2, 2.5, 100000))).toEqual(["-1", "0.3", "2.5", "100000"]);
  expect(numberLabels(Float64Array.of(0.3, 0.1 + 0.2))).toEqual(["0.3", "0.30000000000000004"]);
});
