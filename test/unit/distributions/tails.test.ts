import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { functions } from "./functions.ts";

type Row = readonly [string, readonly (number | string)[], boolean, boolean, number | string];

/** What the issue asks for, relative. */
const tolerance = 1e-11;

const read = (name: string): readonly Row[] => {
  const text = readFileSync(new URL(`../../reference/data/${name}`, import.meta.url), "utf8");
  return (JSON.parse(text) as { rows: Row[] }).rows;
};
const toNumber = (value: number | string): number =>
  typeof value === "number" ? value : value === "Inf" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
const keyOf = (row: Row): string => JSON.stringify(row.slice(0, 4));

const rows = read("distributionsTails.json").filter(([name]) => !name.startsWith("studentizedRange"));
/** truth in 50 digits where R does not have it; see the script that made the file */
const truths = new Map(read("distributionsDisputed.json").map((row) => [keyOf(row), toNumber(row[4])]));

function relativeError(actual: number, expected: number, isLogarithm: boolean): number {
  if (actual === expected) return 0;
  // below the normal range a double has no eleven digits
  if (Math.abs(expected) < 1e-306 && Math.abs(actual) < 1e-306) return 0;
  // the logarithm of a number within a rounding of one
  if (isLogarithm && Math.abs(actual - expected) <= 1e-15) return 0;
  const error = Math.abs(actual - expected) / Math.abs(expected);
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

/** Whether the probability lies between those at q (1 - 1e-11) and q (1 + 1e-11), by the distribution function, which R confirms. */
function givesItsProbabilityBack([name, args, lower, log]: Row, quantile: number): boolean {
  const [p, ...rest] = args.map(toNumber) as [number, ...number[]];
  const cdf = functions[name.replace("Quantile", "Cdf")]!;
  const at = (q: number): number => cdf([q, ...rest], { lower, log });
  if (quantile === Number.POSITIVE_INFINITY) return !lower && at(Number.MAX_VALUE) > p;
  const ends = [at(quantile * (1 - tolerance)), at(quantile * (1 + tolerance))];
  return Math.min(...ends) <= p && p <= Math.max(...ends);
}

describe("far tails, huge and tiny parameters", () => {
  const names = [...new Set(rows.map(([name]) => name))];

  for (const name of names.filter((each) => !each.endsWith("Quantile"))) {
    const some = rows.filter((row) => row[0] === name);
    const disputed = some.filter((row) => truths.has(keyOf(row))).length;
    it(`${name} agrees to ${tolerance} on ${some.length} values, on ${disputed} of them with 50 digits instead of R`, () => {
      const wrong = some.flatMap((row) => {
        const [, args, lower, log, value] = row;
        const truth = truths.get(keyOf(row)) ?? toNumber(value);
        const actual = functions[name]!(args.map(toNumber), { lower, log });
        return relativeError(actual, truth, log) > tolerance
          ? [`${keyOf(row)}: ${actual}, not ${truth}`]
          : [];
      });
      expect(wrong).toEqual([]);
    });
  }

  for (const name of names.filter((each) => each.endsWith("Quantile"))) {
    const some = rows.filter((row) => row[0] === name);
    it(`${name} agrees to ${tolerance} on ${some.length} values, or gives its probability back where R's does not`, () => {
      const wrong = some.flatMap((row) => {
        const [, args, lower, log, value] = row;
        const quantile = functions[name]!(args.map(toNumber), { lower, log });
        const ofR = toNumber(value);
        if (relativeError(quantile, ofR, false) <= tolerance) return [];
        return givesItsProbabilityBack(row, quantile) && !givesItsProbabilityBack(row, ofR)
          ? []
          : [`${keyOf(row)}: ${quantile}, R has ${ofR}`];
      });
      expect(wrong).toEqual([]);
    });
  }

  it("R is wrong where we say so: it differs from 50 digits by more than the tolerance", () => {
    const ofR = new Map(rows.map((row) => [keyOf(row), toNumber(row[4])]));
    expect(truths.size).toBeGreaterThan(50);
    for (const [key, truth] of truths) {
      expect(ofR.has(key)).toBe(true);
      expect(relativeError(ofR.get(key)!, truth, false)).toBeGreaterThan(tolerance);
    }
  });
});
