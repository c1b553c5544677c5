import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { henderson } from "./memoryTerminal.ts";

const scratch = mkdtempSync(join(tmpdir(), "henderson-populations-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const prefix = (name: string): string => join(scratch, name);
const small = ["--generations", "3", "--animals", "30", "--sires", "3", "--dams", "10"];
const lines = (path: string): string[] => readFileSync(path, "utf8").trim().split("\n");

describe("henderson simulate-pedigree", () => {
  it("writes pedigree, records and true values that fit together, the same for the same seed", async () => {
    const first = await henderson(["simulate-pedigree", prefix("a"), "--seed", "5", ...small]);
    expect([first.exitCode, first.err]).toEqual([0, ""]);
    expect(first.out).toContain("a-pedigree.csv: 90 rows");
    await henderson(["simulate-pedigree", prefix("b"), "--seed", "5", ...small]);
    await henderson(["simulate-pedigree", prefix("c"), "--seed", "6", ...small]);
    for (const end of [".csv", "-pedigree.csv", "-values.csv"]) {
      expect(lines(prefix(`a${end}`))).toEqual(lines(prefix(`b${end}`)));
      expect(lines(prefix(`a${end}`))).not.toEqual(lines(prefix(`c${end}`)));
    }
    expect(lines(prefix("a.csv"))[0]).toBe("animal,herd,generation,y");
    expect(lines(prefix("a-values.csv"))[0]).toBe("animal,bv,F");
    const fitted = await henderson([
      ...["fit", "y ~ 1 + (1 | gr(animal, cov = A))", prefix("a.csv")],
      ...["--relationship", `A=pedigree:${prefix("a-pedigree.csv")}`, "--json"],
    ]);
    expect(fitted.exitCode, fitted.err).toBe(0);
    expect(JSON.parse(fitted.out).nobs).toBe(90);
  });

  it("has traits, repeated and missing records as options, and tells them in JSON", async () => {
    const more = ["--traits", "2", "--records", "2", "--missing", "0.2", "--permanent-variance", "0.1"];
    const { out } = await henderson([
      "simulate-pedigree",
      prefix("d"),
      "--seed",
      "1",
      ...small,
      ...more,
      "--json",
    ]);
    const json = JSON.parse(out);
    expect(json).toMatchObject({ schema: "henderson/simulate-pedigree@1", animals: 90 });
    expect(json.options).toMatchObject({ seed: 1, traits: 2, missing: 0.2 });
    expect(json.files.map(({ rows }: { rows: number }) => rows)).toEqual([90, 180, 90]);
    const [head, ...rows] = lines(prefix("d.csv"));
    expect(head).toBe("animal,herd,generation,y1,y2");
    const missing = rows.flatMap((row) => row.split(",").slice(3)).filter((cell) => cell === "NA");
    expect(missing.length).toBeGreaterThan(40);
    expect(missing.length).toBeLessThan(110);
  });

  it.each([
    [["--sires", "40", "--dams", "10"], 2, "40 sires and 10 dams are more than 30 animals"],
    [["--h2", "1.5"], 1, "from 0 to 1"],
    [["--animals", "10000000", "--generations", "100"], 1, "are more than 10000000"],
  ])("refuses %j", async (words, exitCode, text) => {
    const outcome = await henderson(["simulate-pedigree", prefix("e"), "--seed", "1", ...small, ...words]);
    expect([outcome.exitCode, outcome.out]).toEqual([exitCode, ""]);
    expect(outcome.err).toContain(text);
    expect((await henderson(["simulate-pedigree", prefix("e")])).err).toContain("--seed");
  });
});
