import { HendersonError } from "../base/errors.ts";
import type { FromWorker, KeyedTask, PortableError, SpawnWorker, WorkerPort } from "./keyedTask.ts";

/** A chunk is made to take about this long, milliseconds: short enough for progress and to be cancelled. */
const CHUNK_TIME = 60;
/** Chunks of a worker that are on their way together, so that it never waits. */
const AHEAD = 2;

interface RunOptions {
  /** number of workers; 1 runs in this thread */
  readonly workers: number;
  readonly spawn: SpawnWorker;
  /** stops the run; what is done by then counts */
  readonly signal?: AbortSignal | undefined;
  /** called now and then with the number of keys that are done */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface KeyedResults {
  /** row by row: the numbers of key k at k * width */
  readonly values: Float64Array;
  readonly width: number;
  /** keys 0 .. done - 1 are there: all, or fewer where the run was stopped */
  readonly done: number;
  /** threads that worked */
  readonly workers: number;
  /** why this thread did the work that was meant for workers; null where it was not */
  readonly fallback: string | null;
}

/**
 * Runs keys 0 .. count - 1 and puts their numbers in the order of the keys, so that they do not depend on how many workers
 * there are or who was faster. Where workers cannot be made the same numbers come from this thread.
 *
 * @param local the job prepared for this thread, made only where it is needed
 * @param portable the job as data that can be copied to workers
 * @throws what the task throws
 */
export async function runKeys(
  count: number,
  local: () => KeyedTask,
  portable: () => unknown,
  options: RunOptions,
): Promise<KeyedResults> {
  if (options.workers <= 1 || count < 2) return runHere(count, local(), options, null);
  const ports: WorkerPort[] = [];
  try {
    for (let w = 0; w < Math.min(options.workers, count); w++) ports.push(options.spawn());
  } catch (error) {
    for (const port of ports) port.terminate();
    return runHere(count, local(), options, reasonOf(error));
  }
  try {
    const outcome = await runInWorkers(count, ports, portable(), options);
    if (!("reason" in outcome)) return outcome;
    return await runHere(count, local(), options, outcome.reason);
  } finally {
    for (const port of ports) port.terminate();
  }
}

async function runHere(
  count: number,
  task: KeyedTask,
  { signal, onProgress }: RunOptions,
  fallback: string | null,
): Promise<KeyedResults> {
  const { width } = task;
  const values = new Float64Array(count * width);
  let done = 0;
  let pauseAt = performance.now() + CHUNK_TIME;
  while (done < count && signal?.aborted !== true) {
    task.run(done, values.subarray(done * width, (done + 1) * width));
    done++;
    if (performance.now() < pauseAt) continue;
    onProgress?.(done, count);
    await new Promise((resume) => setTimeout(resume));
    pauseAt = performance.now() + CHUNK_TIME;
  }
  onProgress?.(done, count);
  return { values: values.subarray(0, done * width), width, done, workers: 1, fallback };
}

/** Hands out chunks; `reason` where the workers never came up. */
function runInWorkers(
  count: number,
  ports: readonly WorkerPort[],
  job: unknown,
  { signal, onProgress }: RunOptions,
): Promise<KeyedResults | { readonly reason: string }> {
  return new Promise((resolve, reject) => {
    const finished = new Uint8Array(count);
    const state = {
      values: new Float64Array(0),
      width: 0,
      next: 0,
      done: 0,
      ready: 0,
      ended: false,
      size: 1,
    };
    const stop = (): void => finish();
    const end = (settle: () => void): void => {
      if (state.ended) return;
      state.ended = true;
      signal?.removeEventListener("abort", stop);
      settle();
    };
    /** A stopped run keeps the keys before the first that is missing: the run of a smaller count. */
    const finish = (): void =>
      end(() => {
        const missing = finished.indexOf(0);
        const done = missing < 0 ? count : missing;
        const { width, values } = state;
        onProgress?.(done, count);
        resolve({
          values: values.subarray(0, done * width),
          width,
          done,
          workers: ports.length,
          fallback: null,
        });
      });
    const feed = (port: WorkerPort): void => {
      if (state.next >= count) return;
      const from = state.next;
      const fair = Math.ceil((count - from) / (AHEAD * ports.length));
      state.next = Math.min(count, from + Math.max(1, Math.min(state.size, fair)));
      port.post({ type: "run", from, to: state.next });
    };
    const receive = (port: WorkerPort, message: FromWorker, clock: { at: number }): void => {
      if (state.ended) return;
      if (message.type === "failed") {
        end(() => reject(errorOf(message.error)));
        return;
      }
      if (message.type === "ready") {
        if (state.ready++ === 0) {
          state.width = message.width;
          state.values = new Float64Array(count * message.width);
        }
        clock.at = performance.now();
        for (let i = 0; i < AHEAD; i++) feed(port);
        return;
      }
      const { from, to, values } = message;
      state.values.set(values, from * state.width);
      finished.fill(1, from, to);
      state.done += to - from;
      const now = performance.now();
      const each = (now - clock.at) / (to - from);
      clock.at = now;
      state.size = Math.max(1, Math.min(4 * state.size, Math.round(CHUNK_TIME / Math.max(each, 1e-4))));
      if (state.done === count) {
        finish();
        return;
      }
      onProgress?.(state.done, count);
      feed(port);
    };
    if (signal?.aborted === true) {
      finish();
      return;
    }
    signal?.addEventListener("abort", stop);
    try {
      for (const port of ports) {
        const clock = { at: 0 };
        port.listen(
          (message) => receive(port, message, clock),
          (reason) => end(() => resolve({ reason })),
        );
        port.post({ type: "job", job });
      }
    } catch (error) {
      end(() => resolve({ reason: reasonOf(error) }));
    }
  });
}

function errorOf({ code, message, hint }: PortableError): Error {
  return code === null
    ? new Error(message)
    : new HendersonError(code, message, hint === null ? {} : { hint });
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : "no reason was given";
}
