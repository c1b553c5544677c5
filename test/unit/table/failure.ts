import type { HendersonError } from "../../../src/base/errors.ts";
import { tableCatalogue } from "../../../src/table/catalogue.ts";
import { errorOf, presentable, rejectionOf } from "../base/errorOf.ts";

/** The HendersonError that a call throws, which is one of the catalogue. */
export function failure(run: () => unknown): HendersonError {
  return checked(errorOf(run));
}

/** As `failure`, for promises. */
export async function rejection(promise: Promise<unknown>): Promise<HendersonError> {
  return checked(await rejectionOf(promise));
}

export function checked(error: unknown): HendersonError {
  const own = presentable(error);
  if (tableCatalogue[own.code] === undefined) throw new Error(`${own.code} is not in the catalogue`);
  return own;
}
