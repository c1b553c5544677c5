import type { Relationship } from "../model/relationship.ts";
import type { Table } from "../table/table.ts";
import { inbreedingCoefficients } from "./inbreeding.ts";
import { inverseContributions } from "./inverseContributions.ts";
import { type PedigreeRelationship, sumOfLogs } from "./inverseRelationship.ts";
import { buildPedigree, type Pedigree } from "./pedigree.ts";

/** Sires with their sires and maternal grandsires. */
export interface SirePedigree {
  /** bulls, fathers and maternal grandsires first; `dams` holds the maternal grandsires */
  readonly bulls: Pedigree;
}

/** The pedigree of a table whose three first columns are bull, sire and maternal grandsire; as `buildPedigree`. */
export function buildSirePedigree(table: Table): SirePedigree {
  const bulls = buildPedigree(table);
  // an animal stands in both parental columns by nature here
  return { bulls: { ...bulls, notes: bulls.notes.filter(({ code }) => code !== "genetics/both-sexes") } };
}

/**
 * Relationships of sires through sires and maternal grandsires, as the sparse inverse.
 *
 * The dam of a bull is an animal without other offspring, by the maternal grandsire out of an unknown dam. Absorbing
 * her gives the weights 1/2 and 1/4 and m = 11/16 - F_s / 4 - F_mgs / 16 with F = -1 for unknown (Quaas, Everett &
 * McClintock 1979; 11/16, 3/4, 15/16 and 1 without inbreeding).
 */
export function sireMgsRelationship({ bulls }: SirePedigree, name = "A"): PedigreeRelationship {
  const n = bulls.animals.length;
  const inbreeding = inbreedingCoefficients(withDams(bulls));
  const own = new Float64Array(n);
  for (let i = 0; i < n; i++) own[i] = inbreeding[2 * i + 1]!;
  const of = (parent: number): number => (parent < 0 ? -1 : own[parent]!);
  const variances = Float64Array.from(
    own,
    (_, i) => 11 / 16 - of(bulls.sires[i]!) / 4 - of(bulls.dams[i]!) / 16,
  );
  const relationship: Relationship = {
    name,
    source: "sire-mgs",
    levels: bulls.animals,
    inverse: inverseContributions(
      n,
      variances,
      { positions: bulls.sires, weight: 0.5 },
      { positions: bulls.dams, weight: 0.25 },
    ),
    logDeterminant: sumOfLogs(variances),
    diagonal: own.map((f) => 1 + f),
    fixedGroups: 0,
    groups: 0,
  };
  return { relationship, inbreeding: own };
}

/** Bull i at 2 i + 1 and its dam before it at 2 i. */
function withDams({ animals, sires, dams }: Pedigree): Pedigree {
  const n = animals.length;
  const place = (bull: number): number => (bull < 0 ? -1 : 2 * bull + 1);
  const fathers = new Int32Array(2 * n);
  const mothers = new Int32Array(2 * n);
  const generations = new Int32Array(2 * n);
  for (let i = 0; i < n; i++) {
    fathers[2 * i] = place(dams[i]!);
    mothers[2 * i] = -1;
    generations[2 * i] = dams[i]! < 0 ? 0 : generations[place(dams[i]!)]! + 1;
    fathers[2 * i + 1] = place(sires[i]!);
    mothers[2 * i + 1] = 2 * i;
    const sire = sires[i]! < 0 ? -1 : generations[place(sires[i]!)]!;
    generations[2 * i + 1] = Math.max(sire, generations[2 * i]!) + 1;
  }
  const ids = Array.from({ length: 2 * n }, (_, k) => animals[k >> 1]!);
  return { animals: ids, sires: fathers, dams: mothers, generations, groups: [], notes: [] };
}
