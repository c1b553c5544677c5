import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { fixedEffects } from "../model/fixedEffects.ts";
import type { Model, RandomTerm } from "../model/model.ts";

/** Rows of a model in groups that are drawn as wholes. */
export interface Groups {
  /** group of every row, length n */
  readonly codes: Int32Array;
  readonly count: number;
}

/** What groups are drawn: those of a random term, by the name of its grouping, or a label for every row. */
export type ClusterSpec = string | ArrayLike<string | number>;

/**
 * The groups that are drawn.
 *
 * @throws HendersonError simulation/clusters
 */
export function groupsOf(model: Model, spec: ClusterSpec): Groups {
  const { random, traits } = model;
  if (traits !== undefined || random.some((term) => term.relationship ?? term.incidence)) {
    throw refused(
      "groups cannot be drawn again where levels are related, rows belong to several levels, or there are several traits",
      "use the parametric bootstrap",
    );
  }
  const groups = typeof spec === "string" ? ofTerm(random, spec) : ofLabels(spec, model.response.length);
  if (groups.count < 2) throw refused("there is only one group to draw", "draw groups of another factor");
  return groups;
}

function ofTerm(random: readonly RandomTerm[], name: string): Groups {
  const term = random.find(({ group }) => group === name);
  if (term !== undefined) return { codes: term.codes, count: term.levels.length };
  const names = [...new Set(random.map(({ group }) => group))];
  const closest = nearest(name, names);
  throw refused(
    `no random term of the model is grouped by '${name}'`,
    `${closest === null ? "" : `the closest is '${closest}'; `}the groupings are ${names.join(", ")}`,
  );
}

function ofLabels(labels: ArrayLike<string | number>, n: number): Groups {
  if (labels.length !== n) {
    throw refused(
      `${labels.length} labels are given for ${n} rows`,
      "give one label for each row that is in the model",
    );
  }
  const known = new Map<string | number, number>();
  const codes = Int32Array.from({ length: n }, (_, i) => {
    const label = labels[i]!;
    const code = known.get(label) ?? known.size;
    known.set(label, code);
    return code;
  });
  return { codes, count: known.size };
}

function refused(message: string, hint: string): HendersonError {
  return new HendersonError("simulation/clusters", message, { hint });
}

/** A model of rows that were drawn, and which fixed effects of the original are left in it. */
interface ResampledModel {
  readonly model: Model;
  /** columns of the original X, ascending */
  readonly kept: readonly number[];
}

/** Makes models of drawn groups; what does not depend on the draw is found once. */
export function createGroupResampler(
  model: Model,
  { codes, count }: Groups,
): (drawn: ArrayLike<number>) => ResampledModel {
  const rowsOf = Array.from({ length: count }, (): number[] => []);
  for (const [row, group] of codes.entries()) rowsOf[group]!.push(row);
  // a level that lies in one group is another level each time the group is drawn; one that crosses groups stays itself
  const groupings = [...new Set(model.random.map((term) => term.codes))];
  const nested = groupings.map((levels) => isNested(levels, codes));
  return (drawn) => {
    const rows: number[] = [];
    const draw: number[] = [];
    for (let d = 0; d < drawn.length; d++) {
      for (const row of rowsOf[drawn[d]!]!) {
        rows.push(row);
        draw.push(d);
      }
    }
    const take = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row]!);
    const recoded = groupings.map((levels, g) => recode(levels, rows, nested[g]! ? draw : null));
    const weights = model.weights === undefined ? undefined : take(model.weights);
    const { fixed, kept } = fixedEffects(
      model.fixed.names,
      takeMatrixRows(model.fixed.matrix, rows),
      weights,
    );
    return {
      kept,
      model: {
        response: take(model.response),
        fixed,
        random: model.random.map((term) => {
          const { codes: own, sources } = recoded[groupings.indexOf(term.codes)]!;
          return {
            ...term,
            codes: own,
            levels: sources.map((level, at) => `${term.levels[level]!}.${at + 1}`),
            basis: term.basis.map((column) => (column === null ? null : take(column))),
          };
        }),
        ...(weights === undefined ? {} : { weights }),
        ...(model.offset === undefined ? {} : { offset: take(model.offset) }),
      },
    };
  };
}

function isNested(levels: Int32Array, groups: Int32Array): boolean {
  const groupOf = new Map<number, number>();
  return levels.every((level, i) => {
    const group = groupOf.get(level);
    if (group === undefined) groupOf.set(level, groups[i]!);
    return group === undefined || group === groups[i];
  });
}

/** New codes in order of appearance, and the original level of each. */
function recode(
  levels: Int32Array,
  rows: readonly number[],
  draw: readonly number[] | null,
): { readonly codes: Int32Array; readonly sources: number[] } {
  const known = new Map<number, number>();
  const sources: number[] = [];
  const span = levels.reduce((most, level) => Math.max(most, level), 0) + 1;
  const codes = Int32Array.from(rows, (row, i) => {
    const level = levels[row]!;
    const key = draw === null ? level : draw[i]! * span + level;
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, sources.length);
    return sources.push(level) - 1;
  });
  return { codes, sources };
}

function takeMatrixRows({ rows: n, columns, values }: Matrix, rows: readonly number[]): Matrix {
  const out = new Float64Array(rows.length * columns);
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < rows.length; i++) out[i + c * rows.length] = values[rows[i]! + c * n]!;
  }
  return { rows: rows.length, columns, values: out };
}
