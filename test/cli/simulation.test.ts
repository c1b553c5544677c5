// henderson simulate, bootstrap, power and confint --method bootstrap in this process.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { henderson } from "./memoryTerminal.ts";
import { parseJson } from "./parseJson.ts";

const scratch = mkdtempSync(join(tmpdir(), "henderson-cli-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const data = "examples/penicillin.csv";
const larger = join(scratch, "larger.json");
const smaller = join(scratch, "smaller.json");
const plan = join(scratch, "plan.csv");
const here = ["--workers", "1"];
/** first values of simulate(lmer(yield ~ treat + (1 | blend), penicillin, REML = FALSE), seed = 1) of R 4.2.2, lme4 1.1-31 */
const R_FIRST = [78.89121253, 84.96792162];

beforeAll(async () => {
  await henderson(["fit", "yield ~ treat + (1 | blend)", data, "--ml", "--save", larger, "--quiet"]);
  await henderson(["fit", "yield ~ (1 | blend)", data, "--ml", "--save", smaller, "--quiet"]);
  writeFileSync(plan, "dose,site\n0,a\n1,a\n2,a\n0,b\n1,b\n2,b\n");
});

describe("henderson simulate", () => {
  it("prints columns for every response, and JSON with the rows they belong to", async () => {
    const csv = await henderson(["simulate", larger, "--n", "2", "--seed", "3"]);
    expect(csv.exitCode).toBe(0);
    expect(csv.err).toBe("");
    const lines = csv.out.trimEnd().split("\n");
    expect(lines[0]).toBe("sim_1,sim_2");
    expect(lines.length).toBe(21);
    const json = parseJson((await henderson(["simulate", larger, "--n", "2", "--seed", "3", "--json"])).out);
    expect(json).toMatchObject({ schema: "henderson/simulate@1", seed: 3, n: 2 });
    expect(json.rows).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(lines.slice(1).map((line) => Number(line.split(",")[1]))).toEqual(json.responses[1]);
  });

  it("leaves NA in rows that are not in the model", async () => {
    const words = ["simulate", "yield ~ treat + (1 | blend)", "--data", data, "--subset", "yield > 80"];
    const { out } = await henderson(words);
    const values = out.trimEnd().split("\n").slice(1);
    expect(values.length).toBe(20);
    expect(values.filter((value) => value === "NA").length).toBe(4);
  });

  it("draws R's numbers with --rng R", async () => {
    const { out } = await henderson(["simulate", larger, "--seed", "1", "--rng", "R"]);
    const [first, second] = out.split("\n").slice(1, 3).map(Number);
    expect(Math.abs(first! - R_FIRST[0]!)).toBeLessThan(1e-3);
    expect(Math.abs(second! - R_FIRST[1]!)).toBeLessThan(1e-3);
  });

  it("takes assumed parameters with --beta and --components", async () => {
    const words = ["simulate", "y ~ dose + (1 | site)", "--data", plan, "--json"];
    const parameters = ["--beta", "(Intercept)=10,dose=2", "--components", "site=4,residual=1"];
    expect(parseJson((await henderson([...words, ...parameters])).out).responses[0].length).toBe(6);
    const lacking = await henderson([...words, "--beta", "(Intercept)=10", ...parameters.slice(2)]);
    expect([lacking.exitCode, parseJson(lacking.err).code]).toEqual([2, "simulation/coefficients"]);
    const alone = await henderson([...words, ...parameters.slice(0, 2)]);
    expect([alone.exitCode, parseJson(alone.err).code]).toEqual([1, "cli/usage"]);
  });
});

describe("henderson bootstrap", () => {
  it("prints a test as JSON with every statistic", async () => {
    const words = ["bootstrap", larger, "--against", smaller, "--n", "50", "--seed", "2", "--json", ...here];
    const { out, err, exitCode } = await henderson(words);
    expect([exitCode, err]).toEqual([0, ""]);
    const json = parseJson(out);
    expect(json).toMatchObject({
      schema: "henderson/bootstrap@1",
      kind: "likelihood-ratio",
      criterion: "ML",
      requested: 50,
      done: 50,
      seed: 2,
      df: 3,
      failed: 0,
    });
    expect(json.statistics.length).toBe(50);
    expect(json.statistic).toBeCloseTo(4.0474, 4);
    expect(json.p).toBeCloseTo((json.asLarge + 1) / 51, 14);
  });

  it("prints estimates with intervals, and groups drawn again", async () => {
    const words = ["bootstrap", larger, "--n", "40", "--json", ...here];
    const json = parseJson((await henderson(words)).out);
    expect(json.statistics.map(({ term }: { term: string }) => term)).toEqual([
      ...["(Intercept)", "treatB", "treatC", "treatD", "sd_(Intercept)|blend", "sigma"],
    ]);
    expect(json.replicates.sigma.length).toBe(40);
    const groups = parseJson((await henderson([...words, "--clusters", "blend"])).out);
    expect(groups.replicates.sigma).not.toEqual(json.replicates.sigma);
    // groups of a column that is no random term
    const columns = await henderson([...words, "--clusters", "treat"]);
    expect(columns.exitCode).toBe(0);
  });

  it.each([
    [["bootstrap", "LARGER", "--against", "SMALLER", "--n", "0"], 1, "cli/usage"],
    [["bootstrap", "LARGER", "--seed", "-1"], 1, "cli/usage"],
    [["bootstrap", "LARGER", "--workers", "none"], 1, "cli/usage"],
    [["bootstrap", "SMALLER", "--against", "LARGER"], 2, "simulation/not-nested"],
    [["bootstrap", "LARGER", "--against", "LARGER"], 2, "simulation/not-nested"],
    [["bootstrap", "LARGER", "--against", "SMALLER", "--clusters", "blend"], 1, "cli/usage"],
    [["bootstrap", "LARGER", "--clusters", "batch", "--n", "3"], 2, "simulation/clusters"],
    [["bootstrap", "LARGER", "--n", "100000000"], 2, "simulation/count"],
    [["confint", "LARGER", "--method", "bootstrap", "--n", "20", "--parameters", "sigmma"], 1, "cli/usage"],
    [["power", "LARGER", "--n", "5"], 1, "cli/usage"],
    [["power", "LARGER", "--test", "treet", "--n", "5"], 2, "simulation/test"],
    [["power", "LARGER", "--test", "treat", "--n", "5", "--along", "blend=0"], 2, "simulation/count"],
    [["power", "LARGER", "--test", "treat", "--n", "5", "--along", "blent=4"], 2, "simulation/column"],
    [["power", "LARGER", "--test", "treat", "--n", "5", "--effect", "treatB=big"], 1, "cli/usage"],
  ])("%j ends with exit code %i and %s", async (words, exitCode, code) => {
    const filled = words.map((word) => (word === "LARGER" ? larger : word === "SMALLER" ? smaller : word));
    const outcome = await henderson([...filled, "--json"]);
    expect({ exitCode: outcome.exitCode, out: outcome.out }).toEqual({ exitCode, out: "" });
    const error = parseJson(outcome.err);
    expect(error.code).toBe(code);
    expect(JSON.stringify(error)).not.toMatch(/NaN|undefined/);
  });
});

describe("henderson confint --method bootstrap", () => {
  it("prints intervals of the parameters asked for", async () => {
    const words = ["confint", larger, "--method", "bootstrap", "--n", "60", "--seed", "4", ...here];
    const json = parseJson((await henderson([...words, "--parameters", "variance", "--json"])).out);
    expect(json).toMatchObject({
      schema: "henderson/confint@1",
      method: "bootstrap",
      type: "percentile",
      done: 60,
    });
    expect(json.intervals.map(({ term }: { term: string }) => term)).toEqual([
      "sd_(Intercept)|blend",
      "sigma",
    ]);
    const text = await henderson([...words, "--interval", "basic", "--parameters", "treatC"]);
    expect(text.out).toMatch(/^\s+2\.5 %\s+97\.5 %\ntreatC /);
  });
});

describe("henderson power", () => {
  it("prints a point for every size and effect", async () => {
    const words = ["power", larger, "--test", "treat", "--n", "20", "--along", "blend=5,8", ...here];
    const json = parseJson((await henderson([...words, "--effect", "treatC=0,5", "--json"])).out);
    expect(json.schema).toBe("henderson/power@1");
    expect(json.points.map(({ setting }: { setting: object }) => setting)).toEqual([
      { blend: 5, treatC: 0 },
      { blend: 5, treatC: 5 },
      { blend: 8, treatC: 0 },
      { blend: 8, treatC: 5 },
    ]);
    expect(json.points[3].levels).toEqual({ blend: 8 });
    expect(json.points[0].interval[0]).toBeLessThanOrEqual(json.points[0].power);
  });

  it("tests against a smaller model", async () => {
    const words = ["power", larger, "--against", smaller, "--n", "20", "--json", ...here];
    const json = parseJson((await henderson(words)).out);
    expect(json.points[0].power).toBeGreaterThan(0);
  });
});
