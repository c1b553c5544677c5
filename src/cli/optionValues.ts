import { InvalidArgumentError } from "commander";
import { nearest } from "../base/nearest.ts";

/** Collects an option that may be given several times. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** `a,b,c`, several times. */
export function nameList(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), ...value.split(",").map((name) => name.trim())];
}

/** `a=sum,b=helmert`, several times. A comma belongs to a value when what follows it has no `=`. */
export function assignments(
  value: string,
  previous: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const entries = value.split(/,(?=[^,]*=)/).map((part): [string, string] => {
    const at = part.indexOf("=");
    if (at < 1) throw new InvalidArgumentError(`'${part}' is not NAME=VALUE.`);
    return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
  });
  return Object.fromEntries([...Object.entries(previous ?? {}), ...entries]);
}

/** One of a few words; case does not matter. */
export function oneOf<T extends string>(choices: readonly T[]): (value: string) => T {
  return (value) => {
    const found = choices.find((choice) => choice.toLowerCase() === value.toLowerCase());
    if (found !== undefined) return found;
    const close = nearest(value, choices);
    throw new InvalidArgumentError(
      close === null
        ? `Choose one of ${choices.join(", ")}.`
        : `Did you mean ${close}? The choices are ${choices.join(", ")}.`,
    );
  };
}

/** A number strictly between 0 and 1. */
export function probability(value: string): number {
  const number = Number(value);
  if (value.trim() !== "" && number > 0 && number < 1) return number;
  throw new InvalidArgumentError("It must be a number between 0 and 1, as 0.95.");
}

/** A whole number of at least `least` and at most `most`. */
export function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() !== "" && Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** A number from `least` to `most`. */
export function realNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() !== "" && number >= least && number <= most) return number;
    const range =
      most === Number.MAX_VALUE ? (least === 0 ? " that is not negative" : "") : ` from ${least} to ${most}`;
    throw new InvalidArgumentError(`It must be a number${range}.`);
  };
}
