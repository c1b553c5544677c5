import { createStructure } from "../covariance/registry.ts";
import type { TraitFormula } from "../formula/terms.ts";
import type { RandomTerm } from "../model/model.ts";
import { componentNames } from "./componentNames.ts";
import { type GroupContext, refuseGroupsOfOne, requireGroups } from "./groupChecks.ts";
import { incidenceOf, type PlacedColumn } from "./incidence.ts";
import type { TraitRows } from "./randomBlocks.ts";
import { randomRecipe } from "./randomRecipe.ts";
import type { RandomRecipe } from "./recipe.ts";
import type { Relationships } from "./relationshipLevels.ts";
import { commonLevels } from "./termLevels.ts";
import { planTerms, type TermPlan } from "./termPlans.ts";
import { termStructure } from "./termStructure.ts";

interface EncodedRandom {
  readonly terms: readonly RandomTerm[];
  readonly recipes: readonly RandomRecipe[];
}

interface RandomOptions extends GroupContext {
  /** number of records of all traits */
  readonly rowCount: number;
  /** the traits have one formula, mvbind(): each of its terms is one term across traits */
  readonly shared: boolean;
  readonly relationships: Relationships;
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
    const { codes, basis, incidence } = incidenceOf(columns, levels.codes, options.rowCount);
    return {
      component,
      group: plan.id ?? plan.blocks[0]!.syntax.grouping.name,
      levels: levels.levels,
      codes,
      basis,
      coefficientNames: names[d]!,
      covariance: createStructure(...termStructure(plan.blocks, columns.length, options.source)),
      ...(incidence === undefined ? {} : { incidence }),
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
  const recipes = drafts.map(({ plan, columns }, d) =>
    randomRecipe(terms[d]!, plan, columns, traits.length > 1),
  );
  return { terms, recipes };
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
