// Draws of lme4's simulate() after set.seed, made by generate/simulate.R.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { rRandomStream } from "../../src/distributions/rRandomStream.ts";
import { fit as fitFormula } from "../../src/fit/fit.ts";
import { simulateInROrder } from "../../src/simulation/simulateInROrder.ts";
import { readDelimited } from "../../src/table/readDelimited.ts";

interface Case {
  readonly data: string;
  readonly formula: string;
  readonly seed: number;
  readonly sigma: number;
  readonly beta: number | readonly number[];
  readonly new: readonly (readonly number[])[];
  readonly same: readonly (readonly number[])[];
}

const root = new URL("../../", import.meta.url);
const reference = JSON.parse(readFileSync(new URL("test/reference/simulate.json", root), "utf8")) as {
  readonly source: string;
  readonly cases: readonly Case[];
};

describe(`simulate of ${reference.source}`, () => {
  it.each(reference.cases)("draws the numbers of R for $formula", (one) => {
    const { table } = readDelimited(readFileSync(new URL(one.data, root)));
    const fit = fitFormula(one.formula, table);
    // lme4 stops its search a little before the optimum; the draws move with its parameters by as much
    const tolerance = 2e-4 * fit.sigma;
    for (const [randomEffects, expected] of [
      ["new", one.new],
      ["same", one.same],
    ] as const) {
      const stream = rRandomStream(one.seed);
      const drawn = simulateInROrder(fit, { n: 2, stream, randomEffects });
      expected.forEach((response, r) => {
        expect(response.length).toBe(fit.nobs);
        response.forEach((value, i) => {
          expect(Math.abs(drawn[r]![i]! - value), `${randomEffects} ${r} ${i}`).toBeLessThan(tolerance);
        });
      });
    }
  });
});
