import type { Note } from "../../base/notes.ts";
import type { Denominator, DenominatorName } from "../denominator.ts";
import type { Adjustment, TableAdjustment } from "./adjustment.ts";
import { familyIntervals, familyTests, type TestFamily } from "./families.ts";
import {
  type Dimension,
  groupRows,
  keptWeights,
  type LinearFunction,
  type LinearFunctions,
  positionsOf,
} from "./linearFunctions.ts";
import { evaluateFunction, type PlainEstimate, type Side } from "./plainEstimate.ts";
import type { ResponseScale } from "./responseScale.ts";

export interface TableOptions {
  /** confidence level, default 0.95 */
  readonly level?: number;
  /** default: none for means, what goes with the family for contrasts */
  readonly adjust?: Adjustment;
  readonly side?: Side;
  /**
   * Margin, on the scale of the model. Positive: two-sided tests are of equivalence (two one-sided tests), `greater` of
   * non-inferiority, `less` of non-superiority.
   */
  readonly delta?: number;
  /** value that estimates are tested against, on the scale of the model; default 0 */
  readonly null?: number;
  /** what is computed, default `both`; joint intervals of many estimates take time */
  readonly infer?: "intervals" | "tests" | "both";
  /** dimension of the span of all contrasts of interest, for Scheffe's method; default that of each table */
  readonly scheffeRank?: number;
}

/** One estimate; numbers are null where the data do not identify it. */
export interface EstimateRow {
  /** labels by dimension */
  readonly levels: Readonly<Record<string, string>>;
  readonly estimable: boolean;
  readonly estimate: number | null;
  readonly se: number | null;
  /** null for a normal reference */
  readonly df: number | null;
  /** infinite at the open side of a one-sided interval */
  readonly lower: number | null;
  readonly upper: number | null;
  /** the value it is tested against, on the scale of the estimate */
  readonly null: number;
  /** t or z on the scale of the model, of equivalence the margin taken off */
  readonly statistic: number | null;
  readonly p: number | null;
  /** rows of the data behind the mean */
  readonly count: number;
  /** weights of the coefficients that are in the fit, in their order */
  readonly weights: readonly number[];
}

/** Estimates with intervals and tests, a table for each combination of the `by` dimensions. */
export interface EstimateTable {
  readonly kind: "means" | "slopes" | "contrasts";
  /** what the estimates are: `emmean`, `response`, `Days.trend`, `estimate`, `ratio` */
  readonly estimateName: string;
  readonly dimensions: readonly Dimension[];
  /** names of the dimensions that separate the tables */
  readonly by: readonly string[];
  readonly rows: readonly EstimateRow[];
  readonly ddf: DenominatorName;
  readonly statistic: "t" | "z";
  readonly level: number;
  readonly side: Side;
  readonly delta: number;
  /** the value tested against, on the scale of the model */
  readonly against: number;
  /** of the tests, and of the intervals: null where there is one estimate in each table, or none was asked for */
  readonly tests: TableAdjustment | null;
  readonly intervals: TableAdjustment | null;
  /** variables with several values that were averaged over */
  readonly averagedOver: readonly string[];
  /** how the estimates were brought back from the scale of the model; null where they were not */
  readonly scale: { readonly transformation: string; readonly biasSigma: number | null } | null;
  readonly notes: readonly Note[];
}

/** How a table of linear functions becomes numbers. */
export interface TableMaker {
  readonly kind: EstimateTable["kind"];
  readonly estimateName: string;
  readonly functions: LinearFunctions;
  /** dimensions with the labels that are shown; default those of the functions */
  readonly shown?: readonly Dimension[];
  readonly by: readonly string[];
  readonly denominator: Denominator;
  /** means compared in each table where they are all pairwise comparisons */
  readonly means: number | null;
  readonly averagedOver: readonly string[];
  readonly adjust: Adjustment;
  /** back to the response: of means, or of differences of logarithms as ratios */
  readonly response:
    | { readonly scale: ResponseScale; readonly as: "means"; readonly sigma: number | null }
    | { readonly scale: ResponseScale; readonly as: "ratios" }
    | null;
  readonly notes: readonly Note[];
}

/** Estimates, standard errors, intervals and tests of linear functions. */
export function estimateTable(maker: TableMaker, options: TableOptions): EstimateTable {
  const { functions, denominator, by } = maker;
  const side = options.side ?? "two-sided";
  const delta = options.delta ?? 0;
  const level = options.level ?? 0.95;
  const against = options.null ?? 0;
  const infer = options.infer ?? "both";
  const shown = maker.shown ?? functions.dimensions;
  const notes: Note[] = [...maker.notes];
  const rows: EstimateRow[] = [];
  const tested: TableAdjustment[] = [];
  const bounded: TableAdjustment[] = [];
  const said = new Set<string>();
  for (const group of groupRows(functions, positionsOf(functions, by))) {
    const estimates = group.rows.map((row) =>
      evaluateFunction(row, functions.coefficients, denominator, against, side, delta),
    );
    const family: TestFamily = {
      estimates,
      functions: group.rows.map(({ weights }) => weights),
      covariance: denominator.covariance,
      side,
      delta,
      means: maker.means,
      scheffeRank: options.scheffeRank ?? null,
    };
    const tests = infer === "intervals" ? null : familyTests(maker.adjust, family);
    const intervals = infer === "tests" ? null : familyIntervals(maker.adjust, family, level);
    for (const note of [...(tests?.notes ?? []), ...(intervals?.notes ?? [])]) {
      if (!said.has(note.message)) notes.push(note);
      said.add(note.message);
    }
    if (tests !== null) tested.push(tests.adjustment);
    if (intervals !== null) bounded.push(intervals.adjustment);
    for (const [i, row] of group.rows.entries()) {
      const made = describe(
        row,
        functions,
        shown,
        estimates[i]!,
        tests?.p[i] ?? null,
        intervals?.limits[i] ?? null,
        against,
      );
      rows.push(maker.response === null ? made : onResponse(made, maker.response, against));
    }
  }
  const { response } = maker;
  return {
    kind: maker.kind,
    estimateName: maker.estimateName,
    dimensions: shown,
    by,
    rows,
    ddf: denominator.method,
    statistic: denominator.method === "none" ? "z" : "t",
    level,
    side,
    delta,
    against,
    tests: together(tested),
    intervals: together(bounded),
    averagedOver: maker.averagedOver,
    scale:
      response === null
        ? null
        : {
            transformation: response.scale.transformation,
            biasSigma: response.as === "means" ? response.sigma : null,
          },
    notes: [...notes, ...notEstimable(rows, maker.kind), ...lostDigits(rows)],
  };
}

function describe(
  row: LinearFunction,
  { coefficients }: LinearFunctions,
  shown: readonly Dimension[],
  plain: PlainEstimate | null,
  p: number | null,
  limits: readonly [number, number] | null,
  against: number,
): EstimateRow {
  const levels = Object.fromEntries(shown.map(({ name, labels }, k) => [name, labels[row.levels[k]!]!]));
  const weights = Array.from(keptWeights(row, coefficients));
  const { count } = row;
  if (plain === null) {
    return {
      levels,
      estimable: false,
      estimate: null,
      se: null,
      df: null,
      lower: null,
      upper: null,
      null: against,
      statistic: null,
      p: null,
      count,
      weights,
    };
  }
  return {
    levels,
    estimable: true,
    estimate: plain.estimate,
    se: Number.isNaN(plain.se) ? null : plain.se,
    df: Number.isFinite(plain.df) ? plain.df : null,
    lower: limits === null || Number.isNaN(limits[0]) ? null : limits[0],
    upper: limits === null || Number.isNaN(limits[1]) ? null : limits[1],
    null: against,
    statistic: Number.isNaN(plain.statistic) ? null : plain.statistic,
    p: p === null || Number.isNaN(p) ? null : p,
    count,
    weights,
  };
}

/** Estimate and standard error by the delta method, limits by their ends; tests stay on the scale of the model. */
function onResponse(
  row: EstimateRow,
  response: NonNullable<TableMaker["response"]>,
  against: number,
): EstimateRow {
  const { scale } = response;
  if (response.as === "ratios") {
    const factor = Math.log(scale.ratioBase!);
    const ratio = (x: number | null): number | null => (x === null ? null : Math.exp(factor * x));
    const estimate = ratio(row.estimate);
    return {
      ...row,
      estimate,
      se: row.se === null || estimate === null ? null : Math.abs(factor) * estimate * row.se,
      ...limitsOf(row, factor > 0, (x) => Math.exp(factor * x)),
      null: Math.exp(factor * against),
    };
  }
  const sigma = response.sigma ?? 0;
  const value = (eta: number): number => {
    const curve = scale.inverse(eta);
    return curve.value + 0.5 * sigma * sigma * curve.second;
  };
  const slope = (eta: number): number => {
    if (sigma === 0) return scale.inverse(eta).first;
    // derivative of value with the third derivative by differences of the second
    const h = 1e-5 * Math.max(1, Math.abs(eta));
    const third = (scale.inverse(eta + h).second - scale.inverse(eta - h).second) / (2 * h);
    return scale.inverse(eta).first + 0.5 * sigma * sigma * third;
  };
  const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);
  const end = (eta: number): number => (sigma === 0 ? scale.limit(eta) : value(eta));
  return {
    ...row,
    estimate: row.estimate === null ? null : finite(value(row.estimate)),
    se: row.estimate === null || row.se === null ? null : finite(Math.abs(slope(row.estimate)) * row.se),
    ...limitsOf(row, scale.increasing, end),
    null: scale.inverse(against).value,
  };
}

function limitsOf(
  { lower, upper }: EstimateRow,
  increasing: boolean,
  end: (eta: number) => number,
): Pick<EstimateRow, "lower" | "upper"> {
  const ends = [lower, upper].map((eta) => {
    const value = eta === null ? Number.NaN : end(eta);
    return Number.isNaN(value) ? null : value;
  }) as [number | null, number | null];
  return increasing ? { lower: ends[0], upper: ends[1] } : { lower: ends[1], upper: ends[0] };
}

/** One description of the adjustments of all tables. */
function together(all: readonly TableAdjustment[]): TableAdjustment | null {
  const adjusted = all.filter(({ method }) => method !== "none");
  if (adjusted.length === 0) return null;
  return { ...adjusted[0]!, sizes: [...new Set(adjusted.flatMap(({ sizes }) => sizes))] };
}

function lostDigits(rows: readonly EstimateRow[]): Note[] {
  const lost = rows.filter(({ estimable, se }) => estimable && se === null).length;
  if (lost === 0) return [];
  return [
    {
      code: "means/lost-digits",
      severity: "warning",
      message: `${lost} of ${rows.length} standard errors are lost to rounding, because a covariate lies so far from zero that the variances of the coefficients cancel`,
      hint: "center the covariate before the fit: scale(x), or I(x - 2000)",
    },
  ];
}

function notEstimable(rows: readonly EstimateRow[], kind: EstimateTable["kind"]): Note[] {
  const missing = rows.filter(({ estimable }) => !estimable);
  if (missing.length === 0) return [];
  const named = missing.slice(0, 3).map(({ levels }) => Object.values(levels).join(" ") || "overall");
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : "";
  return [
    {
      code: "means/not-estimable",
      severity: "warning",
      message: `${missing.length} of ${rows.length} ${kind} cannot be estimated, because they involve combinations of levels without data: ${named.join(", ")}${more}`,
      hint: "ask within the levels that have data (by, at), or weight the cells by their data (weights cells or flat)",
    },
  ];
}
