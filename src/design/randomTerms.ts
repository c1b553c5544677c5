import { HendersonError } from "../base/errors.ts";
import { createStructure } from "../covariance/registry.ts";
import type { RandomTermSyntax, TraitFormula } from "../formula/terms.ts";
import type { RandomTerm } from "../model/model.ts";
import type { Relationship } from "../model/relationship.ts";
import { componentNames } from "./componentNames.ts";
import { type CommonLevels, type Layer, unionLevels } from "./groupLevels.ts";
import { incidenceOf, type PlacedColumn } from "./incidence.ts";
import { type RandomBlock, randomBlock, type TraitRows } from "./randomBlocks.ts";
import type { RandomRecipe } from "./recipe.ts";
import { codesInRelationship, type Relationships, relationshipNamed } from "./relationshipLevels.ts";
import { termStructure } from "./termStructure.ts";

export interface EncodedRandom {
  readonly terms: readonly RandomTerm[];
  readonly recipes: readonly RandomRecipe[];
}

export interface RandomOptions {
  readonly source: string;
  /** number of records of all traits */
  readonly rowCount: number;
  /** the traits have one formula, mvbind(): each of its terms is one term across traits */
  readonly shared: boolean;
  readonly relationships: Relationships;
  /** precision weights tell the residual from an effect of each row */
  readonly residualIsScaled: boolean;
  /** components (or `residual`) whose variance is known */
  readonly held: ReadonlySet<string>;
}

/** Blocks that make one term: as written, tied by an id, or of all traits. */
interface TermPlan {
  readonly id: string | null;
  readonly blocks: RandomBlock[];
}

/**
 * Random terms over the records of all traits; `(x || g)` becomes one term a coefficient, terms tied by an id
 * become one.
 *
 * @throws HendersonError `design/one-group`, `design/groups-of-one`, `design/no-coefficients`,
 * `design/unknown-relationship`, `design/unknown-ids`, `design/tied`, `design/structure`
 */
export function encodeRandom(
  formulas: readonly TraitFormula[],
  traits: readonly TraitRows[],
  options: RandomOptions,
): EncodedRandom {
  const common = commonLevels(options);
  const drafts = planTerms(formulas, traits, options).flatMap((plan) => {
    const levels = common(plan.blocks);
    requireGroups(plan, levels, options);
    return partsOf(plan).map((columns) => ({ plan, levels, columns }));
  });
  const names = drafts.map(({ plan, columns }) => coefficientNames(plan, columns, traits));
  const components = componentNames(
    drafts.map(({ plan, levels }, d) => ({
      base: plan.id ?? plan.blocks[0]!.syntax.grouping.name,
      relationship: levels.relationship?.name ?? null,
      firstCoefficient: names[d]![0]!,
    })),
  );
  const terms = drafts.map(({ plan, levels, columns }, d): RandomTerm => {
    const component = components[d]!;
    refuseGroupsOfOne(plan, levels, component, options);
    const several = traits.length > 1;
    return {
      component,
      group: plan.id ?? plan.blocks[0]!.syntax.grouping.name,
      levels: levels.levels,
      ...incidenceOf(columns, levels.codes, options.rowCount),
      coefficientNames: names[d]!,
      covariance: createStructure(...termStructure(plan.blocks, columns.length, options.source)),
      ...(levels.relationship === undefined ? {} : { relationship: levels.relationship }),
      ...(several ? { coefficientTrait: Int32Array.from(columns, ({ block }) => block.trait) } : {}),
      ...(plan.id === null && !several
        ? {}
        : {
            coefficientOrigin: columns.map(({ block, column }) => ({
              group: block.syntax.grouping.name,
              name: block.names[column]!,
            })),
          }),
    };
  });
  const recipes = drafts.map(({ plan, columns }, d) => recipeOf(terms[d]!, plan, columns, traits.length > 1));
  return { terms, recipes };
}

function planTerms(
  formulas: readonly TraitFormula[],
  traits: readonly TraitRows[],
  { source, shared }: RandomOptions,
): TermPlan[] {
  const plans = new Map<string, TermPlan>();
  const crossed = new Map<string, Layer>();
  formulas.forEach(({ random }, t) => {
    random.forEach((syntax, s) => {
      const block = randomBlock(syntax, t, traits[t]!, crossed, source);
      const { id } = syntax;
      const key = id !== null ? `|${id}|` : shared ? String(s) : `${t}:${s}`;
      const plan = plans.get(key);
      if (plan === undefined) plans.set(key, { id, blocks: [block] });
      else {
        requireSameRelationship(plan.blocks[0]!, block, source);
        plan.blocks.push(block);
      }
    });
  });
  return [...plans.values()];
}

function requireSameRelationship(first: RandomBlock, next: RandomBlock, source: string): void {
  const [before, now] = [first, next].map(({ syntax }) => relationshipOf(syntax));
  if (before === now) return;
  const { id, text, span } = next.syntax;
  throw new HendersonError(
    "design/tied",
    `the terms tied by ${id} must have one relationship, and ${text} has ${now ?? "none"} where the first has ${before ?? "none"}`,
    {
      hint:
        before === null || now === null
          ? "write gr(column, cov = A) in each of them, or in none"
          : `write cov = ${before} in each of them`,
      source,
      span,
    },
  );
}

function relationshipOf({ grouping }: RandomTermSyntax): string | null {
  return grouping.kind === "interaction" ? null : grouping.relationship;
}

/** Levels and codes of the blocks of a term; terms with the same grouping share their arrays. */
function commonLevels({
  source,
  relationships,
}: RandomOptions): (blocks: readonly RandomBlock[]) => CommonLevels {
  const known = new Map<string, CommonLevels>();
  const indexes = new Map<Relationship, ReadonlyMap<string, number>>();
  const inRelationship = (blocks: readonly RandomBlock[], name: string): CommonLevels => {
    const place = { source, span: blocks[0]!.syntax.grouping.span };
    const relationship = relationshipNamed(name, relationships, place);
    let index = indexes.get(relationship);
    if (index === undefined) {
      index = new Map(relationship.levels.map((level, k) => [level, k]));
      indexes.set(relationship, index);
    }
    const codes = blocks.flatMap(({ layers, syntax }) =>
      layers.map(({ groups, variables }) =>
        codesInRelationship(groups, variables.join(":"), relationship, index, {
          source,
          span: syntax.grouping.span,
        }),
      ),
    );
    return { levels: relationship.levels, codes, relationship };
  };
  return (blocks) => {
    const name = relationshipOf(blocks[0]!.syntax);
    const key = JSON.stringify([
      name,
      blocks.map(({ trait, layers }) => [trait, layers.map(({ variables }) => variables)]),
    ]);
    let found = known.get(key);
    if (found === undefined) {
      found =
        name === null ? unionLevels(blocks.flatMap(({ layers }) => layers)) : inRelationship(blocks, name);
      known.set(key, found);
    }
    return found;
  };
}

/** The columns of each model term of a plan: all of its blocks', or with || those of one name. */
function partsOf({ blocks }: TermPlan): PlacedColumn[][] {
  const columns: PlacedColumn[] = [];
  let firstLayer = 0;
  for (const block of blocks) {
    for (let column = 0; column < block.names.length; column++) columns.push({ block, column, firstLayer });
    firstLayer += block.layers.length;
  }
  if (!blocks[0]!.syntax.uncorrelated) return [columns];
  const parts = new Map<string, PlacedColumn[]>();
  for (const placed of columns) {
    const name = placed.block.names[placed.column]!;
    const part = parts.get(name);
    if (part === undefined) parts.set(name, [placed]);
    else part.push(placed);
  }
  return [...parts.values()];
}

/** `(Intercept)`; `calf:(Intercept)` of tied terms; `fat:(Intercept)` of a trait; both where a trait has tied terms. */
function coefficientNames(
  { id, blocks }: TermPlan,
  columns: readonly PlacedColumn[],
  traits: readonly TraitRows[],
): string[] {
  const several = traits.length > 1;
  const grouped = id !== null && (!several || new Set(blocks.map(({ trait }) => trait)).size < blocks.length);
  return columns.map(({ block, column }) => {
    const trait = several ? `${block.rows.name}:` : "";
    const group = grouped ? `${block.syntax.grouping.name}:` : "";
    return trait + group + block.names[column]!;
  });
}

function requireGroups(
  { blocks }: TermPlan,
  { levels, relationship }: CommonLevels,
  options: RandomOptions,
): void {
  if (levels.length > 1 || relationship !== undefined) return;
  const { grouping } = blocks[0]!.syntax;
  if (options.held.has(grouping.name)) return;
  throw new HendersonError(
    "design/one-group",
    levels.length === 0
      ? `${grouping.name} has no level in the rows used`
      : `${grouping.name} has only the level '${levels[0]}' in the rows used`,
    {
      hint: "a grouping factor needs two or more levels for a variance between them",
      source: options.source,
      span: grouping.span,
    },
  );
}

/** An effect of each record is the residual over again, unless a relationship, weights or known variances tell them apart. */
function refuseGroupsOfOne(
  { id, blocks }: TermPlan,
  { levels, relationship }: CommonLevels,
  component: string,
  { residualIsScaled, held, source }: RandomOptions,
): void {
  if (residualIsScaled || relationship !== undefined || held.has(component) || held.has("residual")) return;
  if (id !== null && blocks.some(({ trait }, b) => b > 0 && trait === blocks[b - 1]!.trait)) return;
  const confounded = blocks.every(
    ({ rows, layers, columns }) =>
      layers.length === 1 &&
      layers[0]!.groups.levels.length === rows.rowCount &&
      levels.length >= rows.rowCount &&
      constantInSpan(columns, rows.rowCount),
  );
  if (!confounded) return;
  const { grouping, span } = blocks[0]!.syntax;
  throw new HendersonError(
    "design/groups-of-one",
    `every level of ${grouping.name} has one row, so its variance cannot be told from the residual variance`,
    { hint: "leave the term out, or group by a factor with several rows a level", source, span },
  );
}

/** Whether one column, or all of them together, is constant: an intercept, or dummies of all levels. */
function constantInSpan(columns: readonly (Float64Array | null)[], rowCount: number): boolean {
  if (columns.includes(null)) return true;
  let first = 0;
  for (const column of columns) first += column![0]!;
  for (let i = 1; i < rowCount; i++) {
    let sum = 0;
    for (const column of columns) sum += column![i]!;
    if (sum !== first) return false;
  }
  return first !== 0;
}

function recipeOf(
  { component, levels, relationship, incidence }: RandomTerm,
  { blocks }: TermPlan,
  columns: readonly PlacedColumn[],
  several: boolean,
): RandomRecipe {
  const [first] = blocks;
  const named = relationship === undefined ? {} : { relationship: relationship.name };
  const texts = blocks.flatMap(({ layers }) => layers.flatMap(({ variables }) => variables));
  const groupVariables = [...new Set(texts)];
  const columnsOf = (block: RandomBlock): number[] =>
    columns.filter((placed) => placed.block === block).map(({ column }) => column);
  if (blocks.length === 1 && incidence === undefined) {
    const { intercept, coding } = first!;
    return {
      component,
      groupVariables,
      levels,
      ...named,
      intercept,
      terms: coding,
      columns: columnsOf(first!),
    };
  }
  return {
    component,
    groupVariables,
    levels,
    ...named,
    intercept: blocks.some((block) => block.intercept),
    terms: blocks.flatMap(({ coding }) => coding),
    columns: columns.map((_, k) => k),
    blocks: blocks.map((block) => ({
      ...(several ? { trait: block.trait } : {}),
      layers: block.layers.map(({ variables }) => variables),
      scale: block.scale,
      intercept: block.intercept,
      terms: block.coding,
      columns: columnsOf(block),
    })),
  };
}
