import { groupFactors } from "../engines/factors.ts";
import type { Model } from "../model/model.ts";
import { noSums } from "./job.ts";
import type { RefitPlan } from "./refitter.ts";
import { canDrawSums, sumsAreCheaper } from "./sumsDrawer.ts";
import { placeOf } from "./sumsMap.ts";

/** How the responses of replicates are drawn. */
export interface DrawOptions {
  /**
   * `rows`: whole responses, those of `simulate`. `sums`: only what the likelihood sees of them, [Z X]'y and y'y, which have the
   * same distribution at a price that does not grow with the rows, but other digits. Default `auto`: sums where there are 1000
   * rows or more and sums are cheaper.
   */
  readonly draws?: "auto" | "rows" | "sums";
}

/**
 * The way to draw; it depends on the models alone, so that the digits do not depend on the machine.
 *
 * @param host the model whose columns contain those of the others
 * @throws HendersonError simulation/no-sums
 */
export function chooseDraws(
  draws: NonNullable<DrawOptions["draws"]>,
  host: RefitPlan,
  others: readonly Model[],
): "rows" | "sums" {
  if (draws === "rows") return "rows";
  const possible =
    !host.equations &&
    host.held.length === 0 &&
    host.method !== "ANOVA" &&
    canDrawSums(host.model) &&
    others.every((other) => isPartOf(other, host.model));
  if (draws === "sums") {
    if (!possible) throw noSums();
    return "sums";
  }
  return possible && sumsAreCheaper(host.model) ? "sums" : "rows";
}

function isPartOf(model: Model, host: Model): boolean {
  const factors = groupFactors(host.random);
  return model.random.every((term) => placeOf(term, host, factors) !== null);
}
