import type { Note } from "../base/notes.ts";
import type { SpawnWorker } from "../parallel/keyedTask.ts";
import { defaultWorkers } from "../parallel/platformWorkers.ts";
import { type KeyedResults, runKeys } from "../parallel/runKeys.ts";
import { type Job, jobWidth, packJob, prepareJob } from "./job.ts";
import { packageWorkers } from "./packageWorkers.ts";
import { requireCount, requireRoom, requireSeed } from "./requireRequest.ts";
import { requireWorkers } from "./requireWorkers.ts";

/** How many replicates are drawn, from which streams, and by how many threads. */
export interface ReplicateOptions {
  /** number of replicates */
  readonly n: number;
  /** whole number from 0 on: replicate r uses the stream of (seed, r), whatever n and the workers are */
  readonly seed: number;
  /** threads; the digits do not depend on it. Default one less than the cores, at most 8; 1 stays in this thread */
  readonly workers?: number;
  /** makes a worker, where a bundler needs it to be made elsewhere; default the worker of this package */
  readonly spawn?: SpawnWorker;
  /** stops the run; the result then says how many replicates it has */
  readonly signal?: AbortSignal;
  /** called now and then with the number of replicates that are done */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What is known of a run of replicates, whatever they were. */
export interface ReplicateRun {
  /** replicates that were asked for */
  readonly requested: number;
  /** replicates that are there: fewer where the run was stopped */
  readonly done: number;
  readonly seed: number;
  /** threads that worked */
  readonly workers: number;
  /** replicates whose search stopped before a minimum was certain; they count */
  readonly notConverged: number;
  /** replicates in which a variance was zero or a combination of effects had none; they count */
  readonly boundary: number;
  /** replicates that could not be fitted at all; they do not count */
  readonly failed: number;
  readonly notes: readonly Note[];
}

/** Runs a job on as many threads as asked. */
export function runJob(job: Job, options: ReplicateOptions): Promise<KeyedResults> {
  const { n, seed, workers = defaultWorkers(), spawn = packageWorkers, signal, onProgress } = options;
  requireCount(n, "replicates");
  requireSeed(seed);
  requireWorkers(workers);
  requireRoom(n, jobWidth(job));
  return runKeys(
    n,
    () => prepareJob(job),
    () => packJob(job),
    { workers, spawn, signal, onProgress },
  );
}

/** Where few replicates would not pay for threads of their own. */
export function notesOfRun(results: KeyedResults, requested: number): Note[] {
  const notes: Note[] = [];
  if (results.fallback !== null) {
    notes.push({
      code: "simulation/no-workers",
      severity: "info",
      message: `workers could not be made (${results.fallback}); this thread did the work, with the same digits`,
    });
  }
  if (results.done < requested) {
    notes.push({
      code: "simulation/stopped",
      severity: "warning",
      message: `the run was stopped after ${results.done} of ${requested} replicates; what is shown is the result of those`,
      hint: "run it again without stopping; the replicates that are done will be the same",
    });
  }
  return notes;
}
