import { dot, norm } from "../../linalg/squareProducts.ts";

/** Rank of vectors by Gram-Schmidt, each against those before it; what is left of less than 1e-8 is rounding. */
export function rankOf(rows: readonly Float64Array[]): number {
  return independentRows(rows).length;
}

/** Positions of rows that are not combinations of those before them. */
export function independentRows(rows: readonly Float64Array[]): number[] {
  const basis: Float64Array[] = [];
  const found: number[] = [];
  for (const [at, row] of rows.entries()) {
    const size = norm(row);
    if (!(size > 0)) continue;
    const rest = row.map((x) => x / size);
    for (let pass = 0; pass < 2; pass++) {
      for (const member of basis) {
        const weight = dot(member, rest);
        for (let i = 0; i < rest.length; i++) rest[i]! -= weight * member[i]!;
      }
    }
    const left = norm(rest);
    if (!(left > 1e-8)) continue;
    basis.push(rest.map((x) => x / left));
    found.push(at);
    if (basis.length === rest.length) break;
  }
  return found;
}
