import { createStructure } from "../../src/covariance/registry.ts";
import { describeStructure } from "./structures.ts";

const abs = Math.abs;

/** deviation of coefficient i where each has its own: theta squared, or theta when it is the only one */
function deviation(theta: readonly number[], size: number, i: number): number {
  return size > 1 ? theta[i]! ** 2 : theta[0]!;
}

/** rho of the exchangeable pattern, from its definition */
function equalCorrelation(angle: number, size: number): number {
  const low = -1 / (size - 1);
  return (1 + low) / 2 + ((1 - low) / 2) * Math.sin(angle);
}

describeStructure({
  name: "us",
  create: (size) => createStructure("us", size),
  parameterCount: (size) => (size * (size + 1)) / 2,
  entry: (theta, size, i, j) => {
    const rows: number[][] = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    let next = 0;
    for (let column = 0; column < size; column++) {
      for (let row = column; row < size; row++) rows[row]![column] = theta[next++]!;
    }
    return rows[i]!.reduce((sum, x, m) => sum + x * rows[j]![m]!, 0);
  },
});

describeStructure({
  name: "diag",
  create: (size) => createStructure("diag", size),
  parameterCount: (size) => size,
  entry: (theta, _size, i, j) => (i === j ? theta[i]! ** 2 : 0),
});

describeStructure({
  name: "cs",
  create: (size) => createStructure("cs", size),
  parameterCount: (size) => (size > 1 ? size + 1 : 1),
  entry: (theta, size, i, j) =>
    deviation(theta, size, i) *
    deviation(theta, size, j) *
    (i === j ? 1 : equalCorrelation(theta[size]!, size)),
});

describeStructure({
  name: "homcs",
  create: (size) => createStructure("homcs", size),
  parameterCount: (size) => (size > 1 ? 2 : 1),
  entry: (theta, size, i, j) => theta[0]! ** 2 * (i === j ? 1 : equalCorrelation(theta[1]!, size)),
});

describeStructure({
  name: "ar1",
  create: (size) => createStructure("ar1", size),
  parameterCount: (size) => (size > 1 ? 2 : 1),
  entry: (theta, _size, i, j) => theta[0]! ** 2 * (i === j ? 1 : Math.sin(theta[1]!) ** abs(i - j)),
});

describeStructure({
  name: "hetar1",
  create: (size) => createStructure("hetar1", size),
  parameterCount: (size) => (size > 1 ? size + 1 : 1),
  entry: (theta, size, i, j) =>
    deviation(theta, size, i) *
    deviation(theta, size, j) *
    (i === j ? 1 : Math.sin(theta[size]!) ** abs(i - j)),
});

/** (L L')[i,j] of loadings in a lower trapezoid by columns */
function common(theta: readonly number[], size: number, rank: number, i: number, j: number): number {
  let next = 0;
  let sum = 0;
  for (let factor = 0; factor < rank; factor++) {
    const column = new Array<number>(size).fill(0);
    for (let row = factor; row < size; row++) column[row] = theta[next++]!;
    sum += column[i]! * column[j]!;
  }
  return sum;
}

const loadings = (size: number, rank: number): number => size * rank - (rank * (rank - 1)) / 2;

for (const factors of [1, 2, 3]) {
  const rankAt = (size: number): number => Math.min(factors, size);

  describeStructure({
    name: "rr",
    detail: ` with up to ${factors} factors`,
    create: (size) => createStructure("rr", size, rankAt(size)),
    parameterCount: (size) => loadings(size, rankAt(size)),
    entry: (theta, size, i, j) => common(theta, size, rankAt(size), i, j),
  });

  describeStructure({
    name: "fa",
    detail: ` with up to ${factors} factors`,
    create: (size) => createStructure("fa", size, rankAt(size)),
    parameterCount: (size) => loadings(size, rankAt(size)) + size,
    entry: (theta, size, i, j) =>
      common(theta, size, rankAt(size), i, j) + (i === j ? theta[loadings(size, rankAt(size)) + i]! ** 2 : 0),
  });
}
