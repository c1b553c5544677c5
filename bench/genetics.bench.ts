// Animal models at size, each in a process of its own, with time and memory: node bench/run.mjs genetics [case ...].
// Populations are simulated (simulatePedigree): random mating of chosen parents, one record an animal, herds of 50.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { equationsEngine } from "../src/engines/equations/equations.ts";
import { fit as fitFormula } from "../src/fit/fit.ts";
import type { FitOptions } from "../src/fit/options.ts";
import type { FitResult } from "../src/fit/result.ts";
import { pedigreeRelationship } from "../src/genetics/inverseRelationship.ts";
import { buildPedigree } from "../src/genetics/pedigree.ts";
import { type SimulatedPopulation, simulatePedigree } from "../src/genetics/simulatePedigree.ts";
import { randomEffects } from "../src/inference/randomEffects.ts";

interface Case {
  readonly title: string;
  readonly generations: number;
  readonly animals: number;
  readonly sires: number;
  readonly dams: number;
  readonly task: "blup" | "reliability" | "reml";
  /** records of later generations only */
  readonly from?: number;
}

const dairy = { generations: 10, animals: 10_000, sires: 100, dams: 3000 };

const cases: Readonly<Record<string, Case>> = {
  cold: {
    title: "REML, 6,500 animals, 3,250 records (10 generations, 30 sires and 200 dams each)",
    generations: 10,
    animals: 650,
    sires: 30,
    dams: 200,
    task: "reml",
    from: 5,
  },
  million: {
    title: "BLUP, 1,000,000 animals (20 generations, 500 sires and 15,000 dams each), known variances",
    generations: 20,
    animals: 50_000,
    sires: 500,
    dams: 15_000,
    task: "blup",
  },
  reliability: {
    title: "exact reliabilities of 100,000 animals (20 generations, 50 sires and 1,500 dams each)",
    generations: 20,
    animals: 5000,
    sires: 50,
    dams: 1500,
    task: "reliability",
  },
  reliability10: {
    title: "exact reliabilities of 100,000 animals, 10 generations",
    ...dairy,
    task: "reliability",
  },
  reml: {
    title: "REML, 100,000 animals (10 generations, 100 sires and 3,000 dams each)",
    ...dairy,
    task: "reml",
  },
  random: {
    title: "REML, 20,000 animals under random mating (10 generations, 1,000 sires and 1,000 dams each)",
    generations: 10,
    animals: 2000,
    sires: 1000,
    dams: 1000,
    task: "reml",
  },
};

const [flag, ...names] = process.argv.slice(2);
if (flag === "--case") run(cases[names[0]!]!);
else {
  const wanted = flag === undefined ? Object.keys(cases) : [flag, ...names];
  const unknown = wanted.find((key) => !(key in cases));
  if (unknown !== undefined) {
    throw new Error(`there is no case ${unknown}: choose among ${Object.keys(cases).join(", ")}`);
  }
  for (const key of wanted) {
    const { stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--case", key], {
      encoding: "utf8",
    });
    process.stdout.write(`${stdout}${stderr}`);
  }
}

function run({ title, task, from, ...structure }: Case): void {
  console.log(`\n${title}`);
  const begin = performance.now();
  const population = simulatePedigree({ seed: 1, h2: 0.3, ...structure });
  step("simulated", begin);
  const start = performance.now();
  const pedigree = buildPedigree(population.table);
  step("pedigree", start);
  const { relationship } = pedigreeRelationship(pedigree, { name: "A" });
  step("inbreeding and inverse relationship", start);
  const components = { herd: 0.2, animal: 0.3, residual: 0.7 };
  const options: FitOptions = {
    relationships: { A: relationship },
    engines: [equationsEngine],
    ...(task === "reml" ? {} : { components }),
    ...(from === undefined ? {} : { subset: `generation >= ${from}` }),
    onProgress: ({ iteration, objective }) => {
      step(`iteration ${iteration}, -2 log-likelihood ${objective.toFixed(4)}`, start);
      return undefined;
    },
  };
  const result = fitFormula("y ~ 1 + (1 | herd) + (1 | gr(animal, cov = A))", population.records, options);
  step("fitted", start);
  if (task === "reliability") {
    const rows = randomEffects(result).filter(({ component }) => component === "animal");
    const mean = rows.reduce((sum, { reliability }) => sum + reliability!, 0) / rows.length;
    step(`reliabilities of ${rows.length} animals, mean ${mean.toFixed(4)}`, start);
  }
  describeResult(result, population);
}

function describeResult(result: FitResult, { breedingValues }: SimulatedPopulation): void {
  const animal = result.model.random.findIndex(({ component }) => component === "animal");
  console.log(
    `  correlation with true breeding values ${correlation(result.modes[animal]!, breedingValues[0]!).toFixed(4)}`,
  );
  const variances = result.model.random.map(
    ({ component }, t) => `${component} ${result.covariances[t]!.values[0]!.toFixed(4)}`,
  );
  console.log(
    `  ${variances.join(", ")}, residual ${(result.sigma ** 2).toFixed(4)}; kernels ${result.kernels}`,
  );
  for (const { message } of result.notes) console.log(`  note: ${message}`);
}

function correlation(x: Float64Array, y: Float64Array): number {
  const n = y.length;
  let [sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    sx += x[i]!;
    sy += y[i]!;
    sxx += x[i]! ** 2;
    syy += y[i]! ** 2;
    sxy += x[i]! * y[i]!;
  }
  return (sxy - (sx * sy) / n) / Math.sqrt((sxx - sx ** 2 / n) * (syy - sy ** 2 / n));
}

function step(text: string, since: number): void {
  const seconds = ((performance.now() - since) / 1000).toFixed(2);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`  ${seconds.padStart(7)} s ${String(peak).padStart(5)} MB  ${text}`);
}
