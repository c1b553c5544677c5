/** What a check found, in words. */
export interface Finding {
  readonly topic: "convergence" | "boundary" | "influence" | "residuals" | "groups" | "predictors" | "data";
  /** `problem`: conclusions may be wrong; `attention`: look at it; `fine`: checked, nothing to do */
  readonly level: "problem" | "attention" | "fine";
  /** larger comes first; within a level */
  readonly weight: number;
  readonly title: string;
  readonly message: string;
  /** what to do; null where nothing is to be done */
  readonly advice: string | null;
  /** term, column or group that it is about */
  readonly subject?: string;
}

/** `3.2e-10`, `0.42`, `1530`: three digits are enough for a diagnosis */
export function brief(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

/** `a`, `a and b`, `a, b and c` */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most);
  if (names.length > most) return `${shown.join(", ")} and ${names.length - most} more`;
  if (shown.length < 2) return shown.join("");
  return `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)!}`;
}
