import { describe, expect, it } from "vitest";
import { deriveQuantities } from "../../../src/inference/derive.ts";
import type { Matrix } from "../../../src/linalg/matrix.ts";
import { errorOf } from "../base/errorOf.ts";

const components = [
  { name: "animal", estimate: 4 },
  { name: "p[1,1]", estimate: 9 },
  { name: "p[2,1]", estimate: -2 },
  { name: "p[2,2]", estimate: 16 },
  { name: "block:harvest", estimate: 0 },
  { name: "residual", estimate: 6 },
];
const m = components.length;
const half = Float64Array.from({ length: m * m }, (_, i) => Math.sin(3 * i + 1));
const covariance: Matrix = { rows: m, columns: m, values: new Float64Array(m * m) };
for (let i = 0; i < m; i++)
  for (let j = 0; j < m; j++)
    for (let k = 0; k < m; k++) covariance.values[i + j * m]! += half[i + k * m]! * half[j + k * m]!;

describe("deriveQuantities", () => {
  it("has the heritability with the standard error of the textbook formula", () => {
    const [h2] = deriveQuantities(["h2 = animal / (animal + residual)"], components, covariance);
    const [va, ve] = [4, 6];
    const ga = ve / (va + ve) ** 2;
    const ge = -va / (va + ve) ** 2;
    const C = covariance.values;
    const variance = ga * ga * C[0]! + 2 * ga * ge * C[5]! + ge * ge * C[5 + 5 * m]!;
    expect(h2).toMatchObject({ name: "h2", expression: "animal / (animal + residual)", estimate: 0.4 });
    expect(h2!.se).toBeCloseTo(Math.sqrt(variance), 14);
  });

  it("agrees with differences for every function and operator", () => {
    const texts = [
      "p[2,1] / sqrt(p[1,1] * p[2,2])",
      "log(animal) + log2(residual) - log10(residual) * log1p(animal) + log(residual, 3)",
      "exp(-animal / 10) + expm1(animal / 10) + abs(p[2,1]) + sin(animal) * cos(residual) / tan(animal)",
      "I(residual^2 - animal^1.5) + pmin(animal, residual) + 2 * pmax(animal, residual, 3) + pi",
    ];
    for (const text of texts) {
      const at = (shifts: readonly number[]): number =>
        deriveQuantities(
          [`f = ${text}`],
          components.map((each, i) => ({ ...each, estimate: each.estimate + (shifts[i] ?? 0) })),
          null,
        )[0]!.estimate!;
      const gradient = components.map((_, i) => {
        const shift = (h: number): number[] => components.map((__, j) => (i === j ? h : 0));
        return (at(shift(1e-5)) - at(shift(-1e-5))) / 2e-5;
      });
      let variance = 0;
      for (let i = 0; i < m; i++)
        for (let j = 0; j < m; j++) variance += gradient[i]! * gradient[j]! * covariance.values[i + j * m]!;
      const [f] = deriveQuantities([`f = ${text}`], components, covariance);
      expect(f!.se! / Math.sqrt(variance), text).toBeCloseTo(1, 7);
    }
  });

  it("lets a later quantity use an earlier one", () => {
    const [, total] = deriveQuantities(
      ["vp = animal + residual", "h2 = animal / vp"],
      components,
      covariance,
    );
    const [direct] = deriveQuantities(["h2 = animal / (animal + residual)"], components, covariance);
    expect(total!.se).toBeCloseTo(direct!.se!, 14);
  });

  it("reads names with colons and either order of an index", () => {
    const [a, b] = deriveQuantities(["a = block:harvest + 1", "b = p[1,2]"], components, covariance);
    expect(a!.estimate).toBe(1);
    expect(b!.estimate).toBe(-2);
  });

  it("has no number where the function is not defined", () => {
    const [ratio, root] = deriveQuantities(
      ["r = animal / block:harvest", "s = sqrt(p[2,1])"],
      components,
      covariance,
    );
    expect(ratio).toMatchObject({ estimate: null, se: null });
    expect(root).toMatchObject({ estimate: null, se: null });
    expect(deriveQuantities(["h = animal"], components, null)[0]).toMatchObject({ estimate: 4, se: null });
  });

  it("names the nearest component and lists all", () => {
    const error = errorOf(() => deriveQuantities(["h2 = animl / residual"], components, null));
    expect(error.code).toBe("inference/derive-name");
    expect(error.hint).toContain("'animal'");
    expect(error.hint).toContain("p[2,1]");
    expect(errorOf(() => deriveQuantities(["h2 = p"], components, null)).message).toContain("p[1,1]");
  });

  it("refuses what is no definition or no arithmetic", () => {
    for (const text of [
      "animal / residual",
      "h2 = ",
      "animal = residual",
      "h2 = animal == residual",
      "h = poly(animal, 2)",
    ])
      expect(errorOf(() => deriveQuantities([text], components, null)).code).toBe("inference/derive");
  });
});
