/** What a random term is called after, and what tells it from others of that name. */
interface NameParts {
  /** the group as written, or the id of tied terms */
  readonly base: string;
  /** name of its relationship, null where it has none */
  readonly relationship: string | null;
  readonly firstCoefficient: string;
}

/**
 * Unique component names of random terms in order: `Subject`; where a name is used twice, the relationship sets
 * terms apart (`cow.A` beside `cow`), then the first coefficient (`Subject.Days`), then a number.
 * `residual` is always taken.
 */
export function componentNames(terms: readonly NameParts[]): string[] {
  const relationships = new Map<string, Set<string | null>>();
  for (const { base, relationship } of terms) {
    const known = relationships.get(base);
    if (known === undefined) relationships.set(base, new Set([relationship]));
    else known.add(relationship);
  }
  const taken = new Set(["residual"]);
  return terms.map(({ base, relationship, firstCoefficient }) => {
    const apart = relationship !== null && relationships.get(base)!.size > 1;
    const group = apart ? `${base}.${relationship}` : base;
    let name = taken.has(group) ? `${group}.${firstCoefficient}` : group;
    for (let k = 2; taken.has(name); k++) name = `${group}.${firstCoefficient}.${k}`;
    taken.add(name);
    return name;
  });
}
