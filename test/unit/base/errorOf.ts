import { HendersonError } from "../../../src/base/errors.ts";

/** The HendersonError that a call throws; fails when it throws none, another, or one that shows internals. */
export function errorOf(action: () => unknown): HendersonError {
  try {
    action();
  } catch (error) {
    return presentable(error);
  }
  throw new Error("nothing was thrown");
}

/** As `errorOf`, for promises. */
export async function rejectionOf(promise: Promise<unknown>): Promise<HendersonError> {
  try {
    await promise;
  } catch (error) {
    return presentable(error);
  }
  throw new Error("nothing was thrown");
}

/** The error itself, which is one of ours and one that a user can read. */
export function presentable(error: unknown): HendersonError {
  if (!(error instanceof HendersonError)) throw error;
  // what stands in quotes are the user's own words
  const words = `${error.message} ${error.hint ?? ""}`.replace(/'[^']*'/g, "");
  if (/\bNaN\b|\bundefined\b|\[object|\n/.test(words)) {
    throw new Error(`message shows internals: ${error.message}`);
  }
  return error;
}

/** The part of the text that an error points at; empty where it has no place. */
export function pointedAt({ source, span }: HendersonError): string {
  return span === undefined ? "" : source!.slice(span.start, span.end);
}
