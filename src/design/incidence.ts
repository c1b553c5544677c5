import type { IncidenceLayer, RandomTerm } from "../model/model.ts";
import type { RandomBlock } from "./randomBlocks.ts";

/** A coefficient of a term: a column of one of its blocks. */
export interface PlacedColumn {
  readonly block: RandomBlock;
  readonly column: number;
  /** position of the block's first layer among the layers of the term */
  readonly firstLayer: number;
}

/**
 * Which records meet which levels, with what weight. Codes and basis where one array of codes serves all
 * coefficients, layers for each coefficient otherwise.
 *
 * @param codes of every layer of the term, over the records of the layer's trait
 * @param rowCount records of all traits
 */
export function incidenceOf(
  columns: readonly PlacedColumn[],
  codes: readonly Int32Array[],
  rowCount: number,
): Pick<RandomTerm, "codes" | "basis" | "incidence"> {
  const [first] = columns;
  const single = codes[first!.firstLayer]!;
  const simple = columns.every(
    ({ block, firstLayer }) =>
      block.layers.length === 1 && codes[firstLayer] === single && single.length === rowCount,
  );
  if (simple && !single.includes(-1)) {
    return { codes: single, basis: columns.map(({ block, column }) => block.columns[column]!) };
  }
  // coefficients of a block share their placed codes and member weights
  const placed = new Map<RandomBlock, { codes: Int32Array[]; weights: Float64Array | null }>();
  const incidence = columns.map(({ block, column, firstLayer }): IncidenceLayer[] => {
    let own = placed.get(block);
    if (own === undefined) {
      const layers = codes.slice(firstLayer, firstLayer + block.layers.length);
      own = {
        codes: layers.map((layer) => placeCodes(layer, block.rows.first, rowCount)),
        weights: block.scale ? memberWeights(layers) : null,
      };
      placed.set(block, own);
    }
    const values = placeValues(multiply(block.columns[column]!, own.weights), block.rows.first, rowCount);
    return own.codes.map((layer) => ({ codes: layer, values }));
  });
  return { codes: new Int32Array(0), basis: columns.map(() => null), incidence };
}

/** 1 over the number of members that are there; 0 where none is. */
export function memberWeights(layers: readonly Int32Array[]): Float64Array {
  const n = layers[0]!.length;
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let present = 0;
    for (const codes of layers) if (codes[i]! >= 0) present++;
    weights[i] = present > 0 ? 1 / present : 0;
  }
  return weights;
}

/** Elementwise product, null standing for ones. */
export function multiply(a: Float64Array | null, b: Float64Array | null): Float64Array | null {
  if (a === null || b === null) return a ?? b;
  return a.map((value, i) => value * b[i]!);
}

/** Codes of a trait's records among all records, -1 elsewhere. */
export function placeCodes(codes: Int32Array, first: number, rowCount: number): Int32Array {
  if (codes.length === rowCount) return codes;
  const all = new Int32Array(rowCount).fill(-1);
  all.set(codes, first);
  return all;
}

/** Values of a trait's records among all records, 0 elsewhere. */
export function placeValues(
  values: Float64Array | null,
  first: number,
  rowCount: number,
): Float64Array | null {
  if (values === null || values.length === rowCount) return values;
  const all = new Float64Array(rowCount);
  all.set(values, first);
  return all;
}
