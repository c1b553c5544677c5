import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readDelimited } from "../../src/table/readDelimited.ts";
import type { Table } from "../../src/table/table.ts";

/** Where the numbers come from. */
export interface ReferenceSource {
  readonly package: string;
  readonly version: string;
  /** SHA-256 of the script that ran and of those that it sourced, by file name in test/reference/generate */
  readonly scripts: Readonly<Record<string, string>>;
}

/** One fit of another package, as written by test/reference/generate; `Infinity` never occurs. */
export interface ReferenceCase {
  readonly name: string;
  readonly formula: string;
  /** file in test/reference/data */
  readonly data: string;
  readonly dataSha256: string;
  readonly options: {
    readonly method: "REML" | "ML";
    readonly weights?: string;
    readonly contrasts?: Readonly<Record<string, "treatment" | "sum" | "helmert" | "poly">>;
    readonly reference?: Readonly<Record<string, string>>;
    readonly factors?: readonly string[];
    readonly subset?: string;
  };
  readonly source: ReferenceSource;
  readonly singular: boolean;
  readonly nobs: number;
  /** -2 log-likelihood of the method at the reference theta */
  readonly objective: number;
  readonly sigma: number;
  readonly logLik: number;
  readonly AIC: number;
  readonly BIC: number;
  readonly df: number;
  readonly deviance: number;
  readonly fixed: {
    readonly terms: readonly string[];
    readonly estimates: readonly number[];
    readonly se: readonly number[];
  };
  readonly aliased: readonly string[];
  readonly components: readonly ReferenceComponent[];
  readonly fittedHead: readonly number[];
}

/** A random term; the order of terms carries no meaning: they are matched by group and coefficients. */
export interface ReferenceComponent {
  readonly group: string;
  readonly structure?: string;
  readonly terms: readonly string[];
  readonly levels: number;
  /** lme4's theta of this term; absent for structured terms */
  readonly theta?: readonly number[];
  /** standard errors of theta from the Hessian of the criterion; null at the boundary */
  readonly thetaSe?: readonly (number | null)[];
  /** Sigma, natural scale */
  readonly covariance: readonly (readonly number[])[];
  /** the first levels, one row a level */
  readonly ranef: {
    readonly levels: readonly string[];
    readonly estimates: readonly (readonly number[])[];
    /** beta held, as lme4's condVar */
    readonly conditionalSd?: readonly (readonly number[])[];
    /** beta estimated, from the dense likelihood; small data only */
    readonly predictionErrorSd?: readonly (readonly number[])[];
  };
}

const folder = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Every case in test/reference/cases, by name. */
export function referenceCases(): ReferenceCase[] {
  return readdirSync(folder("cases"))
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => JSON.parse(readFileSync(folder(`cases/${file}`), "utf8")) as ReferenceCase);
}

/** A CSV file as a table, by path from the root of the repository. */
export function readCsv(path: string): Table {
  return readDelimited(readFileSync(folder(`../../${path}`), "utf8")).table;
}

/** The table of test/reference/data/`file`. */
export function referenceTable(file: string): Table {
  return readCsv(`test/reference/data/${file}`);
}

/** SHA-256 of a file under test/reference, in hex. */
export function hashOf(path: string): string {
  return createHash("sha256")
    .update(readFileSync(folder(path)))
    .digest("hex");
}
