import type { Matrix } from "../linalg/matrix.ts";
import type { FixedEffects, TraitRecords } from "../model/model.ts";
import type { EncodedTrait } from "./encodeFixed.ts";
import type { TraitData } from "./traitRecords.ts";

/** Fixed effects of all traits: every trait has its own block of rows and of columns. */
export function stackFixed(parts: readonly FixedEffects[]): FixedEffects {
  if (parts.length === 1) return parts[0]!;
  return {
    names: parts.flatMap(({ names }) => names),
    matrix: blockDiagonal(parts.map(({ matrix }) => matrix)),
    basis: blockDiagonal(parts.map(({ basis }) => basis)),
    transform: blockDiagonal(parts.map(({ transform }) => transform)),
    crossproduct: blockDiagonal(parts.map(({ crossproduct }) => crossproduct)),
  };
}

/** Blocks along the diagonal, zeros elsewhere. */
export function blockDiagonal(blocks: readonly Matrix[]): Matrix {
  if (blocks.length === 1) return blocks[0]!;
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const columns = blocks.reduce((sum, block) => sum + block.columns, 0);
  const values = new Float64Array(rows * columns);
  let top = 0;
  let left = 0;
  for (const block of blocks) {
    for (let j = 0; j < block.columns; j++) {
      values.set(block.values.subarray(j * block.rows, (j + 1) * block.rows), (left + j) * rows + top);
    }
    top += block.rows;
    left += block.columns;
  }
  return { rows, columns, values };
}

/** Vectors of the traits one after the other. */
export function concatenate(parts: readonly Float64Array[]): Float64Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Row of the scope behind every record, trait outermost; null for all rows of a single trait. */
export function recordRows(traits: readonly TraitData[]): Int32Array | null {
  if (traits.length === 1) return traits[0]!.rows;
  const all = new Int32Array(traits.reduce((sum, { rowCount }) => sum + rowCount, 0));
  let at = 0;
  for (const { rows, rowCount } of traits) {
    if (rows !== null) all.set(rows, at);
    else for (let i = 0; i < rowCount; i++) all[at + i] = i;
    at += rowCount;
  }
  return all;
}

/** Trait and unit of every record; units are the rows with a record, in order. */
export function traitRecords(
  traits: readonly TraitData[],
  encoded: readonly EncodedTrait[],
  rows: Int32Array,
  scopeRows: number,
): TraitRecords {
  const unitOfRow = new Int32Array(scopeRows);
  for (const row of rows) unitOfRow[row] = 1;
  let unitCount = 0;
  for (let row = 0; row < scopeRows; row++) {
    const recorded = unitOfRow[row]!;
    unitOfRow[row] = unitCount;
    unitCount += recorded;
  }
  return {
    names: traits.map(({ name }) => name),
    trait: repeatedIndex(traits.map(({ rowCount }) => rowCount)),
    unit: rows.map((row) => unitOfRow[row]!),
    unitCount,
    fixedTrait: repeatedIndex(encoded.map(({ independent }) => independent.kept.length)),
  };
}

/** 0 counts[0] times, 1 counts[1] times, ... */
function repeatedIndex(counts: readonly number[]): Int32Array {
  const all = new Int32Array(counts.reduce((sum, count) => sum + count, 0));
  let at = 0;
  counts.forEach((count, t) => {
    all.fill(t, at, at + count);
    at += count;
  });
  return all;
}
