import fc from "fast-check";
import { expect, it } from "vitest";
import { fixedEffects } from "../../src/model/fixedEffects.ts";

/** Columns that are independent of those before them, in exact arithmetic (fraction-free elimination). */
function independentColumns(columns: readonly (readonly number[])[]): number[] {
  const reduced: bigint[][] = [];
  const pivots: number[] = [];
  const kept: number[] = [];
  columns.forEach((column, j) => {
    let rest = column.map(BigInt);
    reduced.forEach((other, k) => {
      const at = pivots[k]!;
      const factor = rest[at]!;
      rest = rest.map((value, i) => value * other[at]! - factor * other[i]!);
    });
    const pivot = rest.findIndex((value) => value !== 0n);
    if (pivot < 0) return;
    reduced.push(rest);
    pivots.push(pivot);
    kept.push(j);
  });
  return kept;
}

const cases = fc
  .record({
    rows: fc.integer({ min: 2, max: 14 }),
    columns: fc.integer({ min: 1, max: 9 }),
    intercept: fc.boolean(),
  })
  .chain(({ rows, columns, intercept }) => {
    const entry = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(0, 0, 1) },
      { weight: 1, arbitrary: fc.integer({ min: -4, max: 9 }) },
    );
    const dense = fc.array(fc.array(entry, { minLength: rows, maxLength: rows }), {
      minLength: columns,
      maxLength: columns,
    });
    return dense.map((given) => (intercept ? [new Array<number>(rows).fill(1), ...given] : given));
  });

it("keeps exactly the columns that are independent of those before them, and explains the others", () => {
  fc.assert(
    fc.property(cases, fc.constantFrom(1, 2 ** -300, 2 ** 300, 3), (columns, scale) => {
      const n = columns[0]!.length;
      const scaled = columns.map((column, j) => column.map((value) => (j % 2 === 1 ? value * scale : value)));
      const X = { rows: n, columns: scaled.length, values: Float64Array.from(scaled.flat()) };
      const { kept, aliased, fixed } = fixedEffects(
        scaled.map((_, j) => `c${j}`),
        X,
      );
      expect(kept).toEqual(independentColumns(columns));
      expect([...kept, ...aliased.map((entry) => entry.column)].sort((a, b) => a - b)).toEqual(
        scaled.map((_, j) => j),
      );
      for (const { column, combination } of aliased) {
        const size = Math.max(...scaled[column]!.map(Math.abs));
        for (let i = 0; i < n; i++) {
          const sum = combination.reduce((total, part) => total + part.weight * scaled[part.column]![i]!, 0);
          expect(Math.abs(sum - scaled[column]![i]!)).toBeLessThanOrEqual(1e-6 * size);
        }
      }
      expect(fixed.names).toEqual(kept.map((j) => `c${j}`));
      const { matrix, basis, transform } = fixed;
      for (let j = 0; j < kept.length; j++) {
        const size = Math.max(...scaled[kept[j]!]!.map(Math.abs));
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let k = 0; k <= j; k++)
            sum += basis.values[i + k * n]! * transform.values[k + j * kept.length]!;
          expect(matrix.values[i + j * n]).toBe(scaled[kept[j]!]![i]);
          expect(Math.abs(sum - matrix.values[i + j * n]!)).toBeLessThanOrEqual(1e-12 * size);
        }
      }
    }),
    { numRuns: 500 },
  );
});
