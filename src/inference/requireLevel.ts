import { HendersonError } from "../base/errors.ts";

/**
 * A confidence level, if it is one.
 *
 * @throws HendersonError inference/level
 */
export function requireLevel(level: number): number {
  if (level > 0 && level < 1) return level;
  throw new HendersonError(
    "inference/level",
    `a confidence level lies between 0 and 1${Number.isNaN(level) ? "" : `, and ${level} does not`}`,
    level > 1 && level < 100 ? { hint: `for ${level} % write ${level / 100}` } : {},
  );
}
