import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { bootstrap } from "../../../src/simulation/bootstrap.ts";
import { bootstrapIntervals } from "../../../src/simulation/bootstrapIntervals.ts";
import { createGroupResampler, groupsOf } from "../../../src/simulation/resampleGroups.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import { example } from "../../lectures/printed.ts";

const sleepstudy = example("sleepstudy.csv");
const pastes = readDelimited(readFileSync(new URL("../../reference/data/Pastes.csv", import.meta.url))).table;

describe("groups drawn again", () => {
  it("each once give the model back", () => {
    const fit = fitFormula("Reaction ~ Days + (Days | Subject)", sleepstudy);
    const groups = groupsOf(fit.model, "Subject");
    const { model, kept } = createGroupResampler(fit.model, groups)(Array.from({ length: 18 }, (_, g) => g));
    expect(kept).toEqual([0, 1]);
    expect(model.response).toEqual(fit.model.response);
    expect(model.fixed.matrix).toEqual(fit.model.fixed.matrix);
    expect(model.random[0]!.codes).toEqual(fit.model.random[0]!.codes);
  });

  it("a group drawn twice is two groups, with the levels nested in it, and levels that cross groups stay one", () => {
    const fit = fitFormula("strength ~ 1 + (1 | batch) + (1 | sample) + (1 | cask)", pastes);
    const resample = createGroupResampler(fit.model, groupsOf(fit.model, "batch"));
    const { model } = resample([4, 4, 0]);
    expect(model.response.length).toBe(18);
    expect(model.random.map(({ levels }) => levels.length)).toEqual([3, 9, 3]);
    expect([...model.response.slice(0, 6)]).toEqual([...model.response.slice(6, 12)]);
    expect(new Set(model.random[1]!.levels).size).toBe(9);
  });

  it("terms with one grouping keep one grouping", () => {
    const fit = fitFormula("Reaction ~ Days + (Days || Subject)", sleepstudy);
    const { model } = createGroupResampler(fit.model, groupsOf(fit.model, "Subject"))([1, 1, 2]);
    expect(model.random[0]!.codes).toBe(model.random[1]!.codes);
  });

  it("give standard errors near those of the model where the model is right", async () => {
    const fit = fitFormula("Reaction ~ Days + (Days | Subject)", sleepstudy);
    const result = await bootstrap(fit, { n: 800, seed: 1, workers: 1, clusters: "Subject" });
    expect(result.failed).toBe(0);
    const slope = bootstrapIntervals(result).find(({ name }) => name === "Days")!;
    // the sandwich of 18 subjects: the standard deviation of their slopes, sqrt(sum (b - mean)^2) / 18
    expect(Math.abs(slope.se / 1.5458 - 1)).toBeLessThan(0.12);
    const labels = Array.from({ length: 180 }, (_, i) => `s${Math.floor(i / 10)}`);
    const same = await bootstrap(fit, { n: 30, seed: 1, workers: 1, clusters: labels });
    expect(same.replicates[1]).toEqual(result.replicates[1]!.slice(0, 30));
  });

  it("leave fixed effects without a value where their level was not drawn", async () => {
    const table = toTable({
      y: Array.from({ length: 24 }, (_, i) => ((i * 31) % 17) + (i % 4)),
      site: Array.from({ length: 24 }, (_, i) => (i < 4 ? "only" : i % 2 ? "a" : "b")),
      g: Array.from({ length: 24 }, (_, i) => `g${Math.floor(i / 4)}`),
    });
    const fit = fitFormula("y ~ site + (1 | g)", table);
    const result = await bootstrap(fit, { n: 60, seed: 2, workers: 1, clusters: "g" });
    const at = result.names.indexOf("siteonly");
    const missing = result.replicates[at]!.filter(Number.isNaN).length;
    // (5/6)^6 of the draws lack the group
    expect(missing / result.replicates[at]!.length).toBeGreaterThan(0.15);
    expect(missing / result.replicates[at]!.length).toBeLessThan(0.55);
    const [interval] = bootstrapIntervals(result).filter(({ name }) => name === "siteonly");
    expect(interval!.used).toBe(result.replicates[at]!.length - missing);
  });

  it.each([
    ["Subjekt", "no random term of the model is grouped by 'Subjekt'"],
    [[1, 2, 3], "3 labels are given for 180 rows"],
    [Array.from({ length: 180 }, () => "one"), "only one group"],
  ])("refuse %s", async (clusters, words) => {
    const fit = fitFormula("Reaction ~ Days + (1 | Subject)", sleepstudy);
    await expect(bootstrap(fit, { n: 5, seed: 1, workers: 1, clusters })).rejects.toMatchObject({
      code: "simulation/clusters",
      message: expect.stringContaining(words),
    });
  });
});
