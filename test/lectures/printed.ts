import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { FitResult } from "../../src/fit/result.ts";
import { readDelimited } from "../../src/table/readDelimited.ts";
import type { Table } from "../../src/table/table.ts";

/** Whether `value` rounds to what the lecture prints, `251.4051`; half a unit of the last printed digit is allowed. */
export function expectPrinted(value: number, text: string, what = ""): void {
  const decimals = text.includes(".") ? text.length - text.indexOf(".") - 1 : 0;
  const error = Math.abs(value - Number(text));
  expect(error, `${what} ${value} is printed ${text}`).toBeLessThanOrEqual(
    0.5 * 10 ** -decimals * (1 + 1e-9),
  );
}

/** A file of examples/ as a table. */
export function example(file: string): Table {
  const path = fileURLToPath(new URL(`../../examples/${file}`, import.meta.url));
  return readDelimited(readFileSync(path, "utf8")).table;
}

/** Standard errors of the fixed effects, in the order of the columns. */
export function standardErrors(fit: FitResult): number[] {
  const p = fit.beta.length;
  return Array.from(fit.beta, (_, j) => fit.sigma * Math.sqrt(fit.unscaledCovariance.values[j + j * p]!));
}

/** Variances of the random terms (scalar terms) and then of the residual. */
export function variances(fit: FitResult): number[] {
  return [...fit.covariances.map((covariance) => covariance.values[0]!), fit.sigma ** 2];
}
