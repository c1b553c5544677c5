/**
 * How p-values and intervals allow for several tests in one table.
 *
 * - `tukey`: all pairwise comparisons, by the studentized range; exact with equal standard errors (Tukey-Kramer)
 * - `dunnettx`: comparisons with a control, by Dunnett's distribution with correlations of one half
 * - `mvt`: exact by the multivariate t distribution of the estimates; `free` steps down with it (tests only)
 * - `scheffe`: all contrasts of the same span; `sidak`, `bonferroni`: any tests
 * - `holm`, `hochberg`, `hommel`: step-wise, tests only; `BH` (`fdr`), `BY`: false discovery rate, tests only
 */
export type Adjustment =
  | "none"
  | "tukey"
  | "scheffe"
  | "sidak"
  | "bonferroni"
  | "holm"
  | "hochberg"
  | "hommel"
  | "BH"
  | "BY"
  | "dunnettx"
  | "mvt"
  | "free";

/** The names of the adjustments. */
export const adjustments: readonly Adjustment[] = [
  "none",
  "tukey",
  "scheffe",
  "sidak",
  "bonferroni",
  "holm",
  "hochberg",
  "hommel",
  "BH",
  "BY",
  "dunnettx",
  "mvt",
  "free",
];

/** Other names of adjustments. */
export const adjustmentAliases: Readonly<Record<string, Adjustment>> = {
  fdr: "BH",
  "mvt-free": "free",
  dunnett: "dunnettx",
};

/** What was done about several tests in one table. */
export interface TableAdjustment {
  readonly method: Adjustment;
  /** estimates in each table; for Tukey's method the means that are compared */
  readonly sizes: readonly number[];
  /** what the method counts: `means` of Tukey's, the `rank` of Scheffe's, or `estimates` */
  readonly counts: "means" | "rank" | "estimates";
}

/** Methods that look at the p-values alone. */
export type StepMethod = "bonferroni" | "holm" | "hochberg" | "hommel" | "BH" | "BY" | "sidak";

/**
 * Adjusted p-values by methods that look at the p-values alone; a null stays null and counts in the family.
 *
 * @cite Holm (1979); Hochberg (1988); Hommel (1988); Benjamini & Hochberg (1995); Benjamini & Yekutieli (2001)
 */
export function adjustPValues(
  p: readonly (number | null)[],
  method: StepMethod,
  family: number = p.length,
): (number | null)[] {
  const known = p.flatMap((value, i) => (value === null ? [] : [{ value, i }]));
  const out: (number | null)[] = p.map(() => null);
  const n = family;
  if (method === "bonferroni" || method === "sidak") {
    for (const { value, i } of known) {
      out[i] = method === "bonferroni" ? Math.min(1, n * value) : -Math.expm1(n * Math.log1p(-value));
    }
    return out;
  }
  known.sort((a, b) => a.value - b.value);
  const sorted = known.map(({ value }) => value);
  const adjusted = STEPS[method](sorted, n);
  for (const [k, { i }] of known.entries()) out[i] = adjusted[k]!;
  return out;
}

/** Of p-values in ascending order among n. */
const STEPS: Readonly<
  Record<Exclude<StepMethod, "bonferroni" | "sidak">, (p: readonly number[], n: number) => number[]>
> = {
  holm: (p, n) => {
    let largest = 0;
    return p.map((value, k) => (largest = Math.max(largest, Math.min(1, (n - k) * value))));
  },
  hochberg: (p, n) => stepUp(p, (value, k) => (n - k) * value),
  BH: (p, n) => stepUp(p, (value, k) => (n / (k + 1)) * value),
  BY: (p, n) => {
    let harmonic = 0;
    for (let k = 1; k <= n; k++) harmonic += 1 / k;
    return stepUp(p, (value, k) => harmonic * (n / (k + 1)) * value);
  },
  hommel,
};

function stepUp(p: readonly number[], scaled: (value: number, k: number) => number): number[] {
  const out = new Array<number>(p.length);
  let smallest = 1;
  for (let k = p.length - 1; k >= 0; k--) {
    smallest = Math.min(smallest, scaled(p[k]!, k));
    out[k] = smallest;
  }
  return out;
}

/**
 * Hommel's procedure by its closure: a p-value is adjusted to the largest Simes p-value of the intersections that it
 * is the smallest interesting member of. For m hypotheses of an intersection the others that weigh most are
 * the largest p-values.
 *
 * @cite Wright (1992), Biometrics 48, 1005-1013, appendix
 */
function hommel(sorted: readonly number[], n: number): number[] {
  // p-values that are not known count as ones
  const p = [...sorted, ...new Array<number>(n - sorted.length).fill(1)];
  const adjusted = [...p];
  for (let m = n; m >= 2; m--) {
    const first = n - m + 1;
    let smallest = Number.POSITIVE_INFINITY;
    for (let i = first; i < n; i++) smallest = Math.min(smallest, (m * p[i]!) / (m + i - n + 1));
    for (let i = first; i < n; i++) adjusted[i] = Math.max(adjusted[i]!, smallest);
    for (let i = 0; i < first; i++) adjusted[i] = Math.max(adjusted[i]!, Math.min(smallest, m * p[i]!));
  }
  return adjusted.slice(0, sorted.length).map((value) => Math.min(1, value));
}
