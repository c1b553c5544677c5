import { readFileSync } from "node:fs";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import type { FitResult } from "../../../src/fit/result.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import type { Table } from "../../../src/table/table.ts";

/** A case of test/reference/data/checks.json, written by test/reference/generate/checks.R. */
export interface ChecksCase {
  readonly data: string;
  readonly formula: string;
  readonly group: string;
  readonly weights: string | null;
  readonly REML: boolean;
  readonly theta: readonly number[];
  readonly sigma: number;
  readonly hat: readonly number[];
  readonly cooks: readonly number[];
  readonly cooksGroup: readonly number[] | null;
  /** variances and then covariances of each term, the residual last */
  readonly components: readonly number[];
  readonly pca: Readonly<Record<string, readonly number[]>>;
  readonly deleted: readonly {
    readonly level: string;
    readonly fixed: readonly number[];
    readonly se: readonly number[];
    readonly components: readonly number[];
  }[];
}

const folder = new URL("../../reference/data/", import.meta.url);

export const checksCases: readonly (readonly [string, ChecksCase])[] = Object.entries(
  (JSON.parse(readFileSync(new URL("checks.json", folder), "utf8")) as { cases: Record<string, ChecksCase> })
    .cases,
);

export function referenceTable(name: string): Table {
  return readDelimited(readFileSync(new URL(`${name}.csv`, folder)), {}).table;
}

export function fitCase({ data, formula, weights, REML }: ChecksCase): { fit: FitResult; table: Table } {
  const table = referenceTable(data);
  const fit = fitFormula(formula, table, {
    ...(weights === null ? {} : { weights }),
    method: REML ? "REML" : "ML",
  });
  return { fit, table };
}
