import type { Model } from "../../model/model.ts";
import type { Factor } from "../factors.ts";
import type { ReducedResponse } from "../response.ts";
import { type BaseBlocks, baseBlocks } from "./baseBlocks.ts";
import { type CrossedLayout, crossedLayout } from "./crossedLayout.ts";
import { type LeafEntries, leafEntries } from "./leafEntries.ts";

/** Sufficient statistics of crossed and nested factors: all that the likelihood sees of the data. */
export interface CrossedStatistics extends CrossedLayout {
  readonly leaf: LeafEntries;
  readonly base: BaseBlocks;
}

export function crossedStatistics(
  model: Model,
  factors: readonly Factor[],
  reduced: ReducedResponse,
): CrossedStatistics {
  const layout = crossedLayout(factors, model.fixed.basis.columns);
  return {
    ...layout,
    leaf: leafEntries(model, layout, reduced.residual),
    base: baseBlocks(model, layout, reduced),
  };
}
