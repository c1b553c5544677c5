import { readFileSync } from "node:fs";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import type { FitOptions } from "../../../src/fit/options.ts";
import type { FitResult } from "../../../src/fit/result.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import type { Table } from "../../../src/table/table.ts";

/** Rows of test/reference/data/inference.json, written by test/reference/generate/inference.R. */
export interface CoefficientReference {
  readonly name: string;
  readonly estimate: number;
  readonly se: number;
  readonly df: number;
  readonly t: number;
  readonly p: number;
  readonly lower: number;
  readonly upper: number;
}
export interface AnovaReference {
  readonly term: string;
  readonly sumSq: number;
  readonly numDF: number;
  readonly denDF?: number;
  readonly F: number | null;
  readonly p: number | null;
}
export interface FitReference {
  readonly data: string;
  readonly formula: string;
  readonly REML?: boolean;
  readonly contrasts: Readonly<Record<string, "sum" | "helmert" | "poly" | "treatment">> | null;
  readonly weights: string | null;
  readonly subset: string | null;
  readonly coefficients: readonly CoefficientReference[];
  readonly anova: Readonly<Partial<Record<"I" | "II" | "III", readonly AnovaReference[]>>>;
  readonly drop?: readonly { term: string; df: number; sumSq: number; RSS: number; F: number; p: number }[];
}
export interface InferenceReference {
  readonly mixed: Readonly<Record<string, FitReference>>;
  readonly linear: Readonly<Record<string, FitReference>>;
  readonly comparisons: readonly {
    readonly data: string;
    readonly formulas: readonly string[];
    readonly REML: boolean;
    readonly rows: readonly Readonly<Record<string, number | null>>[];
  }[];
  readonly drops: {
    readonly data: string;
    readonly formula: string;
    readonly rows: readonly {
      term: string;
      npar: number | null;
      AIC: number;
      LRT: number | null;
      p: number | null;
    }[];
  };
  readonly randomEffects: readonly {
    readonly data: string;
    readonly formula: string;
    readonly levels: readonly string[];
    readonly k: number;
    readonly estimate: readonly number[];
    readonly conditional: readonly number[];
    readonly predictionError: readonly number[];
    readonly reliability: readonly number[];
  }[];
}

const folder = new URL("../../reference/data/", import.meta.url);

export const reference: InferenceReference = JSON.parse(
  readFileSync(new URL("inference.json", folder), "utf8"),
);

const tables = new Map<string, Table>();

export function tableNamed(name: string): Table {
  let table = tables.get(name);
  if (table === undefined) {
    table = readDelimited(readFileSync(new URL(`${name}.csv`, folder))).table;
    tables.set(name, table);
  }
  return table;
}

export function fitReference(spec: FitReference): FitResult {
  const options: FitOptions = {
    ...(spec.REML === undefined ? {} : { method: spec.REML ? "REML" : "ML" }),
    ...(spec.contrasts === null ? {} : { contrasts: spec.contrasts }),
    ...(spec.weights === null ? {} : { weights: spec.weights }),
    ...(spec.subset === null ? {} : { subset: spec.subset }),
  };
  return fitFormula(spec.formula, tableNamed(spec.data), options);
}
