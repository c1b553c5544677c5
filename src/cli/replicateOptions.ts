import { existsSync } from "node:fs";
import type { Command } from "commander";
import { platformWorkers } from "../parallel/platformWorkers.ts";
import type { ReplicateOptions } from "../simulation/runJob.ts";
import { wholeNumber } from "./optionValues.ts";
import { progressLine } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** What commander collects from the options of commands that run replicates. */
export interface RawReplicateOptions {
  readonly n: number;
  readonly seed: number;
  readonly workers?: number;
}

/** `--n`, `--seed` and `--workers`. */
export function addReplicateOptions(command: Command, n: number): Command {
  return command
    .option("--n <count>", "replicates", wholeNumber(1, 100_000_000), n)
    .option(
      "--seed <s>",
      "seed of the random streams: the same seed gives the same digits",
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
      1,
    )
    .option(
      "--workers <count>",
      "threads; the digits do not depend on it (default: cores - 1, at most 8)",
      wholeNumber(1, 256),
    );
}

/**
 * Runs replicates with a progress line on a terminal. Ctrl-C stops them and what is done is reported; a second one ends the
 * program.
 */
export async function withReplicates<T>(
  { n, seed, workers }: RawReplicateOptions,
  terminal: Terminal,
  run: (options: ReplicateOptions) => Promise<T>,
): Promise<T> {
  const line = progressLine(terminal);
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once("SIGINT", stop);
  try {
    return await run({
      n,
      seed,
      ...(workers === undefined ? {} : { workers }),
      spawn: platformWorkers(workerFile, () => new Worker("")),
      signal: controller.signal,
      onProgress: (done, total) =>
        line.update(`${done} of ${total} replicates (Ctrl-C stops and shows what is done)`),
    });
  } finally {
    process.removeListener("SIGINT", stop);
    line.clear();
  }
}

/** The workers' program: in dist, beside cli.js and above the chunks of the command line. */
function workerFile(): URL {
  const found = ["worker.js", "../worker.js"]
    .map((place) => new URL(place, import.meta.url))
    .find((url) => existsSync(url));
  if (found === undefined) throw new Error("the workers' program is not beside the command line");
  return found;
}
