import { blockedEngine } from "../../../src/engines/blocked/blocked.ts";
import { typescriptKernels } from "../../../src/linalg/typescript/typescriptKernels.ts";
import { describeEngine } from "../../conformance/engines.ts";

describeEngine(blockedEngine, typescriptKernels);
