import { HendersonError } from "../../base/errors.ts";
import type { Design } from "../../design/design.ts";
import type { GridVariable } from "./gridVariables.ts";
import { unknownVariable, variableAliases } from "./predictorRoles.ts";

/** Factors whose levels mean something only inside a level of others, with all of those: drug -> route. */
export type Nesting = ReadonlyMap<string, readonly string[]>;

/** The nesting that a user states, by factor; or whether it is looked for. */
export type NestingOption = "auto" | "none" | Readonly<Record<string, readonly string[]>>;

/**
 * Which factors are nested in others: those with every level in only one level of the other, and those that are in the
 * model inside of an interaction only (`route/drug`: `route + route:drug`), the rest of which is in the model.
 *
 * @param rows rows of the table that are in the fit
 */
export function findNesting(
  design: Design,
  variables: readonly GridVariable[],
  rows: Int32Array,
  option: NestingOption,
): Nesting {
  if (option === "none") return new Map();
  const factors = variables.filter(({ all }) => all !== null);
  const names = factors.map(({ name }) => name);
  const parents = new Map<string, Set<string>>();
  if (option !== "auto") {
    for (const [name, groups] of Object.entries(option)) {
      for (const factor of [name, ...groups]) {
        if (!names.includes(factor)) throw unknownVariable(factor, names);
      }
      if (groups.includes(name)) throw circle(name);
      parents.set(name, new Set(groups));
    }
    return closed(parents, names);
  }
  for (const [i, inner] of factors.entries()) {
    const found = new Set<string>(byTerms(inner.name, design, names));
    for (const [o, outer] of factors.entries()) {
      // of two factors that name the same groups the first is nested in the second
      const finer = inner.all!.count - outer.all!.count;
      if ((finer > 0 || (finer === 0 && i < o)) && isNestedInData(inner, outer, rows)) found.add(outer.name);
    }
    if (found.size > 0) parents.set(inner.name, found);
  }
  return closed(parents, names);
}

/** Whether every level of the inner factor occurs with one level of the outer. */
function isNestedInData(inner: GridVariable, outer: GridVariable, rows: Int32Array): boolean {
  const { codes, count } = inner.all!;
  if (outer.all!.count < 2) return false;
  const of = new Int32Array(count).fill(-1);
  for (const row of rows) {
    const a = codes[row]!;
    const b = outer.all!.codes[row]!;
    if (a < 0 || b < 0) continue;
    if (of[a] === -1) of[a] = b;
    else if (of[a] !== b) return false;
  }
  return true;
}

/** The other factors of the smallest interaction of a factor that has no main effect, if they are a term. */
function byTerms(name: string, design: Design, factors: readonly string[]): readonly string[] {
  const aliases = variableAliases(design.recipe);
  const terms = (design.recipe.traits ?? [design.recipe]).flatMap(({ fixed }) =>
    fixed.map(({ variables }) => variables.map((text) => aliases.get(text) ?? text)),
  );
  const inside = terms.filter((term) => term.includes(name) && term.every((v) => factors.includes(v)));
  if (inside.length === 0 || inside.some((term) => term.length === 1)) return [];
  const smallest = inside.reduce((least, term) => (term.length < least.length ? term : least));
  const rest = smallest.filter((variable) => variable !== name);
  const isTerm = terms.some((term) => term.length === rest.length && term.every((v) => rest.includes(v)));
  return isTerm ? rest : [];
}

/** With the factors in which the parents are nested. */
function closed(parents: Map<string, Set<string>>, names: readonly string[]): Nesting {
  for (let changed = true; changed; ) {
    changed = false;
    for (const [name, own] of parents) {
      for (const parent of [...own]) {
        for (const further of parents.get(parent) ?? []) {
          if (further === name) throw circle(name);
          if (!own.has(further)) {
            own.add(further);
            changed = true;
          }
        }
      }
    }
  }
  return new Map([...parents].map(([name, own]) => [name, names.filter((factor) => own.has(factor))]));
}

function circle(name: string): HendersonError {
  return new HendersonError("means/nesting", `'${name}' would be nested in itself`, {
    hint: "a factor is nested in coarser ones: nesting of drug in route",
  });
}
