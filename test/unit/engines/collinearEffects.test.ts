import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { toTable } from "../../../src/table/fromObjects.ts";

const g = Array.from({ length: 120 }, (_, i) => `g${i % 12}`);
const x = g.map((_, i) => Math.cos(i * 3.1));
const table = toTable({
  g,
  x,
  twice: x.map((v) => 2 * v),
  one: x.map(() => 1),
  zero: x.map(() => 0),
  y: g.map((_, i) => Math.sin(i * 7.3) + Math.sin(i % 12) * (1 + x[i]!)),
});

describe("random-effect columns that are multiples of each other, or constant", () => {
  it.each([
    ["y ~ x + (x + twice || g)", "y ~ x + (x || g)"],
    ["y ~ x + (1 + one | g)", "y ~ x + (1 | g)"],
    ["y ~ x + (1 | g) + (0 + zero | g)", "y ~ x + (1 | g)"],
  ])("%s has the likelihood of %s, and says that it is flat or at a boundary", (redundant, plain) => {
    const fit = fitFormula(redundant, table);
    expect(fit.convergence.converged).toBe(true);
    expect(fit.logLik).toBeCloseTo(fitFormula(plain, table).logLik, 6);
    expect(fit.notes.some(({ code }) => /^fit\/(flat|boundary|confounded)$/.test(code))).toBe(true);
  });
});
