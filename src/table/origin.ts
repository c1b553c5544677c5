import type { Column } from "./table.ts";

/** A column with what was seen while it was made; material for the report and the notes. */
export interface MadeColumn {
  readonly column: Column;
  readonly origin: Origin;
}

export interface Origin {
  /** named in the option `text` */
  readonly requestedText?: boolean;
  /** first value that is no number, with its row (from 0), where the source could have held a number */
  readonly offending?: Offending;
  /** values that are numbers in a text column */
  readonly numbers?: number;
  /** first integer beyond 2^53 */
  readonly largeInteger?: Offending;
  /** first number written with a leading zero */
  readonly leadingZero?: Offending;
  /** the only letter, T or F, of a logical column */
  readonly onlyLetter?: string;
}

export interface Offending {
  readonly value: string;
  /** from 0 */
  readonly row: number;
}
