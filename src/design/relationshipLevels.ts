import { HendersonError, type SourceSpan } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Relationship } from "../model/relationship.ts";
import { listed } from "./coerce.ts";
import type { Grouping } from "./grouping.ts";

/** Known relationships by name. */
export type Relationships = Readonly<Record<string, Relationship>>;

/** Where a message points to. */
interface Place {
  readonly source: string;
  readonly span: SourceSpan;
}

/**
 * The relationship that `cov = name` means.
 *
 * @throws HendersonError `design/unknown-relationship`
 */
export function relationshipNamed(name: string, relationships: Relationships, place: Place): Relationship {
  if (Object.hasOwn(relationships, name)) return relationships[name]!;
  const names = Object.keys(relationships);
  const closest = nearest(name, names);
  throw new HendersonError("design/unknown-relationship", `no relationship is named '${name}'`, {
    hint:
      closest !== null
        ? `did you mean '${closest}'?`
        : names.length > 0
          ? `the relationships are ${listed(names)}`
          : `define it, as in --relationship ${name}=pedigree:pedigree.csv`,
    ...place,
  });
}

/**
 * Codes of groups into the levels of a relationship, matched by text; -1 where missing.
 *
 * @param text the column, for messages
 * @param index position of every level of the relationship
 * @throws HendersonError `design/unknown-ids` with the first ten ids that the relationship does not have
 */
export function codesInRelationship(
  groups: Grouping,
  text: string,
  relationship: Relationship,
  index: ReadonlyMap<string, number>,
  place: Place,
): Int32Array {
  const position = Int32Array.from(groups.levels, (level) => index.get(level) ?? -1);
  const unknown = groups.levels.filter((_, k) => position[k]! < 0);
  if (unknown.length > 0) throw unknownIds(unknown, text, relationship, place);
  return groups.codes.map((code) => (code < 0 ? -1 : position[code]!));
}

/** Ways in which an unknown parent is written in a pedigree; in data they are ids like any other. */
const unknownParents: ReadonlySet<string> = new Set(["0", "*", "NA", "-"]);

function unknownIds(
  unknown: readonly string[],
  text: string,
  relationship: Relationship,
  place: Place,
): HendersonError {
  const { name, levels, source } = relationship;
  const first = unknown.slice(0, 10).map((id) => `'${id}'`);
  const more = unknown.length > 10 ? ", ..." : "";
  const message =
    unknown.length === 1
      ? `the id ${first[0]} of ${text} is not in the relationship ${name}`
      : `${unknown.length} ids of ${text} are not in the relationship ${name}: ${first.join(", ")}${more}`;
  const zero = unknown.find((id) => unknownParents.has(id));
  const only = unknown.length === 1;
  const sameNumber = writtenOtherwise(unknown[0]!, levels);
  const closest = nearest(unknown[0]!, levels.slice(0, 10_000));
  const add =
    source === "pedigree" || source === "sire-mgs"
      ? "add them to the pedigree (with unknown parents where nothing is known), or leave their rows out"
      : "add them to the matrix, or leave their rows out";
  return new HendersonError("design/unknown-ids", message, {
    hint:
      sameNumber !== null
        ? `ids are compared as text, and the relationship has '${sameNumber}': read the column as text (--text ${text})`
        : zero !== undefined && only
          ? `if '${zero}' means unknown, declare it missing (--na ${zero}) or leave the cell empty: the row is then left out`
          : closest !== null && only
            ? `the closest is '${closest}'; ${add.replace("them", "it").replace("their rows", "its rows")}`
            : `ids are compared as text; ${add}`,
    ...place,
  });
}

/** The level that is the same number as the id but not the same text, as 0042 and 42. */
function writtenOtherwise(id: string, levels: readonly string[]): string | null {
  const value = id.trim() === "" ? Number.NaN : Number(id);
  return levels.find((level) => level.trim() !== "" && Number(level) === value) ?? null;
}
