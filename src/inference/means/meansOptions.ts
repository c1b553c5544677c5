import { HendersonError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import type { DenominatorMethod } from "../denominator.ts";
import { type Adjustment, adjustments } from "./adjustment.ts";
import { type AveragingWeights, averagingWeights } from "./averages.ts";
import type { CustomContrasts, FamilyOptions } from "./contrastFamilies.ts";
import type { TableOptions } from "./estimateTable.ts";
import type { GridOptions } from "./referenceGrid.ts";

export interface MeansOptions extends GridOptions, FamilyOptions, Omit<TableOptions, "adjust"> {
  /** variables whose levels are separate tables, besides those after `|` */
  readonly by?: readonly string[];
  /** contrasts of the means, besides one left of `~` */
  readonly contrast?: string | CustomContrasts;
  /** contrasts of contrasts: a family for each factor in order (`["pairwise", "consec"]`), repeated as needed */
  readonly interaction?: readonly (string | CustomContrasts)[];
  /** how rows of the grid are averaged, default `equal` */
  readonly weights?: AveragingWeights;
  /** degrees of freedom; default Satterthwaite for mixed models, n - p for linear ones */
  readonly ddf?: DenominatorMethod;
  /** multiple tests: of the contrasts where there are some, else of the means */
  readonly adjust?: Adjustment;
  /** `response` undoes a transformation of the response; default `model` */
  readonly type?: "model" | "response";
  /**
   * Adds h''(eta) sigma^2 / 2 to means that are brought back, the second-order correction towards the mean of the
   * response. `true` takes the standard deviation of an observation in the model, random effects included.
   */
  readonly biasAdjust?: boolean | number;
  /** letters that means share which do not differ at this level of their pairwise tests */
  readonly letters?: number;
}

/**
 * Refuses values that no table can be made with, also those of programs that are not typed.
 *
 * @throws HendersonError inference/level, means/letters, means/margin, means/unknown-adjustment
 */
export function requireMeansOptions(options: MeansOptions): void {
  const { level, delta, null: against, biasAdjust, letters, side, adjust, weights, infer } = options;
  requireName("adjustment", adjust, adjustments);
  requireName("set of columns", infer, ["intervals", "tests", "both"]);
  requireName("scheme of weights", weights, averagingWeights);
  if (level !== undefined && !(level > 0 && level < 1)) {
    throw new HendersonError(
      "inference/level",
      `a confidence level lies between 0 and 1, and ${Number.isNaN(level) ? "this one is not a number" : `${level} does not`}`,
      level > 1 && level < 100 ? { hint: `for ${level} % write ${level / 100}` } : {},
    );
  }
  if (letters !== undefined && !(letters > 0 && letters < 1)) {
    throw new HendersonError("means/letters", "the level of the letters' tests lies between 0 and 1", {
      hint: "use 0.05",
    });
  }
  if (delta !== undefined && !(delta >= 0 && Number.isFinite(delta))) {
    throw new HendersonError("means/margin", "a margin is a finite number that is not negative", {
      hint: "give the largest difference that does not matter, on the scale of the model",
    });
  }
  if (against !== undefined && !Number.isFinite(against)) {
    throw new HendersonError("means/margin", "the value to test against is not a finite number", {
      hint: "give it on the scale of the model: log(35) for a model of log(y)",
    });
  }
  if (typeof biasAdjust === "number" && !(biasAdjust >= 0 && Number.isFinite(biasAdjust))) {
    throw new HendersonError("means/margin", "the standard deviation of a bias adjustment is not negative", {
      hint: "give the standard deviation of an observation on the scale of the model, or true",
    });
  }
  if (side !== undefined && side !== "two-sided" && side !== "greater" && side !== "less") {
    throw new HendersonError("means/margin", `'${String(side)}' is not a side`, {
      hint: "the sides are two-sided, greater and less",
    });
  }
}

function requireName(what: string, name: string | undefined, known: readonly string[]): void {
  if (name === undefined || known.includes(name)) return;
  const closest = nearest(name, known);
  throw new HendersonError("means/unknown-adjustment", `'${name}' is no ${what}`, {
    hint: `${closest === null ? "" : `did you mean '${closest}'? `}There are ${known.join(", ")}`,
  });
}
