import { HendersonError } from "../base/errors.ts";
import { chiSquaredCdf } from "../distributions/gamma.ts";
import type { FitResult } from "../fit/result.ts";
import type { Criterion } from "../model/model.ts";
import { countStatus } from "./bootstrap.ts";
import { chooseDraws, type DrawOptions } from "./chooseDraws.ts";
import { exactInterval } from "./exactInterval.ts";
import { STATUS } from "./job.ts";
import { nestedFits } from "./nestedFits.ts";
import { orderQuantile } from "./orderQuantile.ts";
import { refitPlan } from "./refitter.ts";
import { replicateNotes } from "./replicateNotes.ts";
import { notesOfRun, type ReplicateOptions, type ReplicateRun, runJob } from "./runJob.ts";
import { sourceOf } from "./source.ts";

/** A likelihood-ratio test by the parametric bootstrap. */
export interface RatioBootstrap extends ReplicateRun {
  /** likelihood that is compared */
  readonly criterion: Criterion;
  /** observed statistic, 2 (logLik larger - logLik smaller) */
  readonly statistic: number;
  /** parameters that the null hypothesis leaves out */
  readonly df: number;
  /** replicates with a statistic at least as large as the observed one */
  readonly asLarge: number;
  /** (asLarge + 1) / (replicates + 1) (Davison & Hinkley 1997, eq. 4.11) */
  readonly p: number;
  /** part of the replicates below the observed statistic */
  readonly below: number;
  /** Monte-Carlo standard error of the plain share asLarge / replicates, and its exact 95 % interval (Clopper & Pearson 1934) */
  readonly standardError: number;
  readonly shareInterval: readonly [lower: number, upper: number];
  /** replicates whose statistic is zero: the null hypothesis fits as well as the larger model */
  readonly zeros: number;
  /** of the bootstrap distribution, and of chi-squared with df degrees of freedom beside it */
  readonly quantiles: readonly { readonly probability: number; readonly value: number }[];
  /** p of the chi-squared distribution, which ignores boundaries and small samples */
  readonly chiSquared: number;
  /**
   * p of 0.5 chi2(d - 1) + 0.5 chi2(d), where the null hypothesis sets one variance (and d - 1 covariances) to zero (Stram &
   * Lee 1994); null for other hypotheses
   */
  readonly mixture: number | null;
  /** statistic of every replicate that could be fitted, in order */
  readonly statistics: Float64Array;
}

const PROBABILITIES: readonly number[] = [0.5, 0.9, 0.95, 0.99];
/** A statistic below this is zero up to the accuracy of two searches. */
const ZERO = 1e-6;

/**
 * Tests the smaller of two nested fits against the larger: responses are drawn from the smaller one, both models are fitted to
 * each, and the observed likelihood ratio is placed among theirs (pbkrtest's PBmodcomp). REML fits of different fixed effects
 * are refitted by ML first, and a note says so.
 *
 * @throws HendersonError simulation/not-nested, simulation/different-data, simulation/count, simulation/seed, fit/needs-data
 */
export async function bootstrapRatio(
  larger: FitResult,
  smaller: FitResult,
  options: ReplicateOptions & DrawOptions,
): Promise<RatioBootstrap> {
  const nested = nestedFits(larger, smaller);
  const { criterion } = nested;
  const objective = (fit: FitResult): number => (criterion === "ML" ? fit.deviance : fit.remlCriterion!);
  const statistic = objective(nested.smaller) - objective(nested.larger);
  if (statistic < -1e-4) {
    throw new HendersonError(
      "simulation/not-nested",
      `the larger model fits worse than the null model (by ${(-statistic).toPrecision(3)} in -2 log-likelihood), so it cannot contain it`,
      { hint: "the null model must be the larger model without some of its terms" },
    );
  }
  const plan = refitPlan(nested.larger, criterion);
  const results = await runJob(
    {
      kind: "ratio",
      source: sourceOf(nested.smaller),
      draws: chooseDraws(options.draws ?? "auto", plan, [nested.smaller.model]),
      larger: plan,
      smaller: refitPlan(nested.smaller, criterion),
      df: nested.fixed + nested.random,
      keep: [],
      seed: options.seed,
      kernels: larger.kernels,
    },
    options,
  );
  const { values, width, done, workers } = results;
  const counts = countStatus(results);
  const statistics = new Float64Array(done - counts.failed);
  for (let r = 0, at = 0; r < done; r++) {
    if (!(values[r * width]! & STATUS.failed)) statistics[at++] = values[r * width + 1]!;
  }
  const used = statistics.length;
  const observed = Math.max(0, statistic);
  const asLarge = statistics.reduce((count, value) => count + (value >= observed - ZERO ? 1 : 0), 0);
  const share = used === 0 ? Number.NaN : asLarge / used;
  const sorted = statistics.slice().sort();
  const df = nested.fixed + nested.random;
  const tail = (d: number): number =>
    d === 0 ? Number(observed <= ZERO) : chiSquaredCdf(observed, d, { lower: false });
  return {
    criterion,
    statistic: observed,
    df,
    asLarge,
    p: (asLarge + 1) / (used + 1),
    below: 1 - share,
    standardError: Math.sqrt((share * (1 - share)) / used),
    shareInterval: exactInterval(asLarge, used, 0.95),
    zeros: statistics.reduce((count, value) => count + (value < ZERO ? 1 : 0), 0),
    quantiles: PROBABILITIES.map((probability) => ({
      probability,
      value: orderQuantile(sorted, probability),
    })),
    chiSquared: tail(df),
    mixture: setsOneVarianceToZero(nested) ? 0.5 * tail(df - 1) + 0.5 * tail(df) : null,
    statistics,
    requested: options.n,
    done,
    seed: options.seed,
    workers,
    ...counts,
    notes: [...nested.notes, ...notesOfRun(results, options.n), ...replicateNotes(counts, done)],
  };
}

/** Whether the models differ by one random effect, alone or correlated with others of its term. */
function setsOneVarianceToZero({ larger, smaller, fixed }: ReturnType<typeof nestedFits>): boolean {
  const effects = (fit: FitResult): number =>
    fit.model.random.reduce((sum, { covariance }) => sum + covariance.size, 0);
  const plain = larger.model.random.every(({ covariance }) => ["us", "diag"].includes(covariance.name));
  return fixed === 0 && plain && effects(larger) - effects(smaller) === 1;
}
