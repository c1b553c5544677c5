import { expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { toTable } from "../../../src/table/fromObjects.ts";

it("a random effect that must carry the mean of the response is found at its far variance", () => {
  const g = Array.from({ length: 80 }, (_, i) => `g${i % 8}`);
  const x = g.map((_, i) => Math.cos(i * 3.1));
  const y = x.map((v, i) => 500 + v + 0.5 * Math.sin(i * 7.3) + 0.2 * Math.sin(i % 8));
  const fit = fitFormula("y ~ 0 + x + (1 | g)", toTable({ g, x, y }));
  expect(fit.convergence.converged).toBe(true);
  // between groups the mean of squares is 500^2, within them the residual variance is 0.125
  expect(Math.sqrt(fit.covariances[0]!.values[0]!)).toBeGreaterThan(400);
  expect(fit.sigma).toBeLessThan(0.5);
});
