import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { henderson } from "./memoryTerminal.ts";

const scratch = mkdtempSync(join(tmpdir(), "henderson-pedigree-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  const path = join(scratch, name);
  writeFileSync(path, text);
  return path;
};
// Mrode (2014), table 2.1
const pedigree = file("ped.csv", "calf,sire,dam\n3,1,2\n4,1,0\n5,4,3\n6,5,2\n");

describe("henderson pedigree", () => {
  it("prints counts and the most inbred, and notes on stderr", async () => {
    const { out, err, exitCode } = await henderson(["pedigree", pedigree]);
    expect(exitCode).toBe(0);
    expect(out.split("\n")).toEqual([
      "Animals                 6",
      "Founders                2",
      "Generations             4",
      "Sires                   3",
      "Dams                    2",
      "Mean F                  0.041667",
      "Largest F               0.125",
      "log|A|                  -2.4316621",
      "Entries of the inverse  16 (lower triangle)",
      "",
      "Inbred animals: 2",
      "Animal     F",
      "5      0.125",
      "6      0.125",
      "",
    ]);
    expect(err).toContain("2 parents have no rows of their own");
  });

  it("prints henderson/pedigree@1 with --json", async () => {
    const { out, err } = await henderson(["pedigree", pedigree, "--json"]);
    const json = JSON.parse(out);
    expect(err).toBe("");
    expect(json).toMatchObject({ schema: "henderson/pedigree@1", animals: 6, founders: 2, nonzeros: 16 });
    expect(json.inbreeding.at(-1)).toEqual({ level: "6", F: 0.125 });
    expect(json.logDetA).toBeCloseTo(Math.log(0.75 * 0.5 * 0.5 * 0.46875), 13);
    expect(json.notes[0].code).toBe("genetics/added-parents");
  });

  it("takes unknown-parent groups", async () => {
    const groups = file("groups.csv", "calf,sire,dam\n1,G1,G2\n2,G1,G2\n3,1,2\n");
    const { out } = await henderson(["pedigree", groups, "--groups", "G1+G2", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ animals: 3, founders: 2, groups: ["G1", "G2"], notes: [] });
  });

  it("checks sexes and dates of birth when asked", async () => {
    const both = file(
      "both.csv",
      "calf,sire,dam,born\n1,0,0,2001\n2,0,0,2002\n3,1,2,2004\n4,3,2,2003\n5,0,3,2006\n",
    );
    expect((await henderson(["pedigree", both])).exitCode).toBe(0);
    const sexes = await henderson(["pedigree", both, "--sexes", "separate"]);
    expect([sexes.out, sexes.exitCode]).toEqual(["", 2]);
    expect(sexes.err).toMatch(/genetics\/sex-conflict.*'3'/);
    const order = await henderson(["pedigree", both, "--birth", "born"]);
    expect([order.out, order.exitCode]).toEqual(["", 2]);
    expect(order.err).toContain("'4' (2003) of '3' (2004)");
    expect((await henderson(["pedigree", both, "--birth", "bron"])).err).toContain("did you mean 'born'?");
    expect((await henderson(["pedigree", both, "--sexes", "some"])).exitCode).toBe(1);
  });

  it("explains what is wrong, as JSON with --json, and ends with 2", async () => {
    const loop = file("loop.csv", "calf,sire,dam\n1,2,0\n2,1,0\n");
    const { out, err, exitCode } = await henderson(["pedigree", loop]);
    expect([out, exitCode]).toEqual(["", 2]);
    expect(err).toContain("'1' <- '2' <- '1'");
    const json = await henderson(["pedigree", loop, "--json"]);
    expect(JSON.parse(json.err).error?.code ?? JSON.parse(json.err).code).toBe("genetics/loop");
    expect(json.out).toBe("");
  });
});
