// Matrices as rows of plain numbers, for oracles that should be read rather than fast.

export function zeros(m: number, n: number): number[][] {
  return Array.from({ length: m }, () => new Array<number>(n).fill(0));
}

export function transpose(a: number[][]): number[][] {
  return Array.from({ length: a[0]?.length ?? 0 }, (_, j) => a.map((row) => row[j]!));
}

export function multiply(a: number[][], b: number[][]): number[][] {
  const out = zeros(a.length, b[0]?.length ?? 0);
  for (let i = 0; i < a.length; i++) {
    for (let k = 0; k < b.length; k++) {
      const value = a[i]![k]!;
      if (value !== 0) for (let j = 0; j < out[i]!.length; j++) out[i]![j]! += value * b[k]![j]!;
    }
  }
  return out;
}

export function subtract(a: number[][], b: number[][]): number[][] {
  return a.map((row, i) => row.map((v, j) => v - (b[i]![j] ?? 0)));
}

/** Gauss-Jordan with partial pivoting, and log |det|. */
export function invert(a: number[][]): { inverse: number[][]; logDeterminant: number } {
  const n = a.length;
  const m = a.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))]);
  let logDeterminant = 0;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(m[i]![k]!) > Math.abs(m[pivot]![k]!)) pivot = i;
    [m[k], m[pivot]] = [m[pivot]!, m[k]!];
    const d = m[k]![k]!;
    logDeterminant += Math.log(Math.abs(d));
    for (let j = 0; j < 2 * n; j++) m[k]![j]! /= d;
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const f = m[i]![k]!;
      if (f !== 0) for (let j = 0; j < 2 * n; j++) m[i]![j]! -= f * m[k]![j]!;
    }
  }
  return { inverse: m.map((row) => row.slice(n)), logDeterminant };
}
