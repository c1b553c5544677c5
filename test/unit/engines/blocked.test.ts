import { describe, it } from "vitest";
import { blockedEngine } from "../../../src/engines/blocked/blocked.ts";
import { typescriptKernels } from "../../../src/linalg/typescript/typescriptKernels.ts";
import { wasmKernels } from "../../../src/linalg/wasm/loadKernels.ts";
import { describeEngine } from "../../conformance/engines.ts";

describeEngine(blockedEngine, typescriptKernels);

const wasm = wasmKernels();
if (wasm === undefined)
  describe.skip("WebAssembly SIMD is not available: skipped", () => it("", () => undefined));
else describeEngine(blockedEngine, wasm);
