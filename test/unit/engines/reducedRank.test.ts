import { expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { toTable } from "../../../src/table/fromObjects.ts";

it("a reduced-rank term is not at a boundary where its rank says so", () => {
  const g = Array.from({ length: 180 }, (_, i) => `g${i % 15}`);
  const env = g.map((_, i) => `e${Math.floor(i / 15) % 3}`);
  const y = g.map((_, i) => {
    const level = Math.sin(2.3 * (i % 15));
    return level * [1, 1.6, -0.8][Math.floor(i / 15) % 3]! + 0.4 * Math.cos(i * 5.7) + i * 0.001;
  });
  const fit = fitFormula("y ~ env + rr(0 + env, 1 | g)", toTable({ g, env, y }));
  expect(fit.convergence.converged).toBe(true);
  expect(fit.notes.map(({ code }) => code)).not.toContain("fit/boundary");
});
