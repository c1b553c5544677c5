import { HendersonError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import type { Adjustment } from "./adjustment.ts";
import { polynomialContrasts } from "./polynomialContrasts.ts";

/** Named families of contrasts between k means. */
export type ContrastFamily =
  | "pairwise"
  | "revpairwise"
  | "tukey"
  | "trt.vs.ctrl"
  | "trt.vs.ctrl1"
  | "trt.vs.ctrlk"
  | "dunnett"
  | "eff"
  | "del.eff"
  | "consec"
  | "mean_chg"
  | "poly"
  | "helmert"
  | "identity";

/** Coefficients by name, each with one number for every mean of a table. */
export type CustomContrasts = Readonly<Record<string, readonly number[]>>;

export interface FamilyOptions {
  /** level, or levels whose average is the control, of `trt.vs.ctrl` and `dunnett`: labels, or positions from 1 */
  readonly reference?: readonly (string | number)[];
  /** differences the other way round */
  readonly reverse?: boolean;
  /** levels that are left out: labels, or positions from 1 */
  readonly exclude?: readonly (string | number)[];
  /** largest degree of `poly`, default 6 */
  readonly maxDegree?: number;
}

/** One contrast: coefficients of the means, and its name with a sign between the levels (`-`, or `/` for ratios). */
interface NamedContrast {
  readonly name: (sign: "-" | "/") => string;
  readonly coefficients: Float64Array;
}

export interface ContrastSet {
  readonly contrasts: readonly NamedContrast[];
  /** the adjustment for multiple tests that goes with the family */
  readonly adjustment: Adjustment;
  /** means that are compared where these are all their pairwise comparisons, as Tukey's method needs; else null */
  readonly pairwise: number | null;
}

/** Every family with the adjustment that goes with it. */
const ADJUSTMENTS: Readonly<Record<ContrastFamily, Adjustment>> = {
  pairwise: "tukey",
  revpairwise: "tukey",
  tukey: "tukey",
  "trt.vs.ctrl": "dunnettx",
  "trt.vs.ctrl1": "dunnettx",
  "trt.vs.ctrlk": "dunnettx",
  dunnett: "dunnettx",
  eff: "BH",
  "del.eff": "BH",
  consec: "mvt",
  mean_chg: "mvt",
  poly: "none",
  helmert: "none",
  identity: "none",
};

/** The names of the families. */
export const contrastFamilies: readonly ContrastFamily[] = Object.keys(ADJUSTMENTS) as ContrastFamily[];

/**
 * The family of that name; `revpairwise` and the like as in emmeans.
 *
 * @throws HendersonError `means/unknown-contrast`
 */
export function familyNamed(name: string): ContrastFamily {
  const found = contrastFamilies.find((family) => family === name);
  if (found !== undefined) return found;
  const closest = nearest(name, contrastFamilies);
  throw new HendersonError("means/unknown-contrast", `'${name}' is not a family of contrasts`, {
    hint: `${closest === null ? "" : `did you mean '${closest}'? `}The families are ${contrastFamilies.join(", ")}`,
  });
}

/**
 * The contrasts of a family between levels with the given labels.
 *
 * @param plain the same labels without the names of their variables, by which options may name them too
 * @throws HendersonError `means/contrast-levels` for a reference or excluded level that is not there
 */
export function familyContrasts(
  family: ContrastFamily,
  labels: readonly string[],
  options: FamilyOptions = {},
  plain: readonly string[] = labels,
): ContrastSet {
  const place = (level: string | number): number => positionOf(level, labels, plain);
  const excluded = new Set((options.exclude ?? []).map(place));
  const used = labels.map((_, k) => k).filter((k) => !excluded.has(k));
  const shown = labels.map(parenthesized);
  const builder = new Builder(labels.length, shown, options.reverse === true);
  switch (family) {
    case "pairwise":
    case "tukey":
      pairs(used, (a, b) => builder.difference([a], [b]));
      break;
    case "revpairwise":
      // in order of the minuend: B - A, C - A, C - B
      for (const [at, b] of used.entries()) for (const a of used.slice(0, at)) builder.difference([b], [a]);
      break;
    case "trt.vs.ctrl":
    case "trt.vs.ctrl1":
    case "trt.vs.ctrlk":
    case "dunnett": {
      const given = options.reference?.map(place);
      const control = given ?? (family === "trt.vs.ctrlk" ? used.slice(-1) : used.slice(0, 1));
      const overlap = control.find((k) => excluded.has(k));
      if (overlap !== undefined) {
        throw new HendersonError(
          "means/contrast-levels",
          `'${labels[overlap]}' is the reference and excluded at once`,
          { hint: "take it out of one of the two" },
        );
      }
      for (const k of used) if (!control.includes(k)) builder.difference([k], control);
      break;
    }
    case "consec":
      for (let k = 1; k < used.length; k++) builder.difference([used[k]!], [used[k - 1]!]);
      break;
    case "mean_chg":
      for (let k = 1; k < used.length; k++) {
        builder.difference(
          used.slice(k),
          used.slice(0, k),
          () => `${shown[used[k - 1]!]}|${shown[used[k]!]}`,
        );
      }
      break;
    case "eff":
      if (used.length > 1) for (const k of used) builder.difference([k], used, () => `${shown[k]} effect`);
      break;
    case "del.eff":
      if (used.length > 1) {
        for (const k of used) {
          const others = used.filter((other) => other !== k);
          builder.difference([k], others, () => `${shown[k]} effect`);
        }
      }
      break;
    case "helmert":
      for (let k = 1; k < used.length; k++) {
        builder.scaled(
          used.slice(0, k).map((at) => [at, -1] as const),
          [used[k]!, k],
          `${shown[used[k]!]} vs earlier`,
        );
      }
      break;
    case "identity":
      for (const k of used) builder.scaled([], [k, 1], shown[k]!);
      break;
    case "poly":
      for (const [degree, values] of polynomialContrasts(used.length, options.maxDegree ?? 6).entries()) {
        builder.scaled(
          used.map((at, i) => [at, values[i]!] as const),
          null,
          DEGREES[degree] ?? `degree ${degree + 1}`,
        );
      }
      break;
  }
  const pairwise = family === "pairwise" || family === "revpairwise" || family === "tukey";
  return {
    contrasts: builder.contrasts,
    adjustment: ADJUSTMENTS[family],
    pairwise: pairwise ? used.length : null,
  };
}

const DEGREES: readonly string[] = ["linear", "quadratic", "cubic", "quartic"];

/**
 * Contrasts that a user wrote down.
 *
 * @param count means of each table
 * @throws HendersonError `means/contrast-length`
 */
export function customContrasts(custom: CustomContrasts, labels: readonly string[]): ContrastSet {
  const entries = Object.entries(custom);
  if (entries.length === 0) {
    throw new HendersonError("means/contrast-length", "no contrast is given", {
      hint: "give coefficients by name: { 'A - B': [1, -1, 0] }",
    });
  }
  for (const [name, coefficients] of entries) {
    const finite = coefficients.filter(Number.isFinite).length;
    if (coefficients.length === labels.length && finite === labels.length) continue;
    throw new HendersonError(
      "means/contrast-length",
      `the contrast '${name}' has ${finite} finite coefficients, and there are ${labels.length} means`,
      { hint: `one number for each of ${listed(labels)}` },
    );
  }
  return {
    contrasts: entries.map(([name, values]) => ({
      name: () => name,
      coefficients: Float64Array.from(values),
    })),
    adjustment: "none",
    pairwise: null,
  };
}

class Builder {
  readonly contrasts: NamedContrast[] = [];
  readonly #count: number;
  readonly #labels: readonly string[];
  readonly #reverse: boolean;

  constructor(count: number, labels: readonly string[], reverse: boolean) {
    this.#count = count;
    this.#labels = labels;
    this.#reverse = reverse;
  }

  /** The average of some levels minus the average of others. */
  difference(plus: readonly number[], minus: readonly number[], name?: () => string): void {
    const [first, second] = this.#reverse ? [minus, plus] : [plus, minus];
    const coefficients = new Float64Array(this.#count);
    for (const k of first) coefficients[k]! += 1 / first.length;
    for (const k of second) coefficients[k]! -= 1 / second.length;
    const side = (levels: readonly number[]): string =>
      levels.length === 1
        ? this.#labels[levels[0]!]!
        : `avg(${levels.map((k) => this.#labels[k]!).join(",")})`;
    this.contrasts.push({
      name: name ?? ((sign) => `${side(first)} ${sign} ${side(second)}`),
      coefficients,
    });
  }

  /** Coefficients as they are. */
  scaled(
    values: readonly (readonly [number, number])[],
    last: readonly [number, number] | null,
    name: string,
  ): void {
    const coefficients = new Float64Array(this.#count);
    for (const [k, value] of last === null ? values : [...values, last]) coefficients[k] = value;
    this.contrasts.push({ name: () => name, coefficients });
  }
}

/** A label with a sign in it between parentheses, so that differences can be read. */
function parenthesized(label: string): string {
  return /[-+/*]/.test(label) ? `(${label})` : label;
}

function pairs(levels: readonly number[], each: (a: number, b: number) => void): void {
  for (const [at, a] of levels.entries()) for (const b of levels.slice(at + 1)) each(a, b);
}

/** A level by its label, or by its position from 1. */
function positionOf(level: string | number, labels: readonly string[], plain: readonly string[]): number {
  const at = typeof level === "number" ? level - 1 : Math.max(labels.indexOf(level), plain.indexOf(level));
  if (Number.isInteger(at) && at >= 0 && at < labels.length) return at;
  const closest = typeof level === "number" ? null : nearest(level, labels);
  throw new HendersonError(
    "means/contrast-levels",
    typeof level === "number"
      ? `there is no mean number ${level}: there are ${labels.length}`
      : `'${level}' is not among the means`,
    {
      hint:
        closest === null
          ? `the means are ${listed(labels)}`
          : `did you mean '${closest}'? The means are ${listed(labels)}`,
    },
  );
}

function listed(labels: readonly string[]): string {
  return labels.slice(0, 12).join(", ") + (labels.length > 12 ? ", ..." : "");
}
