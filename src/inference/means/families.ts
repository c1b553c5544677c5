import type { Note } from "../../base/notes.ts";
import { fCdf, fQuantile } from "../../distributions/fisherF.ts";
import { studentizedRangeCdf, studentizedRangeQuantile } from "../../distributions/studentizedRange.ts";
import { tCdf, tQuantile } from "../../distributions/studentT.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { type Adjustment, adjustPValues, type TableAdjustment } from "./adjustment.ts";
import type { PlainEstimate, Side } from "./plainEstimate.ts";
import { rankOf } from "./rank.ts";
import {
  freeStepDown,
  type MaximumTail,
  maximumQuantile,
  maximumTail,
  type Simultaneous,
} from "./simultaneous.ts";

/** The estimates of one table, which are tested together. */
export interface TestFamily {
  /** null where not estimable; they count in the size of the family */
  readonly estimates: readonly (PlainEstimate | null)[];
  /** the functions that they estimate, with what aliased columns leave over */
  readonly functions: readonly Float64Array[];
  /** Var(b), p x p */
  readonly covariance: Matrix;
  readonly side: Side;
  readonly delta: number;
  /** means that are compared where these are all their pairwise comparisons; else null */
  readonly means: number | null;
  readonly scheffeRank: number | null;
}

interface FamilyTests {
  readonly p: readonly (number | null)[];
  readonly adjustment: TableAdjustment;
  readonly notes: readonly Note[];
}

interface FamilyIntervals {
  readonly limits: readonly (readonly [number, number] | null)[];
  readonly adjustment: TableAdjustment;
  readonly notes: readonly Note[];
}

/** p-values adjusted within the family. */
export function familyTests(asked: Adjustment, family: TestFamily): FamilyTests {
  const { estimates, side, delta } = family;
  const { method, notes } = applicable(asked, family, side !== "two-sided" || delta > 0);
  const adjustment = counted(method, family);
  if (method === "mvt" || method === "dunnettx" || method === "free") {
    const tails = simultaneousTails(method, family);
    return { p: tails.map((tail) => tail?.p ?? null), adjustment, notes: [...notes, ...roughNotes(tails)] };
  }
  const raw = estimates.map((estimate) =>
    estimate === null || Number.isNaN(estimate.statistic) ? null : rawP(estimate, side, delta),
  );
  return { p: adjusted(method, raw, family), adjustment, notes };
}

/** Intervals with a joint level. */
export function familyIntervals(asked: Adjustment, family: TestFamily, level: number): FamilyIntervals {
  const { side } = family;
  const { method: chosen, notes } = applicable(asked, family, side !== "two-sided");
  const method = INTERVAL_METHODS[chosen];
  const critical = criticalValues(method, family, level);
  const limits = family.estimates.map((plain, i): readonly [number, number] | null => {
    if (plain === null) return null;
    const margin = plain.se === 0 ? 0 : plain.se * critical[i]!;
    return [
      side === "less" ? Number.NEGATIVE_INFINITY : plain.estimate - margin,
      side === "greater" ? Number.POSITIVE_INFINITY : plain.estimate + margin,
    ];
  });
  return { limits, adjustment: counted(method, family), notes };
}

/** Methods that have intervals too. */
type IntervalMethod = "none" | "tukey" | "scheffe" | "sidak" | "bonferroni" | "dunnettx" | "mvt";

/** The intervals of each method; what stands in for methods that adjust tests only. */
const INTERVAL_METHODS: Readonly<Record<Adjustment, IntervalMethod>> = {
  none: "none",
  tukey: "tukey",
  scheffe: "scheffe",
  sidak: "sidak",
  bonferroni: "bonferroni",
  dunnettx: "dunnettx",
  mvt: "mvt",
  holm: "bonferroni",
  hochberg: "bonferroni",
  hommel: "bonferroni",
  BH: "bonferroni",
  BY: "bonferroni",
  free: "mvt",
};

/** The method that can be used, with a note where it is another than was asked for. */
function applicable(
  asked: Adjustment,
  family: TestFamily,
  oneSided: boolean,
): { readonly method: Adjustment; readonly notes: readonly Note[] } {
  if (family.estimates.length === 1) return { method: "none", notes: [] };
  if (oneSided && (asked === "tukey" || asked === "scheffe" || asked === "dunnettx")) {
    return changed(asked, "it is for two-sided inferences");
  }
  if (asked === "tukey" && family.means === null) {
    return changed(asked, "it is for one set of all pairwise comparisons");
  }
  return { method: asked, notes: [] };
}

function changed(
  asked: Adjustment,
  because: string,
): { readonly method: Adjustment; readonly notes: readonly Note[] } {
  return {
    method: "sidak",
    notes: [
      {
        code: "means/adjustment-changed",
        severity: "info",
        message: `The adjustment '${asked}' was changed to 'sidak': ${because}`,
        hint: "'mvt' is exact for any set of estimates",
      },
    ],
  };
}

function rawP({ statistic, df }: PlainEstimate, side: Side, delta: number): number {
  if (side === "greater") return tCdf(statistic, df, { lower: false });
  if (side === "less" || delta > 0) return tCdf(statistic, df);
  return 2 * tCdf(Math.abs(statistic), df, { lower: false });
}

/** p-values by the distribution of the most extreme statistic, one for each distinct statistic. */
function simultaneousTails(
  method: "mvt" | "dunnettx" | "free",
  family: TestFamily,
): readonly (MaximumTail | null)[] {
  if (method === "free") return freeStepDown(simultaneousOf("mvt", family), family.estimates);
  const simultaneous = simultaneousOf(method, family);
  const known = new Map<string, MaximumTail>();
  return family.estimates.map((plain) => {
    if (plain === null || !(plain.se > 0)) return null;
    const { df } = plain;
    const statistic = simultaneous.tail === "both" ? Math.abs(plain.statistic) : plain.statistic;
    // balanced data have the same statistic many times, up to rounding
    const key = `${statistic.toPrecision(13)} ${df.toPrecision(10)}`;
    const tail = known.get(key) ?? maximumTail(simultaneous, statistic, df);
    known.set(key, tail);
    return tail;
  });
}

/** Errors of simultaneous probabilities from here on are said. */
const ROUGH = 1e-4;

function roughNotes(tails: readonly (MaximumTail | null)[]): Note[] {
  const worst = tails.reduce((most, tail) => Math.max(most, tail?.error ?? 0), 0);
  if (!(worst > ROUGH)) return [];
  return [
    {
      code: "means/rough-probability",
      severity: "info",
      message: `With ${tails.length} estimates the probabilities of the multivariate t distribution are known to about ${worst.toPrecision(1)}`,
    },
  ];
}

function adjusted(
  method: Exclude<Adjustment, "mvt" | "dunnettx" | "free">,
  raw: readonly (number | null)[],
  family: TestFamily,
): readonly (number | null)[] {
  const each = (of: (plain: PlainEstimate) => number): (number | null)[] =>
    family.estimates.map((plain) => (plain === null || Number.isNaN(plain.statistic) ? null : of(plain)));
  switch (method) {
    case "none":
      return raw;
    case "tukey":
      return each(({ statistic, df }) =>
        studentizedRangeCdf(Math.SQRT2 * Math.abs(statistic), family.means!, df, { lower: false }),
      );
    case "scheffe": {
      const rank = scheffeRank(family);
      return each(({ statistic, df }) => fCdf((statistic * statistic) / rank, rank, df, { lower: false }));
    }
    default:
      return adjustPValues(raw, method);
  }
}

function criticalValues(method: IntervalMethod, family: TestFamily, level: number): readonly number[] {
  const tails = family.side === "two-sided" ? 2 : 1;
  const n = family.estimates.length;
  const alpha = 1 - level;
  const dfs = family.estimates.map((plain) => plain?.df ?? null);
  const each = (of: (df: number) => number): number[] => {
    const known = new Map<number, number>();
    return dfs.map((df) => {
      if (df === null) return Number.NaN;
      const value = known.get(df) ?? of(df);
      known.set(df, value);
      return value;
    });
  };
  const byTail = (tail: number): number[] => each((df) => tQuantile(tail / tails, df, { lower: false }));
  switch (method) {
    case "none":
      return byTail(alpha);
    case "bonferroni":
      return byTail(alpha / n);
    case "sidak":
      return byTail(-Math.expm1(Math.log(level) / n));
    case "tukey":
      return each((df) => studentizedRangeQuantile(level, family.means!, df) / Math.SQRT2);
    case "scheffe": {
      const rank = scheffeRank(family);
      return each((df) => Math.sqrt(rank * fQuantile(level, rank, df)));
    }
    case "dunnettx":
    case "mvt": {
      const simultaneous = simultaneousOf(method, family);
      return each((df) => maximumQuantile(simultaneous, level, df));
    }
  }
}

function counted(method: Adjustment, family: TestFamily): TableAdjustment {
  const n = family.estimates.length;
  if (method === "tukey") return { method, sizes: [family.means!], counts: "means" };
  if (method === "scheffe") return { method, sizes: [scheffeRank(family)], counts: "rank" };
  return { method, sizes: [n], counts: "estimates" };
}

function scheffeRank({ functions, scheffeRank: given }: TestFamily): number {
  return given ?? Math.max(1, rankOf(functions));
}

function simultaneousOf(method: "mvt" | "dunnettx", family: TestFamily): Simultaneous {
  const { estimates, covariance, side, delta } = family;
  return {
    tail: side === "greater" ? "upper" : side === "less" || delta > 0 ? "lower" : "both",
    // a function without variance is known, and takes no part
    correlation:
      method === "dunnettx"
        ? equalCorrelations(estimates.length)
        : correlations(
            estimates.flatMap((plain) => (plain === null || !(plain.se > 0) ? [] : [plain.weights])),
            covariance,
          ),
  };
}

/** Correlations of one half, as of comparisons of k equally precise means with one that is as precise. */
function equalCorrelations(k: number): Matrix {
  const values = new Float64Array(k * k).fill(0.5);
  for (let i = 0; i < k; i++) values[i + i * k] = 1;
  return { rows: k, columns: k, values };
}

function correlations(rows: readonly Float64Array[], covariance: Matrix): Matrix {
  const k = rows.length;
  const p = covariance.rows;
  const products = rows.map((row) => {
    const out = new Float64Array(p);
    for (let j = 0; j < p; j++) {
      if (row[j] === 0) continue;
      for (let i = 0; i < p; i++) out[i]! += covariance.values[i + j * p]! * row[j]!;
    }
    return out;
  });
  const values = new Float64Array(k * k);
  for (let j = 0; j < k; j++) {
    for (let i = 0; i <= j; i++) {
      let sum = 0;
      for (let a = 0; a < p; a++) sum += rows[i]![a]! * products[j]![a]!;
      values[i + j * k] = sum;
    }
  }
  const scale = Float64Array.from(rows, (_, i) => Math.sqrt(values[i + i * k]!));
  for (let j = 0; j < k; j++) {
    for (let i = 0; i < j; i++) {
      const r = Math.min(1, Math.max(-1, values[i + j * k]! / (scale[i]! * scale[j]!)));
      values[i + j * k] = r;
      values[j + i * k] = r;
    }
    values[j + j * k] = 1;
  }
  return { rows: k, columns: k, values };
}
