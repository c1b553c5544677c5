import { HendersonError } from "../base/errors.ts";
import type { FitResult } from "./result.ts";

/** Whether the fit has the rows it was fitted to: a fit loaded from a file without its data does not. */
export function hasRows(fit: FitResult): boolean {
  return fit.model.response.length > 0;
}

/**
 * Refuses a fit that was loaded without its data.
 *
 * @param what the quantity that needs the rows, for the message: `fitted values`
 * @throws fit/needs-data
 */
export function requireRows(fit: FitResult, what: string): void {
  if (hasRows(fit)) return;
  throw new HendersonError(
    "fit/needs-data",
    `${what} need the rows of the data, and this fit was loaded without them`,
    {
      hint: "load the fit together with its data: loadFit(text, { table }), or --data FILE on the command line",
    },
  );
}
