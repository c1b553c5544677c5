// Where the search starts: half of the residual variance of the least-squares fit to R0, the rest in equal parts to the
// components that are estimated, each coefficient in proportion to the size of its column.

import { HendersonError } from "../../base/errors.ts";
import { createMatrix } from "../../linalg/matrix.ts";
import { symmetricEigen } from "../../linalg/symmetricEigen.ts";
import type { Model } from "../../model/model.ts";
import type { ReducedResponse } from "../response.ts";
import { type Component, visitIncidence } from "./components.ts";

/** Mean square of each coefficient's column over the records that meet it (1 where none do), per component. */
export function columnSizes(model: Model, components: readonly Component[]): Float64Array[] {
  return components.map(({ term, width }) => {
    const sums = new Float64Array(width);
    const counts = new Float64Array(width);
    for (let r = 0; r < model.response.length; r++) {
      visitIncidence(model.random[term]!, r, (a, _, value) => {
        sums[a]! += value * value;
        counts[a]!++;
      });
    }
    return sums.map((sum, a) => (sum > 0 ? sum / counts[a]! : 1));
  });
}

/** Standard deviation of each trait around the least-squares fit; 1 where there is none. */
export function responseDeviations(model: Model, reduced: ReducedResponse, traits: number): Float64Array {
  const sums = new Float64Array(traits);
  const counts = new Float64Array(traits);
  for (let r = 0; r < reduced.residual.length; r++) {
    const t = model.traits?.trait[r] ?? 0;
    sums[t]! += (model.weights?.[r] ?? 1) * reduced.residual[r]! ** 2;
    counts[t]!++;
  }
  const fixedTrait = model.traits?.fixedTrait ?? new Int32Array(model.fixed.matrix.columns);
  for (const t of fixedTrait) counts[t]! -= 1;
  return sums.map((sum, t) => Math.sqrt(sum / Math.max(1, counts[t]!)) || 1);
}

/** A correlation of least-squares residuals, or an eigenvalue of all, nearer to its bound than this is at it. */
const DEPENDENT = 1e-10;

/**
 * Correlation of the least-squares residuals of a unit, T x T, shrunk by half.
 *
 * @throws HendersonError engine/dependent-traits where one trait is a linear function of others and the fixed effects
 */
export function residualCorrelation(model: Model, reduced: ReducedResponse, traits: number): Float64Array {
  const out = new Float64Array(traits * traits);
  for (let t = 0; t < traits; t++) out[t + t * traits] = 1;
  if (!model.traits) return out;
  const { trait, unit, unitCount, names } = model.traits;
  const values = new Float64Array(unitCount * traits).fill(Number.NaN);
  for (let r = 0; r < trait.length; r++) values[unit[r]! * traits + trait[r]!] = reduced.residual[r]!;
  const raw = createMatrix(traits, traits);
  raw.values.set(out);
  let complete = trait.length === unitCount * traits;
  for (let a = 0; a < traits; a++) {
    for (let b = 0; b < a; b++) {
      let cross = 0;
      let aa = 0;
      let bb = 0;
      let count = 0;
      for (let i = 0; i < unitCount; i++) {
        const x = values[i * traits + a]!;
        const y = values[i * traits + b]!;
        if (Number.isNaN(x) || Number.isNaN(y)) continue;
        cross += x * y;
        aa += x * x;
        bb += y * y;
        count++;
      }
      const correlation = aa > 0 && bb > 0 ? cross / Math.sqrt(aa * bb) : 0;
      complete &&= aa > 0 && bb > 0;
      const columns = model.traits.fixedTrait.filter((t) => t === a || t === b).length;
      // fewer common records than that lie on a line anyway
      if (count > columns + 2 && Math.abs(correlation) > 1 - DEPENDENT)
        throw dependentTraits([names[b]!, names[a]!]);
      raw.values[a + b * traits] = correlation;
      raw.values[b + a * traits] = correlation;
      out[a + b * traits] = (0.5 * correlation) / (1 + 0.1 * traits);
      out[b + a * traits] = out[a + b * traits]!;
    }
  }
  if (complete && unitCount > model.fixed.matrix.columns + traits) {
    const { values: eigenvalues, vectors } = symmetricEigen(raw);
    if (eigenvalues[0]! < DEPENDENT) {
      throw dependentTraits(names.filter((_, t) => Math.abs(vectors.values[t]!) > 1e-3));
    }
  }
  return out;
}

function dependentTraits(names: readonly string[]): HendersonError {
  const list = `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
  return new HendersonError(
    "engine/dependent-traits",
    `in the records, the traits ${list} are linear functions of each other (apart from the fixed effects)`,
    {
      hint: "leave out a trait that was computed from others: it adds no information, and the likelihood has no maximum",
    },
  );
}
