import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { leastSquares } from "../../../src/linalg/leastSquares.ts";
import type { Matrix } from "../../../src/linalg/matrix.ts";

const folder = new URL("../../../../shared/data/nist/lls/", import.meta.url);

interface Reference {
  readonly model: string;
  readonly intercept: boolean;
  readonly certified: { beta: string[]; se: string[]; residual_sd: string };
}

/** -log10 of the relative error (absolute where the certified value is zero), at most 15. */
function correctDigits(value: number, certified: number): number {
  const error = certified === 0 ? Math.abs(value) : Math.abs(value - certified) / Math.abs(certified);
  return error === 0 ? 15 : Math.min(15, -Math.log10(error));
}

function readCase(name: string): { X: Matrix; y: Float64Array; reference: Reference } {
  const reference = JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as Reference;
  const [header, ...lines] = readFileSync(new URL(`${name}.csv`, folder), "utf8")
    .trim()
    .split("\n");
  const names = header!.trim().split(",");
  const rows = lines.map((line) => line.trim().split(",").map(Number));
  const column = (k: number): number[] => rows.map((row) => row[k]!);
  const columns: number[][] = reference.intercept ? [rows.map(() => 1)] : [];
  for (const term of reference.model
    .split("~")[1]!
    .split("+")
    .map((text) => text.trim())) {
    const power = /^I\((\w+)\^(\d+)\)$/.exec(term);
    if (power) columns.push(column(names.indexOf(power[1]!)).map((value) => value ** Number(power[2])));
    else if (names.includes(term)) columns.push(column(names.indexOf(term)));
  }
  const y = Float64Array.from(column(names.indexOf("y")));
  return {
    X: { rows: y.length, columns: columns.length, values: Float64Array.from(columns.flat()) },
    y,
    reference,
  };
}

const required: Readonly<Record<string, number>> = {
  Norris: 10,
  Pontius: 10,
  NoInt1: 10,
  NoInt2: 10,
  Longley: 10,
  Filip: 7,
  Wampler1: 8,
  Wampler2: 8,
  Wampler3: 8,
  Wampler4: 8,
  Wampler5: 8,
};

describe.skipIf(!existsSync(folder))(
  "leastSquares on the NIST regressions (skipped where the data are absent)",
  () => {
    it("knows every regression of the folder", () => {
      const found = readdirSync(folder)
        .filter((name) => name.endsWith(".csv"))
        .map((name) => name.slice(0, -4));
      expect(Object.keys(required).sort()).toEqual(found.sort());
    });
    it.each(Object.entries(required))(
      "%s has %d correct digits in estimates and standard errors",
      (name, digits) => {
        const { X, y, reference } = readCase(name);
        const { coefficients, residualSumOfSquares, unscaledCovariance } = leastSquares(X, y);
        const sigma = Math.sqrt(residualSumOfSquares / (X.rows - X.columns));
        const { beta, se } = reference.certified;
        const p = X.columns;
        const report = beta.map((value, j) => [
          correctDigits(coefficients[j]!, Number(value)),
          correctDigits(sigma * Math.sqrt(unscaledCovariance.values[j + j * p]!), Number(se[j])),
        ]);
        if (process.env.LRE)
          console.log(
            name,
            report.map((pair) => pair.map((v) => v.toFixed(1)).join("/")).join(" "),
            residualSumOfSquares,
          );
        for (const [estimate, error] of report) {
          expect(estimate).toBeGreaterThanOrEqual(digits);
          expect(error).toBeGreaterThanOrEqual(digits);
        }
      },
    );
  },
);
