import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { abbreviate } from "../../../src/report/abbreviate.ts";
import {
  formatNumbers,
  formatPValues,
  roundTo,
  toDecimals,
  zapSmall,
} from "../../../src/report/numberFormat.ts";

interface Reference {
  formats: { values: number[]; four: string[]; seven: string[]; three: string[]; zapped: string[] }[];
  pvalues: { values: number[]; three: string[]; four: string[] }[];
  abbreviations: { names: string[]; six: string[]; eleven: string[] }[];
}

/** Written by R 4.2.2: test/golden/generate/printedTables.R */
const reference = JSON.parse(
  readFileSync(new URL("../../golden/r/numberFormats.json", import.meta.url), "utf8"),
) as Reference;
const trimmed = (texts: string[]): string[] => texts.map((text) => text.trim());

describe("numbers as R prints them", () => {
  it("formats columns to common decimals as R's format()", () => {
    for (const { values, three, four, seven } of reference.formats) {
      expect(formatNumbers(values, 3)).toEqual(trimmed(three));
      expect(formatNumbers(values, 4)).toEqual(trimmed(four));
      expect(formatNumbers(values, 7)).toEqual(trimmed(seven));
    }
  });

  it("zaps small entries as R's zapsmall()", () => {
    for (const { values, zapped } of reference.formats) {
      expect(formatNumbers(zapSmall(values, 5), 4)).toEqual(trimmed(zapped));
    }
  });

  it("writes p-values as R's format.pval()", () => {
    for (const { values, three, four } of reference.pvalues) {
      expect(formatPValues(values, 3)).toEqual(trimmed(three));
      expect(formatPValues(values, 4)).toEqual(trimmed(four));
    }
  });

  it("rounds exact ties to the even digit", () => {
    expect([0.5, 1.5, 2.5, -2.5].map((x) => toDecimals(x, 0))).toEqual(["0", "2", "2", "-2"]);
    expect(toDecimals(0.125, 2)).toBe("0.12");
    expect(roundTo(1234.5, -2)).toBe(1200);
  });

  it("writes missing and infinite numbers without JavaScript's words", () => {
    expect(formatNumbers([null, Number.NaN, Number.POSITIVE_INFINITY, 1.5], 4)).toEqual([
      "NA",
      "NA",
      "Inf",
      "1.5",
    ]);
    expect(formatPValues([null, 0.5], 3)).toEqual(["NA", "0.5"]);
  });
});

describe("abbreviate", () => {
  it("shortens names as R's abbreviate()", () => {
    for (const { names, six, eleven } of reference.abbreviations) {
      expect(abbreviate(names, 6)).toEqual(six);
      expect(abbreviate(names, 11)).toEqual(eleven);
    }
  });
});
