import { HendersonError } from "../../base/errors.ts";
import type { Adjustment } from "./adjustment.ts";
import {
  type ContrastFamily,
  type ContrastSet,
  type CustomContrasts,
  customContrasts,
  type FamilyOptions,
  familyContrasts,
  familyNamed,
} from "./contrastFamilies.ts";
import {
  combine,
  type Dimension,
  groupRows,
  hasNumericLabels,
  type LinearFunction,
  type LinearFunctions,
  positionsOf,
} from "./linearFunctions.ts";

/** Contrasts of the rows of a table, taken in each `by` group. */
export interface ContrastFunctions {
  /** dimensions: the contrast (or one for each factor of interaction contrasts), then those of `by` */
  readonly functions: LinearFunctions;
  /** the same, with names as ratios */
  readonly ratioDimensions: readonly Dimension[];
  readonly adjustment: Adjustment;
  /** means that are compared in each table, where these are all pairwise comparisons; else null */
  readonly means: number | null;
  /** whether all coefficients of each row sum to zero */
  readonly differences: boolean;
}

/** What one contrasts means by. */
type ContrastChoice = ContrastFamily | CustomContrasts;

/** As `ContrastChoice`, families by any name that they go by. */
export function contrastChoice(choice: string | CustomContrasts): ContrastChoice {
  return typeof choice === "string" ? familyNamed(choice) : choice;
}

/**
 * Contrasts between the rows of a table; the levels of several dimensions are combined and treated as one.
 *
 * @param by dimensions whose levels are compared within only
 * @throws HendersonError `means/contrast-levels`, `means/contrast-length`, `means/one-mean`
 */
export function contrastRows(
  functions: LinearFunctions,
  choice: ContrastChoice,
  by: readonly string[],
  options: FamilyOptions = {},
): ContrastFunctions {
  const byPositions = positionsOf(functions, by);
  const own = functions.dimensions.map((_, k) => k).filter((k) => !byPositions.includes(k));
  const groups = groupRows(functions, byPositions);
  const sets = new Map<string, ContrastSet>();
  const labels = new Map<string, number>();
  const ratios: string[] = [];
  const rows: LinearFunction[] = [];
  let last: ContrastSet | null = null;
  let smallest = Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const group of groups) {
    const texts = group.rows.map((row) => rowLabel(functions, row, own));
    const key = texts.join("\n");
    let set = sets.get(key);
    if (set === undefined) {
      requireFamily(choice, texts.length, functions.rows[0]?.weights.length ?? 0);
      set =
        typeof choice === "string"
          ? familyContrasts(
              choice,
              texts,
              options,
              group.rows.map((row) => plainLabel(functions, row, own)),
            )
          : customContrasts(choice, texts);
      sets.set(key, set);
    }
    last = set;
    smallest = Math.min(smallest, texts.length);
    largest = Math.max(largest, texts.length);
    for (const { name, coefficients } of set.contrasts) {
      const label = name("-");
      let at = labels.get(label);
      if (at === undefined) {
        at = labels.size;
        labels.set(label, at);
        ratios.push(name("/"));
      }
      rows.push(combine(group.rows, coefficients, [at, ...group.levels]));
    }
  }
  if (rows.length === 0) throw oneMean(largest);
  const byDimensions = byPositions.map((k) => functions.dimensions[k]!);
  const all = [...sets.values()];
  return {
    functions: {
      dimensions: [{ name: "contrast", labels: [...labels.keys()] }, ...byDimensions],
      rows,
      coefficients: functions.coefficients,
    },
    ratioDimensions: [{ name: "contrast", labels: ratios }, ...byDimensions],
    adjustment: last!.adjustment,
    means: smallest === largest ? last!.pairwise : null,
    differences: all.every((set) => set.contrasts.every(({ coefficients }) => sumsToZero(coefficients))),
  };
}

/**
 * Contrasts of contrasts: for each factor its own family, the products of which are taken.
 *
 * @param choices families of the factors that are not in `by`, in their order; repeated where there are fewer
 */
export function interactionContrasts(
  functions: LinearFunctions,
  choices: readonly ContrastChoice[],
  by: readonly string[],
  options: FamilyOptions = {},
): ContrastFunctions {
  const factors = functions.dimensions.map(({ name }) => name).filter((name) => !by.includes(name));
  let current = functions;
  let ratios: readonly Dimension[] = functions.dimensions;
  let differences = true;
  for (const [k, factor] of factors.entries()) {
    const choice = choices[k % choices.length]!;
    const others = current.dimensions.map(({ name }) => name).filter((name) => name !== factor);
    const step = contrastRows(current, choice, others, options);
    differences &&= step.differences;
    const name = `${factor}_${typeof choice === "string" ? choice : "custom"}`;
    const position = current.dimensions.findIndex((dimension) => dimension.name === factor);
    const place = (dimensions: readonly Dimension[], made: Dimension): Dimension[] =>
      dimensions.map((dimension, at) => (at === position ? { ...made, name } : dimension));
    ratios = place(ratios, step.ratioDimensions[0]!);
    current = {
      dimensions: place(current.dimensions, step.functions.dimensions[0]!),
      rows: inOrder(
        step.functions.rows.map((row) => {
          const [contrast, ...rest] = row.levels;
          return { ...row, levels: [...rest.slice(0, position), contrast!, ...rest.slice(position)] };
        }),
      ),
      coefficients: current.coefficients,
    };
  }
  return { functions: current, ratioDimensions: ratios, adjustment: "none", means: null, differences };
}

function inOrder(rows: readonly LinearFunction[]): LinearFunction[] {
  return [...rows].sort((a, b) => {
    for (let k = a.levels.length - 1; k >= 0; k--) {
      if (a.levels[k] !== b.levels[k]) return a.levels[k]! - b.levels[k]!;
    }
    return 0;
  });
}

/** The levels of a row in words, `L A`; levels that are numbers with the name of their variable, `percent9`. */
function rowLabel(
  { dimensions }: LinearFunctions,
  { levels }: LinearFunction,
  positions: readonly number[],
): string {
  const parts = positions.map((k) => {
    const dimension = dimensions[k]!;
    const label = dimension.labels[levels[k]!]!;
    return hasNumericLabels(dimension) ? dimension.name + label : label;
  });
  return parts.length === 0 ? "overall" : parts.join(" ");
}

function plainLabel(
  { dimensions }: LinearFunctions,
  { levels }: LinearFunction,
  positions: readonly number[],
): string {
  return positions.map((k) => dimensions[k]!.labels[levels[k]!]!).join(" ");
}

/** Numbers in all contrasts that are still made. */
const LARGEST_FAMILY = 2 ** 26;

function requireFamily(choice: ContrastChoice, means: number, width: number): void {
  const quadratic = choice === "pairwise" || choice === "revpairwise" || choice === "tukey";
  const rows = quadratic ? 0.5 * means * (means - 1) : means;
  if (rows * (width + means) <= LARGEST_FAMILY) return;
  throw new HendersonError(
    "means/too-many-contrasts",
    `${means} means have ${rows} contrasts of the family '${String(choice)}', too many to be shown`,
    { hint: "compare with a control (trt.vs.ctrl), or within the levels of a variable (by)" },
  );
}

function oneMean(count: number): HendersonError {
  return new HendersonError(
    "means/one-mean",
    count === 1
      ? "there is only one mean in each table, so nothing can be compared"
      : "there are no means to compare",
    {
      hint: "put a factor with several levels left of '|'; a covariate stands at its mean, so give it values (at) or compare slopes",
    },
  );
}

function sumsToZero(coefficients: Float64Array): boolean {
  let sum = 0;
  let size = 0;
  for (const coefficient of coefficients) {
    sum += coefficient;
    size += Math.abs(coefficient);
  }
  return Math.abs(sum) <= 1e-10 * size;
}
