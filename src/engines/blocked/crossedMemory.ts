import { HendersonError } from "../../base/errors.ts";
import type { Arena, Kernels } from "../../linalg/kernels.ts";
import { arenaNeed } from "../../linalg/sparse/panelStorage.ts";
import { typescriptKernels } from "../../linalg/typescript/typescriptKernels.ts";
import { leafNeed } from "./chooseElimination.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";
import { inverseSumsNeed } from "./inverseSums.ts";
import type { SharedTailsPlan } from "./sharedTails.ts";

/** Multiplications of one factorization that plain TypeScript does in some ten minutes. */
const PATIENT_FLOPS = 1e12;

/**
 * The arena of a crossed system. Where the address space of WebAssembly (4 GB) is too small, but the work is not too
 * much for them, the TypeScript kernels take over.
 *
 * @param vectorDoubles   doubles for right-hand sides
 * @throws HendersonError "linalg/memory"
 */
export function reserveArena(
  statistics: CrossedStatistics,
  shared: SharedTailsPlan | null,
  kernels: Kernels,
  vectorDoubles: number,
): Arena {
  const { symbolic, fixedColumns } = statistics;
  const panels = arenaNeed(symbolic, { inverse: true });
  const leaf = leafNeed(statistics, shared);
  const doubles =
    panels.doubles + leaf.doubles + inverseSumsNeed(statistics) + (fixedColumns + 1) ** 2 + vectorDoubles;
  const integers = panels.integers + leaf.integers;
  // A little more than asked: the kernels keep a workspace of 1.3 MB.
  const bytes = 8 * doubles + 4 * integers + 2 ** 21;
  if (bytes <= kernels.maximumBytes) return kernels.createArena(doubles, integers);
  if (bytes <= typescriptKernels.maximumBytes && symbolic.flops <= PATIENT_FLOPS) {
    return typescriptKernels.createArena(doubles, integers);
  }
  throw new HendersonError(
    "linalg/memory",
    `the random effects are crossed so thickly that ${symbolic.size} equations, which remain when the largest grouping is eliminated, need ${gigabytes(bytes)} GB of memory, and ${gigabytes(kernels.maximumBytes)} GB can be had in one block`,
    { hint: "leave out the grouping with the second most levels, or join its rare levels" },
  );
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
