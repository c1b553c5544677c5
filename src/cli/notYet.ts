import { HendersonError } from "../base/errors.ts";

/** Refuses a command or option whose name is fixed but whose work is not done. */
export function notYet(what: string, hint?: string): HendersonError {
  return new HendersonError(
    "cli/not-yet",
    `${what} is not yet in this version`,
    hint === undefined ? {} : { hint },
  );
}
