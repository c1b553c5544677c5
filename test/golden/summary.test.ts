// What henderson fit prints, against what R printed (test/golden/r, by generate/printedTables.R) and whole (test/golden/text).
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { henderson } from "../cli/memoryTerminal.ts";

interface Case {
  readonly name: string;
  readonly words: readonly string[];
  /** names that R writes otherwise */
  readonly rename?: readonly (readonly [string, string])[];
}

const cases: readonly Case[] = [
  { name: "sleepstudy-reml", words: ["Reaction ~ Days + (Days | Subject)", "sleepstudy"] },
  { name: "sleepstudy-ml", words: ["Reaction ~ Days + (Days | Subject)", "sleepstudy", "--ml"] },
  {
    name: "sleepstudy-uncorrelated",
    words: ["Reaction ~ Days + (Days || Subject)", "sleepstudy"],
    rename: [
      [" Subject.1 Days ", " Subject.Days Days "],
      [" Groups    Name", " Groups       Name"],
      [" Subject   (I", " Subject      (I"],
      [" Residual  ", " Residual     "],
    ],
  },
  {
    name: "cake",
    words: [
      "angle ~ recipe * factor(temp) + (1 | recipe:replicate)",
      "cake",
      "--contrasts",
      "factor(temp)=poly",
    ],
    rename: [["temperature", "factor(temp)"]],
  },
  { name: "cake-main", words: ["angle ~ recipe + temp + (1 | recipe:replicate)", "cake"] },
  { name: "machines", words: ["score ~ Machine + (Machine | Worker)", "machines"] },
  { name: "sleepstudy-linear", words: ["Reaction ~ Days", "sleepstudy"] },
  {
    name: "sleepstudy-linear-weighted",
    words: ["Reaction ~ Days + Subject", "sleepstudy", "--weights", "Days + 1", "--factor", "Subject"],
  },
];

/** R's lines below its heading (method, call, data), which differ by name. */
function fromR({ name, rename = [] }: Case): string[] {
  let text = readFileSync(new URL(`r/${name}.txt`, import.meta.url), "utf8");
  for (const [from, to] of rename) text = text.replaceAll(from, to);
  const lines = text.split("\n").map((line) => line.trimEnd());
  const start = lines.findIndex((line) =>
    /^(REML criterion|\s+AIC |Residuals:|Weighted Residuals:)/.test(line),
  );
  return lines.slice(start).filter((line) => line !== "");
}

/** Blanks between cells depend on the width of names. */
const words = (line: string): string => line.trim().replaceAll(/\s+/g, " ");

describe.each(cases)("summary of $name", (which) => {
  const [formula, data, ...options] = which.words;
  const command = ["fit", formula!, `examples/${data}.csv`, ...options];

  it("has the lines of R's summary, with confidence limits appended", async () => {
    const { out, err, exitCode } = await henderson(command);
    expect([exitCode, err]).toEqual([0, ""]);
    const lines = out.split("\n").map(words);
    let from = 0;
    for (const line of fromR(which)) {
      const found = lines.findIndex((own, i) => i >= from && own.startsWith(words(line)));
      expect(found, `no line '${line}' in\n${out}`).toBeGreaterThanOrEqual(0);
      from = found + 1;
    }
  });

  it("is printed as before", async () => {
    const { out } = await henderson(command);
    await expect(out).toMatchFileSnapshot(`text/${which.name}.txt`);
  });
});

it("the layout of lme4 is kept to the blank where names agree", async () => {
  const { out } = await henderson(["fit", "Reaction ~ Days + (Days | Subject)", "examples/sleepstudy.csv"]);
  const own = out.split("\n");
  const r = readFileSync(new URL("r/sleepstudy-reml.txt", import.meta.url), "utf8").split("\n");
  r.slice(3, 25).forEach((line, i) => {
    expect(own[i + 3]!.startsWith(line.trimEnd())).toBe(true);
  });
});
