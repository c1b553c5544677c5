// Lecture 004 (Futschik, Linear mixed models): simulation, shrinkage beats fixed estimates.
//
// y_ij = U_i + e_ij, i = 1..10, j = 1..3, U_i ~ N(0, 10^2), e_ij ~ N(0, 20^2). With known variances and mean the fixed estimate
// of U_i is the mean of its records, with error variance s2 / n; BLUP is b times that, b = sb2 / (sb2 + s2 / n), with error
// variance b^2 s2 / n + (1 - b)^2 sb2 = b s2 / n. So the ratio of mean squared errors is b = 100 / (100 + 400 / 3) = 3 / 7.
import { describe, expect, it } from "vitest";
import { equationsEngine } from "../../src/engines/equations/equations.ts";
import { fit as fitFormula } from "../../src/fit/fit.ts";
import { chooseKernels } from "../../src/linalg/chooseKernels.ts";
import { assumedModel } from "../../src/simulation/assumedModel.ts";
import { createResponseSampler } from "../../src/simulation/drawResponse.ts";
import { createRefitter, type RefitPlan } from "../../src/simulation/refitter.ts";
import { replicateStream } from "../../src/simulation/replicateStream.ts";
import { toTable } from "../../src/table/fromObjects.ts";

const plan = toTable({
  x1: Array.from({ length: 30 }, (_, i) => String(Math.floor(i / 3)).padStart(2, "0")),
});
const model = assumedModel("y ~ 1 + (1 | x1)", plan, {
  beta: { "(Intercept)": 0 },
  components: { x1: 100, residual: 400 },
});
const SUBJECTS = 10;

/** Sums of squared errors over the subjects of many draws: fixed estimates, BLUP with known variances, with estimated ones. */
function errorsOf(draws: number): {
  fixed: number[];
  known: number[];
  estimated: number[];
  centred: number[];
} {
  const sampler = createResponseSampler(model);
  const y = new Float64Array(30);
  const plans: RefitPlan = { model: model.model, method: "ML", theta: null, held: [], equations: false };
  const refitter = createRefitter(plans, chooseKernels());
  const shrinkage = 100 / (100 + 400 / 3);
  const out = {
    fixed: [] as number[],
    known: [] as number[],
    estimated: [] as number[],
    centred: [] as number[],
  };
  for (let r = 0; r < draws; r++) {
    sampler.draw(replicateStream(9, r), y);
    const truth = sampler.effects[0]!.values;
    const means = Array.from({ length: SUBJECTS }, (_, i) => (y[3 * i]! + y[3 * i + 1]! + y[3 * i + 2]!) / 3);
    const overall = means.reduce((sum, mean) => sum + mean, 0) / SUBJECTS;
    const { modes } = refitter.refit(y).result();
    const sum = (estimate: (i: number) => number): number =>
      means.reduce((all, _, i) => all + (estimate(i) - truth[i]!) ** 2, 0);
    out.fixed.push(sum((i) => means[i]!));
    out.known.push(sum((i) => shrinkage * means[i]!));
    // contr.sum, as in the lecture: effects add to zero
    out.centred.push(sum((i) => means[i]! - overall));
    out.estimated.push(sum((i) => modes[0]![i]!));
  }
  return out;
}

const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe("D9 shrinkage against fixed estimates in the 10 x 3 design, sd 10 and 20", () => {
  const { fixed, known, estimated, centred } = errorsOf(6000);

  it("D9 with known variances shrinkage has 3/7 of the error of fixed estimates, as theory says", () => {
    // 10 s2 / n = 1333.3 and 3/7 of it; a sum of ten squares has a relative standard deviation of sqrt(2 / 10)
    const tolerance = 4 * Math.sqrt(0.2 / 6000);
    expect(Math.abs(average(fixed) / (4000 / 3) - 1)).toBeLessThan(tolerance);
    expect(Math.abs(average(known) / ((4000 / 3) * (3 / 7)) - 1)).toBeLessThan(tolerance);
    expect(Math.abs(average(known) / average(fixed) - 3 / 7)).toBeLessThan(0.01);
  });

  it("D9 with estimated variances shrinkage still wins, and by how much", () => {
    const ratio = average(estimated) / average(centred);
    expect(ratio).toBeGreaterThan(3 / 7);
    expect(ratio).toBeLessThan(0.7);
    const better = estimated.filter((value, r) => value < centred[r]!).length / estimated.length;
    expect(better).toBeGreaterThan(0.85);
  });

  it("D9 the lecture's one draw, 1099 against 562, is an ordinary one", () => {
    const share = (values: readonly number[], limit: number): number =>
      values.filter((value) => value < limit).length / values.length;
    for (const part of [share(centred, 1099), share(estimated, 562)]) {
      expect(part).toBeGreaterThan(0.05);
      expect(part).toBeLessThan(0.95);
    }
  });

  it("D9 BLUPs with the variances held are the shrunken means", () => {
    const sampler = createResponseSampler(model);
    const y = new Float64Array(30);
    sampler.draw(replicateStream(9, 0), y);
    const table = toTable({
      y: Array.from(y),
      x1: Array.from({ length: 30 }, (_, i) => `s${Math.floor(i / 3)}`),
    });
    const held = fitFormula("y ~ 1 + (1 | x1)", table, {
      components: { x1: 100, residual: 400 },
      engines: [equationsEngine],
    });
    const mean = average([...y]);
    for (let i = 0; i < SUBJECTS; i++) {
      const own = (y[3 * i]! + y[3 * i + 1]! + y[3 * i + 2]!) / 3;
      expect(held.modes[0]![i]!).toBeCloseTo((3 / 7) * (own - mean), 9);
    }
  });
});
