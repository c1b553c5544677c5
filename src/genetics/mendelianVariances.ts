import { HendersonError } from "../base/errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { quoteValue } from "../table/quoteValue.ts";
import { parentInbreeding } from "./ancestorNodes.ts";
import type { Pedigree } from "./pedigree.ts";

/** Smallest Mendelian variance whose inverse still means something beside the others, which are about 1. */
const SMALLEST = 1e-10;

/**
 * Mendelian sampling variances m_i = 1/2 - (F_sire + F_dam) / 4, length n: the one rule, with F = -1 for an unknown
 * parent (giving 1, 3/4 - F/4) and F = gamma_gg - 1 for a metafounder. log|A| is the sum of their logarithms.
 *
 * @throws HendersonError "genetics/no-sampling" where both parents are completely inbred: A has no inverse
 */
export function mendelianVariances(
  pedigree: Pedigree,
  inbreeding: Float64Array,
  gamma?: Matrix,
): Float64Array {
  const { sires, dams, animals } = pedigree;
  const variances = new Float64Array(animals.length);
  for (let i = 0; i < animals.length; i++) {
    const s = parentInbreeding(sires[i]!, inbreeding, gamma);
    const d = parentInbreeding(dams[i]!, inbreeding, gamma);
    const m = 0.5 - 0.25 * (s + d);
    if (!(m > SMALLEST)) throw noSampling(animals[i]!, gamma !== undefined);
    variances[i] = m;
  }
  return variances;
}

function noSampling(animal: string, metafounders: boolean): HendersonError {
  return new HendersonError(
    "genetics/no-sampling",
    `the parents of ${quoteValue(animal)} are completely inbred, so that it is determined by them and the relationship matrix has no inverse`,
    {
      hint: metafounders
        ? "the diagonal of gamma must be below 2"
        : "keep one animal a line instead of many generations of selfing",
    },
  );
}
