import { HendersonError } from "../base/errors.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import type { KeyedResults } from "../parallel/runKeys.ts";
import { runKeys } from "../parallel/runKeys.ts";
import { chooseDraws, type DrawOptions } from "./chooseDraws.ts";
import { createResponseSampler } from "./drawResponse.ts";
import { estimateNames, estimateValues } from "./estimates.ts";
import { STATUS } from "./job.ts";
import { createRefitter, refitPlan } from "./refitter.ts";
import { replicateNotes } from "./replicateNotes.ts";
import { replicateStream } from "./replicateStream.ts";
import { requireCount, requireSeed } from "./requireRequest.ts";
import { type ClusterSpec, groupsOf } from "./resampleGroups.ts";
import { notesOfRun, type ReplicateOptions, type ReplicateRun, runJob } from "./runJob.ts";
import { kept, type SimulateOptions } from "./simulate.ts";
import { sourceOf } from "./source.ts";

/** Numbers of a fit that a bootstrap follows, by name. */
export type Statistic = (fit: FitResult) => Readonly<Record<string, number>>;

export interface BootstrapOptions extends ReplicateOptions, DrawOptions {
  /** what is followed; default fixed effects, standard deviations, correlations and sigma. A function works in this thread. */
  readonly statistic?: Statistic;
  /**
   * draws groups of rows with replacement instead of responses from the model: the name of a random term's grouping, or a label
   * for every row of the model. A group that is drawn twice is two groups. Nothing is assumed about distributions.
   */
  readonly clusters?: ClusterSpec;
  /** `new` (default) draws random effects too; `same` or a list of components keeps their modes */
  readonly randomEffects?: SimulateOptions["randomEffects"];
}

/** The bootstrap distribution of some statistics. */
export interface Bootstrap extends ReplicateRun {
  readonly names: readonly string[];
  /** of the fit itself, by name */
  readonly observed: Float64Array;
  /** per name: its value in every replicate that could be fitted, in the order of the replicates; not a number where undefined */
  readonly replicates: readonly Float64Array[];
}

/**
 * Parametric bootstrap: responses are drawn from the fit, the model is fitted to each, and the statistics are followed
 * (lme4's bootMer). Refits reuse all that does not depend on the response and begin at the estimates.
 *
 * @throws HendersonError simulation/count, simulation/seed, simulation/workers, simulation/statistic, fit/needs-data
 */
export async function bootstrap(fit: FitResult, options: BootstrapOptions): Promise<Bootstrap> {
  requireRows(fit, "bootstraps");
  const { statistic, randomEffects = "new" } = options;
  const keeps = kept(fit.model, randomEffects);
  if (statistic !== undefined) {
    if (options.clusters !== undefined) {
      throw new HendersonError(
        "simulation/clusters",
        "groups are drawn for the estimates of the model, not for a function of the fit",
        { hint: "leave out the statistic" },
      );
    }
    return ofFunction(fit, statistic, keeps, options);
  }
  const names = estimateNames(fit.model);
  const observed = new Float64Array(names.length);
  estimateValues(fit, observed);
  const plan = refitPlan(fit);
  if (options.clusters !== undefined) {
    const groups = groupsOf(fit.model, options.clusters);
    const job = { kind: "clusters", plan, groups, seed: options.seed, kernels: fit.kernels } as const;
    return collected(names, observed, await runJob(job, options), 2, options);
  }
  const results = await runJob(
    {
      kind: "estimates",
      source: sourceOf(fit),
      plan,
      draws: chooseDraws(options.draws ?? "auto", plan, [fit.model]),
      keep: fit.model.random.flatMap((_, t) => (keeps(t) ? [t] : [])),
      seed: options.seed,
      kernels: fit.kernels,
    },
    options,
  );
  return collected(names, observed, results, 2, options);
}

async function ofFunction(
  fit: FitResult,
  statistic: Statistic,
  keeps: (term: number) => boolean,
  options: BootstrapOptions,
): Promise<Bootstrap> {
  const { n, seed, signal, onProgress } = options;
  requireCount(n, "replicates");
  requireSeed(seed);
  const first = statistic(fit);
  const names = Object.keys(first);
  if (names.length === 0) {
    throw new HendersonError("simulation/statistic", "the statistic of the fit has no numbers", {
      hint: "return an object of numbers by name, as (fit) => ({ slope: fit.beta[1] })",
    });
  }
  const kernels = chooseKernels({ name: fit.kernels });
  const sampler = createResponseSampler(fit, keeps, kernels);
  const refitter = createRefitter(refitPlan(fit), kernels);
  const response = new Float64Array(sampler.rows);
  const task = {
    width: 1 + names.length,
    run(replicate: number, out: Float64Array): void {
      sampler.draw(replicateStream(seed, replicate), response);
      try {
        const refit = refitter.refit(response);
        const result = refit.result();
        const design = fit.design === null ? null : { ...fit.design, model: result.model };
        const values = statistic({ ...result, design });
        out[0] = (refit.converged ? 0 : STATUS.notConverged) | (refit.boundary ? STATUS.boundary : 0);
        names.forEach((name, i) => {
          out[1 + i] = values[name] ?? Number.NaN;
        });
      } catch {
        out[0] = STATUS.failed;
      }
    },
  };
  const here = { workers: 1, spawn: noWorkers, signal, onProgress };
  const results = await runKeys(
    n,
    () => task,
    () => null,
    here,
  );
  const observed = Float64Array.from(names, (name) => first[name]!);
  return collected(names, observed, results, 1, options);
}

function noWorkers(): never {
  throw new Error("functions cannot be sent to workers");
}

/** Columns from `offset` on of the replicates that could be fitted. */
function collected(
  names: readonly string[],
  observed: Float64Array,
  results: KeyedResults,
  offset: number,
  { n, seed }: ReplicateOptions,
): Bootstrap {
  const { values, width, done, workers } = results;
  const counts = countStatus(results);
  const replicates = names.map(() => new Float64Array(done - counts.failed));
  for (let r = 0, at = 0; r < done; r++) {
    if (values[r * width]! & STATUS.failed) continue;
    for (let c = 0; c < names.length; c++) replicates[c]![at] = values[r * width + offset + c]!;
    at++;
  }
  const notes = [...notesOfRun(results, n), ...replicateNotes(counts, done)];
  return { names, observed, replicates, requested: n, done, seed, workers, ...counts, notes };
}

/** How many replicates carry each flag. */
export function countStatus({
  values,
  width,
  done,
}: KeyedResults): Pick<ReplicateRun, "notConverged" | "boundary" | "failed"> {
  const counts = { notConverged: 0, boundary: 0, failed: 0 };
  for (let r = 0; r < done; r++) {
    const status = values[r * width]!;
    if (status & STATUS.notConverged) counts.notConverged++;
    if (status & STATUS.boundary) counts.boundary++;
    if (status & STATUS.failed) counts.failed++;
  }
  return counts;
}
