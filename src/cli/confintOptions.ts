import type { DenominatorName } from "../inference/denominator.ts";
import type { BootstrapIntervalType } from "../simulation/bootstrapIntervals.ts";
import type { RawModelOptions } from "./modelOptions.ts";
import type { RawReplicateOptions } from "./replicateOptions.ts";

/** What commander collects for `confint`; each method uses its part. */
export interface RawConfintOptions extends Omit<RawModelOptions, "method">, RawReplicateOptions {
  readonly data?: string;
  readonly method: "wald" | "profile" | "bootstrap";
  readonly ddf?: DenominatorName;
  readonly level: number;
  readonly parameters?: readonly string[];
  readonly derive?: readonly string[];
  readonly criterion?: "ML" | "REML";
  readonly scale: "sd" | "variance";
  readonly interval: BootstrapIntervalType;
  readonly digits: number;
  readonly json?: boolean;
}
