import { HendersonError } from "../../../src/base/errors.ts";
import { tableCatalogue } from "../../../src/table/catalogue.ts";

/** The HendersonError that a call throws; fails when it throws none, another, or one that is not catalogued. */
export function failure(run: () => unknown): HendersonError {
  try {
    run();
  } catch (error) {
    return checked(error);
  }
  throw new Error("nothing was thrown");
}

/** As `failure`, for promises. */
export async function rejection(promise: Promise<unknown>): Promise<HendersonError> {
  try {
    await promise;
  } catch (error) {
    return checked(error);
  }
  throw new Error("nothing was thrown");
}

export function checked(error: unknown): HendersonError {
  if (!(error instanceof HendersonError)) throw error;
  if (tableCatalogue[error.code] === undefined) throw new Error(`${error.code} is not in the catalogue`);
  // what stands in quotes are the user's own words
  const words = `${error.message} ${error.hint ?? ""}`.replace(/'[^']*'/g, "");
  if (/\bNaN\b|undefined|\n/.test(words)) {
    throw new Error(`message shows internals: ${error.message}`);
  }
  return error;
}
