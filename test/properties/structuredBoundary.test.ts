import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../src/fit/fit.ts";
import type { FitResult } from "../../src/fit/result.ts";
import { toTable } from "../../src/table/fromObjects.ts";
import type { Table } from "../../src/table/table.ts";

/** 40 groups, 3 records at each of 4 times; the group's effect at a time is `loading` times one normal deviate. */
function oneDeviate(loading: readonly number[]): Table {
  let state = 12345;
  const uniform = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const rows: Record<string, string | number>[] = [];
  for (let group = 0; group < 40; group++) {
    const deviate = normal();
    for (let record = 0; record < 12; record++) {
      const time = record % 4;
      rows.push({ g: `g${group}`, time: `t${time}`, y: normal() + deviate * loading[time]! });
    }
  }
  return toTable(rows);
}

function structured(structure: string, table: Table): FitResult {
  return fitFormula(`y ~ time + ${structure}(0 + time | g)`, table);
}

const cases = [
  { name: "correlations are one and a variance is zero", table: oneDeviate([1, 2, 0, 4]) },
  {
    name: "one coefficient goes against the others, which the structure excludes",
    table: oneDeviate([1, 2, -0.3, 4]),
  },
  { name: "there is no variance at all", table: oneDeviate([0, 0, 0, 0]) },
];

describe("structured terms at the boundary", () => {
  for (const { name, table } of cases) {
    const unstructured = structured("us", table);
    it.each(["diag", "cs", "homcs", "ar1", "hetar1"])(
      `are found in few steps by %s where ${name}`,
      (structure) => {
        const { convergence, remlCriterion } = structured(structure, table);
        expect(convergence.converged).toBe(true);
        expect(convergence.iterations).toBeLessThan(30);
        expect(remlCriterion!).toBeGreaterThan(unstructured.remlCriterion! - 1e-6);
      },
    );
  }

  it("cost no more than the narrower structures inside them", () => {
    const table = oneDeviate([1, 2, 0, 4]);
    const at = (structure: string): number => structured(structure, table).remlCriterion!;
    expect(at("cs")).toBeLessThan(at("homcs") + 1e-6);
    expect(at("hetar1")).toBeLessThan(at("ar1") + 1e-6);
    expect(at("cs")).toBeLessThan(at("diag") + 1e-6);
  });
});
