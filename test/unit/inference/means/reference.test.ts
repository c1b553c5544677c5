import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../../src/fit/fit.ts";
import type { FitResult } from "../../../../src/fit/result.ts";
import { kenwardRoger } from "../../../../src/inference/kenwardRoger.ts";
import type { EstimateTable } from "../../../../src/inference/means/estimateTable.ts";
import { jointTests } from "../../../../src/inference/means/jointTests.ts";
import { means } from "../../../../src/inference/means/means.ts";
import type { MeansOptions } from "../../../../src/inference/means/meansOptions.ts";
import { slopes } from "../../../../src/inference/means/slopes.ts";
import { tableNamed } from "../reference.ts";

/** Rows of test/reference/data/means.json, written by test/reference/generate/means.R. */
interface ReferenceRow {
  readonly label: string;
  readonly estimate: number | null;
  readonly se: number | null;
  readonly df: number | null;
  readonly lower: number | string | null;
  readonly upper: number | string | null;
  readonly statistic: number | null;
  readonly p: number | null;
}
interface JointRow {
  readonly term: string;
  readonly numDF: number;
  readonly denDF: number;
  readonly F: number;
  readonly p: number;
}
type ReferenceResult =
  | {
      readonly kind: "means" | "slopes";
      readonly specs: string;
      readonly options: MeansOptions & { readonly variable?: string };
      readonly which: "estimates" | "contrasts";
      readonly dimensions: readonly string[];
      readonly onlyP?: boolean;
      readonly rows: readonly ReferenceRow[];
    }
  | {
      readonly kind: "joint";
      readonly options: { readonly by?: string[] };
      readonly rows: readonly JointRow[];
    };
interface ReferenceCase {
  readonly name: string;
  readonly data: string;
  readonly formula: string;
  readonly factors: readonly string[];
  readonly weights: string | null;
  readonly subset: string | null;
  /** default: Satterthwaite's method */
  readonly ddf: "kenward-roger" | null;
  readonly results: readonly ReferenceResult[];
}

const { cases } = JSON.parse(
  readFileSync(new URL("../../../reference/data/means.json", import.meta.url), "utf8"),
) as { cases: readonly ReferenceCase[] };

function fitCase({ data, formula, factors, weights, subset }: ReferenceCase): FitResult {
  return fitFormula(formula, tableNamed(data), {
    ...(factors.length === 0 ? {} : { factors }),
    ...(weights === null ? {} : { weights }),
    ...(subset === null ? {} : { subset }),
  });
}

/** Absolute up to one, relative beyond. */
function near(actual: number | null, expected: number, tolerance: number, what: string): void {
  expect(actual, what).not.toBeNull();
  const error = Math.abs(actual! - expected);
  expect(error, `${what}: ${actual} and ${expected}`).toBeLessThanOrEqual(
    tolerance * Math.max(1, Math.abs(expected)),
  );
}

function labelOf(
  table: EstimateTable,
  dimensions: readonly string[],
  row: EstimateTable["rows"][number],
): string {
  const named = dimensions.map((name) => row.levels[name] ?? name);
  return table.dimensions.length === 0 ? "overall" : named.join("|");
}

function compare(table: EstimateTable, reference: Extract<ReferenceResult, { specs: string }>): void {
  const { rows, dimensions, onlyP } = reference;
  expect(table.rows.length).toBe(rows.length);
  for (const [i, expected] of rows.entries()) {
    const at = `${reference.specs} ${JSON.stringify(reference.options)} row ${i + 1} ${expected.label}`;
    if (onlyP === true) {
      // the accuracy of both lattice rules
      near(table.rows[i]!.p, expected.p!, 1e-5, `p of ${at}`);
      continue;
    }
    const row = table.rows.find((each) => labelOf(table, dimensions, each) === expected.label);
    expect(row, at).toBeDefined();
    if (expected.estimate === null) {
      expect(row!.estimable, at).toBe(false);
      expect([row!.estimate, row!.se, row!.p]).toEqual([null, null, null]);
      continue;
    }
    near(row!.estimate, expected.estimate, 1e-6, `estimate of ${at}`);
    near(row!.se, expected.se!, 1e-6, `se of ${at}`);
    near(row!.df, expected.df!, 1e-3, `df of ${at}`);
    near(row!.statistic, expected.statistic!, 1e-5, `statistic of ${at}`);
    near(row!.p, expected.p!, 1e-6, `p of ${at}`);
    for (const end of ["lower", "upper"] as const) {
      const limit = expected[end];
      if (typeof limit === "string") expect(row![end]).toBe(limit === "Inf" ? Infinity : -Infinity);
      else if (limit !== null) near(row![end], limit, 1e-5 * Math.max(1, expected.se!), `${end} of ${at}`);
    }
  }
}

for (const reference of cases) {
  describe(`${reference.name}: ${reference.formula}`, () => {
    const fit = fitCase(reference);
    const table = tableNamed(reference.data);
    const ddf = reference.ddf === null ? {} : { ddf: kenwardRoger };
    for (const result of reference.results) {
      if (result.kind === "joint") {
        it(`has emmeans' joint tests ${JSON.stringify(result.options)}`, () => {
          const tests = jointTests(fit, table, result.options);
          expect(tests.rows.map(({ term }) => term)).toEqual(result.rows.map(({ term }) => term));
          for (const [i, { numDF, denDF, F, p }] of result.rows.entries()) {
            const ours = tests.rows[i]!;
            expect(ours.numDF, ours.term).toBe(numDF);
            // emmeans rounds these F to three decimals, and takes that of confounded effects from rounded ones
            const confounded = ours.term === "(confounded)";
            near(ours.F, F, confounded ? 3e-3 : 5.1e-4, `F of ${ours.term}`);
            near(ours.denDF, denDF, 1e-3, `df of ${ours.term}`);
            near(ours.p, p, confounded ? 3e-3 : 1e-6, `p of ${ours.term}`);
          }
        });
        continue;
      }
      it(`has emmeans' ${result.which} ${result.specs} ${JSON.stringify(result.options)}`, () => {
        const { variable, ...options } = result.options;
        const made =
          variable === undefined
            ? means(fit, table, result.specs, { ...options, ...ddf })
            : slopes(fit, table, variable, result.specs, { ...options, ...ddf });
        compare(made[result.which]!, result);
      });
    }
  });
}
