import type { RandomTerm } from "../model/model.ts";
import type { PlacedColumn } from "./incidence.ts";
import type { RandomBlock } from "./randomBlocks.ts";
import type { RandomRecipe } from "./recipe.ts";
import type { TermPlan } from "./termPlans.ts";

/** What new rows need to know of a random term. */
export function randomRecipe(
  { component, levels, relationship, incidence }: RandomTerm,
  { blocks }: TermPlan,
  columns: readonly PlacedColumn[],
  several: boolean,
): RandomRecipe {
  const [first] = blocks;
  const named = relationship === undefined ? {} : { relationship: relationship.name };
  const [only] = first!.layers;
  const texts =
    blocks.length === 1 && first!.layers.length === 1
      ? only!.variables
      : blocks.flatMap(({ layers }) => layers.flatMap(({ variables }) => variables));
  const groupVariables = [...new Set(texts)];
  const columnsOf = (block: RandomBlock): number[] =>
    columns.filter((placed) => placed.block === block).map(({ column }) => column);
  if (blocks.length === 1 && incidence === undefined) {
    const { intercept, coding } = first!;
    return {
      component,
      groupVariables,
      levels,
      intercept,
      terms: coding,
      columns: columnsOf(first!),
      ...named,
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
