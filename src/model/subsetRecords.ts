import type { Matrix } from "../linalg/matrix.ts";
import type { AliasedColumn } from "./aliasedColumns.ts";
import { fixedEffects } from "./fixedEffects.ts";
import type { Model, RandomTerm } from "./model.ts";

interface SubsetModel {
  readonly model: Model;
  /** columns of the whole model's X that the records still determine, ascending */
  readonly kept: readonly number[];
  readonly aliased: readonly AliasedColumn[];
}

/**
 * The model of some of its records. Fixed columns that these do not determine are taken out.
 *
 * @param records indices, ascending
 * @param levels  `all` keeps the numbering of the levels; `met` drops independent levels that no record is left of
 */
export function subsetRecords(model: Model, records: Int32Array, levels: "all" | "met"): SubsetModel {
  const pick = (values: Float64Array): Float64Array => Float64Array.from(records, (r) => values[r]!);
  const pickCodes = (values: Int32Array): Int32Array => Int32Array.from(records, (r) => values[r]!);
  const weights = model.weights && pick(model.weights);
  const { fixed, kept, aliased } = fixedEffects(
    model.fixed.names,
    pickRows(model.fixed.matrix, records),
    weights,
  );
  const seen = new Map<Int32Array, Int32Array>();
  const random = model.random.map((term): RandomTerm => {
    const { incidence } = term;
    if (incidence !== undefined) {
      const layers = incidence.map((own) =>
        own.map(({ codes, values }) => ({
          codes: pickCodes(codes),
          values: values === null ? null : pick(values),
        })),
      );
      return { ...term, incidence: layers };
    }
    // terms with the same grouping share their codes
    let codes = seen.get(term.codes);
    if (codes === undefined) {
      codes = pickCodes(term.codes);
      seen.set(term.codes, codes);
    }
    const basis = term.basis.map((column) => (column === null ? null : pick(column)));
    return { ...term, codes, basis };
  });
  const { traits } = model;
  const subset: Model = {
    response: pick(model.response),
    fixed,
    random: levels === "met" ? withoutEmptyLevels(random) : random,
    ...(weights === undefined ? {} : { weights }),
    ...(model.offset === undefined ? {} : { offset: pick(model.offset) }),
    ...(traits === undefined
      ? {}
      : {
          traits: {
            ...traits,
            trait: pickCodes(traits.trait),
            unit: pickCodes(traits.unit),
            fixedTrait: Int32Array.from(kept, (j) => traits.fixedTrait[j]!),
          },
        }),
  };
  return { model: subset, kept, aliased };
}

function pickRows({ rows, columns, values }: Matrix, records: Int32Array): Matrix {
  const m = records.length;
  const out = new Float64Array(m * columns);
  for (let j = 0; j < columns; j++)
    for (let i = 0; i < m; i++) out[i + j * m] = values[records[i]! + j * rows]!;
  return { rows: m, columns, values: out };
}

/** Independent levels without a record go, and the others move up. */
function withoutEmptyLevels(terms: readonly RandomTerm[]): RandomTerm[] {
  const moved = new Map<Int32Array, { codes: Int32Array; left: number[] }>();
  return terms.map((term) => {
    if (term.incidence !== undefined || term.relationship !== undefined) return term;
    let found = moved.get(term.codes);
    if (found === undefined) {
      const place = new Int32Array(term.levels.length).fill(-1);
      for (const code of term.codes) place[code] = 0;
      const left: number[] = [];
      for (let l = 0; l < place.length; l++) {
        if (place[l]! < 0) continue;
        place[l] = left.length;
        left.push(l);
      }
      found = { codes: term.codes.map((code) => place[code]!), left };
      moved.set(term.codes, found);
    }
    return { ...term, codes: found.codes, levels: found.left.map((l) => term.levels[l]!) };
  });
}
