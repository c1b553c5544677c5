import v8 from "node:v8";
import { describe, it } from "vitest";
import { typescriptKernels } from "../../src/linalg/typescript/typescriptKernels.ts";
import { wasmKernels } from "../../src/linalg/wasm/loadKernels.ts";
import { describeKernels } from "./kernels.ts";
import { itAgreesClosely, itGivesTheSameDigits } from "./sameDigits.ts";

// Node 20 has relaxed SIMD behind a flag; it must be set before the first module is validated
if (process.versions.node.startsWith("20.")) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");

describeKernels(typescriptKernels);

const plain = wasmKernels({ deterministic: true });
const fused = wasmKernels();

if (plain?.name === "wasm-simd") {
  describeKernels(plain);
  describe("digits", () => itGivesTheSameDigits(plain, typescriptKernels));
} else {
  it.skip("kernels wasm-simd skipped: this engine has no WebAssembly SIMD", () => {});
}

if (fused?.name === "wasm-relaxed-simd") {
  describeKernels(fused);
  describe("digits", () => itAgreesClosely(fused, typescriptKernels));
} else {
  it.skip("kernels wasm-relaxed-simd skipped: this engine has no relaxed SIMD", () => {});
}
