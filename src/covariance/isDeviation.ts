import type { ParameterSpec } from "./structure.ts";

/** Whether a parameter is a standard deviation or a diagonal entry of Lambda, also of the residual's. */
export function isDiagonal({ kind, row, column }: ParameterSpec): boolean {
  return kind === "sd" || (row !== undefined && row === column);
}

/** Whether it is one that may be zero: it then takes a variance away. The residual variance of the first trait may not. */
export function isDeviation(spec: ParameterSpec): boolean {
  return isDiagonal(spec) && spec.label !== "residual L[1,1]";
}
