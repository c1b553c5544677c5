import { HendersonError } from "../base/errors.ts";
import { type RandomStream, randomStream } from "../base/random.ts";
import type { Column, Table } from "../table/table.ts";
import { inbreedingCoefficients } from "./inbreeding.ts";
import { mendelianVariances } from "./mendelianVariances.ts";
import { buildPedigree, type Pedigree } from "./pedigree.ts";
import { covarianceRoot, traitCovariances } from "./traitCovariances.ts";

export interface SimulationOptions {
  readonly seed: number;
  /** generations, the base included; at least 1 */
  readonly generations: number;
  /** animals of each generation */
  readonly animals: number;
  /** animals of a generation that become sires of the next, and dams; disjoint */
  readonly sires: number;
  readonly dams: number;
  /** probability that a parent is of the generation before the last instead; default 0 */
  readonly overlap?: number;
  /** default 1 */
  readonly traits?: number;
  /** heritability of every trait, the genetic and residual variance adding up to 1; default 0.3 */
  readonly h2?: number;
  /** genetic and residual correlation between traits; default 0.5 and 0.2 */
  readonly geneticCorrelation?: number;
  readonly residualCorrelation?: number;
  /** covariances between traits, instead of h2 and the correlations */
  readonly geneticCovariance?: readonly (readonly number[])[];
  readonly residualCovariance?: readonly (readonly number[])[];
  /** herds; default one for 50 animals. Offspring are born in the herd of the dam. */
  readonly herds?: number;
  /** variance between herds in every trait; default 0.2 */
  readonly herdVariance?: number;
  /** mean of every trait; default 10 */
  readonly mean?: number;
  /** records of each animal; default 1 */
  readonly records?: number;
  /** variance of the permanent environment, for repeated records; default 0 */
  readonly permanentVariance?: number;
  /** probability that a trait of a record is missing; default 0 */
  readonly missing?: number;
}

export interface SimulatedPopulation {
  /** columns animal, sire, dam; ids 1, 2, ..., parents first, 0 unknown */
  readonly table: Table;
  readonly pedigree: Pedigree;
  readonly inbreeding: Float64Array;
  /** columns animal, herd, generation and y, or y1, y2, ... for several traits */
  readonly records: Table;
  /** true breeding values, one array a trait, in the order of the pedigree */
  readonly breedingValues: readonly Float64Array[];
}

/**
 * A population under random mating of randomly chosen parents, with records.
 *
 * Breeding values are the parents' mean and a Mendelian deviation with the covariance G (1/2 - (F_s + F_d) / 4).
 * Every part has its own stream of the seed: more traits or records change neither the pedigree nor the herds.
 *
 * @throws HendersonError "genetics/simulation"
 */
export function simulatePedigree(options: SimulationOptions): SimulatedPopulation {
  requireOptions(options);
  const { seed, animals: size, generations } = options;
  const n = size * generations;
  const herdCount = options.herds ?? Math.max(1, Math.round(size / 50));
  const { sires, dams, herds } = mate(options, herdCount, randomStream(seed, 1));
  const ids = Float64Array.from({ length: n }, (_, i) => i + 1);
  const table = tableOf({ animal: ids, sire: sires, dam: dams });
  const pedigree = buildPedigree(table);
  const inbreeding = inbreedingCoefficients(pedigree);
  const { genetic, residual } = traitCovariances(options);
  const breedingValues = inherit(pedigree, inbreeding, genetic, randomStream(seed, 2));
  const records = record(options, { ids, herds, herdCount, breedingValues, residual });
  return { table, pedigree, inbreeding, records, breedingValues };
}

function mate(
  { animals: size, generations, sires: sireCount, dams: damCount, overlap = 0 }: SimulationOptions,
  herdCount: number,
  random: RandomStream,
): { sires: Float64Array; dams: Float64Array; herds: Float64Array } {
  const n = size * generations;
  const sires = new Float64Array(n);
  const dams = new Float64Array(n);
  const herds = new Float64Array(n);
  for (let i = 0; i < size; i++) herds[i] = 1 + random.below(herdCount);
  let chosen = chooseParents(0, size, sireCount + damCount, random);
  let before = chosen;
  for (let g = 1; g < generations; g++) {
    for (let i = g * size; i < (g + 1) * size; i++) {
      const fathers = overlap > 0 && random.uniform() < overlap ? before : chosen;
      const mothers = overlap > 0 && random.uniform() < overlap ? before : chosen;
      sires[i] = 1 + fathers[random.below(sireCount)]!;
      const dam = mothers[sireCount + random.below(damCount)]!;
      dams[i] = 1 + dam;
      herds[i] = herds[dam]!;
    }
    before = chosen;
    chosen = chooseParents(g * size, size, sireCount + damCount, random);
  }
  return { sires, dams, herds };
}

/** `count` distinct animals of those from `start`, by the first steps of a Fisher-Yates shuffle. */
function chooseParents(start: number, size: number, count: number, random: RandomStream): Int32Array {
  const all = Int32Array.from({ length: size }, (_, i) => start + i);
  for (let k = 0; k < count; k++) {
    const other = k + random.below(size - k);
    const swap = all[k]!;
    all[k] = all[other]!;
    all[other] = swap;
  }
  return all.slice(0, count);
}

function inherit(
  pedigree: Pedigree,
  inbreeding: Float64Array,
  genetic: readonly Float64Array[],
  random: RandomStream,
): Float64Array[] {
  const { sires, dams } = pedigree;
  const root = covarianceRoot(genetic);
  const variances = mendelianVariances(pedigree, inbreeding);
  const values = genetic.map(() => new Float64Array(sires.length));
  const deviation = new Float64Array(genetic.length);
  for (let i = 0; i < sires.length; i++) {
    const sd = Math.sqrt(variances[i]!);
    drawInto(deviation, root, random);
    values.forEach((value, t) => {
      const s = sires[i]! < 0 ? 0 : value[sires[i]!]!;
      const d = dams[i]! < 0 ? 0 : value[dams[i]!]!;
      value[i] = 0.5 * (s + d) + sd * deviation[t]!;
    });
  }
  return values;
}

interface RecordedAnimals {
  readonly ids: Float64Array;
  readonly herds: Float64Array;
  readonly herdCount: number;
  readonly breedingValues: readonly Float64Array[];
  readonly residual: readonly Float64Array[];
}

function record(options: SimulationOptions, recorded: RecordedAnimals): Table {
  const { seed, animals: size, records: repeats = 1, mean = 10 } = options;
  const { ids, herds, herdCount, breedingValues, residual } = recorded;
  const n = ids.length;
  const traits = breedingValues.length;
  const herdSd = Math.sqrt(options.herdVariance ?? 0.2);
  const permanentSd = Math.sqrt(options.permanentVariance ?? 0);
  const missing = options.missing ?? 0;
  const ofHerds = randomStream(seed, 3);
  const herdEffects = Array.from({ length: traits }, () =>
    Float64Array.from({ length: herdCount }, () => herdSd * ofHerds.normal()),
  );
  const ofRecords = randomStream(seed, 4);
  const ofMissing = randomStream(seed, 5);
  const root = covarianceRoot(residual);
  const rows = n * repeats;
  const animals = new Float64Array(rows);
  const herdOf = new Float64Array(rows);
  const generations = new Float64Array(rows);
  const columns: Record<string, Float64Array> = { animal: animals, herd: herdOf, generation: generations };
  const responses = Array.from({ length: traits }, () => new Float64Array(rows));
  responses.forEach((values, t) => {
    columns[traits === 1 ? "y" : `y${t + 1}`] = values;
  });
  const deviation = new Float64Array(traits);
  const permanent = new Float64Array(traits);
  for (let i = 0, row = 0; i < n; i++) {
    if (permanentSd > 0) for (let t = 0; t < traits; t++) permanent[t] = permanentSd * ofRecords.normal();
    for (let k = 0; k < repeats; k++, row++) {
      animals[row] = ids[i]!;
      herdOf[row] = herds[i]!;
      generations[row] = Math.floor(i / size);
      drawInto(deviation, root, ofRecords);
      for (let t = 0; t < traits; t++) {
        const value =
          mean + herdEffects[t]![herds[i]! - 1]! + breedingValues[t]![i]! + permanent[t]! + deviation[t]!;
        responses[t]![row] = missing > 0 && ofMissing.uniform() < missing ? Number.NaN : value;
      }
    }
  }
  return tableOf(columns);
}

/** out = root z for standard normal z. */
function drawInto(out: Float64Array, root: readonly Float64Array[], random: RandomStream): void {
  out.fill(0);
  for (const column of root) {
    const z = random.normal();
    for (let t = 0; t < out.length; t++) out[t]! += column[t]! * z;
  }
}

function tableOf(columns: Readonly<Record<string, Float64Array>>): Table {
  const entries = Object.entries(columns);
  return {
    rowCount: entries[0]![1].length,
    columns: new Map(
      entries.map(([name, values]) => [name, { kind: "numeric", name, values }] satisfies [string, Column]),
    ),
  };
}

function requireOptions(options: SimulationOptions): void {
  const { animals, sires, dams, overlap = 0, missing = 0 } = options;
  const counts = { generations: options.generations, animals, sires, dams, records: options.records ?? 1 };
  const problems = Object.entries(counts)
    .filter(([, value]) => !(Number.isInteger(value) && value >= 1))
    .map(([key]) => `${key} is not a positive whole number`);
  if (sires + dams > animals)
    problems.push(`${sires} sires and ${dams} dams are more than ${animals} animals`);
  if (!(overlap >= 0 && overlap <= 1) || !(missing >= 0 && missing <= 1)) {
    problems.push("overlap and missing are probabilities");
  }
  for (const key of ["herdVariance", "permanentVariance"] as const) {
    if (!((options[key] ?? 0) >= 0)) problems.push(`${key} is negative`);
  }
  if (!Number.isInteger(options.herds ?? 1) || (options.herds ?? 1) < 1)
    problems.push("herds is not a count");
  if (problems.length > 0) {
    throw new HendersonError(
      "genetics/simulation",
      `this population cannot be simulated: ${problems.join("; ")}`,
    );
  }
}
