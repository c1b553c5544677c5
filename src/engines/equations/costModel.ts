// What the direct solution of the equations costs, from their symbolic factor: known before memory is taken. Rates are
// those of one core of an x86-64 server on animal models of 5,000 to 100,000 animals; machines differ by a factor of two.

import type { KernelName, Kernels } from "../../linalg/kernels.ts";
import { arenaNeed } from "../../linalg/sparse/panelStorage.ts";
import type { SymbolicFactor } from "../../linalg/sparse/symbolic.ts";

/** What a factorization will cost, known before any memory is taken. */
export interface EquationsCost {
  /** bytes of factor, selected inverse and vectors */
  readonly bytes: number;
  /** multiplications and additions of one factorization */
  readonly flops: number;
  /** entries of the factor */
  readonly nonzeros: number;
}

/**
 * The cost of this factor, with its selected inverse.
 *
 * @param capacity right-hand sides that are solved at once
 */
export function equationsCost(symbolic: SymbolicFactor, capacity: number): EquationsCost {
  const need = arenaNeed(symbolic, { inverse: true });
  return {
    bytes: 8 * (need.doubles + symbolic.size * capacity) + 4 * need.integers,
    flops: symbolic.flops,
    nonzeros: symbolic.nonzeros,
  };
}

/** Cost of one factorization with the selected inverse, which prediction errors and likelihood derivatives need. */
export interface DirectCost extends EquationsCost {
  readonly seconds: number;
}

/** Floating-point operations a second in large fronts. */
const RATES: Readonly<Record<KernelName, number>> = {
  "wasm-relaxed-simd": 1.8e10,
  "wasm-simd": 1.3e10,
  typescript: 2.5e9,
};
/** Small fronts and scattered entries: seconds an entry of the factor. */
const SECONDS_PER_ENTRY = 5e-8;
/** The selected inverse takes about twice as long as the factorization. */
const WITH_INVERSE = 3;

/** Memory and time of the direct solution with room for `capacity` right-hand sides. */
export function directCost(symbolic: SymbolicFactor, kernels: Kernels, capacity: number): DirectCost {
  const cost = equationsCost(symbolic, capacity);
  const factor = cost.flops / RATES[kernels.name] + cost.nonzeros * SECONDS_PER_ENTRY;
  return { ...cost, seconds: WITH_INVERSE * factor };
}

/** `2.1 GiB` or `350 MiB` */
export function bytesText(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

/** A duration in the unit a person would use. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} seconds`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} minutes`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 86_400)} days`;
}
