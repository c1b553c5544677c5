import type { IncidenceLayer } from "../model/model.ts";
import { factorOf } from "./coerce.ts";
import type { EncodedRows } from "./design.ts";
import { type EncodedVariable, encodeTerms } from "./encodeTerms.ts";
import { evaluate } from "./evaluate.ts";
import { crossGroups, type Grouping } from "./grouping.ts";
import { memberWeights, multiply, placeCodes, placeValues } from "./incidence.ts";
import { compareCodePoints } from "./levels.ts";
import type { RandomBlockRecipe, RandomRecipe, TermCoding, VariableRecipe } from "./recipe.ts";
import type { Scope } from "./scope.ts";

/** New rows of one trait as they are looked up: rows of a trait follow those of the traits before it. */
interface TraitLookup {
  readonly variables: Readonly<Record<string, VariableRecipe>>;
  readonly lookup: (text: string) => EncodedVariable;
  /** position of the trait's first record */
  readonly first: number;
}

interface CodedGroups {
  readonly codes: Int32Array;
  readonly unknownLevels: ReadonlyMap<string, number>;
}

/** Codes, basis or layers of every random term over new rows of all traits. */
export function encodeRandomRows(
  terms: readonly RandomRecipe[],
  traits: readonly TraitLookup[],
  scope: Scope,
): EncodedRows["random"] {
  const groups = new Map<string, Grouping>();
  const indexes = new Map<readonly string[], ReadonlyMap<string, number>>();
  const coded = new Map<Grouping, Map<readonly string[], CodedGroups>>();

  const codesOf = (trait: TraitLookup, texts: readonly string[], levels: readonly string[]): CodedGroups => {
    const key = JSON.stringify([trait.first, texts]);
    let grouping = groups.get(key);
    if (grouping === undefined) {
      grouping = groupsOf(trait, texts, scope);
      groups.set(key, grouping);
      coded.set(grouping, new Map());
    }
    const known = coded.get(grouping)!;
    let found = known.get(levels);
    if (found === undefined) {
      let index = indexes.get(levels);
      if (index === undefined) {
        index = new Map(levels.map((level, k) => [level, k]));
        indexes.set(levels, index);
      }
      found = codesUnder(grouping, index);
      known.set(levels, found);
    }
    return found;
  };

  return terms.map((term) => {
    if (term.blocks === undefined) {
      const [trait] = traits;
      const { codes, unknownLevels } = codesOf(trait!, term.groupVariables, term.levels);
      return { codes, basis: basisColumns(term, trait!.lookup, scope.rowCount), unknownLevels };
    }
    return encodeBlocks(term, term.blocks, traits, scope.rowCount, codesOf);
  });
}

function encodeBlocks(
  { levels }: RandomRecipe,
  blocks: readonly RandomBlockRecipe[],
  traits: readonly TraitLookup[],
  rowCount: number,
  codesOf: (trait: TraitLookup, texts: readonly string[], levels: readonly string[]) => CodedGroups,
): EncodedRows["random"][number] {
  const records = rowCount * traits.length;
  const unknownLevels = new Map<string, number>();
  const incidence: IncidenceLayer[][] = [];
  for (const block of blocks) {
    const trait = traits[block.trait ?? 0]!;
    const layers = block.layers.map((texts) => codesOf(trait, texts, levels));
    for (const { unknownLevels: own } of layers) {
      for (const [level, count] of own) unknownLevels.set(level, (unknownLevels.get(level) ?? 0) + count);
    }
    const own = layers.map(({ codes }) => codes);
    const weights = block.scale ? memberWeights(own) : null;
    const codes = own.map((layer) => placeCodes(layer, trait.first, records));
    for (const column of basisColumns(block, trait.lookup, rowCount)) {
      const values = placeValues(multiply(column, weights), trait.first, records);
      incidence.push(codes.map((layer) => ({ codes: layer, values })));
    }
  }
  return { codes: new Int32Array(0), basis: incidence.map(() => null), incidence, unknownLevels };
}

function basisColumns(
  term: {
    readonly intercept: boolean;
    readonly terms: readonly TermCoding[];
    readonly columns: readonly number[];
  },
  lookup: (text: string) => EncodedVariable,
  n: number,
): (Float64Array | null)[] {
  const columns: (Float64Array | null)[] = term.intercept ? [null] : [];
  const { matrix } = encodeTerms(false, term.terms, lookup, n);
  for (let j = 0; j < matrix.columns; j++) columns.push(matrix.values.subarray(j * n, (j + 1) * n));
  return term.columns.map((j) => columns[j]!);
}

function groupsOf({ variables }: TraitLookup, texts: readonly string[], scope: Scope): Grouping {
  return crossGroups(
    texts.map((text) => {
      const vector = evaluate(variables[text]!.expression, scope);
      return vector.kind === "factor" ? vector : factorOf(vector, scope.rowCount);
    }),
  );
}

function codesUnder(found: Grouping, index: ReadonlyMap<string, number>): CodedGroups {
  const position = Int32Array.from(found.levels, (level) => index.get(level) ?? -1);
  const counts = new Int32Array(found.levels.length);
  const codes = found.codes.map((code) => {
    if (code < 0) return -1;
    if (position[code]! < 0) counts[code]!++;
    return position[code]!;
  });
  const unknown: [string, number][] = [];
  for (let k = 0; k < counts.length; k++) if (counts[k]! > 0) unknown.push([found.levels[k]!, counts[k]!]);
  return { codes, unknownLevels: new Map(unknown.sort((a, b) => compareCodePoints(a[0], b[0]))) };
}
