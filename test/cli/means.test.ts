// henderson means in this process: options, text, JSON and refusals.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { henderson } from "./memoryTerminal.ts";

const scratch = mkdtempSync(join(tmpdir(), "henderson-means-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const saved = join(scratch, "oats.json");
const reported = join(scratch, "pigs.json");
const pigs = ["--data", "test/reference/data/pigs.csv", "--factor", "percent"];
const log = "log(conc) ~ source + percent";
// biome-ignore lint/suspicious/noExplicitAny: the tests read members of parsed JSON
const json = async (...words: string[]): Promise<any> => {
  const { out, err, exitCode } = await henderson(["means", ...words, "--json"]);
  expect([exitCode, err]).toEqual([0, ""]);
  return JSON.parse(out);
};
const text = async (...words: string[]): Promise<string> => {
  const { out, exitCode } = await henderson(["means", ...words]);
  expect(exitCode).toBe(0);
  return out;
};

beforeAll(async () => {
  await henderson([
    "fit",
    "yield ~ Variety * factor(nitro) + (1 | Block/Variety)",
    "examples/oats.csv",
    "--save",
    saved,
    "--quiet",
  ]);
  await henderson(["fit", log, pigs[1]!, "--factor", "percent", "--save", reported, "--quiet"]);
});

describe("henderson means", () => {
  it("prints the keys of henderson/means@1", async () => {
    const result = await json(saved, "pairwise ~ Variety");
    expect(Object.keys(result)).toEqual(
      "schema specs kind ddf grid estimates contrasts letters notes".split(" "),
    );
    expect(result.schema).toBe("henderson/means@1");
    expect(Object.keys(result.contrasts.rows[0])).toEqual(
      "levels estimable estimate se df lower upper null statistic p n".split(" "),
    );
    expect(result.contrasts.adjust.tests).toEqual({ method: "tukey", sizes: [3], counts: "means" });
    // emmeans 1.8.4 with Satterthwaite's method
    expect(result.contrasts.rows[2].p).toBeCloseTo(0.24583, 5);
    expect(result.estimates.rows[0].df).toBeCloseTo(8.868985, 4);
    expect(result.notes.map(({ code }: { code: string }) => code)).toEqual(["means/interaction"]);
  });

  it("takes a FIT file and a formula alike", async () => {
    const fromFile = await json(reported, "pairwise ~ source");
    const fromFormula = await json(log, "pairwise ~ source", ...pigs);
    expect(fromFile.contrasts).toEqual(fromFormula.contrasts);
  });

  it("takes every method of degrees of freedom", async () => {
    const df = async (ddf: string): Promise<number | null> =>
      (await json(saved, "Variety", "--ddf", ddf)).estimates.rows[0].df;
    expect(await df("kenward-roger")).toBeCloseTo(8.868985, 4);
    expect(await df("residual")).toBe(60);
    expect(await df("none")).toBeNull();
  });

  it("averages by --averaging, and by --weights where that is the name of a scheme", async () => {
    const cells = await json(log, "source", ...pigs, "--averaging", "cells");
    const words = await json(log, "source", ...pigs, "--weights", "cells");
    const equal = await json(log, "source", ...pigs);
    expect(words.estimates).toEqual(cells.estimates);
    expect(words.estimates).not.toEqual(equal.estimates);
    // a column of precision weights still is one
    const precise = await json(log, "source", ...pigs, "--weights", "conc");
    expect(precise.estimates.rows[0].se).not.toBeCloseTo(equal.estimates.rows[0].se, 6);
  });

  it("takes values, groups, contrasts and their options", async () => {
    const at = await json(
      "conc ~ source * percent",
      "source",
      ...pigs.slice(0, 2),
      "--at",
      "percent=9,18",
      "--by",
      "percent",
    );
    expect(at.estimates.by).toEqual(["percent"]);
    expect(at.estimates.rows.length).toBe(6);
    const custom = await json(
      log,
      "percent",
      ...pigs,
      "--contrast",
      "rest = -1, 1/3, 1/3, 1/3",
      "--contrast",
      "ends=1,0,0,-1",
    );
    expect(custom.contrasts.rows.map(({ levels }: { levels: object }) => levels)).toEqual([
      { contrast: "rest" },
      { contrast: "ends" },
    ]);
    const control = await json(
      log,
      "trt.vs.ctrl ~ percent",
      ...pigs,
      "--control",
      "12",
      "--adjust",
      "mvt",
      "--reverse",
    );
    expect(control.contrasts.rows[0].levels.contrast).toBe("percent12 - percent9");
    expect(control.contrasts.adjust.tests.method).toBe("mvt");
    const fdr = await json(log, "pairwise ~ percent", ...pigs, "--adjust", "fdr", "--exclude", "18");
    expect([fdr.contrasts.rows.length, fdr.contrasts.adjust.tests.method]).toEqual([3, "BH"]);
    const nested = await json(
      "resp ~ route + drug",
      "drug",
      "--data",
      "test/reference/data/cows.csv",
      "--nesting",
      "none",
    );
    expect(nested.estimates.rows.every(({ estimable }: { estimable: boolean }) => !estimable)).toBe(true);
  });

  it("has open ends of one-sided intervals as null", async () => {
    const { estimates } = await json(saved, "Variety", "--side", ">", "--null", "90");
    expect(estimates.rows[0].upper).toBeNull();
    expect(estimates.rows[0].lower).toBeGreaterThan(80);
    expect(estimates.rows[0].null).toBe(90);
  });

  it("prints means with intervals, contrasts with tests, and both where asked for", async () => {
    const plain = await text(saved, "pairwise ~ Variety");
    expect(plain).toMatch(/Variety +emmean +SE +df +lower\.CL +upper\.CL\n/);
    expect(plain).toMatch(/contrast +estimate +SE +df +t\.ratio +p\.value\n/);
    expect(plain).toContain("P value adjustment: tukey method for comparing a family of 3 estimates");
    const both = await text(saved, "pairwise ~ Variety", "--infer", "both", "--ddf", "none");
    expect(both).toMatch(/contrast +estimate +SE +df +lower\.CL +upper\.CL +z\.ratio +p\.value\n/);
    expect(both).toContain(" Inf ");
    const tested = await text(saved, "Variety", "--null", "100", "--side", "less", "--delta", "2");
    expect(tested).toContain("Statistics are tests of nonsuperiority with a threshold of 2");
    expect(tested).toMatch(/ null +t\.ratio/);
  });

  it("prints responses, letters, slopes and joint tests", async () => {
    const response = await text(log, "pairwise ~ source", ...pigs, "--type", "response");
    expect(response).toContain("fish / skim");
    expect(response).toContain("Intervals are back-transformed from the log(conc) scale");
    expect(await text(saved, "nitro", "--letters")).toMatch(/0\.2 .* b\n/);
    expect(
      await text("conc ~ source * percent", "source", ...pigs.slice(0, 2), "--slope", "percent"),
    ).toContain("percent.trend");
    const joint = await text(saved, "--joint", "--by", "Variety");
    expect(joint.match(/^Variety = /gm)!.length).toBe(3);
    const tests = JSON.parse((await henderson(["means", saved, "--joint", "--json"])).out);
    expect([tests.kind, tests.tests.length]).toEqual(["joint-tests", 3]);
  });

  const refused: readonly (readonly [string[], string, number])[] = [
    [[saved], "cli/usage", 1],
    [[saved, "Variety", "--joint"], "cli/usage", 1],
    [[saved, "Variety", "--adjust", "tuky"], "cli/usage", 1],
    [[saved, "Variety", "--at", "nitro"], "cli/usage", 1],
    [[saved, "Variety", "--contrast", "c=1,x,0"], "cli/usage", 1],
    [[saved, "Variety", "--contrast", "eff", "--contrast", "poly"], "cli/usage", 1],
    [[saved, "Variety", "--nesting", "drug"], "cli/usage", 1],
    [[saved, "Variety", "--delta", "much"], "cli/usage", 1],
    [["yield ~ Variety", "Variety"], "cli/usage", 1],
    [[saved, "Varieti"], "means/unknown-variable", 2],
    [[saved, "a ~ b ~ c"], "means/specs", 2],
    [[saved, "pairwise ~ Variety", "--at", "Variety=Victory"], "means/one-mean", 2],
    [[saved, "Variety", "--slope", "Variety"], "means/slope", 2],
  ];
  for (const [words, code, exit] of refused) {
    it(`refuses ${words.slice(1).join(" ") || "nothing to do"} with ${code}`, async () => {
      const { out, err, exitCode } = await henderson(["means", ...words, "--json"]);
      expect([out, exitCode]).toEqual(["", exit]);
      expect(JSON.parse(err).code).toBe(code);
    });
  }
});
