import { HendersonError } from "../base/errors.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import type { Kernels } from "../linalg/kernels.ts";
import type { PanelFill } from "../linalg/sparse/panelFactorization.ts";
import { arenaNeed } from "../linalg/sparse/panelStorage.ts";
import { patternFromPairs } from "../linalg/sparse/pattern.ts";
import { createSupernodalFactor } from "../linalg/sparse/supernodal.ts";
import { analyze, type SymbolicFactor } from "../linalg/sparse/symbolic.ts";
import type { SparseLowerTriangle } from "../model/relationship.ts";
import { multiplySymmetric } from "./lowerTriangle.ts";
import { smallestEigenvalue } from "./smallestEigenvalue.ts";

interface InverseProperties {
  /** log|K| */
  readonly logDeterminant: number;
  /** K_ii */
  readonly diagonal: Float64Array;
}

const NEAR_SINGULAR = 1e-10;

/**
 * log|K| and the diagonal of K from its sparse inverse.
 *
 * @param what   how messages call the inverse
 * @throws HendersonError "genetics/not-positive-definite", "genetics/near-singular"
 */
export function inverseProperties(
  inverse: SparseLowerTriangle,
  what: string,
  kernels: Kernels = chooseKernels(),
): InverseProperties {
  const { size, pointers, rows, values } = inverse;
  const columns = new Int32Array(rows.length);
  for (let j = 0; j < size; j++) columns.fill(j, pointers[j]!, pointers[j + 1]!);
  const symbolic = analyze(patternFromPairs(size, rows, columns));
  const need = arenaNeed(symbolic, { inverse: true });
  const arena = kernels.createArena(need.doubles, need.integers);
  const factor = createSupernodalFactor(symbolic, arena, { inverse: true });
  const refuse = (code: string, problem: string): never => {
    const smallest = smallestEigenvalue(size, (x) => multiplySymmetric(inverse, x));
    throw new HendersonError(
      code,
      `${what} is ${problem}: its smallest eigenvalue is ${smallest.toPrecision(4)}`,
      {
        hint: "check that the file holds the inverse and not the matrix itself (matrix:FILE)",
      },
    );
  };
  if (factor.factorize(fillFrom(inverse, columns, symbolic, arena.f64, arena.i32)) !== 0) {
    refuse("genetics/not-positive-definite", "not positive definite");
  }
  for (let j = 0; j < size; j++) {
    const pivot = factor.diagonal(symbolic.permutation[j]!) ** 2;
    if (!(pivot > NEAR_SINGULAR * values[pointers[j]!]!)) {
      refuse("genetics/near-singular", "singular to rounding");
    }
  }
  const logDeterminant = -factor.logDeterminant();
  factor.selectedInverse();
  const diagonal = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    const at = symbolic.permutation[j]!;
    diagonal[j] = factor.inverseEntry(at, at) ?? Number.NaN;
  }
  return { logDeterminant, diagonal };
}

/** Entries by the supernode whose columns they fall into. */
function fillFrom(
  { rows, values }: SparseLowerTriangle,
  columns: Int32Array,
  symbolic: SymbolicFactor,
  f64: Float64Array,
  i32: Int32Array,
): PanelFill {
  const { permutation, supernodeOf, supernodeCount, starts } = symbolic;
  const place = (e: number): [row: number, column: number] => {
    const a = permutation[rows[e]!]!;
    const b = permutation[columns[e]!]!;
    return a > b ? [a, b] : [b, a];
  };
  const first = new Int32Array(supernodeCount + 1);
  for (let e = 0; e < rows.length; e++) first[supernodeOf[place(e)[1]]! + 1]!++;
  for (let s = 0; s < supernodeCount; s++) first[s + 1]! += first[s]!;
  const next = first.slice();
  const order = new Int32Array(rows.length);
  for (let e = 0; e < rows.length; e++) order[next[supernodeOf[place(e)[1]]!]!++] = e;
  return (supernode, panel, ld, rowPosition) => {
    for (let k = first[supernode]!; k < first[supernode + 1]!; k++) {
      const e = order[k]!;
      const [row, column] = place(e);
      f64[panel + i32[rowPosition + row]! + (column - starts[supernode]!) * ld]! += values[e]!;
    }
  };
}
