/** Work that is done for many keys: what it gives for a key depends on nothing but the key. */
export interface KeyedTask {
  /** numbers that a key gives */
  readonly width: number;
  /** Writes the numbers of `key` into `out`, length width. May throw: the whole run then fails. */
  run(key: number, out: Float64Array): void;
}

/** What travels to a worker. */
export type ToWorker =
  | { readonly type: "job"; readonly job: unknown }
  | { readonly type: "run"; readonly from: number; readonly to: number };

/** What comes back. */
export type FromWorker =
  | { readonly type: "ready"; readonly width: number }
  | { readonly type: "rows"; readonly from: number; readonly to: number; readonly values: Float64Array }
  | { readonly type: "failed"; readonly error: PortableError };

/** An error as data: one of ours by its code, another by its message. */
export interface PortableError {
  readonly code: string | null;
  readonly message: string;
  readonly hint: string | null;
}

/** One worker, in Node or in a browser, seen from the thread that made it. */
export interface WorkerPort {
  post(message: ToWorker): void;
  /** `receive` gets every message, `fail` an error that ended the worker. */
  listen(receive: (message: FromWorker) => void, fail: (reason: string) => void): void;
  terminate(): void;
}

/** Makes a worker; throws where there are none. */
export type SpawnWorker = () => WorkerPort;
