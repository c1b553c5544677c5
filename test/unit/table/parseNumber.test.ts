import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNumber, parseNumberText } from "../../../src/table/parseNumber.ts";

describe("parseNumber", () => {
  it("gives the same double as the language for every finite number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumberText(String(value))).toBe(value === 0 ? 0 : value);
      }),
      { numRuns: 2000 },
    );
  });

  it("rounds decimals of any length correctly", () => {
    const digits = fc.stringMatching(/^[0-9]{1,25}$/);
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: -330, max: 310 }), (whole, fraction, exponent) => {
        const text = `${whole}.${fraction}e${exponent}`;
        expect(parseNumberText(text)).toBe(Number(text));
        expect(parseNumberText(text.replace(".", ","), ",")).toBe(Number(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("rounds the classic hard cases correctly", () => {
    for (const text of [
      "9007199254740993",
      "2.2250738585072011e-308",
      "1.7976931348623157e308",
      "5e-324",
      "1e23",
      "8.5e22",
      "0.1",
      "1e400",
    ]) {
      expect(parseNumberText(text)).toBe(Number(text));
    }
  });

  it("keeps the sign of zero", () => {
    expect(parseNumberText("-0.0")).toBe(-0);
  });

  it("does not read beyond the given range", () => {
    const bytes = new TextEncoder().encode("12345");
    expect(parseNumber(bytes, 1, 3, 46)).toBe(23);
  });

  it("refuses what is not a number", () => {
    for (const text of [
      "",
      " ",
      ".",
      "-",
      "+.",
      "e",
      "1e",
      "1e+",
      "1e1.5",
      "0x10",
      "1_0",
      "NaN",
      "NA",
      "١",
      "in",
      "infinite",
      "1f",
    ]) {
      expect(parseNumberText(text), text).toBeNaN();
    }
  });
});
