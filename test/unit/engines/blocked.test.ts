import { blockedEngine } from "../../../src/engines/blocked/blocked.ts";
import { typescriptKernels } from "../../../src/linalg/typescript/typescriptKernels.ts";
import { wasmKernels } from "../../../src/linalg/wasm/loadKernels.ts";
import { describeEngine } from "../../conformance/engines.ts";

describeEngine(blockedEngine, typescriptKernels);
describeEngine(blockedEngine, wasmKernels());
