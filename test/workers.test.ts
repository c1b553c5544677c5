// Worker threads of the built package: the same digits for any number of them. Needs the build.
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";
import { beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

type Henderson = typeof import("../src/index.ts");
type Simulation = typeof import("../src/simulationIndex.ts");
type Genetics = typeof import("../src/geneticsIndex.ts");
type Tables = typeof import("../src/tableIndex.ts");

async function built<T>(entry: string): Promise<T> {
  return (await import(/* @vite-ignore */ pathToFileURL(join(dist, `${entry}.js`)).href)) as T;
}

beforeAll(() => {
  if (!existsSync(join(dist, "worker.js"))) throw new Error("dist is not built; run npm run build");
});

describe("worker threads of the library", () => {
  it("give the digits of this thread with 1, 2 and 4 workers: a likelihood-ratio test", async () => {
    const { fit: fitFormula } = await built<Henderson>("index");
    const { bootstrapRatio } = await built<Simulation>("simulation");
    const { readDelimited } = await built<Tables>("table");
    const { table } = readDelimited(readFileSync(join(root, "examples/penicillin.csv")));
    const larger = fitFormula("yield ~ treat + (1 | blend)", table, { method: "ML" });
    const smaller = fitFormula("yield ~ (1 | blend)", table, { method: "ML" });
    const [one, two, four] = await Promise.all(
      [1, 2, 4].map((workers) => bootstrapRatio(larger, smaller, { n: 1500, seed: 12, workers })),
    );
    expect([one!.workers, two!.workers, four!.workers]).toEqual([1, 2, 4]);
    expect(two!.statistics).toEqual(one!.statistics);
    expect(four!.statistics).toEqual(one!.statistics);
    expect(two!.notes).toEqual(one!.notes);
  });

  it("give the digits of this thread: estimates of slopes, crossed factors and a relationship", async () => {
    const { fit: fitFormula, toTable } = await built<Henderson>("index");
    const { bootstrap } = await built<Simulation>("simulation");
    const { equationsEngine, matrixRelationship } = await built<Genetics>("genetics");
    const { readDelimited } = await built<Tables>("table");
    const sleep = readDelimited(readFileSync(join(root, "examples/sleepstudy.csv"))).table;
    const pastes = readDelimited(readFileSync(join(root, "test/reference/data/Pastes.csv"))).table;
    const { relationship: A } = matrixRelationship(
      toTable({
        id: ["A", "B", "C", "D", "E", "F"],
        A: [1, 0.5, 0, 0, 0, 0],
        B: [0.5, 1, 0, 0, 0, 0],
        C: [0, 0, 1, 0.5, 0, 0],
        D: [0, 0, 0.5, 1, 0, 0],
        E: [0, 0, 0, 0, 1, 0.5],
        F: [0, 0, 0, 0, 0.5, 1],
      }),
      { name: "A" },
    );
    const dyestuff = readDelimited(readFileSync(join(root, "examples/dyestuff.csv"))).table;
    const fits = [
      fitFormula("Reaction ~ Days + (Days | Subject)", sleep),
      fitFormula("strength ~ 1 + (1 | batch) + (1 | sample)", pastes),
      fitFormula("Yield ~ 1 + (1 | gr(Batch, cov = A))", dyestuff, {
        relationships: { A },
        engines: [equationsEngine],
      }),
    ];
    expect(fits.map(({ engine }) => engine)).toEqual(["blocked", "blocked", "equations"]);
    for (const one of fits) {
      const here = await bootstrap(one, { n: 30, seed: 3, workers: 1 });
      const there = await bootstrap(one, { n: 30, seed: 3, workers: 3 });
      expect(there.workers).toBe(3);
      expect(there.replicates).toEqual(here.replicates);
      expect(here.failed).toBe(0);
    }
  });

  it("stop when asked, with the replicates of a smaller run", async () => {
    const { fit: fitFormula } = await built<Henderson>("index");
    const { bootstrap } = await built<Simulation>("simulation");
    const { readDelimited } = await built<Tables>("table");
    const { table } = readDelimited(readFileSync(join(root, "examples/sleepstudy.csv")));
    const one = fitFormula("Reaction ~ Days + (Days | Subject)", table);
    const controller = new AbortController();
    const stopped = await bootstrap(one, {
      n: 10_000_000,
      seed: 3,
      workers: 2,
      signal: controller.signal,
      onProgress: (done) => {
        if (done > 100) controller.abort();
      },
    });
    expect(stopped.done).toBeGreaterThan(0);
    expect(stopped.done).toBeLessThan(10_000_000);
    expect(stopped.notes.map(({ code }) => code)).toContain("simulation/stopped");
    const n = Math.min(40, stopped.done);
    const small = await bootstrap(one, { n, seed: 3, workers: 1 });
    expect(stopped.replicates[1]!.slice(0, n)).toEqual(small.replicates[1]);
  });

  it("are shipped by a bundler with its default settings: their program is one file that needs no other", async () => {
    const source = readFileSync(join(dist, "worker.js"), "utf8");
    expect(/(?:^|[;}\n])import\b|\bimport\s*\(/.test(source)).toBe(false);
    const folder = mkdtempSync(join(tmpdir(), "henderson-page-"));
    try {
      mkdirSync(join(folder, "node_modules"));
      symlinkSync(root, join(folder, "node_modules/henderson"), "dir");
      writeFileSync(join(folder, "index.html"), '<script type="module" src="/main.js"></script>');
      writeFileSync(
        join(folder, "main.js"),
        'import { bootstrap } from "henderson/simulation";\nglobalThis.run = bootstrap;\n',
      );
      await build({ root: folder, configFile: false, logLevel: "error" });
      const shipped = readdirSync(join(folder, "dist/assets"));
      expect(shipped.filter((file) => /^worker-.*\.js$/.test(file)).length).toBe(1);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);

  it("are made where bundlers can see it, beside their program", () => {
    const source = readFileSync(join(dist, "simulation.js"), "utf8");
    expect(source).toMatch(
      /new Worker\(new URL\([`"']\.\/worker\.js[`"'],\s*import\.meta\.url\),\s*\{\s*type:\s*[`"']module[`"']\s*\}\)/,
    );
  });
});

describe("worker threads of the command line", () => {
  const run = (words: readonly string[], cwd = join(root, "examples")) =>
    spawnSync(process.execPath, [join(dist, "cli.js"), ...words], { cwd, encoding: "utf8" });

  it("print the same with 1, 2 and 4 workers", () => {
    const words = [
      ...["bootstrap", "yield ~ treat + (1 | blend)", "--against", "yield ~ (1 | blend)", "--ml"],
      ...["--data", "penicillin.csv", "--n", "2000", "--seed", "5", "--json"],
    ];
    const outputs = ["1", "2", "4"].map((workers) => run([...words, "--workers", workers]));
    for (const { status, stderr } of outputs) expect([status, stderr]).toEqual([0, ""]);
    expect(outputs[1]!.stdout).toBe(outputs[0]!.stdout);
    expect(outputs[2]!.stdout).toBe(outputs[0]!.stdout);
    const result = JSON.parse(outputs[0]!.stdout) as { done: number; statistics: number[]; notes: object[] };
    expect(result.done).toBe(2000);
    expect(result.statistics.length).toBe(2000);
    expect(JSON.stringify(result.notes)).not.toContain("no-workers");
  });

  it("are stopped by Ctrl-C, and what is done is printed as such", async () => {
    const words = ["bootstrap", "Reaction ~ Days + (Days | Subject)", "--data", "sleepstudy.csv"];
    const more = ["--n", "20000000", "--seed", "5", "--workers", "2", "--json"];
    const child = spawn(process.execPath, [join(dist, "cli.js"), ...words, ...more], {
      cwd: join(root, "examples"),
    });
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
    setTimeout(() => child.kill("SIGINT"), 4000);
    const code = await new Promise((ended) => child.on("close", ended));
    const result = JSON.parse(out) as {
      readonly requested: number;
      readonly done: number;
      readonly replicates: { readonly sigma: readonly number[] };
      readonly notes: readonly { readonly code: string }[];
    };
    expect(code).toBe(3);
    expect(result.requested).toBe(20_000_000);
    expect(result.done).toBeGreaterThan(0);
    expect(result.done).toBeLessThan(20_000_000);
    expect(result.replicates.sigma.length).toBe(result.done);
    expect(result.notes.map((note) => note.code)).toContain("simulation/stopped");
  }, 60_000);

  it("draw the same from a saved fit", () => {
    const folder = mkdtempSync(join(tmpdir(), "henderson-workers-"));
    try {
      const file = join(folder, "fit.json");
      const formula = "Reaction ~ Days + (Days | Subject)";
      expect(run(["fit", formula, "sleepstudy.csv", "--save", file]).status).toBe(0);
      const saved = run(["bootstrap", file, "--n", "20", "--workers", "2"]);
      const direct = run(["bootstrap", formula, "--data", "sleepstudy.csv", "--n", "20", "--workers", "1"]);
      expect(saved.stdout).toBe(direct.stdout);
      const simulated = run(["simulate", file, "--n", "2"]);
      expect(simulated.stdout.split("\n").length).toBe(182);
      expect(simulated.stdout.split("\n")[0]).toBe("sim_1,sim_2");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
