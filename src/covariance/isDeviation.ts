import type { ParameterSpec } from "./structure.ts";

/** Whether a parameter is a standard deviation or a diagonal entry of Lambda: at zero it takes a variance away, and its sign is free. */
export function isDeviation({ kind, label }: ParameterSpec): boolean {
  if (kind === "sd") return true;
  const entry = /^L\[(\d+),(\d+)\]$/.exec(label);
  return kind === "factor" && entry !== null && entry[1] === entry[2];
}
