// New rows as predictors x'b + z'u of the mixed model equations, and what levels that are not in the fit add.

import type { EncodedRows } from "../design/design.ts";
import { encodeRows } from "../design/encodeRows.ts";
import type { RandomRecipe, Recipe } from "../design/recipe.ts";
import type {
  NaturalCovariances,
  SolvedEquations,
  SparseVector,
} from "../engines/equations/solvedEquations.ts";
import type { FitResult } from "../fit/result.ts";
import { columnsOf } from "../formula/variable.ts";
import type { Column, Table } from "../table/table.ts";

/** `mean`: the population; `group`: with the effects of the row's levels; `new-group`: levels not yet seen. */
export type IntervalTarget = "mean" | "group" | "new-group";

/** The predictors of rows. */
export interface PredictorRows {
  /** number of predictors: rows, times traits */
  readonly count: number;
  readonly encoded: EncodedRows;
  /** x of a row over the user's columns and fixed groups, and z over the levels of the fit (ascending unknowns) */
  predictor(row: number): { readonly x: Float64Array; readonly z: SparseVector };
  /** variance that levels without an estimate add: sum of z'Sigma z over them */
  newLevelVariance(row: number, covariances: NaturalCovariances): number;
}

/** One coefficient of a random term in one row: its level (-1: not in the fit), and which levels are one and the same. */
interface Entry {
  readonly coefficient: number;
  readonly level: number;
  readonly member: string;
  readonly value: number;
}

/** The rows of [X Z] that the predictions of a table are made of, for the target. */
export function predictorRows(
  fit: FitResult,
  table: Table,
  target: IntervalTarget,
  solved: SolvedEquations,
): PredictorRows {
  const { recipe } = fit.design!;
  const source = target === "new-group" ? withGroupColumns(recipe, table) : table;
  const encoded = encodeRows(recipe, source, { random: target !== "mean" });
  const { unknowns } = solved;
  const p = unknowns.fixed.toUser.columns;
  const n = encoded.rowCount;
  const own = encoded.fixed.columns;
  const rowsPerTrait = table.rowCount;

  function entries(t: number, row: number): Entry[] {
    const term = encoded.random[t]!;
    const { blocks } = recipe.random[t]!;
    if (blocks === undefined) {
      return term.basis.map((column, coefficient) => ({
        coefficient,
        level: target === "new-group" ? -1 : term.codes[row]!,
        member: "",
        value: column === null ? 1 : column[row]!,
      }));
    }
    const found: Entry[] = [];
    let coefficient = 0;
    for (const block of blocks) {
      for (let c = 0; c < block.columns.length; c++, coefficient++) {
        if (block.trait !== undefined && block.trait !== Math.floor(row / rowsPerTrait)) continue;
        term.incidence![coefficient]!.forEach(({ codes, values }, k) => {
          found.push({
            coefficient,
            level: target === "new-group" ? -1 : codes[row]!,
            member: block.layers[k]!.join(":"),
            value: values === null ? 1 : values[row]!,
          });
        });
      }
    }
    return found;
  }

  return {
    count: n,
    encoded,
    predictor(row) {
      const x = new Float64Array(p);
      for (let j = 0; j < own; j++) x[j] = encoded.fixed.values[row + j * n]!;
      const weights = new Map<number, number>();
      for (const [c, { term, first, width, levels, kinship }] of unknowns.components.entries()) {
        if (target !== "group") break;
        for (const { coefficient, level, value } of entries(term, row)) {
          if (level < 0) continue;
          if (level < levels) {
            const unknown = first + level * width + coefficient;
            weights.set(unknown, (weights.get(unknown) ?? 0) + value);
          }
          for (const group of unknowns.fixed.groups) {
            if (group.component !== c || group.coefficient !== coefficient || group.column === null) continue;
            const part =
              level < levels
                ? kinship.groupParts[level + group.group * levels]!
                : Number(level - levels === group.group);
            x[group.column]! += value * part;
          }
        }
      }
      const sorted = [...weights].sort(([a], [b]) => a - b);
      return {
        x,
        z: {
          count: sorted.length,
          unknowns: Int32Array.from(sorted, ([unknown]) => unknown),
          values: Float64Array.from(sorted, ([, value]) => value),
        },
      };
    },
    newLevelVariance(row, { random }) {
      if (target === "mean") return 0;
      let variance = 0;
      fit.model.random.forEach((_, t) => {
        if (target === "group" && encoded.random[t]!.unknownLevels.size === 0) return;
        const unseen = entries(t, row).filter(({ level }) => level < 0);
        const { rows: k, values } = random[t]!;
        for (const a of unseen) {
          for (const b of unseen) {
            if (a.member === b.member)
              variance += a.value * b.value * values[a.coefficient + b.coefficient * k]!;
          }
        }
      });
      return variance;
    },
  };
}

/** The table with the grouping columns that it lacks: a new group needs no name. */
function withGroupColumns(recipe: Recipe, table: Table): Table {
  const columns = new Map<string, Column>(table.columns);
  for (const name of groupColumns(recipe)) {
    if (columns.has(name)) continue;
    columns.set(name, { kind: "text", name, codes: new Int32Array(table.rowCount), levels: ["(new)"] });
  }
  return { rowCount: table.rowCount, columns };
}

function groupColumns(recipe: Recipe): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (term: RandomRecipe): void => {
    const parts = term.blocks ?? [{ trait: 0, layers: [term.groupVariables] }];
    for (const { trait = 0, layers } of parts) {
      const variables = recipe.traits?.[trait]?.variables ?? recipe.variables;
      for (const text of layers.flat()) {
        const variable = variables[text] ?? recipe.variables[text];
        if (variable !== undefined) columnsOf(variable.expression, names);
      }
    }
  };
  recipe.random.forEach(add);
  return names;
}
