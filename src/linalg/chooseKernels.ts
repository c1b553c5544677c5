import { HendersonError } from "../base/errors.ts";
import type { KernelName, Kernels } from "./kernels.ts";
import { typescriptKernels } from "./typescript/typescriptKernels.ts";
import { wasmKernels } from "./wasm/loadKernels.ts";

export interface KernelOptions {
  /** true: the same digits on every machine (no fused multiply-add); default false */
  readonly deterministic?: boolean;
  /** exactly these kernels; default the fastest there are */
  readonly name?: KernelName;
}

/**
 * The fastest kernels this JavaScript engine has, compiled once; the TypeScript twin where WebAssembly SIMD is missing.
 *
 * @throws HendersonError "linalg/kernels" when the kernels asked for by name are not there
 */
export function chooseKernels(options: KernelOptions = {}): Kernels {
  const { name } = options;
  if (name === "typescript") return typescriptKernels;
  const deterministic = name === "wasm-simd" || (name === undefined && options.deterministic === true);
  const found = wasmKernels({ deterministic });
  if (name !== undefined && found?.name !== name) {
    throw new HendersonError("linalg/kernels", `the kernels '${name}' do not run here`, {
      hint: `leave the choice open; '${found?.name ?? "typescript"}' will be taken`,
    });
  }
  return found ?? typescriptKernels;
}
