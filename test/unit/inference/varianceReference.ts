import { readFileSync } from "node:fs";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import type { FitOptions } from "../../../src/fit/options.ts";
import type { FitResult } from "../../../src/fit/result.ts";
import type { RanovaRow } from "../../../src/inference/ranova.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import type { Table } from "../../../src/table/table.ts";

/** A row as lmerTest names its numbers; ours are named alike. */
export interface RandomReference extends Pick<RanovaRow, "npar" | "logLik" | "AIC" | "LRT" | "df" | "p"> {
  readonly term: string;
  /** null in the row of the whole model */
  readonly eliminated: number | null;
}
export interface FixedReference {
  readonly term: string;
  readonly eliminated: number;
  readonly sumSq: number;
  readonly numDF: number;
  readonly denDF: number;
  readonly F: number;
  readonly p: number;
}
interface Case {
  readonly data: string;
  readonly formula: string;
}
/** Written by test/reference/generate/variance.R. */
export interface VarianceReference {
  readonly tests: readonly (Case & {
    readonly ranova: readonly RandomReference[];
    readonly drop1: readonly FixedReference[];
    readonly kenwardRoger: readonly FixedReference[];
    readonly step: {
      readonly random: readonly RandomReference[];
      readonly fixed: readonly FixedReference[];
      readonly formula: string;
    };
  })[];
  readonly errors: readonly (Case & {
    readonly reml: boolean;
    readonly parameters: readonly { name: string; estimate: number; se: number }[];
  })[];
  readonly intervals: Readonly<Record<string, readonly [number, number, number]>>;
  readonly r2: readonly (Case & {
    readonly fixed: number;
    readonly random: Readonly<Record<string, number>>;
    readonly residual: number;
    readonly marginal: number;
    readonly conditional: number;
    readonly iccAdjusted: number;
    readonly iccUnadjusted: number;
  })[];
}

export const reference: VarianceReference = JSON.parse(
  readFileSync("test/reference/data/variance.json", "utf8"),
);

/** Columns of numbers that R's script makes factors. */
const FACTORS = ["Gender", "Information", "Product", "Homesize", "TVset", "Picture", "recipe"];

export function tableOf(name: string): Table {
  return readDelimited(new Uint8Array(readFileSync(`test/reference/data/${name}.csv`))).table;
}

/** The options that make a fit the one of R's script. */
export function optionsFor(formula: string, table: Table): FitOptions {
  const factors = FACTORS.filter((name) => table.columns.has(name) && formula.includes(name));
  return factors.length === 0 ? {} : { factors };
}

export function fitCase(
  { data, formula }: Case,
  options: FitOptions = {},
): { readonly fit: FitResult; readonly table: Table; readonly options: FitOptions } {
  const table = tableOf(data);
  const all = { ...optionsFor(formula, table), ...options };
  return { fit: fitFormula(formula, table, all), table, options: all };
}
