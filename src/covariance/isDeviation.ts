import type { ParameterSpec } from "./structure.ts";

/** Whether a parameter is a standard deviation or a diagonal entry of Lambda, also of the residual's. */
export function isDiagonal({ kind, label }: ParameterSpec): boolean {
  if (kind === "sd") return true;
  const entry = /^(?:residual )?L\[(\d+),(\d+)\]$/.exec(label);
  return kind === "factor" && entry !== null && entry[1] === entry[2];
}

/** Whether it is one that may be zero: it then takes a variance away. The residual variance of the first trait may not. */
export function isDeviation(spec: ParameterSpec): boolean {
  return isDiagonal(spec) && spec.label !== "residual L[1,1]";
}
