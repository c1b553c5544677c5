import { describe, expect, it } from "vitest";
import { pedigreeSummary } from "../../../src/genetics/pedigreeSummary.ts";
import { simulatePedigree } from "../../../src/genetics/simulatePedigree.ts";
import type { NumericColumn } from "../../../src/table/table.ts";

const shape = { seed: 11, generations: 4, animals: 2000, sires: 40, dams: 600 };
const column = (table: { columns: ReadonlyMap<string, unknown> }, name: string): Float64Array =>
  (table.columns.get(name) as NumericColumn).values;
const variance = (x: Float64Array): number => {
  const mean = x.reduce((s, v) => s + v, 0) / x.length;
  return x.reduce((s, v) => s + (v - mean) ** 2, 0) / (x.length - 1);
};

describe("a simulated population", () => {
  it("has the structure asked for", () => {
    const { pedigree } = simulatePedigree(shape);
    const summary = pedigreeSummary(pedigree);
    expect(summary).toMatchObject({ animals: 8000, founders: 2000, generations: 4, sires: 120 });
    expect(summary.dams).toBeGreaterThan(1650);
    expect(summary.dams).toBeLessThanOrEqual(1800);
    expect(pedigree.notes).toEqual([]);
  });

  it("is the same for the same seed and another for another", () => {
    const [first, again, other] = [11, 11, 12].map((seed) => simulatePedigree({ ...shape, seed }));
    expect(again).toEqual(first);
    expect(column(other!.records, "y")).not.toEqual(column(first!.records, "y"));
  });

  it("keeps its pedigree when traits and records are added", () => {
    const one = simulatePedigree(shape);
    const more = simulatePedigree({ ...shape, traits: 3, records: 2, missing: 0.1, permanentVariance: 0.1 });
    expect(more.table).toEqual(one.table);
    expect(more.records.rowCount).toBe(16_000);
    expect([...more.records.columns.keys()]).toEqual(["animal", "herd", "generation", "y1", "y2", "y3"]);
    const missing = column(more.records, "y2").filter(Number.isNaN).length / 16_000;
    expect(Math.abs(missing - 0.1)).toBeLessThan(0.01);
  });

  it("has the variances asked for", () => {
    const base = simulatePedigree({ ...shape, generations: 1, animals: 40_000, h2: 0.4, herdVariance: 0 });
    expect(variance(base.breedingValues[0]!)).toBeCloseTo(0.4, 2);
    expect(Math.abs(variance(column(base.records, "y")) - 1)).toBeLessThan(0.03);
    const two = simulatePedigree({
      ...shape,
      generations: 1,
      animals: 40_000,
      geneticCovariance: [
        [2, -1],
        [-1, 1],
      ],
    });
    const [a, b] = two.breedingValues;
    expect(variance(a!)).toBeCloseTo(2, 1);
    expect(variance(a!.map((v, i) => v + b![i]!))).toBeCloseTo(1, 1);
  });

  it("has Mendelian deviations of half the genetic variance, less with inbreeding", () => {
    const { pedigree, breedingValues, inbreeding } = simulatePedigree({ ...shape, h2: 0.5 });
    const [u] = breedingValues;
    const scaled: number[] = [];
    pedigree.sires.forEach((s, i) => {
      if (s < 0) return;
      const d = pedigree.dams[i]!;
      const m = 0.5 - 0.25 * (inbreeding[s]! + inbreeding[d]!);
      scaled.push((u![i]! - 0.5 * (u![s]! + u![d]!)) / Math.sqrt(m * 0.5));
    });
    expect(Math.abs(variance(Float64Array.from(scaled)) - 1)).toBeLessThan(0.06);
  });

  it("is refused when it cannot be", () => {
    expect(() => simulatePedigree({ ...shape, sires: 1500 })).toThrow(
      "1500 sires and 600 dams are more than 2000",
    );
    expect(() => simulatePedigree({ ...shape, generations: 0.5 })).toThrow(
      "generations is not a positive whole",
    );
    expect(() =>
      simulatePedigree({
        ...shape,
        geneticCovariance: [
          [1, 2],
          [2, 1],
        ],
      }),
    ).toThrow("not positive definite");
  });
});
