import { HendersonError, type SourceSpan } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Note } from "../base/notes.ts";
import type { Column, Table } from "../table/table.ts";
import { numberLabels, rankNumbers } from "./levels.ts";
import type { TransformConstants } from "./transforms/transform.ts";
import { columnVector, type FactorVector, gather, type LogicalVector, type NumericVector } from "./vector.ts";

/** What an expression is evaluated in: rows of a table, and the constants of data-dependent transforms. */
export interface Scope {
  readonly table: Table;
  /** rows of the table to use; null means all */
  readonly rows: Int32Array | null;
  readonly rowCount: number;
  /** numeric columns to treat as factors */
  readonly factorColumns: ReadonlySet<string> | null;
  /** text that spans point into */
  readonly source: string;
  /** constants by text of the call; filled where `learning` */
  readonly constants: Record<string, TransformConstants>;
  readonly learning: boolean;
  readonly notes: Note[];
}

/**
 * A column of the scope's table as a vector.
 *
 * @throws HendersonError `design/unknown-column`
 */
export function columnOf(
  scope: Scope,
  name: string,
  span: SourceSpan,
): NumericVector | LogicalVector | FactorVector {
  const column = scope.table.columns.get(name);
  if (column === undefined) throw unknownColumn(scope.table, name, { source: scope.source, span });
  const vector = asDeclared(scope, column);
  return scope.rows === null ? vector : gather(vector, scope.rows);
}

function asDeclared(scope: Scope, column: Column): NumericVector | LogicalVector | FactorVector {
  if (column.kind === "numeric" && scope.factorColumns?.has(column.name)) return numericFactor(column.values);
  return columnVector(column);
}

/** A numeric vector as a factor with levels in numeric order. */
export function numericFactor(values: Float64Array): FactorVector {
  const { codes, levels } = rankNumbers(values);
  return { kind: "factor", codes, levels: numberLabels(levels), ordered: true };
}

/** The error for a name that no column has; `place` points into the formula where there is one. */
export function unknownColumn(
  table: Table,
  name: string,
  place: { readonly source?: string; readonly span?: SourceSpan } = {},
): HendersonError {
  const names = [...table.columns.keys()];
  const closest = nearest(name, names);
  const listed = names.slice(0, 12).join(", ") + (names.length > 12 ? ", ..." : "");
  return new HendersonError("design/unknown-column", `the data have no column '${name}'`, {
    hint: closest === null ? `the columns are ${listed}` : `did you mean '${closest}'?`,
    ...place,
  });
}

/** Row number for messages, counted from 1 in the table the user gave. */
export function rowNumber(scope: Scope, i: number): number {
  return (scope.rows === null ? i : scope.rows[i]!) + 1;
}
