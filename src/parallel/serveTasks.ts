import { isHendersonError } from "../base/errors.ts";
import type { FromWorker, KeyedTask, PortableError, ToWorker } from "./keyedTask.ts";

/** The end of a worker that is in the worker. */
export interface ServerPort {
  post(message: FromWorker, transfer: readonly ArrayBuffer[]): void;
  listen(receive: (message: ToWorker) => void): void;
}

/** Answers a pool: prepares its job once, then runs the keys that it asks for. */
export function serveTasks(port: ServerPort, prepare: (job: unknown) => KeyedTask): void {
  const state: { task: KeyedTask | null } = { task: null };
  port.listen((message) => {
    try {
      if (message.type === "job") {
        state.task = prepare(message.job);
        port.post({ type: "ready", width: state.task.width }, []);
        return;
      }
      const { from, to } = message;
      const { width, run } = state.task!;
      const values = new Float64Array((to - from) * width);
      for (let key = from; key < to; key++) {
        run(key, values.subarray((key - from) * width, (key - from + 1) * width));
      }
      port.post({ type: "rows", from, to, values }, [values.buffer]);
    } catch (error) {
      port.post({ type: "failed", error: portableError(error) }, []);
    }
  });
}

function portableError(error: unknown): PortableError {
  if (isHendersonError(error)) return { code: error.code, message: error.message, hint: error.hint ?? null };
  return { code: null, message: error instanceof Error ? error.message : String(error), hint: null };
}
