import { HendersonError } from "../base/errors.ts";
import { chiSquaredCdf } from "../distributions/gamma.ts";
import type { Engine } from "../engines/engine.ts";
import { fitModel } from "../fit/fit.ts";
import { furtherEngines, rememberEngines } from "../fit/furtherEngines.ts";
import { kenwardRoger } from "../inference/kenwardRoger.ts";
import { waldTest } from "../inference/waldTest.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import type { KernelName, Kernels } from "../linalg/kernels.ts";
import type { Model } from "../model/model.ts";
import type { KeyedTask } from "../parallel/keyedTask.ts";
import { createResponseSampler } from "./drawResponse.ts";
import { estimateNames, estimateValues } from "./estimates.ts";
import { type PortableModel, packModel, unpackModel } from "./portableModel.ts";
import { createRefitter, type Refit, type RefitPlan } from "./refitter.ts";
import { replicateStream } from "./replicateStream.ts";
import { createGroupResampler, type Groups } from "./resampleGroups.ts";
import type { SimulationSource } from "./source.ts";
import { createSumsDrawer } from "./sumsDrawer.ts";

/** What replicate r of a run is: a response drawn from the source by the stream of (seed, r), and what is fitted to it. */
export type Job = EstimatesJob | RatioJob | PowerJob | ClustersJob;

interface DrawnJob {
  readonly source: SimulationSource;
  /** indices of random terms that keep their modes */
  readonly keep: readonly number[];
  readonly seed: number;
  readonly kernels: KernelName;
  /** whether whole responses are drawn, or only their sums (`createSumsDrawer`) */
  readonly draws: "rows" | "sums";
}

/** One model is refitted: status, -2 log-likelihood, then the values of `estimateNames`. */
interface EstimatesJob extends DrawnJob {
  readonly kind: "estimates";
  readonly plan: RefitPlan;
}

/** Two nested models are refitted: status, the likelihood-ratio statistic and its p. */
export interface RatioJob extends DrawnJob {
  readonly kind: "ratio";
  readonly larger: RefitPlan;
  readonly smaller: RefitPlan;
  /** degrees of freedom of the chi-squared p value */
  readonly df: number;
}

/** Denominator degrees of freedom that replicates can have. */
export type PowerDdf = "satterthwaite" | "kenward-roger" | "residual" | "none";

/** One model is refitted and L b = 0 tested: status, then p. */
interface PowerJob extends DrawnJob {
  readonly kind: "power";
  readonly plan: RefitPlan;
  /** rows of L */
  readonly rows: readonly (readonly number[])[];
  readonly ddf: PowerDdf;
}

/** Groups of rows are drawn with replacement and the model fitted to them: numbers as of `EstimatesJob`. */
interface ClustersJob extends Pick<DrawnJob, "seed" | "kernels"> {
  readonly kind: "clusters";
  readonly plan: RefitPlan;
  readonly groups: Groups;
}

/** First number of every replicate: flags. */
export const STATUS: {
  readonly notConverged: 1;
  readonly boundary: 2;
  /** no fit at all: the other numbers are not numbers */
  readonly failed: 4;
} = { notConverged: 1, boundary: 2, failed: 4 };

/** A ratio below minus this says that the larger model's search ended in a worse optimum than the smaller one's. */
const WORSE = 1e-5;

/** Numbers that a replicate gives. */
export function jobWidth(job: Job): number {
  switch (job.kind) {
    case "estimates":
    case "clusters":
      return 2 + estimateNames(job.plan.model).length;
    case "ratio":
      return 3;
    case "power":
      return 2;
  }
}

/** Prepares a job in the thread that will run it. */
export function prepareJob(job: Job): KeyedTask {
  const kernels = chooseKernels({ name: job.kernels });
  if (job.kind === "clusters") return clustersTask(job, kernels);
  const width = jobWidth(job);
  const keeps = (term: number): boolean => job.keep.includes(term);
  if (job.draws === "sums" && job.kind !== "power") return sumsTask(job, keeps, kernels);
  const sampler = createResponseSampler(job.source, keeps, kernels);
  const response = new Float64Array(sampler.rows);
  const draw = (replicate: number): Float64Array => {
    sampler.draw(replicateStream(job.seed, replicate), response);
    return response;
  };
  if (job.kind === "estimates") {
    const refitter = createRefitter(job.plan, kernels);
    return guarded(width, (replicate, out) => writeEstimates(refitter.refit(draw(replicate)), out));
  }
  if (job.kind === "power") {
    const refitter = createRefitter(job.plan, kernels);
    const options = { ddf: job.ddf === "kenward-roger" ? kenwardRoger : job.ddf };
    const zero = job.rows.map(() => 0);
    return guarded(width, (replicate, out) => {
      const refit = refitter.refit(draw(replicate));
      out[0] = statusOf(refit);
      out[1] = waldTest(refit.result(), job.rows, zero, options).p;
    });
  }
  const larger = createRefitter(job.larger, kernels);
  const smaller = createRefitter(job.smaller, kernels);
  return guarded(width, (replicate, out) => {
    const drawn = draw(replicate);
    writeRatio(smaller.refit(drawn), larger.refit(drawn), job.df, out);
  });
}

/** The same where only sums of responses are drawn: models that can take those, and that contain each other. */
function sumsTask(
  job: EstimatesJob | RatioJob,
  keeps: (term: number) => boolean,
  kernels: Kernels,
): KeyedTask {
  const plans = job.kind === "estimates" ? [job.plan] : [job.larger, job.smaller];
  const refitters = plans.map((plan) => createRefitter(plan, kernels).refitSums);
  const models = plans.map(({ model }) => model);
  const drawer = createSumsDrawer(models[0]!, job.source, models, keeps, kernels);
  if (drawer === null || refitters.includes(null)) throw noSums();
  return guarded(jobWidth(job), (replicate, out) => {
    drawer.draw(replicateStream(job.seed, replicate));
    const [first, second] = refitters.map((refit, m) => refit!(drawer.sums(m)));
    if (job.kind === "estimates") writeEstimates(first!, out);
    else writeRatio(second!, first!, job.df, out);
  });
}

function clustersTask({ plan, groups, seed, ...job }: ClustersJob, kernels: Kernels): KeyedTask {
  const resample = createGroupResampler(plan.model, groups);
  const drawn = new Int32Array(groups.count);
  const p = plan.model.fixed.names.length;
  return guarded(jobWidth({ ...job, plan, groups, seed }), (replicate, out) => {
    const stream = replicateStream(seed, replicate);
    for (let d = 0; d < drawn.length; d++) drawn[d] = stream.below(groups.count);
    const { model, kept } = resample(drawn);
    const fit = fitModel(model, {
      ...(plan.method === "OLS" ? {} : { method: plan.method }),
      ...(plan.theta === null || plan.method === "ANOVA" ? {} : { start: plan.theta }),
      engines: furtherEngines(plan.model),
      kernels,
    });
    const { converged, boundary } = fit.convergence;
    out[0] = statusOf({ converged, boundary: boundary.length > 0 });
    out[1] = -2 * fit.logLik;
    const own = new Float64Array(out.length - 2 - p + kept.length);
    estimateValues(fit, own);
    // fixed effects that cannot be estimated from the groups drawn are not numbers
    out.fill(Number.NaN, 2, 2 + p);
    kept.forEach((column, j) => {
      out[2 + column] = own[j]!;
    });
    out.set(own.subarray(kept.length), 2 + p);
  });
}

/** The error for models whose responses have to be drawn row by row. */
export function noSums(): HendersonError {
  return new HendersonError(
    "simulation/no-sums",
    "sums of responses can be drawn for models with independent levels and residuals, whose null model has the same groupings and columns; this one needs its rows",
    { hint: "leave out draws (--draws), or ask for rows" },
  );
}

function writeEstimates(refit: Refit, out: Float64Array): void {
  out[0] = statusOf(refit);
  out[1] = refit.objective;
  estimateValues(refit.result(), out.subarray(2));
}

function writeRatio(low: Refit, high: Refit, df: number, out: Float64Array): void {
  const statistic = low.objective - high.objective;
  out[0] =
    statusOf(high) |
    (low.converged ? 0 : STATUS.notConverged) |
    (statistic < -WORSE ? STATUS.notConverged : 0);
  out[1] = Math.max(0, statistic);
  out[2] = chiSquaredCdf(out[1]!, df, { lower: false });
}

function statusOf({ converged, boundary }: Pick<Refit, "converged" | "boundary">): number {
  return (converged ? 0 : STATUS.notConverged) | (boundary ? STATUS.boundary : 0);
}

/** A replicate whose fit throws is a failed one; the run goes on. */
function guarded(width: number, run: KeyedTask["run"]): KeyedTask {
  return {
    width,
    run(key, out) {
      try {
        run(key, out);
      } catch {
        out.fill(Number.NaN);
        out[0] = STATUS.failed;
      }
    },
  };
}

/** A job as data that can be copied to a worker; models that its parts share stay shared. */
export function packJob(job: Job): unknown {
  const packed = new Map<Model, PortableModel>();
  return mapModels(job, (model) => {
    const known = packed.get(model) ?? packModel(model);
    packed.set(model, known);
    return known as unknown as Model;
  });
}

/** The job that was packed; its models are fitted by `engines` where those that are always there do not do. */
export function unpackJob(data: unknown, engines: readonly Engine[]): Job {
  const unpacked = new Map<Model, Model>();
  return mapModels(data as Job, (model) => {
    const known = unpacked.get(model) ?? unpackModel(model as unknown as PortableModel);
    rememberEngines(known, engines);
    unpacked.set(model, known);
    return known;
  });
}

function mapModels(job: Job, map: (model: Model) => Model): Job {
  const of = <T extends { readonly model: Model }>(part: T): T => ({ ...part, model: map(part.model) });
  if (job.kind === "clusters") return { ...job, plan: of(job.plan) };
  const source = of(job.source);
  return job.kind === "ratio"
    ? { ...job, source, larger: of(job.larger), smaller: of(job.smaller) }
    : { ...job, source, plan: of(job.plan) };
}
