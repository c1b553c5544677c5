/** A column of numbers; a missing value is NaN (infinite values are kept and refused by the design). */
export interface NumericColumn {
  readonly kind: "numeric";
  readonly name: string;
  /** length rowCount */
  readonly values: Float64Array;
}

/** A column of text, stored as a dictionary. */
export interface TextColumn {
  readonly kind: "text";
  readonly name: string;
  /** length rowCount; index into `levels`, -1 where missing */
  readonly codes: Int32Array;
  /** distinct values in order of first appearance (the design sorts them by code point) */
  readonly levels: readonly string[];
}

/** A TRUE/FALSE column. */
export interface LogicalColumn {
  readonly kind: "logical";
  readonly name: string;
  /** length rowCount; 0 false, 1 true, 255 missing */
  readonly values: Uint8Array;
}

export type Column = NumericColumn | TextColumn | LogicalColumn;

/** Typed columns of one length. */
export interface Table {
  readonly rowCount: number;
  /** in file order */
  readonly columns: ReadonlyMap<string, Column>;
}
