/**
 * henderson/simulation: responses drawn from a model, bootstrap, and the random streams behind them, which give the same digits on
 * every machine and for every number of workers.
 */

// Streams.

export { type RandomStream, randomStream } from "./base/random.ts";

// Responses from a fit.

export { type SimulateOptions, simulate } from "./simulation/simulate.ts";
export { type ROrderOptions, simulateInROrder } from "./simulation/simulateInROrder.ts";
export type { SimulationSource } from "./simulation/source.ts";

// Parameters that were assumed, and plans of other sizes.

export {
  type AssumedModel,
  type AssumedParameters,
  assumedModel,
  parametersOf,
} from "./simulation/assumedModel.ts";
export { extendAlong, extendWithin } from "./simulation/extendPlan.ts";

// Power.

export type { PowerDdf } from "./simulation/job.ts";
export { type Power, type PowerOptions, power } from "./simulation/power.ts";
export type { PowerTest } from "./simulation/powerTest.ts";

// Bootstrap.

export type { SpawnWorker, WorkerPort } from "./parallel/keyedTask.ts";
export { webPort } from "./parallel/platformWorkers.ts";
export { type Bootstrap, type BootstrapOptions, bootstrap, type Statistic } from "./simulation/bootstrap.ts";
export {
  type BootstrapInterval,
  type BootstrapIntervalType,
  bootstrapIntervals,
} from "./simulation/bootstrapIntervals.ts";
export { bootstrapRatio, type RatioBootstrap } from "./simulation/bootstrapRatio.ts";
export type { DrawOptions } from "./simulation/chooseDraws.ts";
export type { ClusterSpec } from "./simulation/resampleGroups.ts";
export type { ReplicateOptions, ReplicateRun } from "./simulation/runJob.ts";
