import { HendersonError } from "../base/errors.ts";
import type { RandomTermSyntax, TraitFormula } from "../formula/terms.ts";
import type { Layer } from "./groupLevels.ts";
import { type RandomBlock, randomBlock, type TraitRows } from "./randomBlocks.ts";

/** Blocks that make one term: as written, tied by an id, or of all traits. */
export interface TermPlan {
  readonly id: string | null;
  readonly blocks: RandomBlock[];
}

/**
 * Which blocks make which term, in order of appearance.
 *
 * @param shared the traits have one formula: each of its terms is one term across traits
 * @throws HendersonError `design/tied`
 */
export function planTerms(
  formulas: readonly TraitFormula[],
  traits: readonly TraitRows[],
  { source, shared }: { readonly source: string; readonly shared: boolean },
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

/** Name of the relationship of a term, null where it has none. */
export function relationshipOf({ grouping }: RandomTermSyntax): string | null {
  return grouping.kind === "interaction" ? null : grouping.relationship;
}
