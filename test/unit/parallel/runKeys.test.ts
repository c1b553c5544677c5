import { describe, expect, it } from "vitest";
import { HendersonError } from "../../../src/base/errors.ts";
import type { FromWorker, KeyedTask, SpawnWorker, ToWorker } from "../../../src/parallel/keyedTask.ts";
import { runKeys } from "../../../src/parallel/runKeys.ts";
import { serveTasks } from "../../../src/parallel/serveTasks.ts";

/** Squares and cubes, with a delay that differs from key to key. */
function powers(factor: number): KeyedTask {
  return {
    width: 2,
    run(key, out) {
      if (key === 13 && factor < 0) throw new HendersonError("test/unlucky", "key 13", { hint: "skip it" });
      out[0] = factor * key ** 2;
      out[1] = factor * key ** 3;
    },
  };
}

/** A worker in this thread whose answers come late and out of order: `delay` of each message in turns of the event loop. */
function looseWorkers(delay: (chunk: number) => number, fails?: (message: ToWorker) => boolean): SpawnWorker {
  let chunk = 0;
  return () => {
    let toServer: (message: ToWorker) => void = () => undefined;
    let toPool: (message: FromWorker) => void = () => undefined;
    let failPool: (reason: string) => void = () => undefined;
    let ended = false;
    serveTasks(
      {
        post: (message) => {
          if (!ended) toPool(structuredClone(message));
        },
        listen: (receive) => {
          toServer = receive;
        },
      },
      (job) => powers(job as number),
    );
    return {
      post(message) {
        if (fails?.(message)) {
          setTimeout(() => failPool("the program was not found"));
          return;
        }
        setTimeout(() => toServer(structuredClone(message)), delay(chunk++));
      },
      listen(receive, fail) {
        toPool = receive;
        failPool = fail;
      },
      terminate() {
        ended = true;
      },
    };
  };
}

const here: SpawnWorker = () => {
  throw new Error("there are no workers");
};

describe("runKeys", () => {
  it("gives the same numbers in this thread and from workers that answer in any order", async () => {
    const alone = await runKeys(
      101,
      () => powers(2),
      () => 2,
      { workers: 1, spawn: here },
    );
    expect(alone.done).toBe(101);
    expect(alone.values[2 * 100]).toBe(20000);
    for (const workers of [2, 3, 4, 7]) {
      const together = await runKeys(
        101,
        () => powers(2),
        () => 2,
        { workers, spawn: looseWorkers((chunk) => (chunk * 7) % 5) },
      );
      expect(together.values).toEqual(alone.values);
      expect(together.workers).toBe(workers);
      expect(together.fallback).toBeNull();
    }
  });

  it("works in this thread where workers cannot be made, and says why", async () => {
    const results = await runKeys(
      9,
      () => powers(1),
      () => 1,
      { workers: 3, spawn: here },
    );
    expect(results.done).toBe(9);
    expect(results.fallback).toBe("there are no workers");
    expect(results.workers).toBe(1);
  });

  it("works in this thread where the workers' program cannot be loaded", async () => {
    const spawn = looseWorkers(
      () => 0,
      () => true,
    );
    const results = await runKeys(
      9,
      () => powers(1),
      () => 1,
      { workers: 2, spawn },
    );
    expect(results.fallback).toBe("the program was not found");
    expect(results.values[17]).toBe(512);
  });

  it("hands an error of a worker over with its code and hint", async () => {
    const run = runKeys(
      50,
      () => powers(-1),
      () => -1,
      { workers: 2, spawn: looseWorkers(() => 0) },
    );
    await expect(run).rejects.toMatchObject({ code: "test/unlucky", message: "key 13", hint: "skip it" });
  });

  it("keeps the keys before the first that is missing when it is stopped", async () => {
    const controller = new AbortController();
    const slow: KeyedTask = {
      width: 1,
      run(key, out) {
        const until = performance.now() + 2;
        while (performance.now() < until);
        out[0] = key;
      },
    };
    const seen: number[] = [];
    const results = await runKeys(
      10_000,
      () => slow,
      () => null,
      {
        workers: 1,
        spawn: here,
        signal: controller.signal,
        onProgress: (done) => {
          seen.push(done);
          controller.abort();
        },
      },
    );
    expect(results.done).toBeGreaterThan(0);
    expect(results.done).toBeLessThan(10_000);
    expect(results.values.length).toBe(results.done);
    expect(results.values[results.done - 1]).toBe(results.done - 1);
    expect(seen.at(-1)).toBe(results.done);
  });

  it("stops workers too, and gives what a smaller run would have given", async () => {
    const controller = new AbortController();
    const results = await runKeys(
      1000,
      () => powers(1),
      () => 1,
      {
        workers: 3,
        spawn: looseWorkers((chunk) => chunk % 3),
        signal: controller.signal,
        onProgress: (done) => {
          if (done > 5) controller.abort();
        },
      },
    );
    expect(results.done).toBeLessThan(1000);
    for (let key = 0; key < results.done; key++) expect(results.values[2 * key]).toBe(key ** 2);
  });

  it("does nothing when it is stopped before it begins", async () => {
    const results = await runKeys(
      10,
      () => powers(1),
      () => 1,
      { workers: 2, spawn: looseWorkers(() => 0), signal: AbortSignal.abort() },
    );
    expect(results.done).toBe(0);
    expect(results.values.length).toBe(0);
  });
});
