import { HendersonError } from "../base/errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { choleskyInPlace, invertCholesky } from "../linalg/smallCholesky.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";
import type { Relationship } from "../model/relationship.ts";
import { groupParts } from "./groupParts.ts";
import { inbreedingCoefficients } from "./inbreeding.ts";
import { inverseContributions, type TrailingBlock } from "./inverseContributions.ts";
import { mendelianVariances } from "./mendelianVariances.ts";
import type { Pedigree } from "./pedigree.ts";

export interface PedigreeRelationshipOptions {
  /** name in `cov = A`; default "A" */
  readonly name?: string;
  /** false takes every F as zero, as some programs and textbooks do; default true */
  readonly inbreeding?: boolean;
  /**
   * makes the groups random: this number is added to their diagonal, so that they have the variance of the
   * animals divided by it (the `random` of the command line; the usual choice is 1)
   */
  readonly random?: number;
  /** makes the groups metafounders with these relationships, in the order of the groups */
  readonly gamma?: Matrix;
}

export interface PedigreeRelationship {
  readonly relationship: Relationship;
  /** F of the animals, length n; zeros without inbreeding */
  readonly inbreeding: Float64Array;
}

/**
 * The numerator relationship matrix of a pedigree as its sparse inverse, with inbreeding, groups last.
 *
 * Groups are fixed unless `random` or `gamma` is given: A^-1 is then singular along them and log|A| is that of the
 * animals alone. With metafounders, log|A| = log|Gamma| + sum of log m_i (Legarra et al. 2015).
 *
 * @throws HendersonError "genetics/gamma", "genetics/relationship-option", "genetics/no-sampling"
 */
export function pedigreeRelationship(
  pedigree: Pedigree,
  options: PedigreeRelationshipOptions = {},
): PedigreeRelationship {
  const { name = "A", gamma, random } = options;
  requireGroupOptions(pedigree, options);
  const block = gamma === undefined ? null : invertGamma(gamma, pedigree.groups);
  const { animals, groups, sires, dams } = pedigree;
  const withInbreeding = options.inbreeding ?? true;
  const inbreeding = withInbreeding
    ? inbreedingCoefficients(pedigree, gamma)
    : new Float64Array(animals.length);
  const variances = mendelianVariances(pedigree, inbreeding, gamma);
  const trailing = block ?? (random === undefined ? undefined : scaledIdentity(groups.length, random));
  const inverse = inverseContributions(
    animals.length + groups.length,
    variances,
    { positions: sires, weight: 0.5 },
    { positions: dams, weight: 0.5 },
    trailing,
  );
  const ofGroups = block !== null ? block.logDeterminant : -groups.length * Math.log(random ?? 1);
  const relationship: Relationship = {
    name,
    source: "pedigree",
    levels: groups.length === 0 ? animals : [...animals, ...groups],
    inverse,
    logDeterminant: sumOfLogs(variances) + ofGroups,
    diagonal: ownRelationships(pedigree, inbreeding, random),
    fixedGroups: trailing === undefined ? groups.length : 0,
    groups: groups.length,
    ...(groups.length > 0 && trailing === undefined ? { groupParts: groupParts(pedigree) } : {}),
  };
  return { relationship, inbreeding };
}

/** The sum of log m_i, log|A| of animals given their groups; compensated, so that the order of animals hardly matters. */
export function sumOfLogs(variances: Float64Array): number {
  let sum = 0;
  let lost = 0;
  for (const m of variances) {
    const term = Math.log(m);
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  return sum + lost;
}

function requireGroupOptions(
  { groups }: Pedigree,
  { gamma, random, inbreeding }: PedigreeRelationshipOptions,
): void {
  const refuse = (message: string, hint: string): never => {
    throw new HendersonError("genetics/relationship-option", message, { hint });
  };
  if (groups.length === 0 && (random !== undefined || gamma !== undefined)) {
    refuse("random and gamma are about groups of unknown parents, and none are named", "add groups=G1+G2");
  }
  if (random !== undefined && gamma !== undefined) {
    refuse("groups are either random or metafounders", "give random or gamma, not both");
  }
  if (random !== undefined && !(random > 0 && Number.isFinite(random))) {
    refuse("random is not a positive number", "random=1 adds 1 to the diagonal of the groups");
  }
  if (inbreeding === false && gamma !== undefined) {
    refuse("metafounders are a model of inbreeding", "leave inbreeding=no or gamma out");
  }
}

function scaledIdentity(size: number, value: number): TrailingBlock {
  const values = new Float64Array(size * size);
  for (let g = 0; g < size; g++) values[g * (size + 1)] = value;
  return { size, values };
}

function invertGamma(
  gamma: Matrix,
  groups: readonly string[],
): TrailingBlock & { readonly logDeterminant: number } {
  const size = gamma.rows;
  if (size !== groups.length || gamma.columns !== size) {
    throw new HendersonError(
      "genetics/gamma",
      `gamma is ${gamma.rows} by ${gamma.columns} for ${groups.length} groups`,
    );
  }
  const factor = gamma.values.slice();
  if (!choleskyInPlace(factor, size)) {
    const smallest = symmetricEigen(gamma).values[0]!;
    throw new HendersonError(
      "genetics/gamma",
      `gamma is not positive definite: its smallest eigenvalue is ${smallest.toPrecision(4)}`,
      { hint: "gamma holds the relationships within and between the base populations" },
    );
  }
  const values = new Float64Array(size * size);
  invertCholesky(factor, size, values);
  let logDeterminant = 0;
  for (let g = 0; g < size; g++) logDeterminant += 2 * Math.log(factor[g * (size + 1)]!);
  return { size, values, logDeterminant };
}

/** K_ii: 1 + F; with random groups, also the variance of the animal's share of each group. NaN for groups. */
function ownRelationships(
  { sires, dams, groups }: Pedigree,
  inbreeding: Float64Array,
  random: number | undefined,
): Float64Array {
  const n = inbreeding.length;
  const own = new Float64Array(n + groups.length).fill(Number.NaN);
  for (let i = 0; i < n; i++) own[i] = 1 + inbreeding[i]!;
  if (random === undefined) return own;
  const shares = new Float64Array(n + groups.length);
  for (let g = 0; g < groups.length; g++) {
    shares.fill(0, n);
    shares[n + g] = 1;
    for (let i = 0; i < n; i++) {
      const s = sires[i]!;
      const d = dams[i]!;
      const share = 0.5 * ((s < 0 ? 0 : shares[s]!) + (d < 0 ? 0 : shares[d]!));
      shares[i] = share;
      own[i]! += (share * share) / random;
    }
  }
  return own;
}
