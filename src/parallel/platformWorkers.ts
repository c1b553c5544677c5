// Workers of Node and of browsers behind one interface. Node's modules are asked of `process`, never imported, so that what
// is built here runs in browsers too.

import type { FromWorker, SpawnWorker, ToWorker, WorkerPort } from "./keyedTask.ts";
import type { ServerPort } from "./serveTasks.ts";

/** More threads than this are not taken without being asked for. */
const MOST_BY_DEFAULT = 8;

/** What is used of node:worker_threads. */
interface WorkerThreads {
  readonly Worker: new (file: URL, options: { readonly execArgv: readonly string[] }) => NodeWorker;
  readonly parentPort: NodePort | null;
}

interface NodePort {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(event: "message", receive: (message: never) => void): void;
}

interface NodeWorker extends NodePort {
  on(event: "message", receive: (message: never) => void): void;
  on(event: "error", receive: (error: Error) => void): void;
  on(event: "exit", receive: () => void): void;
  terminate(): Promise<number>;
}

function builtin<T>(name: string): T | null {
  if (typeof process === "undefined" || typeof process.getBuiltinModule !== "function") return null;
  return (process.getBuiltinModule as (id: string) => unknown)(name) as T;
}

/** One less than the cores there are, 1 to 8. */
export function defaultWorkers(): number {
  const os = builtin<{ availableParallelism(): number }>("node:os");
  const cores = os?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
  return Math.max(1, Math.min(MOST_BY_DEFAULT, cores - 1));
}

/**
 * Makes workers of a file.
 *
 * @param file   where the worker's program is, for Node
 * @param browser   makes a Web Worker of the same program; written out by the caller, so that bundlers see the file
 */
export function platformWorkers(file: () => URL, browser: () => Worker): SpawnWorker {
  return () => {
    const threads = builtin<WorkerThreads>("node:worker_threads");
    if (threads !== null) {
      // flags such as --input-type, which concern the program and not its workers, would be refused
      return nodePort(new threads.Worker(file(), { execArgv: [] }));
    }
    if (typeof Worker === "undefined") throw new Error("this environment has no workers");
    return webPort(browser());
  };
}

function nodePort(worker: NodeWorker): WorkerPort {
  const state = { ended: false };
  return {
    post: (message) => worker.postMessage(message),
    listen(receive, fail) {
      worker.on("message", (message: FromWorker) => receive(message));
      worker.on("error", (error: Error) => {
        if (!state.ended) fail(error.message);
      });
      worker.on("exit", () => {
        if (!state.ended) fail("a worker ended before its work was done");
      });
    },
    terminate() {
      state.ended = true;
      void worker.terminate();
    },
  };
}

/** A Web Worker as a port. */
export function webPort(worker: Worker): WorkerPort {
  return {
    post: (message) => worker.postMessage(message),
    listen(receive, fail) {
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => receive(data);
      worker.onerror = (event) => {
        event.preventDefault();
        fail(event.message ? event.message : "the worker's program could not be loaded");
      };
    },
    terminate: () => worker.terminate(),
  };
}

/** The port to whoever made this worker. */
export function parentPort(): ServerPort {
  const parent = builtin<WorkerThreads>("node:worker_threads")?.parentPort;
  if (parent) {
    return {
      post: (message, transfer) => parent.postMessage(message, transfer),
      listen: (receive) => void parent.on("message", (message: ToWorker) => receive(message)),
    };
  }
  const scope = globalThis as unknown as {
    postMessage(message: unknown, transfer: readonly Transferable[]): void;
    onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  };
  return {
    post: (message, transfer) => scope.postMessage(message, transfer),
    listen(receive) {
      scope.onmessage = ({ data }) => receive(data);
    },
  };
}
