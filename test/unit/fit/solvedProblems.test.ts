import { describe, expect, it } from "vitest";
import { randomStream } from "../../../src/base/random.ts";
import { equationsEngine } from "../../../src/engines/equations/equations.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { precisionOf, problemOf } from "../../../src/fit/precision.ts";
import { toTable } from "../../../src/table/fromObjects.ts";

const stream = randomStream(7);
const effects = Array.from({ length: 12 }, () => 2 * stream.normal());
const table = toTable(
  Array.from({ length: 60 }, (_, i) => ({
    y: effects[i % 12]! + stream.normal(),
    x: i / 10,
    g: `g${i % 12}`,
  })),
);
const equations = { algorithm: "ai", engines: [equationsEngine] } as const;

describe("problems of the equations that were solved", () => {
  it("are found again", () => {
    const fit = fitFormula("y ~ x + (1 | g)", table, equations);
    expect(fit.engine).toBe("equations");
    expect(problemOf(fit)).toBe(problemOf(fit));
  });

  it("give every digit that a new one gives", () => {
    const fit = fitFormula("y ~ x + (1 | g)", table, equations);
    const again = precisionOf({ ...fit });
    const kept = precisionOf(fit);
    expect([...kept.hessian.values]).toEqual([...again.hessian.values]);
    expect(kept.predictionErrorBlocks).toEqual(again.predictionErrorBlocks);
    expect(kept.covarianceDerivatives).toEqual(again.covarianceDerivatives);
  });

  it("of the blocks are prepared anew, with the kernels of the fit", () => {
    const fit = fitFormula("y ~ x + (1 | g)", table, { deterministic: true });
    expect(fit.engine).toBe("blocked");
    expect(problemOf(fit)).not.toBe(problemOf(fit));
    expect([...precisionOf(fit).hessian.values]).toEqual([...precisionOf({ ...fit }).hessian.values]);
  });
});
