import { HendersonError } from "../../base/errors.ts";
import type { Note } from "../../base/notes.ts";
import type { FitResult } from "../../fit/result.ts";
import type { Table } from "../../table/table.ts";
import { denominatorOf } from "../denominator.ts";
import { requireFixedEffects } from "../requireFixedEffects.ts";
import { averageOver } from "./averages.ts";
import type { CustomContrasts } from "./contrastFamilies.ts";
import { type ContrastFunctions, contrastChoice, contrastRows, interactionContrasts } from "./contrasts.ts";
import { type EstimateTable, estimateTable, type TableMaker } from "./estimateTable.ts";
import { compactLetters } from "./letters.ts";
import { groupRows, type LinearFunctions, positionsOf } from "./linearFunctions.ts";
import { interactionNotes, notTransformed, onModelScale, singleValueNotes } from "./meansNotes.ts";
import { type MeansOptions, requireMeansOptions } from "./meansOptions.ts";
import { type MeansSpecs, parseSpecs } from "./parseSpecs.ts";
import { unknownVariable, variableAliases } from "./predictorRoles.ts";
import { type ReferenceGrid, referenceGrid } from "./referenceGrid.ts";
import { type ResponseScale, responseScale } from "./responseScale.ts";
import { totalDeviation } from "./totalDeviation.ts";

/** Marginal means or slopes, and contrasts between them. */
export interface MeansResult {
  /** the means, or slopes */
  readonly estimates: EstimateTable;
  readonly contrasts: EstimateTable | null;
  /** letters of every row of `estimates`, where they were asked for */
  readonly letters: {
    readonly alpha: number;
    readonly adjust: EstimateTable["tests"];
    readonly groups: readonly string[];
  } | null;
  /** values at which the model was evaluated */
  readonly grid: readonly {
    readonly name: string;
    readonly kind: "factor" | "covariate";
    readonly values: readonly string[];
  }[];
  readonly notes: readonly Note[];
}

/**
 * Estimated marginal means (least-squares means): predictions at the reference grid, averaged over the variables that
 * are not asked for, with contrasts between them.
 *
 * @param table the table that the model was fitted to
 * @param specs `treat`, `~ treat * dose`, `pairwise ~ treat | sex`, `~ 1`
 * @throws HendersonError `means/...` (see catalogue.ts), `inference/ddf-not-loaded`
 * @cite Searle, Speed & Milliken (1980); Lenth (2016), J. Stat. Softw. 69(1), for the names
 */
export function means(
  fit: FitResult,
  table: Table,
  specs: string | MeansSpecs,
  options: MeansOptions = {},
): MeansResult {
  requireFixedEffects(fit, "means");
  const grid = referenceGrid(fit, table, options);
  const scale = scaleOf(grid, options);
  return describeGrid(
    {
      fit,
      grid,
      functions: grid.functions,
      kind: "means",
      scale,
      name: scale === null ? "emmean" : "response",
    },
    specs,
    options,
  );
}

/** What is averaged and compared: predictions, or their slopes. */
interface GridQuantity {
  readonly fit: FitResult;
  readonly grid: ReferenceGrid;
  readonly functions: LinearFunctions;
  readonly kind: "means" | "slopes";
  /** way back to the response, where it is taken */
  readonly scale: ResponseScale | null;
  /** heading of the estimates */
  readonly name: string;
}

/** Averages a quantity over the grid, and contrasts the averages. */
export function describeGrid(
  quantity: GridQuantity,
  specs: string | MeansSpecs,
  options: MeansOptions,
): MeansResult {
  const { fit, grid, kind, scale } = quantity;
  requireMeansOptions(options);
  const asked = resolveSpecs(typeof specs === "string" ? parseSpecs(specs) : specs, grid, options);
  const keep = [...asked.of, ...asked.by];
  const functions = averageOver(quantity.functions, keep, options.weights ?? "equal", grid.nesting);
  const averagedOver = grid.functions.dimensions
    .filter(({ name, labels }) => !keep.includes(name) && labels.length > 1)
    .map(({ name }) => name);
  const denominator = denominatorOf(fit, options.ddf);
  const comparing = asked.contrast !== null || options.interaction !== undefined;
  const base = { functions, by: asked.by, denominator, averagedOver, notes: [] };
  const sigma = scale === null ? null : biasSigma(fit, options);
  const { adjust, side, delta, null: against, infer, ...intervals } = options;
  const estimates = estimateTable(
    {
      ...base,
      kind,
      estimateName: quantity.name,
      means: null,
      adjust: comparing ? "none" : (adjust ?? "none"),
      response: scale === null ? null : { scale, as: "means", sigma },
    },
    comparing ? intervals : options,
  );
  const contrasts = comparing ? contrastTable(base, asked, quantity, options) : null;
  return {
    estimates,
    contrasts,
    letters: options.letters === undefined ? null : lettersOf(base, asked, options.letters, options),
    grid: grid.variables.map((variable) => ({
      name: variable.name,
      kind: variable.kind,
      values: variable.labels,
    })),
    notes: [
      ...grid.notes,
      ...denominator.notes,
      ...(options.type === "response" && scale === null ? [notTransformed(grid, kind)] : []),
      ...interactionNotes(grid, keep, averagedOver),
      ...singleValueNotes(grid, keep),
    ],
  };
}

type TableBase = Pick<TableMaker, "functions" | "by" | "denominator" | "averagedOver" | "notes">;

function contrastTable(
  base: TableBase,
  asked: ResolvedSpecs,
  { scale, fit }: GridQuantity,
  options: MeansOptions,
): EstimateTable {
  const made: ContrastFunctions =
    options.interaction === undefined
      ? contrastRows(base.functions, contrastChoice(asked.contrast!), asked.by, options)
      : interactionContrasts(base.functions, options.interaction.map(contrastChoice), asked.by, options);
  const ratios = scale !== null && scale.ratioBase !== null && made.differences;
  // rows that are means themselves come back as means do
  const identity = asked.contrast === "identity" && options.interaction === undefined;
  const response: TableMaker["response"] =
    scale === null
      ? null
      : ratios
        ? { scale, as: "ratios" }
        : identity
          ? { scale, as: "means", sigma: biasSigma(fit, options) }
          : null;
  const notes =
    scale !== null && response === null ? [...base.notes, onModelScale(scale.transformation)] : base.notes;
  return estimateTable(
    {
      ...base,
      functions: made.functions,
      shown: ratios ? made.ratioDimensions : made.functions.dimensions,
      kind: "contrasts",
      estimateName: ratios ? "ratio" : identity && response !== null ? "response" : "estimate",
      means: made.means,
      adjust: options.adjust ?? made.adjustment,
      response,
      notes,
    },
    options,
  );
}

function lettersOf(
  base: TableBase,
  asked: ResolvedSpecs,
  alpha: number,
  options: MeansOptions,
): NonNullable<MeansResult["letters"]> {
  const groups: string[] = [];
  let adjust: EstimateTable["tests"] = null;
  const byPositions = positionsOf(base.functions, asked.by);
  for (const { rows } of groupRows(base.functions, byPositions)) {
    const own: LinearFunctions = { ...base.functions, rows };
    if (rows.length === 1) {
      groups.push("a");
      continue;
    }
    const pairs = contrastRows(own, "pairwise", asked.by);
    const table = estimateTable(
      {
        ...base,
        functions: pairs.functions,
        kind: "contrasts",
        estimateName: "estimate",
        means: pairs.means,
        adjust: options.adjust ?? pairs.adjustment,
        response: null,
      },
      { infer: "tests" },
    );
    adjust = table.tests;
    const estimates = estimateTable(
      {
        ...base,
        functions: own,
        kind: "means",
        estimateName: "emmean",
        means: null,
        adjust: "none",
        response: null,
      },
      {},
    );
    groups.push(
      ...compactLetters(
        estimates.rows.map(({ estimate }) => estimate),
        table.rows.map(({ p }) => p !== null && p <= alpha),
      ),
    );
  }
  return { alpha, adjust, groups };
}

interface ResolvedSpecs extends Omit<MeansSpecs, "contrast"> {
  readonly contrast: string | CustomContrasts | null;
}

/** Names of grid dimensions, with the groups that nested factors need, and the family of contrasts. */
function resolveSpecs(specs: MeansSpecs, grid: ReferenceGrid, options: MeansOptions): ResolvedSpecs {
  const known = grid.functions.dimensions.map(({ name }) => name);
  const aliases = variableAliases(grid.design.recipe);
  const resolve = (name: string): string => {
    const column = known.includes(name) ? name : (aliases.get(name) ?? name);
    if (!known.includes(column)) throw unknownVariable(name, known);
    return column;
  };
  const withGroups = (names: readonly string[]): string[] => {
    const out: string[] = [];
    for (const name of names) {
      for (const each of [name, ...(grid.nesting.get(name) ?? [])]) if (!out.includes(each)) out.push(each);
    }
    return out;
  };
  const by = withGroups([...new Set([...specs.by, ...(options.by ?? [])].map(resolve))]);
  const wanted = specs.of.map(resolve);
  const of = withGroups(wanted).filter((name) => !by.includes(name));
  if (wanted.length > 0 && of.length === 0) {
    throw new HendersonError(
      "means/specs",
      `${wanted.join(" and ")} ${wanted.length === 1 ? "is" : "are"} asked for and what the tables are separated by at once`,
      { hint: "leave it out on one side of '|'" },
    );
  }
  if (specs.contrast !== null && options.contrast !== undefined) {
    throw new HendersonError(
      "means/specs",
      `contrasts are asked for twice: '${specs.contrast}' left of '~' and in the option contrast`,
      { hint: "leave one of them out" },
    );
  }
  return { of, by, contrast: specs.contrast ?? options.contrast ?? null };
}

/** The way back to the response where it is asked for and there is one. */
function scaleOf({ design }: ReferenceGrid, { type }: MeansOptions): ResponseScale | null {
  return type === "response" ? responseScale(design) : null;
}

function biasSigma(fit: FitResult, { biasAdjust }: MeansOptions): number | null {
  if (biasAdjust === undefined || biasAdjust === false) return null;
  return biasAdjust === true ? totalDeviation(fit) : biasAdjust;
}
