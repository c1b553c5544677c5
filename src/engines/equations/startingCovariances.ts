// Where the search starts: half of the residual variance of the least-squares fit to R0, the rest in equal parts to the
// components that are estimated, each coefficient in proportion to the size of its column.

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

/** Correlation of the least-squares residuals of a unit, T x T, shrunk by half. */
export function residualCorrelation(model: Model, reduced: ReducedResponse, traits: number): Float64Array {
  const out = new Float64Array(traits * traits);
  for (let t = 0; t < traits; t++) out[t + t * traits] = 1;
  if (!model.traits) return out;
  const { trait, unit, unitCount } = model.traits;
  const values = new Float64Array(unitCount * traits).fill(Number.NaN);
  for (let r = 0; r < trait.length; r++) values[unit[r]! * traits + trait[r]!] = reduced.residual[r]!;
  for (let a = 0; a < traits; a++) {
    for (let b = 0; b < a; b++) {
      let cross = 0;
      let aa = 0;
      let bb = 0;
      for (let i = 0; i < unitCount; i++) {
        const x = values[i * traits + a]!;
        const y = values[i * traits + b]!;
        if (Number.isNaN(x) || Number.isNaN(y)) continue;
        cross += x * y;
        aa += x * x;
        bb += y * y;
      }
      const correlation = aa > 0 && bb > 0 ? (0.5 * cross) / Math.sqrt(aa * bb) : 0;
      out[a + b * traits] = correlation / (1 + 0.1 * traits);
      out[b + a * traits] = out[a + b * traits]!;
    }
  }
  return out;
}
