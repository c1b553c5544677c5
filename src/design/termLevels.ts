import type { Relationship } from "../model/relationship.ts";
import { type CommonLevels, unionLevels } from "./groupLevels.ts";
import type { RandomBlock } from "./randomBlocks.ts";
import { codesInRelationship, type Relationships, relationshipNamed } from "./relationshipLevels.ts";
import { relationshipOf } from "./termPlans.ts";

/**
 * Levels and codes of the blocks of a term; terms with the same grouping share their arrays.
 *
 * @throws HendersonError `design/unknown-relationship`, `design/unknown-ids`
 */
export function commonLevels({
  source,
  relationships,
}: {
  readonly source: string;
  readonly relationships: Relationships;
}): (blocks: readonly RandomBlock[]) => CommonLevels {
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
    // no text of a formula holds a control character
    let key = `${name ?? ""}`;
    for (const { trait, layers } of blocks) {
      key += `\u0003${trait}`;
      for (const { variables } of layers) key += `\u0002${variables.join("\u0001")}`;
    }
    let found = known.get(key);
    if (found === undefined) {
      found =
        name === null ? unionLevels(blocks.flatMap(({ layers }) => layers)) : inRelationship(blocks, name);
      known.set(key, found);
    }
    return found;
  };
}
