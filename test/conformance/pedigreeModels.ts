// Small random models of quantitative genetics, built by hand: pedigrees, traits with missing records, tied effects.

import { createStructure } from "../../src/covariance/registry.ts";
import { createMatrix } from "../../src/linalg/matrix.ts";
import { fixedEffects } from "../../src/model/fixedEffects.ts";
import type { IncidenceLayer, Model, RandomTerm, TraitRecords } from "../../src/model/model.ts";
import type { Relationship } from "../../src/model/relationship.ts";
import { invert, multiply, transpose, zeros } from "./denseAlgebra.ts";
import { uniform } from "./randomModels.ts";

/** The numerator relationship of a pedigree by the tabular method (parents first, -1 unknown). */
export function tabularRelationship(sire: readonly number[], dam: readonly number[]): number[][] {
  const n = sire.length;
  const A = zeros(n, n);
  for (let i = 0; i < n; i++) {
    const s = sire[i]!;
    const d = dam[i]!;
    for (let j = 0; j < i; j++) {
      const value = 0.5 * ((s >= 0 ? A[j]![s]! : 0) + (d >= 0 ? A[j]![d]! : 0));
      A[i]![j] = value;
      A[j]![i] = value;
    }
    A[i]![i] = 1 + (s >= 0 && d >= 0 ? 0.5 * A[s]![d]! : 0);
  }
  return A;
}

/** A relationship from a dense K, or from a dense K^-1 with trailing fixed groups. */
export function denseRelationship(
  name: string,
  K: number[][],
  fixedGroups = 0,
  whole?: number[][],
): Relationship {
  const { inverse, logDeterminant } = invert(K);
  const full = whole ?? inverse;
  const size = full.length;
  const pointers = new Int32Array(size + 1);
  const rows: number[] = [];
  const values: number[] = [];
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      if (i !== j && Math.abs(full[i]![j]!) < 1e-12) continue;
      rows.push(i);
      values.push(full[i]![j]!);
    }
    pointers[j + 1] = rows.length;
  }
  return {
    name,
    source: "pedigree",
    levels: Array.from({ length: size }, (_, i) => String(i + 1)),
    inverse: { size, pointers, rows: Int32Array.from(rows), values: Float64Array.from(values) },
    logDeterminant,
    diagonal: Float64Array.from({ length: size }, (_, i) => (i < K.length ? K[i]![i]! : Number.NaN)),
    fixedGroups,
    groups: fixedGroups,
  };
}

/**
 * K^-1 = [Kaa, -Kaa Q; -Q'Kaa, Q'Kaa Q] for group parts Q.
 */
export function withGroups(K: number[][], Q: number[][]): number[][] {
  const { inverse } = invert(K);
  const cross = multiply(inverse, Q).map((row) => row.map((v) => -v));
  const corner = multiply(transpose(Q), multiply(inverse, Q));
  return [
    ...inverse.map((row, i) => [...row, ...cross[i]!]),
    ...corner.map((row, g) => [...cross.map((c) => c[g]!), ...row]),
  ];
}

export function randomPedigree(size: number, seed: number): { sire: number[]; dam: number[] } {
  const random = uniform(seed);
  const sire: number[] = [];
  const dam: number[] = [];
  for (let i = 0; i < size; i++) {
    const pick = (): number => (i < 4 || random() < -0.35 ? -1 : Math.floor((random() + 0.5) * i));
    sire.push(pick());
    dam.push(pick());
  }
  return { sire, dam };
}

interface TermParts extends Partial<RandomTerm> {
  readonly component: string;
  readonly size: number;
}

/** A term with its defaults. */
export function termOf({ size, ...parts }: TermParts, structure = "us"): RandomTerm {
  return {
    group: parts.component,
    levels: parts.relationship?.levels ?? [],
    codes: new Int32Array(0),
    basis: new Array<null>(size).fill(null),
    coefficientNames: Array.from({ length: size }, (_, a) => `c${a}`),
    covariance: createStructure(structure, size),
    ...parts,
  };
}

export function modelOf(
  response: ArrayLike<number>,
  X: readonly (readonly number[])[],
  random: readonly RandomTerm[],
  more: { weights?: Float64Array; traits?: TraitRecords } = {},
): Model {
  const n = response.length;
  const p = X[0]?.length ?? 0;
  const matrix = createMatrix(n, p);
  for (let i = 0; i < n; i++) for (let c = 0; c < p; c++) matrix.values[i + c * n] = X[i]![c]!;
  const names = Array.from({ length: p }, (_, c) => `b${c}`);
  return {
    response: Float64Array.from(response),
    fixed: fixedEffects(names, matrix, more.weights).fixed,
    random,
    ...more,
  };
}

const layer = (codes: readonly number[], values: readonly number[] | null = null): IncidenceLayer => ({
  codes: Int32Array.from(codes),
  values: values === null ? null : Float64Array.from(values),
});

/** Models by name; every one is small enough for dense algebra. */
export const pedigreeModels: Readonly<Record<string, () => Model>> = {
  "animal model": () => animalModel(3),
  "animal model with weights and a litter effect": () => {
    const model = animalModel(4);
    const random = uniform(8);
    const n = model.response.length;
    return modelOf(
      model.response,
      Array.from({ length: n }, (_, i) => [1, i % 3 === 0 ? 1 : 0, random()]),
      [
        ...model.random,
        termOf({
          component: "litter",
          size: 1,
          levels: ["a", "b", "c", "d", "e", "f"],
          codes: Int32Array.from({ length: n }, (_, i) => (i * 5) % 6),
        }),
      ],
      { weights: Float64Array.from({ length: n }, () => 1.2 + random()) },
    );
  },
  "direct and maternal effects, tied": () => {
    const { sire, dam } = randomPedigree(24, 5);
    const relationship = denseRelationship("A", tabularRelationship(sire, dam));
    const random = uniform(6);
    const calves = Array.from({ length: 34 }, (_, i) => 4 + ((i * 7) % 20));
    const mothers = calves.map((c) => dam[c]!);
    return modelOf(
      calves.map((c) => 10 + Math.sin(c) + 3 * random()),
      calves.map((_, i) => [1, i % 2]),
      [
        termOf({
          component: "p",
          size: 2,
          relationship,
          incidence: [[layer(calves)], [layer(mothers)]],
        }),
        termOf({
          component: "dam",
          size: 1,
          levels: relationship.levels,
          incidence: [[layer(mothers)]],
        }),
      ],
    );
  },
  "two traits, missing records, relationship and herd": () => twoTraits(true),
  "two traits with weights": () => {
    const model = twoTraits(false);
    const random = uniform(31);
    const weights = Float64Array.from(model.response, () => 1.3 + random());
    return { ...model, weights, fixed: fixedEffects(model.fixed.names, model.fixed.matrix, weights).fixed };
  },
  "several levels a record": () => {
    const { sire, dam } = randomPedigree(16, 9);
    const relationship = denseRelationship("A", tabularRelationship(sire, dam));
    const random = uniform(10);
    const n = 40;
    const first = Array.from({ length: n }, (_, i) => (i * 3) % 16);
    const second = Array.from({ length: n }, (_, i) => (i % 5 === 0 ? first[i]! : (i * 11) % 16));
    return modelOf(
      first.map((f, i) => Math.cos(f) + Math.cos(second[i]!) + 2 * random()),
      first.map((_, i) => [1, i / n]),
      [
        termOf({
          component: "own",
          size: 1,
          relationship,
          codes: Int32Array.from({ length: n }, (_, i) => i % 16),
        }),
        termOf({
          component: "mates",
          size: 1,
          relationship,
          incidence: [
            [
              layer(first),
              layer(
                second,
                first.map((_, i) => 0.5 + (i % 3)),
              ),
            ],
          ],
        }),
      ],
    );
  },
  "random regression": () => {
    const { sire, dam } = randomPedigree(14, 12);
    const relationship = denseRelationship("A", tabularRelationship(sire, dam));
    const random = uniform(13);
    const n = 70;
    const animal = Array.from({ length: n }, (_, i) => i % 12);
    const t = Float64Array.from({ length: n }, () => 2 * random());
    const square = t.map((x) => x * x);
    const columns = [null, t, square];
    return modelOf(
      animal.map((a, i) => 5 + t[i]! + Math.sin(a) * (1 + t[i]!) + random()),
      animal.map((_, i) => [1, t[i]!, square[i]!]),
      [
        termOf({
          component: "animal",
          size: 3,
          relationship,
          codes: Int32Array.from(animal),
          basis: columns,
        }),
        termOf(
          {
            component: "environment",
            size: 2,
            levels: relationship.levels,
            codes: Int32Array.from(animal),
            basis: [null, t],
          },
          "cs",
        ),
      ],
    );
  },
  "fixed groups": () => groupModel(),
};

function animalModel(seed: number): Model {
  const { sire, dam } = randomPedigree(22, seed);
  const random = uniform(seed + 50);
  const relationship = denseRelationship("A", tabularRelationship(sire, dam));
  const n = 30;
  const animal = Array.from({ length: n }, (_, i) => (i * 5) % 19);
  return modelOf(
    animal.map((a) => 20 + 2 * Math.sin(3 * a) + 3 * random()),
    animal.map((_, i) => [1, i % 2, random()]),
    [termOf({ component: "animal", size: 1, relationship, codes: Int32Array.from(animal) })],
  );
}

function twoTraits(missing: boolean): Model {
  const { sire, dam } = randomPedigree(18, 21);
  const relationship = denseRelationship("A", tabularRelationship(sire, dam));
  const random = uniform(22);
  const rows: { trait: number; unit: number; animal: number; herd: number }[] = [];
  for (let unit = 0; unit < 26; unit++) {
    for (let trait = 1; trait >= 0; trait--) {
      if (missing && ((unit % 5 === 1 && trait === 0) || (unit % 7 === 3 && trait === 1))) continue;
      rows.push({ trait, unit, animal: (unit * 5) % 18, herd: unit % 4 });
    }
  }
  const shared = Array.from({ length: 26 }, () => random());
  return modelOf(
    rows.map(
      ({ trait, unit, animal }) => 4 + trait + Math.sin(animal + trait) + 2 * shared[unit]! + 3 * random(),
    ),
    rows.map(({ trait, unit }) => [1 - trait, trait, trait === 0 ? unit / 26 : 0]),
    [
      termOf({
        component: "animal",
        size: 2,
        relationship,
        incidence: [0, 1].map((t) => [layer(rows.map((r) => (r.trait === t ? r.animal : -1)))]),
        coefficientTrait: Int32Array.of(0, 1),
      }),
      termOf({
        component: "herd",
        size: 2,
        levels: ["1", "2", "3", "4"],
        incidence: [0, 1].map((t) => [layer(rows.map((r) => (r.trait === t ? r.herd : -1)))]),
        coefficientTrait: Int32Array.of(0, 1),
      }),
    ],
    {
      traits: {
        names: ["y1", "y2"],
        trait: Int32Array.from(rows, (r) => r.trait),
        unit: Int32Array.from(rows, (r) => r.unit),
        unitCount: 26,
        fixedTrait: Int32Array.of(0, 1, 0),
      },
    },
  );
}

/** Parts of every animal in two groups and a third that is confounded with nothing. */
export function groupParts(size: number): number[][] {
  return Array.from({ length: size }, (_, i) => {
    const a = ((i * 7) % 5) / 5;
    const b = ((i * 3) % 4) / 4;
    return [a * (1 - b), (1 - a) * (1 - b), b];
  });
}

function groupModel(): Model {
  const { sire, dam } = randomPedigree(20, 41);
  const K = tabularRelationship(sire, dam);
  const relationship = denseRelationship("A", K, 3, withGroups(K, groupParts(20)));
  const random = uniform(42);
  const n = 36;
  const animal = Array.from({ length: n }, (_, i) => (i * 7) % 20);
  return modelOf(
    animal.map((a) => 20 + Math.sin(3 * a) + 2 * random()),
    animal.map((_, i) => [1, i % 2]),
    [termOf({ component: "animal", size: 1, relationship, codes: Int32Array.from(animal) })],
  );
}
