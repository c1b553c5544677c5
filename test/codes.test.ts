import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { cliCatalogue } from "../src/cli/catalogue.ts";
import { codes } from "../src/report/codes.ts";
import { readSources } from "./architecture/sourceScan.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = readSources(`${root}src`);
const entries = { ...codes, ...cliCatalogue };
const stages = new Set(Object.keys(entries).map((code) => code.split("/")[0]!));

/** Codes written in the sources outside the catalogues -> the first file that writes them. */
function writtenCodes(): Map<string, string> {
  const written = new Map<string, string>();
  for (const [file, source] of sources) {
    if (/(?:^|\/)catalogue\.ts$/.test(file)) continue;
    for (const [, code] of source.matchAll(/"([a-z]+\/[a-z0-9]+(?:-[a-z0-9]+)*)"/g)) {
      if (stages.has(code!.split("/")[0]!) && !written.has(code!)) written.set(code!, file);
    }
  }
  return written;
}

/** Codes that no test brings about: what they guard against stands behind another check, or takes a machine to make. */
const unprovoked: Readonly<Record<string, string>> = {
  "checks/refits-not-converged": "no data are known whose refits stop early and whose fit does not",
  "design/no-coefficients": "the formula is refused before, as formula/empty-random-term",
  "design/unknown-function": "the formula is refused before, as formula/unknown-function",
  "engine/unknown-component": "the fit is refused before, as fit/unknown-component",
  "fit/algorithm": "algorithms on the equations choose the engine that has them",
  "fit/undefined-objective": "no starting value is known from which the search does not come back",
  "inference/lower-deviance": "a profile goes to the minimum next to the estimates before it begins",
  "inference/profile-failed": "guards the profile where the likelihood is nowhere defined",
  "inference/profile-not-monotone": "no small data are known with two maxima along a profile",
  "inference/profile-unbounded": "no small data are known whose profile levels off",
  "means/rough-probability": "takes minutes: hundreds of comparisons by the multivariate t",
  "sparse/too-large": "a matrix of 2^31 entries",
  "table/too-large": "a file of 4 GiB",
};

describe("codes of errors and notes", () => {
  const written = writtenCodes();

  it("are found in the sources", () => {
    expect(written.size).toBeGreaterThan(80);
    expect(written.has("formula/unknown-column") || written.has("fit/too-few-rows")).toBe(true);
  });

  it("each have an entry in a catalogue", () => {
    const missing = [...written].filter(([code]) => !Object.hasOwn(entries, code));
    expect(missing.map(([code, file]) => `${code} in ${file}`)).toEqual([]);
  });

  it("each catalogue entry is thrown or noted somewhere", () => {
    expect(Object.keys(entries).filter((code) => !written.has(code))).toEqual([]);
  });

  it("are each provoked by a test that names them, or it is said why not", () => {
    const tests = [...readSources(`${root}test`)].filter(([file]) => file !== "codes.test.ts");
    const named = new Set(
      tests.flatMap(([, source]) =>
        [...source.matchAll(/[a-z]+\/[a-z0-9]+(?:-[a-z0-9]+)*(?![\w-])/g)].map(([code]) => code),
      ),
    );
    const untold = Object.keys(entries).filter((code) => !named.has(code));
    expect(untold.sort()).toEqual(Object.keys(unprovoked).sort());
  });

  it("belong to the folder of their catalogue", () => {
    const stageOf: Readonly<Record<string, string>> = {
      engines: "engine",
      "linalg/sparse": "sparse",
      "inference/means": "means",
    };
    const wrong: string[] = [];
    for (const [file, source] of sources) {
      if (!file.endsWith("catalogue.ts") || file === "base/catalogue.ts") continue;
      const folder = file.slice(0, -"/catalogue.ts".length);
      for (const [, code] of source.matchAll(/^ {2}"([^"]+)": \{/gm)) {
        if (!code!.startsWith(`${stageOf[folder] ?? folder}/`)) wrong.push(`${code} in ${file}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("are in one list, none twice", () => {
    const all: string[] = [];
    for (const [file, source] of sources) {
      if (!file.endsWith("/catalogue.ts")) continue;
      all.push(...[...source.matchAll(/^ {2}"([^"]+)": \{/gm)].map((match) => match[1]!));
    }
    expect([...all].sort()).toEqual(Object.keys(entries).sort());
  });

  it("are explained in sentences, without jargon of the machine", () => {
    for (const [code, { title, meaning, remedy }] of Object.entries(entries)) {
      expect(title, code).toMatch(/^\S.*[^.\s]$/);
      for (const text of [meaning, remedy]) {
        expect(text, code).toMatch(/^\S[\s\S]*[.?!)]$/);
        expect(text, code).not.toMatch(/\bundefined\b|\bNaN\b/);
      }
    }
  });
});

it("no source writes to the console", () => {
  const talking = [...sources].filter(([, source]) => /\bconsole\.\w+\(/.test(source)).map(([file]) => file);
  expect(talking).toEqual([]);
});

/** Errors that never reach a user: caught by the reader above them, or unreachable unless henderson is wrong. */
const bareErrors: Readonly<Record<string, string>> = {
  "table/lz4Frame.ts": "caught by the Arrow reader, which says that the file is damaged",
  "table/readArrow.ts": "the writing half of a codec that only reads",
  "parallel/platformWorkers.ts": "caught by runKeys, which works without workers and says why",
  "cli/replicateOptions.ts": "caught by runKeys, which works without workers and says why",
  "simulation/bootstrap.ts": "a function is never sent to workers, so none is asked for",
  "inference/estimableFunctions.ts": "a factor whose recipe is none would be a defect of ours",
};

it("what is thrown is a HendersonError", () => {
  const bare = [...sources].filter(([, source]) => /\bthrow new (?:Type|Range)?Error\(/.test(source));
  expect(bare.map(([file]) => file).sort()).toEqual(Object.keys(bareErrors).sort());
});
